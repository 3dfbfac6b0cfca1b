#include "server/api/phrases.hpp"

#include <gtest/gtest.h>

namespace minglu::server {
namespace {

TEST(Phrases, WhatStandsForSomethingIsCarriedOver) {
  EXPECT_EQ(in_english("没有来源“abc”"), "There is no source “abc”");
  EXPECT_EQ(in_english("没有来源“甲”乙”"), "There is no source “甲”乙”") << "a quote inside is no end";
  EXPECT_EQ(in_english("limit 应为 1 到 1000 之间的整数"), "limit must be a whole number from 1 to 1000");
  EXPECT_EQ(in_english("没有编号为 7 的导出文件"), "There is no export file 7");
  EXPECT_EQ(in_english("没有编号为 7 的单位"), "There is no unit 7");
  EXPECT_EQ(in_english("两条记录相同：a:1"), "Both records are the same: a:1");
  EXPECT_EQ(in_english("原密码不对"), "The old pass phrase is wrong");
}

TEST(Phrases, WhatIsNotKnownStaysAsItIs) {
  EXPECT_EQ(in_english("从未见过的话"), "从未见过的话");
  EXPECT_EQ(in_english(""), "");
  EXPECT_EQ(in_english("没有来源“abc"), "没有来源“abc");
  EXPECT_EQ(in_english("{}"), "{}");
}

TEST(Phrases, ComplaintsAboutABodyAreTakenApart) {
  const std::string message = "/login：至少 2 个字；/a；b：没有这一项；/roles：必填";
  const std::vector<Fault> faults = faults_of(message);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0].pointer, "/login");
  EXPECT_EQ(faults[2].message, "必填");
  EXPECT_EQ(in_english(message), "/login: at least 2 characters; /a；b: is not known; /roles: required");
  EXPECT_TRUE(faults_of("没有来源“abc”").empty());
  EXPECT_TRUE(faults_of("/records 的值应为文字或数字").empty());
}

}  // namespace
}  // namespace minglu::server
