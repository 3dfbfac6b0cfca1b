#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/date.hpp"
#include "cli/commands.hpp"
#include "codes/catalog.hpp"
#include "codes/catalog_file.hpp"
#include "table/reader.hpp"
#include "table/writer.hpp"
#include "tiers/classify.hpp"
#include "tiers/result_table.hpp"
#include "tiers/side_tables.hpp"
#include "tiers/unit_table.hpp"
#include "tiers/wording.hpp"

namespace minglu::cli {
namespace {

using tiers::UnitRow;

struct Run {
  codes::Catalog catalog;
  tiers::Settings settings;
  tiers::Wording wording;
  Date day;
  std::vector<UnitRow> rows;
  std::vector<std::string> notes;  // what was assumed, for people
  std::vector<std::string> ignored_columns;
  bool listed = false;
  std::string list_version;
  uint64_t list_units = 0;
  std::vector<std::string> list_unmatched;
  uint64_t figures = 0;
  uint64_t figures_unmatched = 0;
  tiers::Summary summary;
};

Result<Date> day_of(const std::string& text) {
  if (text.empty()) {
    const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + std::chrono::hours(8));
    return Date{static_cast<int32_t>(days.time_since_epoch().count())};
  }
  const auto day = base::parse_iso_date(text);
  if (!day) return base::invalid_argument("--date \"" + text + "\" is no day; write it like 2026-11-30");
  return *day;
}

Result<std::optional<units::MoneyUnit>> money_unit_of(const std::string& word) {
  using Unit = std::optional<units::MoneyUnit>;
  if (word.empty()) return Unit();
  if (word == "yuan") return Unit(units::MoneyUnit::kYuan);
  if (word == "thousand_yuan") return Unit(units::MoneyUnit::kThousandYuan);
  if (word == "wan_yuan") return Unit(units::MoneyUnit::kWanYuan);
  return base::invalid_argument("--money-unit is yuan, thousand_yuan or wan_yuan, not \"" + word + "\"");
}

/// Hands every batch of a file to `take`, which may fail.
template <typename Take>
Status read_all(table::TableReader& reader, const Take& take) {
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader.next(batch));
    if (!more) return ok_status();
    MINGLU_CHECK(take(batch));
  }
}

Status read_units(const TiersOptions& options, const tiers::ReadSpec& spec, Run& run) {
  MINGLU_TRY(const std::unique_ptr<table::TableReader> file, table::open_table(options.data, {}));
  MINGLU_TRY(const tiers::UnitReader reader, tiers::UnitReader::create(file->names(), spec));
  MINGLU_CHECK(read_all(*file, [&](const table::RawBatch& batch) {
    reader.read(batch, run.rows);
    return ok_status();
  }));
  run.ignored_columns = reader.ignored_columns();
  if (!reader.has("unit_type")) run.notes.push_back("no column unit_type: every unit is taken as a legal unit");
  if (!reader.has("period"))
    run.notes.push_back("no column period: amounts of the data are taken as cumulative to " +
                        base::format_period(spec.period));
  if (!reader.has("in_sishang") && options.list.empty())
    run.notes.push_back("no list of 四上 (--list, or a column in_sishang): no unit counts as listed");
  run.listed = reader.has("in_sishang");
  if (run.listed) run.list_version = "in_sishang";
  tiers::reject_duplicates(run.rows);
  return ok_status();
}

Status join_figures(const TiersOptions& options, const tiers::ReadSpec& spec, Run& run) {
  if (options.figures.empty()) return ok_status();
  MINGLU_TRY(const std::unique_ptr<table::TableReader> file, table::open_table(options.figures, {}));
  MINGLU_TRY(tiers::FigureBook book, tiers::FigureBook::create(file->names(), spec));
  MINGLU_CHECK(read_all(*file, [&](const table::RawBatch& batch) {
    book.read(batch);
    return ok_status();
  }));
  book.join(run.rows);
  run.figures = book.row_count();
  run.figures_unmatched = book.count_unmatched(run.rows);
  return ok_status();
}

Status join_list(const TiersOptions& options, Run& run) {
  if (options.list.empty()) return ok_status();
  MINGLU_TRY(const std::unique_ptr<table::TableReader> file, table::open_table(options.list, {}));
  MINGLU_TRY(tiers::CurrentList list, tiers::CurrentList::create(file->names()));
  MINGLU_CHECK(read_all(*file, [&](const table::RawBatch& batch) {
    list.read(batch);
    return ok_status();
  }));
  if (list.without_key() > 0)
    return base::invalid_argument("the list of 四上 has " + std::to_string(list.without_key()) +
                                  " rows without id and uscc; fill them in");
  list.join(run.rows);
  run.listed = true;
  run.list_version =
      options.list_version.empty() ? std::filesystem::path(options.list).stem().string() : options.list_version;
  run.list_units = list.size();
  run.list_unmatched = list.unmatched();
  return ok_status();
}

Status join_previous(const TiersOptions& options, Run& run) {
  if (options.previous.empty()) return ok_status();
  MINGLU_TRY(const std::unique_ptr<table::TableReader> file, table::open_table(options.previous, {}));
  MINGLU_TRY(tiers::PreviousResult previous, tiers::PreviousResult::create(file->names()));
  const Period today = tiers::period_of(run.day);
  MINGLU_CHECK(read_all(*file, [&](const table::RawBatch& batch) { return previous.read(batch, today); }));
  previous.join(run.rows);
  return ok_status();
}

Status write_results(const TiersOptions& options, Run& run) {
  std::vector<table::OutColumn> columns;
  for (const std::string& name : tiers::result_columns()) columns.push_back({name});
  MINGLU_TRY(const std::unique_ptr<table::TableWriter> writer, table::create_csv(options.out, columns, {}));
  const tiers::Context context{run.catalog, run.settings, run.day, run.list_version};
  const tiers::ResultContext words{run.wording, run.settings, tiers::period_of(run.day)};
  for (const UnitRow& row : run.rows) {
    const tiers::Assessment result = row.problems.empty() ? tiers::classify(row.unit, context) : tiers::rejected(row);
    run.summary.add(row, result);
    const std::vector<std::string> cells = tiers::result_cells(row, result, words);
    const std::vector<std::optional<std::string_view>> views(cells.begin(), cells.end());
    MINGLU_CHECK(writer->row(views));
  }
  return writer->finish();
}

Result<Run> classify_file(const GlobalOptions& global, const TiersOptions& options) {
  const std::filesystem::path directory =
      global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
  Run run;
  MINGLU_TRY(run.day, day_of(options.date));
  MINGLU_TRY(run.catalog, codes::Catalog::load(directory));
  MINGLU_TRY(run.settings, tiers::Settings::load(directory, run.day));
  MINGLU_TRY(run.wording, tiers::Wording::load(directory, run.settings));
  MINGLU_TRY(const auto money_unit, money_unit_of(options.money_unit));
  // Without a stated period amounts are those of the last whole month.
  const Period period = base::add_months(tiers::period_of(run.day), -1);
  const tiers::ReadSpec spec{run.catalog, run.settings, money_unit, period};
  MINGLU_CHECK(read_units(options, spec, run));
  MINGLU_CHECK(join_figures(options, spec, run));
  MINGLU_CHECK(join_list(options, run));
  MINGLU_CHECK(join_previous(options, run));
  MINGLU_CHECK(write_results(options, run));
  return run;
}

nlohmann::json report_json(const Run& run) {
  const tiers::Summary& s = run.summary;
  nlohmann::json lines = nlohmann::json::object();
  for (const codes::Threshold& line : run.catalog.thresholds().all()) {
    const auto met = s.lines.find(line.id);
    if (met == s.lines.end()) continue;
    lines[line.id] = {{"units", met->second},
                      {"rule_zh", run.wording.rule(line, line.unit_types.front(), tiers::Language::kChinese)},
                      {"rule_en", run.wording.rule(line, line.unit_types.front(), tiers::Language::kEnglish)}};
  }
  const auto rejected = s.libraries.find("REJECTED");
  nlohmann::json json = {{"date", base::format_iso_date(run.day)},
                         {"rows_in", s.rows},
                         {"rejected", rejected == s.libraries.end() ? 0 : rejected->second},
                         {"libraries", s.libraries},
                         {"bands", s.bands},
                         {"sub_states", s.sub_states},
                         {"comparison", s.comparisons},
                         {"proposals", s.proposals},
                         {"categories", s.categories},
                         {"reasons", s.reasons},
                         {"lines", lines},
                         {"moved", s.moved},
                         {"notes", run.notes},
                         {"ignored_columns", run.ignored_columns},
                         {"figures", {{"rows", run.figures}, {"unmatched", run.figures_unmatched}}}};
  json["list"] = nullptr;
  if (run.listed)
    json["list"] = {{"version", run.list_version}, {"units", run.list_units}, {"not_in_data", run.list_unmatched}};
  return json;
}

void print_counts(const Run& run, const char* family, const std::map<std::string, uint64_t>& counts) {
  for (const auto& [code, count] : counts) {
    const std::string words = run.wording.text(std::string(family) + "." + code, tiers::Language::kChinese);
    std::printf("  %s（%s） %s\n", words.c_str(), code.c_str(), with_commas(count).c_str());
  }
}

void print_report(const Run& run, const TiersOptions& options) {
  const tiers::Summary& s = run.summary;
  std::printf("判定日期 %s，%s 行\n", base::format_iso_date(run.day).c_str(), with_commas(s.rows).c_str());
  print_counts(run, "library", s.libraries);
  if (!s.bands.empty()) std::printf("关注\n");
  print_counts(run, "band", s.bands);
  if (run.listed) {
    std::printf("与名单“%s”比对\n", run.list_version.c_str());
    print_counts(run, "comparison", s.comparisons);
    if (!run.list_unmatched.empty())
      std::printf("  名单中有而数据中没有 %s\n", with_commas(run.list_unmatched.size()).c_str());
  }
  std::printf("结果：%s\n", options.out.c_str());
  for (const std::string& note : run.notes) std::fprintf(stderr, "minglu: %s\n", note.c_str());
  for (const std::string& column : run.ignored_columns)
    std::fprintf(stderr, "minglu: column \"%s\" is not used\n", column.c_str());
  if (run.figures_unmatched > 0)
    std::fprintf(stderr, "minglu: %s figures belong to no unit of the data\n",
                 with_commas(run.figures_unmatched).c_str());
}

}  // namespace

int run_tiers_classify(const GlobalOptions& global, const TiersOptions& options) {
  const auto run = classify_file(global, options);
  if (!run.ok()) return fail(run.error(), global);
  if (global.json) {
    print_json(report_json(*run));
  } else {
    print_report(*run, options);
  }
  const auto rejected = run->summary.libraries.find("REJECTED");
  const bool all =
      run->summary.rows > 0 && rejected != run->summary.libraries.end() && rejected->second == run->summary.rows;
  return all ? kExitRejected : kExitOk;
}

}  // namespace minglu::cli
