#include "search/searcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "search/search_test_support.hpp"

namespace minglu::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<UnitDocument> few_units() {
  std::vector<UnitDocument> units(7);
  for (size_t i = 0; i < units.size(); ++i) units[i].unit = 11 + i;
  units[0].name = "深圳市华韵科技有限公司";
  units[0].uscc = "91440300MA5EXAMP1X";
  units[0].legal_rep = "李明";
  units[0].district = "440305";
  units[0].street = "440305007";
  units[0].industry = "6513";
  units[0].industry_section = 'I';
  units[0].rank = 5;
  units[1].name = "华韵（深圳）贸易有限公司";
  units[1].district = "440304";
  units[1].rank = 900;
  units[1].founded_year = 2001;
  units[2].name = "深圳市美好华韵餐饮店";
  units[2].former_names = {"深圳市老灶餐饮店"};
  units[2].rank = 70;
  units[3].name = "深圳市乙丙電子有限公司";
  units[3].short_name = "乙丙电子";
  units[3].address = "深圳市南山区科技园路1号";
  units[3].district = "440305";
  units[3].conflict_count = 2;
  units[4].name = "华韵";
  units[4].sources = 5;
  units[5].name = "";
  units[6].name = "广州李明商店";
  units[6].district = "440106";
  units[6].reg_no = "440301100000017";
  return units;
}

class SearchTest : public testing::Test {
 protected:
  void SetUp() override { index_ = build_index(few_units(), 2); }
  Hits ask(const std::string& text, const Scope& scope = Scope::everything()) {
    Query query;
    query.text = text;
    query.want_facets = true;
    return ask(query, scope);
  }
  Hits ask(const Query& query, const Scope& scope = Scope::everything()) {
    auto hits = Searcher(test_language(), index_.index()).search(query, scope);
    EXPECT_TRUE(hits.ok());
    return hits.ok() ? *hits : Hits();
  }
  std::vector<uint64_t> units(const std::string& text) {
    std::vector<uint64_t> found;
    for (const Hit& hit : ask(text).hits) found.push_back(hit.unit);
    return found;
  }
  BuiltIndex index_;
};

TEST_F(SearchTest, BetterKindsComeFirstThenLargerRank) {
  const Hits hits = ask("华韵");
  ASSERT_EQ(hits.hits.size(), 4U);
  EXPECT_EQ(hits.total, 4U);
  EXPECT_FALSE(hits.total_is_about);
  EXPECT_EQ(hits.hits[0].unit, 15U);
  EXPECT_EQ(hits.hits[0].kind, MatchKind::kExactName);
  EXPECT_EQ(hits.hits[1].unit, 12U);
  EXPECT_EQ(hits.hits[1].kind, MatchKind::kShortName);
  EXPECT_EQ(hits.hits[2].unit, 11U);
  EXPECT_EQ(hits.hits[3].unit, 13U);
  EXPECT_THAT(hits.hits[2].spans, ElementsAre(Span{3, 5}));
}

TEST_F(SearchTest, PartsAreFoundInAnyOrderAndSpelling) {
  EXPECT_THAT(units("科技 深圳"), ElementsAre(11));
  EXPECT_THAT(units("有限 華韻　深"), ElementsAre(12, 11));
  EXPECT_THAT(units("乙丙电子"), ElementsAre(14));
  EXPECT_THAT(units("老灶"), ElementsAre(13));
  EXPECT_THAT(units("市"), ElementsAre(13, 11, 14));
}

TEST_F(SearchTest, IdentifiersMatchWholeAndFromFourCharacters) {
  EXPECT_EQ(ask("91440300ma5examp1x").hits.at(0).field, MatchField::kUscc);
  EXPECT_THAT(units("9144 0300"), ElementsAre(11));
  EXPECT_THAT(units("4403011"), ElementsAre(17));
  EXPECT_THAT(units("440"), IsEmpty());
  EXPECT_EQ(ask("14").hits.at(0).field, MatchField::kUnitId);
}

TEST_F(SearchTest, ReadingsMatchFromTheBrandOn) {
  EXPECT_THAT(units("huayun"), ElementsAre(12, 11, 15));
  EXPECT_THAT(units("hykj"), ElementsAre(11));
  EXPECT_THAT(units("szsyb"), ElementsAre(14));
  EXPECT_EQ(ask("hykj").hits.at(0).kind, MatchKind::kPinyin);
}

TEST_F(SearchTest, LegalRepresentativesRankBehindNames) {
  const Hits hits = ask("李明");
  ASSERT_EQ(hits.hits.size(), 2U);
  EXPECT_EQ(hits.hits[0].unit, 17U);
  EXPECT_EQ(hits.hits[1].kind, MatchKind::kLegalRep);
  EXPECT_EQ(hits.hits[1].field, MatchField::kLegalRep);
}

TEST_F(SearchTest, AddressesCountOnlyWhenNamesDoNot) {
  EXPECT_THAT(units("科技园"), ElementsAre(14));
  EXPECT_THAT(units("科技"), ElementsAre(11));
  EXPECT_EQ(ask("科技园").hits.at(0).kind, MatchKind::kAddress);
}

TEST_F(SearchTest, NamesWrittenNearlyAlikeAreFoundWhenNothingElseIs) {
  EXPECT_THAT(units("华云"), ElementsAre(12, 11, 15));            // a homophone
  EXPECT_THAT(units("深圳市华韵枝术有限公司"), ElementsAre(11));  // another trade
  EXPECT_THAT(units("美好毕韵"), ElementsAre(13));                // one edit of four
  EXPECT_THAT(units("美华好韵"), ElementsAre(13));                // neighbours swapped
  EXPECT_EQ(ask("华云").hits.at(0).kind, MatchKind::kNear);
  EXPECT_EQ(ask("华云", Scope::regions({"440305"})).total, 1U);
  EXPECT_THAT(units("完全没有"), IsEmpty());
}

TEST_F(SearchTest, ScopeCutsHitsTotalsAndFacets) {
  const Hits hits = ask("华韵", Scope::regions({"440305"}));
  EXPECT_EQ(hits.total, 1U);
  EXPECT_THAT(hits.facets.districts, ElementsAre(FacetCount{"440305", 1}));
  EXPECT_EQ(ask("华韵", Scope::regions({"440305007"})).total, 1U);
  EXPECT_EQ(ask("华韵", Scope::regions({"440305"}).without({"440305007"})).total, 0U);
  EXPECT_EQ(ask("华韵", Scope::regions({"440305"}).without({"440305008"})).total, 1U);
  EXPECT_EQ(ask("华韵", Scope::regions({})).total, 0U);
  EXPECT_EQ(ask("华韵", Scope::regions({""})).total, 0U);
  EXPECT_EQ(ask("", Scope::regions({"4403"})).total, 3U);
}

TEST_F(SearchTest, HiddenFieldsAreNotSearched) {
  EXPECT_EQ(ask("李明", Scope::everything().hide(MatchField::kLegalRep)).total, 1U);
  EXPECT_EQ(ask("科技园", Scope::everything().hide(MatchField::kAddress)).total, 0U);
  EXPECT_EQ(ask("4403011", Scope::everything().hide(MatchField::kRegNo)).total, 0U);
  EXPECT_EQ(ask("91440300", Scope::everything().hide(MatchField::kUscc)).total, 0U);
}

TEST_F(SearchTest, FiltersAndFacets) {
  Query query;
  query.want_facets = true;
  EXPECT_EQ(ask(query).total, 7U);
  EXPECT_THAT(ask(query).facets.districts, ElementsAre(FacetCount{"", 3}, FacetCount{"440305", 2},
                                                       FacetCount{"440106", 1}, FacetCount{"440304", 1}));
  EXPECT_THAT(ask(query).facets.sources, ElementsAre(FacetCount{"0", 1}, FacetCount{"2", 1}));
  query.industries = {"I"};
  EXPECT_EQ(ask(query).hits.at(0).unit, 11U);
  EXPECT_THAT(ask(query).facets.divisions, ElementsAre(FacetCount{"65", 1}));
  query.industries = {};
  query.has_conflict = true;
  EXPECT_EQ(ask(query).hits.at(0).unit, 14U);
  query = {.sources = 4};
  EXPECT_EQ(ask(query).hits.at(0).unit, 15U);
  query = {.founded_max = 2010};
  EXPECT_EQ(ask(query).total, 1U);
}

TEST_F(SearchTest, OtherOrders) {
  Query query;
  query.sort = Sort::kUnit;
  query.offset = 5;
  EXPECT_EQ(ask(query).hits.at(1).unit, 17U);
  query.offset = 0;
  query.sort = Sort::kName;
  EXPECT_EQ(ask(query).hits.at(0).unit, 16U);
  query.sort = Sort::kFoundedDown;
  EXPECT_EQ(ask(query).hits.at(0).unit, 12U);
}

TEST_F(SearchTest, BadQueriesAreRefused) {
  const Searcher searcher(test_language(), index_.index());
  Query query;
  query.offset = kOffsetMax + 1;
  EXPECT_FALSE(searcher.search(query, Scope::everything()).ok());
  query = {.text = std::string(kQueryCharsMax + 1, 'x')};
  EXPECT_FALSE(searcher.search(query, Scope::everything()).ok());
  query = {.text = "1 2 3 4 5 6 7 8 9"};
  EXPECT_FALSE(searcher.search(query, Scope::everything()).ok());
  query = {.text = "\xFF\xFE\x01 \t"};
  EXPECT_TRUE(searcher.search(query, Scope::everything()).ok());
}

TEST(Searcher, SpansCountCharactersOfTheWrittenName) {
  std::vector<UnitDocument> units(1);
  units[0].unit = 1;
  units[0].name = "深圳市 華·韵（集團）公司";
  const BuiltIndex index = build_index(units, 1);
  const Searcher searcher(test_language(), index.index());
  const Hits hits = *searcher.search({.text = "华韵 公司"}, Scope::everything());
  ASSERT_EQ(hits.hits.size(), 1U);
  EXPECT_EQ(hits.hits[0].name, units[0].name);
  EXPECT_THAT(hits.hits[0].spans, ElementsAre(Span{4, 7}, Span{11, 13}));
  EXPECT_EQ(hits.hits[0].field, MatchField::kName);
}

TEST(Searcher, ThreadsShareIt) {
  const BuiltIndex index = build_index(few_units(), 1);
  const Searcher searcher(test_language(), index.index());
  const std::vector<std::string> texts = {"华韵", "hykj", "华云", "科技园", "", "9144", "有限 深圳"};
  std::vector<uint64_t> totals(texts.size() * 40);
  base::parallel_for(totals.size(), 4, [&](size_t i, size_t) {
    totals[i] = searcher.search({.text = texts[i % texts.size()], .want_facets = true}, Scope::everything())->total;
  });
  for (size_t i = 0; i < totals.size(); ++i) EXPECT_EQ(totals[i], totals[i % texts.size()]);
  EXPECT_EQ(totals[0], 4U);
}

TEST(Searcher, ManyHitsAreEstimatedAndFlaggedAndTheBestComeFirst) {
  std::vector<UnitDocument> units(90'000);
  size_t expected = 0;
  for (size_t i = 0; i < units.size(); ++i) {
    units[i].unit = i + 1;
    units[i].name = i % 9 == 0 ? "技有限科技" : "甲科技有限公司";
    units[i].district = i % 3 == 0 ? "440305" : "440306";
    units[i].rank = static_cast<uint16_t>(i % 1000);
    expected += i % 9 == 0 ? 0 : 1;
  }
  const BuiltIndex index = build_index(units, 2);
  const Searcher searcher(test_language(), index.index());
  Query query{.text = "科技有限", .want_facets = true};
  const Hits hits = *searcher.search(query, Scope::everything());
  EXPECT_TRUE(hits.total_is_about);
  EXPECT_TRUE(hits.facets_are_about);
  EXPECT_NEAR(static_cast<double>(hits.total), static_cast<double>(expected), 0.05 * static_cast<double>(expected));
  ASSERT_EQ(hits.hits.size(), 20U);
  EXPECT_EQ(hits.hits[0].unit, 2000U);
  EXPECT_EQ(hits.hits[1].unit, 3000U);
  query.text = "科技";
  EXPECT_EQ(searcher.search(query, Scope::everything())->total, 90'000U);
  EXPECT_EQ(searcher.search(query, Scope::regions({"440305"}))->total, 30'000U);
  query.sort = Sort::kUnit;
  query.offset = 10'000;
  EXPECT_EQ(searcher.search(query, Scope::everything())->hits.at(0).unit, 10'001U);
}

TEST(Searcher, IdentifiersOnlyTriesNothingElse) {
  UnitDocument unit;
  unit.unit = 7;
  unit.name = "深圳市甲乙科技有限公司";
  unit.uscc = "91440300MA5FRF8GXW";
  const BuiltIndex index = build_index({unit}, 1);
  const Searcher searcher(test_language(), index.index());
  const auto total = [&](const std::string& text) {
    return searcher.search({.text = text, .identifiers_only = true}, Scope::everything())->total;
  };
  EXPECT_EQ(total("91440300MA5FRF8GXW"), 1U);
  EXPECT_EQ(total("91440300MA5FRF8GXX"), 0U);
  EXPECT_EQ(total("甲乙"), 0U);
  EXPECT_EQ(searcher.search({.text = "91440300MA5FRF8GXW", .identifiers_only = true}, Scope::regions({"44"}))->total,
            0U);
}

TEST(IndexBuilder, UnitsMustAscend) {
  IndexBuilder builder(test_language(), 1);
  UnitDocument document;
  document.unit = 3;
  EXPECT_TRUE(builder.add(document).ok());
  EXPECT_FALSE(builder.add(document).ok());
}

TEST(SearchIndex, EmptyIndexAnswersNothing) {
  const BuiltIndex index = build_index({}, 1);
  const Hits hits = *Searcher(test_language(), index.index()).search({.text = "甲"}, Scope::everything());
  EXPECT_EQ(hits.total, 0U);
  EXPECT_TRUE(index.index().verify().ok());
}

}  // namespace
}  // namespace minglu::search
