#include "store/record_segment.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace minglu::store {
namespace {

using Json = nlohmann::json;

std::string encode_info(const SegmentInfo& info) {
  return Json{{"seq", info.seq},
              {"source", info.source},
              {"source_date", base::format_iso_date(info.source_date)},
              {"full_extract", info.full_extract},
              {"indicator_fields", info.indicator_fields},
              {"figures_delta", base::to_hex(info.figures_delta)},
              {"period_min", info.period_min},
              {"period_max", info.period_max}}
      .dump();
}

Result<SegmentInfo> decode_info(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    SegmentInfo info;
    info.seq = json.at("seq");
    info.source = json.at("source");
    const auto date = base::parse_iso_date(json.at("source_date").get<std::string>());
    if (!date) return base::data_loss("record segment: bad source date; run: minglu rebuild");
    info.source_date = *date;
    info.full_extract = json.at("full_extract");
    info.indicator_fields = json.at("indicator_fields").get<std::vector<std::string>>();
    const auto delta = base::parse_hash128(json.at("figures_delta").get<std::string>());
    if (!delta) return base::data_loss("record segment: bad sum of figures; run: minglu rebuild");
    info.figures_delta = *delta;
    info.period_min = json.at("period_min");
    info.period_max = json.at("period_max");
    return info;
  } catch (const Json::exception& problem) {
    return base::data_loss(std::string("record segment: ") + problem.what() + "; run: minglu rebuild");
  }
}

// What the digest takes of a record. The ledger pins such digests: the shape is for ever.
struct StatedRecord {
  uint64_t entity = 0;
  uint64_t content = 0;
  uint64_t bytes_before = 0;  // keys and records so far
  uint64_t uscc = 0;
  uint32_t key_size = 0;
  uint32_t record_size = 0;
  uint32_t row_number = 0;
  int32_t date_days = 0;
  uint32_t match_key_first = 0;
  uint16_t match_key_count = 0;
  uint8_t branch = 0;
  uint8_t reserved = 0;
};

constexpr uint64_t kKeyCheckSeed = 0x6B6579;
constexpr unsigned kPlaceLowBits = 32;
constexpr unsigned kPlaceBits = 40;

uint64_t place_of(const RecordMeta& meta) { return uint64_t{meta.place_high} << kPlaceLowBits | meta.place_low; }

template <typename T>
void digest_array(base::Sha256& sha, const std::vector<T>& items) {
  sha.update({reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
}

}  // namespace

RecordSegmentWriter::RecordSegmentWriter(std::unique_ptr<SectionFileWriter> file, PackedRowsWriter rows,
                                         SegmentInfo info)
    : file_(std::move(file)),
      rows_(std::move(rows)),
      info_(std::move(info)),
      stated_(std::make_unique<base::Sha256>()) {}

Result<RecordSegmentWriter> RecordSegmentWriter::create(const std::filesystem::path& path, SegmentInfo info) {
  MINGLU_TRY(SectionFileWriter created, SectionFileWriter::create(path));
  auto file = std::make_unique<SectionFileWriter>(std::move(created));
  MINGLU_TRY(PackedRowsWriter rows, PackedRowsWriter::create(*file, "row"));
  return RecordSegmentWriter{std::move(file), std::move(rows), std::move(info)};
}

Status RecordSegmentWriter::add_record(RecordMeta meta, std::string_view key, std::string_view record,
                                       std::span<const MatchKeyEntry> keys) {
  meta.key_check = static_cast<uint32_t>(base::hash64(key, kKeyCheckSeed));
  meta.match_key_first = static_cast<uint32_t>(key_hashes_.size());
  meta.match_key_count = static_cast<uint16_t>(keys.size());
  for (const MatchKeyEntry& entry : keys) {
    key_hashes_.push_back(entry.hash);
    key_kinds_.push_back(entry.kind);
  }
  metas_.push_back(meta);
  const StatedRecord stated{meta.entity,
                            meta.content,
                            stated_bytes_,
                            meta.uscc,
                            static_cast<uint32_t>(key.size()),
                            static_cast<uint32_t>(record.size()),
                            meta.row_number,
                            meta.date_days,
                            meta.match_key_first,
                            meta.match_key_count,
                            meta.branch,
                            0};
  stated_->update({reinterpret_cast<const char*>(&stated), sizeof stated});
  stated_bytes_ += key.size() + record.size();
  row_.clear();
  append_varint(row_, key.size());
  row_.append(key);
  row_.append(record);
  return rows_.add(row_);
}

void RecordSegmentWriter::add_indicator(const IndicatorMeta& meta, std::span<const int64_t> values,
                                        std::span<const uint8_t> valid) {
  indicators_.push_back(meta);
  values_.insert(values_.end(), values.begin(), values.end());
  valid_.insert(valid_.end(), valid.begin(), valid.end());
  if (info_.period_min == 0 || meta.period_yyyymm < info_.period_min) info_.period_min = meta.period_yyyymm;
  info_.period_max = std::max(info_.period_max, meta.period_yyyymm);
}

std::string RecordSegmentWriter::content_digest() {
  // Contents are hashes of record bytes, so this pins every byte that the segment states.
  base::Sha256& sha = *stated_;
  digest_array(sha, key_hashes_);
  digest_array(sha, key_kinds_);
  digest_array(sha, sightings_);
  digest_array(sha, indicators_);
  digest_array(sha, values_);
  digest_array(sha, valid_);
  return sha.hex_digest();
}

Status RecordSegmentWriter::finish() {
  MINGLU_CHECK(rows_.finish());
  for (size_t i = 0; i < metas_.size(); ++i) {
    const uint64_t place = rows_.offset(i);
    MINGLU_ASSERT(place >> kPlaceBits == 0);  // a file of a terabyte is refused long before
    metas_[i].place_low = static_cast<uint32_t>(place);
    metas_[i].place_high = static_cast<uint8_t>(place >> kPlaceLowBits);
  }
  MINGLU_CHECK(file_->add_array("record", metas_));
  MINGLU_CHECK(file_->add_array("key_hash", key_hashes_));
  MINGLU_CHECK(file_->add_array("key_kind", key_kinds_));
  MINGLU_CHECK(file_->add_array("sighting", sightings_));
  MINGLU_CHECK(file_->add_array("indicator", indicators_));
  MINGLU_CHECK(file_->add_array("value", values_));
  MINGLU_CHECK(file_->add_array("valid", valid_));
  MINGLU_CHECK(add_orders());
  MINGLU_CHECK(file_->add("info", encode_info(info_)));
  return file_->finish();
}

Status RecordSegmentWriter::add_orders() {
  MINGLU_CHECK(file_->add_array("key_order", hash_order(key_hashes_)));
  std::vector<uint64_t> entities;
  const auto order_of = [&](const auto& items) {
    entities.clear();
    entities.reserve(items.size());
    for (const auto& item : items) entities.push_back(item.entity);
    return hash_order(entities);
  };
  MINGLU_CHECK(file_->add_array("record_order", order_of(metas_)));
  MINGLU_CHECK(file_->add_array("sighting_order", order_of(sightings_)));
  return file_->add_array("indicator_order", order_of(indicators_));
}

Result<RecordSegment> RecordSegment::open(const std::filesystem::path& path) {
  RecordSegment segment;
  MINGLU_TRY(segment.file_, SectionFile::open(path));
  MINGLU_TRY(const std::string_view info, segment.file_.section("info"));
  MINGLU_TRY(segment.info_, decode_info(info));
  MINGLU_TRY(segment.rows_, PackedRows::open(segment.file_, "row"));
  MINGLU_TRY(segment.metas_, segment.file_.array<RecordMeta>("record"));
  MINGLU_TRY(segment.key_hashes_, segment.file_.array<uint64_t>("key_hash"));
  MINGLU_TRY(segment.key_kinds_, segment.file_.array<uint8_t>("key_kind"));
  MINGLU_TRY(segment.sightings_, segment.file_.array<Sighting>("sighting"));
  MINGLU_TRY(segment.indicators_, segment.file_.array<IndicatorMeta>("indicator"));
  MINGLU_TRY(segment.values_, segment.file_.array<int64_t>("value"));
  MINGLU_TRY(segment.valid_, segment.file_.array<uint8_t>("valid"));
  MINGLU_TRY(segment.key_order_, segment.file_.array<uint32_t>("key_order"));
  MINGLU_TRY(segment.record_order_, segment.file_.array<uint32_t>("record_order"));
  MINGLU_TRY(segment.sighting_order_, segment.file_.array<uint32_t>("sighting_order"));
  MINGLU_TRY(segment.indicator_order_, segment.file_.array<uint32_t>("indicator_order"));
  return segment;
}

Status RecordSegment::read(uint64_t place, RecordText& out) const {
  const auto damaged = [] { return base::data_loss("a record is damaged or missing; run: minglu rebuild"); };
  if (place >= metas_.size()) return damaged();
  MINGLU_TRY(const std::string_view row, rows_.read(place_of(metas_[place]), out.unpacked_));
  std::string_view rest = row;
  uint64_t key_size = 0;
  if (!take_varint(rest, key_size) || key_size > rest.size()) return damaged();
  out.borrowed_ = row.data() == out.unpacked_.data() ? std::string_view() : row;
  out.key_from_ = row.size() - rest.size();
  out.key_size_ = key_size;
  return ok_status();
}

uint32_t RecordSegment::record_with_key(uint32_t key) const {
  const auto after = std::upper_bound(metas_.begin(), metas_.end(), key,
                                      [](uint32_t k, const RecordMeta& meta) { return k < meta.match_key_first; });
  return static_cast<uint32_t>(after - metas_.begin()) - 1;
}

}  // namespace minglu::store
