#include "units/money.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "units/internal/currency_names.hpp"
#include "units/internal/decimal.hpp"
#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::Decimal;
using internal::quoted;
using table::Severity;

constexpr std::string_view kHomeCurrency = "CNY";
constexpr int kFenPowerOfYuan = 2;

struct Word {
  std::string_view text;
  int power;  // of ten
};
constexpr std::array<Word, 10> kMultipliers = {{{"万亿", 12},
                                                {"千亿", 11},
                                                {"百亿", 10},
                                                {"亿", 8},
                                                {"千万", 7},
                                                {"百万", 6},
                                                {"万", 4},
                                                {"萬", 4},
                                                {"千", 3},
                                                {"百", 2}}};
// Words that say "counted in the currency's unit" or nothing at all.
constexpr std::array<std::string_view, 4> kUnitWords = {"元", "圆", "圓", "块"};
constexpr std::array<std::string_view, 6> kSilentWords = {"整", "正", "(", ")", " ", "："};

struct Part {
  Decimal number;
  int power = 0;
};

constexpr size_t kPartsMax = 4;

struct Amount {
  std::array<Part, kPartsMax> parts;  // "1亿2000万" has two, powers falling
  size_t part_count = 0;
  std::string_view currency;  // empty: none named
  bool currency_conflict = false;
  bool unit_named = false;   // 元 or a currency
  bool power_named = false;  // 万, 亿 ...
};

bool take(std::string_view& text, std::string_view word) noexcept {
  if (!internal::begins(text, word)) return false;
  text.remove_prefix(word.size());
  return true;
}

const internal::CurrencyName* take_currency(std::string_view& text) noexcept {
  for (const internal::CurrencyName& c : internal::kCurrencyNames) {
    if (take(text, c.name)) return &c;
  }
  return nullptr;
}

// One word after or before a number: currency, unit or a silent one. False when none stands there.
bool take_word(std::string_view& text, Amount& amount) {
  for (const std::string_view word : kSilentWords) {
    if (take(text, word)) return true;
  }
  for (const std::string_view word : kUnitWords) {
    if (!take(text, word)) continue;
    amount.unit_named = true;
    return true;
  }
  const internal::CurrencyName* currency = take_currency(text);
  if (currency == nullptr) return false;
  amount.currency_conflict |= !amount.currency.empty() && amount.currency != currency->code;
  amount.currency = currency->code;
  amount.unit_named = true;
  return true;
}

// Multipliers directly after the number, also after an opening bracket: "200(万元人民币)". Zero when there is none.
int take_power(std::string_view& text) noexcept {
  std::string_view rest = text;
  while (take(rest, " ") || take(rest, "(")) {}
  for (const Word& word : kMultipliers) {
    if (!take(rest, word.text)) continue;
    text = rest;
    return word.power;
  }
  return 0;
}

int default_power(MoneyUnit unit) noexcept {
  switch (unit) {
    case MoneyUnit::kThousandYuan: return 3;
    case MoneyUnit::kWanYuan: return 4;
    case MoneyUnit::kYuan: break;
  }
  return 0;
}

int han_value(std::string_view text, size_t& bytes) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 10> kDigits = {{{"零", "〇"},
                                                                        {"一", "壹"},
                                                                        {"二", "贰"},
                                                                        {"三", "叁"},
                                                                        {"四", "肆"},
                                                                        {"五", "伍"},
                                                                        {"六", "陆"},
                                                                        {"七", "柒"},
                                                                        {"八", "捌"},
                                                                        {"九", "玖"}}};
  for (size_t d = 0; d < kDigits.size(); ++d) {
    for (const std::string_view form : kDigits[d]) {
      if (!internal::begins(text, form)) continue;
      bytes = form.size();
      return static_cast<int>(d);
    }
  }
  bytes = std::string_view("两").size();
  return text.starts_with("两") ? 2 : -1;
}

int han_small_power(std::string_view text, size_t& bytes) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> kPowers = {{{"十", "拾"}, {"百", "佰"}, {"千", "仟"}}};
  for (size_t p = 0; p < kPowers.size(); ++p) {
    for (const std::string_view form : kPowers[p]) {
      if (!internal::begins(text, form)) continue;
      bytes = form.size();
      return static_cast<int>(p) + 1;
    }
  }
  return 0;
}

// "一百二十" before 万 or 元: a number below ten thousand in Chinese numerals.
std::optional<Decimal> take_han_number(std::string_view& text) {
  int value = 0;
  int digit = -1;
  bool any = false;
  for (;;) {
    size_t bytes = 0;
    if (const int d = han_value(text, bytes); d >= 0) {
      if (digit > 0) return std::nullopt;
      digit = d;
    } else if (const int power = han_small_power(text, bytes); power > 0) {
      constexpr std::array<int, 4> kTens = {1, 10, 100, 1000};
      value += (digit < 0 ? 1 : digit) * kTens[static_cast<size_t>(power)];
      digit = -1;
    } else {
      break;
    }
    any = true;
    text.remove_prefix(bytes);
  }
  if (!any) return std::nullopt;
  return Decimal{false, std::to_string(value + (digit > 0 ? digit : 0)), 0};
}

std::optional<Decimal> take_number(std::string_view& text) {
  if (std::optional<Decimal> number = internal::take_decimal(text)) return number;
  return take_han_number(text);
}

// number [multiplier], repeated with falling multipliers: "1亿2000万", "1万5000".
bool take_parts(std::string_view& text, Amount& amount) {
  while (amount.part_count < kPartsMax) {
    std::optional<Decimal> number = take_number(text);
    if (!number) return amount.part_count > 0;
    const int power = take_power(text);
    if (amount.part_count > 0 && (power >= amount.parts[amount.part_count - 1].power || number->negative)) return false;
    amount.power_named |= power > 0;
    amount.parts[amount.part_count++] = {std::move(*number), power};
    if (power == 0) return true;
  }
  return true;
}

bool has_bracketed_number(std::string_view text) noexcept {
  for (size_t at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    if (at + 1 < text.size() && internal::is_digit(text[at + 1])) return true;  // "(500)" may be a negative amount
  }
  return false;
}

// words, parts, words. False when anything is left over.
bool read_amount(std::string_view text, Amount& amount) {
  if (has_bracketed_number(text)) return false;
  while (take_word(text, amount)) {}
  if (!take_parts(text, amount)) return false;
  for (;;) {
    if (take_word(text, amount)) continue;
    if (amount.power_named) break;
    const int power = take_power(text);  // "200人民币(万元)"
    if (power == 0) break;
    amount.parts[amount.part_count - 1].power = power;
    amount.power_named = true;
  }
  return text.empty();
}

// Sum of the parts in fen. Null on overflow.
std::optional<int64_t> total_fen(const Amount& amount, MoneyUnit unit, bool& exact) {
  const bool bare = !amount.power_named && !amount.unit_named;
  __int128 total = 0;
  for (const Part& part : std::span(amount.parts).first(amount.part_count)) {
    bool part_exact = true;
    const int power = (bare ? default_power(unit) : part.power) + kFenPowerOfYuan;
    const std::optional<int64_t> fen = internal::scaled_integer(part.number, power, part_exact);
    if (!fen) return std::nullopt;
    exact &= part_exact;
    total += amount.parts.front().number.negative && *fen > 0 ? -*fen : *fen;
  }
  constexpr auto kLimit = static_cast<__int128>(std::numeric_limits<int64_t>::max());
  if (total > kLimit || total < -kLimit) return std::nullopt;
  return static_cast<int64_t>(total);
}

CleanedMoney refuse(CleanedMoney out, const std::string& code, const std::string& message) {
  out.fen.value.reset();
  out.fen.trusted = false;
  out.currency.clear();
  add_flag(out.fen, code, Severity::kMandatory, message);
  return out;
}

CleanedMoney finish(CleanedMoney out, const Amount& amount, MoneyUnit unit, std::string_view written) {
  if (amount.currency_conflict) {
    return refuse(std::move(out), "money_currency_conflict", "金额" + quoted(written) + "含有相互矛盾的币种");
  }
  bool exact = true;
  const std::optional<int64_t> fen = total_fen(amount, unit, exact);
  if (!fen) return refuse(std::move(out), "money_overflow", "金额" + quoted(written) + "超出可记录范围");
  out.currency = std::string(amount.currency.empty() ? kHomeCurrency : amount.currency);
  out.fen.value = std::to_string(*fen);
  if (written.find(',') != std::string_view::npos) {
    add_flag(out.fen, "thousands_removed", Severity::kInfo, "已去除千位分隔符：" + quoted(written));
  }
  if (out.currency != kHomeCurrency) {
    add_flag(out.fen, "money_foreign_currency", Severity::kInfo,
             "金额" + quoted(written) + "为外币（" + out.currency + "），未折算");
  }
  if (!exact)
    add_flag(out.fen, "money_sub_fen", Severity::kVerify, "金额" + quoted(written) + "小于1分的部分已四舍五入");
  if (*fen < 0) add_flag(out.fen, "money_negative", Severity::kVerify, "金额" + quoted(written) + "为负数，请核实");
  if (unit != MoneyUnit::kYuan && amount.unit_named && !amount.power_named) {
    add_flag(out.fen, "money_unit_conflict", Severity::kVerify,
             "金额" + quoted(written) + "按元记录，但该列的计量单位不是元，请核实");
  }
  return out;
}

}  // namespace

CleanedMoney clean_money_and_currency(std::string_view text, MoneyUnit default_unit) {
  CleanedMoney out;
  const internal::Folded folded = internal::fold(text);
  if (folded.text.empty()) return out;
  if (internal::is_placeholder(folded.text)) {
    internal::set_placeholder(out.fen, folded.text);
    return out;
  }
  if (folded.trimmed) add_flag(out.fen, "trimmed", Severity::kInfo, "已去除首尾空格");
  Amount amount;
  if (!read_amount(folded.text, amount)) {
    return refuse(std::move(out), "money_format", "无法识别金额" + quoted(folded.text));
  }
  return finish(std::move(out), amount, default_unit, folded.text);
}

Cleaned clean_money(std::string_view text, MoneyUnit default_unit) {
  return clean_money_and_currency(text, default_unit).fen;
}

std::optional<std::string_view> currency_code_of(std::string_view text) noexcept {
  const internal::CurrencyName* currency = take_currency(text);
  if (currency == nullptr || !text.empty()) return std::nullopt;
  return currency->code;
}

}  // namespace minglu::units
