#include "store/entity_history.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/rng.hpp"

namespace minglu::store {
namespace {

struct Said {
  uint64_t entity;
  uint64_t content;
  int32_t date;
};

// Lands statements as the ingest flow does: a known content becomes a sighting, an exact repetition nothing.
class Lander {
 public:
  explicit Lander(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() /
                ("minglu_history_" + std::to_string(::getpid()) + "_" + name)) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Lander() { std::filesystem::remove_all(folder_); }

  void land(const std::vector<Said>& batch) {
    std::vector<const RecordSegment*> earlier;
    for (const RecordSegment& s : segments_) earlier.push_back(&s);
    SourceVersions versions;
    versions.load(earlier);
    const auto path = folder_ / (std::to_string(segments_.size() + 1) + ".seg");
    RecordSegmentWriter writer =
        RecordSegmentWriter::create(path, {segments_.size() + 1, "s", Date{0}, false, {}, 0, 0}).value();
    for (const Said& said : batch) {
      if (versions.judge(said.entity, said.content, said.date).exact) continue;
      const bool known = versions.knows_content(said.entity, said.content);
      versions.add(said.entity, said.content, said.date);
      if (known) {
        writer.add_sighting({said.entity, said.content, said.date, 0});
        continue;
      }
      RecordMeta meta;
      meta.entity = said.entity;
      meta.content = said.content;
      meta.date_days = said.date;
      const std::string key = std::to_string(said.entity);
      ASSERT_TRUE(writer.add_record(meta, key, "", {}).ok());
    }
    ASSERT_TRUE(writer.finish().ok());
    segments_.push_back(RecordSegment::open(path).value());
  }

  // Entity, then its runs as (content, since, last seen).
  std::vector<std::vector<int64_t>> history() {
    std::vector<const RecordSegment*> all;
    for (const RecordSegment& s : segments_) all.push_back(&s);
    const std::vector<uint16_t> source_of(all.size(), 0);
    const EntityHistory history = EntityHistory::load(all, source_of, 1).value();
    std::vector<std::vector<int64_t>> out;
    for (const EntityEntry& entry : history.entities()) {
      std::vector<int64_t> row{static_cast<int64_t>(entry.entity)};
      for (const Run& run : history.runs(entry)) {
        row.insert(row.end(), {static_cast<int64_t>(run.content), run.since_days, run.last_seen_days});
      }
      out.push_back(row);
    }
    return out;
  }

 private:
  std::filesystem::path folder_;
  std::vector<RecordSegment> segments_;
};

TEST(EntityHistory, AnyOrderAndSplitGivesTheSameRuns) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    base::Rng rng(seed);
    std::vector<Said> all;
    for (int i = 0; i < 30; ++i) {
      all.push_back({base::mix64(1 + rng.below(3)), 100 + rng.below(3), static_cast<int32_t>(rng.below(6))});
    }
    Lander once("once");
    once.land(all);
    for (size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[rng.below(i)]);
    Lander split("split");
    const auto cut = static_cast<std::ptrdiff_t>(rng.below(all.size()));
    split.land({all.begin(), all.begin() + cut});
    split.land({all.begin() + cut, all.end()});
    split.land(all);
    ASSERT_EQ(once.history(), split.history()) << "seed " << seed;
  }
}

TEST(EntityHistory, ARunLastsWhileTheSourceRepeatsItAndReturnsAreRunsOfTheirOwn) {
  Lander lander("runs");
  lander.land({{7, 1, 10}, {7, 1, 20}, {7, 2, 30}, {7, 1, 40}});
  EXPECT_EQ(lander.history(), (std::vector<std::vector<int64_t>>{{7, 1, 10, 20, 2, 30, 30, 1, 40, 40}}));
}

TEST(SourceVersions, TellsNewFromRepeatedAndOutdated) {
  SourceVersions versions;
  EXPECT_FALSE(versions.judge(1, 5, 10).in_force);
  versions.add(1, 5, 10);
  EXPECT_TRUE(versions.judge(1, 5, 10).exact);
  EXPECT_TRUE(versions.judge(1, 5, 12).in_force);
  EXPECT_FALSE(versions.judge(1, 6, 12).outdated);
  EXPECT_TRUE(versions.judge(1, 6, 9).outdated);
  EXPECT_TRUE(versions.judge(1, 6, 10).other_same_date);
}

}  // namespace
}  // namespace minglu::store
