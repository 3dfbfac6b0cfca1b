// 税务: registration (first a full list, then changes) and declarations (general taxpayers monthly, others quarterly).
#include <algorithm>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

std::string_view tax_state(const Sight& sight, const TrueUnit& unit, Date day) {
  if (sight.knows_closed(day)) return "注销";
  if (unit.dormant && sight.fixed(3) < 0.25) return "非正常";
  return "正常";
}

void put_registration(const Scene& scene, const TrueUnit& unit, FeedSink& sink, Date day, size_t file, uint64_t noise) {
  const Sight sight(scene, unit, Department::kTax);
  const Version& version = sight.version(day);
  Cells& row = sink.row();
  const std::string number = tax_number(scene, unit);
  row.add(number);
  row.add(number.size() == 18 ? sight.identifier(unit.uscc) : "");
  row.add(sight.name(version));
  row.add(tax_state(sight, unit, day));
  row.add(sight.legal_rep(version));
  row.add(sight.address(version));
  row.add(sight.region_code(version).substr(0, 9));
  row.add(sight.industry(version));
  row.add(unit.general_taxpayer ? "一般纳税人" : "小规模纳税人");
  row.add(sight.phone());
  row.add(unit.landline);
  row.add(write_date(unit.founded, 1));
  row.add(scene.city.place(version.address.place).district + "税务局");
  sink.put(file, unit, noise);
}

void emit_registration(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (!is_taxed(scene, unit)) return;
  const Sight sight(scene, unit, Department::kTax);
  const Calendar& calendar = scene.calendar;
  const Version* last = nullptr;
  bool closed_told = false;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    const Date day = calendar.end_of(i);
    if (unit.founded > day) continue;
    const Version& now = sight.version(day);
    const bool closed = sight.knows_closed(day);
    if (&now == last && closed == closed_told) continue;
    if (last == nullptr && closed) return;
    last = &now;
    closed_told = closed;
    put_registration(scene, unit, sink, day, static_cast<size_t>(i), static_cast<uint64_t>(i) * 2);
    // A row that is corrected in the same file: the second one counts.
    if (sight.fixed(100 + static_cast<uint64_t>(i)) < scene.rates.superseded_row) {
      put_registration(scene, unit, sink, day.days > 400 ? Date{day.days - 400} : day, static_cast<size_t>(i),
                       static_cast<uint64_t>(i) * 2 + 1);
      put_registration(scene, unit, sink, day, static_cast<size_t>(i), static_cast<uint64_t>(i) * 2);
    }
    if (closed) break;
  }
  if (last == nullptr) return;
  std::string key = tax_number(scene, unit);
  if (key.back() == 'x') key.back() = 'X';
  sink.truth(key, unit.index);
}

void put_declaration(const Scene& scene, const TrueUnit& unit, FeedSink& sink, const std::string& number, int32_t i,
                     double sales) {
  const Sight sight(scene, unit, Department::kTax);
  Cells& row = sink.row();
  row.add(number);
  row.add(sight.name(sight.version(scene.calendar.end_of(i))));
  row.add(base::format_period(scene.calendar.period(i)));
  row.add(write_yuan(sales));
  const double rate = unit.general_taxpayer ? 0.031 : sales > 300000 ? 0.01 : 0.0;
  // Refunds make some months negative.
  const bool refund = unit.general_taxpayer && sight.fixed(500 + static_cast<uint64_t>(i)) < 0.01;
  row.add(write_yuan((refund ? -0.4 : 1.0) * sales * rate));
  row.add(unit.general_taxpayer ? "月报" : "季报");
  sink.put(static_cast<size_t>(i), unit, 0);
}

void emit_declaration(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (!is_taxed(scene, unit)) return;
  const Sight sight(scene, unit, Department::kTax);
  if (unit.dormant && sight.fixed(2) >= scene.rates.tax_nil_declaration) return;
  const std::string number = tax_number(scene, unit);
  double quarter = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    if (!unit.alive_on(scene.calendar.end_of(i))) continue;
    const double sales = sales_of_month(scene, unit, i);
    if (unit.general_taxpayer) {
      put_declaration(scene, unit, sink, number, i, sales);
      any = true;
      continue;
    }
    quarter += sales;
    if (scene.calendar.period(i).yyyymm % 100 % 3 != 0) continue;
    put_declaration(scene, unit, sink, number, i, quarter);
    quarter = 0;
    any = true;
  }
  if (!any) return;
  std::string key = number;
  if (key.back() == 'x') key.back() = 'X';
  sink.truth(key, unit.index);
}

}  // namespace

bool is_taxed(const Scene& scene, const TrueUnit& unit) {
  if (unit.kind == Kind::kGovernment) return false;
  return Sight(scene, unit, Department::kTax).fixed(1) < scene.rates.coverage_tax_register;
}

std::string tax_number(const Scene& scene, const TrueUnit& unit) {
  const Sight sight(scene, unit, Department::kTax);
  const bool legacy = unit.founded < base::date_from_civil({2015, 10, 1}) && unit.in_market_register() &&
                      sight.fixed(4) < scene.rates.tax_legacy_number;
  if (legacy) return "440300" + unit.org_code;
  return sight.identifier(unit.uscc);
}

Feed tax_register_feed() {
  Layout layout;
  layout.source_id = "tax_reg";
  layout.gb18030 = true;
  layout.columns = {{"纳税人识别号"},   {"社会信用代码"}, {"纳税人名称"}, {"纳税人状态"},
                    {"法定代表人姓名"}, {"生产经营地址"}, {"所属街道"},   {"行业"},
                    {"纳税人类型"},     {"联系电话"},     {"固定电话"},   {"登记日期", false, true},
                    {"主管税务机关"}};
  return {std::move(layout), monthly_files, emit_registration};
}

Feed tax_declaration_feed() {
  Layout layout;
  layout.source_id = "tax_decl";
  layout.bom = true;
  layout.columns = {{"纳税人识别号"}, {"纳税人名称"}, {"所属期"}, {"销售额"}, {"应纳税额"}, {"申报类型"}};
  return {std::move(layout), monthly_files, emit_declaration};
}

}  // namespace minglu::synth
