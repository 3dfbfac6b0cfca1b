#include "match/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace minglu::match {
namespace {

const std::filesystem::path kCatalog = MINGLU_SOURCE_DIR "/catalog";

class Keys : public testing::Test {
 protected:
  void SetUp() override {
    fields_ = std::make_unique<codes::Fields>(codes::Fields::load(kCatalog).value());
    chars_ = text::CharTables::load(kCatalog).value();
    names_ = std::make_unique<text::CompanyNameParser>(text::NameLexicon::load(kCatalog, chars_).value());
  }

  RecordTraits keys_of(std::vector<std::pair<std::string, std::string>> values, std::vector<MatchKey>& out,
                       bool trusted = true) {
    std::vector<std::pair<codes::FieldId, std::string>> sorted;
    for (auto& [code, text] : values) sorted.emplace_back(fields_->require(code), text);
    std::sort(sorted.begin(), sorted.end());
    units::RecordBuilder builder;
    for (const auto& [field, text] : sorted) builder.add(field, text, trusted);
    return match_keys(units::RecordView(builder.bytes()), {*fields_, *chars_, *names_}, out);
  }

  static bool shares(const std::vector<MatchKey>& a, const std::vector<MatchKey>& b, KeyKind kind) {
    for (const MatchKey& x : a) {
      for (const MatchKey& y : b) {
        if (x.kind == kind && y.kind == kind && x.hash == y.hash) return true;
      }
    }
    return false;
  }

  std::unique_ptr<codes::Fields> fields_;
  std::shared_ptr<const text::CharTables> chars_;
  std::unique_ptr<text::CompanyNameParser> names_;
};

TEST_F(Keys, AnEmptyRecordHasNone) {
  std::vector<MatchKey> out;
  const RecordTraits traits = keys_of({}, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(traits.uscc, 0U);
}

TEST_F(Keys, AnUntrustedIdentifierIsNoKey) {
  std::vector<MatchKey> out;
  EXPECT_EQ(keys_of({{"uscc", "914403001922038217"}}, out, false).uscc, 0U);
  EXPECT_TRUE(out.empty());
}

TEST_F(Keys, ALegacyTaxIdMeetsTheUsccInTheOrganisationCode) {
  std::vector<MatchKey> a;
  std::vector<MatchKey> b;
  keys_of({{"uscc", "914403001922038216"}}, a);
  keys_of({{"tax_id", "440300192203821"}}, b);
  EXPECT_TRUE(shares(a, b, KeyKind::kOrgCode));
  std::vector<MatchKey> c;
  keys_of({{"tax_id", "914403001922038216"}}, c);
  EXPECT_TRUE(shares(a, c, KeyKind::kUscc));
}

TEST_F(Keys, AFullNameMeetsItsBracketVariant) {
  std::vector<MatchKey> a;
  std::vector<MatchKey> b;
  keys_of({{"name", "深圳市甲乙丙丁科技（集团）有限公司"}}, a);
  keys_of({{"name", "深圳市甲乙丙丁科技(集团)有限公司"}}, b);
  EXPECT_TRUE(shares(a, b, KeyKind::kName));
}

TEST_F(Keys, AShopNameNeedsItsDistrict) {
  std::vector<MatchKey> a;
  std::vector<MatchKey> b;
  keys_of({{"name", "兴隆百货店"}, {"reg_region_code", "440307000000"}}, a);
  keys_of({{"name", "兴隆百货店"}, {"region_code", "440307020006"}}, b);
  EXPECT_FALSE(shares(a, b, KeyKind::kName));
  EXPECT_TRUE(shares(a, b, KeyKind::kNameDistrict));
  std::vector<MatchKey> c;
  keys_of({{"name", "兴隆百货店"}, {"region_code", "440300000000"}}, c);
  EXPECT_TRUE(c.empty());
}

TEST_F(Keys, ABranchIsToldFromItsHead) {
  std::vector<MatchKey> out;
  EXPECT_EQ(keys_of({{"name", "深圳市甲乙丙丁科技有限公司龙岗分公司"}}, out).branch, Branch::kBranch);
  EXPECT_EQ(keys_of({{"name", "深圳市甲乙丙丁科技有限公司"}}, out).branch, Branch::kHead);
}

}  // namespace
}  // namespace minglu::match
