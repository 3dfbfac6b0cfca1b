// Functions over identifiers and contact data; the checks themselves are those of units/.
#include "rules/functions/function.hpp"
#include "units/contacts.hpp"
#include "units/identifiers.hpp"

namespace minglu::rules {

namespace {

Value uscc_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(units::is_valid_uscc(a[0].text));
}
Value org_code_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(units::is_valid_org_code(a[0].text));
}
Value reg_no_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(units::is_valid_reg_no(a[0].text));
}
// The text is canonical already: cleaning it must change nothing and raise no doubt.
bool clean(const units::Cleaned& cleaned, std::string_view text) {
  return cleaned.trusted && cleaned.value && *cleaned.value == text;
}
Value mobile_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(clean(units::clean_mobile(a[0].text), a[0].text));
}
Value landline_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(clean(units::clean_landline(a[0].text), a[0].text));
}
Value postcode_valid(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(clean(units::clean_postcode(a[0].text), a[0].text));
}
Value email_valid(const CallContext&, std::span<const Value> a) {
  const units::Cleaned cleaned = units::clean_email(a[0].text);
  return Value::of_bool(cleaned.trusted && cleaned.value.has_value());
}
Value url_valid(const CallContext&, std::span<const Value> a) {
  const units::Cleaned cleaned = units::clean_url(a[0].text);
  return Value::of_bool(cleaned.trusted && cleaned.value.has_value());
}

}  // namespace

std::vector<FunctionSpec> identifier_functions() {
  const Parameter text{"text", kAnyText};
  const TypeKind boolean = TypeKind::kBool;
  return {
      {"uscc_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "信用代码有效",
       "18 characters, alphabet and check of GB 32100",
       "uscc_valid(\"91350100M000100Y43\")",
       uscc_valid},
      {"org_code_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "组织机构代码有效",
       "9 characters and check of GB 11714",
       "org_code_valid(\"192203821\")",
       org_code_valid},
      {"reg_no_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "注册号有效",
       "15 digits and check of GS 15-2006",
       "reg_no_valid(\"440301103097413\")",
       reg_no_valid},
      {"mobile_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "手机号有效",
       "canonical mobile number that is no filler",
       "not mobile_valid(\"1380013800\")",
       mobile_valid},
      {"landline_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "固定电话有效",
       "canonical landline with area code",
       "landline_valid(\"0755-26770001\")",
       landline_valid},
      {"postcode_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "邮编有效",
       "six digits",
       "postcode_valid(\"518001\")",
       postcode_valid},
      {"email_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "邮箱有效",
       "form of an electronic mail address",
       "email_valid(\"a@b.cn\")",
       email_valid},
      {"url_valid",
       {text},
       1,
       false,
       boolean,
       true,
       "网址有效",
       "form of a web address",
       "url_valid(\"www.b.cn\")",
       url_valid},
  };
}

}  // namespace minglu::rules
