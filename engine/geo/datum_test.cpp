#include "geo/datum.hpp"

#include <gtest/gtest.h>

namespace minglu::geo {
namespace {

TEST(Datum, Names) {
  EXPECT_EQ(find_datum("gcj02"), Datum::kGcj02);
  EXPECT_EQ(find_datum("wgs84"), Datum::kWgs84);
  EXPECT_FALSE(find_datum("bd09").has_value());
}

TEST(Datum, ShiftsHalfAKilometreInShenzhen) {
  const Point true_point{114'057'900, 22'543'100};
  const Point shown = to_gcj02(true_point);
  EXPECT_NEAR(shown.longitude - true_point.longitude, 5'000, 400);
  EXPECT_NEAR(shown.latitude - true_point.latitude, -2'750, 400);
}

TEST(Datum, BackAndForthIsTheSamePoint) {
  for (int32_t longitude = 113'700'000; longitude < 115'300'000; longitude += 37'123) {
    for (int32_t latitude = 22'400'000; latitude < 22'900'000; latitude += 29'717) {
      const Point back = to_wgs84(to_gcj02({longitude, latitude}));
      EXPECT_NEAR(back.longitude, longitude, 2);
      EXPECT_NEAR(back.latitude, latitude, 2);
    }
  }
}

TEST(Datum, NothingIsShiftedAbroad) {
  EXPECT_EQ(to_gcj02({2'352'200, 48'856'600}), (Point{2'352'200, 48'856'600}));
  EXPECT_EQ(to_wgs84({2'352'200, 48'856'600}), (Point{2'352'200, 48'856'600}));
}

}  // namespace
}  // namespace minglu::geo
