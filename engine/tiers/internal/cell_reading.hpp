// Typed cells of the plain tables. A cell that says nothing is null; one that cannot be read adds a problem.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "tiers/reason.hpp"
#include "units/money.hpp"

namespace minglu::tiers::internal {

/// Without blanks at either end.
std::string_view trimmed(std::string_view cell) noexcept;

struct CellContext {
  std::string_view column;
  std::vector<Reason>& problems;
};
std::optional<Date> read_date(std::string_view cell, const CellContext& context);
std::optional<int64_t> read_whole(std::string_view cell, const CellContext& context);
/// 1, 是, true, yes / 2, 0, 否, false, no.
std::optional<bool> read_yes_no(std::string_view cell, const CellContext& context);
/// "2026-10", "202610".
std::optional<Period> read_period(std::string_view cell, const CellContext& context);

struct MoneyColumn {
  bool in_fen = false;
  units::MoneyUnit unit = units::MoneyUnit::kYuan;
};
/// Fen, at most kFenMax in size, of CNY.
std::optional<int64_t> read_money(std::string_view cell, MoneyColumn column, const CellContext& context);

/// What the end of a column's name says of its unit; `stem` is the name without it. Null: it says nothing.
struct MoneySuffix {
  std::string_view stem;
  MoneyColumn column;
};
std::optional<MoneySuffix> money_suffix(std::string_view name) noexcept;

}  // namespace minglu::tiers::internal
