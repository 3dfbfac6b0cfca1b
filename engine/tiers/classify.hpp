// Puts units into libraries: 四上, 准四上 (reached, waiting for approval), 育苗, 四下, with the bands 临近达标 and
// 退库风险, and compares with the current list of 四上.
//
//   const Assessment a = classify(unit, {catalog, settings, day, list_version});
//   a.library                    // kQuasi
//   a.line->id                   // "B1", with its dates and source
//   wording.reason(a.reasons[0]) // 本年累计主营业务收入2350.00万元，为标准的1.1750倍，达到标准
//
// Nothing enters or leaves 四上 here: kSishang means "in the imported list", and only that. A unit at the standard is
// 准四上 with a sub-state; a listed unit that fails is a warning, and in annual batch 1 a proposal. `awaits` says whose
// turn it is.
//
// Rules: docs/method/tiers.md, from rule book §3 and §3.1. Every comparison is exact, in fen. Eligible = a line in
// force for industry and kind of unit on the day, operating status 1, enterprise or on enterprise accounting standards
// (self-employed units and projects need neither). What is not known never blocks: it is a doubt among the reasons and
// lowers the confidence. A previous result gives hysteresis: a unit leaves a band or library downwards only after
// leave_after_periods misses in a row; a lost eligibility counts at once.
// Pure, thread-safe; the result of a unit depends on that unit alone. Cost: some microseconds a unit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "codes/catalog.hpp"
#include "codes/thresholds.hpp"
#include "tiers/parameters.hpp"
#include "tiers/reason.hpp"
#include "tiers/revenue.hpp"

namespace minglu::tiers {

enum class Library : uint8_t { kSishang, kQuasi, kNurture, kBelow, kSurveyUnit, kOutOfScope, kRejected };
std::string_view library_name(Library library) noexcept;  // "SISHANG", "QUASI", ...
std::optional<Library> parse_library(std::string_view name) noexcept;

enum class Band : uint8_t { kNone, kNear, kExitRisk };
std::string_view band_name(Band band) noexcept;  // "", "NEAR", "EXIT_RISK"
std::optional<Band> parse_band(std::string_view name) noexcept;

enum class Comparison : uint8_t { kNone, kExisting, kShouldEnter, kShouldExit };  // 已在库, 应入未入, 应退未退
std::string_view comparison_name(Comparison comparison) noexcept;

enum class Proposal : uint8_t { kNone, kEntry, kExit, kCategoryChange, kInfoChange };
std::string_view proposal_name(Proposal proposal) noexcept;

enum class Awaits : uint8_t { kNothing, kSiteCheck, kFiling, kReview, kList, kDecision };
std::string_view awaits_name(Awaits awaits) noexcept;

enum class UnitKind : uint8_t { kLegal, kEstablishment, kSelfEmployed, kProject };
enum class GrowthMark : uint8_t { kByRule, kYes, kNo };  // by a person when not kByRule

/// The unit's row in the imported list of 四上. Empty texts: the list does not say.
struct Listing {
  std::string category;
  std::string name;
};

/// What the assessment before this one said.
struct Previous {
  Library library = Library::kBelow;
  Band band = Band::kNone;
  int32_t library_misses = 0;
  int32_t band_misses = 0;
  Period period;
  SubState sub_state = SubState::kNone;
  std::string sub_state_action;
};

/// Empty texts and nulls: not known.
struct Unit {
  std::string id;
  std::string name;
  std::string industry_code;  // a 4-digit class of GB/T 4754-2017
  UnitKind kind = UnitKind::kLegal;
  std::string op_status;       // list op_status
  std::string org_type;        // list org_type
  std::string acct_std_class;  // list acct_std_class
  std::optional<int64_t> employees;
  std::optional<Date> opened;
  std::string grade;  // A..E or U, of the activity model
  GrowthMark growth_mark = GrowthMark::kByRule;
  std::string qualification;  // its words, with 总承包 ...; "9999" or "无" = none
  std::optional<Date> qualification_from;
  std::optional<Date> qualification_to;  // last day it holds
  std::optional<bool> development_activity;
  std::optional<int64_t> project_investment_fen;
  bool consolidated_tax = false;
  std::vector<Figure> figures;
  std::optional<Listing> listing;
  std::optional<Previous> previous;
  std::string action;  // what happened to a 准四上 unit since: an action of sub_states.csv
};

struct Context {
  const codes::Catalog& catalog;
  const Settings& settings;
  Date day;
  std::string list_version = {};
};

struct Assessment {
  Library library = Library::kBelow;
  Band band = Band::kNone;
  bool growth_marked = false;
  SubState sub_state = SubState::kNone;
  std::string sub_state_action;  // what led to it; empty at the beginning
  Comparison comparison = Comparison::kNone;
  Proposal proposal = Proposal::kNone;
  Awaits awaits = Awaits::kNothing;
  const codes::Threshold* line = nullptr;  // lives as long as the catalog
  std::optional<codes::ThresholdUnit> line_unit;
  bool eligible = false;
  bool reached = false;  // by the year to date, employees, qualification, development or investment; not by 12 months
  Revenue revenue;
  std::vector<Reason> reasons;  // the deciding ones first, doubts last
  Confidence confidence = Confidence::kLow;
  int32_t library_misses = 0;
  int32_t band_misses = 0;
  bool moved = false;  // library differs from that of the previous assessment, or there was none
};

Assessment classify(const Unit& unit, const Context& context);

/// Amount ÷ line with four decimals, cut and never rounded up: "0.9999" is below the line. Precondition: line_fen > 0.
std::string ratio_text(int64_t fen, int64_t line_fen);
/// Fen as 万元 with six decimals at most, exactly: "2350", "0.01".
std::string wan_yuan_text(int64_t fen);
/// Growth in percent with one decimal, cut towards zero. Precondition: before_fen > 0.
std::string growth_text(int64_t now_fen, int64_t before_fen);

}  // namespace minglu::tiers
