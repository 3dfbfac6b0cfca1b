#include "match/resolve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "base/rng.hpp"
#include "match/assign.hpp"
#include "reference/match/resolve_twin.hpp"

namespace minglu::match {
namespace {

reference::TwinInput random_input(uint64_t seed) {
  base::Rng rng(seed);
  reference::TwinInput input;
  const auto n = static_cast<uint32_t>(rng.below(14));
  input.keys.resize(kKeyKindCount);
  for (uint32_t i = 0; i < n; ++i) {
    Node node;
    node.source.value = static_cast<uint16_t>(rng.below(3));
    node.clean_source = node.source.value == 0;
    node.entity.value = rng.next();
    node.traits.uscc = rng.chance(0.5) ? 1 + rng.below(3) : 0;
    node.traits.branch = static_cast<Branch>(rng.below(3));
    input.nodes.push_back(node);
  }
  std::sort(input.nodes.begin(), input.nodes.end(), [](const Node& a, const Node& b) {
    return std::tie(a.source.value, a.entity.value) < std::tie(b.source.value, b.entity.value);
  });
  for (auto& keys : input.keys) {
    const uint64_t count = rng.below(2 * n + 1);
    for (uint64_t k = 0; k < count && n > 0; ++k) keys.push_back({rng.below(5), static_cast<uint32_t>(rng.below(n))});
  }
  return input;
}

Resolution run(const reference::TwinInput& input, const ResolveSpec& spec) {
  return resolve(
      input.nodes, [&](KeyKind kind) { return input.keys[static_cast<size_t>(kind)]; }, spec);
}

TEST(Resolve, AgreesWithTheSlowTwinOnRandomInput) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const reference::TwinInput input = random_input(seed);
    const ResolveSpec spec{.hub_clusters_max = seed % 2 == 0 ? 2U : 32U};
    const Resolution fast = run(input, spec);
    const Resolution slow = reference::ResolveTwin(input, spec).run();
    ASSERT_EQ(fast.cluster, slow.cluster) << "seed " << seed;
    ASSERT_TRUE(fast.refused == slow.refused) << "seed " << seed;
  }
}

TEST(Resolve, OrderOfKeysLeavesNoTrace) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    reference::TwinInput input = random_input(seed);
    const Resolution before = run(input, {});
    base::Rng rng(seed + 1);
    for (auto& keys : input.keys) {
      for (size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[rng.below(i)]);
    }
    const Resolution after = run(input, {});
    ASSERT_EQ(before.cluster, after.cluster);
    ASSERT_TRUE(before.refused == after.refused);
  }
}

TEST(Resolve, NothingIsNoUnit) {
  EXPECT_TRUE(run({{}, std::vector<std::vector<NodeKey>>(kKeyKindCount)}, {}).cluster.empty());
}

TEST(Resolve, OneUsccOnTwoPlantsOfACleanListIsAConflictAndOthersGoWhereTheNameFits) {
  reference::TwinInput input;
  input.keys.resize(kKeyKindCount);
  input.nodes = {{{1}, {0}, true, {77, Branch::kUnknown}},
                 {{2}, {0}, true, {77, Branch::kUnknown}},
                 {{3}, {1}, false, {77, Branch::kUnknown}}};
  input.keys[0] = {{500, 1}, {500, 2}, {600, 0}};
  input.keys[1] = {{77, 0}, {77, 1}, {77, 2}};
  const Resolution out = run(input, {});
  EXPECT_EQ(out.cluster, (std::vector<uint32_t>{0, 1, 1}));
  ASSERT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.refused[0].reason, Refusal::kSameSource);
}

TEST(Assign, KeepsMintsMergesAndSplits) {
  // Units before: 10 = {0,1}, 11 = {2}, nothing for 3. Now {0,2} together, {1} alone, {3} alone.
  const std::vector<uint32_t> cluster{0, 1, 0, 3};
  const std::vector<uint64_t> earlier{10, 10, 11, 0};
  const AssignInput input{cluster, earlier, 20};
  const Assigned out = assign_units(input);
  EXPECT_EQ(out.unit, (std::vector<uint64_t>{10, 20, 10, 21}));
  EXPECT_EQ(out.minted, 2U);
  EXPECT_EQ(out.split, 1U);
  ASSERT_EQ(out.merges.size(), 1U);
  EXPECT_EQ(out.merges[0].unit, 11U);
  EXPECT_EQ(out.merges[0].survivor, 10U);
  EXPECT_EQ(count_minted(input), 2U);
}

TEST(Assign, TheMostTrustedPartOfASplitUnitKeepsItsId) {
  const std::vector<uint32_t> cluster{0, 1, 1, 3};
  const std::vector<uint64_t> earlier{7, 7, 7, 7};
  const std::vector<int32_t> trust{50, 70, 90, 90};
  const Assigned out = assign_units({cluster, earlier, 20, trust});
  EXPECT_EQ(out.unit, (std::vector<uint64_t>{20, 7, 7, 21}));
  EXPECT_EQ(out.split, 2u);
  EXPECT_TRUE(out.merges.empty());
}

TEST(Assign, ASecondRunChangesNothing) {
  const std::vector<uint32_t> cluster{0, 0, 2, 2, 4};
  const Assigned first = assign_units({cluster, std::vector<uint64_t>(5, 0), 1});
  const Assigned second = assign_units({cluster, first.unit, 100});
  EXPECT_EQ(first.unit, second.unit);
  EXPECT_EQ(second.minted, 0U);
  EXPECT_TRUE(second.merges.empty());
}

}  // namespace
}  // namespace minglu::match
