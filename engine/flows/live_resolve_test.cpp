// Following one change gives what looking at everything gives: the same units, conflicts, refused links and state hash,
// whatever comes in which order; and a replay, a restart and the search index agree.
#include "flows/live_resolve.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/rng.hpp"
#include "flows/decision_flow.hpp"
#include "flows/figures.hpp"
#include "flows/flows_test_support.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/live_records.hpp"
#include "flows/register_snapshot.hpp"
#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

/// Units as sets of entities: what a partition says without ids.
std::set<std::set<uint64_t>> partition(Home& home) {
  std::set<std::set<uint64_t>> units;
  const auto state = *home.state(UINT64_MAX);
  store::UnitRow row;
  for (const store::DirectoryEntry& entry : state->units()) {
    EXPECT_TRUE(home.read_unit(entry, row).ok());
    std::set<uint64_t> members;
    for (const store::UnitMember& member : row.members) {
      members.insert(member.entity);
      EXPECT_EQ(state->unit_of(member.entity), entry.unit);
    }
    units.insert(std::move(members));
  }
  return units;
}

std::set<std::tuple<uint64_t, uint64_t, int, int>> refused(Home& home) {
  std::set<std::tuple<uint64_t, uint64_t, int, int>> links;
  const auto state = *home.state(UINT64_MAX);
  for (const store::RefusedLink& link : state->refused())
    links.emplace(link.entity_a, link.entity_b, link.kind, link.reason);
  return links;
}

/// Figures in force by sorting them all: slow and obvious.
base::Hash128 sum_by_sorting(Home& home) {
  std::map<std::pair<uint64_t, int32_t>, std::pair<int32_t, uint64_t>> in_force;
  const auto segments = home.record_segments(UINT64_MAX);
  for (const store::RecordSegment* segment : *segments) {
    for (const store::IndicatorMeta& m : segment->indicators()) {
      auto& latest = in_force[{m.entity, m.period_yyyymm}];
      latest = std::max(latest, std::pair(m.date_days, m.content));
    }
  }
  base::Hash128 sum;
  for (const auto& [key, value] : in_force) sum = sum + hash_of_figures(key.first, key.second, value.second);
  return sum;
}

/// One register followed change by change, and its twin that is resolved as a whole.
class LiveAndWhole : public ::testing::Test {
 protected:
  void feed(const std::string& source, const std::string& name, std::string_view bytes) {
    live_.feed(source, name, bytes);
    whole_.feed(source, name, bytes);
  }
  void record(const std::string& source, const std::string& date, const LiveRecord& fields) {
    for (TestHome* home : {&live_, &whole_}) {
      const auto report =
          take_records(**home, {*(*home)->knowledge().sources().find(source), *base::parse_iso_date(date), {fields}});
      ASSERT_TRUE(report.ok()) << report.error().message;
      ASSERT_TRUE(report->counts.balanced());
    }
  }
  ResolveReport follow() {
    const auto report = resolve_pending(*live_, {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? *report : ResolveReport{};
  }
  /// Both say the same, and the live one says it again after a restart without its last derived files.
  void compare() {
    whole_.resolve();
    EXPECT_EQ(partition(*live_), partition(*whole_));
    EXPECT_EQ(refused(*live_), refused(*whole_));
    EXPECT_EQ(live_.state_hash(), whole_.state_hash());
    const auto a = parse_state_summary((*live_->state(UINT64_MAX))->summary_json());
    const auto b = parse_state_summary((*whole_->state(UINT64_MAX))->summary_json());
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_EQ(std::tie(a->units, a->records, a->claims, a->conflicts, a->missing, a->refused),
              std::tie(b->units, b->records, b->claims, b->conflicts, b->missing, b->refused));
    EXPECT_EQ(sum_of_figures(*live_->record_segments(UINT64_MAX)), sum_by_sorting(*live_));
    EXPECT_EQ((*live_->state(UINT64_MAX))->units().size(), a->units);
    EXPECT_EQ((*live_->state(UINT64_MAX))->entity_count(), a->records);
  }
  TestHome live_{2, 0};
  TestHome whole_;
};

class Events {
 public:
  explicit Events(uint64_t seed) : rng_(seed) {}
  std::string name() { return "深圳市" + brand() + "科技有限公司"; }
  std::string brand() {
    static const std::vector<std::string> kFirst{"甲", "乙", "丙", "丁"};
    static const std::vector<std::string> kSecond{"申林", "云海", "山河", "春风"};
    return kFirst[rng_.below(kFirst.size())] + kSecond[rng_.below(kSecond.size())];
  }
  std::string uscc() { return uscc_of(static_cast<int>(rng_.below(12)) + 1); }
  std::string date() { return "2024-0" + std::to_string(rng_.below(7) + 2) + "-1" + std::to_string(rng_.below(10)); }
  std::string digit(uint64_t below) { return std::to_string(rng_.below(below)); }
  uint64_t below(uint64_t n) { return rng_.below(n); }

 private:
  base::Rng rng_;
};

void add_event(Events& events, std::string& source, LiveRecord& record) {
  switch (events.below(4)) {
    case 0:
      source = "scjg_reg";
      record = {{"统一社会信用代码", events.uscc()},
                {"企业名称", events.name()},
                {"住所", "深圳市福田区新洲路" + events.digit(9) + "号"},
                {"行政区划", "440304"}};
      break;
    case 1:
      source = "tax_reg";
      record = {{"纳税人识别号", events.uscc()},
                {"社会信用代码", events.uscc()},
                {"纳税人名称", events.name()},
                {"法定代表人姓名", "张小" + events.brand().substr(0, 3)}};
      break;
    case 2:
      source = "hrss";
      record = {{"单位编号", "H" + events.digit(20)},
                {"统一社会信用代码", events.below(3) == 0 ? "" : events.uscc()},
                {"单位名称", events.name()},
                {"参保月份", "2024-0" + std::to_string(events.below(4) + 1)},
                {"参保人数", events.digit(90)}};
      break;
    default:
      source = "power";
      record = {{"户号", "07550" + events.digit(15)},
                {"用户名称", events.name()},
                {"用电地址", "深圳市南山区科技路" + events.digit(9) + "号"},
                {"月份", "2024-01"},
                {"用电量", events.digit(99)}};
  }
}

// Decisions about two records that both registers know, and their undoing.
void decide(TestHome& home, bool is_same, const std::string& a, const std::string& b) {
  const auto decided = decide_pair(*home, {is_same, a, b, "李工", "试验"});
  ASSERT_TRUE(decided.ok()) << decided.error().message;
}

TEST_F(LiveAndWhole, AgreeAfterAnyOrderOfChanges) {
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    SCOPED_TRACE(seed);
    Events events(seed);
    record("scjg_reg", "2024-01-01", {{"统一社会信用代码", uscc_of(1)}, {"企业名称", events.name()}});
    record("power", "2024-01-01", {{"户号", "075500"}, {"用户名称", events.name()}, {"月份", "2024-01"}});
    live_.resolve();
    whole_.resolve();
    for (int step = 0; step < 30; ++step) {
      std::string source;
      LiveRecord fields;
      add_event(events, source, fields);
      record(source, events.date(), fields);
      if (events.below(3) == 0) continue;  // several commits before one resolve
      EXPECT_TRUE(follow().is_live);
      if (step % 10 == 0) compare();
    }
    follow();
    compare();
  }
}

TEST_F(LiveAndWhole, AgreeAboutDecisionsAndTheirUndoing) {
  for (int i = 1; i <= 4; ++i) {
    record("scjg_reg", "2024-01-01",
           {{"统一社会信用代码", uscc_of(i)}, {"企业名称", "深圳市甲" + std::to_string(i) + "科技有限公司"}});
    record("power", "2024-01-01",
           {{"户号", "07550" + std::to_string(i)}, {"用户名称", "店铺" + std::to_string(i)}, {"月份", "2024-01"}});
  }
  live_.resolve();
  whole_.resolve();
  const std::string firm = "scjg_reg:" + uscc_of(2);
  for (TestHome* home : {&live_, &whole_}) decide(*home, true, "power:075501", firm);
  const ResolveReport joined = follow();
  EXPECT_TRUE(joined.is_live);
  EXPECT_EQ(joined.merged, 1u);
  compare();
  const uint64_t seq = live_.head().seq - 1;
  for (TestHome* home : {&live_, &whole_}) {
    const auto all = all_decisions(**home);
    ASSERT_TRUE(undo_decision(**home, {all->front().seq, "李工", "看错了"}).ok());
  }
  EXPECT_GT(seq, 0u);
  const ResolveReport parted = follow();
  EXPECT_EQ(parted.split, 1u);
  compare();
  for (TestHome* home : {&live_, &whole_}) {
    ASSERT_TRUE(decide_value(**home, {firm, "name", "李工", "执照为准"}).ok());
  }
  EXPECT_EQ(follow().fused, 1u);
  compare();
}

TEST_F(LiveAndWhole, ARestartAndAReplayFindTheSame) {
  Events events(9);
  record("scjg_reg", "2024-01-01", {{"统一社会信用代码", uscc_of(1)}, {"企业名称", events.name()}});
  live_.resolve();
  for (int step = 0; step < static_cast<int>(store::kChangesPerSum) + 8; ++step) {
    std::string source;
    LiveRecord fields;
    add_event(events, source, fields);
    record(source, events.date(), fields);
    ASSERT_TRUE(follow().is_live);
  }
  const std::string hash = live_.state_hash();
  const auto units = partition(*live_);
  const uint64_t last = (*live_->state(UINT64_MAX))->seq();
  live_.reopen();
  EXPECT_EQ(live_.state_hash(), hash);
  EXPECT_EQ(partition(*live_), units);
  EXPECT_LT((*live_->state(UINT64_MAX))->changes_to_read(), store::kChangesPerSum);
  live_.close();
  fs::remove(live_.directory() / "index" / "state" / (std::to_string(last) + ".chg"));
  live_.reopen();
  EXPECT_EQ(live_.state_hash(), hash) << "a lost derived file is made again";
  ASSERT_TRUE(rebuild(*live_, {}).ok());
  EXPECT_EQ(live_.state_hash(), hash);
  EXPECT_EQ(partition(*live_), units);
  const auto again = rebuild(*live_, {.rematch = true});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->state_hash, hash);
}

TEST_F(LiveAndWhole, ASnapshotFollowsAndShowsWhatAFreshOneShows) {
  Events events(4);
  record("scjg_reg", "2024-01-01", {{"统一社会信用代码", uscc_of(1)}, {"企业名称", events.name()}});
  live_.resolve();
  SnapshotMaker maker(*live_);
  ASSERT_TRUE(maker.make().ok());
  for (int step = 0; step < 30; ++step) {
    std::string source;
    LiveRecord fields;
    add_event(events, source, fields);
    record(source, events.date(), fields);
    follow();
    if (step % 10 != 9) continue;
    const auto followed = maker.make();
    ASSERT_TRUE(followed.ok()) << followed.error().message;
    EXPECT_GT((*followed)->changed_units(), 0u);
    TempFolder aside;  // a fresh maker has to make its own files
    fs::rename(live_.directory() / "index" / "search", aside.path() / "search");
    fs::create_directory(live_.directory() / "index" / "search");
    const auto fresh = SnapshotMaker(*live_).make();
    ASSERT_TRUE(fresh.ok());
    EXPECT_EQ((*fresh)->changed_units(), 0u);
    const auto listed = [](const ListedFields& fields_listed) {
      std::vector<std::tuple<uint64_t, uint16_t, std::string>> all;
      fields_listed.for_each([&](const ListedField& item) {
        all.emplace_back(item.unit, item.field, std::string(item.region_text()));
        return true;
      });
      std::map<std::pair<uint16_t, std::string>, int64_t> counted;
      fields_listed.for_each_count([&](const RegionFieldCount& count) {
        counted[{count.field, std::string(count.region_text())}] += count.count;
      });
      for (const auto& [unit, field, region] : all) --counted[{field, region}];
      for (const auto& [key, rest] : counted) EXPECT_EQ(rest, 0) << key.second;
      EXPECT_EQ(all.size(), fields_listed.size());
      EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                                 [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); }));
      return all;
    };
    EXPECT_EQ(listed((*followed)->conflicts()), listed((*fresh)->conflicts()));
    EXPECT_EQ(listed((*followed)->missing()), listed((*fresh)->missing()));
    for (const std::string text : {"科技", "甲申林", "云海", "jsl"}) {
      search::Query query;
      query.text = text;
      const auto a = (*followed)->searcher()->search(query, search::Scope::everything());
      const auto b = (*fresh)->searcher()->search(query, search::Scope::everything());
      ASSERT_TRUE(a.ok() && b.ok());
      EXPECT_EQ(a->total, b->total) << text;
    }
    fs::remove_all(live_.directory() / "index" / "search");
    fs::rename(aside.path() / "search", live_.directory() / "index" / "search");
  }
}

TEST(LiveResolve, KeepsTheLikenessOfTheLastWholeResolve) {
  TestHome home(2, 0);
  std::string registry = kRegisterHead;
  for (int i = 1; i <= 260; ++i) {
    registry += register_row(uscc_of(i), "深圳市" + std::to_string(i * 7919) + "电子科技有限公司",
                             ",深圳市福田区新洲路" + std::to_string(i) + "号");
  }
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", registry);
  home.feed("power", "power_2024-01.ndjson", power_row("0755001", "55433电子科技", "深圳市福田区新洲路7号"));
  ASSERT_FALSE(home.resolve().is_live);
  const auto unit_of_account = [&] {
    return (*home->state(UINT64_MAX))->unit_of(ingest::entity_of("power", "0755001").value).value_or(0);
  };
  const uint64_t firm = home.unit_of(uscc_of(7));
  ASSERT_EQ(unit_of_account(), firm);
  const auto change = take_records(*home, {*home->knowledge().sources().find("power"),
                                           *base::parse_iso_date("2024-03-01"),
                                           {{{"户号", "0755001"},
                                             {"用户名称", "55433电子科技"},
                                             {"用电地址", "深圳市福田区新洲路7号2楼"},
                                             {"月份", "2024-02"}}}});
  ASSERT_TRUE(change.ok()) << change.error().message;
  const auto followed = resolve_pending(*home, {});
  ASSERT_TRUE(followed.ok()) << followed.error().message;
  EXPECT_TRUE(followed->is_live);
  EXPECT_EQ(unit_of_account(), firm);
  decide(home, false, "power:0755001", "scjg_reg:" + uscc_of(7));
  ASSERT_TRUE(resolve_pending(*home, {})->is_live);
  EXPECT_NE(unit_of_account(), home.unit_of(uscc_of(7)));
  const std::string hash = home.state_hash();
  EXPECT_EQ(home.resolve().state_hash, hash);
}

TEST(LiveResolve, LeavesFullExtractsAndSmallRegistersToTheWhole) {
  TestHome home(2, 0);
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), "深圳市甲科技有限公司"));
  EXPECT_FALSE(resolve_pending(*home, {})->is_live) << "there was no state";
  home.feed("bb_inst", "bb_inst_2024-02.json", "{\"data\":{\"rows\":[{\"统一社会信用代码\":\"" + uscc_of(5) + "\"}]}}");
  EXPECT_FALSE(resolve_pending(*home, {})->is_live) << "what a full extract leaves out is news about all";
  const auto one = take_records(*home, {*home->knowledge().sources().find("bb_inst"),
                                        *base::parse_iso_date("2024-03-01"),
                                        {{{"统一社会信用代码", uscc_of(6)}}}});
  ASSERT_TRUE(one.ok()) << one.error().message;
  EXPECT_TRUE(resolve_pending(*home, {})->is_live) << "a record handed over is no extract";
  EXPECT_EQ(resolve_pending(*home, {})->seq, 0u);
  TestHome small;
  small.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), "深圳市甲科技有限公司"));
  small.resolve();
  small.feed("scjg_reg", "scjg_reg_2024-02.csv", kRegisterHead + register_row(uscc_of(2), "深圳市乙科技有限公司"));
  EXPECT_FALSE(resolve_pending(*small, {})->is_live);
}

}  // namespace
}  // namespace minglu::flows
