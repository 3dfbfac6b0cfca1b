#include "tiers/internal/cell_reading.hpp"

#include <array>
#include <charconv>

#include "tiers/revenue.hpp"
#include "units/dates.hpp"
#include "units/numbers.hpp"

namespace minglu::tiers::internal {
namespace {

void refuse(std::string_view cell, const CellContext& context) {
  context.problems.push_back({ReasonCode::kBadCell, {std::string(context.column), std::string(cell)}});
}

std::optional<int64_t> parse_whole(std::string_view text) noexcept {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Cleaning says null without a flag of severity M for a placeholder, and with one for what cannot be read.
bool unreadable(const units::Cleaned& cleaned) noexcept {
  if (!cleaned.trusted) return true;
  for (const units::Flag& flag : cleaned.flags) {
    if (flag.severity == table::Severity::kMandatory) return true;
  }
  return false;
}

}  // namespace

std::string_view trimmed(std::string_view cell) noexcept {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t from = cell.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return cell.substr(from, cell.find_last_not_of(kBlanks) - from + 1);
}

std::optional<Date> read_date(std::string_view cell, const CellContext& context) {
  if (trimmed(cell).empty()) return std::nullopt;
  const units::Cleaned cleaned = units::clean_date(cell);
  const auto date = cleaned.value ? base::parse_iso_date(*cleaned.value) : std::nullopt;
  if (unreadable(cleaned) || (cleaned.value && !date)) refuse(cell, context);
  return date;
}

std::optional<int64_t> read_whole(std::string_view cell, const CellContext& context) {
  if (trimmed(cell).empty()) return std::nullopt;
  const units::Cleaned cleaned = units::clean_integer(cell);
  const auto number = cleaned.value ? parse_whole(*cleaned.value) : std::nullopt;
  if (unreadable(cleaned) || (number && *number < 0)) refuse(cell, context);
  return number;
}

std::optional<bool> read_yes_no(std::string_view cell, const CellContext& context) {
  const std::string_view word = trimmed(cell);
  if (word.empty()) return std::nullopt;
  for (const std::string_view yes : {"1", "是", "有", "true", "yes"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"2", "0", "否", "无", "false", "no"}) {
    if (word == no) return false;
  }
  refuse(cell, context);
  return std::nullopt;
}

std::optional<Period> read_period(std::string_view cell, const CellContext& context) {
  const std::string_view word = trimmed(cell);
  if (word.empty()) return std::nullopt;
  const auto period = base::parse_period(word);
  if (!period) refuse(cell, context);
  return period;
}

std::optional<int64_t> read_money(std::string_view cell, MoneyColumn column, const CellContext& context) {
  if (trimmed(cell).empty()) return std::nullopt;
  std::optional<int64_t> fen;
  if (column.in_fen) {
    const units::Cleaned cleaned = units::clean_integer(cell);
    fen = cleaned.value ? parse_whole(*cleaned.value) : std::nullopt;
    if (unreadable(cleaned)) refuse(cell, context);
  } else {
    const units::CleanedMoney money = units::clean_money_and_currency(cell, column.unit);
    fen = money.fen.value ? parse_whole(*money.fen.value) : std::nullopt;
    // A foreign amount is not converted, and one that contradicts its column is a guess: neither is judged by a line.
    const bool unclear = units::has_flag(money.fen, "money_foreign_currency") ||
                         units::has_flag(money.fen, "money_unit_conflict") || unreadable(money.fen);
    if (unclear) refuse(cell, context);
  }
  if (fen && (*fen > kFenMax || *fen < -kFenMax)) {
    refuse(cell, context);
    return std::nullopt;
  }
  return fen;
}

std::optional<MoneySuffix> money_suffix(std::string_view name) noexcept {
  struct Ending {
    std::string_view text;
    MoneyColumn column;
  };
  static constexpr std::array<Ending, 8> kEndings = {{{"_wan_yuan", {false, units::MoneyUnit::kWanYuan}},
                                                      {"_thousand_yuan", {false, units::MoneyUnit::kThousandYuan}},
                                                      {"_yuan", {false, units::MoneyUnit::kYuan}},
                                                      {"_fen", {true, units::MoneyUnit::kYuan}},
                                                      {"(万元)", {false, units::MoneyUnit::kWanYuan}},
                                                      {"(千元)", {false, units::MoneyUnit::kThousandYuan}},
                                                      {"(元)", {false, units::MoneyUnit::kYuan}},
                                                      {"(分)", {true, units::MoneyUnit::kYuan}}}};
  for (const Ending& ending : kEndings) {
    if (name.size() > ending.text.size() && name.ends_with(ending.text))
      return MoneySuffix{name.substr(0, name.size() - ending.text.size()), ending.column};
  }
  return std::nullopt;
}

}  // namespace minglu::tiers::internal
