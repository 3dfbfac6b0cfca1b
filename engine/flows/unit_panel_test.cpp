// The panel against cases worked by hand, and against a slow obvious twin on a synthetic city.
#include "flows/unit_panel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "flows/flows_test_support.hpp"
#include "flows/panel_source.hpp"
#include "synth/synth.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

constexpr const char* kSurveyHead =
    "统一社会信用代码,单位详细名称,专业类别,行业代码,区划代码,报告期,营业收入本年累计(千元),利润总额本年累计(千元),"
    "资产总计(千元),"
    "从业人员期末人数\n";

std::string survey_row(int number, const std::string& period, const std::string& revenue) {
  return uscc_of(number) + ",深圳第" + std::to_string(number) + "公司,B,3911,440305," + period + "," + revenue +
         ",1,9,5\n";
}

UnitPanel panel_of(TestHome& home, const PanelSpec& spec) {
  const auto state = *home->state(UINT64_MAX);
  auto panel = make_unit_panel(*home, *state, spec);
  EXPECT_TRUE(panel.ok()) << panel.error().message;
  return panel.ok() ? std::move(panel).value() : UnitPanel{};
}

std::string refusal(TestHome& home, const PanelColumn& column) {
  const auto state = *home->state(UINT64_MAX);
  const auto panel = make_unit_panel(*home, *state, {.columns = {column}});
  return panel.ok() ? "" : panel.error().message;
}

size_t row_of(const UnitPanel& panel, uint64_t unit) {
  return static_cast<size_t>(std::find(panel.units.begin(), panel.units.end(), unit) - panel.units.begin());
}

TEST(UnitPanel, AnEmptyRegisterHasNoRows) {
  TestHome home;
  EXPECT_EQ(*home->state(UINT64_MAX), nullptr);
}

// Reports 04: 40, 06: 70, 12: 150 of 2025 and 02: 30 of 2026, year to date, in thousands.
TEST(UnitPanel, MonthsAreDerivedFromYearToDateFigures) {
  TestHome home;
  home.feed("tj_ytb", "tj_ytb_2025-04.csv", kSurveyHead + survey_row(1, "2025-04", "40"));
  home.feed("tj_ytb", "tj_ytb_2025-06.csv", kSurveyHead + survey_row(1, "2025-06", "70"));
  home.feed("tj_ytb", "tj_ytb_2025-12.csv", kSurveyHead + survey_row(1, "2025-12", "150"));
  home.feed("tj_ytb", "tj_ytb_2026-02.csv", kSurveyHead + survey_row(1, "2026-02", "30"));
  home.resolve();
  const UnitPanel panel = panel_of(home, {.columns = {{"tj_ytb", "revenue", Reduce::kSum, {202505}, {202602}},
                                                      {"tj_ytb", "revenue", Reduce::kSum, {202503}, {202602}},
                                                      {"tj_ytb", "revenue", Reduce::kLast, {202601}, {202602}},
                                                      {"tj_ytb", "revenue", Reduce::kMonths, {202504}, {202603}},
                                                      {"tj_ytb", "revenue", Reduce::kQuarters, {202504}, {202603}},
                                                      {"tj_ytb", "revenue", Reduce::kSum, {202603}, {202605}}}});
  ASSERT_EQ(panel.rows(), 1U);
  EXPECT_EQ(panel.figures[0].values[0], 140 * 1000 * 100);
  EXPECT_EQ(panel.figures[0].kinds[0], CellKind::kValue);
  EXPECT_EQ(panel.figures[0].periods[0], 202602);
  EXPECT_EQ(panel.figures[0].source_class, access::SourceClass::kSurvey);
  EXPECT_EQ(panel.figures[1].kinds[0], CellKind::kIncomplete);
  EXPECT_EQ(panel.figures[2].values[0], 30 * 1000 * 100);
  EXPECT_EQ(panel.figures[3].values[0], 4);
  EXPECT_EQ(panel.figures[4].values[0], 3);
  EXPECT_EQ(panel.figures[5].kinds[0], CellKind::kNotDelivered);
}

TEST(UnitPanel, ALaterDeliveryCorrectsAnEarlierOneInAnyOrder) {
  for (const bool reversed : {false, true}) {
    TestHome home;
    const auto first = [&] {
      home.feed("tj_ytb", "a.csv", kSurveyHead + survey_row(1, "2025-04", "40"), "2025-05-10");
    };
    const auto second = [&] {
      home.feed("tj_ytb", "b.csv", kSurveyHead + survey_row(1, "2025-04", "44"), "2025-06-10");
    };
    if (reversed) {
      second();
      first();
    } else {
      first();
      second();
    }
    home.resolve();
    const UnitPanel panel = panel_of(home, {.columns = {{"tj_ytb", "revenue", Reduce::kSum, {202501}, {202504}}}});
    ASSERT_EQ(panel.rows(), 1U);
    EXPECT_EQ(panel.figures[0].values[0], 44 * 1000 * 100) << reversed;
  }
}

TEST(UnitPanel, AccountsOfOneUnitAreAddedUpAndEmptyCellsSayWhy) {
  TestHome home;
  const auto social = [](const std::string& account, int unit, const std::string& month, const std::string& people) {
    return account + "," + uscc_of(unit) + ",深圳第" + std::to_string(unit) + "公司,,," + month + "," + people + "\n";
  };
  home.feed("scjg_reg", "scjg_reg_2024-01.csv",
            std::string("统一社会信用代码,企业名称,法定代表人,住所,成立日期\n") + uscc_of(1) +
                ",深圳第1公司,,,2010-01-01\n" + uscc_of(2) + ",深圳第2公司,,,2010-01-01\n" + uscc_of(3) +
                ",深圳第3公司,,,2025-07-01\n");
  home.feed("hrss", "hrss_2025-01.csv",
            kSocialHead + social("A1", 1, "2025-01", "10") + social("A2", 1, "2025-01", "5") +
                social("B1", 2, "2025-01", "7"));
  home.feed("hrss", "hrss_2025-02.csv", kSocialHead + social("A1", 1, "2025-02", "11"));
  home.resolve();
  const UnitPanel panel = panel_of(home, {.columns = {{"hrss", "insured", Reduce::kLast, {202501}, {202501}},
                                                      {"hrss", "insured", Reduce::kLast, {202501}, {202502}},
                                                      {"hrss", "insured", Reduce::kMonths, {202501}, {202506}},
                                                      {"hrss", "insured", Reduce::kLast, {202502}, {202502}}},
                                          .fields = {"founded", "name", "region"}});
  ASSERT_EQ(panel.rows(), 3U);
  const size_t one = row_of(panel, home.unit_of(uscc_of(1)));
  const size_t two = row_of(panel, home.unit_of(uscc_of(2)));
  const size_t three = row_of(panel, home.unit_of(uscc_of(3)));
  EXPECT_EQ(panel.figures[0].values[one], 15);
  EXPECT_EQ(panel.figures[1].values[one], 11);
  EXPECT_EQ(panel.figures[1].periods[one], 202502);
  EXPECT_EQ(panel.figures[2].values[one], 2);
  EXPECT_EQ(panel.figures[3].kinds[two], CellKind::kZero);
  EXPECT_EQ(panel.figures[3].values[two], 0);
  EXPECT_EQ(panel.figures[1].kinds[three], CellKind::kNotApplicable);  // founded in July
  EXPECT_EQ(panel.texts[0].at(three), "2025-07-01");
  EXPECT_EQ(panel.texts[1].at(two), "深圳第2公司");
}

TEST(UnitPanel, WhatCannotBeAnsweredIsRefusedByName) {
  TestHome home;
  home.feed("hrss", "hrss_2025-01.csv", kSocialHead + std::string("A1,") + uscc_of(1) + ",深圳公司,,,2025-01,1\n");
  home.resolve();
  EXPECT_NE(refusal(home, {"nobody", "insured", Reduce::kLast, {202501}, {202501}}).find("nobody"), std::string::npos);
  EXPECT_NE(refusal(home, {"hrss", "revenue", Reduce::kLast, {202501}, {202501}}).find("revenue"), std::string::npos);
  EXPECT_NE(refusal(home, {"hrss", "insured", Reduce::kSum, {202501}, {202501}}).find("level"), std::string::npos);
  EXPECT_NE(refusal(home, {"hrss", "insured", Reduce::kLast, {202502}, {202501}}).find("months"), std::string::npos);
  EXPECT_NE(refusal(home, {"hrss", "insured", Reduce::kLast, {201501}, {202501}}).find("60"), std::string::npos);
}

// ---- the twin: one unit and column at a time, in the plainest words ----

struct Cell {
  CellKind kind = CellKind::kNotLinked;
  int64_t value = 0;
  int32_t period = 0;
  bool operator==(const Cell&) const = default;
};

using Report = std::map<int32_t, int64_t>;  // yyyymm -> value in force

Report reports_of(Home& home, const std::string& source, uint64_t entity, const std::string& field, bool no_zero) {
  std::map<int32_t, std::tuple<int32_t, uint64_t, std::optional<int64_t>>> latest;
  const std::vector<const store::RecordSegment*> segments = home.record_segments(UINT64_MAX).value();
  for (const store::RecordSegment* segment : segments) {
    if (segment->info().source != source) continue;
    const auto& fields = segment->info().indicator_fields;
    const auto place = std::find(fields.begin(), fields.end(), field) - fields.begin();
    for (size_t i = 0; i < segment->indicators().size(); ++i) {
      const store::IndicatorMeta& meta = segment->indicators()[i];
      if (meta.entity != entity) continue;
      std::optional<int64_t> value;
      if (static_cast<size_t>(place) < fields.size() && segment->indicator_valid(i)[static_cast<size_t>(place)] != 0)
        value = segment->indicator_values(i)[static_cast<size_t>(place)];
      const auto it = latest.find(meta.period_yyyymm);
      if (it == latest.end() ||
          std::tuple(meta.date_days, meta.content) > std::tuple(std::get<0>(it->second), std::get<1>(it->second)))
        latest[meta.period_yyyymm] = {meta.date_days, meta.content, value};
    }
  }
  Report report;
  for (const auto& [period, row] : latest) {
    if (std::get<2>(row) && !(no_zero && *std::get<2>(row) == 0)) report[period] = *std::get<2>(row);
  }
  return report;
}

// Sums only over sources whose records are added up; a year-to-date source lists a unit once.
Cell twin_cell(Home& home, const store::UnitRow& row, const PanelColumn& column) {
  const units::SourceId id = *home.knowledge().sources().find(column.source);
  const ingest::SourceDefinition& source = home.knowledge().sources().at(id);
  const codes::FieldId field = *home.knowledge().fields().find(column.field);
  const auto map = std::find_if(source.columns.begin(), source.columns.end(),
                                [&](const ingest::ColumnMap& c) { return c.field.value == field.value; });
  std::map<int32_t, int64_t> by_period;
  std::set<int32_t> positive;
  Cell cell;
  bool incomplete = false;
  int64_t sum = 0;
  for (const store::UnitMember& member : row.members) {
    if (member.source != id.value) continue;
    cell.kind = CellKind::kZero;
    const Report report = reports_of(home, column.source, member.entity, column.field, map->zero_is_missing);
    for (const auto& [period, value] : report) {
      if (period < column.from.yyyymm || period > column.to.yyyymm) continue;
      by_period[period] += value;
      if (value > 0) positive.insert(period);
      int64_t before = 0;
      int32_t reaches = period / 100 * 100 + 1;
      if (map->figure == ingest::FigureKind::kYearToDate) {
        for (const auto& [p, v] : report) {
          if (p / 100 == period / 100 && p < period) {
            before = v;
            reaches = p + 1;
          }
        }
        if (reaches < column.from.yyyymm) incomplete = true;
      }
      sum += value - before;
    }
  }
  if (cell.kind == CellKind::kNotLinked || by_period.empty()) return cell;
  cell.kind = CellKind::kValue;
  cell.period = by_period.rbegin()->first;
  std::set<int32_t> quarters;
  for (const auto& [period, value] : by_period) quarters.insert(period / 100 * 10 + (period % 100 - 1) / 3);
  switch (column.reduce) {
    case Reduce::kLast: cell.value = by_period.rbegin()->second; break;
    case Reduce::kMonths: cell.value = static_cast<int64_t>(by_period.size()); break;
    case Reduce::kMonthsPositive: cell.value = static_cast<int64_t>(positive.size()); break;
    case Reduce::kQuarters: cell.value = static_cast<int64_t>(quarters.size()); break;
    case Reduce::kSum:
      cell.value = sum;
      if (incomplete) return {CellKind::kIncomplete, 0, cell.period};
  }
  return cell;
}

std::vector<PanelColumn> columns_of_the_city() {
  std::vector<PanelColumn> columns;
  for (const auto& [from, to] : std::vector<std::pair<int32_t, int32_t>>{{202401, 202403}, {202402, 202406}}) {
    for (const Reduce reduce : {Reduce::kLast, Reduce::kMonths, Reduce::kMonthsPositive, Reduce::kQuarters}) {
      columns.push_back({"hrss", "insured", reduce, {from}, {to}});
      columns.push_back({"power", "power_kwh", reduce, {from}, {to}});
      columns.push_back({"tax_decl", "tax_sales", reduce, {from}, {to}});
      columns.push_back({"tj_ytb", "employees", reduce, {from}, {to}});
    }
    columns.push_back({"power", "power_kwh", Reduce::kSum, {from}, {to}});
    columns.push_back({"tax_decl", "tax_paid", Reduce::kSum, {from}, {to}});
    columns.push_back({"tj_ytb", "revenue", Reduce::kSum, {from}, {to}});
  }
  return columns;
}

void take_city_in(TestHome& home, const TempFolder& folder) {
  synth::CitySpec spec;
  spec.units = 150;
  spec.seed = 11;
  spec.first_period = {202401};
  spec.periods = 6;
  spec.threads = 0;
  spec.catalog = catalog();
  spec.out_dir = folder.path();
  ASSERT_TRUE(synth::generate_city(spec).ok());
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "feeds")) {
    const std::string source = entry.path().parent_path().filename().string();
    if (entry.is_regular_file() && home->knowledge().sources().find(source)) home.ingest(source, entry.path());
  }
  home.resolve();
}

TEST(UnitPanel, EqualsItsTwinOnACityAtAnyNumberOfThreadsAndForSingleUnits) {
  TempFolder folder;
  TestHome home(1);
  take_city_in(home, folder);
  const PanelSpec spec{.columns = columns_of_the_city(), .fields = {"industry_code"}};
  const UnitPanel panel = panel_of(home, spec);
  ASSERT_GT(panel.rows(), 100U);
  const auto state = *home->state(UINT64_MAX);
  size_t values = 0;
  for (size_t row = 0; row < panel.rows(); ++row) {
    store::UnitRow unit;
    ASSERT_TRUE(home->read_unit(*state, panel.units[row], unit).ok());
    for (size_t c = 0; c < spec.columns.size(); ++c) {
      const PanelFigures& figures = panel.figures[c];
      Cell cell{figures.kinds[row], figures.values[row], figures.periods[row]};
      if (cell.kind == CellKind::kNotApplicable) continue;  // the dates of the unit: worked by hand above
      const Cell twin = twin_cell(*home, unit, spec.columns[c]);
      if (cell.kind == CellKind::kNotDelivered) cell.kind = twin.kind == CellKind::kValue ? cell.kind : twin.kind;
      ASSERT_EQ(cell, twin) << "unit " << panel.units[row] << " column " << c;
      values += cell.kind == CellKind::kValue ? 1 : 0;
    }
  }
  EXPECT_GT(values, 500U);
  PanelSpec some = spec;
  some.units = {panel.units.begin(), panel.units.begin() + 40};
  const UnitPanel few = panel_of(home, some);
  home.close();
  TestHome parallel(3);
  take_city_in(parallel, folder);
  const UnitPanel again = panel_of(parallel, spec);
  for (size_t c = 0; c < spec.columns.size(); ++c) {
    EXPECT_EQ(panel.figures[c].values, again.figures[c].values) << c;
    EXPECT_EQ(panel.figures[c].kinds, again.figures[c].kinds) << c;
    for (size_t row = 0; row < few.rows(); ++row) {
      EXPECT_EQ(few.figures[c].values[row], panel.figures[c].values[row]) << c;
      EXPECT_EQ(few.figures[c].kinds[row], panel.figures[c].kinds[row]) << c;
    }
  }
  EXPECT_EQ(panel.texts[0].codes, again.texts[0].codes);
}

}  // namespace
}  // namespace minglu::flows
