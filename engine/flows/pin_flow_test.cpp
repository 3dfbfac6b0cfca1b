#include "flows/pin_flow.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "flows/rebuild_flow.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

/// One firm whose telephone changes from month to month.
class Pins : public ::testing::Test {
 protected:
  void SetUp() override { say("2024-01", "13800138000"); }
  void say(const std::string& month, const std::string& phone) {
    home_.feed(
        "hrss", "hrss_" + month + ".csv",
        kSocialHead + std::string("S1,") + uscc_of(1) + ",深圳市甲申乙科技有限公司,," + phone + "," + month + ",5\n");
    home_.resolve();
  }
  std::string phone_at(const Pin& pin) {
    return value(home_.view({.unit = home_.unit_of(uscc_of(1)), .as_of = pin.as_of, .known_seq = pin.known_seq}),
                 "mobile");
  }
  TestHome home_;
};

TEST_F(Pins, ShowTheSameWhateverIsLearnedLater) {
  const auto day = base::parse_iso_date("2024-01-31");
  const auto pin = add_pin(*home_, {.name = "2024年1月", .as_of = day, .note = "月报", .actor = "陈文静"});
  ASSERT_TRUE(pin.ok()) << pin.error().message;
  EXPECT_FALSE(home_->has_unresolved().value()) << "a pin changes no unit";
  say("2024-02", "13900139000");
  say("2024-01", "13700137000");  // the department corrects January afterwards
  EXPECT_EQ(phone_at(*pin), "13800138000");
  const auto found = find_pin(*home_, "2024年1月");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->as_of, *day);
  EXPECT_EQ(found->known_seq, pin->known_seq);
  EXPECT_EQ(found->state_hash, pin->state_hash);
  EXPECT_EQ(found->note, "月报");
  EXPECT_EQ(found->created_by, "陈文静");
  EXPECT_EQ(found->created_at, pin->created_at);
  EXPECT_EQ(found->seq, pin->seq);
}

TEST_F(Pins, NamesAreUniqueAndPinsAreListedNewestFirst) {
  ASSERT_TRUE(add_pin(*home_, {.name = "甲", .actor = "李"}).ok());
  ASSERT_TRUE(add_pin(*home_, {.name = "乙", .actor = "李"}).ok());
  EXPECT_EQ(add_pin(*home_, {.name = "甲", .actor = "王"}).error().code, ErrorCode::kConflict);
  const auto pins = all_pins(*home_);
  ASSERT_TRUE(pins.ok());
  ASSERT_EQ(pins->size(), 2u);
  EXPECT_EQ(pins->at(0).name, "乙");
  EXPECT_EQ(pins->at(1).name, "甲");
  EXPECT_EQ(find_pin(*home_, "丙").error().code, ErrorCode::kNotFound);
}

TEST_F(Pins, AMomentBeforeTheFirstUnitOrABadNameIsRefused) {
  EXPECT_EQ(add_pin(*home_, {.name = "早", .known_seq = 1, .actor = "李"}).error().code,
            ErrorCode::kFailedPrecondition);
  for (const char* name : {"", "a/b", " a", "a ", "a\nb"})
    EXPECT_EQ(add_pin(*home_, {.name = name, .actor = "李"}).error().code, ErrorCode::kInvalidArgument) << name;
  std::string long_name;
  for (size_t i = 0; i <= kPinNameCharsMax; ++i) long_name += "名";
  EXPECT_EQ(add_pin(*home_, {.name = long_name, .actor = "李"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(add_pin(*home_, {.name = long_name.substr(3), .actor = "李"}).ok());
  EXPECT_EQ(add_pin(*home_, {.name = "无人", .actor = ""}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Pins, AreTruthThatSurvivesARebuildAndCountsInTheHistoryHash) {
  const std::string before = home_->ledger().head().value().hash;
  const auto pin = add_pin(*home_, {.name = "年报", .actor = "李"});
  ASSERT_TRUE(pin.ok());
  const std::string after = home_->ledger().head().value().hash;
  EXPECT_NE(before, after);
  say("2024-02", "13900139000");
  const auto rebuilt = rebuild(*home_, {});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.error().message;
  const auto pins = all_pins(*home_);
  ASSERT_TRUE(pins.ok());
  ASSERT_EQ(pins->size(), 1u);
  EXPECT_EQ(phone_at(pins->at(0)), "13800138000");
  EXPECT_TRUE(verify_pins(*home_).value().empty());
  EXPECT_TRUE(verify(*home_)->problems.empty());
}

TEST_F(Pins, APinOfAnotherStateIsToldByVerify) {
  const std::string payload =
      R"({"as_of":"2024-01-31","by":"李","known_seq":2,"name":"旧","note":"","state_hash":"0000"})";
  ASSERT_TRUE(home_->ledger().commit({.kind = "pin", .payload_json = payload}).ok());
  const auto problems = verify_pins(*home_);
  ASSERT_TRUE(problems.ok());
  ASSERT_EQ(problems->size(), 1u);
  EXPECT_NE(problems->at(0).find("\"旧\""), std::string::npos);
}

}  // namespace
}  // namespace minglu::flows
