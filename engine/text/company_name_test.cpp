#include "text/company_name.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"
#include "reference/text/company_name_key.hpp"
#include "text/company_name_parser.hpp"

namespace minglu::text {
namespace {

struct Fixture {
  std::shared_ptr<const CharTables> chars = CharTables::load(codes::catalog_directory()).value();
  std::shared_ptr<const NameLexicon> lexicon = NameLexicon::load(codes::catalog_directory(), chars).value();
  CompanyNameParser parser{lexicon};
};

const Fixture& fixture() {
  static const Fixture loaded;
  return loaded;
}

std::string key(std::string_view name) { return normalise_company_name(name, *fixture().chars); }
std::string core(std::string_view name) { return company_name_core_key(name, *fixture().chars, *fixture().lexicon); }
CompanyNameParts parse(std::string_view name) { return fixture().parser.parse(name); }

TEST(CompanyNameKey, SpellingsOfOneNameAreEqual) {
  EXPECT_EQ(key(" 深圳市甲乙（集團）有限公司 "), "深圳市甲乙(集团)有限公司");
  EXPECT_EQ(key("深圳市甲乙〔集团〕有限公司"), key("深圳市甲乙【集团】有限公司"));
  EXPECT_EQ(key("ａｂｃ·甲，有限公司。"), "ABC甲有限公司");
  EXPECT_EQ(key(""), "");
  EXPECT_EQ(key("　· 。"), "");
}

TEST(CompanyNameKey, DifferentNamesStayDifferent) {
  EXPECT_NE(key("深圳市甲升有限公司"), key("深圳市甲昇有限公司"));
  EXPECT_NE(core("甲乙(深圳)有限公司"), core("甲乙(广州)有限公司"));
  EXPECT_NE(core("甲乙(丙丁)有限公司"), core("甲乙丙丁有限公司"));
}

TEST(CompanyNameKey, CoreDropsBracketsAroundRegionAndForm) {
  EXPECT_EQ(core("甲乙（深圳）有限公司"), core("甲乙深圳有限公司"));
  EXPECT_EQ(core("甲乙(集团)有限公司"), core("甲乙集团有限公司"));
  EXPECT_EQ(core("甲乙(深圳有限公司"), "甲乙(深圳有限公司");
}

// Random text out of the characters that matter: brackets, marks, widths, scripts, ill-formed bytes.
std::string random_text(base::Rng& rng) {
  static const std::u32string alphabet = U"深圳國国後乾(（[【〔)）]】〕ＡaZ９1·・. 　,，、'\"“”-—《》😀";
  std::string text;
  for (uint64_t i = rng.below(24); i > 0; --i) {
    if (rng.chance(0.05)) {
      text.push_back(static_cast<char>(rng.below(256)));
    } else {
      base::append_utf8(
          text, rng.chance(0.2) ? static_cast<char32_t>(rng.below(0xD800)) : alphabet[rng.below(alphabet.size())]);
    }
  }
  return text;
}

TEST(CompanyNameKey, AgreesWithTheSlowTwinAndIsIdempotent) {
  base::Rng rng(20260101);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = random_text(rng);
    const std::string fast = key(text);
    ASSERT_EQ(fast, reference::company_name_key(text, *fixture().chars)) << text;
    ASSERT_EQ(key(fast), fast) << text;
  }
}

TEST(CompanyNameParser, TakesTheUsualNameApart) {
  const CompanyNameParts parts = parse("深圳市甲乙丙电子科技有限公司");
  EXPECT_EQ(parts.region, "深圳市");
  EXPECT_EQ(parts.brand, "甲乙丙");
  EXPECT_EQ(parts.industry, "电子科技");
  EXPECT_EQ(parts.legal_form, "有限公司");
  EXPECT_FALSE(parts.is_branch);
}

TEST(CompanyNameParser, RegionMayStandInBracketsOrBehind) {
  EXPECT_EQ(parse("甲乙信息技术（深圳）有限公司").bracket_region, "深圳");
  EXPECT_EQ(parse("甲乙信息技术（深圳）有限公司").brand, "甲乙");
  EXPECT_EQ(parse("甲乙丙管道技术上海有限公司").later_region, "上海");
  EXPECT_EQ(parse("深圳市龙岗区平湖街道甲乙餐饮店").region, "深圳市龙岗区平湖街道");
}

TEST(CompanyNameParser, ShopIsSelfEmployedForm) {
  const CompanyNameParts parts = parse("深圳市南山区甲乙水果店");
  EXPECT_TRUE(parts.is_self_employed_form);
  EXPECT_EQ(parts.brand, "甲乙");
  EXPECT_EQ(parts.legal_form, "店");
}

TEST(CompanyNameParser, NameWithoutBrandHasNone) { EXPECT_EQ(parse("深圳市建筑工程公司").brand, ""); }

TEST(CompanyNameBranch, HeadIsTheFullNameBefore) {
  const CompanyNameParts parts = parse("深圳市甲乙有限公司龙岗分公司");
  EXPECT_TRUE(parts.is_branch);
  EXPECT_EQ(parts.head_name, "深圳市甲乙有限公司");
  EXPECT_EQ(parts.branch, "龙岗分公司");
  EXPECT_FALSE(parts.is_self_employed_form);
  for (const char* branch :
       {"第一分店", "深圳办事处", "南山门市部", "总店", "(福田店)", "宝安加油站", "驻深圳代表处"}) {
    BranchSplit split;
    EXPECT_TRUE(fixture().parser.is_branch_name(std::string("甲乙丙商贸有限公司") + branch, &split)) << branch;
    EXPECT_EQ(split.head_name, "甲乙丙商贸有限公司") << branch;
  }
}

TEST(CompanyNameBranch, PartnershipAndCooperativeHeadBranchesToo) {
  EXPECT_EQ(parse("甲乙会计师事务所(特殊普通合伙)深圳分所").head_name, "甲乙会计师事务所(特殊普通合伙)");
  EXPECT_EQ(parse("丙县丁镇供销社农资门市部").head_name, "丙县丁镇供销社");
}

TEST(CompanyNameBranch, BranchWithoutWrittenHead) {
  const CompanyNameParts parts = parse("甲乙控股邯郸分公司");
  EXPECT_TRUE(parts.is_branch);
  EXPECT_EQ(parts.head_name, "");
  EXPECT_EQ(parts.brand, "甲乙");
  EXPECT_EQ(parts.branch, "邯郸分公司");
}

TEST(CompanyNameBranch, LegalUnitIsNoBranch) {
  for (const char* name : {"深圳市甲乙有限公司", "深圳公司治理研究院有限公司", "甲乙税务师事务所有限责任公司",
                           "深圳市甲乙有限公司。", "深圳市南山区甲乙水果店", ""}) {
    EXPECT_FALSE(fixture().parser.is_branch_name(name)) << name;
  }
}

TEST(CompanyNameParser, PiecesConcatenateToAnyInput) {
  base::Rng rng(7);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = random_text(rng) + (rng.chance(0.5) ? "有限公司" : "") + random_text(rng);
    std::string joined;
    uint32_t at = 0;
    for (const NamePiece& piece : parse(text).pieces) {
      ASSERT_EQ(piece.begin, at);
      at = piece.end;
      joined += text.substr(piece.byte_begin, piece.byte_end - piece.byte_begin);
    }
    ASSERT_EQ(joined, text);
  }
}

}  // namespace
}  // namespace minglu::text
