// Statistics' own: the census (a dated baseline), 一套表, verification of key units, a special survey.
#include <algorithm>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

std::string thousands(double yuan) { return std::to_string(static_cast<int64_t>(yuan / 1000 + 0.5)); }

std::string_view unit_type(const TrueUnit& unit) {
  if (unit.kind == Kind::kBranch) return "2";
  return unit.kind == Kind::kSelfEmployed ? "3" : "1";
}

std::string_view organisation_type(const TrueUnit& unit) {
  switch (unit.kind) {
    case Kind::kInstitution: return "20";
    case Kind::kGovernment: return "30";
    case Kind::kSociety: return "40";
    case Kind::kNonprofit: return "51";
    case Kind::kCoop: return "55";
    case Kind::kSelfEmployed: return "90";
    default: return "10";
  }
}

std::string_view registration_class(const TrueUnit& unit) {
  switch (unit.kind) {
    case Kind::kCompany: return unit.capital_currency == "人民币" ? "112" : unit.index % 2 == 0 ? "210" : "310";
    case Kind::kSelfEmployed: return "500";
    case Kind::kCoop: return "400";
    default: return "900";
  }
}

std::vector<std::string> census_files(const Calendar& calendar) { return {base::format_iso_date(calendar.begin())}; }

void put_census(const Scene& scene, const TrueUnit& unit, FeedSink& sink, const std::string& number, uint64_t noise) {
  const Sight sight(scene, unit, Department::kStatistics);
  const Version& version = sight.version(scene.calendar.begin());
  base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 4000);
  Cells& row = sink.row();
  row.add(number);
  row.add(optional_code(scene, unit, Department::kStatistics, scene.rates.missing_uscc_census));
  row.add(sight.name(version));
  row.add(unit_type(unit));
  row.add(organisation_type(unit));
  row.add(version.trade->activity);
  row.add(sight.industry(version));
  row.add(sight.address(version));
  row.add(sight.region_code(version));
  row.add(version.legal_rep);
  row.add(write_date(unit.founded, 2).substr(0, 6));
  row.add(unit.dormant ? "2" : "1");
  row.add(registration_class(unit));
  row.add(sight.phone());
  row.add(std::to_string(unit.persons));
  row.add(std::to_string(unit.persons * static_cast<int32_t>(20 + rng.below(40)) / 100));
  row.add(thousands(unit.revenue_year * (0.85 + 0.3 * rng.uniform())));
  row.add(thousands(unit.revenue_year * (0.4 + rng.uniform())));
  row.add(unit.parent_uscc);
  sink.put(0, unit, noise);
}

void emit_census(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (!unit.alive_on(scene.calendar.begin())) return;
  const Sight sight(scene, unit, Department::kStatistics);
  if (sight.fixed(1) >= scene.rates.coverage_census) return;
  const std::string number = own_number(scene, unit, "4403", 8);
  put_census(scene, unit, sink, number, 0);
  sink.truth(number, unit.index);
  // Counted twice, by the street of the office and the street of the registration.
  if (sight.fixed(2) >= scene.rates.duplicate_entity) return;
  const std::string second = own_number(scene, unit, "4413", 8);
  put_census(scene, unit, sink, second, 1);
  sink.truth(second, unit.index);
}

// The monthly survey has no January.
std::vector<std::string> survey_files(const Calendar& calendar) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (calendar.period(i).yyyymm % 100 != 1) tags.push_back(base::format_period(calendar.period(i)));
  }
  return tags;
}

void emit_survey(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (!is_surveyed(scene, unit)) return;
  const Sight sight(scene, unit, Department::kSurvey);
  double year_to_date = 0;
  size_t file = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    const int32_t month = scene.calendar.period(i).yyyymm % 100;
    if (month == 1) year_to_date = 0;
    if (unit.alive_on(scene.calendar.end_of(i))) year_to_date += sales_of_month(scene, unit, i);
    if (month == 1) continue;
    const size_t this_file = file++;
    if (!unit.alive_on(scene.calendar.end_of(i))) continue;
    const Version& version = sight.version(scene.calendar.end_of(i));
    Cells& row = sink.row();
    row.add(sight.identifier(unit.uscc));
    row.add(sight.name(version));
    row.add(std::string(1, version.trade->category));
    row.add(version.trade->industry_code);
    row.add(sight.region_code(version));
    row.add(base::format_period(scene.calendar.period(i)));
    row.add(thousands(year_to_date));
    row.add(thousands(year_to_date * (0.03 + 0.1 * (sight.fixed(2) - 0.3))));
    row.add(thousands(unit.revenue_year * (0.5 + sight.fixed(3))));
    row.add(std::to_string(persons_of_month(scene, unit, i)));
    sink.put(this_file, unit, 0);
    any = true;
  }
  std::string key = sight.identifier(unit.uscc);
  if (key.back() == 'x') key.back() = 'X';
  if (any) sink.truth(key, unit.index);
}

void emit_key_unit(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany) return;
  const Sight sight(scene, unit, Department::kSurvey);
  if (sight.fixed(10) >= scene.rates.coverage_key_unit / 0.5) return;
  const std::string number = own_number(scene, unit, "HC", 8);
  size_t file = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    if (scene.calendar.period(i).yyyymm % 100 % 3 != 0) continue;
    const size_t this_file = file++;
    const Date day = scene.calendar.end_of(i);
    if (unit.founded > day) continue;
    // Visited: what is true is written down.
    const Version& version = unit.at(day);
    const bool closed = unit.closed && *unit.closed <= day;
    std::string address;
    scene.city.format_address(version.address, {}, address);
    Cells& row = sink.row();
    row.add(number);
    row.add(sight.identifier(unit.uscc));
    row.add(version.name);
    row.add(closed ? "4" : unit.dormant ? "2" : "1");
    row.add(address);
    row.add(scene.city.place(version.address.place).code12);
    row.add(version.trade->industry_code);
    row.add(std::to_string(closed ? 0 : persons_of_month(scene, unit, i)));
    row.add(write_date(Date{day.days - 10}, 3));
    sink.put(this_file, unit, 0);
    any = true;
    if (closed) break;
  }
  if (any) sink.truth(number, unit.index);
}

std::vector<std::string> november_files(const Calendar& calendar) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (calendar.period(i).yyyymm % 100 == 11) tags.push_back(base::format_period(calendar.period(i)));
  }
  return tags;
}

void emit_special(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  size_t file = 0;
  const Sight sight(scene, unit, Department::kStatistics);
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    if (scene.calendar.period(i).yyyymm % 100 != 11) continue;
    const size_t this_file = file++;
    const Date day = scene.calendar.end_of(i);
    if (!unit.alive_on(day) || sight.fixed(700 + this_file) >= scene.rates.coverage_special / 0.4) continue;
    const Version& version = sight.version(day);
    const std::string number = own_number(scene, unit, "TX" + std::to_string(scene.calendar.period(i).yyyymm), 8);
    Cells& row = sink.row();
    row.add(number);
    row.add(sight.name(version));
    row.add(sight.fixed(800 + this_file) < scene.rates.missing_uscc_special ? "" : sight.identifier(unit.uscc));
    row.add(sight.address(version));
    row.add(sight.phone());
    row.add(version.legal_rep);
    row.add(version.trade->activity);
    row.add(std::to_string(persons_of_month(scene, unit, i)));
    row.add(thousands(unit.revenue_year * 0.04));
    sink.put(this_file, unit, 0);
    sink.truth(number, unit.index);
  }
}

}  // namespace

Feed census_feed() {
  Layout layout;
  layout.source_id = "tj_census";
  layout.columns = {{"底册码"},
                    {"统一社会信用代码"},
                    {"单位详细名称"},
                    {"单位类型"},
                    {"机构类型"},
                    {"主要业务活动"},
                    {"行业代码"},
                    {"单位所在地"},
                    {"区划代码"},
                    {"法定代表人"},
                    {"成立时间", false, true},
                    {"运营状态"},
                    {"登记注册统计类别"},
                    {"移动电话"},
                    {"从业人员期末人数"},
                    {"其中女性"},
                    {"营业收入(千元)"},
                    {"资产总计(千元)"},
                    {"归属法人代码"}};
  return {std::move(layout), census_files, emit_census};
}

Feed survey_feed() {
  Layout layout;
  layout.source_id = "tj_ytb";
  layout.columns = {{"统一社会信用代码"},
                    {"单位详细名称"},
                    {"专业类别"},
                    {"行业代码"},
                    {"区划代码"},
                    {"报告期"},
                    {"营业收入本年累计(千元)"},
                    {"利润总额本年累计(千元)"},
                    {"资产总计(千元)"},
                    {"从业人员期末人数"}};
  return {std::move(layout), survey_files, emit_survey};
}

Feed key_unit_feed() {
  Layout layout;
  layout.source_id = "tj_key";
  layout.gb18030 = true;
  layout.columns = {{"核查编号"}, {"统一社会信用代码"}, {"单位名称"},
                    {"运营状态"}, {"实际经营地址"},     {"区划代码"},
                    {"行业代码"}, {"从业人数"},         {"核查日期", false, true}};
  return {std::move(layout), quarterly_files, emit_key_unit};
}

Feed special_feed() {
  Layout layout;
  layout.source_id = "tj_special";
  layout.delimiter = '\t';
  layout.columns = {{"问卷编号"}, {"单位名称"},     {"统一社会信用代码"}, {"单位地址"},      {"联系电话"},
                    {"负责人"},   {"主要业务活动"}, {"从业人数"},         {"研发费用(千元)"}};
  return {std::move(layout), november_files, emit_special};
}

}  // namespace minglu::synth
