#include "units/contacts.hpp"

#include <algorithm>
#include <string>

#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::all_digits;
using internal::is_digit;
using internal::quoted;
using table::Severity;

constexpr size_t kMobileDigits = 11;
constexpr size_t kPostcodeDigits = 6;
constexpr size_t kExtensionDigitsMax = 6;

bool is_mobile(std::string_view digits) noexcept {
  return digits.size() == kMobileDigits && digits[0] == '1' && digits[1] >= '3' && all_digits(digits);
}

// The same last eight digits, as in 13888888888: typed to pass a form.
bool is_phone_filler(std::string_view digits) noexcept {
  constexpr size_t kTail = 7;
  return digits.size() > kTail && internal::is_filler(digits.substr(digits.size() - kTail));
}

void distrust(Cleaned& out, std::string code, Severity severity, std::string message) {
  out.trusted = false;
  add_flag(out, std::move(code), severity, std::move(message));
}

// Folded text of a cell that says something; false when `out` is complete.
bool open_cell(std::string_view text, Cleaned& out) {
  internal::Folded folded = internal::fold(text);
  if (folded.text.empty()) return false;
  if (internal::is_placeholder(folded.text)) {
    internal::set_placeholder(out, folded.text);
    return false;
  }
  internal::add_fold_flags(folded, out);
  out.value = std::move(folded.text);
  return true;
}

// "+86 0755-12345678" and "(86)..." without the country code.
std::string drop_country(std::string_view text, bool& dropped) {
  for (const std::string_view prefix : {"+86", "0086", "(+86)", "(86)", "86-", "86 "}) {
    if (!text.starts_with(prefix)) continue;
    dropped = true;
    text.remove_prefix(prefix.size());
    const size_t start = text.find_first_not_of(" -");
    return std::string(start == std::string_view::npos ? std::string_view() : text.substr(start));
  }
  return std::string(text);
}

bool has_several(std::string_view text) {
  return text.find_first_of("/;,|") != std::string_view::npos || text.find("、") != std::string_view::npos;
}

// Flags that hold for both kinds of telephone. True when the number is settled.
bool flag_odd_phone(Cleaned& out) {
  const std::string& text = *out.value;
  if (text.find('*') != std::string::npos) {
    distrust(out, "phone_masked", Severity::kVerify, "电话" + quoted(text) + "已脱敏，不能用于比对");
    return true;
  }
  if (has_several(text)) {
    distrust(out, "phone_several", Severity::kVerify, "电话栏含有多个号码" + quoted(text) + "，请拆分");
    return true;
  }
  return false;
}

std::string digits_of(std::string_view text, bool& separators, bool& other) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits.push_back(c);
    } else if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '\'') {
      separators = true;
    } else {
      other = true;
    }
  }
  return digits;
}

struct Landline {
  std::string area;
  std::string number;
  std::string extension;
};

size_t area_digits(std::string_view digits) noexcept {
  if (digits.size() < 3 || digits[0] != '0') return 0;
  return digits[1] == '1' || digits[1] == '2' ? 3 : 4;
}

// Splits "0755-12345678转801" after the extension mark. False when the extension is no number of 1 to 6 digits.
bool cut_extension(std::string& text, Landline& line) {
  for (const std::string_view mark : {"转分机", "分机号", "分机", "转", "ext.", "ext", "EXT", "x", "#", "--"}) {
    const size_t at = text.find(mark);
    if (at == std::string::npos || at == 0) continue;
    for (const char c : std::string_view(text).substr(at + mark.size())) {
      if (is_digit(c))
        line.extension.push_back(c);
      else if (c != ' ' && c != '-' && c != ':' && c != '.')
        return false;
    }
    text.resize(at);
    return !line.extension.empty() && line.extension.size() <= kExtensionDigitsMax;
  }
  return true;
}

// A third group after the number is an extension: "0755-12345678-801".
void cut_third_group(std::string& text, Landline& line) {
  const size_t at = text.find_last_of("- ");
  if (at == std::string::npos || !line.extension.empty()) return;
  const std::string tail = text.substr(at + 1);
  bool separators = false;
  bool other = false;
  const std::string head = digits_of(std::string_view(text).substr(0, at), separators, other);
  const size_t area = area_digits(head);
  const bool service = head.size() == 10 && (head.starts_with("400") || head.starts_with("800"));
  const bool whole_head = area > 0 ? head.size() >= area + 7 : service || head.size() == 7 || head.size() == 8;
  if (other || !whole_head || !all_digits(tail) || tail.size() > kExtensionDigitsMax) return;
  line.extension = tail;
  text.resize(at);
}

bool split_landline(std::string_view digits, Landline& line) {
  const bool service = digits.size() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
  const size_t area = service ? 3 : area_digits(digits);
  if (digits.size() <= area || (area == 0 && digits.size() != 7 && digits.size() != 8)) return false;
  line.area = digits.substr(0, area);
  line.number = digits.substr(area);
  const bool length_ok = line.number.size() == 7 || line.number.size() == 8;
  return length_ok && line.number[0] != '0' && (service || line.number[0] != '1' || area > 0);
}

void judge_landline(const Landline& line, Cleaned& out) {
  out.value =
      (line.area.empty() ? "" : line.area + "-") + line.number + (line.extension.empty() ? "" : "-" + line.extension);
  if (line.area.empty()) {
    distrust(out, "landline_no_area", Severity::kVerify, "固定电话" + quoted(*out.value) + "缺少区号，未自动补充");
  }
  if (is_phone_filler(line.number)) {
    distrust(out, "phone_filler", Severity::kVerify, "电话" + quoted(*out.value) + "疑似填充值");
  }
}

bool is_email_local(std::string_view text) noexcept {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || internal::is_lower(c) || internal::is_upper(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
  });
}

bool is_host(std::string_view host) noexcept {
  if (host.empty() || host.find('.') == std::string_view::npos || host.find("..") != std::string_view::npos)
    return false;
  if (host.front() == '.' || host.back() == '.' || host.front() == '-') return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || internal::is_lower(c) || internal::is_upper(c) || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), internal::to_lower);
  return out;
}

}  // namespace

Cleaned clean_mobile(std::string_view text) {
  Cleaned out;
  if (is_mobile(text) && !is_phone_filler(text)) {
    out.value = std::string(text);
    return out;
  }
  if (!open_cell(text, out) || flag_odd_phone(out)) return out;
  bool prefix = false;
  bool separators = false;
  bool other = false;
  std::string digits = digits_of(drop_country(*out.value, prefix), separators, other);
  if (digits.size() == kMobileDigits + 2 && digits.starts_with("86")) digits.erase(0, 2), prefix = true;
  if (digits.size() == kMobileDigits + 1 && digits.starts_with("01") && digits[2] >= '3')
    digits.erase(0, 1), prefix = true;
  if (other || !is_mobile(digits)) {
    const bool landline = !other && clean_landline(*out.value).trusted;
    distrust(out, landline ? "mobile_is_landline" : "mobile_format",
             landline ? Severity::kVerify : Severity::kMandatory,
             landline ? "移动电话栏填写了固定电话" + quoted(*out.value)
                      : "移动电话" + quoted(*out.value) + "格式错误，应为11位且以13—19开头");
    return out;
  }
  if (prefix) add_flag(out, "phone_prefix_removed", Severity::kInfo, "已去除国家代码或前导0");
  if (separators) add_flag(out, "separator_removed", Severity::kInfo, "已去除号码中的空格或连字符");
  if (is_phone_filler(digits)) distrust(out, "phone_filler", Severity::kVerify, "电话" + quoted(digits) + "疑似填充值");
  out.value = std::move(digits);
  return out;
}

Cleaned clean_landline(std::string_view text) {
  Cleaned out;
  if (!open_cell(text, out) || flag_odd_phone(out)) return out;
  bool prefix = false;
  bool separators = false;
  bool other = false;
  Landline line;
  std::string rest = drop_country(*out.value, prefix);
  if (prefix && !rest.empty() && rest[0] != '0' && rest[0] != '1' && rest.size() > 8) rest.insert(0, "0");
  bool ok = cut_extension(rest, line);
  cut_third_group(rest, line);
  const std::string digits = digits_of(rest, separators, other);
  if (ok && !other && is_mobile(digits)) {
    out.value = digits;
    distrust(out, "landline_is_mobile", Severity::kVerify, "固定电话栏填写了移动电话" + quoted(digits));
    return out;
  }
  ok = ok && !other && split_landline(digits, line);
  if (!ok) {
    distrust(out, "landline_format", Severity::kMandatory,
             "固定电话" + quoted(*out.value) + "格式错误，应为区号-号码，如0755-12345678");
    return out;
  }
  if (prefix) add_flag(out, "phone_prefix_removed", Severity::kInfo, "已去除国家代码");
  judge_landline(line, out);
  return out;
}

Cleaned clean_postcode(std::string_view text) {
  Cleaned out;
  if (!open_cell(text, out)) return out;
  const bool form_ok = all_digits(*out.value) && out.value->size() == kPostcodeDigits;
  if (form_ok && internal::is_filler(*out.value)) {
    distrust(out, "filler", Severity::kMandatory, "邮政编码" + quoted(*out.value) + "疑似填充值");
  } else if (all_digits(*out.value) && out.value->size() == kPostcodeDigits - 1) {
    distrust(out, "postcode_zero_lost", Severity::kVerify,
             "邮政编码" + quoted(*out.value) + "为5位，可能丢失前导0（" + quoted("0" + *out.value) + "），请核实");
  } else if (!form_ok) {
    distrust(out, "postcode_format", Severity::kMandatory, "邮政编码" + quoted(*out.value) + "格式错误，应为6位数字");
  }
  return out;
}

Cleaned clean_email(std::string_view text) {
  Cleaned out;
  if (!open_cell(text, out)) return out;
  const size_t at = out.value->find('@');
  const std::string_view value = *out.value;
  if (at == std::string::npos || !is_email_local(value.substr(0, at)) || !is_host(value.substr(at + 1))) {
    distrust(out, "email_format", Severity::kVerify, "电子邮箱" + quoted(*out.value) + "格式错误");
    return out;
  }
  std::string canonical = std::string(value.substr(0, at + 1)) + lower(value.substr(at + 1));
  if (canonical != *out.value) add_flag(out, "email_domain_lower", Severity::kInfo, "已将邮箱域名转为小写");
  out.value = std::move(canonical);
  return out;
}

Cleaned clean_url(std::string_view text) {
  Cleaned out;
  if (!open_cell(text, out)) return out;
  const std::string_view value = *out.value;
  const size_t mark = value.find("://");
  const size_t host_at = mark == std::string_view::npos ? 0 : mark + 3;
  const size_t host_end = std::min(value.find_first_of("/?#", host_at), value.size());
  const std::string scheme = lower(value.substr(0, host_at));
  const std::string_view authority = value.substr(host_at, host_end - host_at);
  const std::string_view host = authority.substr(0, authority.find(':'));
  const bool scheme_ok = scheme.empty() || scheme == "http://" || scheme == "https://" || scheme == "ftp://";
  if (!scheme_ok || !is_host(host) || value.find(' ') != std::string_view::npos ||
      host.find('@') != std::string_view::npos) {
    distrust(out, "url_format", Severity::kVerify, "网址" + quoted(*out.value) + "格式错误");
    return out;
  }
  std::string canonical = scheme + lower(authority) + std::string(value.substr(host_end));
  if (canonical != *out.value) add_flag(out, "url_lower", Severity::kInfo, "已将网址的协议和域名转为小写");
  out.value = std::move(canonical);
  return out;
}

}  // namespace minglu::units
