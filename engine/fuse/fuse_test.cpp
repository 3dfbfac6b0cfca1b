#include "fuse/fuse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/rng.hpp"
#include "codes/regions.hpp"

namespace minglu::fuse {
namespace {

const std::filesystem::path kCatalog = MINGLU_SOURCE_DIR "/catalog";

// Three sources: 市监 and 税务 as the catalog orders them, and one that it does not list.
class Fusion : public testing::Test {
 protected:
  void SetUp() override {
    fields_ = std::make_unique<codes::Fields>(codes::Fields::load(kCatalog).value());
    chars_ = text::CharTables::load(kCatalog).value();
    addresses_ = std::make_unique<text::AddressParser>(text::AddressParser::load(kCatalog).value());
    std::vector<SourceTrust> sources{{"reg", "市监", 90}, {"tax", "税务", 70}, {"web", "互联网", 10}};
    for (const char* id : {"tj_key", "tj_ytb", "tj_special", "tj_census"}) sources.push_back({id, "统计", 80});
    survivorship_ = std::make_unique<Survivorship>(Survivorship::load(kCatalog, *fields_, sources).value());
  }

  void say(uint16_t source, int32_t last_seen, std::vector<std::pair<std::string, std::string>> values,
           bool trusted = true) {
    units::RecordBuilder builder;
    std::vector<std::pair<codes::FieldId, std::string>> sorted;
    for (auto& [code, text] : values) sorted.emplace_back(fields_->require(code), text);
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [field, text] : sorted) builder.add(field, text, trusted);
    bytes_.push_back(std::make_unique<std::string>(builder.bytes()));
    members_.push_back({units::EntityId{base::mix64(members_.size())}, units::SourceId{source},
                        units::RecordView(*bytes_.back()), Date{0}, Date{last_seen}});
  }

  FusedUnit fuse() {
    Fuser fuser({*fields_, *survivorship_, *chars_, *addresses_});
    FusedUnit out;
    fuser.fuse(members_, out);
    return out;
  }

  const FusedField* field(const FusedUnit& unit, const std::string& code) const {
    for (const FusedField& f : unit.fields) {
      if (f.field == fields_->require(code)) return &f;
    }
    return nullptr;
  }

  std::unique_ptr<codes::Fields> fields_;
  std::shared_ptr<const text::CharTables> chars_;
  std::unique_ptr<text::AddressParser> addresses_;
  std::unique_ptr<Survivorship> survivorship_;
  std::vector<std::unique_ptr<std::string>> bytes_;
  std::vector<Member> members_;
};

TEST_F(Fusion, NobodySaysAnythingAndAllRequiredFieldsAreMissing) {
  const FusedUnit unit = fuse();
  EXPECT_TRUE(unit.fields.empty());
  size_t required = 0;
  for (uint16_t f = 0; f < fields_->size(); ++f) required += fields_->info(codes::FieldId{f}).required ? 1 : 0;
  EXPECT_EQ(unit.missing.size(), required);
}

TEST_F(Fusion, TheDeclaredOrderBeatsTheLaterDate) {
  say(1, 900, {{"name", "深圳市新名有限公司"}});
  say(0, 100, {{"name", "深圳市旧名有限公司"}});
  const FusedUnit unit = fuse();
  EXPECT_EQ(field(unit, "name")->value, "深圳市旧名有限公司");
  EXPECT_TRUE(field(unit, "name")->conflict);
  EXPECT_EQ(unit.conflict_count, 1U);
}

TEST_F(Fusion, TheLaterDateDecidesWithinOneRank) {
  say(1, 100, {{"legal_rep", "甲"}});
  say(1, 200, {{"legal_rep", "乙"}});
  EXPECT_EQ(field(fuse(), "legal_rep")->value, "乙");
}

TEST_F(Fusion, ABracketVariantIsNoConflict) {
  say(0, 100, {{"name", "甲乙(深圳)有限公司"}});
  say(1, 100, {{"name", "甲乙（深圳）有限公司"}});
  EXPECT_FALSE(field(fuse(), "name")->conflict);
}

TEST_F(Fusion, AFinerRegionCodeInsideIsTakenAndIsNoConflict) {
  say(0, 100, {{"reg_region_code", "440305000000"}});
  say(1, 100, {{"reg_region_code", "440305002006"}});
  const FusedUnit unit = fuse();
  EXPECT_EQ(field(unit, "reg_region_code")->value, "440305002006");
  EXPECT_FALSE(field(unit, "reg_region_code")->conflict);
}

TEST_F(Fusion, AnUntrustedClaimLosesAndDoesNotConflict) {
  say(0, 100, {{"uscc", "914403001922038217"}}, false);
  say(2, 100, {{"uscc", "914403001922038216"}});
  const FusedUnit unit = fuse();
  EXPECT_EQ(field(unit, "uscc")->value, "914403001922038216");
  EXPECT_FALSE(field(unit, "uscc")->conflict);
  EXPECT_EQ(field(unit, "uscc")->claims, 2);
}

TEST_F(Fusion, FiguresNeverConflict) {
  say(0, 100, {{"employees", "10"}});
  say(1, 100, {{"employees", "12"}});
  EXPECT_FALSE(field(fuse(), "employees")->conflict);
}

TEST_F(Fusion, TheOrderOfMembersLeavesNoTrace) {
  base::Rng rng(5);
  for (int i = 0; i < 6; ++i) {
    say(static_cast<uint16_t>(rng.below(3)), static_cast<int32_t>(rng.below(3)),
        {{"name", "甲" + std::to_string(rng.below(3))}, {"legal_rep", "乙" + std::to_string(rng.below(2))}});
  }
  const FusedUnit first = fuse();
  std::vector<std::string> before;
  for (const FusedField& f : first.fields) before.emplace_back(f.value);
  for (int round = 0; round < 20; ++round) {
    for (size_t i = members_.size(); i > 1; --i) std::swap(members_[i - 1], members_[rng.below(i)]);
    const FusedUnit again = fuse();
    std::vector<std::string> after;
    for (const FusedField& f : again.fields) after.emplace_back(f.value);
    ASSERT_EQ(before, after);
  }
}

TEST(SurvivorshipLoad, AWordThatIsNoSourceAndNoDepartmentIsRefused) {
  const codes::Fields fields = codes::Fields::load(kCatalog).value();
  const auto refused = Survivorship::load(kCatalog, fields, {{"reg", "市监", 90}});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("tj_"), std::string::npos);
}

}  // namespace
}  // namespace minglu::fuse
