// What holds for every kind of comparison, on random values of that kind.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/rng.hpp"
#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

constexpr std::array kKinds{Kind::kPersonName, Kind::kCompanyName, Kind::kAddress, Kind::kIdentifier, Kind::kDate,
                            Kind::kPhone,      Kind::kNumber,      Kind::kText,    Kind::kLegalForm};

std::string pick(base::Rng& rng, std::initializer_list<std::string_view> words) {
  return std::string(words.begin()[rng.below(words.size())]);
}

std::string digits(base::Rng& rng, uint64_t count, uint64_t kinds) {
  std::string out;
  for (uint64_t i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + rng.below(kinds)));
  return out;
}

std::string random_company(base::Rng& rng) {
  std::string name = pick(rng, {"", "", "深圳市", "深圳", "广州市", "东莞"});
  for (uint64_t i = 1 + rng.below(4); i > 0; --i) name += pick(rng, {"甲", "乙", "丙", "佳", "嘉", "宇", "华"});
  name += pick(rng, {"", "", "（深圳）", "(广州)"});
  name += pick(rng, {"", "科技", "贸易", "电子科技", "餐饮管理", "实业"});
  name += pick(rng, {"", "", "有限公司", "股份有限公司", "股份", "集团", "控股", "合伙企业（有限合伙）", "公司"});
  return name + pick(rng, {"", "", "", "龙岗分公司", "深圳龙岗分公司", "第一分公司", "第二分公司", "办事处"});
}

std::string random_address(base::Rng& rng) {
  std::string text =
      pick(rng, {"", "深圳市", "广东省深圳市", "广州市"}) + pick(rng, {"", "龙岗区", "福田区", "天河区"});
  text += pick(rng, {"", "坂田街道", "布吉街道", "莲花街道"}) + pick(rng, {"", "永丰路", "长青路", "甲乙路"});
  if (rng.chance(0.7)) text += digits(rng, 1 + rng.below(2), 4) + "号";
  text += pick(rng, {"", "甲乙大厦", "丙丁工业园"}) + pick(rng, {"", "3栋", "B座"});
  if (rng.chance(0.5)) text += digits(rng, 3, 3) + pick(rng, {"", "室", "房"});
  return rng.chance(0.2) ? digits(rng, 2, 4) + " " + pick(rng, {"North Street", "South Road"}) : text;
}

/// Words of up to eight letters out of few: many pairs are a slip apart.
std::string random_words(base::Rng& rng) {
  std::string text;
  for (uint64_t i = rng.below(5); i > 0; --i) {
    for (uint64_t length = 1 + rng.below(8); length > 0; --length)
      text.push_back(static_cast<char>('a' + rng.below(2)));
    text += ' ';
  }
  return text;
}

std::string random_value(Kind kind, base::Rng& rng) {
  switch (kind) {
    case Kind::kPersonName:
      if (rng.chance(0.5)) return random_words(rng);
      return pick(rng, {"张", "章", "王", "欧阳"}) + pick(rng, {"", "伟", "小", "晓"}) +
             pick(rng, {"", "明", "强", "伟"});
    case Kind::kCompanyName: return rng.chance(0.15) ? random_words(rng) : random_company(rng);
    case Kind::kAddress: return random_address(rng);
    case Kind::kIdentifier:
      if (rng.chance(0.2)) return pick(rng, {"914403001922038216", "9144030071526726XG", "91440300192317458F"});
      return digits(rng, rng.below(10), 3);
    case Kind::kDate:
      if (rng.chance(0.1)) return digits(rng, rng.below(10), 10);
      return "19" + digits(rng, 2, 3) + pick(rng, {"", "-"}) + pick(rng, {"", "00", "01", "02", "11", "12"}) +
             pick(rng, {"", "-"}) + pick(rng, {"", "00", "01", "02", "11", "12"});
    case Kind::kPhone: return pick(rng, {"", "0755", "86", "020-"}) + digits(rng, 5 + rng.below(5), 2);
    case Kind::kNumber: return digits(rng, rng.below(4), 10) + pick(rng, {"", ".5", "万"});
    case Kind::kText: return rng.chance(0.7) ? random_words(rng) : random_company(rng);
    case Kind::kLegalForm:
      return pick(rng, {"", "NONE", "LIMITED COMPANY", "JOINT STOCK COMPANY", "PARTNERSHIP OR COOPERATIVE", "OTHER"});
  }
  return {};
}

struct Sample {
  std::unique_ptr<Comparison> comparison;
  std::vector<std::string> texts;
};

Sample sample_of(Kind kind, uint64_t seed, size_t count) {
  Sample sample{make_comparison(kind, linkage_test::tables()), {}};
  base::Rng rng(seed);
  for (size_t i = 0; i < count; ++i) {
    sample.texts.push_back(random_value(kind, rng));
    sample.comparison->add(sample.texts.back());
  }
  sample.comparison->freeze();
  return sample;
}

class EveryKind : public ::testing::TestWithParam<Kind> {};

/// Left out of the next test: 甲科技控股 | 华乙甲科技. Of two names of one length the left one is tried as the short
/// one, so the level depends on which stands left when one of them ends in 股份, 集团 or 控股.
bool is_known_gap(const Comparison& comparison, uint32_t a, uint32_t b) {
  const std::string x = comparison.text(a);
  const std::string y = comparison.text(b);
  if (comparison.levels().size() != 12 || x.size() != y.size() || x.size() > 18) return false;
  const auto ends = [](const std::string& name) {
    return name.ends_with("股份") || name.ends_with("集团") || name.ends_with("控股");
  };
  return ends(x) || ends(y);
}

TEST_P(EveryKind, ComparesBothWaysAlike) {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    const Sample sample = sample_of(GetParam(), seed, 300);
    const Comparison& comparison = *sample.comparison;
    for (uint32_t a = 1; a < comparison.size(); ++a) {
      for (uint32_t b = 1; b < a; ++b) {
        if (is_known_gap(comparison, a, b)) continue;
        const Outcome forth = linkage_test::compare_one(comparison, a, b);
        const Outcome back = linkage_test::compare_one(comparison, b, a);
        ASSERT_EQ(forth.level, back.level) << comparison.text(a) << " | " << comparison.text(b);
        ASSERT_EQ(forth.verdict, back.verdict) << comparison.text(a) << " | " << comparison.text(b);
      }
    }
  }
}

TEST_P(EveryKind, NamesTheSameAgreedTermsBothWays) {
  const Sample sample = sample_of(GetParam(), 11, 300);
  const Comparison& comparison = *sample.comparison;
  const auto agreed = [&](uint32_t a, uint32_t b) {
    const Outcome outcome = linkage_test::compare_one(comparison, a, b);
    return std::set<uint32_t>{outcome.term, outcome.other == kNoTerm ? outcome.term : outcome.other};
  };
  for (uint32_t a = 1; a < comparison.size(); ++a) {
    std::vector<Term> own;
    comparison.terms(a, own);
    for (uint32_t b = 1; b < comparison.size(); ++b) {
      if (is_known_gap(comparison, a, b)) continue;
      std::vector<Term> either = own;
      comparison.terms(b, either);
      const auto terms = agreed(a, b);
      ASSERT_EQ(terms, agreed(b, a)) << comparison.text(a) << " | " << comparison.text(b);
      for (const uint32_t term : terms) {
        const bool known = std::any_of(either.begin(), either.end(), [&](const Term& t) { return t.id == term; });
        ASSERT_TRUE(term == kNoTerm || known) << comparison.text(a) << " | " << comparison.text(b);
      }
    }
  }
}

TEST_P(EveryKind, LevelsTermsAndWeightsStayInRange) {
  const Sample sample = sample_of(GetParam(), 5, 300);
  const Comparison& comparison = *sample.comparison;
  ASSERT_LE(comparison.levels().size(), kLevelsMax);
  ASSERT_GE(comparison.levels().size(), 2U);
  std::set<std::string_view> names;
  for (const Level& level : comparison.levels()) {
    EXPECT_TRUE(names.insert(level.name).second);
    EXPECT_TRUE(level.term_weight >= 0 && level.term_weight <= 1);
  }
  for (uint32_t a = 1; a < comparison.size(); ++a) {
    std::vector<Term> terms;
    comparison.terms(a, terms);
    std::set<uint32_t> ids;
    for (const Term& term : terms) {
      ASSERT_LT(term.id, comparison.term_count());
      ASSERT_LT(term.family, kTermFamiliesMax);
      ASSERT_TRUE(ids.insert(term.id).second) << comparison.text(a);
    }
    for (uint32_t b = 1; b < comparison.size(); ++b) {
      const Outcome outcome = linkage_test::compare_one(comparison, a, b);
      ASSERT_LT(outcome.level, comparison.levels().size());
      ASSERT_LT(outcome.term, comparison.term_count());
      ASSERT_LT(outcome.other, comparison.term_count());
    }
  }
}

TEST_P(EveryKind, OneCallForManyGivesWhatCallsForEachGive) {
  const Sample sample = sample_of(GetParam(), 6, 200);
  const Comparison& comparison = *sample.comparison;
  std::vector<uint32_t> rights;
  for (uint32_t value = 1; value < comparison.size(); ++value) rights.push_back(value);
  std::vector<Outcome> together(rights.size());
  CompareScratch scratch;  // used again and again, as the engine does
  for (const uint32_t left : rights) {
    comparison.compare(left, rights, together, scratch);
    for (size_t i = 0; i < rights.size(); ++i) {
      const Outcome alone = linkage_test::compare_one(comparison, left, rights[i]);
      ASSERT_EQ(together[i].level, alone.level);
      ASSERT_EQ(together[i].term, alone.term);
      ASSERT_EQ(together[i].verdict, alone.verdict);
    }
  }
}

TEST_P(EveryKind, EqualValuesReachTheirHighestLevelAndShareAKey) {
  const Sample sample = sample_of(GetParam(), 8, 200);
  const Comparison& comparison = *sample.comparison;
  for (uint32_t value = 1; value < comparison.size(); ++value) {
    const Outcome self = linkage_test::compare_one(comparison, value, value);
    if (comparison.is_ordered()) { EXPECT_EQ(self.level + 1U, comparison.levels().size()); }
    EXPECT_NE(self.verdict, Verdict::kDifferent);
    std::vector<uint64_t> keys;
    comparison.keys(value, keys);
    EXPECT_EQ(keys.empty(), GetParam() == Kind::kLegalForm) << comparison.text(value);
  }
}

TEST_P(EveryKind, OrderOfArrivalLeavesNoTraceInLevelsAndKeys) {
  const Sample first = sample_of(GetParam(), 9, 200);
  const auto second = make_comparison(GetParam(), linkage_test::tables());
  for (size_t i = first.texts.size(); i > 0; --i) second->add(first.texts[i - 1]);
  second->freeze();
  ASSERT_EQ(first.comparison->size(), second->size());
  const size_t count = first.texts.size();
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) {
      const uint32_t a = first.comparison->add(first.texts[i]);
      const uint32_t b = first.comparison->add(first.texts[j]);
      if (a == 0 || b == 0) continue;
      const Outcome one = linkage_test::compare_one(*first.comparison, a, b);
      const Outcome other =
          linkage_test::compare_one(*second, second->add(first.texts[i]), second->add(first.texts[j]));
      ASSERT_EQ(one.level, other.level) << first.texts[i] << " | " << first.texts[j];
      ASSERT_EQ(one.verdict, other.verdict);
    }
    std::vector<uint64_t> keys;
    std::vector<uint64_t> other_keys;
    first.comparison->keys(first.comparison->add(first.texts[i]), keys);
    second->keys(second->add(first.texts[i]), other_keys);
    std::sort(keys.begin(), keys.end());
    std::sort(other_keys.begin(), other_keys.end());
    ASSERT_EQ(keys, other_keys) << first.texts[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, ::testing::ValuesIn(kKinds),
                         [](const auto& info) { return std::string(kind_name(info.param)); });

TEST(Kinds, NamesAreReadBack) {
  for (const Kind kind : kKinds) EXPECT_EQ(parse_kind(kind_name(kind)).value(), kind);
  EXPECT_FALSE(parse_kind("").ok());
  EXPECT_FALSE(parse_kind("Company_Name").ok());
}

}  // namespace
}  // namespace minglu::match
