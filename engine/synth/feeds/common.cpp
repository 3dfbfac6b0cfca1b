// What several feeds share: numbers of their own, the integrated survey's circle, withheld identifiers.
#include <array>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

constexpr std::array<uint64_t, 13> kPowersOfTen = {1,           10,           100,          1000,      10000,
                                                   100000,      1000000,      10000000,     100000000, 1000000000,
                                                   10000000000, 100000000000, 1000000000000};
// Ends in 7 and is odd: no common factor with a power of ten, so that numbers are unique.
constexpr uint64_t kNumberStride = 7368787;

}  // namespace

std::string own_number(const Scene& scene, const TrueUnit& unit, std::string_view prefix, size_t digits) {
  const uint64_t number = (unit.index + scene.seed % 1000003) * kNumberStride % kPowersOfTen[digits];
  const std::string text = std::to_string(number);
  std::string out(prefix);
  out.append(digits - text.size(), '0');
  out += text;
  return out;
}

bool is_surveyed(const Scene& scene, const TrueUnit& unit) {
  if (unit.kind != Kind::kCompany || unit.dormant) return false;
  if (unit.revenue_year < unit.versions.front().trade->survey_line_wan * 10000) return false;
  return Sight(scene, unit, Department::kSurvey).fixed(1) < scene.rates.survey_found;
}

std::string optional_code(const Scene& scene, const TrueUnit& unit, Department department, double missing) {
  const Sight sight(scene, unit, department);
  return sight.fixed(900) < missing ? std::string() : sight.identifier(unit.uscc);
}

}  // namespace minglu::synth
