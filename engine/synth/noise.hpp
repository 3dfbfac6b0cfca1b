// How one department sees what is true: late, shortened, mistyped. The same unit looks the same to the same department
// in every period (numbers are keyed by unit, department and version, not by row).
// Rates: catalog/synth/rates.csv. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "synth/true_unit.hpp"

namespace minglu::synth {

/// Who keeps the record. Feeds of one department share what it believes.
enum class Department : uint32_t {
  kMarket,
  kTax,
  kHrss,
  kCivil,
  kHousing,
  kEstablishment,
  kPower,
  kScience,
  kFinance,
  kReform,
  kIndustry,
  kStatistics,
  kSurvey,
  kWeb,
};

/// The true values that a department has heard of on a day, and how it writes them.
class Sight {
 public:
  Sight(const Scene& scene, const TrueUnit& unit, Department department) noexcept
      : scene_(scene), unit_(unit), department_(department) {}

  /// The version the department believes on `day`: changes arrive late or never. The market authority knows at once.
  [[nodiscard]] const Version& version(Date day) const;
  /// Whether the department knows of the closing on `day`.
  [[nodiscard]] bool knows_closed(Date day) const;
  /// Identifier as written: 0.08 % fail their check (most only by a lower-case x). `canonical` of it is what cleaning
  /// makes of it (upper case), the key of truth.csv.
  [[nodiscard]] std::string identifier(const std::string& code) const;
  [[nodiscard]] std::string name(const Version& version) const;
  [[nodiscard]] std::string address(const Version& version) const;
  [[nodiscard]] std::string legal_rep(const Version& version) const;
  [[nodiscard]] std::string region_code(const Version& version) const;    // 12 digits, of the address as written
  [[nodiscard]] std::string district_code(const Version& version) const;  // 6 digits; 440399 in some
  [[nodiscard]] std::string industry(const Version& version) const;       // may differ or be empty
  [[nodiscard]] std::string phone() const;                                // empty when not given
  /// Uniform in [0, 1), fixed for (unit, department, purpose).
  [[nodiscard]] double fixed(uint64_t purpose) const noexcept;

 private:
  /// The place the department believes and the style it writes it in.
  struct Written {
    Address address;
    AddressStyle style;
  };
  [[nodiscard]] Written written(const Version& version) const;
  [[nodiscard]] base::Rng rng(Stream purpose, uint64_t extra) const noexcept;
  [[nodiscard]] uint64_t number_of(const Version& version) const noexcept;
  const Scene& scene_;
  const TrueUnit& unit_;
  Department department_;
};

/// One of the eight ways of writing an amount of `wan` 10,000 units of a currency; `way` is taken modulo eight.
std::string write_capital(int64_t wan, std::string_view currency, uint64_t way);
/// "2026-01-31", "2026/1/31", "20260131", "2026年1月31日", "2026.01.31"; `way` modulo five.
std::string write_date(Date day, uint64_t way);
/// Yuan with two decimals.
std::string write_yuan(double yuan);

}  // namespace minglu::synth
