#include "synth/synth.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "synth/feed.hpp"
#include "table/reader.hpp"
#include "units/identifiers.hpp"

namespace minglu::synth {
namespace {

namespace fs = std::filesystem;

fs::path catalog() { return fs::path(MINGLU_SOURCE_DIR) / "catalog"; }

struct Folder {
  fs::path path;
  explicit Folder(const std::string& name)
      : path(fs::temp_directory_path() / ("minglu_synth_" + std::to_string(::getpid()) + "_" + name)) {
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

using Row = std::map<std::string, std::string>;

std::map<std::string, Row> read_by_key(const fs::path& file, const std::string& key) {
  std::map<std::string, Row> rows;
  auto reader = table::open_table(file, {});
  EXPECT_TRUE(reader.ok()) << file;
  if (!reader.ok()) return rows;
  table::RawBatch batch;
  for (;;) {
    const auto more = (*reader)->next(batch);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) return rows;
    for (size_t r = 0; r < batch.row_count(); ++r) {
      Row row;
      for (size_t c = 0; c < batch.names.size(); ++c) row[batch.names[c]] = std::string(batch.columns[c].view(r));
      rows[row[key]] = row;
    }
  }
}

TEST(Synth, DifferencesBetweenSourcesAreAsMeasured) {
  const Folder folder("rates");
  CitySpec spec = small_city(folder.path);
  spec.units = 12000;
  spec.periods = 1;
  ASSERT_TRUE(generate_city(spec).ok());
  const auto registered = read_by_key(folder.path / "feeds/scjg_reg/scjg_reg_2024-01.csv", "统一社会信用代码");
  const auto taxed = read_by_key(folder.path / "feeds/tax_reg/tax_reg_2024-01.csv", "社会信用代码");
  double both = 0, address = 0, person = 0, old_name = 0;
  for (const auto& [code, row] : registered) {
    const std::string& place = row.at("住所");
    old_name += place.find("新区") != std::string::npos || place.find("镇") != std::string::npos ? 1 : 0;
    const auto other = taxed.find(code);
    if (other == taxed.end()) continue;
    ++both;
    address += place == other->second.at("生产经营地址") ? 1 : 0;
    person += row.at("法定代表人") == other->second.at("法定代表人姓名") ? 1 : 0;
  }
  ASSERT_GT(both, 4000);
  EXPECT_NEAR(address / both, 0.52, 0.03);
  EXPECT_NEAR(person / both, 0.74, 0.03);
  EXPECT_NEAR(old_name / static_cast<double>(registered.size()), 0.10, 0.02);
}

TEST(Synth, EveryFeedOfATwelvemonthCanBeReadAndItsKeysAreInTheTruth) {
  const Folder folder("read");
  ASSERT_TRUE(generate_city(small_city(folder.path)).ok());
  std::set<std::string> truth;
  for (const auto& [id, row] : read_by_key(folder.path / "truth.csv", "id")) truth.insert(id);
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path / "feeds")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string id = entry.path().parent_path().filename().string();
    const auto definition = nlohmann::json::parse(*base::read_file(catalog() / "sources" / (id + ".json")));
    for (const auto& [key, row] : read_by_key(entry.path(), definition["key"][0])) {
      std::string cleaned = key;
      if (cleaned.size() == 18 && cleaned.back() == 'x') cleaned.back() = 'X';
      // Damaged copies may have moved or broken cells; whole keys must be known.
      if (!cleaned.empty() && row.at(definition["columns"][1]["from"]) != "") {
        EXPECT_TRUE(truth.contains(id + ":" + cleaned)) << entry.path() << " " << key;
      }
    }
  }
  EXPECT_GT(files, 100u);
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
