// Laws of the register, on a small synthetic city: what it holds depends on what was said, not on how it arrived.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "flows/flows_test_support.hpp"
#include "synth/synth.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

struct Feed {
  std::string source;
  fs::path file;
};

// A city whose feeds cover every format, made once per seed.
class City {
 public:
  explicit City(uint64_t seed) {
    synth::CitySpec spec;
    spec.units = 160;
    spec.seed = seed;
    spec.periods = 3;
    spec.threads = 0;
    spec.catalog = catalog();
    spec.out_dir = folder_.path();
    const auto made = synth::generate_city(spec);
    EXPECT_TRUE(made.ok()) << made.error().message;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "feeds")) {
      if (entry.is_regular_file()) feeds_.push_back({entry.path().parent_path().filename().string(), entry.path()});
    }
    std::sort(feeds_.begin(), feeds_.end(), [](const Feed& a, const Feed& b) { return a.file < b.file; });
  }
  [[nodiscard]] const std::vector<Feed>& feeds() const { return feeds_; }

 private:
  TempFolder folder_;
  std::vector<Feed> feeds_;
};

const City& city(uint64_t seed) {
  static std::map<uint64_t, City> cities;
  return cities.try_emplace(seed, seed).first->second;
}

// Byte offsets behind the line ends that stand outside quotes. Bytes of UTF-8 and GB18030 never look like them.
std::vector<size_t> row_ends(const std::string& bytes) {
  std::vector<size_t> ends;
  bool quoted = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '"') quoted = !quoted;
    if (bytes[i] == '\n' && !quoted) ends.push_back(i + 1);
  }
  return ends;
}

// Every CSV of more than one row as two files with the header repeated, the rows of both halves shuffled.
std::vector<Feed> split_feeds(const std::vector<Feed>& feeds, const TempFolder& folder, std::mt19937& random) {
  std::vector<Feed> out;
  for (const Feed& feed : feeds) {
    const std::string bytes = feed.file.extension() == ".csv" ? read_all(feed.file) : "";
    const std::vector<size_t> ends = row_ends(bytes);
    if (ends.size() < 3) {
      out.push_back(feed);
      continue;
    }
    std::vector<std::string> rows;
    for (size_t i = 1; i < ends.size(); ++i) rows.push_back(bytes.substr(ends[i - 1], ends[i] - ends[i - 1]));
    std::shuffle(rows.begin(), rows.end(), random);
    const size_t cut = 1 + random() % (rows.size() - 1);
    for (const auto& [part, from, to] : {std::tuple(1, size_t{0}, cut), std::tuple(2, cut, rows.size())}) {
      std::string text = bytes.substr(0, ends[0]);
      for (size_t i = from; i < to; ++i) text += rows[i];
      const std::string name = feed.file.stem().string() + ".part" + std::to_string(part) + ".csv";
      out.push_back({feed.source, folder.write(feed.source + "/" + name, text)});
    }
  }
  return out;
}

IngestCounts take_in(TestHome& home, const std::vector<Feed>& feeds) {
  IngestCounts total;
  for (const Feed& feed : feeds) total.add(home.ingest(feed.source, feed.file).counts);
  return total;
}

class CityFlow : public ::testing::TestWithParam<uint64_t> {};

TEST_P(CityFlow, AnyOrderAndSplitOfTheFeedsGivesTheSameState) {
  const std::vector<Feed>& feeds = city(GetParam()).feeds();
  ASSERT_GT(feeds.size(), 15u);
  TestHome plain;
  const IngestCounts counts = take_in(plain, feeds);
  const std::string expected = plain.resolve().state_hash;
  std::mt19937 random(static_cast<uint32_t>(GetParam()));
  for (int round = 0; round < 2; ++round) {
    TestHome other;
    std::vector<Feed> order = split_feeds(feeds, other.folder(), random);
    std::shuffle(order.begin(), order.end(), random);
    IngestCounts total;
    for (const Feed& feed : order) {
      total.add(other.ingest(feed.source, feed.file).counts);
      if (random() % 12 == 0) other.resolve();
    }
    EXPECT_EQ(other.resolve().state_hash, expected) << "round " << round;
    EXPECT_EQ(total.rows_in, counts.rows_in);
    EXPECT_EQ(total.rejected, counts.rejected);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CityFlow, ::testing::Values(1, 2, 3));

TEST(CityFlowOnce, AnyNumberOfThreadsGivesTheSameBytes) {
  std::map<std::string, std::string> expected;
  for (size_t threads : {1, 2, 3}) {
    TestHome home(threads);
    take_in(home, city(1).feeds());
    home.resolve();
    const auto found = digests(home.directory() / "index");
    if (expected.empty()) expected = found;
    EXPECT_EQ(found, expected) << threads << " threads";
  }
  EXPECT_GT(expected.size(), 30u);
}

TEST(CityFlowOnce, DerivedFilesAreAFunctionOfTruth) {
  TestHome home;
  const std::vector<Feed>& feeds = city(1).feeds();
  take_in(home, {feeds.begin(), feeds.begin() + static_cast<std::ptrdiff_t>(feeds.size() / 2)});
  home.resolve();
  take_in(home, {feeds.begin() + static_cast<std::ptrdiff_t>(feeds.size() / 2), feeds.end()});
  const std::string state = home.resolve().state_hash;
  const auto head = home.head();
  const auto files = digests(home.directory() / "index");

  const auto rebuilt = rebuild(*home, {});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.error().message;
  EXPECT_EQ(rebuilt->state_hash, state);
  EXPECT_EQ(rebuilt->history_hash, head.hash);
  EXPECT_EQ(rebuilt->commits, static_cast<uint64_t>(head.seq));
  EXPECT_EQ(digests(home.directory() / "index"), files);

  home.close();
  fs::remove_all(home.directory() / "index");
  home.reopen();
  EXPECT_EQ(digests(home.directory() / "index"), files);
  EXPECT_EQ(home.state_hash(), state);
  EXPECT_EQ(home.head().hash, head.hash);

  const auto rematched = rebuild(*home, {.rematch = true});
  ASSERT_TRUE(rematched.ok()) << rematched.error().message;
  EXPECT_EQ(rematched->new_seq, 0u) << "nothing differs, so nothing may be landed";
  EXPECT_EQ(rematched->state_hash, state);
  EXPECT_EQ(home.head().hash, head.hash);

  const auto verified = verify(*home);
  ASSERT_TRUE(verified.ok());
  EXPECT_TRUE(verified->problems.empty()) << verified->problems.front();
}

TEST(CityFlowOnce, FeedingTwiceChangesNothing) {
  TestHome home;
  const std::vector<Feed>& feeds = city(2).feeds();
  const IngestCounts first = take_in(home, feeds);
  const std::string state = home.resolve().state_hash;
  const auto head = home.head();
  const auto files = digests(home.directory() / "index");
  const auto archived = digests(home.directory() / "archive");
  for (const Feed& feed : feeds) {
    const fs::path renamed = home.folder().path() / ("again_" + feed.file.filename().string());
    fs::copy_file(feed.file, renamed);
    const auto date = *ingest::source_date_of(
        home->knowledge().sources().at(*home->knowledge().sources().find(feed.source)), feed.file, std::nullopt);
    for (const IngestReport& again :
         {home.ingest(feed.source, feed.file), home.ingest(feed.source, renamed, base::format_iso_date(date))}) {
      EXPECT_TRUE(again.already_known) << feed.file;
      EXPECT_EQ(again.counts.duplicate, again.counts.rows_in);
    }
  }
  EXPECT_FALSE(*home->has_unresolved());
  EXPECT_EQ(home.head().hash, head.hash);
  EXPECT_EQ(home.state_hash(), state);
  EXPECT_EQ(digests(home.directory() / "index"), files);
  EXPECT_EQ(digests(home.directory() / "archive"), archived);
  EXPECT_EQ(first.duplicate + first.accepted + first.rejected + first.superseded, first.rows_in);
}

// The same statements in other bytes: another archived file, not one new statement.
TEST(CityFlowOnce, TheSameRowsInOtherBytesSayNothingNew) {
  TestHome home;
  const std::vector<Feed>& feeds = city(3).feeds();
  take_in(home, feeds);
  const std::string state = home.resolve().state_hash;
  size_t compared = 0;
  for (const Feed& feed : feeds) {
    if (feed.file.extension() != ".csv") continue;
    const std::string name = feed.file.stem().string() + ".part1.csv";
    const std::string bytes = read_all(feed.file);
    std::string rows = bytes;
    if (const auto ends = row_ends(bytes); ends.size() > 2) {  // The first row once more.
      rows += bytes.substr(ends[0], ends[1] - ends[0]);
    }
    const IngestReport again = home.feed(feed.source, feed.source + "/" + name, rows);
    EXPECT_FALSE(again.already_known && rows != bytes);
    EXPECT_EQ(again.counts.duplicate + again.counts.rejected, again.counts.rows_in) << feed.file;
    EXPECT_EQ(again.records, 0u) << feed.file;
    ++compared;
  }
  EXPECT_GT(compared, 5u);
  EXPECT_EQ(home.resolve().state_hash, state);
}

}  // namespace
}  // namespace minglu::flows
