#include "synth/rates.hpp"

#include <charconv>
#include <map>
#include <string>

#include "codes/catalog_file.hpp"

namespace minglu::synth {
namespace {

std::map<std::string, double Rates::*, std::less<>> rate_members() {
  return {
#define MINGLU_SYNTH_RATE(name) {#name, &Rates::name},
#include "synth/rates.inc"
#undef MINGLU_SYNTH_RATE
  };
}

}  // namespace

Result<Rates> load_rates(const std::filesystem::path& catalog_dir) {
  const std::filesystem::path path = catalog_dir / "synth" / "rates.csv";
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(path, {"name", "value", "basis", "note"}));
  auto missing = rate_members();
  Rates rates;
  for (const std::vector<std::string>& row : file.rows) {
    const auto member = missing.find(row[0]);
    if (member == missing.end()) {
      return base::invalid_argument(path.string() + ": rate \"" + row[0] + "\" is unknown or given twice");
    }
    double value = 0;
    const auto [end, error] = std::from_chars(row[1].data(), row[1].data() + row[1].size(), value);
    if (error != std::errc{} || end != row[1].data() + row[1].size() || !(value >= 0)) {
      return base::invalid_argument(path.string() + ": rate \"" + row[0] + "\" has value \"" + row[1] +
                                    "\", allowed is a number of at least 0");
    }
    rates.*(member->second) = value;
    missing.erase(member);
  }
  if (!missing.empty())
    return base::invalid_argument(path.string() + ": rate \"" + missing.begin()->first + "\" is missing");
  return rates;
}

}  // namespace minglu::synth
