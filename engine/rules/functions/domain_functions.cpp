// Functions over code lists, industries, divisions, names, addresses and the parameters of 四上 and 划型. Without a
// Domain in the context they answer null.
#include <array>
#include <optional>
#include <string>

#include "geo/point.hpp"
#include "rules/domain.hpp"
#include "rules/functions/function.hpp"
#include "text/company_name.hpp"

namespace minglu::rules {

namespace {

const Domain* domain_of(const CallContext& call) noexcept { return call.context.domain; }

Value in_code_list(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  const codes::CodeList* list = domain != nullptr ? domain->catalog().list(a[1].text) : nullptr;
  if (list == nullptr) return Value::none();
  const auto day = a.size() > 2 ? std::optional(Date{static_cast<int32_t>(a[2].integer)}) : std::nullopt;
  return Value::of_bool(list->contains(a[0].text, day));
}
Value code_name(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  const codes::CodeList* list = domain != nullptr ? domain->catalog().list(a[1].text) : nullptr;
  const auto name = list != nullptr ? list->name_of(a[0].text) : std::nullopt;
  return name ? Value::of_text(*name) : Value::none();
}

// Industries.
Value industry_level(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return Value::none();
  return Value::of_int(static_cast<int64_t>(domain->catalog().industries().level(a[0].text)));
}
Value industry_section(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_text(domain->catalog().industries().section_of(a[0].text)) : Value::none();
}

// Divisions.
Value region_valid(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_bool(domain->regions().is_valid_code12(a[0].text)) : Value::none();
}
Value region_level(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return Value::none();
  const codes::Region* region = domain->regions().find(a[0].text);
  return Value::of_int(region != nullptr ? static_cast<int64_t>(region->level) : 0);
}
Value region_district(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_text(domain->regions().district_of(a[0].text)) : Value::none();
}
Value region_name(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_text(domain->regions().name(a[0].text)) : Value::none();
}
Value region_area(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_text(domain->regions().management_area(a[0].text)) : Value::none();
}
// Within the city, or run by one of its areas (深汕 lies elsewhere by its code).
Value region_in_city(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr || domain->regions().find(a[0].text) == nullptr) return Value::none();
  return Value::of_bool(domain->regions().is_within(a[0].text, a[1].text) ||
                        !domain->regions().management_area(a[0].text).empty());
}

// Null where nobody knows the border: outside the city, and 深汕. A district counts with the areas inside it (大鹏 in
// 龙岗).
Value point_in_region(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return Value::none();
  const auto point = geo::make_point(a[0].real, a[1].real);
  const std::string_view district = domain->regions().district_of(a[2].text);
  if (!point || district.empty()) return Value::none();
  bool has_border = false;
  for (const geo::Area& area : domain->gazetteer().areas()) {
    if (area.district != district || !area.index) continue;
    has_border = true;
    if (area.index->contains(*point)) return Value::of_bool(true);
  }
  return has_border ? Value::of_bool(false) : Value::none();
}

// Addresses and names.
Value address_district(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return Value::none();
  const text::AddressParts parts = domain->addresses().parse(a[0].text);
  // Only what the text names: an inferred or doubtful district proves nothing about the code.
  if (parts.has(text::AddressFlag::kDistrictAmbiguous) || parts.has(text::AddressFlag::kConflictWithinText) ||
      parts.has(text::AddressFlag::kDistrictInferred) || parts.has(text::AddressFlag::kOldName)) {
    return Value::none();
  }
  return Value::of_text(domain->regions().district_of(parts.code6));
}
Value name_key(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return Value::none();
  if (!call.memo) call.memo = std::make_shared<std::string>();  // the buffer is kept from row to row
  auto& buffer = *static_cast<std::string*>(call.memo.get());
  text::normalise_company_name(a[0].text, domain->chars(), buffer);
  return Value::of_text(call.arena.keep(buffer));
}
Value name_is_branch(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  return domain != nullptr ? Value::of_bool(domain->names().is_branch_name(a[0].text)) : Value::none();
}

// Parameters. industry, employees, revenue, assets: a figure the industry does not need may be null.
std::optional<int64_t> figure(const Value& value) noexcept {
  return value.null ? std::nullopt : std::optional(value.integer);
}
Value size_class_of(const CallContext& call, std::span<const Value> a) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr || a[0].null) return Value::none();
  const codes::SizeFigures figures{figure(a[1]), figure(a[2]), figure(a[3])};
  const auto size = domain->catalog().size_bands().classify_size(a[0].text, figures, call.context.today);
  if (!size) return Value::none();
  static constexpr std::array<std::string_view, 5> kCodes = {"", "1", "2", "3", "4"};
  return Value::of_text(kCodes[static_cast<size_t>(*size)]);
}

// The line for a unit type of list unit_type; an establishment may fall under either of two kinds.
const codes::Threshold* threshold(const CallContext& call, std::string_view industry, std::string_view unit_type) {
  const Domain* domain = domain_of(call);
  if (domain == nullptr) return nullptr;
  using codes::ThresholdUnit;
  const codes::Thresholds& all = domain->catalog().thresholds();
  const Date day = call.context.today;
  if (unit_type == "1") return all.threshold_for(industry, ThresholdUnit::kLegal, day);
  if (unit_type == "3") return all.threshold_for(industry, ThresholdUnit::kSelfEmployed, day);
  if (unit_type != "2") return nullptr;
  const codes::Threshold* found = all.threshold_for(industry, ThresholdUnit::kNontradeEstablishment, day);
  return found != nullptr ? found : all.threshold_for(industry, ThresholdUnit::kNoncateringEstablishment, day);
}
Value sishang_category(const CallContext& call, std::span<const Value> a) {
  const codes::Threshold* line = threshold(call, a[0].text, a[1].text);
  return line != nullptr ? Value::of_text(line->category) : Value::none();
}
Value sishang_measure(const CallContext& call, std::span<const Value> a) {
  const codes::Threshold* line = threshold(call, a[0].text, a[1].text);
  return line != nullptr ? Value::of_text(line->measure) : Value::none();
}
Value sishang_threshold(const CallContext& call, std::span<const Value> a) {
  const codes::Threshold* line = threshold(call, a[0].text, a[1].text);
  return line != nullptr && line->min_fen ? Value::of_int(*line->min_fen) : Value::none();
}

}  // namespace

std::vector<FunctionSpec> domain_functions() {
  const Parameter text{"text", kAnyText};
  const Parameter code{"code", kAnyText};
  const Parameter industry{"industry", kAnyText};
  const Parameter unit_type{"unit_type", kAnyText};
  const Parameter revenue{"revenue", mask(TypeKind::kMoney)};
  const TypeKind boolean = TypeKind::kBool;
  const TypeKind words = TypeKind::kText;
  return {
      {"in_code_list",
       {code, {"list", kAnyText}, {"day", mask(TypeKind::kDate)}},
       2,
       false,
       boolean,
       true,
       "在代码表中",
       "the list has the code (on the day); null for an unknown list",
       "in_code_list(\"10\", \"org_type\")",
       in_code_list},
      {"code_name",
       {code, {"list", kAnyText}},
       2,
       false,
       words,
       true,
       "代码名称",
       "name of a code",
       "code_name(\"10\", \"org_type\") = \"企业\"",
       code_name,
       false,
       true},
      {"industry_level",
       {industry},
       1,
       false,
       TypeKind::kInt,
       true,
       "行业层级",
       "0 unknown, 1 门类 ... 4 小类",
       "industry_level(\"6513\") = 4",
       industry_level,
       false,
       true},
      {"industry_section",
       {industry},
       1,
       false,
       words,
       true,
       "行业门类",
       "letter of the section",
       "industry_section(\"6513\") = \"I\"",
       industry_section,
       false,
       true},
      {"region_valid",
       {code},
       1,
       false,
       boolean,
       true,
       "区划代码有效",
       "12 digits and in the list",
       "region_valid(\"440303000000\")",
       region_valid,
       false,
       true},
      {"region_level",
       {code},
       1,
       false,
       TypeKind::kInt,
       true,
       "区划层级",
       "0 unknown, 1 省 ... 5 村居",
       "region_level(\"440303\") = 3",
       region_level,
       false,
       true},
      {"region_district",
       {code},
       1,
       false,
       words,
       true,
       "所属县区",
       "six digits of the district",
       "region_district(\"440303001\") = \"440303\"",
       region_district,
       false,
       true},
      {"region_name",
       {code},
       1,
       false,
       words,
       true,
       "区划名称",
       "official name of a division",
       "region_name(\"440303\") = \"罗湖区\"",
       region_name,
       false,
       true},
      {"region_area",
       {code},
       1,
       false,
       words,
       true,
       "管理区",
       "district or functional area that runs the place",
       "",
       region_area,
       false,
       true},
      {"point_in_region",
       {{"longitude", mask(TypeKind::kDouble)}, {"latitude", mask(TypeKind::kDouble)}, code},
       3,
       false,
       boolean,
       true,
       "坐标在区内",
       "the point (degrees, WGS-84) lies in the district of the code; null where its border is not known",
       "point_in_region(114.0579, 22.5431, \"440304000000\")",
       point_in_region},
      {"region_in_city",
       {code, {"city", kAnyText}},
       2,
       false,
       boolean,
       true,
       "在本市",
       "lies in the city or in one of its management areas",
       "region_in_city(\"440303\", \"440300\")",
       region_in_city,
       false,
       true},
      {"address_district",
       {text},
       1,
       false,
       words,
       true,
       "地址中的县区",
       "district code that the address itself names today",
       "address_district(\"广东省深圳市南山区科技路1号\") = \"440305\"",
       address_district},
      {"name_key",
       {text},
       1,
       false,
       words,
       true,
       "名称比较键",
       "name with width, script form, brackets and blanks unified",
       "name_key(\"甲（乙）公司\") = name_key(\"甲(乙)公司\")",
       name_key},
      {"name_is_branch",
       {text},
       1,
       false,
       boolean,
       true,
       "名称为分支",
       "the name is that of a branch",
       "name_is_branch(\"深圳市甲乙丙电子有限公司龙岗分公司\")",
       name_is_branch},
      {"size_class_of",
       {industry, {"employees", mask(TypeKind::kInt)}, revenue, {"assets", mask(TypeKind::kMoney)}},
       4,
       false,
       words,
       true,
       "划型结果",
       "1 大 2 中 3 小 4 微; null when not covered or a needed figure is null",
       "size_class_of(\"6513\", 103, 15735.28万元, 0元) = \"2\"",
       size_class_of,
       true},
      {"sishang_category",
       {industry, unit_type},
       2,
       false,
       words,
       true,
       "四上专业",
       "category of the line that applies today",
       "sishang_category(\"6513\", \"1\") = \"F\"",
       sishang_category,
       false,
       true},
      {"sishang_measure",
       {industry, unit_type},
       2,
       false,
       words,
       true,
       "四上指标",
       "figure that the line looks at",
       "sishang_measure(\"6513\", \"1\") = \"revenue\"",
       sishang_measure,
       false,
       true},
      {"sishang_threshold",
       {industry, unit_type},
       2,
       false,
       TypeKind::kMoney,
       true,
       "四上标准",
       "amount of the line that applies today",
       "sishang_threshold(\"6513\", \"1\") = 2000万元",
       sishang_threshold,
       false,
       true},
  };
}

}  // namespace minglu::rules
