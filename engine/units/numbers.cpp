#include "units/numbers.hpp"

#include <string>

#include "units/internal/decimal.hpp"
#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::quoted;
using table::Severity;

constexpr size_t kSafeDigits = 18;  // always fits int64

bool is_plain_integer(std::string_view text) noexcept {
  return text.size() <= kSafeDigits && internal::all_digits(text) && (text.size() == 1 || text.front() != '0');
}

void refuse(Cleaned& out, std::string code, std::string message) {
  out.value.reset();
  out.trusted = false;
  add_flag(out, std::move(code), Severity::kMandatory, std::move(message));
}

// Null when `out` is already complete: empty, placeholder or refused.
std::optional<internal::Decimal> read_number(std::string_view text, Cleaned& out) {
  const internal::Folded folded = internal::fold(text);
  if (folded.text.empty()) return std::nullopt;
  if (internal::is_placeholder(folded.text)) {
    internal::set_placeholder(out, folded.text);
    return std::nullopt;
  }
  internal::add_fold_flags(folded, out);
  std::string_view rest = folded.text;
  const std::optional<internal::Decimal> number = internal::take_decimal(rest);
  if (number && rest.empty()) {
    const bool thousands = folded.text.find(',') != std::string::npos;
    if (thousands) add_flag(out, "thousands_removed", Severity::kInfo, "已去除千位分隔符：" + quoted(folded.text));
    const bool notation = folded.text.find_first_of("Ee+") != std::string::npos;
    if (notation) add_flag(out, "number_notation", Severity::kInfo, "已改写数字写法：" + quoted(folded.text));
    return number;
  }
  if (folded.text.back() == '%' || folded.text.ends_with("‰")) {
    refuse(out, "number_percent", "此处应为数值，不接受百分数" + quoted(folded.text));
  } else {
    refuse(out, "number_format", "无法识别数值" + quoted(folded.text));
  }
  return std::nullopt;
}

}  // namespace

Cleaned clean_integer(std::string_view text) {
  Cleaned out;
  if (is_plain_integer(text)) {
    out.value = std::string(text);
    return out;
  }
  const std::optional<internal::Decimal> number = read_number(text, out);
  if (!number) return out;
  bool exact = true;
  const std::optional<int64_t> value = internal::scaled_integer(*number, 0, exact);
  if (!exact) {
    refuse(out, "number_fraction", "此处应为整数，" + quoted(text) + "含小数");
  } else if (!value) {
    refuse(out, "number_overflow", "数值" + quoted(text) + "过大");
  } else {
    out.value = std::to_string(*value);
    const bool rewritten = number->scale > 0 || (text.size() > 1 && text.front() == '0');
    if (rewritten && !has_flag(out, "number_notation")) {
      add_flag(out, "number_notation", Severity::kInfo, "已改写数字写法：" + quoted(text));
    }
  }
  return out;
}

Cleaned clean_decimal(std::string_view text) {
  Cleaned out;
  if (is_plain_integer(text)) {
    out.value = std::string(text);
    return out;
  }
  if (const std::optional<internal::Decimal> number = read_number(text, out))
    out.value = internal::format_decimal(*number);
  return out;
}

}  // namespace minglu::units
