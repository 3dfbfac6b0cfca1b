#include "synth/scene.hpp"

#include "codes/catalog_file.hpp"

namespace minglu::synth {
namespace {

constexpr uint64_t kUnitsMax = 10000000;
constexpr int32_t kPeriodsMax = 240;

Status check_spec(const CitySpec& spec) {
  if (spec.units < 1 || spec.units > kUnitsMax) {
    return base::invalid_argument("units " + std::to_string(spec.units) + ": allowed are 1 to " +
                                  std::to_string(kUnitsMax));
  }
  if (spec.periods < 1 || spec.periods > kPeriodsMax) {
    return base::invalid_argument("periods " + std::to_string(spec.periods) + ": allowed are 1 to " +
                                  std::to_string(kPeriodsMax));
  }
  const int32_t month = spec.first_period.yyyymm % 100;
  const int32_t year = spec.first_period.yyyymm / 100;
  if (month < 1 || month > 12 || year < 2000 || year > 2150) {
    return base::invalid_argument("first period " + std::to_string(spec.first_period.yyyymm) +
                                  ": allowed is a month such as 202401, of the years 2000 to 2150");
  }
  if (spec.out_dir.empty()) return base::invalid_argument("no folder to write to");
  return ok_status();
}

}  // namespace

Result<std::unique_ptr<Scene>> build_scene(const CitySpec& spec) {
  MINGLU_CHECK(check_spec(spec));
  const std::filesystem::path catalog = spec.catalog.empty() ? codes::catalog_directory() : spec.catalog;
  MINGLU_TRY(Rates rates, load_rates(catalog));
  MINGLU_TRY(Lexicon lexicon, load_lexicon(catalog));
  MINGLU_TRY(City city, City::build(catalog, lexicon, rates, spec.seed, spec.units));
  return std::make_unique<Scene>(
      Scene{spec.seed, spec.units, {spec.first_period, spec.periods}, rates, std::move(lexicon), std::move(city)});
}

}  // namespace minglu::synth
