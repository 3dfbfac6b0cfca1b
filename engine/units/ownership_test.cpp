#include "units/ownership.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "reference/units/ownership_twin.hpp"

namespace minglu::units {
namespace {

using Links = std::vector<OwnershipLink>;

Group trace(uint64_t unit, const Links& links, const GroupSpec& spec = {1'000, 1'000}) {
  return trace_group(unit, spec,
                     [&](uint64_t asked) -> Result<GroupNeighbours> {
                       GroupNeighbours found;
                       for (const OwnershipLink& link : links) {
                         if (link.child == asked || link.parent == asked) found.links.push_back(link);
                       }
                       return found;
                     })
      .value();
}

TEST(TraceGroup, AloneIsAGroupOfOne) {
  const Group group = trace(5, {});
  EXPECT_EQ(group.members, (std::vector<GroupMember>{{5, 0, 0, false}}));
  EXPECT_TRUE(group.links.empty());
  EXPECT_FALSE(group.truncated);
}

TEST(TraceGroup, AUnitThatNamesItselfIsNoCircle) {
  const Group group = trace(5, {{5, 5}});
  EXPECT_EQ(group.members.size(), 1U);
  EXPECT_FALSE(group.members[0].in_cycle);
  EXPECT_TRUE(group.links.empty());
}

TEST(TraceGroup, TheExampleOfTheHeader) {
  const Group group = trace(4, {{2, 1}, {3, 1}, {4, 3}, {3, 4}});
  EXPECT_EQ(group.members,
            (std::vector<GroupMember>{{4, 0, 2, true}, {3, 1, 1, true}, {1, 2, 0, false}, {2, 3, 1, false}}));
  EXPECT_EQ(group.links, (std::vector<GroupLink>{{{2, 1}, false}, {{3, 1}, false}, {{3, 4}, true}, {{4, 3}, true}}));
}

TEST(TraceGroup, ACircleWithoutAHeadHasItsMembersOnTop) {
  const Group group = trace(1, {{1, 2}, {2, 3}, {3, 1}, {4, 1}});
  for (const GroupMember& member : group.members) {
    EXPECT_EQ(member.in_cycle, member.unit != 4);
    EXPECT_EQ(member.level, member.unit == 4 ? 1U : 0U);
  }
}

TEST(TraceGroup, LimitsAreSaid) {
  Links chain;
  for (uint64_t i = 0; i < 50; ++i) chain.push_back({i + 1, i});
  const Group near = trace(0, chain, {1'000, 3});
  EXPECT_EQ(near.members.size(), 4U);
  EXPECT_TRUE(near.truncated);
  const Group few = trace(0, chain, {7, 1'000});
  EXPECT_EQ(few.members.size(), 7U);
  EXPECT_EQ(few.links.size(), 6U);
  EXPECT_TRUE(few.truncated);
  EXPECT_FALSE(trace(0, chain).truncated);
}

TEST(TraceGroup, ALongCircleNeedsNoDeepStack) {
  Links circle;
  constexpr uint64_t kUnits = 20'000;
  for (uint64_t i = 0; i < kUnits; ++i) circle.push_back({i, (i + 1) % kUnits});
  const Group group = trace_group(0, {kUnits, UINT32_MAX}, [&](uint64_t unit) -> Result<GroupNeighbours> {
                        return GroupNeighbours{{circle[unit], circle[(unit + kUnits - 1) % kUnits]}, false};
                      }).value();
  EXPECT_EQ(group.members.size(), kUnits);
  EXPECT_TRUE(std::all_of(group.members.begin(), group.members.end(), [](const auto& m) { return m.in_cycle; }));
}

TEST(TraceGroup, AnErrorOfTheNeighboursIsTheAnswer) {
  const auto failed = trace_group(1, {}, [](uint64_t) -> Result<GroupNeighbours> { return base::not_found("x"); });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, ErrorCode::kNotFound);
}

TEST(TraceGroup, AnswersAsTheTwinDoes) {
  base::Rng rng(3);
  for (int round = 0; round < 300; ++round) {
    const size_t n = 1 + rng.below(14);
    Links links;
    for (uint64_t i = rng.below(2 * n); i > 0; --i)
      links.push_back({rng.below(n), rng.below(n), static_cast<uint8_t>(rng.below(2))});
    const uint64_t unit = rng.below(n);
    Group group = trace(unit, links);
    const Group twin = reference::group_twin(unit, n, links);
    std::sort(group.members.begin(), group.members.end(), [](const auto& a, const auto& b) { return a.unit < b.unit; });
    ASSERT_EQ(group.members, twin.members) << round;
    ASSERT_EQ(group.links, twin.links) << round;
  }
}

}  // namespace
}  // namespace minglu::units
