#include "flows/scoped_findings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using testing_support::TestHome;

access::Scope everything(bool may_unmask) {
  using enum access::SourceClass;
  return access::Scope::of_whole_city(
      {.all_specialties = true, .classes = {kPublic, kDeptAdmin, kSurvey, kDeclaration}, .may_unmask = may_unmask});
}

class MaskedMessage : public ::testing::Test {
 protected:
  std::string masked(const std::string& field, const std::string& message, bool may_unmask = false) {
    table::Finding finding;
    finding.field = field;
    finding.message = message;
    return masked_message(home_->knowledge(), everything(may_unmask), finding);
  }
  TestHome home_;
};

TEST_F(MaskedMessage, ValuesOfPersonsBehindATitleAreMaskedOthersStay) {
  EXPECT_EQ(masked("legal_rep", "姓名有误(法定代表人=张三丰;成立时间=2030-01-01)"),
            "姓名有误(法定代表人=张*;成立时间=2030-01-01)");
  EXPECT_EQ(masked("mobile", "号码有误(移动电话=13812345678)"), "号码有误(移动电话=138****5678)");
  EXPECT_EQ(masked("uscc", "不能为空(统一社会信用代码=空)"), "不能为空(统一社会信用代码=空)");
}

TEST_F(MaskedMessage, AValueMayHoldWhatSeparatesValues) {
  EXPECT_EQ(masked("legal_rep", "有误(法定代表人=张(三);丰;移动电话=13812345678)"),
            "有误(法定代表人=张*;移动电话=138****5678)");
}

TEST_F(MaskedMessage, QuotedValuesOfTheOwnFieldAreMasked) {
  EXPECT_EQ(masked("legal_rep", "“张三丰”不是姓名"), "“张*”不是姓名");
  EXPECT_EQ(masked("founded", "“202206”只有年月"), "“202206”只有年月");
  EXPECT_EQ(masked("", "本行只有 12 格"), "本行只有 12 格");
}

TEST_F(MaskedMessage, AddressesAreForThoseWhoMayUnmask) {
  const std::string message = "不一致(单位所在地=宝安区岚丰西路40号)";
  EXPECT_EQ(masked("address", message, true), message);
  EXPECT_EQ(masked("address", message, false), "不一致(单位所在地=宝安区***)");
}

TEST_F(MaskedMessage, ACitizensNumberIsMaskedWhereverItStands) {
  EXPECT_EQ(masked("tax_id", "编号 11010519491231002X 有误"), "编号 1****************X 有误");
}

TEST(FindingsForAScope, RowsOfOtherRegionsAndRejectedOnesAreLeftOut) {
  TestHome home;
  const std::string head = "统一社会信用代码,企业名称,法定代表人,住所,行政区划\n";
  home.feed("scjg_reg", "scjg_reg_2024-01.csv",
            head + testing_support::uscc_of(1) + ",甲,张三丰,深圳市福田区新洲路1号,440304\n" +
                testing_support::uscc_of(2) + ",乙,李四光,深圳市南山区科技路2号,440305\n");
  home.resolve();
  const auto batches = home->ledger().batches().value();
  const auto snapshot = SnapshotMaker(*home).make().value();
  const auto rows = [&](access::Scope scope) {
    std::set<uint64_t> seen;
    const RegisterReader reader(*home, snapshot, std::move(scope));
    const Status done = for_each_finding_for(*home, reader, batches.front(), [&](const table::Finding& finding) {
      seen.insert(finding.row);
      return ok_status();
    });
    EXPECT_TRUE(done.ok());
    return seen;
  };
  const std::set<uint64_t> all = rows(everything(true));
  const std::set<uint64_t> both_rows{1, 2};  // their names are too short
  ASSERT_TRUE(std::includes(all.begin(), all.end(), both_rows.begin(), both_rows.end()));
  using enum access::SourceClass;
  const access::ScopeGrant grant{.all_specialties = true, .classes = {kPublic, kDeptAdmin, kSurvey, kDeclaration}};
  const auto seen_by = [&](const char* region) {
    std::set<uint64_t> seen = rows(access::Scope::of_regions({region}, grant).value());
    seen.erase(0);  // about the file
    return seen;
  };
  EXPECT_EQ(seen_by("440304"), std::set<uint64_t>{1});
  EXPECT_EQ(seen_by("440305"), std::set<uint64_t>{2});
  EXPECT_EQ(seen_by("440303"), std::set<uint64_t>{});
}

}  // namespace
}  // namespace minglu::flows
