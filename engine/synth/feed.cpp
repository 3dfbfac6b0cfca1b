#include "synth/feed.hpp"

#include "base/hash.hpp"

namespace minglu::synth {

std::string unit_label(uint64_t index) { return "u" + std::to_string(index); }

void FeedSink::truth(std::string_view key, uint64_t unit) { truth_other(key, unit_label(unit)); }

void FeedSink::truth_other(std::string_view key, std::string_view cluster) {
  truth_ += layout_.source_id;
  truth_ += ':';
  truth_ += key;
  truth_ += ',';
  truth_ += cluster;
  truth_ += '\n';
}

void FeedSink::put(size_t file, const TrueUnit& unit, uint64_t noise) {
  FileBytes& out = files_[file];
  const size_t begin = out.bytes.size();
  encode_row(layout_, cells_, out.bytes);
  ++out.rows;
  const uint64_t feed = base::hash64(layout_.source_id);
  base::Rng rng = stream(scene_.seed, unit.index, Stream::kNoiseRow, base::mix64(feed + file) ^ noise);
  if (rng.chance(scene_.rates.duplicate_row)) {
    out.bytes += std::string(out.bytes, begin);
    ++out.rows;
  }
  if (layout_.format == Format::kCsv) put_damaged(file, rng);
}

void FeedSink::put_damaged(size_t file, base::Rng& rng) {
  FileBytes& out = files_[file];
  const Rates& rates = scene_.rates;
  if (rng.chance(rates.bad_ragged)) {
    encode_ragged_row(layout_, cells_, rng.below(2) == 0, out.bytes);
    ++out.rows;
  }
  if (rng.chance(rates.bad_encoding)) {
    const size_t begin = out.bytes.size();
    encode_row(layout_, cells_, out.bytes);
    // 0xFF begins no character in UTF-8 nor in GB18030.
    out.bytes.insert(begin, 1, '\xFF');
    ++out.rows;
  }
  for (size_t i = 0; i < layout_.columns.size(); ++i) {
    if (!layout_.columns[i].date || cells_.is_null(i) || !rng.chance(rates.bad_date)) continue;
    cells_.replace(i, rng.below(2) == 0 ? "2023-02-30" : "0000-00-00");
    encode_row(layout_, cells_, out.bytes);
    ++out.rows;
    return;
  }
}

std::vector<std::string> monthly_files(const Calendar& calendar) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) tags.push_back(base::format_period(calendar.period(i)));
  return tags;
}

std::vector<std::string> quarterly_files(const Calendar& calendar) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (calendar.period(i).yyyymm % 100 % 3 == 0) tags.push_back(base::format_period(calendar.period(i)));
  }
  return tags;
}

std::vector<std::string> first_month_file(const Calendar& calendar) {
  return {base::format_iso_date(calendar.end_of(0))};
}

}  // namespace minglu::synth
