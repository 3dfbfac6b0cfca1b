#include "geo/shape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "geo/shape_index.hpp"
#include "reference/geo/shape_twin.hpp"

namespace minglu::geo {
namespace {

using ::testing::HasSubstr;

Shape one_ring(Ring ring) { return Shape{{Polygon{{std::move(ring)}}}}; }

const Ring kSquare = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};

TEST(Shape, PointsInsideAndOutside) {
  const Shape shape = one_ring(kSquare);
  EXPECT_TRUE(shape.contains({5, 5}));
  EXPECT_FALSE(shape.contains({-1, 5}));
  EXPECT_FALSE(shape.contains({11, 5}));
  EXPECT_FALSE(shape.contains({5, 11}));
  EXPECT_FALSE(Shape{}.contains({5, 5}));
}

TEST(Shape, APointOnASharedBorderBelongsToExactlyOneNeighbour) {
  const Shape left = one_ring({{0, 0}, {10, 0}, {10, 10}, {0, 10}});
  const Shape right = one_ring({{10, 0}, {20, 0}, {20, 10}, {10, 10}});
  const Shape above = one_ring({{0, 10}, {20, 10}, {20, 20}, {0, 20}});
  for (int32_t y = 0; y < 20; ++y) {
    for (int32_t x = 1; x < 20; ++x) {
      const Point at{x, y};
      EXPECT_EQ(left.contains(at) + right.contains(at) + above.contains(at), 1) << x << " " << y;
    }
  }
}

TEST(Shape, AHoleIsOutside) {
  const Shape shape{{Polygon{{kSquare, {{3, 3}, {6, 3}, {6, 6}, {3, 6}}}}}};
  EXPECT_TRUE(check_shape(shape).ok());
  EXPECT_FALSE(shape.contains({4, 4}));
  EXPECT_TRUE(shape.contains({8, 4}));
}

TEST(Shape, ExtremesOfTheGlobeDoNotOverflow) {
  const Shape globe = one_ring(
      {{-180'000'000, -90'000'000}, {180'000'000, -90'000'000}, {180'000'000, 90'000'000}, {-180'000'000, 90'000'000}});
  EXPECT_TRUE(check_shape(globe).ok());
  EXPECT_TRUE(globe.contains({114'000'000, 22'000'000}));
  EXPECT_TRUE(ShapeIndex(globe).contains({114'000'000, 22'000'000}));
  EXPECT_FALSE(ShapeIndex(globe).contains({-180'000'001, 0}));
}

TEST(CheckShape, SaysWhatIsWrong) {
  const auto message = [](const Shape& shape) {
    const Status status = check_shape(shape);
    return status.ok() ? std::string("ok") : status.error().message;
  };
  EXPECT_EQ(message(one_ring(kSquare)), "ok");
  EXPECT_THAT(message({}), HasSubstr("没有任何点"));
  EXPECT_THAT(message(Shape{{Polygon{}}}), HasSubstr("没有任何点"));
  EXPECT_THAT(message(one_ring({{0, 0}, {1, 1}})), HasSubstr("少于三个"));
  EXPECT_THAT(message(one_ring({{0, 0}, {1, 0}, {1, 0}, {0, 1}})), HasSubstr("重复"));
  EXPECT_THAT(message(one_ring({{0, 0}, {10, 10}, {10, 0}, {0, 10}})), HasSubstr("相交"));          // a bow tie
  EXPECT_THAT(message(one_ring({{0, 0}, {10, 0}, {5, 0}})), HasSubstr("相交"));                     // runs back
  EXPECT_THAT(message(one_ring({{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}})), HasSubstr("相接"));  // touches itself
  EXPECT_THAT(message(Shape{{Polygon{{kSquare, {{20, 20}, {21, 20}, {21, 21}}}}}}), HasSubstr("不在外环之内"));
  EXPECT_THAT(message(Shape{{Polygon{{kSquare, {{5, 5}, {15, 5}, {15, 6}}}}}}), HasSubstr("相交"));
  EXPECT_THAT(message(Shape{{Polygon{{kSquare, {{1, 1}, {9, 1}, {9, 9}, {1, 9}}, {{3, 3}, {4, 3}, {4, 4}}}}}}),
              HasSubstr("另一个洞"));
  EXPECT_THAT(message(Shape{{Polygon{{kSquare}}, Polygon{{{{3, 3}, {4, 3}, {4, 4}}}}}}), HasSubstr("请合并"));
  Ring many;
  for (int32_t i = 0; i <= static_cast<int32_t>(kPointsMax); ++i) many.push_back({i, i % 2});
  EXPECT_THAT(message(one_ring(many)), HasSubstr("最多 2000 个"));
  Shape rings;
  for (int32_t i = 0; i <= static_cast<int32_t>(kRingsMax); ++i)
    rings.polygons.push_back({{{{i * 10, 0}, {i * 10 + 5, 0}, {i * 10, 5}}}});
  EXPECT_THAT(message(rings), HasSubstr("个环，最多"));
}

TEST(CheckShape, AnIslandInALakeIsAllowed) {
  const Shape shape{{Polygon{{kSquare, {{2, 2}, {8, 2}, {8, 8}, {2, 8}}}}, Polygon{{{{4, 4}, {6, 4}, {5, 6}}}}}};
  EXPECT_TRUE(check_shape(shape).ok());
  EXPECT_TRUE(shape.contains({5, 5}));
  EXPECT_FALSE(shape.contains({3, 3}));
}

/// A star around a middle, never crossing itself: ascending angles, any distance.
Ring star(base::Rng& rng, Point middle, int32_t reach, size_t corners) {
  Ring ring;
  for (size_t i = 0; i < corners; ++i) {
    const double angle = 2 * 3.141592653589793 * static_cast<double>(i) / static_cast<double>(corners);
    const double distance = reach * (0.2 + 0.8 * rng.uniform());
    ring.push_back({middle.longitude + static_cast<int32_t>(distance * std::cos(angle)),
                    middle.latitude + static_cast<int32_t>(distance * std::sin(angle))});
  }
  return ring;
}

TEST(ShapeIndex, AnswersAsTheTwinDoes) {
  base::Rng rng(20261125);
  const auto pick = [&](int32_t low, int32_t high) {
    return low + static_cast<int32_t>(rng.uniform() * (static_cast<double>(high) - low));
  };
  int checked = 0;
  for (int round = 0; round < 60; ++round) {
    const int32_t reach = round % 3 == 0 ? 12 : (round % 3 == 1 ? 5'000 : 400'000);  // few cells, some, many
    Shape shape;
    shape.polygons.push_back({{star(rng, {0, 0}, reach, 3 + static_cast<size_t>(round))}});
    shape.polygons.push_back({{star(rng, {3 * reach, 0}, reach, 5)}});
    if (!check_shape(shape).ok()) continue;  // Rounding may let neighbours of a small star fall together.
    ++checked;
    const ShapeIndex index(shape);
    for (int i = 0; i < 4'000; ++i) {
      Point at{pick(-2 * reach, 5 * reach), pick(-2 * reach, 2 * reach)};
      if (i % 4 == 0) at = shape.polygons[0].rings[0][static_cast<size_t>(i / 4) % shape.polygons[0].rings[0].size()];
      if (i % 4 == 1) at.latitude = shape.polygons[0].rings[0][0].latitude;
      ASSERT_EQ(index.contains(at), reference::contains_twin(shape, at)) << at.longitude << " " << at.latitude;
      ASSERT_EQ(shape.contains(at), reference::contains_twin(shape, at));
    }
  }
  EXPECT_GT(checked, 40);
}

}  // namespace
}  // namespace minglu::geo
