// The plain list of cell cleaners. To add one: a function below (or in units/ or text/), a line in kCleaners, a row in
// docs/guide/sources.md.
#include <array>

#include "ingest/cleaner.hpp"
#include "units/contacts.hpp"
#include "units/dates.hpp"
#include "units/identifiers.hpp"
#include "units/money.hpp"
#include "units/numbers.hpp"
#include "units/plain.hpp"

namespace minglu::ingest {
namespace {

using table::Severity;
using units::Cleaned;

template <Cleaned (*kFn)(std::string_view)>
Cleaned plain(std::string_view cell, std::string_view, const CleanContext&) {
  return kFn(cell);
}

template <units::MoneyUnit kUnit>
Cleaned money(std::string_view cell, std::string_view, const CleanContext&) {
  return units::clean_money(cell, kUnit);
}

// A code may be written as code ("10"), as name ("企业"), as "10 企业" or as a registered alias.
Cleaned code(std::string_view cell, std::string_view list, const CleanContext& context) {
  Cleaned cleaned = units::clean_text(cell);
  if (!cleaned.value) return cleaned;
  const codes::CodeList* codes = context.catalog.list(list);
  if (codes == nullptr) return cleaned;
  if (codes->contains(*cleaned.value)) return cleaned;
  if (const auto found = codes->code_of_name_or_alias(*cleaned.value)) {
    cleaned.value = std::string(*found);
    return cleaned;
  }
  const size_t space = cleaned.value->find(' ');
  if (space != std::string::npos && codes->contains(cleaned.value->substr(0, space))) {
    cleaned.value = cleaned.value->substr(0, space);
    return cleaned;
  }
  units::add_flag(cleaned, "code_unknown", Severity::kMandatory,
                  "“" + *cleaned.value + "”不在代码表 " + std::string(list) + " 中");
  cleaned.trusted = false;
  return cleaned;
}

Cleaned industry_code(std::string_view cell, std::string_view, const CleanContext& context) {
  return code(cell, "industry", context);
}

// 6, 9 or 12 digits, stored padded to 12. Codes that Shenzhen's registries use for areas without a code of their own
// are aliases (440399, 440392): kept as written, not trusted, because they name no district.
Cleaned region_code(std::string_view cell, std::string_view, const CleanContext& context) {
  Cleaned cleaned = units::clean_text(cell);
  if (!cleaned.value) return cleaned;
  const std::string padded = context.regions.code12(*cleaned.value);
  if (!padded.empty()) {
    cleaned.value = padded;
    return cleaned;
  }
  if (context.regions.is_valid_code12(*cleaned.value)) return cleaned;
  units::add_flag(cleaned, "region_unknown", Severity::kVerify, "“" + *cleaned.value + "”不是有效的区划代码");
  cleaned.trusted = false;
  return cleaned;
}

constexpr std::array<Cleaner, 25> kCleaners{{
    {"text", "文本", "Trims, removes control characters, placeholders become null", " 甲 ", plain<units::clean_text>},
    {"uscc", "统一社会信用代码", "GB 32100 with check digit", "91440300MA5FPHD05D", plain<units::clean_uscc>},
    {"org_code", "组织机构代码", "GB 11714 with check digit", "19220382-1", plain<units::clean_org_code>},
    {"reg_no", "工商注册号", "15 digits, MOD 11,10", "440301103097413", plain<units::clean_reg_no>},
    {"tax_id", "纳税人识别号", "USCC or the legacy 15 characters", "440300715267260", plain<units::clean_tax_id>},
    {"company_name", "单位名称", "Plain text; comparison forms are made later", "深圳市甲乙有限公司",
     plain<units::clean_text>},
    {"person_name", "人名", "Blanks and titles removed", "张 三", plain<units::clean_person_name>},
    {"address", "地址", "Plain text; parts are read later", "深圳市南山区…", plain<units::clean_text>},
    {"date", "日期", "Any usual spelling to ISO", "2019年7月4日", plain<units::clean_date>},
    {"money_yuan", "金额(元)", "To fen", "1,234.50", money<units::MoneyUnit::kYuan>},
    {"money_thousand", "金额(千元)", "To fen", "1234", money<units::MoneyUnit::kThousandYuan>},
    {"money_wan", "金额(万元)", "To fen", "200(万元人民币)", money<units::MoneyUnit::kWanYuan>},
    {"capital", "注册资本", "The eight ways of writing capital; a bare number is 万元", "3万人民币",
     money<units::MoneyUnit::kWanYuan>},
    {"integer", "整数", "", "1,234", plain<units::clean_integer>},
    {"decimal", "小数", "", "12.5", plain<units::clean_decimal>},
    {"mobile", "移动电话", "", "13800000000", plain<units::clean_mobile>},
    {"landline", "固定电话", "", "0755-12345678", plain<units::clean_landline>},
    {"phone", "固定电话", "Same as landline", "0755-12345678", plain<units::clean_landline>},
    {"postcode", "邮政编码", "", "518000", plain<units::clean_postcode>},
    {"email", "电子邮箱", "", "a@b.cn", plain<units::clean_email>},
    {"url", "网址", "", "www.example.com", plain<units::clean_url>},
    {"region_code", "区划代码", "6, 9 or 12 digits", "440305", region_code},
    {"industry_code", "行业代码", "GB/T 4754-2017", "6511", industry_code},
    {"power_account", "用电户号", "", "0319001234", plain<units::clean_text>},
    {"code", "代码", "code:<list>, by code, name or alias", "10 企业", code},
}};

}  // namespace

std::span<const Cleaner> all_cleaners() { return kCleaners; }

const Cleaner* find_cleaner(std::string_view word) {
  const std::string_view name = word.substr(0, word.find(':'));
  for (const Cleaner& cleaner : kCleaners) {
    if (cleaner.name == name) return &cleaner;
  }
  return nullptr;
}

}  // namespace minglu::ingest
