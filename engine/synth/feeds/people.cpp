// 人社 (insured persons by month), 民政 (social organisations), 编制 (institutions and government bodies).
#include <algorithm>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

constexpr double kActiveShare = 0.72;  // dormant units insure nobody: the rate is of all units

void put_insured(const Scene& scene, const TrueUnit& unit, FeedSink& sink, const std::string& number, int32_t i,
                 int32_t persons, uint64_t account) {
  const Sight sight(scene, unit, Department::kHrss);
  const Version& version = sight.version(scene.calendar.end_of(i));
  Cells& row = sink.row();
  row.add(number);
  // The second account of a unit was opened on paper, without the identifier.
  row.add(account > 0 ? "" : optional_code(scene, unit, Department::kHrss, scene.rates.missing_uscc_hrss));
  row.add(sight.name(version));
  row.add(sight.address(version));
  row.add(sight.phone());
  row.add(base::format_period(scene.calendar.period(i)));
  row.add(std::to_string(persons));
  sink.put(static_cast<size_t>(i), unit, account);
}

void emit_insured(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.dormant || unit.persons < 1) return;
  const Sight sight(scene, unit, Department::kHrss);
  if (sight.fixed(1) >= scene.rates.coverage_hrss / kActiveShare) return;
  const std::string number = own_number(scene, unit, "3", 8);
  const bool second = sight.fixed(2) < scene.rates.duplicate_entity;
  const std::string second_number = own_number(scene, unit, "8", 8);
  const double insured_share = 0.6 + 0.4 * sight.fixed(3);
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    const Date day = scene.calendar.end_of(i);
    if (unit.founded > day || sight.knows_closed(day)) continue;
    const auto persons = static_cast<int32_t>(persons_of_month(scene, unit, i) * insured_share + 0.5);
    if (persons < 1) continue;
    put_insured(scene, unit, sink, number, i, persons, 0);
    if (second) put_insured(scene, unit, sink, second_number, i, 1 + persons / 5, 1);
    any = true;
  }
  if (!any) return;
  sink.truth(number, unit.index);
  if (second) sink.truth(second_number, unit.index);
}

std::string canonical(std::string code) {
  if (code.back() == 'x') code.back() = 'X';
  return code;
}

// A full list every quarter: who has closed and is known to is no longer on it.
template <typename PutRow>
void emit_quarterly_list(const Scene& scene, const TrueUnit& unit, Department department, FeedSink& sink,
                         PutRow put_row) {
  const Sight sight(scene, unit, department);
  size_t file = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    if (scene.calendar.period(i).yyyymm % 100 % 3 != 0) continue;
    const size_t this_file = file++;
    const Date day = scene.calendar.end_of(i);
    if (unit.founded > day || sight.knows_closed(day)) continue;
    put_row(sight, day);
    sink.put(this_file, unit, 0);
    any = true;
  }
  if (any) sink.truth(canonical(sight.identifier(unit.uscc)), unit.index);
}

void emit_civil(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kSociety && unit.kind != Kind::kNonprofit) return;
  emit_quarterly_list(scene, unit, Department::kCivil, sink, [&](const Sight& sight, Date day) {
    const Version& version = sight.version(day);
    Cells& row = sink.row();
    row.add(sight.identifier(unit.uscc));
    row.add(sight.name(version));
    row.add(unit.kind == Kind::kSociety ? "社会团体" : "民办非企业单位");
    row.add(version.legal_rep);
    row.add(sight.address(version));
    row.add(write_date(unit.founded, 0));
    row.add_optional(!unit.landline.empty(), unit.landline);
    row.add(version.brand + "相关业务");
    row.add("正常");
  });
}

void emit_establishment(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kInstitution && unit.kind != Kind::kGovernment) return;
  emit_quarterly_list(scene, unit, Department::kEstablishment, sink, [&](const Sight& sight, Date day) {
    const Version& version = sight.version(day);
    Cells& row = sink.row();
    row.add(sight.identifier(unit.uscc));
    row.add(sight.name(version));
    row.add(unit.kind == Kind::kGovernment ? "机关" : "事业单位");
    row.add(version.legal_rep);
    row.add(sight.address(version));
    row.add(write_date(unit.founded, 0));
    row.add(std::to_string(unit.persons));
    row.add(scene.city.place(version.address.place).district + "人民政府");
  });
}

}  // namespace

Feed insured_feed() {
  Layout layout;
  layout.source_id = "hrss";
  layout.columns = {{"单位编号"}, {"统一社会信用代码"}, {"单位名称"}, {"单位地址"},
                    {"联系电话"}, {"参保月份"},         {"参保人数"}};
  return {std::move(layout), monthly_files, emit_insured};
}

Feed civil_feed() {
  Layout layout;
  layout.source_id = "mz_org";
  layout.format = Format::kXml;
  layout.root = "社会组织列表";
  layout.record = "社会组织";
  layout.columns = {{"统一社会信用代码"}, {"组织名称"}, {"组织类型"}, {"法定代表人"}, {"住所"},
                    {"成立登记日期"},     {"电话"},     {"业务范围"}, {"状态"}};
  return {std::move(layout), quarterly_files, emit_civil};
}

Feed establishment_feed() {
  Layout layout;
  layout.source_id = "bb_inst";
  layout.format = Format::kJson;
  layout.root = "data/rows";
  layout.columns = {{"统一社会信用代码"}, {"单位名称"}, {"机构类别"},     {"法定代表人"},
                    {"单位地址"},         {"设立日期"}, {"编制数", true}, {"举办单位"}};
  return {std::move(layout), quarterly_files, emit_establishment};
}

}  // namespace minglu::synth
