// Which edits of the catalog make units be fused again: exactly those of files that matching and fusing read.
#include "flows/knowledge.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "flows/flows_test_support.hpp"
#include "flows/live_records.hpp"
#include "flows/state_summary.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

/// Loads what the contexts of matching and fusing hold, from `folder` alone. A new member of a context does not compile
/// here until it is loaded here, too.
Status load_for_resolving(const fs::path& folder) {
  MINGLU_TRY(const codes::Fields fields, codes::Fields::load(folder));
  MINGLU_TRY(const ingest::Sources sources, ingest::Sources::load(folder, fields));
  std::vector<fuse::SourceTrust> trust;
  for (uint16_t s = 0; s < sources.size(); ++s) {
    const ingest::SourceDefinition& source = sources.at(units::SourceId{s});
    trust.push_back({source.id, source.department, source.trust});
  }
  MINGLU_TRY(const fuse::Survivorship survivorship, fuse::Survivorship::load(folder, fields, trust));
  MINGLU_TRY(const match::LanguageTables tables, match::LanguageTables::load(folder));
  MINGLU_TRY(const std::string model, base::read_file(folder / "linkage" / "register.json"));
  MINGLU_CHECK(match::parse_link_model(model));
  const match::KeyContext keys{fields, *tables.chars, *tables.names};
  const fuse::FuseContext fusing{fields, survivorship, *tables.chars, *tables.addresses};
  const fuse::Fuser fuser(fusing);
  std::vector<match::MatchKey> made;
  match::match_keys(units::RecordView(""), keys, made);
  return ok_status();
}

class ResolvingFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    auto files = resolving_files(catalog());
    ASSERT_TRUE(files.ok()) << files.error().message;
    files_ = *files;
    for (const fs::path& file : files_) put(file);
  }
  void put(const fs::path& file) {
    fs::create_directories((folder_.path() / file).parent_path());
    fs::copy_file(catalog() / file, folder_.path() / file);
  }
  std::vector<fs::path> files_;
  TempFolder folder_;
};

TEST_F(ResolvingFiles, AreEnoughForMatchingAndFusing) {
  const Status loaded = load_for_resolving(folder_.path());
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
}

TEST_F(ResolvingFiles, AreEachNeeded) {
  for (const fs::path& file : files_) {
    if (file.parent_path() == "sources") continue;  // a folder that is read as it is
    fs::remove(folder_.path() / file);
    EXPECT_FALSE(load_for_resolving(folder_.path()).ok()) << file << " is listed, but nothing reads it";
    put(file);
  }
  fs::remove_all(folder_.path() / "sources");
  EXPECT_FALSE(load_for_resolving(folder_.path()).ok());
}

class EditedCatalog : public ::testing::Test {
 protected:
  void SetUp() override { fs::copy(catalog(), edited(), fs::copy_options::recursive); }
  [[nodiscard]] fs::path edited() const { return folder_.path() / "catalog"; }
  void append(const char* file, std::string_view text) {
    std::ofstream(edited() / file, std::ios::binary | std::ios::app) << text;
  }
  std::unique_ptr<Home> open() {
    auto home = Home::open({folder_.path() / "home", "", edited(), 2, 0});
    EXPECT_TRUE(home.ok()) << home.error().message;
    return std::move(home).value();
  }
  /// Takes in `number` rows of units of their own; returns what resolving them did.
  ResolveReport post(int first, int number, const char* date) {
    const auto home = open();
    LiveBatch batch{*home->knowledge().sources().find("scjg_reg"), *base::parse_iso_date(date), {}};
    for (int i = first; i < first + number; ++i) {
      batch.records.push_back(
          {{"统一社会信用代码", uscc_of(i)}, {"企业名称", "深圳市甲" + std::to_string(i) + "有限公司"}});
    }
    EXPECT_TRUE(take_records(*home, batch).ok());
    const auto report = resolve_pending(*home, {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? *report : ResolveReport{};
  }
  TempFolder folder_;
};

TEST_F(EditedCatalog, OfAccessOrAuditingFusesNothingAgain) {
  post(1, 5, "2024-02-01");
  append("access/common_passwords.csv", "a-password-that-everybody-has\n");
  append("rules/README.md", "\nA note.\n");
  const ResolveReport after = post(6, 1, "2024-02-02");
  EXPECT_TRUE(after.is_live);
  EXPECT_EQ(after.fused, 1U);
}

TEST_F(EditedCatalog, OfWhatFusingReadsFusesEverythingAgain) {
  post(1, 5, "2024-02-01");
  append("names/branch_words.csv", "");
  EXPECT_TRUE(post(6, 1, "2024-02-02").is_live);
  append("linkage/register.json", "\n");
  const ResolveReport after = post(7, 1, "2024-02-03");
  EXPECT_FALSE(after.is_live);
  EXPECT_EQ(after.fused, 7U);
  EXPECT_TRUE(post(8, 1, "2024-02-04").is_live);
}

}  // namespace
}  // namespace minglu::flows
