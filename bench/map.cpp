// The map at the size of a city: counts by area, street and grid cell, alone and under filters, and points in polygons.
//
//   bench_map UNITS [RUNS]
//
// Units are invented: short names, a region code of the city's list, and a point as precise as real registrations have
// it (a tenth community, two thirds street, the rest district), every tenth with coordinates of its own somewhere in
// the city. Every answer is checked against counts kept while the units were made; a wrong one ends the program. Prints
// one JSON object: milliseconds of processor time by question (median, largest), nanoseconds a point.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "codes/catalog_file.hpp"
#include "geo/place.hpp"
#include "search/builder.hpp"
#include "search/searcher.hpp"

namespace {

namespace codes = minglu::codes;
namespace geo = minglu::geo;
namespace search = minglu::search;

template <typename T>
T must(minglu::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "bench_map: %s\n", result.error().message.c_str());
  std::exit(1);
}

double cpu_seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "bench_map: wrong answer: %s\n", what);
  std::exit(1);
}

/// A star of that many corners around the middle of the city.
geo::Shape star(size_t corners) {
  geo::Ring ring;
  for (size_t i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
    const double reach = i % 2 == 0 ? 200'000 : 140'000;
    ring.push_back({114'050'000 + static_cast<int32_t>(reach * std::cos(angle)),
                    22'640'000 + static_cast<int32_t>(reach * std::sin(angle))});
  }
  return {{geo::Polygon{{ring}}}};
}

struct City {
  codes::Regions regions;
  geo::Gazetteer gazetteer;
  std::vector<std::string> streets;
  std::array<uint64_t, 256> areas{};  // units by area, as made
  std::array<uint64_t, geo::kPrecisions> precisions{};
  uint64_t in_star = 0;
  uint64_t in_district = 0;

  geo::Place place(minglu::base::Rng& rng, const std::string& street) const {
    const geo::Box box = gazetteer.box();
    std::optional<geo::Point> declared;
    if (rng.chance(0.1)) {
      const auto between = [&](int32_t low, int32_t high) {
        return low + static_cast<int32_t>(rng.uniform() * (int64_t{high} - low));
      };
      declared =
          geo::Point{between(box.low.longitude, box.high.longitude), between(box.low.latitude, box.high.latitude)};
    }
    return geo::locate({declared, street, nullptr}, gazetteer, regions);
  }
};

City make_city() {
  codes::Regions regions = must(codes::Regions::load(codes::catalog_directory()));
  geo::Gazetteer gazetteer = must(geo::Gazetteer::load(codes::catalog_directory(), regions));
  City city{std::move(regions), std::move(gazetteer), {}};
  for (const codes::Region& region : city.regions.all()) {
    const bool deep = region.level == codes::RegionLevel::kStreet || region.level == codes::RegionLevel::kCommunity;
    if (deep && region.code.starts_with("4403")) city.streets.push_back(city.regions.code12(region.code));
  }
  return city;
}

std::string build(City& city, uint64_t units, const geo::Shape& drawn) {
  search::SearchLanguage language;
  language.chars = must(minglu::text::CharTables::load(codes::catalog_directory()));
  language.lexicon = must(minglu::text::NameLexicon::load(codes::catalog_directory(), language.chars));
  search::IndexBuilder builder(language, 2);
  minglu::base::Rng rng(1);
  for (uint64_t id = 1; id <= units; ++id) {
    search::UnitDocument unit;
    unit.unit = id;
    unit.name = id % 100 == 0 ? "甲乙科技" : "丙丁贸易";
    unit.street = city.streets[rng.below(city.streets.size())];
    unit.district = unit.street.substr(0, 6);
    unit.place = city.place(rng, unit.street);
    ++city.areas[unit.place.area];
    ++city.precisions[static_cast<size_t>(unit.place.precision)];
    city.in_star += unit.place.has_point() && drawn.contains(unit.place.point) ? 1 : 0;
    city.in_district += unit.district == "440305" ? 1 : 0;
    must(builder.add(std::move(unit)));
  }
  return must(builder.finish_bytes());
}

using Ask = std::function<search::Hits()>;

void measure(const char* name, size_t runs, const Ask& ask) {
  std::vector<double> times;
  for (size_t i = 0; i < runs; ++i) {
    const double before = cpu_seconds_now();
    ask();
    times.push_back((cpu_seconds_now() - before) * 1000);
  }
  std::sort(times.begin(), times.end());
  std::printf(", \"%s_ms\": {\"p50\": %.1f, \"max\": %.1f}", name, times[times.size() / 2], times.back());
}

void measure_points(const City& city, const geo::Shape& drawn) {
  constexpr size_t kPoints = 1'000'000;
  minglu::base::Rng rng(2);
  std::vector<geo::Point> points(kPoints);
  for (geo::Point& point : points) {
    point = {113'750'000 + static_cast<int32_t>(rng.below(900'000)),
             22'440'000 + static_cast<int32_t>(rng.below(420'000))};
  }
  const geo::ShapeIndex index(drawn);
  size_t fast = 0;
  double before = cpu_seconds_now();
  for (const geo::Point point : points) fast += index.contains(point) ? 1 : 0;
  const double index_ns = (cpu_seconds_now() - before) * 1e9 / kPoints;
  size_t slow = 0;
  before = cpu_seconds_now();
  for (size_t i = 0; i < kPoints; i += 100) slow += drawn.contains(points[i]) ? 1 : 0;
  const double shape_ns = (cpu_seconds_now() - before) * 1e9 / (kPoints / 100);
  size_t same = 0;
  for (size_t i = 0; i < kPoints; i += 100) same += index.contains(points[i]) ? 1 : 0;
  check(same == slow, "the prepared shape");
  size_t inside = 0;
  before = cpu_seconds_now();
  for (const geo::Point point : points) inside += city.gazetteer.area_at(point) != geo::kOutside ? 1 : 0;
  const double area_ns = (cpu_seconds_now() - before) * 1e9 / kPoints;
  std::printf(", \"shape_index_ns\": %.0f, \"shape_ns\": %.0f, \"area_at_ns\": %.0f, \"inside\": %.2f", index_ns,
              shape_ns, area_ns, static_cast<double>(fast + inside) / (2.0 * kPoints));
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t units = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const size_t runs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20;
  if (units == 0 || runs == 0) {
    std::fprintf(stderr, "bench_map UNITS [RUNS]\n");
    return 2;
  }
  City city = make_city();
  const geo::Shape drawn = star(geo::kPointsMax);
  must(geo::check_shape(drawn));
  const double before = cpu_seconds_now();
  const std::string bytes = build(city, units, drawn);
  std::vector<uint64_t> aligned((bytes.size() + 7) / 8);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(aligned.data()));
  search::SearchLanguage language;
  language.chars = must(minglu::text::CharTables::load(codes::catalog_directory()));
  language.lexicon = must(minglu::text::NameLexicon::load(codes::catalog_directory(), language.chars));
  const search::Searcher searcher(
      language, must(search::SearchIndex::open({reinterpret_cast<const std::byte*>(aligned.data()), bytes.size()})));
  std::printf("{\"units\": %llu, \"build_cpu_s\": %.1f", static_cast<unsigned long long>(units),
              cpu_seconds_now() - before);

  const search::Scope all = search::Scope::everything();
  search::Query map;
  map.map = search::MapSpec{city.gazetteer.box(), 32, 32};
  map.limit = 0;
  const search::Hits whole = must(searcher.search(map, all));
  check(whole.map->areas == city.areas && whole.map->precisions == city.precisions, "counts of the whole city");
  measure("whole_city", runs, [&] { return must(searcher.search(map, all)); });

  search::Query drawn_query = map;
  drawn_query.within_shapes = {std::make_shared<const geo::ShapeIndex>(drawn)};
  check(must(searcher.search(drawn_query, all)).total == city.in_star, "units in the drawn area");
  measure("drawn_area", runs, [&] { return must(searcher.search(drawn_query, all)); });
  drawn_query.map.reset();
  drawn_query.limit = 50;
  measure("list_of_drawn_area", runs, [&] { return must(searcher.search(drawn_query, all)); });

  search::Query text = map;
  text.text = "甲乙";
  check(must(searcher.search(text, all)).total == units / 100, "units of a name");
  measure("name", runs, [&] { return must(searcher.search(text, all)); });

  const search::Scope district = search::Scope::regions({"440305"});
  check(must(searcher.search(map, district)).total == city.in_district, "units of a district user");
  measure("district_user", runs, [&] { return must(searcher.search(map, district)); });
  measure_points(city, drawn);
  std::printf("}\n");
  return 0;
}
