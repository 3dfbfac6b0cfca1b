// Which records are one unit, and what stays visible when they are not.
#include <gtest/gtest.h>

#include "flows/export_flow.hpp"
#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const std::string kFirst = "深圳市甲申乙科技有限公司";
const std::string kSecond = "深圳市丙寅丁贸易有限公司";
const std::string kThird = "深圳市戊辰己餐饮有限公司";

std::string social(const std::string& account, const std::string& uscc, const std::string& name) {
  return kSocialHead + account + "," + uscc + "," + name + ",,,2024-01,3\n";
}

TEST(IdentityFlow, ALaterRecordJoinsTwoUnitsAndTheOldIdLeadsToTheSurvivor) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), kSecond));
  home.feed("hrss", "hrss_2024-01.csv", social("S1", "", kFirst));
  EXPECT_EQ(home.resolve().units, 2u);
  const uint64_t by_name = home.unit_of(kFirst);
  const uint64_t by_code = home.unit_of(uscc_of(1));
  ASSERT_NE(by_name, by_code);
  // The firm is now registered under the name that the other account already had.
  home.feed("scjg_reg", "scjg_reg_2024-02.csv", kRegisterHead + register_row(uscc_of(1), kFirst));
  const ResolveReport resolved = home.resolve();
  EXPECT_EQ(resolved.units, 1u);
  EXPECT_EQ(resolved.merged, 1u);
  EXPECT_EQ(resolved.minted, 0u);
  const uint64_t survivor = std::min(by_name, by_code);
  const UnitView old = home.view({.unit = std::max(by_name, by_code)});
  EXPECT_EQ(old.merged_into, survivor);
  EXPECT_EQ(old.unit, survivor);
  EXPECT_EQ(old.members.size(), 2u);
  EXPECT_FALSE(home.view({.unit = survivor}).merged_into);
  // As known before, both stand apart.
  EXPECT_FALSE(home.view({.unit = std::max(by_name, by_code), .known_seq = 3}).merged_into);
}

// 3 went into 2, later 2 into 1: whoever kept the id 3 finds 1.
TEST(IdentityFlow, AnIdThatMovedTwiceStillLeadsToTheSurvivor) {
  TestHome home;
  home.feed("bb_inst", "bb_inst_2024-03.json",
            "{\"data\":{\"rows\":[{\"统一社会信用代码\":\"" + uscc_of(1) + "\",\"单位名称\":\"" + kFirst + "\"}]}}");
  home.resolve();
  const uint64_t first = home.unit_of(kFirst);
  home.feed("hrss", "hrss_2024-01.csv", social("S1", "", kSecond));
  home.resolve();
  const uint64_t second = home.unit_of(kSecond);
  home.feed("hrss", "hrss_2024-02.csv", social("S2", "", kThird));
  home.resolve();
  const uint64_t third = home.unit_of(kThird);
  ASSERT_TRUE(first < second && second < third);
  home.feed("hrss", "hrss_2024-03.csv", social("S2", "", kSecond));  // S2 changes its name
  EXPECT_EQ(home.resolve().merged, 1u);
  EXPECT_EQ(home.view({.unit = third}).merged_into, second);
  home.feed("hrss", "hrss_2024-04.csv", social("S1", uscc_of(1), kSecond));  // S1 tells its identifier
  EXPECT_EQ(home.resolve().merged, 1u);
  EXPECT_EQ(home.view({.unit = second}).merged_into, first);
  const UnitView view = home.view({.unit = third});
  EXPECT_EQ(view.merged_into, first);
  EXPECT_EQ(view.unit, first);
}

TEST(IdentityFlow, RefusalsAreListedWithTheirReason) {
  TestHome home;
  const std::string reg_no = "440300" + std::string("10000001");
  const std::string full_no = reg_no + *units::reg_no_check_char(reg_no);
  home.feed("scjg_reg", "scjg_reg_2024-01.csv",
            "统一社会信用代码,注册号,企业名称\n" + uscc_of(1) + "," + full_no + "," + kFirst + "\n" + uscc_of(2) + "," +
                full_no + "," + kSecond + "\n" + uscc_of(3) + ",," + kThird + "\n" + uscc_of(4) + ",," + kThird + "\n");
  home.feed("hrss", "hrss_2024-01.csv", social("S1", "", kThird));
  const ResolveReport resolved = home.resolve();
  EXPECT_EQ(resolved.units, 5u);
  EXPECT_GE(resolved.refused, 2u);
  const UnitView one = home.view({.unit = home.unit_of(uscc_of(1))});
  ASSERT_EQ(one.refused.size(), 1u);
  EXPECT_EQ(one.refused[0].reason, "different_uscc");
  EXPECT_EQ(one.refused[0].key_kind, "reg_no");
  EXPECT_EQ(one.refused[0].own_record, "scjg_reg:" + uscc_of(1));
  EXPECT_EQ(one.refused[0].other_unit, home.unit_of(uscc_of(2)));
  const UnitView three = home.view({.unit = home.unit_of(uscc_of(3))});
  ASSERT_GE(three.refused.size(), 1u);
  EXPECT_EQ(three.refused[0].reason, "ambiguous_name");

  const fs::path out = home.folder().path() / "refused.csv";
  const auto exported = export_list(*home, {.list = "refused", .out = out, .since_seq = std::nullopt});
  ASSERT_TRUE(exported.ok()) << exported.error().message;
  EXPECT_EQ(exported->rows, resolved.refused);
  EXPECT_NE(read_all(out).find("different_uscc"), std::string::npos);
}

TEST(IdentityFlow, AnIdentifierThatFailsItsCheckLinksNothing) {
  TestHome home;
  std::string wrong = uscc_of(1);
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  home.feed("hrss", "hrss_2024-01.csv", social("S1", wrong, kFirst));
  const IngestReport report = home.feed("hrss", "hrss_2024-02.csv", social("S2", wrong, kSecond));
  EXPECT_EQ(report.findings.at("uscc_check_digit"), 1u);
  EXPECT_EQ(home.resolve().units, 2u);
  const UnitView view = home.view({.unit = home.unit_of(kFirst)});
  ASSERT_NE(field(view, "uscc"), nullptr);
  EXPECT_EQ(value(view, "uscc"), wrong) << "kept as it was written";
  EXPECT_FALSE(field(view, "uscc")->trusted);
}

TEST(IdentityFlow, EverySourcesClaimIsKeptAndTheConflictIsExported) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), kFirst, "张某,"));
  home.feed("hrss", "hrss_2024-01.csv", social("S1", uscc_of(1), kSecond));
  const ResolveReport resolved = home.resolve();
  ASSERT_EQ(resolved.units, 1u);
  EXPECT_EQ(resolved.conflicts, 1u);
  const UnitView view = home.view({.unit = home.unit_of(uscc_of(1))});
  const FieldView* name = field(view, "name");
  ASSERT_NE(name, nullptr);
  EXPECT_TRUE(name->conflict);
  ASSERT_EQ(name->claims.size(), 2u);
  EXPECT_EQ(name->claims[0].source, "scjg_reg");
  EXPECT_EQ(name->claims[1].value, kSecond);
  EXPECT_EQ(name->claims[1].row, 1u) << "the row of the archived file";
  const fs::path out = home.folder().path() / "conflicts.csv";
  ASSERT_TRUE(export_list(*home, {.list = "conflicts", .out = out, .since_seq = std::nullopt}).ok());
  EXPECT_NE(read_all(out).find(kFirst + ",scjg_reg," + kSecond + ",hrss,S1,2024-01-31"), std::string::npos);
}

}  // namespace
}  // namespace minglu::flows
