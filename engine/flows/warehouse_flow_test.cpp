// The warehouse says what the register says, however and whenever it was brought up to date.
#include "flows/warehouse_flow.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "flows/ingest_flow.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/resolve_flow.hpp"
#include "flows/version.hpp"
#include "store/warehouse_test_support.hpp"
#include "synth/synth.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;
using Table = std::vector<std::string>;  // one text per row
using Dump = std::map<std::string, Table>;

constexpr int kCrashed = 9;

struct Folder {
  fs::path path;
  explicit Folder(const std::string& name)
      : path(fs::temp_directory_path() / ("minglu_warehouse_" + name + "_" + std::to_string(::getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

fs::path catalog() { return fs::path(MINGLU_SOURCE_DIR) / "catalog"; }

std::unique_ptr<Home> open_home(const fs::path& directory) {
  auto home = Home::open({directory, "", catalog(), 2});
  EXPECT_TRUE(home.ok()) << home.error().message;
  if (!home.ok()) return nullptr;
  EXPECT_TRUE(catch_up(**home).ok());
  return std::move(home).value();
}

SyncReport sync(Home& home) {
  const auto report = sync_warehouse(home, {});
  EXPECT_TRUE(report.ok()) << report.error().message;
  return report.ok() ? *report : SyncReport{};
}

// A city of 60 units over three months, in order of time as far as file names tell.
const std::vector<fs::path>& feeds() {
  static const Folder city("city");
  static const std::vector<fs::path> files = [] {
    synth::CitySpec spec;
    spec.units = 60;
    spec.seed = 7;
    spec.periods = 3;
    spec.threads = 0;
    spec.catalog = catalog();
    spec.out_dir = city.path;
    const auto made = synth::generate_city(spec);
    EXPECT_TRUE(made.ok()) << made.error().message;
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(city.path / "feeds")) {
      if (entry.is_regular_file()) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
  }();
  return files;
}

// Takes in the files whose place is `part` modulo `parts`, and resolves.
void take_in(Home& home, size_t part, size_t parts) {
  for (size_t i = part; i < feeds().size(); i += parts) {
    const auto source = home.knowledge().sources().match_file(feeds()[i]);
    ASSERT_TRUE(source.has_value()) << feeds()[i];
    const auto report = ingest_file(home, {*source, feeds()[i], std::nullopt});
    ASSERT_TRUE(report.ok()) << feeds()[i] << ": " << report.error().message;
  }
  const auto resolved = resolve_register(home, {});
  ASSERT_TRUE(resolved.ok()) << resolved.error().message;
}

Result<store::Warehouse> open_warehouse(Home& home) {
  return store::Warehouse::open(
      {warehouse_path(home), home.knowledge().fields(), home.knowledge().digest(), kVersion, 2});
}

Table query(Home& home, const std::string& table, const std::string& columns = "*") {
  auto warehouse = open_warehouse(home);
  EXPECT_TRUE(warehouse.ok()) << warehouse.error().message;
  return warehouse.ok() ? store::testing_support::rows_of(*warehouse, table, columns) : Table{};
}

// One number, such as "count(*)" or "sum(claims)".
std::string number(Home& home, const std::string& table, const std::string& expression) {
  const Table rows = query(home, table, expression);
  return rows.size() == 1 ? rows[0] : "not one row";
}
std::string text_of(uint64_t number) { return "(" + std::to_string(number) + ")"; }

// Every row of every table and view.
Dump dump(Home& home) {
  std::vector<std::string> names{"unit", "member"};
  {
    auto warehouse = open_warehouse(home);
    EXPECT_TRUE(warehouse.ok());
    const auto rows = warehouse->row_counts();
    EXPECT_TRUE(rows.ok());
    for (const auto& [table, count] : *rows) {
      names.push_back(table);
      if (table.starts_with("indicator_")) names.push_back("figure_" + table.substr(10));
    }
  }
  Dump out;
  for (const std::string& name : names) out[name] = query(home, name);
  return out;
}

std::string file_digest(const fs::path& path) {
  const auto bytes = base::read_file(path);
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? base::sha256_hex(*bytes) : "";
}

class WarehouseFlow : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::make_unique<Folder>(::testing::UnitTest::GetInstance()->current_test_info()->name());
    home_ = open_home(folder_->path);
    ASSERT_NE(home_, nullptr);
  }
  std::unique_ptr<Folder> folder_;
  std::unique_ptr<Home> home_;
};

TEST_F(WarehouseFlow, AnEmptyRegisterGivesEmptyTables) {
  const SyncReport report = sync(*home_);
  EXPECT_EQ(report.seq, 0U);
  EXPECT_EQ(report.remade_because, "there was none");
  for (const auto& [table, rows] : report.rows) EXPECT_EQ(rows, 0U) << table;
  EXPECT_TRUE(query(*home_, "unit").empty());
}

TEST_F(WarehouseFlow, CountsEqualThoseOfTheRegister) {
  take_in(*home_, 0, 1);
  const SyncReport report = sync(*home_);
  const auto state = *home_->state(UINT64_MAX);
  const auto summary = nlohmann::json::parse(state->summary_json());
  ASSERT_GT(summary["units"].get<uint64_t>(), 50U);
  EXPECT_EQ(number(*home_, "unit", "count(*)"), text_of(summary["units"].get<uint64_t>()));
  EXPECT_EQ(number(*home_, "member", "count(*)"), text_of(summary["records"].get<uint64_t>()));
  EXPECT_EQ(number(*home_, "unit", "sum(claims)"), text_of(summary["claims"].get<uint64_t>()));
  EXPECT_EQ(number(*home_, "unit", "sum(conflicts)"), text_of(summary["conflicts"].get<uint64_t>()));
  EXPECT_EQ(number(*home_, "unit", "sum(missing)"), text_of(summary["missing"].get<uint64_t>()));
  EXPECT_EQ(report.rows.at("batch"), feeds().size());
  EXPECT_EQ(number(*home_, "batch", "sum(rows_in - accepted - rejected - duplicate - superseded)"), text_of(0));
  const auto segments = home_->record_segments(UINT64_MAX);
  ASSERT_TRUE(segments.ok());
  std::map<std::string, uint64_t> figures;
  for (const store::RecordSegment* segment : *segments) {
    if (!segment->indicators().empty()) figures["indicator_" + segment->info().source] += segment->indicators().size();
  }
  ASSERT_FALSE(figures.empty());
  for (const auto& [table, rows] : figures) EXPECT_EQ(report.rows.at(table), rows) << table;
}

TEST_F(WarehouseFlow, EveryFieldOfEveryUnitIsInItsColumn) {
  take_in(*home_, 0, 1);
  sync(*home_);
  const auto state = *home_->state(UINT64_MAX);
  const codes::Fields& fields = home_->knowledge().fields();
  std::map<std::string, uint64_t> filled;
  std::vector<std::string> names;
  for (const store::DirectoryEntry& entry : state->units()) {
    store::UnitRow row;
    ASSERT_TRUE(home_->read_unit(*state, entry.unit, row).ok());
    for (const store::UnitField& field : row.fields) {
      const std::string& code = fields.info(codes::FieldId{field.field}).code;
      ++filled[code];
      if (code == "name") names.emplace_back(field.value);
    }
  }
  const Table untrusted = query(*home_, "unit_untrusted", "field");
  for (const auto& [code, expected] : filled) {
    const auto doubts = static_cast<uint64_t>(std::count(untrusted.begin(), untrusted.end(), "(" + code + ")"));
    const std::string found = number(*home_, "unit", "count(\"" + code + "\")");
    bool fits = false;  // untrusted values that are not of the column's type are null there
    for (uint64_t n = expected - std::min(doubts, expected); n <= expected; ++n) fits |= found == text_of(n);
    EXPECT_TRUE(fits) << code << ": " << found << " of " << expected;
  }
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : "|") + name;
  EXPECT_EQ(query(*home_, "unit", "sha256(string_agg(name, '|' ORDER BY unit_id))"),
            Table{"(" + base::sha256_hex(joined) + ")"});
}

TEST_F(WarehouseFlow, ASecondSyncChangesNothing) {
  take_in(*home_, 0, 1);
  const SyncReport first = sync(*home_);
  const std::string digest = file_digest(warehouse_path(*home_));
  const SyncReport second = sync(*home_);
  EXPECT_EQ(second.seq_before, first.seq);
  EXPECT_TRUE(second.added.empty());
  EXPECT_TRUE(second.remade_because.empty());
  EXPECT_EQ(second.rows, first.rows);
  EXPECT_EQ(file_digest(warehouse_path(*home_)), digest);
}

TEST_F(WarehouseFlow, SyncsAfterEachCommitEqualOneFromNothing) {
  for (size_t part = 0; part < 4; ++part) {
    take_in(*home_, part, 4);
    const SyncReport report = sync(*home_);
    EXPECT_EQ(report.remade_because.empty(), part > 0);
  }
  const Dump stepwise = dump(*home_);
  fs::remove(warehouse_path(*home_));
  const SyncReport report = sync(*home_);
  EXPECT_EQ(report.seq_before, 0U);
  EXPECT_EQ(report.remade_because, "there was none");
  EXPECT_EQ(dump(*home_), stepwise);
  EXPECT_GT(stepwise.at("unit_version").size(), stepwise.at("unit").size());
}

TEST_F(WarehouseFlow, FilesNotYetResolvedAddFiguresWithoutAUnit) {
  const auto source = home_->knowledge().sources().find("tax_decl");
  ASSERT_TRUE(source.has_value());
  const auto file = std::find_if(feeds().begin(), feeds().end(),
                                 [](const fs::path& path) { return path.parent_path().filename() == "tax_decl"; });
  ASSERT_NE(file, feeds().end());
  ASSERT_TRUE(ingest_file(*home_, {*source, *file, std::nullopt}).ok());
  const SyncReport report = sync(*home_);
  EXPECT_GT(report.rows.at("indicator_tax_decl"), 0U);
  EXPECT_EQ(report.rows.at("unit_version"), 0U);
  EXPECT_TRUE(query(*home_, "figure_tax_decl").empty());
  ASSERT_TRUE(resolve_register(*home_, {}).ok());
  EXPECT_EQ(sync(*home_).added.count("indicator_tax_decl"), 0U);
  EXPECT_FALSE(query(*home_, "figure_tax_decl").empty());
}

TEST_F(WarehouseFlow, DamagedOrForeignFilesAreMadeAgain) {
  take_in(*home_, 0, 2);
  sync(*home_);
  const Dump good = dump(*home_);
  std::ofstream(warehouse_path(*home_), std::ios::binary | std::ios::trunc) << "这不是数据库";
  EXPECT_FALSE(sync(*home_).remade_because.empty());
  EXPECT_EQ(dump(*home_), good);
  for (const uint64_t seq : {uint64_t{1000000}, uint64_t{1}}) {  // beyond the head; same seq, other history
    {
      auto warehouse = open_warehouse(*home_);
      ASSERT_TRUE(warehouse.ok());
      auto tx = warehouse->begin();
      ASSERT_TRUE(tx.ok() && tx->commit({seq, "0000"}).ok());
    }
    EXPECT_FALSE(sync(*home_).remade_because.empty());
    EXPECT_EQ(dump(*home_), good);
  }
}

TEST_F(WarehouseFlow, AnotherCatalogMakesTheFileAgain) {
  take_in(*home_, 0, 2);
  const SyncReport first = sync(*home_);
  {
    auto other =
        store::Warehouse::open({warehouse_path(*home_), home_->knowledge().fields(), "another digest", kVersion, 2});
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(other->remade_because(), "the catalog has changed");
    EXPECT_EQ(other->mark().applied_seq, 0U);
  }
  const SyncReport again = sync(*home_);
  EXPECT_EQ(again.remade_because, "the catalog has changed");
  EXPECT_EQ(again.rows, first.rows);
}

TEST_F(WarehouseFlow, ACrashBeforeTheCommitLeavesTheOldState) {
  take_in(*home_, 0, 2);
  const SyncReport before = sync(*home_);
  const Dump old = dump(*home_);
  take_in(*home_, 1, 2);
  home_.reset();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto home = open_home(folder_->path);
    if (home == nullptr) ::_exit(1);
    (void)sync_warehouse(*home, {.progress = [](const std::string& step, uint64_t done, uint64_t total) {
      if (step == "figures" && done == total) ::_exit(kCrashed);
    }});
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), kCrashed);
  home_ = open_home(folder_->path);
  ASSERT_NE(home_, nullptr);
  EXPECT_EQ(dump(*home_), old);
  const SyncReport after = sync(*home_);
  EXPECT_EQ(after.seq_before, before.seq);
  EXPECT_TRUE(after.remade_because.empty());
  const Dump stepwise = dump(*home_);
  fs::remove(warehouse_path(*home_));
  sync(*home_);
  EXPECT_EQ(dump(*home_), stepwise);
}

}  // namespace
}  // namespace minglu::flows
