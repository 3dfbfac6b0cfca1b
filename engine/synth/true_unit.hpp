// One unit of the city as it truly is, with its whole life: made alone from (seed, index), never stored.
// Worked example: make_unit(scene, 41, unit) gives the same unit whether 40 was made before or not.
// Pure and thread-safe; the caller owns the unit, whose memory is reused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "synth/city.hpp"
#include "synth/lexicon.hpp"
#include "synth/random.hpp"
#include "synth/rates.hpp"

namespace minglu::synth {

enum class Kind : uint8_t {
  kCompany,
  kSelfEmployed,
  kBranch,
  kInstitution,
  kGovernment,
  kSociety,
  kNonprofit,
  kCoop,
};
/// "company", "self_employed", ... as in truth_units.csv.
std::string_view kind_name(Kind kind) noexcept;

enum class Change : uint8_t { kBirth, kRename, kMove, kRep, kCapital, kIndustry, kDeath };
std::string_view change_name(Change change) noexcept;

/// What is true of a unit from `from` until the next version.
struct Version {
  Date from;
  Change change = Change::kBirth;
  std::string name;
  std::string brand;  // 字号
  std::string short_name;
  std::string legal_rep;
  Address address;
  int64_t capital_wan = 0;
  const Trade* trade = nullptr;
};

struct TrueUnit {
  uint64_t index = 0;
  Kind kind = Kind::kCompany;
  std::string uscc, org_code;
  std::string reg_no;  // empty for units that the market authority does not register
  Date founded;
  std::optional<Date> closed;
  bool revoked = false;  // closed by 吊销
  bool dormant = false;
  bool general_taxpayer = false;
  std::string capital_currency;  // 人民币, 美元, 港元
  std::string phone;             // may be an accounting agent's
  std::string landline;
  std::string email;
  double revenue_year = 0;  // yuan, in the first year of the city; 0 for dormant units
  double growth_year = 0;   // relative change a year
  int32_t persons = 0;
  std::optional<uint64_t> parent;  // branches whose parent is in the city
  std::string parent_uscc, parent_name;
  std::vector<Version> versions;  // ascending by date; at least one

  /// The version in force on `day`; the first one before it.
  [[nodiscard]] const Version& at(Date day) const noexcept;
  [[nodiscard]] bool alive_on(Date day) const noexcept { return founded <= day && (!closed || *closed > day); }
  [[nodiscard]] bool is_enterprise() const noexcept { return kind == Kind::kCompany || kind == Kind::kCoop; }
  [[nodiscard]] bool in_market_register() const noexcept { return !reg_no.empty(); }
};

/// The months that the feeds cover.
struct Calendar {
  Period first;
  int32_t periods = 24;
  [[nodiscard]] Period period(int32_t i) const noexcept { return base::add_months(first, i); }
  [[nodiscard]] Date end_of(int32_t i) const noexcept { return base::last_day_of(period(i)); }
  /// Day before the first period: the date of the first full extract is the end of period 0.
  [[nodiscard]] Date begin() const noexcept { return base::last_day_of(base::add_months(first, -1)); }
  [[nodiscard]] Date end() const noexcept { return end_of(periods - 1); }
};

/// Everything the generators share. Thread-safety: immutable after building.
struct Scene {
  uint64_t seed = 0;
  uint64_t units = 0;
  Calendar calendar;
  Rates rates;
  Lexicon lexicon;
  City city;
};

/// Fills `unit` (its memory is reused). Cost: some 3 microseconds.
void make_unit(const Scene& scene, uint64_t index, TrueUnit& unit);

/// Surname and one or two characters.
std::string draw_person(base::Rng& rng, const Lexicon& lexicon);

/// Sales in yuan of one month: season, growth and chance; 0 for a dormant unit.
double sales_of_month(const Scene& scene, const TrueUnit& unit, int32_t period_index);
/// Persons at the end of a month.
int32_t persons_of_month(const Scene& scene, const TrueUnit& unit, int32_t period_index);

}  // namespace minglu::synth
