// What the tests of this folder share: the shipped catalog with its settings on a day, and short ways to write units.
// Only tests include it; thread-safety: none needed.
// Amounts are 万元 here, as people say them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "codes/catalog_file.hpp"
#include "tiers/classify.hpp"
#include "tiers/wording.hpp"

namespace minglu::tiers::testing_support {

inline const codes::Catalog& catalog() {
  static const codes::Catalog all = codes::Catalog::load(codes::catalog_directory()).value();
  return all;
}
inline Date day(std::string_view text) { return base::parse_iso_date(text).value(); }
inline const Settings& settings() {
  static const Settings all = Settings::load(codes::catalog_directory(), day("2026-11-10")).value();
  return all;
}
inline const Wording& wording() {
  static const Wording all = Wording::load(codes::catalog_directory(), settings()).value();
  return all;
}
inline int64_t wan(int64_t amount) { return amount * 1'000'000; }

inline Figure ytd(Measure measure, std::string_view source, int32_t yyyymm, int64_t fen) {
  return {measure, settings().source_index(source), Period{yyyymm}, FigureKind::kYearToDate, fen};
}

/// An enterprise of 3911 in normal operation that has `revenue` 万元 of main business revenue to October 2026.
inline Unit factory(int64_t revenue_wan_yuan) {
  Unit unit;
  unit.id = "U1";
  unit.industry_code = "3911";
  unit.op_status = "1";
  unit.org_type = "10";
  unit.figures = {ytd(Measure::kMainRevenue, "filing", 202610, wan(revenue_wan_yuan))};
  return unit;
}

inline Assessment judge(const Unit& unit, std::string_view date = "2026-11-10") {
  return classify(unit, {catalog(), settings(), day(date), "2026-10"});
}

inline bool says(const Assessment& assessment, ReasonCode code) {
  for (const Reason& reason : assessment.reasons) {
    if (reason.code == code) return true;
  }
  return false;
}

}  // namespace minglu::tiers::testing_support
