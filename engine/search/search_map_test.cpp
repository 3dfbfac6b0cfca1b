// Area filters and map counts of the index beside their slow twins, with changes and scopes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "reference/search/map_twin.hpp"
#include "search/delta.hpp"
#include "search/search_test_support.hpp"
#include "search/searcher.hpp"

namespace minglu::search {
namespace {

constexpr MapSpec kMap{{{0, 0}, {999, 999}}, 8, 5};

UnitDocument unit_at(base::Rng& rng, uint64_t id) {
  UnitDocument unit;
  unit.unit = id;
  unit.name = id % 3 == 0 ? "甲乙科技有限公司" : "丙丁贸易有限公司";
  unit.address = "科技园路";
  unit.district = id % 2 == 0 ? "440305" : "440306";
  if (rng.chance(0.7)) unit.street = unit.district + (rng.chance(0.5) ? "001" : "002001");
  unit.place.precision = static_cast<geo::Precision>(rng.below(5));
  if (unit.place.has_point()) {
    unit.place.point = {static_cast<int32_t>(rng.below(1'200)) - 100, static_cast<int32_t>(rng.below(1'200)) - 100};
    unit.place.area = static_cast<uint8_t>(rng.chance(0.1) ? geo::kOutside : 1 + rng.below(3));
  }
  return unit;
}

std::vector<UnitDocument> units(base::Rng& rng, size_t count) {
  std::vector<UnitDocument> list;
  for (uint64_t id = 1; id <= count; ++id) list.push_back(unit_at(rng, id));
  return list;
}

geo::Shape triangle(base::Rng& rng) {
  const auto any = [&] {
    return geo::Point{static_cast<int32_t>(rng.below(1'000)), static_cast<int32_t>(rng.below(1'000))};
  };
  return {{geo::Polygon{{{any(), any(), any()}}}}};
}

TEST(SearchMap, FiltersAndCountsAsTheTwinDoes) {
  base::Rng rng(11);
  for (int round = 0; round < 30; ++round) {
    std::vector<UnitDocument> all = units(rng, 400);
    const BuiltIndex built = build_index(all, 1);
    DeltaIndex delta;
    if (round % 2 == 1) {
      for (size_t i = 0; i < 40; ++i) {
        all[i * 7] = unit_at(rng, all[i * 7].unit);
        delta.put(all[i * 7]);
      }
    }
    const auto frozen = delta.freeze(test_language(), built.index()).value();
    const Searcher searcher(test_language(), built.index(), round % 2 == 1 ? frozen : nullptr);
    Query query;
    if (round % 3 == 1) query.text = "甲乙";
    if (round % 4 >= 1) query.within_areas = {1, geo::kOutside};
    const geo::Shape shape = triangle(rng);
    if (round % 4 >= 2) query.within_shapes = {std::make_shared<const geo::ShapeIndex>(shape)};
    if (round % 4 == 3) query.within_areas.clear();
    if (round % 5 == 0) query.precisions = {0, 4};
    const bool whole = round % 6 != 5;
    query.map = kMap;
    query.limit = kLimitMax;
    std::vector<UnitDocument> wanted;
    for (const UnitDocument& unit : all) {
      if (!query.text.empty() && unit.name.find(query.text) == std::string::npos) continue;
      if (!whole && unit.district != "440305") continue;
      if (!query.precisions.empty() && unit.place.precision != geo::Precision::kNone &&
          unit.place.precision != geo::Precision::kSource) {
        continue;
      }
      const bool in_area = std::count(query.within_areas.begin(), query.within_areas.end(), unit.place.area) > 0;
      const bool in_shape =
          !query.within_shapes.empty() && unit.place.has_point() && reference::contains_twin(shape, unit.place.point);
      const bool anywhere = query.within_areas.empty() && query.within_shapes.empty();
      if (anywhere || in_area || in_shape) wanted.push_back(unit);
    }
    const Hits hits = searcher.search(query, whole ? Scope::everything() : Scope::regions({"440305"})).value();
    EXPECT_EQ(hits.total, wanted.size());
    EXPECT_FALSE(hits.total_is_about);
    std::vector<uint64_t> found;
    for (const Hit& hit : hits.hits) found.push_back(hit.unit);
    std::sort(found.begin(), found.end());
    std::vector<uint64_t> expected;
    for (const UnitDocument& unit : wanted) expected.push_back(unit.unit);
    EXPECT_EQ(found, expected) << round;
    ASSERT_TRUE(hits.map.has_value());
    EXPECT_EQ(*hits.map, reference::map_twin(wanted, kMap)) << round;
  }
}

TEST(SearchMap, WhoMayNotSeeAddressesLearnsNoPlaceFinerThanAStreet) {
  base::Rng rng(5);
  const BuiltIndex built = build_index(units(rng, 100), 1);
  const Searcher searcher(test_language(), built.index());
  Query query;
  query.map = kMap;
  const Scope blind = Scope::everything().hide(MatchField::kAddress);
  const Hits hits = searcher.search(query, blind).value();
  EXPECT_TRUE(hits.map->cells.empty());
  EXPECT_TRUE(hits.map->cells_are_hidden);
  EXPECT_EQ(hits.total, 100U);
  query.within_shapes = {std::make_shared<const geo::ShapeIndex>(triangle(rng))};
  const auto refused = searcher.search(query, blind);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kPermissionDenied);
}

TEST(SearchMap, AGridOutsideItsBoundsIsRefused) {
  base::Rng rng(5);
  const BuiltIndex built = build_index(units(rng, 10), 1);
  const Searcher searcher(test_language(), built.index());
  for (const MapSpec& map : {MapSpec{kMap.box, 0, 1}, MapSpec{kMap.box, 1, 65}, MapSpec{{{5, 0}, {4, 0}}, 1, 1},
                             MapSpec{{{0, 5}, {0, 4}}, 1, 1}}) {
    Query query;
    query.map = map;
    EXPECT_FALSE(searcher.search(query, Scope::everything()).ok());
  }
  Query point;
  point.map = MapSpec{{{-180'000'000, -90'000'000}, {180'000'000, 90'000'000}}, 64, 64};
  EXPECT_EQ(searcher.search(point, Scope::everything()).value().map->cells.size(), 1U);
}

TEST(SearchMap, AnEmptyIndexCountsNothing) {
  const BuiltIndex built = build_index({}, 1);
  Query query;
  query.map = kMap;
  const auto hits = Searcher(test_language(), built.index()).search(query, Scope::everything());
  ASSERT_TRUE(hits.ok());
  EXPECT_TRUE(hits->map == std::optional<MapCounts>(MapCounts{}));
}

}  // namespace
}  // namespace minglu::search
