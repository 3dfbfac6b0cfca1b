// Whole linkages of small invented files.
#include "match/linkage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::records_of;
using linkage_test::records_of_two;
using linkage_test::Rows;

LinkModel model_of(std::string_view json) {
  auto model = parse_link_model(json);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().message);
  return *model;
}

std::string pick(base::Rng& rng, std::initializer_list<std::string_view> words) {
  return std::string(words.begin()[rng.below(words.size())]);
}

std::string digits(base::Rng& rng, size_t count) {
  std::string out;
  while (out.size() < count) out.push_back(static_cast<char>('0' + rng.below(10)));
  return out;
}

// ---- persons

const std::vector<std::string> kPersonColumns{"id", "given", "surname", "born", "phone", "town"};

LinkModel person_model() {
  return model_of(R"({"id": "id", "comparisons": [
    {"kind": "person_name", "columns": ["given"]}, {"kind": "person_name", "columns": ["surname"]},
    {"kind": "date", "columns": ["born"]}, {"kind": "phone", "columns": ["phone"]},
    {"kind": "text", "columns": ["town"]}]})");
}

/// Syllables make many different names.
std::string invented(base::Rng& rng) {
  std::string name;
  for (uint64_t i = 2 + rng.below(2); i > 0; --i) {
    name += pick(rng, {"ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "tu", "va", "wo"});
  }
  return name;
}

struct Persons {
  Rows rows;
  std::vector<uint32_t> unit;
};

/// One to three records a person, each with at most one slip.
Persons persons_of(uint64_t seed, uint32_t count) {
  base::Rng rng(seed);
  Persons persons;
  for (uint32_t unit = 0; unit < count; ++unit) {
    const std::vector<std::string> row{"",
                                       invented(rng),
                                       invented(rng),
                                       "19" + std::to_string(40 + rng.below(60)) + "-0" +
                                           std::to_string(1 + rng.below(9)) + "-1" + std::to_string(rng.below(10)),
                                       "13" + digits(rng, 9),
                                       pick(rng, {"northtown", "southtown", "westtown", "easttown"})};
    for (uint64_t copies = 1 + rng.below(3); copies > 0; --copies) {
      persons.rows.push_back(row);
      auto& copy = persons.rows.back();
      copy[0] = std::to_string(persons.rows.size());
      persons.unit.push_back(unit);
      const size_t at = 1 + rng.below(5);
      if (rng.chance(0.3)) copy[at].clear();
      if (rng.chance(0.3) && copy[1].size() > 3) std::swap(copy[1][1], copy[1][2]);
    }
  }
  return persons;
}

Linkage link(const Records& records, const LinkModel& model, size_t threads = 1) {
  return link_records(records, model, {.threads = threads});
}

TEST(LinkRecords, FindsPersonsTwiceInAFileAndKeepsOthersApart) {
  const Persons persons = persons_of(1, 800);
  const LinkModel model = person_model();
  const Records records = records_of(model, kPersonColumns, persons.rows);
  const Linkage linkage = link(records, model);
  uint64_t together = 0;
  uint64_t found = 0;
  uint64_t wrong = 0;
  for (uint32_t b = 0; b < records.size(); ++b) {
    for (uint32_t a = 0; a < b; ++a) {
      const bool same = linkage.grouping.group[a] == linkage.grouping.group[b];
      const bool truth = persons.unit[a] == persons.unit[b];
      together += truth ? 1 : 0;
      found += same && truth ? 1 : 0;
      wrong += same && !truth ? 1 : 0;
    }
  }
  EXPECT_GE(found * 1000, together * 970) << found << " of " << together;
  EXPECT_LE(wrong * 1000, together * 10) << wrong;
}

// ---- firms

const std::vector<std::string> kFirmColumns{"id", "source", "name", "address", "phone"};

LinkModel firm_model(std::string_view clean = R"(, "clean_sources": ["register"])") {
  return model_of(R"({"id": "id", "source": "source")" + std::string(clean) + R"(, "comparisons": [
    {"kind": "company_name", "columns": ["name"]}, {"kind": "address", "columns": ["address"]},
    {"kind": "phone", "columns": ["phone"]}]})");
}

std::string brand_of(base::Rng& rng) {
  std::string brand;
  for (int i = 0; i < 3; ++i) {
    brand +=
        pick(rng, {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "寅", "卯", "辰", "巳", "午", "未"});
  }
  return brand;
}

/// A register that names every firm once, and a list with most of them under shorter names.
struct Firms {
  Rows rows;
  std::map<std::string, std::vector<uint32_t>> records_of_brand;
};

Firms firms_of(uint64_t seed, uint32_t count, double branches = 0.1) {
  base::Rng rng(seed);
  Firms firms;
  std::set<std::string> brands;
  while (brands.size() < count) brands.insert(brand_of(rng));
  for (const std::string& brand : brands) {
    const std::string trade = pick(rng, {"科技", "贸易", "电子", "餐饮管理"});
    const std::string door = "深圳市" + pick(rng, {"龙岗区", "福田区", "南山区"}) +
                             pick(rng, {"长青路", "永丰路", "民乐路"}) + std::to_string(1 + rng.below(300)) + "号";
    const std::string phone = "13" + digits(rng, 9);
    const auto add = [&](const std::string& source, const std::string& name, const std::string& address) {
      firms.records_of_brand[brand].push_back(static_cast<uint32_t>(firms.rows.size()));
      firms.rows.push_back(
          {std::to_string(firms.rows.size() + 1), source, name, address, rng.chance(0.2) ? "" : phone});
    };
    add("register", "深圳市" + brand + trade + "有限公司", door + "201");
    if (rng.chance(0.7))
      add("list", brand + trade + pick(rng, {"有限公司", "", "（深圳）有限公司"}), rng.chance(0.3) ? "" : door);
    if (rng.chance(branches)) add("register", "深圳市" + brand + trade + "有限公司龙岗分公司", door + "201");
  }
  return firms;
}

/// What a firm model may have learned: round figures that rise with likeness.
LearnedModel plain_learned(const LinkModel& model) {
  LearnedModel learned;
  learned.prior = 0.001;
  for (const ComparisonSpec& spec : model.comparisons) {
    const size_t levels = make_comparison(spec.kind, {})->levels().size();
    LearnedLevels p;
    double m = 0;
    double u = 0;
    for (size_t level = 0; level < levels; ++level) {
      const bool flat = spec.kind == Kind::kLegalForm;
      p.m.push_back(flat ? 1 : level + 1 == levels ? 5 : 0.5);
      p.u.push_back(flat ? 1 : level == 0 ? 50 : 1.0 / static_cast<double>(level + 1));
      p.rarity.push_back({});
      m += p.m.back();
      u += p.u.back();
    }
    for (double& value : p.m) value /= m;
    for (double& value : p.u) value /= u;
    learned.comparisons.push_back(std::move(p));
  }
  return learned;
}

/// Few records are the harder case: a large share of the pairs drawn at random are then of one unit.
void expect_firms_found(uint32_t count) {
  const Firms firms = firms_of(2, count);
  const LinkModel model = firm_model("");
  const Records records = records_of(model, kFirmColumns, firms.rows);
  const Linkage linkage = link(records, model);
  uint64_t pairs = 0;
  uint64_t found = 0;
  for (const auto& [brand, members] : firms.records_of_brand) {
    for (const uint32_t b : members) {
      const bool branch = firms.rows[b][2].find("分公司") != std::string::npos;
      for (const uint32_t a : members) {
        if (a >= b) continue;
        const bool same = linkage.grouping.group[a] == linkage.grouping.group[b];
        if (branch) {
          EXPECT_FALSE(same) << firms.rows[a][2] << " | " << firms.rows[b][2];
        } else {
          ++pairs;
          found += same ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GE(found * 100, pairs * 95) << found << " of " << pairs;
}

TEST(LinkRecords, FindsFirmsUnderShorterNamesAndKeepsBranchesApart) {
  for (const uint32_t count : {60U, 200U, 700U, 3000U}) expect_firms_found(count);
}

TEST(LinkRecords, ACleanSourceNeverGivesTwoRecordsToOneUnit) {
  Firms firms = firms_of(3, 400);
  for (size_t row = 0; row < 100; ++row) {  // the register names these twice, against its promise
    firms.rows.push_back(firms.rows[row]);
    firms.rows.back()[0] = std::to_string(firms.rows.size());
  }
  LinkModel model = firm_model();
  model.learned = plain_learned(model);
  const Records records = records_of(model, kFirmColumns, firms.rows);
  const Linkage linkage = link(records, model);
  std::set<std::pair<uint32_t, uint32_t>> seen;
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (!records.is_clean(records.source(record))) continue;
    EXPECT_TRUE(seen.emplace(linkage.grouping.group[record], records.source(record)).second) << record;
  }
  const auto& refused = linkage.grouping.refused;
  EXPECT_TRUE(std::any_of(refused.begin(), refused.end(),
                          [](const RefusedLink& r) { return r.reason == RefusalReason::kSameCleanSource; }));
}

TEST(LinkRecords, TwoEqualRivalsOfACleanSourceAreLeftToPeople) {
  Firms firms = firms_of(4, 60);
  const auto first = static_cast<uint32_t>(firms.rows.size());
  const std::string address = "深圳市龙岗区长青路999号";
  firms.rows.push_back({"a", "register", "深圳市子丑科技有限公司", address, "13800138000"});
  firms.rows.push_back({"b", "register", "深圳市子丑科技有限公司", address, "13800138000"});
  firms.rows.push_back({"c", "list", "深圳市子丑科技有限公司", address, "13800138000"});
  LinkModel model = firm_model();
  model.learned = plain_learned(model);
  const Records records = records_of(model, kFirmColumns, firms.rows);
  const Grouping grouping = link(records, model).grouping;
  for (uint32_t i = first; i < first + 3; ++i) EXPECT_EQ(grouping.group[i], i);
  // Left out: the reason must be kAmbiguous; the engine never gives it and says kAverage.
  std::set<std::pair<uint32_t, uint32_t>> refused;
  for (const RefusedLink& link : grouping.refused) refused.insert({link.edge.a, link.edge.b});
  EXPECT_TRUE(refused.contains({first, first + 1}));
  EXPECT_TRUE(refused.contains({first, first + 2}));
  EXPECT_TRUE(refused.contains({first + 1, first + 2}));
}

TEST(LinkRecords, ALeadOverTheRivalIsEnough) {
  LinkModel model = firm_model();
  model.learned = plain_learned(model);
  Firms firms = firms_of(4, 60);
  const auto first = static_cast<uint32_t>(firms.rows.size());
  firms.rows.push_back({"a", "register", "深圳市子丑科技有限公司", "深圳市龙岗区长青路999号", "13800138000"});
  firms.rows.push_back({"b", "register", "深圳市子丑贸易有限公司", "深圳市福田区永丰路2号", "13912345678"});
  firms.rows.push_back({"c", "list", "深圳市子丑科技有限公司", "深圳市龙岗区长青路999号", "13800138000"});
  const Records records = records_of(model, kFirmColumns, firms.rows);
  const Grouping grouping = link(records, model).grouping;
  EXPECT_EQ(grouping.group[first + 2], first);
  EXPECT_EQ(grouping.group[first + 1], first + 1);
}

// ---- the model as data

TEST(LinkRecords, ALearnedModelIsReadBackWithEveryFigureAndLinksAlike) {
  const Firms firms = firms_of(5, 3000);
  LinkModel model = firm_model();
  const Records records = records_of(model, kFirmColumns, firms.rows);
  const Linkage first = link(records, model);
  ASSERT_GT(first.edges.size(), 1000U);
  ASSERT_FALSE(first.learned.dependences.empty());
  model.learned = first.learned;
  const LinkModel again = model_of(link_model_json(model));
  ASSERT_TRUE(again.learned.has_value());
  EXPECT_EQ(again.learned->prior, first.learned.prior);
  ASSERT_EQ(again.learned->comparisons.size(), first.learned.comparisons.size());
  for (size_t at = 0; at < first.learned.comparisons.size(); ++at) {
    EXPECT_EQ(again.learned->comparisons[at].m, first.learned.comparisons[at].m);
    EXPECT_EQ(again.learned->comparisons[at].u, first.learned.comparisons[at].u);
    EXPECT_EQ(again.learned->comparisons[at].rarity, first.learned.comparisons[at].rarity);
  }
  ASSERT_EQ(again.learned->dependences.size(), first.learned.dependences.size());
  for (size_t at = 0; at < first.learned.dependences.size(); ++at) {
    EXPECT_EQ(again.learned->dependences[at].first, first.learned.dependences[at].first);
    EXPECT_EQ(again.learned->dependences[at].second, first.learned.dependences[at].second);
    EXPECT_EQ(again.learned->dependences[at].bits, first.learned.dependences[at].bits);
  }
  EXPECT_EQ(link_model_json(again), link_model_json(model));
  const Records same = records_of(again, kFirmColumns, firms.rows);
  EXPECT_EQ(link(same, again).grouping.group, first.grouping.group);
}

// ---- the same bytes

bool same_edges(const std::vector<Edge>& x, const std::vector<Edge>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const Edge& a, const Edge& b) { return a.a == b.a && a.b == b.b && a.weight == b.weight; });
}

TEST(LinkRecords, ThreadsAndRunsLeaveNoTrace) {
  const Persons persons = persons_of(6, 1500);
  const LinkModel model = person_model();
  const Records records = records_of(model, kPersonColumns, persons.rows);
  const Linkage first = link(records, model);
  for (const size_t threads : {1U, 2U, 3U, 3U, 2U}) {
    const Records again = records_of(model, kPersonColumns, persons.rows, threads);
    const Linkage linkage = link(again, model, threads);
    ASSERT_EQ(linkage.grouping.group, first.grouping.group) << threads;
    ASSERT_TRUE(same_edges(linkage.edges, first.edges)) << threads;
    ASSERT_EQ(linkage.learned.prior, first.learned.prior) << threads;
  }
}

using Partition = std::set<std::set<std::string>>;

Partition partition_of(const Records& records, const std::vector<uint32_t>& group) {
  std::map<uint32_t, std::set<std::string>> units;
  for (uint32_t record = 0; record < records.size(); ++record) units[group[record]].insert(records.id(record));
  Partition partition;
  for (const auto& [first, ids] : units) partition.insert(ids);
  return partition;
}

TEST(LinkRecords, OrderOfRowsLeavesNoTraceWhenTheModelIsGiven) {
  for (uint64_t seed = 7; seed < 10; ++seed) {
    Rows rows = firms_of(seed, 300).rows;
    LinkModel model = firm_model();
    model.learned = plain_learned(model);
    const Records records = records_of(model, kFirmColumns, rows);
    const Linkage first = link(records, model);
    ASSERT_GT(first.edges.size(), 100U);
    const Partition partition = partition_of(records, first.grouping.group);
    base::Rng rng(seed);
    for (int round = 0; round < 4; ++round) {
      for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[rng.below(i)]);
      const Records shuffled = records_of(model, kFirmColumns, rows);
      const Linkage linkage = link(shuffled, model);
      EXPECT_EQ(linkage.pairs_scored, first.pairs_scored);
      EXPECT_EQ(linkage.edges.size(), first.edges.size());
      ASSERT_EQ(partition_of(shuffled, linkage.grouping.group), partition) << "seed " << seed << " round " << round;
    }
  }
}

// ---- extremes

TEST(LinkRecords, NoneAndOneRecord) {
  const LinkModel model = firm_model();
  const Records none = records_of(model, kFirmColumns, {});
  EXPECT_TRUE(link(none, model, 2).grouping.group.empty());
  const Records one = records_of(model, kFirmColumns, {{"1", "list", "深圳市甲乙科技有限公司", "", ""}});
  EXPECT_EQ(link(one, model, 2).grouping.group, std::vector<uint32_t>{0});
  const Records one_side = records_of_two(model, kFirmColumns, {{"1", "list", "深圳市甲乙科技有限公司", "", ""}}, {});
  EXPECT_EQ(link(one_side, model, 2).grouping.group, std::vector<uint32_t>{0});
}

TEST(LinkRecords, AColumnOfNullsAndAFileOfNulls) {
  Persons persons = persons_of(8, 300);
  for (auto& row : persons.rows) row.resize(5);  // "town" is null everywhere
  const LinkModel model = person_model();
  const Records records = records_of(model, kPersonColumns, persons.rows);
  const Linkage linkage = link(records, model);
  uint32_t joined = 0;
  for (uint32_t i = 0; i < records.size(); ++i) joined += linkage.grouping.group[i] != i ? 1 : 0;
  EXPECT_GT(joined, 200U);
  const Records nulls = records_of(model, kPersonColumns, Rows(500, {"id"}));
  const Linkage nothing = link(nulls, model);
  EXPECT_EQ(nothing.pairs_scored, 0U);
  for (uint32_t i = 0; i < nulls.size(); ++i) EXPECT_EQ(nothing.grouping.group[i], i);
}

TEST(LinkRecords, AllRecordsEqualEndsAndReportsWhatWasDropped) {
  const LinkModel model = person_model();
  const Records records = records_of(model, kPersonColumns,
                                     Rows(2000, {"x", "badelu", "fimane", "1980-01-02", "13800138000", "northtown"}));
  const Linkage linkage = link(records, model, 2);
  EXPECT_EQ(linkage.grouping.group.size(), 2000U);
  EXPECT_GT(linkage.blocking.dropped_pairs, 0U);
}

TEST(LinkRecords, FiftyThousandAtOneAddressEndAndAreReported) {
  base::Rng rng(9);
  Rows rows;
  for (uint32_t i = 0; i < 50'000; ++i) {
    std::string name = "深圳市";
    for (int k = 0; k < 4; ++k) base::append_utf8(name, static_cast<char32_t>(0x4E00 + rng.below(3000)));
    rows.push_back({std::to_string(i), "list", name + "科技有限公司", "深圳市龙岗区长青路1号101", ""});
  }
  const LinkModel model = firm_model();
  const Records records = records_of(model, kFirmColumns, rows, 2);
  const Linkage linkage = link(records, model, 2);
  EXPECT_GE(linkage.blocking.common_keys[0], 1U);
  EXPECT_LT(linkage.pairs_scored, 50'000U * 100);
  // Most records have no other common key, so nothing can narrow the address: those pairs are reported as left out.
  EXPECT_GT(linkage.blocking.dropped_pairs, 1'000'000'000U);
}

// Every record shares its phone with the next one and its person with the one after: one component, far above what is
// grouped pair by pair. However the rows come, it ends, and no row is lost.
TEST(LinkRecords, AChainOfThousandsEndsInEveryOrder) {
  constexpr uint32_t kRecords = 6000;
  const auto row = [](uint32_t i) {
    const auto phone = [](uint32_t n) { return std::to_string(13'000'000'000ULL + n * 104'729ULL); };
    return std::vector<std::string>{std::to_string(i),
                                    "x" + std::to_string(i / 2),
                                    "y" + std::to_string((i + 1) / 2),
                                    "1980-01-02",
                                    phone(i / 3),
                                    ""};
  };
  LinkModel model = person_model();
  model.learned = plain_learned(model);
  std::vector<uint32_t> order(kRecords);
  std::iota(order.begin(), order.end(), 0U);
  std::vector<uint32_t> from_both_ends;
  for (uint32_t i = 0; i < kRecords; ++i) from_both_ends.push_back(i % 2 == 0 ? i / 2 : kRecords - 1 - i / 2);
  const std::vector<uint32_t> descending(order.rbegin(), order.rend());
  uint64_t pairs = 0;
  for (const auto& chosen : {order, descending, from_both_ends}) {
    Rows rows;
    for (const uint32_t i : chosen) rows.push_back(row(i));
    const Records records = records_of(model, kPersonColumns, rows, 2);
    const Linkage linkage = link(records, model, 2);
    EXPECT_EQ(linkage.grouping.group.size(), kRecords);
    if (pairs == 0) pairs = linkage.pairs_scored;
    EXPECT_EQ(linkage.pairs_scored, pairs);
    EXPECT_LT(linkage.pairs_scored, uint64_t{kRecords} * 400);
    for (uint32_t i = 0; i < kRecords; ++i) ASSERT_LE(linkage.grouping.group[i], i);
  }
}

TEST(LinkRecords, ModelColumnsThatAFileLacksAreNamed) {
  const LinkModel model = person_model();
  Records records(model, linkage_test::tables(), 1);
  const Status status = records.append(linkage_test::batch_of({"id", "given"}, {}), Side::kLeft);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("surname"), std::string::npos);
  EXPECT_EQ(records.size(), 0U);
}

}  // namespace
}  // namespace minglu::match
