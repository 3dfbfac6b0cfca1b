#include "synth/synth.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "synth/feed.hpp"
#include "units/identifiers.hpp"

namespace minglu::synth {
namespace {

namespace fs = std::filesystem;

fs::path catalog() { return fs::path(MINGLU_SOURCE_DIR) / "catalog"; }

struct Folder {
  fs::path path;
  explicit Folder(const std::string& name) : path(fs::temp_directory_path() / ("minglu_synth_" + name)) {
    fs::remove_all(path);
  }
  ~Folder() { fs::remove_all(path); }
};

std::map<std::string, std::string> digests(const fs::path& dir) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    out[fs::relative(entry.path(), dir).string()] = base::sha256_hex(*base::read_file(entry.path()));
  }
  return out;
}

CitySpec small_city(const fs::path& out) {
  CitySpec spec;
  spec.units = 3000;
  spec.seed = 7;
  spec.periods = 12;
  spec.out_dir = out;
  spec.catalog = catalog();
  return spec;
}

TEST(Synth, SameSeedGivesTheSameBytesAtAnyThreadCount) {
  const Folder a("threads_a");
  const Folder b("threads_b");
  CitySpec spec = small_city(a.path);
  spec.threads = 0;
  ASSERT_TRUE(generate_city(spec).ok());
  spec.out_dir = b.path;
  spec.threads = 3;
  ASSERT_TRUE(generate_city(spec).ok());
  EXPECT_EQ(digests(a.path), digests(b.path));
}

TEST(Synth, AnotherSeedGivesAnotherCity) {
  const Folder a("seed_a");
  const Folder b("seed_b");
  CitySpec spec = small_city(a.path);
  spec.units = 50;
  ASSERT_TRUE(generate_city(spec).ok());
  spec.out_dir = b.path;
  spec.seed = 8;
  ASSERT_TRUE(generate_city(spec).ok());
  EXPECT_NE(digests(a.path)["truth_units.csv"], digests(b.path)["truth_units.csv"]);
}

TEST(Synth, SpecsOutOfRangeAreRefusedByName) {
  CitySpec spec = small_city("unused");
  spec.units = 0;
  EXPECT_EQ(generate_city(spec).error().code, ErrorCode::kInvalidArgument);
  spec.units = 1;
  spec.periods = 0;
  EXPECT_NE(generate_city(spec).error().message.find("periods 0"), std::string::npos);
  spec.periods = 1;
  spec.first_period = Period{202413};
  EXPECT_NE(generate_city(spec).error().message.find("202413"), std::string::npos);
}

TEST(Synth, OneUnitAndOnePeriodWork) {
  const Folder folder("one");
  CitySpec spec = small_city(folder.path);
  spec.units = 1;
  spec.periods = 1;
  const auto report = generate_city(spec);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->units, 1u);
}

TEST(Synth, IdentifiersOfTheTruthAreValidAndUnique) {
  const Folder folder("ids");
  ASSERT_TRUE(generate_city(small_city(folder.path)).ok());
  std::ifstream file(folder.path / "truth_units.csv");
  std::string line;
  std::getline(file, line);
  std::set<std::string> seen;
  size_t rows = 0;
  while (std::getline(file, line)) {
    ++rows;
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    EXPECT_TRUE(units::is_valid_uscc(cells[2])) << line;
    EXPECT_TRUE(units::is_valid_org_code(cells[2].substr(8, 9))) << line;
    EXPECT_TRUE(cells[3].empty() || units::is_valid_reg_no(cells[3])) << line;
    EXPECT_TRUE(seen.insert(cells[2]).second) << line;
  }
  EXPECT_EQ(rows, 3000u);
}

TEST(Synth, EveryFeedHasADefinitionWithItsColumns) {
  for (const Feed& feed : all_feeds()) {
    const std::string& id = feed.layout.source_id;
    const auto bytes = base::read_file(catalog() / "sources" / (id + ".json"));
    ASSERT_TRUE(bytes.ok()) << id;
    const auto definition = nlohmann::json::parse(*bytes);
    std::multiset<std::string> known;
    for (const auto& column : definition["columns"]) known.insert(column["from"].get<std::string>());
    if (definition.contains("ignore")) {
      for (const auto& name : definition["ignore"]) known.insert(name.get<std::string>());
    }
    const std::string period = definition.value("period_column", "");
    if (!period.empty()) known.insert(period);
    std::multiset<std::string> written;
    for (const Column& column : feed.layout.columns) written.insert(column.name);
    EXPECT_EQ(written, known) << id;
    EXPECT_EQ(definition["format"]["type"], feed.layout.extension()) << id;
    EXPECT_EQ(definition["format"].value("encoding", "utf-8"), feed.layout.gb18030 ? "gb18030" : "utf-8") << id;
    const std::string pattern = definition["file_pattern"];
    EXPECT_TRUE(pattern.starts_with(id + "_{")) << id;
  }
}

}  // namespace
}  // namespace minglu::synth
