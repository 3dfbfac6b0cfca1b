// Real register rows as other departments would see them; see synth.hpp.
#include <algorithm>
#include <memory>
#include <unordered_set>

#include "base/hash.hpp"
#include "codes/catalog_file.hpp"
#include "synth/feed.hpp"
#include "synth/feeds/feeds.hpp"
#include "synth/output.hpp"
#include "synth/real_row.hpp"
#include "synth/scene.hpp"
#include "synth/synth.hpp"
#include "table/reader.hpp"
#include "text/chars.hpp"
#include "text/company_name.hpp"
#include "units/identifiers.hpp"

namespace minglu::synth {
namespace {

constexpr const char* kReadme =
    "Feeds derived from the rows of a register, with the same differences that real sources show.\n"
    "They hold the register's rows: the terms of the register apply. Figures are invented.\n"
    "truth.csv: id = <source>:<key as cleaned>, cluster_id = the unit; the register's own rows are named too.\n";

enum DerivedFeed : size_t { kTax, kInsured, kAnnual, kPower, kWeb, kDerivedFeeds };

std::vector<Feed> derived_feeds() {
  std::vector<Feed> feeds = {tax_register_feed(), insured_feed(), market_annual_feed(), power_feed(), web_feed()};
  const auto first_only = [](const Calendar& calendar) {
    return std::vector<std::string>{base::format_period(calendar.first)};
  };
  for (const size_t once : {kTax, kAnnual, kWeb}) feeds[once].schedule = first_only;
  return feeds;
}

class Derivation {
 public:
  Derivation(const Scene& scene, const text::CharTables& chars, const RealColumns& columns)
      : scene_(scene), chars_(chars), columns_(columns), feeds_(derived_feeds()) {}

  [[nodiscard]] const std::vector<Feed>& feeds() const noexcept { return feeds_; }
  /// Rows of one batch into `out`.
  void add_batch(const table::RawBatch& batch, BlockOutput& out);

 private:
  void add_row(std::vector<FeedSink>& sinks, BlockOutput& out);
  void put_tax(FeedSink& sink);
  void put_insured(FeedSink& sink);
  void put_annual(FeedSink& sink);
  void put_power(FeedSink& sink);
  void put_web(FeedSink& sink);
  [[nodiscard]] base::Rng rng(Stream purpose, size_t feed) const {
    return stream(scene_.seed, unit_.index, purpose, 100 + feed);
  }
  [[nodiscard]] bool covered(double share, size_t feed) const { return rng(Stream::kCoverage, feed).chance(share); }
  [[nodiscard]] std::string name_for(size_t feed) const {
    base::Rng noise = rng(Stream::kNoiseName, feed);
    return rewrite_name(noise, scene_.rates, row_.name);
  }
  [[nodiscard]] std::string address_for(size_t feed) const {
    base::Rng noise = rng(Stream::kNoiseAddress, feed);
    return rewrite_address(noise, scene_.rates, row_.address, other_address_);
  }
  [[nodiscard]] std::string uscc_for(size_t feed, double missing) const {
    base::Rng noise = rng(Stream::kNoiseId, feed);
    if (!own_uscc_ || noise.chance(missing)) return {};
    return rewrite_identifier(noise, scene_.rates, row_.uscc);
  }

  const Scene& scene_;
  const text::CharTables& chars_;
  const RealColumns& columns_;
  std::vector<Feed> feeds_;
  std::unordered_set<uint64_t> seen_keys_;
  std::unordered_set<uint64_t> seen_usccs_;
  TrueUnit unit_;  // only its index is used: the number of the row
  RealRow row_;
  std::string other_address_;  // of the row before
  bool own_uscc_ = false;      // the identifier is trusted and no row before had it
};

void Derivation::add_batch(const table::RawBatch& batch, BlockOutput& out) {
  std::vector<FeedSink> sinks;
  for (const Feed& feed : feeds_) out.feeds.emplace_back(feed.schedule(scene_.calendar).size());
  for (size_t f = 0; f < feeds_.size(); ++f) sinks.emplace_back(scene_, feeds_[f].layout, out.feeds[f], out.truth);
  std::vector<bool> lost(batch.row_count());
  for (const table::RowProblem& problem : batch.problems) {
    const auto it = std::lower_bound(batch.row_numbers.begin(), batch.row_numbers.end(), problem.row);
    if (problem.fatal && it != batch.row_numbers.end() && *it == problem.row) {
      lost[static_cast<size_t>(it - batch.row_numbers.begin())] = true;
    }
  }
  for (size_t r = 0; r < batch.row_count(); ++r) {
    if (lost[r]) continue;
    other_address_ = row_.address;
    read_row(columns_, batch, r, row_);
    if (row_.name.empty()) continue;
    unit_.index = batch.row_numbers[r];
    add_row(sinks, out);
  }
}

void Derivation::add_row(std::vector<FeedSink>& sinks, BlockOutput& out) {
  std::string key = row_.uscc;
  if (columns_.name_in_key) {
    if (!key.empty()) key += '\x1F';
    key += text::normalise_company_name(row_.name, chars_);
  }
  if (key.empty() || !seen_keys_.insert(base::hash64(key)).second) return;
  own_uscc_ = row_.uscc_trusted && seen_usccs_.insert(base::hash64(row_.uscc)).second;
  out.truth += columns_.source_id + ":" + key + "," + unit_label(unit_.index) + "\n";
  ++out.units;
  put_tax(sinks[kTax]);
  put_insured(sinks[kInsured]);
  put_annual(sinks[kAnnual]);
  put_power(sinks[kPower]);
  put_web(sinks[kWeb]);
}

void Derivation::put_tax(FeedSink& sink) {
  if (!own_uscc_ || !covered(scene_.rates.coverage_tax_register, kTax)) return;
  base::Rng person = rng(Stream::kNoisePerson, kTax);
  const std::string number = uscc_for(kTax, 0);
  Cells& row = sink.row();
  row.add(number);
  row.add(number);
  row.add(name_for(kTax));
  row.add("正常");
  row.add(rewrite_person(person, scene_.rates, scene_.lexicon, row_.legal_rep));
  row.add(address_for(kTax));
  row.add("");
  row.add("");
  row.add("小规模纳税人");
  row.add("");
  row.add("");
  row.add(row_.founded);
  row.add("");
  sink.put(0, unit_, 0);
  sink.truth(row_.uscc, unit_.index);
}

void Derivation::put_insured(FeedSink& sink) {
  if (!covered(scene_.rates.coverage_hrss, kInsured)) return;
  const std::string number = own_number(scene_, unit_, "3", 8);
  base::Rng size = rng(Stream::kScale, kInsured);
  const double persons = 1 + lognormal(size, 4, 1.2);
  for (int32_t i = 0; i < scene_.calendar.periods; ++i) {
    Cells& row = sink.row();
    row.add(number);
    row.add(uscc_for(kInsured, scene_.rates.missing_uscc_hrss));
    row.add(name_for(kInsured));
    row.add(address_for(kInsured));
    row.add("");
    row.add(base::format_period(scene_.calendar.period(i)));
    row.add(std::to_string(static_cast<int64_t>(persons * (0.9 + 0.2 * size.uniform()) + 0.5)));
    sink.put(static_cast<size_t>(i), unit_, 0);
  }
  sink.truth(number, unit_.index);
}

void Derivation::put_annual(FeedSink& sink) {
  // The annual report is keyed by the registration number; an extract without it yields none.
  if (!units::is_valid_reg_no(row_.reg_no) || !covered(scene_.rates.coverage_annual_report, kAnnual)) return;
  base::Rng size = rng(Stream::kScale, kAnnual);
  Cells& row = sink.row();
  row.add(row_.reg_no);
  row.add(uscc_for(kAnnual, scene_.rates.missing_uscc_annual));
  row.add(name_for(kAnnual));
  row.add(std::to_string(scene_.calendar.first.yyyymm / 100));
  row.add(address_for(kAnnual));
  row.add("");
  row.add("");
  row.add(std::to_string(1 + static_cast<int64_t>(lognormal(size, 4, 1.2))));
  row.add("企业选择不公示");
  row.add("正常");
  sink.put(0, unit_, 0);
  sink.truth(row_.reg_no, unit_.index);
}

void Derivation::put_power(FeedSink& sink) {
  if (!covered(scene_.rates.coverage_power, kPower)) return;
  const std::string number = own_number(scene_, unit_, "03", 10);
  base::Rng size = rng(Stream::kScale, kPower);
  for (int32_t i = 0; i < scene_.calendar.periods; ++i) {
    Cells& row = sink.row();
    row.add(number);
    row.add(name_for(kPower));
    row.add(address_for(kPower));
    row.add("一般工商业");
    row.add(base::format_period(scene_.calendar.period(i)));
    row.add(std::to_string(static_cast<int64_t>(lognormal(size, 400, 1.3))));
    sink.put(static_cast<size_t>(i), unit_, 0);
  }
  sink.truth(number, unit_.index);
}

void Derivation::put_web(FeedSink& sink) {
  if (!covered(scene_.rates.coverage_web, kWeb)) return;
  const std::string number = own_number(scene_, unit_, "", 9);
  base::Rng noise = rng(Stream::kWeb, kWeb);
  Cells& row = sink.row();
  row.add(number);
  row.add(shorten_name(noise, scene_.rates, scene_.lexicon, row_.name));
  row.add_optional(noise.chance(scene_.rates.web_full_name), row_.name);
  row.add("");
  row.add("深圳");
  row.add("");
  row.add_null();
  row.add_null();
  row.add(pick(noise, scene_.lexicon.job_titles));
  row.add(std::to_string(1 + noise.below(9)));
  sink.put(0, unit_, 0);
  sink.truth(number, unit_.index);
}

}  // namespace

Result<SynthReport> derive_feeds(const DeriveSpec& spec) {
  const CitySpec city{.units = 1,
                      .seed = spec.seed,
                      .out_dir = spec.out_dir,
                      .first_period = spec.first_period,
                      .periods = spec.periods,
                      .catalog = spec.catalog,
                      .progress = {}};
  MINGLU_TRY(const std::unique_ptr<Scene> scene, build_scene(city));
  MINGLU_TRY(const auto chars,
             text::CharTables::load(spec.catalog.empty() ? codes::catalog_directory() : spec.catalog));
  MINGLU_TRY(const std::unique_ptr<table::TableReader> reader,
             table::open_table(spec.from_csv, {.format = table::FileFormat::kCsv}));
  MINGLU_TRY(const RealColumns columns, detect_columns(reader->names()));
  Derivation derivation(*scene, *chars, columns);
  std::vector<const Feed*> feeds;
  for (const Feed& feed : derivation.feeds()) feeds.push_back(&feed);
  MINGLU_TRY(Output output, Output::create(spec.out_dir, feeds, scene->calendar));
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) break;
    BlockOutput block;
    derivation.add_batch(batch, block);
    MINGLU_CHECK(output.append(block));
    if (spec.progress && !batch.row_numbers.empty()) spec.progress(batch.row_numbers.back());
  }
  return output.finish(kReadme);
}

}  // namespace minglu::synth
