#include "geo/place.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/rng.hpp"
#include "codes/catalog_file.hpp"
#include "geo/datum.hpp"
#include "reference/geo/shape_twin.hpp"
#include "table/reader.hpp"

namespace minglu::geo {
namespace {

struct Loaded {
  codes::Regions regions;
  text::AddressParser addresses;
  Gazetteer gazetteer;
};

const Loaded& loaded() {
  static const Loaded all = [] {
    const auto directory = codes::catalog_directory();
    codes::Regions regions = codes::Regions::load(directory).value();
    Gazetteer gazetteer = Gazetteer::load(directory, regions).value();
    return Loaded{std::move(regions), text::AddressParser::load(directory).value(), std::move(gazetteer)};
  }();
  return all;
}

Place place_of(std::string_view address, std::string_view region = "", std::optional<Point> declared = {}) {
  const text::AddressParts parts = loaded().addresses.parse(address);
  return locate({declared, region, &parts}, loaded().gazetteer, loaded().regions);
}

std::string area_name(AreaNumber area) {
  return area == kNoArea || area == kOutside ? "" : loaded().gazetteer.areas()[area - 1U].name;
}

TEST(Gazetteer, EveryAreaButOneHasABorderAndACentreInIt) {
  const Gazetteer& gazetteer = loaded().gazetteer;
  ASSERT_EQ(gazetteer.areas().size(), 11U);
  for (const Area& area : gazetteer.areas()) {
    EXPECT_EQ(area.index != nullptr, area.id != "shenshan") << area.name;
    EXPECT_EQ(area.centre.has_value(), area.id != "shenshan") << area.name;
    if (area.centre) { EXPECT_EQ(area_name(gazetteer.area_at(*area.centre)), area.name); }
  }
  EXPECT_EQ(gazetteer.area_at({116'400'000, 39'900'000}), kOutside);
  EXPECT_EQ(gazetteer.find_area("nowhere"), kNoArea);
}

TEST(Gazetteer, BordersAnswerAsTheTwinDoes) {
  base::Rng rng(7);
  const Gazetteer& gazetteer = loaded().gazetteer;
  for (int i = 0; i < 20'000; ++i) {
    const Point at{113'700'000 + static_cast<int32_t>(rng.uniform() * 1'000'000),
                   22'400'000 + static_cast<int32_t>(rng.uniform() * 500'000)};
    AreaNumber wanted = kOutside;
    for (size_t a = 0; a < gazetteer.areas().size() && wanted == kOutside; ++a) {
      if (reference::contains_twin(gazetteer.areas()[a].border, at)) wanted = static_cast<AreaNumber>(a + 1);
    }
    ASSERT_EQ(gazetteer.area_at(at), wanted) << at.longitude << " " << at.latitude;
  }
}

TEST(Locate, DeclaredCoordinatesWin) {
  const Place place = place_of("深圳市宝安区沙井街道", "440306022", Point{113'940'000, 22'540'000});
  EXPECT_EQ(place.precision, Precision::kSource);
  EXPECT_EQ(place.point, (Point{113'940'000, 22'540'000}));
  EXPECT_EQ(area_name(place.area), "南山区");  // Where the point is, whatever the code says.
  EXPECT_EQ(place_of("", "", Point{116'400'000, 39'900'000}).area, kOutside);
}

TEST(Locate, CommunityThenStreetThenDistrict) {
  const Place community = place_of("深圳市宝安区沙井街道民主社区民主大道8号");
  EXPECT_EQ(community.precision, Precision::kCommunity);
  EXPECT_EQ(community.point, *loaded().gazetteer.centre_of("440306022022"));
  const Place street = place_of("深圳市宝安区沙井街道新沙路1号");
  EXPECT_EQ(street.precision, Precision::kStreet);
  EXPECT_EQ(street.point, *loaded().gazetteer.centre_of("440306022"));
  const Place district = place_of("深圳市罗湖区桂园街道深南东路5016号");
  EXPECT_EQ(district.precision, Precision::kDistrict);  // No gazetteer has a point of 桂园.
  EXPECT_EQ(area_name(district.area), "罗湖区");
}

TEST(Locate, TheUnitsCodeHoldsAgainstItsAddress) {
  const Place place = place_of("深圳市宝安区沙井街道民主社区", "440305000000");
  EXPECT_EQ(place.precision, Precision::kDistrict);
  EXPECT_EQ(area_name(place.area), "南山区");
  const Place deeper = place_of("深圳市宝安区沙井街道民主社区", "440306000000");
  EXPECT_EQ(deeper.precision, Precision::kCommunity);
}

TEST(Locate, AreasWithoutACodeOfTheirOwn) {
  EXPECT_EQ(area_name(place_of("深圳市大鹏新区葵涌街道延安路").area), "大鹏新区");
  EXPECT_EQ(area_name(place_of("深圳市大鹏新区", "440307000000").area), "大鹏新区");
  EXPECT_EQ(area_name(place_of("", "440307000000").area), "龙岗区");
  const Place town = place_of("深圳市深汕特别合作区鹅埠镇创文路1号");
  EXPECT_EQ(town.precision, Precision::kStreet);
  EXPECT_EQ(area_name(town.area), "深汕特别合作区");
}

TEST(Locate, NothingIsGuessed) {
  for (const Place& place : {place_of(""), place_of("深圳市"), place_of("北京市朝阳区建国路1号"),
                             place_of("", "440399"), place_of("", "x")}) {
    EXPECT_EQ(place.precision, Precision::kNone);
    EXPECT_EQ(place.area, kNoArea);
    EXPECT_EQ(place.point, Point{});
  }
}

TEST(DeclaredPoint, BothOnTheGlobeAndNotZero) {
  EXPECT_EQ(declared_point("114.0579", "22.5431"), (Point{114'057'900, 22'543'100}));
  EXPECT_EQ(declared_point("-0.5", "0"), (Point{-500'000, 0}));
  for (const auto& [east, north] : std::vector<std::pair<std::string, std::string>>{{"", "22"},
                                                                                    {"114", ""},
                                                                                    {"0", "0"},
                                                                                    {"0.0", "-0"},
                                                                                    {"200", "22"},
                                                                                    {"114", "91"},
                                                                                    {"nan", "22"},
                                                                                    {"1x", "2"}}) {
    EXPECT_FALSE(declared_point(east, north).has_value()) << east << " " << north;
  }
}

// Real addresses: every one whose district is known gets a point in the area of that district.
TEST(Locate, RealAddresses) {
  const std::filesystem::path path =
      std::filesystem::path(MINGLU_SOURCE_DIR).parent_path() / "shared/data/address/sz_address_weak_labels.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real addresses beside the checkout: " << path;
  const Loaded& all = loaded();
  auto reader = table::open_table(path, {}).value();
  const auto column = [&](std::string_view name) {
    const auto& names = reader->names();
    return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const size_t address = column("address");
  std::array<size_t, kPrecisions> counts{};
  size_t rows = 0;
  size_t elsewhere = 0;
  table::RawBatch batch;
  while (reader->next(batch).value()) {
    for (size_t r = 0; r < batch.row_count(); ++r) {
      const text::AddressParts parts = all.addresses.parse(batch.columns[address].cell(r).value_or(""));
      const Place place = locate({{}, "", &parts}, all.gazetteer, all.regions);
      ++rows;
      ++counts[static_cast<size_t>(place.precision)];
      const std::string_view run_by = all.regions.management_area(parts.padded_code());
      if (!run_by.empty() && all.gazetteer.find_area(run_by) != place.area) ++elsewhere;
    }
  }
  ASSERT_GT(rows, 20'000U);
  for (size_t i = 0; i < kPrecisions; ++i)
    std::cout << precision_name(static_cast<Precision>(i)) << " " << counts[i] << " of " << rows << "\n";
  EXPECT_EQ(elsewhere, 0U);
  EXPECT_LT(counts[0], rows / 100);                 // nearly every address names its district
  EXPECT_GT(counts[2] + counts[3], rows * 4 / 10);  // four in ten are known to their street or better
}

}  // namespace
}  // namespace minglu::geo
