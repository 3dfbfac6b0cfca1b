// 市监: the register (first a full extract, then the changes of each month) and the annual reports.
#include <algorithm>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

std::string_view register_type(const TrueUnit& unit) {
  switch (unit.kind) {
    case Kind::kSelfEmployed: return "个体工商户";
    case Kind::kBranch: return "有限责任公司分公司";
    case Kind::kCoop: return "农民专业合作社";
    default: break;
  }
  if (unit.capital_currency != "人民币") return "有限责任公司(港澳台投资、非独资)";
  static constexpr std::string_view kTypes[] = {"有限责任公司", "有限责任公司(自然人独资)",
                                                "有限责任公司(自然人投资或控股)"};
  return kTypes[unit.index % 3];
}

std::string_view register_status(const TrueUnit& unit, bool closed) {
  if (!closed) return "存续（在营、开业、在册）";
  return unit.revoked ? "吊销，未注销" : "注销";
}

// One row of the register as of `day`; `closed` when the row tells of the closing.
void put_state(const Scene& scene, const TrueUnit& unit, FeedSink& sink, const std::string& code, Date day, size_t file,
               uint64_t noise) {
  const Sight sight(scene, unit, Department::kMarket);
  const Version& version = unit.at(day);
  const bool closed = unit.closed && *unit.closed <= day;
  Cells& row = sink.row();
  row.add(code);
  row.add(unit.reg_no);
  row.add(sight.name(version));
  const bool old = unit.founded.days < scene.calendar.begin().days - 3650;
  const bool without_type = old && sight.fixed(1) < scene.rates.reg_type_missing;
  row.add(without_type ? "" : register_type(unit));
  row.add(version.legal_rep);
  const bool has_capital = unit.kind != Kind::kBranch;
  row.add(has_capital ? write_capital(version.capital_wan, unit.capital_currency, unit.index % 97 + (old ? 2 : 0))
                      : "");
  row.add(write_date(unit.founded, old && unit.index % 50 == 0 ? 3 : 0));
  row.add(write_date(closed ? *unit.closed : version.from, 0));
  row.add(register_status(unit, closed));
  row.add(closed ? write_date(*unit.closed, 0) : "");
  row.add(sight.address(version));
  row.add(sight.district_code(version));
  row.add(version.trade->industry_code);
  row.add(version.trade->scope);
  row.add(sight.phone());
  row.add(unit.parent_uscc);
  sink.put(file, unit, noise);
}

void emit_register(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (!unit.in_market_register()) return;
  const std::string code = Sight(scene, unit, Department::kMarket).identifier(unit.uscc);
  const Calendar& calendar = scene.calendar;
  uint64_t noise = 0;
  const Date first_day = std::max(unit.founded, calendar.end_of(0));
  if (unit.founded <= calendar.end_of(0)) { put_state(scene, unit, sink, code, first_day, 0, noise++); }
  for (const Version& version : unit.versions) {
    if (version.from <= calendar.end_of(0)) continue;
    put_state(scene, unit, sink, code, version.from, change_file(calendar, version.from), noise++);
  }
  if (unit.closed && *unit.closed > calendar.end_of(0)) {
    put_state(scene, unit, sink, code, *unit.closed, change_file(calendar, *unit.closed), noise++);
  }
  std::string key = code;
  if (key.back() == 'x') key.back() = 'X';
  sink.truth(key, unit.index);
}

std::vector<std::string> annual_files(const Calendar& calendar) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (calendar.period(i).yyyymm % 100 == 6) tags.push_back(base::format_period(calendar.period(i)));
  }
  return tags;
}

void emit_annual(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany) return;
  const Sight sight(scene, unit, Department::kMarket);
  if (sight.fixed(10) >= scene.rates.coverage_annual_report) return;
  size_t file = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    const Period period = scene.calendar.period(i);
    if (period.yyyymm % 100 != 6) continue;
    const size_t this_file = file++;
    // Reports are for the year before; a unit founded since has none.
    const Date year_end = base::date_from_civil({period.yyyymm / 100 - 1, 12, 31});
    if (!unit.alive_on(scene.calendar.end_of(i)) || unit.founded > year_end) continue;
    const Version& version = unit.at(scene.calendar.end_of(i));
    const bool hidden = sight.fixed(20 + this_file) < 0.5;
    Cells& row = sink.row();
    row.add(unit.reg_no);
    row.add(sight.fixed(11) < scene.rates.missing_uscc_annual ? "" : sight.identifier(unit.uscc));
    row.add(sight.name(version));
    row.add(std::to_string(period.yyyymm / 100 - 1));
    std::string office;
    scene.city.format_address(version.address, {.room_word = sight.fixed(12) < 0.5}, office);
    row.add(office);
    row.add(sight.phone());
    row.add(unit.email);
    row.add(std::to_string(persons_of_month(scene, unit, std::max(0, i - 6))));
    row.add(hidden ? "企业选择不公示" : write_yuan(unit.revenue_year / 10000.0));
    row.add(unit.dormant ? "歇业" : "正常");
    sink.put(this_file, unit, static_cast<uint64_t>(i));
    any = true;
  }
  if (any) sink.truth(unit.reg_no, unit.index);
}

}  // namespace

size_t change_file(const Calendar& calendar, Date day) {
  int32_t i = 0;
  while (i + 1 < calendar.periods && calendar.end_of(i) < day) ++i;
  return static_cast<size_t>(i);
}

Feed market_register_feed() {
  Layout layout;
  layout.source_id = "scjg_reg";
  layout.columns = {{"统一社会信用代码"},
                    {"注册号"},
                    {"企业名称"},
                    {"企业类型"},
                    {"法定代表人"},
                    {"注册资本"},
                    {"成立日期", false, true},
                    {"核准日期", false, true},
                    {"登记状态"},
                    {"注吊销日期"},
                    {"住所"},
                    {"行政区划"},
                    {"行业代码"},
                    {"经营范围"},
                    {"联系电话"},
                    {"隶属企业代码"}};
  return {std::move(layout), monthly_files, emit_register};
}

Feed market_annual_feed() {
  Layout layout;
  layout.source_id = "scjg_annual";
  layout.gb18030 = true;
  layout.columns = {{"注册号"},   {"统一社会信用代码"}, {"企业名称"}, {"年报年度"},         {"通信地址"},
                    {"联系电话"}, {"电子邮箱"},         {"从业人数"}, {"营业总收入(万元)"}, {"经营状态"}};
  return {std::move(layout), annual_files, emit_annual};
}

}  // namespace minglu::synth
