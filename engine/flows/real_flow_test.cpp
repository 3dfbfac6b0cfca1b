// The facts that are known about the real registry extract. Its rows are not part of this project: without them the
// tests are skipped.
#include <gtest/gtest.h>

#include <set>

#include "flows/flows_test_support.hpp"
#include "table/reader.hpp"
#include "text/company_name_parser.hpp"
#include "units/identifiers.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const fs::path kRegisters = fs::path(MINGLU_SOURCE_DIR) / ".." / "shared" / "data" / "registers";

struct UnitLine {
  uint64_t unit = 0;
  std::string name;
  std::string uscc;
};

// Both files of the extract, taken in once for all tests.
struct Extract {
  TestHome home;
  std::vector<IngestReport> reports;
  ResolveReport resolved;
  std::vector<UnitLine> units;
  std::map<std::string, std::set<uint64_t>> by_name;

  Extract() {
    for (const char* file : {"reg_imh_sz.csv", "reg_imh_gd_other.csv"})
      reports.push_back(home.ingest("reg_imh", kRegisters / file));
    resolved = home.resolve();
    const uint16_t name = home->knowledge().fields().require("name").value;
    const uint16_t uscc = home->knowledge().fields().require("uscc").value;
    const auto state = *home->state(UINT64_MAX);
    store::UnitRow row;
    for (const store::DirectoryEntry& entry : state->units()) {
      EXPECT_TRUE(home->read_unit(*state, entry.unit, row).ok());
      UnitLine line{entry.unit, "", ""};
      for (const store::UnitField& f : row.fields) {
        if (f.field == name) line.name = f.value;
        if (f.field == uscc) line.uscc = f.value;
      }
      by_name[text::normalise_company_name(line.name, home->knowledge().chars())].insert(entry.unit);
      units.push_back(std::move(line));
    }
  }
  [[nodiscard]] std::vector<const UnitLine*> with_uscc(const std::string& uscc) const {
    std::vector<const UnitLine*> out;
    for (const UnitLine& line : units) {
      if (line.uscc == uscc) out.push_back(&line);
    }
    return out;
  }
  [[nodiscard]] uint64_t findings(const std::string& rule) const {
    uint64_t count = 0;
    for (const IngestReport& report : reports) {
      if (const auto it = report.findings.find(rule); it != report.findings.end()) count += it->second;
    }
    return count;
  }
};

class RealRegister : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (fs::exists(kRegisters / "reg_imh_sz.csv")) extract_ = new Extract();
  }
  static void TearDownTestSuite() {
    delete extract_;
    extract_ = nullptr;
  }
  void SetUp() override {
    if (extract_ == nullptr) GTEST_SKIP() << "the registry extract is not beside the checkout (../shared/data)";
  }
  static Extract* extract_;
};
Extract* RealRegister::extract_ = nullptr;

TEST_F(RealRegister, EveryRowIsCounted) {
  IngestCounts total;
  for (const IngestReport& report : extract_->reports) {
    EXPECT_TRUE(report.counts.balanced());
    total.add(report.counts);
  }
  EXPECT_EQ(total.rows_in, 80753u);
}

TEST_F(RealRegister, LowerCaseIdentifiersAreRepairedAndTold) {
  EXPECT_EQ(extract_->findings("uscc_lower_case"), 20u);
  for (const UnitLine& line : extract_->units) EXPECT_EQ(line.uscc.find('x'), std::string::npos) << line.unit;
}

TEST_F(RealRegister, IdentifiersThatFailTheirCheckAreToldAndLinkNothing) {
  for (const char* wrong : {"9144011171248754XE", "9144010669868321X4"}) {
    ASSERT_FALSE(units::is_valid_uscc(wrong));
    const auto units = extract_->with_uscc(wrong);
    ASSERT_EQ(units.size(), 1u) << wrong;
    const UnitView view = extract_->home.view({.unit = units[0]->unit});
    EXPECT_FALSE(field(view, "uscc")->trusted) << wrong;
  }
  EXPECT_EQ(extract_->findings("uscc_check_digit"), 2u);
}

TEST_F(RealRegister, OneIdentifierOnTwoPlantsIsAConflictOfIdentity) {
  for (const char* shared :
       {"91440300MA5JK88A79", "91440300X188660727", "91440300MA5JJF1Y2H", "91440300MA5JJF6J1E", "91440300MA5JJG2P8R"}) {
    const auto units = extract_->with_uscc(shared);
    ASSERT_EQ(units.size(), 2u) << shared;
    const UnitView view = extract_->home.view({.unit = units[0]->unit});
    ASSERT_EQ(view.refused.size(), 1u) << shared;
    EXPECT_EQ(view.refused[0].reason, "same_source");
    EXPECT_EQ(view.refused[0].other_unit, units[1]->unit);
  }
}

TEST_F(RealRegister, TheBracketVariantIsOneUnit) { EXPECT_EQ(extract_->with_uscc("91440300X192887107").size(), 1u); }

TEST_F(RealRegister, BranchesAreNotTheirHeadOffice) {
  const Knowledge& knowledge = extract_->home->knowledge();
  size_t pairs = 0;
  for (const UnitLine& line : extract_->units) {
    const text::CompanyNameParts parsed = knowledge.domain().names().parse(line.name);
    if (parsed.head_name.empty() || parsed.head_name == line.name) continue;
    const auto head = extract_->by_name.find(text::normalise_company_name(parsed.head_name, knowledge.chars()));
    if (head == extract_->by_name.end()) continue;
    ++pairs;
    EXPECT_FALSE(head->second.contains(line.unit)) << line.unit;
  }
  EXPECT_GT(pairs, 10u);
}

}  // namespace
}  // namespace minglu::flows
