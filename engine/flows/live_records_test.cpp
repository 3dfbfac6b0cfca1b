#include "flows/live_records.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const std::string kName = "深圳市甲申乙科技有限公司";

LiveBatch batch_of(Home& home, std::vector<LiveRecord> records) {
  return {*home.knowledge().sources().find("scjg_reg"), *base::parse_iso_date("2024-03-01"), std::move(records)};
}

TEST(LiveRecords, AreTakenInLikeAFileAndRepeatedByARebuild) {
  TestHome home;
  const LiveBatch batch = batch_of(
      *home, {{{"统一社会信用代码", uscc_of(1)}, {"企业名称", kName}, {"住所", "深圳市福田区\"新洲\"路1号, 2楼"}}});
  const auto report = take_records(*home, batch);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->counts.rows_in, 1u);
  EXPECT_EQ(report->counts.accepted, 1u);
  home.resolve();
  ASSERT_NE(home.unit_of(kName), 0u);
  const std::string hash = home.state_hash();
  ASSERT_TRUE(rebuild(*home, {}).ok());
  EXPECT_EQ(home.state_hash(), hash);
  const auto twice = take_records(*home, batch);
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(twice->counts.duplicate, 1u) << "sent twice is one record";
}

TEST(LiveRecords, ANameThatTheSourceDoesNotHaveIsRefusedWithThoseItHas) {
  TestHome home;
  const auto report = take_records(*home, batch_of(*home, {{{"公司名", kName}}}));
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("公司名"), std::string::npos);
  EXPECT_NE(report.error().message.find("企业名称"), std::string::npos);
  EXPECT_FALSE(take_records(*home, batch_of(*home, {})).ok());
}

}  // namespace
}  // namespace minglu::flows
