// The fast linkage against its slow twins, on small random files.
#include "reference/match/linkage_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/rng.hpp"
#include "match/linkage.hpp"
#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::Rows;

std::string pick(base::Rng& rng, std::initializer_list<std::string_view> words) {
  return std::string(words.begin()[rng.below(words.size())]);
}

LinkModel model_of(std::string_view json) {
  auto model = parse_link_model(json);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().message);
  return *model;
}

/// Levels of likeness with random figures that rise, dependences and all.
LearnedModel random_learned(const Records& records, base::Rng& rng) {
  LearnedModel learned;
  learned.prior = 0.001 + 0.2 * rng.uniform();
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    LearnedLevels p;
    const size_t levels = records.comparison(at).levels().size();
    for (size_t level = 0; level < levels; ++level) {
      const double rank = static_cast<double>(level + 1) / static_cast<double>(levels);
      p.m.push_back(0.01 + rank * rng.uniform());
      p.u.push_back(0.01 + (1.02 - rank) * rng.uniform());
      RarityBits bits{};
      for (double& bit : bits) bit = rng.uniform() - 0.5;
      p.rarity.push_back(bits);
    }
    const double m = std::accumulate(p.m.begin(), p.m.end(), 0.0);
    const double u = std::accumulate(p.u.begin(), p.u.end(), 0.0);
    for (size_t level = 0; level < levels; ++level) {
      p.m[level] /= m;
      p.u[level] /= u;
    }
    learned.comparisons.push_back(std::move(p));
  }
  for (size_t at = 1; at < records.comparison_count(); ++at) {
    Dependence d{static_cast<uint8_t>(at - 1), static_cast<uint8_t>(at), {}};
    for (size_t i = 0; i < records.comparison(at - 1).levels().size(); ++i) {
      d.bits.emplace_back();
      for (size_t j = 0; j < records.comparison(at).levels().size(); ++j) d.bits.back().push_back(-rng.uniform());
    }
    learned.dependences.push_back(std::move(d));
  }
  return learned;
}

// ---- blocking

const LinkModel& blocking_model() {
  static const LinkModel model = model_of(R"({"comparisons": [
    {"kind": "number", "columns": ["a"]}, {"kind": "phone", "columns": ["b"]}, {"kind": "date", "columns": ["c"]},
    {"kind": "identifier", "columns": ["d"]}, {"kind": "text", "columns": ["e", "f"], "combine": "any"}]})");
  return model;
}

/// Few values, so that keys are common. Columns of one kind would share keys; these do not.
Rows blocking_rows(base::Rng& rng, uint64_t values) {
  Rows rows;
  for (uint64_t count = rng.below(90); count > 0; --count) {
    const auto value = [&] { return std::to_string(rng.below(values)); };
    rows.push_back(
        {rng.chance(0.1) ? "" : value(), "7550000" + value(), "19" + value() + "0-0" + value() + "-1" + value(),
         rng.chance(0.5) ? "" : "AAA" + value() + "BBB" + value(),
         rng.chance(0.3) ? "" : "word" + value() + " other" + value(), rng.chance(0.7) ? "" : "word" + value()});
  }
  return rows;
}

TEST(BlockingTwin, CandidatesAreThoseOfTheWrittenRule) {
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f"};
  uint64_t pairs_seen = 0;
  uint64_t common_seen[5] = {};
  for (uint64_t seed = 0; seed < 250; ++seed) {
    base::Rng rng(seed);
    const uint64_t values = 1 + rng.below(6);
    const double pairs_per_record = rng.chance(0.5) ? 0.5 : 1 + 20 * rng.uniform();
    const Rows left = blocking_rows(rng, values);
    const Records records =
        seed % 2 == 0 ? linkage_test::records_of(blocking_model(), names, left)
                      : linkage_test::records_of_two(blocking_model(), names, left, blocking_rows(rng, values));
    const CandidateIndex index =
        CandidateIndex::build(records, {.pairs_per_record_max = pairs_per_record, .threads = 1 + seed % 3});
    const reference::BlockingTwin twin(records, pairs_per_record);
    std::set<reference::RecordPair> pairs;
    CandidateIndex::Scratch scratch;
    std::vector<uint32_t> candidates;
    for (uint32_t record = 0; record < records.size(); ++record) {
      index.candidates(record, scratch, candidates);
      ASSERT_TRUE(std::is_sorted(candidates.begin(), candidates.end()));
      for (const uint32_t other : candidates) ASSERT_TRUE(pairs.insert({other, record}).second);
    }
    ASSERT_EQ(index.report().bucket_max, twin.bucket_max()) << "seed " << seed;
    ASSERT_EQ(pairs, twin.pairs()) << "seed " << seed;
    for (size_t order = 1; order <= 4; ++order) {
      ASSERT_EQ(index.report().common_keys[order - 1], twin.common_keys(order)) << "seed " << seed;
      common_seen[order] += twin.common_keys(order);
    }
    ASSERT_EQ(index.report().dropped_pairs, twin.dropped_pairs()) << "seed " << seed;
    ASSERT_EQ(index.report().buckets, twin.bucket_count()) << "seed " << seed;
    pairs_seen += pairs.size();
  }
  EXPECT_GT(pairs_seen, 10'000U);
  for (size_t order = 1; order <= 4; ++order)
    EXPECT_GT(common_seen[order], 0U) << "order " << order << " was never tried";
}

// ---- weights

const LinkModel& mixed_model() {
  static const LinkModel model = model_of(R"({"source": "source", "clean_sources": ["p", "q"], "comparisons": [
    {"name": "name", "kind": "company_name", "columns": ["name"]},
    {"name": "phone", "kind": "phone", "columns": ["p1", "p2"], "combine": "any"},
    {"name": "address", "kind": "address", "columns": ["address"]},
    {"name": "person", "kind": "person_name", "columns": ["person"]}]})");
  return model;
}

Rows mixed_rows(base::Rng& rng, uint64_t count) {
  Rows rows;
  for (; count > 0; --count) {
    rows.push_back({pick(rng, {"p", "q", "r", "r", "s"}),
                    pick(rng, {"", "深圳", "深圳市"}) + pick(rng, {"甲乙", "甲丙", "丁戊"}) +
                        pick(rng, {"", "科技", "贸易"}) + pick(rng, {"", "有限公司", "有限公司"}) +
                        pick(rng, {"", "", "", "龙岗分公司"}),
                    pick(rng, {"", "13800138000", "13800138001", "075526770000"}), pick(rng, {"", "", "26770000"}),
                    pick(rng, {"", "深圳市龙岗区甲路1号101", "深圳市龙岗区甲路1号102", "深圳市福田区乙路2号"}),
                    pick(rng, {"", "张伟", "章伟", "王小明", "john smith"})});
  }
  return rows;
}
const std::vector<std::string>& mixed_names() {
  static const std::vector<std::string> names{"source", "name", "p1", "p2", "address", "person"};
  return names;
}

TEST(PairWeightTwin, WeightsAreThoseOfTheFormula) {
  uint64_t compared = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    base::Rng rng(seed);
    const Records records = linkage_test::records_of(mixed_model(), mixed_names(), mixed_rows(rng, 24));
    const LearnedModel learned = random_learned(records, rng);
    const Weights weights(learned, records);
    PairScratch scratch;
    std::vector<PairLikeness> out;
    for (uint32_t b = 1; b < records.size(); ++b) {
      std::vector<uint32_t> rights(b);
      std::iota(rights.begin(), rights.end(), 0U);
      compare_records(records, b, rights, scratch, out);
      for (const PairLikeness& pair : out) {
        const auto bits = reference::pair_bits(learned, records, pair);
        if (!bits) {
          ASSERT_EQ(weights.weigh(pair), kForbidden);
          continue;
        }
        ASSERT_NEAR(to_bits(weights.weigh(pair)), *bits, 1e-3) << "seed " << seed;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 5'000U);
}

// ---- grouping

struct GroupingCase {
  Records records;
  LearnedModel learned;
  std::vector<Edge> edges;
  GroupingSpec spec;
};

GroupingCase random_case(uint64_t seed) {
  base::Rng rng(seed);
  const uint64_t count = rng.below(14);
  GroupingCase c{seed % 3 == 0 ? linkage_test::records_of_two(mixed_model(), mixed_names(), mixed_rows(rng, count),
                                                              mixed_rows(rng, rng.below(8)))
                               : linkage_test::records_of(mixed_model(), mixed_names(), mixed_rows(rng, count)),
                 {},
                 {},
                 {}};
  c.learned = random_learned(c.records, rng);
  c.spec = {.link = to_weight(8 * rng.uniform() - 9), .margin = to_weight(4 * rng.uniform()), .threads = 1 + seed % 3};
  const Weights weights(c.learned, c.records);
  PairScratch scratch;
  std::vector<PairLikeness> out;
  const double kept = 0.3 + 0.7 * rng.uniform();  // pairs that blocking found
  for (uint32_t b = 0; b < c.records.size(); ++b) {
    for (uint32_t a = 0; a < b; ++a) {
      compare_records(c.records, b, std::span(&a, 1), scratch, out);
      const int32_t weight = weights.weigh(out[0]);
      const bool seen = weight >= c.spec.link - c.spec.margin && rng.chance(kept);
      if (seen && reference::across(c.records, a, b)) c.edges.push_back({a, b, weight});
    }
  }
  for (size_t i = c.edges.size(); i > 1; --i) std::swap(c.edges[i - 1], c.edges[rng.below(i)]);
  return c;
}

TEST(GroupingTwin, GroupsAreThoseOfTheSlowAverageLinkage) {
  uint64_t grouped = 0;
  uint64_t ambiguous = 0;  // inputs that the margin rule changes
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const GroupingCase c = random_case(seed);
    const Weights weights(c.learned, c.records);
    const Grouping fast = group_records(c.records, weights, c.edges, c.spec);
    const reference::GroupingTwin slow(c.records, weights, c.edges, c.spec);
    ASSERT_EQ(fast.group, slow.group()) << "seed " << seed;
    for (uint32_t i = 0; i < fast.group.size(); ++i) grouped += fast.group[i] != i ? 1 : 0;
    GroupingSpec careless = c.spec;
    careless.margin = -1000 * kBit;
    ambiguous += reference::GroupingTwin(c.records, weights, c.edges, careless).group() != slow.group() ? 1 : 0;
  }
  EXPECT_GT(ambiguous, 100U);
  EXPECT_GT(grouped, 3'000U);
}

bool may_never_meet(const GroupingCase& c, uint32_t a, uint32_t b) {
  if (c.records.source(a) == c.records.source(b) && c.records.is_clean(c.records.source(a))) return true;
  PairScratch scratch;
  std::vector<PairLikeness> out;
  compare_records(c.records, b, std::span(&a, 1), scratch, out);
  return out[0].verdict == Verdict::kDifferent;
}

TEST(Grouping, NoUnitHoldsAForbiddenPairAndEveryLinkIsKeptOrRefused) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    GroupingCase c = random_case(seed);
    c.spec.dense_max = seed % 2 == 0 ? 3 : 400;  // large components are split
    const Weights weights(c.learned, c.records);
    const Grouping grouping = group_records(c.records, weights, c.edges, c.spec);
    for (uint32_t b = 0; b < c.records.size(); ++b) {
      ASSERT_LE(grouping.group[b], b);
      ASSERT_EQ(grouping.group[grouping.group[b]], grouping.group[b]);
      for (uint32_t a = 0; a < b; ++a) {
        if (grouping.group[a] != grouping.group[b]) continue;
        ASSERT_FALSE(may_never_meet(c, a, b)) << "seed " << seed;
      }
    }
    std::set<reference::RecordPair> refused;
    for (const RefusedLink& link : grouping.refused) { ASSERT_TRUE(refused.insert({link.edge.a, link.edge.b}).second); }
    for (const Edge& edge : c.edges) {
      const bool apart = grouping.group[edge.a] != grouping.group[edge.b];
      if (edge.weight < c.spec.link) continue;
      ASSERT_EQ(refused.contains({edge.a, edge.b}), apart) << "seed " << seed;
    }
  }
}

// ---- chance of equal values

TEST(TrainingTwin, ChanceOfEqualValuesIsThatOfAllPairsOfDifferentUnits) {
  base::Rng rng(3);
  const LinkModel model = model_of(R"({"comparisons": [
    {"kind": "number", "columns": ["a"]}, {"kind": "identifier", "columns": ["b"]}, {"kind": "phone", "columns": ["c"]},
    {"kind": "text", "columns": ["d"]}]})");
  Rows rows;
  std::vector<uint32_t> unit;
  for (uint32_t i = 0; i < 700; ++i) {
    const std::vector<std::string> row{std::to_string(rng.below(25)), "K" + std::to_string(rng.below(8)),
                                       std::to_string(10'000'000 + rng.next() % 80'000'000),
                                       "w" + std::to_string(rng.next() % 10'000'000)};
    rows.push_back(row);
    unit.push_back(i);
    if (!rng.chance(0.5)) continue;
    rows.push_back(row);
    unit.push_back(i);
    if (rng.chance(0.1)) rows.back()[3] = "";
  }
  const Records records = linkage_test::records_of(model, {"a", "b", "c", "d"}, rows);
  const Linkage linkage = link_records(records, model, {.threads = 1});
  for (size_t at = 0; at < 2; ++at) {
    const double counted = reference::share_equal_by_chance(records, at, unit);
    const double learned = linkage.learned.comparisons[at].u.back();
    EXPECT_NEAR(learned / counted, 1, 0.02) << "comparison " << at;
  }
}

}  // namespace
}  // namespace minglu::match
