#include "codes/size_bands.hpp"

#include <algorithm>

#include "codes/catalog_file.hpp"
#include "codes/internal/cells.hpp"

namespace minglu::codes {
namespace {

constexpr int kSizeMicro = 4;
constexpr std::array<SizeMeasure, 3> kMeasures = {SizeMeasure::kEmployees, SizeMeasure::kRevenue, SizeMeasure::kAssets};

// The file's columns, in order.
enum Column : size_t { kGroup, kName, kScope, kMeasure, kUnit, kLarge, kMedium, kSmall, kFrom, kTo };

std::optional<SizeMeasure> parse_measure(std::string_view word) noexcept {
  if (word == "employees") return SizeMeasure::kEmployees;
  if (word == "revenue") return SizeMeasure::kRevenue;
  if (word == "assets") return SizeMeasure::kAssets;
  return std::nullopt;
}

Result<SizeBand> read_band(const std::vector<std::string>& cells, const Industries& industries) {
  SizeBand band;
  band.group = cells[kGroup];
  band.name = cells[kName];
  MINGLU_TRY(band.scope, IndustryScope::parse(cells[kScope], industries));
  const std::optional<SizeMeasure> measure = parse_measure(cells[kMeasure]);
  if (!measure)
    return base::invalid_argument("measure \"" + cells[kMeasure] + "\" is not employees, revenue or assets");
  band.measure = *measure;
  const bool persons = *measure == SizeMeasure::kEmployees;
  if (cells[kUnit] != (persons ? "persons" : "wan_yuan")) {
    return base::invalid_argument("unit \"" + cells[kUnit] + "\" does not fit measure \"" + cells[kMeasure] + "\"");
  }
  for (size_t i = 0; i < band.lower_bounds.size(); ++i) {
    MINGLU_TRY(const std::optional<int64_t> bound, internal::parse_count(cells[kLarge + i]));
    if (!bound) return base::invalid_argument("group \"" + band.group + "\" lacks a lower bound");
    band.lower_bounds[i] = persons ? *bound : *bound * internal::kFenPerWanYuan;
    if (i > 0 && band.lower_bounds[i] >= band.lower_bounds[i - 1]) {
      return base::invalid_argument("the lower bounds of group \"" + band.group + "\" must fall from large to small");
    }
  }
  MINGLU_TRY(band.validity, parse_validity(cells[kFrom], cells[kTo]));
  return band;
}

// For every class: per measure no overlap and no gap in time, and on one day bands of one group only.
Status check_bands(const std::vector<SizeBand>& bands, const Industries& industries) {
  for (const Industry& industry : industries.all()) {
    if (industry.level != IndustryLevel::kClass) continue;
    std::vector<const SizeBand*> mine;
    for (const SizeBand& band : bands) {
      if (band.scope.contains(industry.code)) mine.push_back(&band);
    }
    for (const SizeMeasure measure : kMeasures) {
      std::vector<DatedRow> rows;
      for (const SizeBand* band : mine) {
        if (band->measure == measure) rows.push_back({band->validity, "size band " + band->group});
      }
      const Status series = check_series(std::move(rows), SeriesKind::kContinuous);
      if (!series.ok()) return base::invalid_argument(series.error().message + ", for industry " + industry.code);
    }
    for (const SizeBand* a : mine) {
      for (const SizeBand* b : mine) {
        if (a->group == b->group || !a->validity.overlaps(b->validity)) continue;
        return base::invalid_argument("size bands " + a->group + " and " + b->group + " overlap, both cover industry " +
                                      industry.code);
      }
    }
  }
  return ok_status();
}

}  // namespace

Result<SizeBands> SizeBands::load(const std::filesystem::path& catalog_directory, const Industries& industries) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(catalog_directory / "parameters/size_bands_2017.csv",
                               {"group", "name", "scope", "measure", "unit", "large_min", "medium_min", "small_min",
                                "valid_from", "valid_to", "source", "mark"}));
  SizeBands out;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    Result<SizeBand> band = read_band(file.rows[row], industries);
    if (!band.ok()) return catalog_error(file, row, band.error().message);
    out.bands_.push_back(std::move(band).value());
  }
  const Status fits = check_bands(out.bands_, industries);
  if (!fits.ok()) return base::invalid_argument("catalog file \"" + file.path.string() + "\": " + fits.error().message);
  return out;
}

std::optional<int> SizeBands::classify_size(std::string_view industry_code, const SizeFigures& figures,
                                            std::optional<Date> day) const noexcept {
  int size = 0;
  for (const SizeBand& band : bands_) {
    const bool in_time = day ? band.validity.covers(*day) : !band.validity.to;
    if (!in_time || !band.scope.contains(industry_code)) continue;
    const std::optional<int64_t> figure = band.measure == SizeMeasure::kEmployees ? figures.employees
                                          : band.measure == SizeMeasure::kRevenue ? figures.revenue_fen
                                                                                  : figures.assets_fen;
    if (!figure) return std::nullopt;
    const auto met = std::find_if(band.lower_bounds.begin(), band.lower_bounds.end(),
                                  [&](int64_t bound) { return *figure >= bound; });
    // All bounds of a class must be met, so the weakest measure decides.
    size = std::max(size, static_cast<int>(met - band.lower_bounds.begin()) + 1);
  }
  if (size == 0) return std::nullopt;
  return std::min(size, kSizeMicro);
}

}  // namespace minglu::codes
