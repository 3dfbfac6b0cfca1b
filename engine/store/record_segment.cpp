#include "store/record_segment.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

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

template <typename T>
void digest_array(base::Sha256& sha, const std::vector<T>& items) {
  sha.update({reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
}

}  // namespace

Result<RecordSegmentWriter> RecordSegmentWriter::create(const std::filesystem::path& path, SegmentInfo info) {
  MINGLU_TRY(SectionFileWriter file, SectionFileWriter::create(path));
  RecordSegmentWriter writer{std::move(file), std::move(info)};
  MINGLU_CHECK(writer.file_.begin_stream("blob"));
  return writer;
}

Status RecordSegmentWriter::add_record(RecordMeta meta, std::string_view key_and_record,
                                       std::span<const MatchKeyEntry> keys) {
  meta.blob_offset = file_.streamed_bytes();
  meta.match_key_first = static_cast<uint32_t>(key_hashes_.size());
  meta.match_key_count = static_cast<uint16_t>(keys.size());
  for (const MatchKeyEntry& key : keys) {
    key_hashes_.push_back(key.hash);
    key_kinds_.push_back(key.kind);
  }
  metas_.push_back(meta);
  return file_.stream(key_and_record);
}

void RecordSegmentWriter::add_indicator(const IndicatorMeta& meta, std::span<const int64_t> values,
                                        std::span<const uint8_t> valid) {
  indicators_.push_back(meta);
  values_.insert(values_.end(), values.begin(), values.end());
  valid_.insert(valid_.end(), valid.begin(), valid.end());
  if (info_.period_min == 0 || meta.period_yyyymm < info_.period_min) info_.period_min = meta.period_yyyymm;
  info_.period_max = std::max(info_.period_max, meta.period_yyyymm);
}

std::string RecordSegmentWriter::content_digest() const {
  // Contents are hashes of record bytes, so the arrays below pin every byte that the segment states.
  base::Sha256 sha;
  digest_array(sha, metas_);
  digest_array(sha, key_hashes_);
  digest_array(sha, key_kinds_);
  digest_array(sha, sightings_);
  digest_array(sha, indicators_);
  digest_array(sha, values_);
  digest_array(sha, valid_);
  return sha.hex_digest();
}

Status RecordSegmentWriter::finish() {
  MINGLU_CHECK(file_.add_array("meta", metas_));
  MINGLU_CHECK(file_.add_array("key_hash", key_hashes_));
  MINGLU_CHECK(file_.add_array("key_kind", key_kinds_));
  MINGLU_CHECK(file_.add_array("sighting", sightings_));
  MINGLU_CHECK(file_.add_array("indicator", indicators_));
  MINGLU_CHECK(file_.add_array("value", values_));
  MINGLU_CHECK(file_.add_array("valid", valid_));
  MINGLU_CHECK(add_orders());
  MINGLU_CHECK(file_.add("info", encode_info(info_)));
  return file_.finish();
}

Status RecordSegmentWriter::add_orders() {
  MINGLU_CHECK(file_.add_array("key_order", hash_order(key_hashes_)));
  std::vector<uint64_t> entities;
  const auto order_of = [&](const auto& items) {
    entities.clear();
    entities.reserve(items.size());
    for (const auto& item : items) entities.push_back(item.entity);
    return hash_order(entities);
  };
  MINGLU_CHECK(file_.add_array("record_order", order_of(metas_)));
  MINGLU_CHECK(file_.add_array("sighting_order", order_of(sightings_)));
  return file_.add_array("indicator_order", order_of(indicators_));
}

Result<RecordSegment> RecordSegment::open(const std::filesystem::path& path) {
  RecordSegment segment;
  MINGLU_TRY(segment.file_, SectionFile::open(path));
  MINGLU_TRY(const std::string_view info, segment.file_.section("info"));
  MINGLU_TRY(segment.info_, decode_info(info));
  MINGLU_TRY(segment.blob_, segment.file_.section("blob"));
  MINGLU_TRY(segment.metas_, segment.file_.array<RecordMeta>("meta"));
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

uint32_t RecordSegment::record_with_key(uint32_t key) const {
  const auto after = std::upper_bound(metas_.begin(), metas_.end(), key,
                                      [](uint32_t k, const RecordMeta& meta) { return k < meta.match_key_first; });
  return static_cast<uint32_t>(after - metas_.begin()) - 1;
}

}  // namespace minglu::store
