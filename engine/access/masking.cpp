#include "access/masking.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/date.hpp"
#include "base/utf8.hpp"

namespace minglu::access {
namespace {

using codes::FieldKind;

constexpr std::u32string_view kHidden = U"***";
constexpr size_t kCitizenIdDigits = 18;
constexpr size_t kMobileDigits = 11;

enum class Form { kOpen, kPerson, kPhone, kEmail, kAccount, kAddress, kPoint, kText };

Form form_of(std::string_view field, FieldKind kind) noexcept {
  if (kind == FieldKind::kPerson) return Form::kPerson;
  if (kind == FieldKind::kPhone) return Form::kPhone;
  if (kind == FieldKind::kAddress) return Form::kAddress;
  if (field == "email") return Form::kEmail;
  if (field == "power_account") return Form::kAccount;
  if (field == "longitude" || field == "latitude") return Form::kPoint;
  const bool is_free = kind == FieldKind::kText || kind == FieldKind::kIdentifier || kind == FieldKind::kName;
  return is_free ? Form::kText : Form::kOpen;
}

bool is_digit(char32_t c) noexcept { return c >= U'0' && c <= U'9'; }

char32_t to_half_width(char32_t c) noexcept { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

/// A citizen's identity number (GB 11643-1999) begins at `at`: 17 digits, a possible day of birth, the right check
/// character, and no digit before or after.
bool is_citizen_id(std::u32string_view text, size_t at) {
  static constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  static constexpr std::u32string_view kChecks = U"10X98765432";
  if (at + kCitizenIdDigits > text.size()) return false;
  if (at > 0 && is_digit(text[at - 1])) return false;
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    if (!is_digit(text[at + i])) return false;
    sum += static_cast<int>(text[at + i] - U'0') * kWeights[i];
  }
  const char32_t last = text[at + kCitizenIdDigits - 1];
  if (kChecks[static_cast<size_t>(sum % 11)] != (last == U'x' ? U'X' : last)) return false;
  const auto number = [&](size_t from, size_t digits) {
    int32_t value = 0;
    for (size_t i = 0; i < digits; ++i) value = value * 10 + static_cast<int32_t>(text[at + from + i] - U'0');
    return value;
  };
  const base::CivilDate born{number(6, 4), number(10, 2), number(12, 2)};
  return born.year >= 1900 && born.year < 2100 && base::is_valid_civil(born);
}

/// Hides every citizen's identity number in a text; null when there is none. Old tax numbers of traders are one with
/// two digits more, so digits may follow.
std::optional<std::u32string> hide_citizen_ids(std::u32string text) {
  std::u32string half;
  for (const char32_t c : text) half.push_back(to_half_width(c));
  bool found = false;
  for (size_t at = 0; at + kCitizenIdDigits <= half.size(); ++at) {
    if (!is_citizen_id(half, at)) continue;
    found = true;
    for (size_t i = at + 1; i + 1 < at + kCitizenIdDigits; ++i) text[i] = U'*';
    at += kCitizenIdDigits - 1;
  }
  if (!found) return std::nullopt;
  return text;
}

std::u32string mask_person(const std::u32string& name) { return name.substr(0, 1) + U"*"; }

std::u32string mask_phone(const std::u32string& phone) {
  std::u32string digits;
  for (const char32_t c : phone) {
    if (is_digit(to_half_width(c))) digits.push_back(to_half_width(c));
  }
  if (digits.size() == kMobileDigits + 2 && digits.starts_with(U"86")) digits.erase(0, 2);
  if (digits.size() == kMobileDigits && digits[0] == U'1') {
    return digits.substr(0, 3) + U"****" + digits.substr(digits.size() - 4);
  }
  // An area code has 3 or 4 digits with a 0 before; a number behind it 7 or 8.
  if (digits.starts_with(U"0") && digits.size() >= 10 && digits.size() <= 12) {
    const size_t area = digits[1] == U'1' || digits[1] == U'2' ? 3 : 4;
    return digits.substr(0, area) + U"-****" + digits.substr(digits.size() - 4);
  }
  if (digits.size() == 7 || digits.size() == 8) return U"****" + digits.substr(digits.size() - 4);
  return std::u32string(kHidden);
}

std::u32string mask_email(const std::u32string& email) {
  const size_t at = email.rfind(U'@');
  if (at == std::u32string::npos || at == 0 || at + 1 == email.size()) return std::u32string(kHidden);
  return email.substr(0, 1) + U"***" + email.substr(at);
}

std::u32string mask_account(const std::u32string& account) {
  if (account.size() < 8) return std::u32string(kHidden);
  return U"****" + account.substr(account.size() - 4);
}

/// One level of an address: the words it ends in, and how many characters its name may have with them. A longer stretch
/// is a road, an estate or a building whose name happens to contain the word.
struct AddressLevel {
  std::array<std::u32string_view, 3> ends;
  size_t characters_max;
};
constexpr std::array<AddressLevel, 4> kAddressLevels = {{
    {{U"省", U"自治区", U""}, 8},
    {{U"市", U"自治州", U""}, 8},
    {{U"区", U"县", U"县级市"}, 6},
    {{U"街道", U"镇", U"乡"}, 7},
}};
constexpr std::array<std::u32string_view, 6> kNoDistrict = {U"小区", U"社区", U"园区", U"工业区", U"开发区", U"住宅区"};

/// End of the shortest stretch from `begin` that is one level, or `begin` when there is none.
size_t end_of_level(std::u32string_view text, size_t begin, const AddressLevel& level) {
  for (size_t end = begin + 2; end <= text.size() && end - begin <= level.characters_max; ++end) {
    const std::u32string_view name = text.substr(begin, end - begin);
    const auto ends_in = [&](std::u32string_view word) { return !word.empty() && name.ends_with(word); };
    if (!std::all_of(name.begin(), name.end(), base::is_han)) return begin;
    if (std::any_of(kNoDistrict.begin(), kNoDistrict.end(), ends_in)) return begin;
    if (std::any_of(level.ends.begin(), level.ends.end(), ends_in)) return end;
  }
  return begin;
}

std::u32string mask_address(const std::u32string& address) {
  size_t end = 0;
  for (const AddressLevel& level : kAddressLevels) end = end_of_level(address, end, level);
  return address.substr(0, end) + std::u32string(kHidden);
}

std::optional<std::u32string> masked_text(Form form, const std::u32string& text) {
  switch (form) {
    case Form::kPerson: return mask_person(text);
    case Form::kPhone: return mask_phone(text);
    case Form::kEmail: return mask_email(text);
    case Form::kAccount: return mask_account(text);
    case Form::kAddress: return mask_address(text);
    case Form::kPoint: return std::u32string(kHidden);
    case Form::kText: return hide_citizen_ids(text);
    case Form::kOpen: return std::nullopt;
  }
  return std::u32string(kHidden);
}

}  // namespace

MaskedValue mask_value(const MaskSpec& spec, const Scope& scope) {
  const std::optional<SourceClass> source_class = find_source_class(spec.source_class);
  if (!source_class || !scope.covers_class(*source_class)) return {"", Visibility::kWithheld};
  const MaskedValue shown{std::string(spec.value), Visibility::kShown};
  const Form form = form_of(spec.field, spec.kind);
  if (spec.value.empty() || form == Form::kOpen) return shown;
  const bool is_place = form == Form::kAddress || form == Form::kPoint;
  if (scope.may_unmask() && (spec.unmask || is_place)) return shown;
  const std::optional<std::u32string> masked = masked_text(form, base::decode_utf8(spec.value));
  if (!masked) return shown;
  return {base::encode_utf8(*masked), Visibility::kMasked};
}

bool holds_citizen_id(std::string_view text) { return hide_citizen_ids(base::decode_utf8(text)).has_value(); }

bool is_maskable(std::string_view field, FieldKind kind) noexcept { return form_of(field, kind) != Form::kOpen; }

}  // namespace minglu::access
