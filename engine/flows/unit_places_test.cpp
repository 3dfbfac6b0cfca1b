#include "flows/unit_places.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"

namespace minglu::flows {
namespace {

class UnitPlaces : public ::testing::Test {
 protected:
  static const Knowledge& knowledge() {
    static const std::shared_ptr<const Knowledge> kKnowledge = Knowledge::load(codes::catalog_directory()).value();
    return *kKnowledge;
  }
  void set(std::string_view field, std::string_view value, uint16_t winner = 0, bool trusted = true) {
    store::UnitField made;
    made.field = knowledge().fields().require(field).value;
    made.winner = winner;
    made.trusted = trusted;
    made.value = value;
    const auto before = [](const store::UnitField& a, const store::UnitField& b) { return a.field < b.field; };
    row_.fields.insert(std::upper_bound(row_.fields.begin(), row_.fields.end(), made, before), made);
  }
  [[nodiscard]] geo::Place place() const { return PlaceMaker(knowledge()).place_of(row_); }
  store::UnitRow row_;
};

TEST_F(UnitPlaces, DeclaredByOneRecord) {
  set("longitude", "113.94");
  set("latitude", "22.54");
  set("region_code", "440306022");
  EXPECT_EQ(place().precision, geo::Precision::kSource);
  EXPECT_EQ(place().point, (geo::Point{113'940'000, 22'540'000}));
}

TEST_F(UnitPlaces, HalvesOfTwoRecordsAreNoPoint) {
  set("longitude", "113.94", 0);
  set("latitude", "22.54", 1);
  set("region_code", "440306022000");
  EXPECT_EQ(place().precision, geo::Precision::kStreet);
}

TEST_F(UnitPlaces, UntrustedCoordinatesAreNoPoint) {
  set("longitude", "113.94", 0, false);
  set("latitude", "22.54", 0, false);
  EXPECT_EQ(place().precision, geo::Precision::kNone);
}

TEST_F(UnitPlaces, TheAddressSaysMoreThanTheDistrict) {
  set("region_code", "440306000000");
  set("reg_address", "深圳市宝安区沙井街道民主社区民主大道8号");
  EXPECT_EQ(place().precision, geo::Precision::kCommunity);
  set("address", "深圳市宝安区西乡街道宝源路1号");  // The location counts before the registration.
  EXPECT_EQ(place().precision, geo::Precision::kStreet);
}

TEST_F(UnitPlaces, NothingKnownIsNoPoint) { EXPECT_EQ(place(), geo::Place{}); }

}  // namespace
}  // namespace minglu::flows
