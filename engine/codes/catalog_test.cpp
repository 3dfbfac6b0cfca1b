#include "codes/catalog.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kWanYuan = 1'000'000;  // fen

Date day(const char* iso) { return *base::parse_iso_date(iso); }

const Catalog& shipped() {
  static const Catalog catalog = [] {
    Result<Catalog> loaded = Catalog::load(fs::path(MINGLU_SOURCE_DIR) / "catalog");
    if (!loaded.ok()) ADD_FAILURE() << loaded.error().message;
    return std::move(loaded).value();
  }();
  return catalog;
}

// A private copy of the shipped files in which a test spoils one.
class SpoiledCatalog : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::temp_directory_path() / ("minglu_catalog_" + std::to_string(::getpid()) + "_" +
                                              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    for (const char* folder : {"codes", "parameters"}) {
      fs::copy(fs::path(MINGLU_SOURCE_DIR) / "catalog" / folder, directory_ / folder, fs::copy_options::recursive);
    }
  }
  void TearDown() override { fs::remove_all(directory_); }

  void replace(const char* file, const std::string& from, const std::string& to) {
    const fs::path path = directory_ / file;
    std::string text = base::read_file(path).value();
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in " << file;
    text.replace(at, from.size(), to);
    ASSERT_TRUE(base::write_file_durably(path, text).ok());
  }
  void append(const char* file, const std::string& line) {
    const fs::path path = directory_ / file;
    ASSERT_TRUE(base::write_file_durably(path, base::read_file(path).value() + line + "\n").ok());
  }
  void expect_refused(const std::string& words) {
    const Result<Catalog> loaded = Catalog::load(directory_);
    ASSERT_FALSE(loaded.ok()) << "loaded although: " << words;
    EXPECT_EQ(loaded.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(loaded.error().message.find(words), std::string::npos) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find(".csv"), std::string::npos) << loaded.error().message;
  }
  fs::path directory_;
};

constexpr const char* kLists = "codes/lists.csv";
constexpr const char* kIndustries = "codes/gbt4754_2017.csv";
constexpr const char* kThresholds = "parameters/sishang_thresholds.csv";
constexpr const char* kBands = "parameters/size_bands_2017.csv";

TEST(Catalog, HasEveryListThatAFieldNames) {
  const CatalogFile fields = load_catalog_file(fs::path(MINGLU_SOURCE_DIR) / "catalog/fields.csv",
                                               {"code", "title_zh", "type", "source_class", "required", "compare"})
                                 .value();
  for (const auto& row : fields.rows) {
    if (!row[2].starts_with("code:") || row[2] == "code:region") continue;
    EXPECT_NE(shipped().list(row[2].substr(5)), nullptr) << row[2];
  }
  EXPECT_EQ(shipped().list("no_such_list"), nullptr);
  EXPECT_EQ(shipped().list(""), nullptr);
}

TEST(Catalog, ListsAnswerByCodeNameAndAlias) {
  const CodeList& status = *shipped().list("reg_status");
  EXPECT_EQ(status.code_of_name_or_alias("存续（在营、开业、在册）"), "1");
  EXPECT_EQ(status.code_of_name_or_alias("存续(在营、开业、在册) "), "1");
  EXPECT_EQ(status.code_of_name_or_alias("吊销，未注销"), "5");
  const CodeList& org = *shipped().list("org_type");
  EXPECT_TRUE(org.contains("10"));
  EXPECT_FALSE(org.contains("11"));
  EXPECT_FALSE(org.contains(""));
  EXPECT_EQ(org.name_of("10"), "企业");
  EXPECT_EQ(org.name_of("99"), std::nullopt);
  EXPECT_EQ(org.code_of_name_or_alias("10"), "10");
  EXPECT_EQ(org.code_of_name_or_alias("１０"), "10");
  EXPECT_EQ(org.code_of_name_or_alias("10企业"), "10");
  EXPECT_EQ(org.code_of_name_or_alias("10-企业"), "10");
  EXPECT_EQ(org.code_of_name_or_alias("20企业"), std::nullopt);
  EXPECT_EQ(org.code_of_name_or_alias("公司"), std::nullopt);
  EXPECT_EQ(org.code_of_name_or_alias(""), std::nullopt);
  EXPECT_EQ(shipped().list("currency")->code_of_name_or_alias("香港元"), "HKD");
}

TEST(Catalog, ACodeMayChangeItsMeaningWithTime) {
  const CodeList& accounts = *shipped().list("acct_std_class");
  EXPECT_EQ(accounts.name_of("2", day("2018-12-31")), "事业单位会计制度");
  EXPECT_EQ(accounts.name_of("2", day("2019-01-01")), "政府会计准则制度");
  EXPECT_EQ(accounts.name_of("2"), "政府会计准则制度");
  EXPECT_FALSE(accounts.contains("3", day("2024-01-01")));
  EXPECT_TRUE(accounts.contains("3", day("2013-01-01")));
  EXPECT_FALSE(shipped().list("affiliation")->contains("20", day("2024-01-01")));
}

TEST(Catalog, IndustriesKnowTheirLevels) {
  const Industries& industries = shipped().industries();
  EXPECT_EQ(industries.all().size(), 1971U);
  EXPECT_EQ(shipped().list("industry")->entries().size(), 1381U);
  EXPECT_EQ(industries.level("C"), IndustryLevel::kSection);
  EXPECT_EQ(industries.level("39"), IndustryLevel::kDivision);
  EXPECT_EQ(industries.level("391"), IndustryLevel::kGroup);
  EXPECT_EQ(industries.level("3911"), IndustryLevel::kClass);
  EXPECT_EQ(industries.level("9999"), IndustryLevel::kNone);
  EXPECT_EQ(industries.section_of("3911"), "C");
  EXPECT_EQ(industries.division_of("3911"), "39");
  EXPECT_EQ(industries.group_of("3911"), "391");
  EXPECT_EQ(industries.group_of("39"), "");
  EXPECT_EQ(industries.parent("3911"), "391");
  EXPECT_EQ(industries.parent("39"), "C");
  EXPECT_EQ(industries.name("84"), "卫生");
  EXPECT_EQ(industries.name(""), "");
  EXPECT_FALSE(shipped().list("industry")->contains("391"));
  EXPECT_TRUE(shipped().list("industry_group")->contains("391"));
}

TEST(Catalog, CrosswalkOfRegistrationTypes) {
  ASSERT_EQ(shipped().reg_type_2023_of("151").size(), 1U);
  EXPECT_EQ(shipped().reg_type_2023_of("151")[0].new_code, "111");
  EXPECT_FALSE(shipped().reg_type_2023_of("151")[0].review);
  ASSERT_EQ(shipped().reg_type_2023_of("230").size(), 3U);
  EXPECT_TRUE(shipped().reg_type_2023_of("230")[0].review);
  EXPECT_TRUE(shipped().reg_type_2023_of("999").empty());
}

TEST(Thresholds, FollowTheRuleBook) {
  const Thresholds& t = shipped().thresholds();
  const Date now = day("2026-01-31");
  const std::tuple<const char*, const char*, int64_t> cases[] = {
      {"3911", "B1", 2000}, {"0610", "B1", 2000}, {"5110", "E1", 2000}, {"5211", "E2", 500},
      {"6110", "HC1", 200}, {"6513", "F1", 2000}, {"8411", "F1", 2000}, {"7020", "F2", 1000},
      {"8311", "F2", 1000}, {"8511", "F3", 500},  {"9011", "F3", 500}};
  for (const auto& [code, id, wan] : cases) {
    const Threshold* found = t.threshold_for(code, ThresholdUnit::kLegal, now);
    ASSERT_NE(found, nullptr) << code;
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->min_fen, wan * kWanYuan) << code;
  }
  EXPECT_EQ(t.threshold_for("7010", ThresholdUnit::kLegal, now)->measure, "has_development_activity");
  EXPECT_EQ(t.threshold_for("4710", ThresholdUnit::kLegal, now)->condition, "总承包|专业承包");
  EXPECT_EQ(t.threshold_for("4710", ThresholdUnit::kLegal, now)->min_fen, std::nullopt);
  for (const char* code : {"5311", "6621", "0111", "9111", "9710", "39", "C", "", "????"}) {
    EXPECT_EQ(t.threshold_for(code, ThresholdUnit::kLegal, now), nullptr) << code;
  }
}

TEST(Thresholds, DependOnDayAndUnit) {
  const Thresholds& t = shipped().thresholds();
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kLegal, day("2010-12-31"))->min_fen, 500 * kWanYuan);
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kLegal, day("2011-01-01"))->min_fen, 2000 * kWanYuan);
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kLegal, day("2000-01-01")), nullptr);
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kSelfEmployed, day("2023-06-30")), nullptr);
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kSelfEmployed, day("2025-06-30"))->id, "B2");
  EXPECT_EQ(t.threshold_for("5110", ThresholdUnit::kNontradeEstablishment, day("2025-06-30"))->id, "E1");
  EXPECT_EQ(t.threshold_for("3911", ThresholdUnit::kProject, day("2025-06-30"))->id, "H1");
  const Threshold* old = t.threshold_for("7310", ThresholdUnit::kLegal, day("2018-06-30"));
  ASSERT_NE(old, nullptr);
  EXPECT_EQ(old->alternative_measure, "employees");
  EXPECT_EQ(old->alternative_min, 50);
}

TEST(SizeBands, TheHighestClassWhoseBoundsAreAllMet) {
  const SizeBands& bands = shipped().size_bands();
  const auto size = [&](const char* code, std::optional<int64_t> persons, std::optional<int64_t> revenue_wan,
                        std::optional<int64_t> assets_wan) {
    SizeFigures figures{persons, revenue_wan, assets_wan};
    if (revenue_wan) figures.revenue_fen = *revenue_wan * kWanYuan;
    if (assets_wan) figures.assets_fen = *assets_wan * kWanYuan;
    return bands.classify_size(code, figures);
  };
  EXPECT_EQ(bands.classify_size("6513", {103, 15735 * kWanYuan + 280'000, std::nullopt}), 2);
  EXPECT_EQ(size("6513", 300, 10000, {}), 1);
  EXPECT_EQ(size("6513", 299, 10000, {}), 2);
  EXPECT_EQ(size("6513", 9, 1000000, {}), 4);
  EXPECT_EQ(size("3911", 1000, 300, {}), 3);
  EXPECT_EQ(size("3911", 0, 0, {}), 4);
  EXPECT_EQ(size("0111", {}, 500, {}), 2);
  EXPECT_EQ(size("4710", {}, 80000, 4999), 3);
  EXPECT_EQ(size("7210", 299, {}, 8000), 2);
  EXPECT_EQ(size("5910", 300, 3000, {}), 2) << "591 counts as transport";
  EXPECT_EQ(size("5920", 200, 30000, {}), 1) << "592 counts as storage";
  EXPECT_EQ(size("7010", {}, 1000, 5000), 2);
  EXPECT_EQ(size("7030", 100, {}, {}), 2);
  EXPECT_EQ(size("8511", 10, {}, {}), 3);
  for (const char* code : {"7040", "8411", "8310", "5311", "6621", "9111", "65", "", "X"}) {
    EXPECT_EQ(size(code, 1000, 1000000, 1000000), std::nullopt) << code;
  }
  EXPECT_EQ(size("6513", {}, 1000, {}), std::nullopt) << "a needed measure is not known";
  EXPECT_EQ(bands.classify_size("6513", {103, 1, 1}, day("2010-01-01")), std::nullopt);
}

TEST_F(SpoiledCatalog, TheCopyItselfLoads) { EXPECT_TRUE(Catalog::load(directory_).ok()); }

TEST_F(SpoiledCatalog, UnknownColumnIsRefused) {
  replace(kLists, "mark,source\n", "mark,source,colour\n");
  expect_refused("the header must be");
}
TEST_F(SpoiledCatalog, MissingMetaIsRefused) {
  replace(kLists, "# version:", "# edition:");
  expect_refused("version");
}
TEST_F(SpoiledCatalog, DuplicateCodeIsRefused) {
  append(kLists, "holding,1,又一个,,,,D,test");
  expect_refused("overlap in time");
}
TEST_F(SpoiledCatalog, OverlapOfOneCodeInTimeIsRefused) {
  append(kLists, "affiliation,20,省级,,2017-12-31,,D,test");
  expect_refused("overlap in time");
}
TEST_F(SpoiledCatalog, LaterMeaningWithoutOverlapLoads) {
  append(kLists, "affiliation,20,省级,,2018-01-01,,D,test");
  EXPECT_TRUE(Catalog::load(directory_).ok());
}
TEST_F(SpoiledCatalog, AWordForTwoCodesIsRefused) {
  append(kLists, "holding,8,国有,,,,D,test");
  expect_refused("means both");
}
TEST_F(SpoiledCatalog, ABadDayIsRefused) {
  append(kLists, "holding,8,新的,,2019-02-30,,D,test");
  expect_refused("2019-02-30");
}
TEST_F(SpoiledCatalog, AnEndBeforeTheBeginningIsRefused) {
  append(kLists, "holding,8,新的,,2020-01-01,2019-01-01,D,test");
  expect_refused("ends before it begins");
}
TEST_F(SpoiledCatalog, UnknownParentOfAnIndustryIsRefused) {
  replace(kIndustries, "0111,小类,稻谷种植,011", "0111,小类,稻谷种植,019");
  expect_refused("\"019\"");
}
TEST_F(SpoiledCatalog, DuplicateIndustryIsRefused) {
  append(kIndustries, "9700,小类,国际组织,970,T,");
  expect_refused("stands twice");
}
TEST_F(SpoiledCatalog, UnknownParentOfARegistrationTypeIsRefused) {
  append("codes/reg_type_2011.csv", "999,未知,998,,D");
  expect_refused("unknown parent");
}
TEST_F(SpoiledCatalog, CrosswalkToAnUnknownCodeIsRefused) {
  append("codes/reg_type_crosswalk.csv", "110,777,0,D");
  expect_refused("unknown new_code");
}
TEST_F(SpoiledCatalog, SeveralAnswersWithoutReviewAreRefused) {
  append("codes/reg_type_crosswalk.csv", "110,132,1,D");
  expect_refused("need review");
}
TEST_F(SpoiledCatalog, OverlapOfThresholdsIsRefused) {
  replace(kThresholds, "2007-01-01,2010-12-31", "2007-01-01,2011-06-30");
  expect_refused("overlap in time");
}
TEST_F(SpoiledCatalog, GapInAThresholdSeriesIsRefused) {
  replace(kThresholds, "2007-01-01,2010-12-31", "2007-01-01,2010-11-30");
  expect_refused("a gap in time");
}
TEST_F(SpoiledCatalog, UnknownIndustryInAScopeIsRefused) {
  replace(kThresholds, "E1,E,51,", "E1,E,98,");
  expect_refused("\"98\"");
}
TEST_F(SpoiledCatalog, UnknownMeasureAndUnitTypeAreRefused) {
  replace(kThresholds, "51,LEGAL;NONTRADE_ESTABLISHMENT,main_revenue", "51,LEGAL;TENT,main_revenue");
  expect_refused("TENT");
  replace(kThresholds, "51,LEGAL;TENT,main_revenue", "51,LEGAL,happiness");
  expect_refused("happiness");
}
TEST_F(SpoiledCatalog, DuplicateThresholdIsRefused) {
  append(kThresholds, "H1,H,*,PROJECT,revenue,,,>=,1,,,,,S2,S");
  expect_refused("\"H1\" stands twice");
}
TEST_F(SpoiledCatalog, OverlapOfSizeBandsIsRefused) {
  replace(kBands, "72,employees", "73,employees");
  expect_refused("overlap");
}
TEST_F(SpoiledCatalog, GapInASizeSeriesIsRefused) {
  replace(kBands, "agriculture,农、林、牧、渔业,01-05,revenue,wan_yuan,20000,500,50,2017-12-28,,",
          "agriculture,农、林、牧、渔业,01-05,revenue,wan_yuan,20000,500,50,2017-12-28,2020-12-31,");
  append(kBands, "agriculture,农、林、牧、渔业,01-05,revenue,wan_yuan,30000,600,60,2021-02-01,,D,D");
  expect_refused("a gap in time");
}
TEST_F(SpoiledCatalog, BoundsThatDoNotFallAreRefused) {
  replace(kBands, "1000,300,20", "1000,1300,20");
  expect_refused("must fall");
}
TEST_F(SpoiledCatalog, WrongUnitIsRefused) {
  replace(kBands, "employees,persons", "employees,wan_yuan");
  expect_refused("does not fit measure");
}
TEST_F(SpoiledCatalog, TextAfterAQuotationMarkIsRefused) {
  append(kLists, "holding,8,\"新\"的,,,,D,test");
  expect_refused("closing quotation mark");
}
TEST_F(SpoiledCatalog, AWrongNumberOfCellsIsRefused) {
  append(kLists, "holding,8,新的");
  expect_refused("3 cells");
}

}  // namespace
}  // namespace minglu::codes
