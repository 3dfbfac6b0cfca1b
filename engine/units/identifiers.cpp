#include "units/identifiers.hpp"

#include <algorithm>
#include <array>

#include "base/date.hpp"
#include "units/check_digits.hpp"
#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::is_digit;
using internal::quoted;
using table::Severity;

constexpr size_t kUsccChars = 18;
constexpr size_t kOrgCodeChars = 9;
constexpr size_t kRegNoDigits = 15;
constexpr size_t kOldRegNoDigits = 13;
constexpr size_t kTaxRegionDigits = 6;
constexpr size_t kOrgCodeStart = 8;

// Registration authority and category pairs of GB 32100-2015, table 1; list "uscc_category" of catalog/codes/lists.csv
// is the same with names, and a test keeps the two equal.
constexpr std::string_view kUsccCategories =
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1";

struct IdText {
  std::string text;  // upper case, without separators when every character is a letter or digit
  bool legal = true;
  bool lower = false;
  bool separators = false;
};

bool is_separator(char c) noexcept { return c == ' ' || c == '-' || c == '\'' || c == '`'; }

IdText read_id(std::string_view folded) {
  IdText id;
  id.text.reserve(folded.size());
  for (const char c : folded) {
    if (is_separator(c)) {
      id.separators = true;
      continue;
    }
    id.lower |= internal::is_lower(c);
    const char upper = internal::to_upper(c);
    if (!is_digit(upper) && !internal::is_upper(upper)) { return {std::string(folded), false, false, false}; }
    id.text.push_back(upper);
  }
  return id;
}

// Shared opening of the four cleaners. False when the cell is empty or a placeholder: `out` is then complete.
bool open_id(std::string_view text, Cleaned& out, IdText& id) {
  const internal::Folded folded = internal::fold(text);
  if (folded.text.empty()) return false;
  if (internal::is_placeholder(folded.text)) {
    internal::set_placeholder(out, folded.text);
    return false;
  }
  internal::add_fold_flags(folded, out);
  id = read_id(folded.text);
  if (id.text.empty()) {
    internal::set_placeholder(out, folded.text);
    return false;
  }
  out.value = id.text;
  return true;
}

void flag_separators(const IdText& id, Cleaned& out) {
  if (id.separators) add_flag(out, "separator_removed", Severity::kInfo, "已去除代码中的空格、连字符或撇号");
}

void distrust(Cleaned& out, std::string code, Severity severity, std::string message) {
  out.trusted = false;
  add_flag(out, std::move(code), severity, std::move(message));
}

bool flag_filler(Cleaned& out, std::string_view label) {
  if (!internal::is_filler(*out.value)) return false;
  distrust(out, "filler", Severity::kMandatory,
           std::string(label) + quoted(*out.value) + "是同一字符的重复，不是真实代码");
  return true;
}

// The text with letters that cannot stand there replaced by the digits they resemble.
std::string unconfuse(std::string text, bool also_in_org_code) {
  for (char& c : text) {
    if (c == 'O') c = '0';
    if (c == 'I') c = '1';
    if (also_in_org_code) continue;
    if (c == 'S') c = '5';
    if (c == 'Z') c = '2';
  }
  return text;
}

void propose(Cleaned& out, std::string code, std::string_view proposal) {
  add_flag(out, std::move(code), Severity::kVerify,
           quoted(*out.value) + "可能是" + quoted(proposal) + "（形近字符，校验码通过），未自动修改，请核实");
}

bool is_known_category(std::string_view uscc) noexcept {
  const size_t at = kUsccCategories.find(uscc.substr(0, 2));
  return at != std::string_view::npos && at % 3 == 0;
}

void judge_valid_uscc(Cleaned& out) {
  const std::string& uscc = *out.value;
  if (flag_filler(out, "统一社会信用代码")) return;
  if (!is_valid_org_code(std::string_view(uscc).substr(kOrgCodeStart, kOrgCodeChars))) {
    add_flag(out, "uscc_org_part", Severity::kVerify,
             "统一社会信用代码" + quoted(uscc) + "的第9—17位未通过组织机构代码校验");
  }
  if (!is_known_category(uscc)) {
    add_flag(out, "uscc_category", Severity::kVerify,
             "统一社会信用代码" + quoted(uscc) + "的前两位不在登记管理部门和机构类别代码表中");
  }
}

std::string describe_bad_uscc(const std::string& text) {
  if (text.find("E+") != std::string::npos || text.find("e+") != std::string::npos) {
    return "统一社会信用代码" + quoted(text) + "疑似被电子表格转为科学计数，原始数字已丢失";
  }
  return "统一社会信用代码" + quoted(text) + "格式错误，应为18位数字或大写字母（不含I、O、S、V、Z）";
}

void judge_invalid_uscc(Cleaned& out) {
  const std::string& text = *out.value;
  if (looks_like_personal_id(text)) {
    distrust(out, "personal_id", Severity::kMandatory,
             "填写的是公民身份号码" + quoted(mask_personal_id(text)) + "，不是统一社会信用代码");
    return;
  }
  if (text.size() == kUsccChars && uscc_check_char(std::string_view(text).substr(0, kUsccChars - 1)) &&
      uscc_check_char("0000000000000000" + text.substr(kUsccChars - 1))) {
    distrust(out, "uscc_check_digit", Severity::kMandatory, "统一社会信用代码" + quoted(text) + "校验码错误");
  } else {
    distrust(out, "uscc_format", Severity::kMandatory, describe_bad_uscc(text));
  }
  const std::string proposal = unconfuse(text, false);
  if (proposal != text && is_valid_uscc(proposal)) propose(out, "uscc_repair_proposed", proposal);
}

void judge_uscc(const IdText& id, Cleaned& out) {
  flag_separators(id, out);
  if (id.lower) {
    add_flag(out, "uscc_lower_case", Severity::kVerify, "统一社会信用代码中的小写字母已转为大写：" + quoted(id.text));
  }
  if (is_valid_uscc(id.text)) {
    judge_valid_uscc(out);
  } else {
    judge_invalid_uscc(out);
  }
}

void judge_org_code(Cleaned& out) {
  const std::string& text = *out.value;
  if (is_valid_org_code(text)) {
    flag_filler(out, "组织机构代码");
    return;
  }
  if (is_valid_uscc(text)) {
    distrust(out, "org_code_is_uscc", Severity::kVerify,
             "组织机构代码栏填写了统一社会信用代码，其主体标识码为" +
                 quoted(text.substr(kOrgCodeStart, kOrgCodeChars)) + "，请核实");
    return;
  }
  const auto check = org_code_check_char(std::string_view(text).substr(0, kOrgCodeChars - 1));
  if (text.size() != kOrgCodeChars || !check) {
    distrust(out, "org_code_format", Severity::kMandatory,
             "组织机构代码" + quoted(text) + "格式错误，应为9位数字或大写字母");
    return;
  }
  if (text.back() == 'B') {
    distrust(out, "org_code_establishment", Severity::kVerify,
             "组织机构代码" + quoted(text) + "末位为B，是本部产业活动单位的旧式代码");
    return;
  }
  distrust(out, "org_code_check_digit", Severity::kMandatory, "组织机构代码" + quoted(text) + "校验码错误");
  const std::string proposal = unconfuse(text, true);
  if (proposal != text && is_valid_org_code(proposal)) propose(out, "org_code_repair_proposed", proposal);
}

void judge_reg_no(Cleaned& out) {
  const std::string& text = *out.value;
  if (is_valid_reg_no(text)) {
    flag_filler(out, "工商注册号");
  } else if (is_valid_uscc(text)) {
    distrust(out, "reg_no_is_uscc", Severity::kVerify, "注册号栏填写了统一社会信用代码" + quoted(text) + "，请核实");
  } else if (looks_like_personal_id(text)) {
    distrust(out, "personal_id", Severity::kMandatory,
             "填写的是公民身份号码" + quoted(mask_personal_id(text)) + "，不是注册号");
  } else if (text.size() == kOldRegNoDigits && internal::all_digits(text)) {
    distrust(out, "reg_no_old", Severity::kVerify, "注册号" + quoted(text) + "是13位旧号，没有校验码");
  } else if (text.size() == kRegNoDigits && internal::all_digits(text)) {
    distrust(out, "reg_no_check_digit", Severity::kMandatory, "工商注册号" + quoted(text) + "校验码错误");
  } else {
    distrust(out, "reg_no_format", Severity::kMandatory, "工商注册号" + quoted(text) + "格式错误，应为15位数字");
    const std::string proposal = unconfuse(text, false);
    if (proposal != text && is_valid_reg_no(proposal)) propose(out, "reg_no_repair_proposed", proposal);
  }
}

bool is_legacy_tax_id(std::string_view text) noexcept {
  return text.size() == kRegNoDigits && internal::all_digits(text.substr(0, kTaxRegionDigits)) &&
         is_valid_org_code(text.substr(kTaxRegionDigits));
}

void judge_legacy_tax_id(Cleaned& out) {
  const std::string& text = *out.value;
  const bool as_reg_no = is_valid_reg_no(text);
  if (flag_filler(out, "纳税人识别号")) return;
  if (is_legacy_tax_id(text)) {
    if (as_reg_no) {
      distrust(out, "tax_id_ambiguous", Severity::kVerify,
               "15位代码" + quoted(text) + "既可为纳税人识别号也可为工商注册号，请核实");
    }
  } else if (as_reg_no) {
    distrust(out, "tax_id_is_reg_no", Severity::kVerify, "纳税人识别号栏填写了工商注册号" + quoted(text) + "，请核实");
  } else {
    distrust(out, "tax_id_check_digit", Severity::kMandatory,
             "15位纳税人识别号" + quoted(text) + "校验未通过（应为6位区划加9位组织机构代码）");
  }
}

void judge_other_tax_id(Cleaned& out) {
  const std::string& text = *out.value;
  if (text.size() == kUsccChars + 2 && looks_like_personal_id(std::string_view(text).substr(0, kUsccChars))) {
    distrust(out, "tax_id_person", Severity::kVerify,
             "纳税人识别号由公民身份号码加两位组成：" + quoted(mask_personal_id(text)));
  } else if (text.size() > 1 && text.front() == 'L' && internal::all_digits(std::string_view(text).substr(1))) {
    distrust(out, "tax_id_temporary", Severity::kVerify, "纳税人识别号" + quoted(text) + "是临时税号，没有校验码");
  } else {
    distrust(out, "tax_id_format", Severity::kMandatory, "纳税人识别号" + quoted(text) + "格式错误，应为18位或15位");
  }
}

constexpr std::string_view kProvinces =
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83";

bool is_birth_date(std::string_view yyyymmdd) noexcept {
  int number = 0;
  for (const char c : yyyymmdd) number = number * 10 + (c - '0');
  const base::CivilDate civil{number / 10000, number / 100 % 100, number % 100};
  return civil.year >= 1850 && civil.year < 2100 && base::is_valid_civil(civil);
}

}  // namespace

bool is_valid_uscc(std::string_view canonical) noexcept {
  return canonical.size() == kUsccChars && uscc_check_char(canonical.substr(0, kUsccChars - 1)) == canonical.back();
}

bool is_valid_org_code(std::string_view canonical) noexcept {
  return canonical.size() == kOrgCodeChars &&
         org_code_check_char(canonical.substr(0, kOrgCodeChars - 1)) == canonical.back();
}

bool is_valid_reg_no(std::string_view canonical) noexcept {
  return canonical.size() == kRegNoDigits &&
         reg_no_check_char(canonical.substr(0, kRegNoDigits - 1)) == canonical.back();
}

std::optional<std::string> org_code_of_uscc(std::string_view uscc) {
  if (!is_valid_uscc(uscc)) return std::nullopt;
  return std::string(uscc.substr(kOrgCodeStart, kOrgCodeChars));
}

std::optional<std::string> org_code_of_tax_id(std::string_view tax_id) {
  if (is_legacy_tax_id(tax_id)) return std::string(tax_id.substr(kTaxRegionDigits));
  return org_code_of_uscc(tax_id);
}

bool looks_like_personal_id(std::string_view text) noexcept {
  if (text.size() != kUsccChars) return false;
  const std::string_view payload = text.substr(0, kUsccChars - 1);
  const std::optional<char> check = personal_id_check_char(payload);
  if (!check || *check != internal::to_upper(text.back())) return false;
  const size_t province = kProvinces.find(payload.substr(0, 2));
  return province != std::string_view::npos && province % 3 == 0 && is_birth_date(payload.substr(6, 8));
}

std::string mask_personal_id(std::string_view text) {
  std::string out(text);
  for (size_t at = 0; at + kUsccChars <= out.size(); ++at) {
    if (!looks_like_personal_id(std::string_view(out).substr(at, kUsccChars))) continue;
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(at) + 1,
              out.begin() + static_cast<std::ptrdiff_t>(at + kUsccChars) - 1, '*');
    at += kUsccChars - 1;
  }
  return out;
}

Cleaned clean_uscc(std::string_view text) {
  Cleaned out;
  if (is_valid_uscc(text)) {
    out.value = std::string(text);
    judge_valid_uscc(out);
    return out;
  }
  IdText id;
  if (open_id(text, out, id)) judge_uscc(id, out);
  return out;
}

Cleaned clean_org_code(std::string_view text) {
  Cleaned out;
  IdText id;
  if (!open_id(text, out, id)) return out;
  // "19220382-1" is how the standard itself writes the code: no flag for that hyphen.
  const bool standard_hyphen =
      text.size() == kOrgCodeChars + 1 && text[kOrgCodeChars - 1] == '-' && id.text.size() == kOrgCodeChars;
  if (!standard_hyphen) flag_separators(id, out);
  if (id.lower)
    add_flag(out, "org_code_lower_case", Severity::kVerify, "组织机构代码中的小写字母已转为大写：" + quoted(id.text));
  judge_org_code(out);
  return out;
}

Cleaned clean_reg_no(std::string_view text) {
  Cleaned out;
  if (is_valid_reg_no(text) && !internal::is_filler(text)) {
    out.value = std::string(text);
    return out;
  }
  IdText id;
  if (!open_id(text, out, id)) return out;
  flag_separators(id, out);
  judge_reg_no(out);
  return out;
}

Cleaned clean_tax_id(std::string_view text) {
  Cleaned out;
  IdText id;
  if (!open_id(text, out, id)) return out;
  if (id.text.size() == kUsccChars) {
    judge_uscc(id, out);
    return out;
  }
  flag_separators(id, out);
  if (id.text.size() == kRegNoDigits && id.legal) {
    judge_legacy_tax_id(out);
  } else {
    judge_other_tax_id(out);
  }
  return out;
}

}  // namespace minglu::units
