#include "geo/geojson.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace minglu::geo {
namespace {

using ::testing::HasSubstr;

std::string message_of(std::string_view text) {
  const Result<Shape> shape = parse_geojson(text);
  return shape.ok() ? "ok" : shape.error().message;
}

constexpr const char* kTriangle =
    R"({"type":"Polygon","coordinates":[[[114,22.5],[114.1,22.5],[114.1,22.6],[114,22.5]]]})";

TEST(GeoJson, AGeometryAFeatureAndACollectionOfOne) {
  const std::string feature =
      R"({"type":"Feature","properties":{"name":"a"},"geometry":)" + std::string(kTriangle) + "}";
  for (const std::string& text :
       {std::string(kTriangle), feature, R"({"type":"FeatureCollection","features":[)" + feature + "]}"}) {
    const Result<Shape> shape = parse_geojson(text);
    ASSERT_TRUE(shape.ok()) << shape.error().message;
    EXPECT_EQ(shape->points(), 3U);
    EXPECT_TRUE(shape->contains({114'090'000, 22'550'000}));
  }
}

TEST(GeoJson, WritesWhatItReads) {
  const Shape shape = parse_geojson(kTriangle).value();
  const std::string text = to_geojson(shape);
  EXPECT_EQ(text, R"({"type":"MultiPolygon","coordinates":[[[[114,22.5],[114.1,22.5],[114.1,22.6],[114,22.5]]]]})");
  EXPECT_EQ(to_geojson(parse_geojson(text).value()), text);
}

TEST(GeoJson, NegativeAndRoundedDegrees) {
  const Shape shape{{Polygon{{{{-500'000, -22'123'456}, {1, 0}, {0, 1'999'999}}}}}};
  EXPECT_THAT(to_geojson(shape), HasSubstr("[-0.5,-22.123456],[0.000001,0],[0,1.999999]"));
  EXPECT_THAT(to_geojson(shape, 3), HasSubstr("[-0.5,-22.123],[0,0],[0,2]"));
}

TEST(GeoJson, HeightIsDropped) {
  EXPECT_EQ(message_of(R"({"type":"Polygon","coordinates":[[[0,0,5],[1,0,5],[1,1,5],[0,0,5]]]})"), "ok");
}

TEST(GeoJson, RefusesWhatIsNoArea) {
  EXPECT_THAT(message_of(""), HasSubstr("不是合法的 GeoJSON"));
  EXPECT_THAT(message_of("[]"), HasSubstr("几何类型"));
  EXPECT_THAT(message_of("null"), HasSubstr("几何类型"));
  EXPECT_THAT(message_of(R"({"type":"Point","coordinates":[1,2]})"), HasSubstr("几何类型"));
  EXPECT_THAT(message_of(R"({"type":"Polygon"})"), HasSubstr("没有任何点"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[]})"), HasSubstr("没有任何点"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]})"), HasSubstr("至少需要四个点"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]})"), HasSubstr("没有闭合"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[1,"x"],[1,1],[0,0]]]})"), HasSubstr("第 2 个点"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[1e400,0],[1,1],[0,0]]]})"), HasSubstr("合法"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[181,0],[1,1],[0,0]]]})"), HasSubstr("经度"));
  EXPECT_THAT(message_of(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]})"), HasSubstr("相交"));
  EXPECT_THAT(message_of(R"({"type":"MultiPolygon","coordinates":[[]]})"), HasSubstr("没有任何环"));
  EXPECT_THAT(message_of(R"({"type":"FeatureCollection","features":[]})"), HasSubstr("恰好含一个"));
  EXPECT_THAT(message_of(std::string(kGeoJsonBytesMax + 1, ' ')), HasSubstr("字节，最多"));
  EXPECT_THAT(message_of(std::string(100, '[')), HasSubstr("合法"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  for (int i = 0; i < 100; ++i) deep += "]";
  EXPECT_THAT(message_of(deep), HasSubstr("合法"));
}

}  // namespace
}  // namespace minglu::geo
