// 住建 (qualifications), 科创 (high-tech firms), 财政 (subsidies), 发改 (projects), 工信 (industry lists).
#include <algorithm>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

std::vector<std::string> files_of_month(const Calendar& calendar, int32_t month) {
  std::vector<std::string> tags;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (calendar.period(i).yyyymm % 100 == month) tags.push_back(base::format_period(calendar.period(i)));
  }
  return tags;
}

// Calls fn(file, period index, day) for every period of the calendar whose month fits.
template <typename Fits, typename Fn>
void for_each_file(const Calendar& calendar, Fits fits, Fn fn) {
  size_t file = 0;
  for (int32_t i = 0; i < calendar.periods; ++i) {
    if (!fits(calendar.period(i).yyyymm % 100)) continue;
    fn(file++, i, calendar.end_of(i));
  }
}

constexpr bool is_quarter_end(int32_t month) { return month % 3 == 0; }

std::string name_or_short(const Sight& sight, const Version& version, double share_short, uint64_t purpose) {
  return sight.fixed(purpose) < share_short ? version.short_name : sight.name(version);
}

void emit_qualification(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  const char category = unit.versions.front().trade->category;
  if (unit.kind != Kind::kCompany || (category != 'C' && category != 'X')) return;
  const Sight sight(scene, unit, Department::kHousing);
  if (sight.fixed(1) >= scene.rates.coverage_qualification) return;
  static constexpr std::string_view kBuilding[] = {"建筑工程施工总承包三级",     "建筑装修装饰工程专业承包二级",
                                                   "市政公用工程施工总承包二级", "电子与智能化工程专业承包二级",
                                                   "消防设施工程专业承包一级",   "施工劳务不分等级"};
  static constexpr std::string_view kEstate[] = {"房地产开发二级", "房地产开发暂定级"};
  const auto choice = static_cast<size_t>(sight.fixed(2) * 1000);
  const std::string number = own_number(scene, unit, category == 'C' ? "D344" : "粤房开", 8);
  const Date expiry{scene.calendar.begin().days + 100 + static_cast<int32_t>(sight.fixed(3) * 1500)};
  bool any = false;
  for_each_file(scene.calendar, is_quarter_end, [&](size_t file, int32_t, Date day) {
    if (unit.founded > day || sight.knows_closed(day)) return;
    const Version& version = sight.version(day);
    Cells& row = sink.row();
    row.add(number);
    row.add(sight.name(version));
    row.add(sight.identifier(unit.uscc));
    row.add(category == 'C' ? kBuilding[choice % 6] : kEstate[choice % 2]);
    row.add(write_date(expiry, 0));
    row.add(version.legal_rep);
    row.add(sight.address(version));
    sink.put(file, unit, 0);
    any = true;
  });
  if (any) sink.truth(number, unit.index);
}

void emit_hitech(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  const Sight sight(scene, unit, Department::kScience);
  const char category = unit.versions.front().trade->category;
  // Certificates go to industry and software more than to others.
  const double weight = category == 'B' || unit.versions.front().trade->industry_code[0] == '6' ? 3.0 : 0.3;
  if (sight.fixed(1) >= scene.rates.coverage_hitech * weight) return;
  const std::string number = own_number(scene, unit, "GR20244420", 8);
  bool any = false;
  for_each_file(
      scene.calendar, [](int32_t month) { return month == 12; },
      [&](size_t file, int32_t i, Date day) {
        if (!unit.alive_on(day)) return;
        const Version& version = sight.version(day);
        base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 9000 + static_cast<uint64_t>(i));
        Cells& row = sink.row();
        row.add(number);
        row.add(sight.name(version));
        row.add(sight.identifier(unit.uscc));
        row.add(scene.city.place(version.address.place).district);
        row.add(write_date(Date{day.days + 300 + static_cast<int32_t>(sight.fixed(2) * 700)}, 0));
        row.add(write_yuan(unit.revenue_year / 10000 * (0.03 + 0.07 * rng.uniform())));
        sink.put(file, unit, 0);
        any = true;
      });
  if (any) sink.truth(number, unit.index);
}

void emit_subsidy(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  const Sight sight(scene, unit, Department::kFinance);
  for_each_file(scene.calendar, is_quarter_end, [&](size_t file, int32_t i, Date day) {
    const auto quarter = static_cast<uint64_t>(i);
    if (!unit.alive_on(day) || sight.fixed(100 + quarter) >= scene.rates.coverage_subsidy_year / 4) return;
    const Version& version = sight.version(day);
    const std::string number = own_number(scene, unit, "CZ" + std::to_string(scene.calendar.period(i).yyyymm), 8);
    base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 8000 + quarter);
    Cells& row = sink.row();
    row.add(number);
    row.add(name_or_short(sight, version, 0.05, 200 + quarter));
    row.add(optional_code(scene, unit, Department::kFinance, scene.rates.missing_uscc_subsidy));
    row.add(rng.below(2) == 0 ? "稳岗补贴" : "科技创新专项资金");
    row.add(std::to_string(1000 * (1 + rng.below(900))) + ".00");
    row.add(write_date(Date{day.days - static_cast<int32_t>(rng.below(80))}, 3));
    sink.put(file, unit, 0);
    sink.truth(number, unit.index);
  });
}

void emit_project(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  const Sight sight(scene, unit, Department::kReform);
  for_each_file(scene.calendar, is_quarter_end, [&](size_t file, int32_t i, Date day) {
    const auto quarter = static_cast<uint64_t>(i);
    if (!unit.alive_on(day) || sight.fixed(100 + quarter) >= scene.rates.coverage_project_year / 4) return;
    const Version& version = sight.version(day);
    const std::string number =
        own_number(scene, unit, std::to_string(scene.calendar.period(i).yyyymm / 100) + "-440300-04-01-", 8);
    base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 7000 + quarter);
    const std::string code = optional_code(scene, unit, Department::kReform, scene.rates.missing_uscc_project);
    Cells& row = sink.row();
    row.add(number);
    row.add(version.short_name + (rng.below(2) == 0 ? "生产基地建设项目" : "研发中心项目"));
    row.add(sight.name(version));
    row.add_optional(!code.empty(), code);
    row.add(sight.address(version));
    row.add(std::to_string(100 * (1 + rng.below(600))));
    row.add(rng.below(2) == 0 ? "备案" : "开工");
    sink.put(file, unit, 0);
    sink.truth(number, unit.index);
  });
}

void emit_industry_list(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  const Sight sight(scene, unit, Department::kIndustry);
  if (sight.fixed(1) >= scene.rates.coverage_industry_list) return;
  const std::string number = own_number(scene, unit, "GX", 8);
  bool any = false;
  for_each_file(
      scene.calendar, [](int32_t month) { return month == 9; },
      [&](size_t file, int32_t, Date day) {
        if (!unit.alive_on(day)) return;
        const Version& version = sight.version(day);
        const std::string code = optional_code(scene, unit, Department::kIndustry, scene.rates.missing_uscc_list);
        Cells& row = sink.row();
        row.add(number);
        row.add(name_or_short(sight, version, 0.2, 2));
        row.add_optional(!code.empty(), code);
        row.add(sight.fixed(3) < 0.6 ? "专精特新中小企业" : "创新型中小企业");
        row.add(scene.city.place(version.address.place).district);
        sink.put(file, unit, 0);
        any = true;
      });
  if (any) sink.truth(number, unit.index);
}

}  // namespace

Feed qualification_feed() {
  Layout layout;
  layout.source_id = "zj_qual";
  layout.format = Format::kXlsx;
  layout.columns = {{"证书编号"},   {"企业名称"},   {"统一社会信用代码"}, {"资质类别及等级"},
                    {"证书有效期"}, {"法定代表人"}, {"注册地址"}};
  return {std::move(layout), quarterly_files, emit_qualification};
}

Feed hitech_feed() {
  Layout layout;
  layout.source_id = "kc_hitech";
  layout.format = Format::kXlsx;
  layout.columns = {{"证书编号"}, {"企业名称"}, {"统一社会信用代码"},
                    {"所在区"},   {"有效期至"}, {"研发费用(万元)", true}};
  return {std::move(layout), [](const Calendar& calendar) { return files_of_month(calendar, 12); }, emit_hitech};
}

Feed subsidy_feed() {
  Layout layout;
  layout.source_id = "cz_subsidy";
  layout.delimiter = ';';
  layout.columns = {{"拨付编号"}, {"收款单位"},     {"统一社会信用代码"},
                    {"补助项目"}, {"补助金额(元)"}, {"拨付日期", false, true}};
  return {std::move(layout), quarterly_files, emit_subsidy};
}

Feed project_feed() {
  Layout layout;
  layout.source_id = "fg_project";
  layout.format = Format::kJson;
  layout.root = "projects";
  layout.columns = {{"项目代码"}, {"项目名称"},           {"建设单位"}, {"单位代码"},
                    {"建设地点"}, {"总投资(万元)", true}, {"项目阶段"}};
  return {std::move(layout), quarterly_files, emit_project};
}

Feed industry_list_feed() {
  Layout layout;
  layout.source_id = "gx_list";
  layout.format = Format::kParquet;
  layout.columns = {{"名单编号"}, {"企业名称"}, {"统一社会信用代码"}, {"名单类别"}, {"所在区"}};
  return {std::move(layout), [](const Calendar& calendar) { return files_of_month(calendar, 9); }, emit_industry_list};
}

}  // namespace minglu::synth
