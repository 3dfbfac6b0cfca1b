#include "flows/register_service.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "flows/flows_test_support.hpp"
#include "flows/live_records.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

class Service : public ::testing::Test {
 protected:
  void SetUp() override {
    ServiceSpec spec{{folder_.path() / "home", "", catalog(), 2, 0}, 150};
    auto started = RegisterService::start(spec);
    ASSERT_TRUE(started.ok()) << started.error().message;
    service_ = std::move(started).value();
    take(1);
  }
  void take(int number) {
    const Status taken = service_->run({.kind = "import", .title = "试验"}, [&](JobReporter&) -> Status {
      Home& home = service_->home();
      MINGLU_CHECK(take_records(home, {*home.knowledge().sources().find("scjg_reg"),
                                       *base::parse_iso_date("2024-03-01"),
                                       {{{"统一社会信用代码", uscc_of(number)}, {"企业名称", "深圳市甲公司"}}}}));
      return ok_status();
    });
    ASSERT_TRUE(taken.ok()) << taken.error().message;
  }
  [[nodiscard]] size_t units() const { return service_->snapshot()->state()->units().size(); }
  TempFolder folder_;
  std::unique_ptr<RegisterService> service_;
};

TEST_F(Service, WhatRunAcknowledgedIsInTheNextSnapshot) {
  for (int number = 2; number < 6; ++number) {
    take(number);
    EXPECT_EQ(units(), static_cast<size_t>(number));
  }
  EXPECT_EQ(service_->snapshot()->changed_units(), 4u) << "the files of the first state are read on";
  const auto waiting = service_->waiting_pairs(*service_->snapshot());
  ASSERT_TRUE(waiting.ok());
  EXPECT_TRUE((*waiting)->empty());
}

TEST_F(Service, TheWholeIsLookedAtAnewAtItsTimeOfDayWhenSomethingWasFollowedLive) {
  const int64_t now = base::system_now_us();
  const int64_t day = int64_t{25} * 3600 * 1'000'000;
  const auto whole_jobs = [&] {
    int count = 0;
    for (const JobInfo& job : service_->jobs()) count += job.kind == "resolve" ? 1 : 0;
    return count;
  };
  service_->resolve_whole_when_due(now);
  service_->resolve_whole_when_due(now + day);
  EXPECT_EQ(whole_jobs(), 0) << "nothing was followed live";
  take(2);
  ASSERT_NE(service_->snapshot()->state()->seq(), service_->snapshot()->state()->whole_seq());
  service_->resolve_whole_when_due(now + day + 1);
  EXPECT_EQ(whole_jobs(), 0) << "done for today";
  service_->resolve_whole_when_due(now + 2 * day);
  EXPECT_EQ(whole_jobs(), 1);
  take(3);  // runs after it
  EXPECT_EQ(units(), 3u);
  EXPECT_LT(service_->snapshot()->state()->changed_units(), 2u) << "a new whole directory";
}

}  // namespace
}  // namespace minglu::flows
