// One ingest commit's records, as derived from the archived file: index/records/<seq>.seg.
//
// A statement is "source S said content C of entity E at date D". The first time a content is said it is stored as a
// record with its bytes, packed (packed_rows.hpp); repetitions are stored as sightings of 24 bytes. Figures of periods
// are indicator rows. The set of statements is all that later steps look at, so the order in which files arrived
// leaves no trace.
//
// A segment answers by itself what it says of an entity and who has a match key (hash_order.hpp), so that one change
// can be followed without reading everything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"
#include "store/hash_order.hpp"
#include "store/packed_rows.hpp"
#include "store/section_file.hpp"
#include "units/record.hpp"

namespace minglu::store {

/// "Not seen since" of an entity that its source still lists.
inline constexpr int32_t kStillSeen = INT32_MAX;

struct RecordMeta {
  uint64_t entity = 0;
  uint64_t content = 0;
  uint64_t uscc = 0;        // hash of the trusted USCC; 0 = none
  uint32_t key_check = 0;   // a second hash of the key: two keys of one entity hash are told apart without reading them
  uint32_t row_number = 0;  // of the archived file
  int32_t date_days = 0;
  uint32_t match_key_first = 0;
  uint32_t place_low = 0;  // where key and record stand, 40 bits
  uint16_t match_key_count = 0;
  uint8_t place_high = 0;
  uint8_t branch = 0;
};

/// Key and bytes of one record. Owns what it had to unpack, so it may be moved and outlives the call, not the segment.
class RecordText {
 public:
  [[nodiscard]] std::string_view key() const { return bytes().substr(key_from_, key_size_); }
  [[nodiscard]] units::RecordView record() const { return units::RecordView(bytes().substr(key_from_ + key_size_)); }

 private:
  friend class RecordSegment;
  [[nodiscard]] std::string_view bytes() const { return borrowed_.data() != nullptr ? borrowed_ : unpacked_; }
  std::string unpacked_;
  std::string_view borrowed_;  // from the mapped file; null: unpacked_ counts
  size_t key_from_ = 0;
  size_t key_size_ = 0;
};

/// A match key as stored: hash, and the kind's number (match::KeyKind).
struct MatchKeyEntry {
  uint64_t hash = 0;
  uint8_t kind = 0;
};

struct Sighting {
  uint64_t entity = 0;
  uint64_t content = 0;
  int32_t date_days = 0;
  int32_t reserved = 0;
};

struct IndicatorMeta {
  uint64_t entity = 0;
  uint64_t content = 0;
  int32_t period_yyyymm = 0;
  int32_t date_days = 0;
};

/// What the segment is, as JSON in section "info".
struct SegmentInfo {
  uint64_t seq = 0;
  std::string source;  // source id
  Date source_date;
  bool full_extract = false;
  std::vector<std::string> indicator_fields;  // field codes, one value per indicator row each
  base::Hash128 figures_delta;                // what it adds to the sum of the hashes of all figures in force
  int32_t period_min = 0;
  int32_t period_max = 0;
};

class RecordSegmentWriter {
 public:
  static Result<RecordSegmentWriter> create(const std::filesystem::path& path, SegmentInfo info);
  /// The place, the check of the key and the match keys of `meta` are set here.
  Status add_record(RecordMeta meta, std::string_view key, std::string_view record,
                    std::span<const MatchKeyEntry> keys);
  void add_sighting(const Sighting& sighting) { sightings_.push_back(sighting); }
  void add_indicator(const IndicatorMeta& meta, std::span<const int64_t> values, std::span<const uint8_t> valid);
  void set_figures_delta(const base::Hash128& delta) { info_.figures_delta = delta; }
  [[nodiscard]] uint64_t record_count() const noexcept { return metas_.size(); }
  [[nodiscard]] uint64_t indicator_count() const noexcept { return indicators_.size(); }
  /// Digest of everything the segment states, independent of layout: what the ledger pins. At most once.
  [[nodiscard]] std::string content_digest();
  Status finish();

 private:
  Status add_orders();
  RecordSegmentWriter(std::unique_ptr<SectionFileWriter> file, PackedRowsWriter rows, SegmentInfo info);
  std::unique_ptr<SectionFileWriter> file_;  // rows_ holds its address
  PackedRowsWriter rows_;
  SegmentInfo info_;
  std::unique_ptr<base::Sha256> stated_;  // over what the records state, so far
  uint64_t stated_bytes_ = 0;
  std::string row_;
  std::vector<RecordMeta> metas_;
  std::vector<uint64_t> key_hashes_;
  std::vector<uint8_t> key_kinds_;
  std::vector<Sighting> sightings_;
  std::vector<IndicatorMeta> indicators_;
  std::vector<int64_t> values_;
  std::vector<uint8_t> valid_;
};

class RecordSegment {
 public:
  static Result<RecordSegment> open(const std::filesystem::path& path);
  [[nodiscard]] const SegmentInfo& info() const noexcept { return info_; }
  [[nodiscard]] std::span<const RecordMeta> records() const noexcept { return metas_; }
  [[nodiscard]] std::span<const Sighting> sightings() const noexcept { return sightings_; }
  [[nodiscard]] std::span<const IndicatorMeta> indicators() const noexcept { return indicators_; }
  [[nodiscard]] std::span<const int64_t> indicator_values(size_t row) const {
    const size_t width = info_.indicator_fields.size();
    return values_.subspan(row * width, width);
  }
  [[nodiscard]] std::span<const uint8_t> indicator_valid(size_t row) const {
    const size_t width = info_.indicator_fields.size();
    return valid_.subspan(row * width, width);
  }
  /// Key and record of records()[place]. kDataLoss when there is no such place or its bytes are damaged.
  /// Cost: about 1 us. What `out` held before is gone.
  Status read(uint64_t place, RecordText& out) const;
  [[nodiscard]] std::span<const uint64_t> key_hashes(const RecordMeta& meta) const {
    return key_hashes_.subspan(meta.match_key_first, meta.match_key_count);
  }
  [[nodiscard]] std::span<const uint8_t> key_kinds(const RecordMeta& meta) const {
    return key_kinds_.subspan(meta.match_key_first, meta.match_key_count);
  }
  /// Places of records(), sightings() and indicators() about an entity, ascending. Cost: a few cache misses.
  [[nodiscard]] std::span<const uint32_t> records_of(uint64_t entity) const {
    return places_of(record_order_, entity, [&](uint32_t place) { return metas_[place].entity; });
  }
  [[nodiscard]] std::span<const uint32_t> sightings_of(uint64_t entity) const {
    return places_of(sighting_order_, entity, [&](uint32_t place) { return sightings_[place].entity; });
  }
  [[nodiscard]] std::span<const uint32_t> indicators_of(uint64_t entity) const {
    return places_of(indicator_order_, entity, [&](uint32_t place) { return indicators_[place].entity; });
  }
  /// Places of all match keys with this hash, and the kind and the record (place in records()) of one.
  [[nodiscard]] std::span<const uint32_t> keys_with(uint64_t hash) const {
    return places_of(key_order_, hash, [&](uint32_t place) { return key_hashes_[place]; });
  }
  [[nodiscard]] uint8_t key_kind(uint32_t key) const { return key_kinds_[key]; }
  [[nodiscard]] uint32_t record_with_key(uint32_t key) const;
  [[nodiscard]] Status verify() const { return file_.verify(); }
  void release_pages() const noexcept { file_.release_pages(); }

 private:
  SectionFile file_;
  SegmentInfo info_;
  std::span<const uint32_t> record_order_;
  std::span<const uint32_t> sighting_order_;
  std::span<const uint32_t> indicator_order_;
  std::span<const uint32_t> key_order_;
  PackedRows rows_;
  std::span<const RecordMeta> metas_;
  std::span<const uint64_t> key_hashes_;
  std::span<const uint8_t> key_kinds_;
  std::span<const Sighting> sightings_;
  std::span<const IndicatorMeta> indicators_;
  std::span<const int64_t> values_;
  std::span<const uint8_t> valid_;
};

}  // namespace minglu::store
