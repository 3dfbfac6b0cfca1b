#include "text/similarity.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "base/rng.hpp"
#include "reference/text/similarity_twin.hpp"

namespace minglu::text {
namespace {

constexpr uint32_t kNoLimit = UINT32_MAX;

uint32_t lower_bound_of(std::u16string_view a, std::u16string_view b) {
  return osa_lower_bound(char_signature(a), static_cast<uint32_t>(a.size()), char_signature(b),
                         static_cast<uint32_t>(b.size()));
}

TEST(OsaDistance, EachEditCostsOne) {
  EXPECT_EQ(osa_distance(u"深圳市甲乙科技", u"深圳市甲乙科技", 3), 0U);
  EXPECT_EQ(osa_distance(u"深圳市甲乙科技", u"深圳市乙科技", 3), 1U);
  EXPECT_EQ(osa_distance(u"深圳市甲乙科技", u"深圳市甲乙新科技", 3), 1U);
  EXPECT_EQ(osa_distance(u"深圳市甲乙科技", u"深圳市甲已科技", 3), 1U);
  EXPECT_EQ(osa_distance(u"深圳市甲乙科技", u"深圳市乙甲科技", 3), 1U);
  EXPECT_EQ(osa_distance(u"kitten", u"sitting", kNoLimit), 3U);
}

TEST(OsaDistance, SwappedPairIsNotEditedAgain) {
  EXPECT_EQ(osa_distance(u"ca", u"abc", 9), 3U);
  EXPECT_EQ(CharPattern(u"ca").osa_distance(u"abc", 9), 3U);
  EXPECT_EQ(CharPattern(u"abc").osa_distance(u"ca", 9), 3U);
}

TEST(OsaDistance, CharactersAreUnitsNotBytes) {
  EXPECT_EQ(osa_distance(u"国图", u"国书", kNoLimit), 1U);
  EXPECT_EQ(osa_distance(u"Ａ１", u"A1", kNoLimit), 2U);  // folding is the caller's
}

TEST(OsaDistance, AboveTheLimitIsLimitPlusOne) {
  const std::u16string_view far = u"广州丙丁贸易";
  EXPECT_EQ(osa_distance(u"深圳甲乙科技", far, 0), 1U);
  EXPECT_EQ(osa_distance(u"深圳甲乙科技", far, 2), 3U);
  EXPECT_EQ(osa_distance(u"深圳甲乙科技", far, 5), 6U);
  EXPECT_EQ(osa_distance(u"深圳甲乙科技", far, 6), 6U);
  EXPECT_EQ(CharPattern(u"深圳甲乙科技").osa_distance(far, 2), 3U);
  EXPECT_EQ(CharPattern(u"深圳甲乙科技").osa_distance(far, kNoLimit), 6U);
}

TEST(OsaDistance, EmptyStringIsItsPartnersLengthAway) {
  EXPECT_EQ(osa_distance(u"", u"", 0), 0U);
  EXPECT_EQ(osa_distance(u"", u"甲乙丙", 9), 3U);
  EXPECT_EQ(osa_distance(u"甲乙丙", u"", 1), 2U);
  EXPECT_EQ(CharPattern().osa_distance(u"甲乙丙", 9), 3U);
  EXPECT_EQ(CharPattern(u"甲乙丙").osa_distance(u"", 1), 2U);
  EXPECT_EQ(CharPattern().osa_distance(u"", kNoLimit), 0U);
}

TEST(JaroWinkler, PublishedExamplesAreMet) {
  EXPECT_NEAR(jaro_winkler(u"MARTHA", u"MARHTA"), 0.9611, 5e-5);
  EXPECT_NEAR(jaro_winkler(u"DIXON", u"DICKSONX"), 0.8133, 5e-5);
  EXPECT_NEAR(jaro_winkler(u"DWAYNE", u"DUANE"), 0.8400, 5e-5);
  EXPECT_NEAR(jaro_winkler(u"CRATE", u"TRACE"), 0.7333, 5e-5);
}

TEST(JaroWinkler, CharactersAreUnitsNotBytes) {
  EXPECT_NEAR(jaro_winkler(u"国图", u"国书"), 2.0 / 3.0, 1e-12);  // not above 0.7: no boost
  EXPECT_EQ(jaro_winkler(u"国", u"图"), 0.0);
}

TEST(JaroWinkler, EmptyStringsFollowRapidfuzz) {
  EXPECT_EQ(jaro_winkler(u"", u""), 1.0);
  EXPECT_EQ(jaro_winkler(u"", u"甲"), 0.0);
  EXPECT_EQ(CharPattern().jaro_winkler(u""), 1.0);
  EXPECT_EQ(CharPattern(u"甲").jaro_winkler(u""), 0.0);
  EXPECT_EQ(CharPattern().jaro_winkler(u"甲"), 0.0);
}

TEST(JaroWinkler, EqualStringsGiveExactlyOne) {
  for (size_t length = 1; length <= 200; ++length) {
    const std::u16string text(length, u'甲');
    EXPECT_EQ(jaro_winkler(text, text), 1.0);
    EXPECT_EQ(CharPattern(text).jaro_winkler(text), 1.0);
  }
}

TEST(CommonSubsequence, KeepsOrder) {
  EXPECT_EQ(common_subsequence(u"深圳华侨城股份", u"华侨城A股份"), 5U);
  EXPECT_EQ(common_subsequence(u"甲乙", u"乙甲"), 1U);
  EXPECT_EQ(common_subsequence(u"", u"甲"), 0U);
  EXPECT_EQ(CharPattern().common_subsequence(u"甲"), 0U);
  EXPECT_EQ(CharPattern(u"甲乙科技").common_subsequence(u"深圳市甲乙生物科技有限公司"), 4U);
}

TEST(IsSubsequence, ShortNameInFullName) {
  EXPECT_TRUE(is_subsequence(u"国图", u"国家图书馆"));
  EXPECT_FALSE(is_subsequence(u"图国", u"国家图书馆"));
  EXPECT_FALSE(is_subsequence(u"国图图", u"国家图书馆"));
  EXPECT_TRUE(is_subsequence(u"", u""));
  EXPECT_TRUE(is_subsequence(u"", u"甲"));
  EXPECT_FALSE(is_subsequence(u"甲", u""));
}

TEST(CommonPrefix, StopsAtTheFirstDifference) {
  EXPECT_EQ(common_prefix(u"深圳市甲乙", u"深圳市丙"), 3U);
  EXPECT_EQ(common_prefix(u"深圳", u"深圳市"), 2U);
  EXPECT_EQ(common_prefix(u"", u"深圳"), 0U);
}

TEST(CharSignature, CountsNoMoreThanTheLackingCharacters) {
  EXPECT_EQ(char_signature(u""), 0U);
  EXPECT_EQ(char_signature(u"甲乙甲"), char_signature(u"乙甲"));
  EXPECT_EQ(lower_bound_of(u"甲乙", u"甲乙"), 0U);
  EXPECT_EQ(lower_bound_of(u"", u"甲甲甲"), 3U);
  EXPECT_EQ(lower_bound_of(u"甲甲甲", u""), 3U);
  EXPECT_EQ(lower_bound_of(u"ABC", u"D"), 3U);
  EXPECT_EQ(osa_lower_bound(0b0111, 3, 0b1000, 2), 3U);
  EXPECT_EQ(osa_lower_bound(0b0001, 3, 0b1110, 3), 3U);
  EXPECT_EQ(osa_lower_bound(0b0001, 9, 0b1110, 4), 8U);  // nine against four: five deleted, three replaced
}

TEST(CharPattern, KeepsItsOwnCopyAndNothingOfTheLastOne) {
  CharPattern pattern;
  {
    const std::u16string gone = u"深圳市甲乙科技有限公司";
    pattern.assign(gone);
  }
  EXPECT_EQ(pattern.osa_distance(u"深圳市甲乙科技有限公司", 2), 0U);
  const std::u16string lengthy(65, u'甲');
  pattern.assign(lengthy);
  EXPECT_EQ(pattern.osa_distance(lengthy.substr(1), 2), 1U);
  EXPECT_EQ(pattern.common_subsequence(u"深甲"), 1U);
  const CharPattern copy = pattern;
  pattern.assign(u"乙");
  EXPECT_EQ(pattern.osa_distance(u"甲", 2), 1U);
  EXPECT_EQ(pattern.common_subsequence(u"甲深"), 0U);
  EXPECT_EQ(copy.common_subsequence(lengthy), 65U);
}

TEST(CharPattern, SixtyFourDistinctCharactersFillTheTableToItsHalf) {
  // The same hash for all: c * 40503 differs only in the bits that the slot does not use.
  std::u16string colliding;
  for (uint32_t c = 128; c < 0x10000 && colliding.size() < 64; ++c) {
    if (((c * 40503U) >> 9U) % 128 == 127) colliding.push_back(static_cast<char16_t>(c));
  }
  ASSERT_EQ(colliding.size(), 64U);
  const CharPattern pattern(colliding);
  std::u16string turned = colliding.substr(1) + colliding.substr(0, 1);
  EXPECT_EQ(pattern.osa_distance(colliding, 3), 0U);
  EXPECT_EQ(pattern.osa_distance(turned, kNoLimit), 2U);
  EXPECT_EQ(pattern.common_subsequence(turned), 63U);
  EXPECT_EQ(pattern.common_subsequence(u"没有"), 0U);
}

TEST(CharPattern, NulAndSurrogatesAreCharactersLikeAnyOther) {
  const std::u16string a{u'\0', char16_t{0xD800}, char16_t{0xFFFF}, u'甲'};
  const std::u16string b{char16_t{0xD800}, u'\0', char16_t{0xFFFF}, u'甲'};
  EXPECT_EQ(CharPattern(a).osa_distance(b, 9), 1U);
  EXPECT_EQ(CharPattern(a).common_subsequence(b), 3U);
  EXPECT_EQ(CharPattern(u"甲").common_subsequence(std::u16string(1, u'\0')), 0U);
}

// All that is promised of one pair, in both directions, against the twins.
void expect_as_twins(const std::u16string& a, const std::u16string& b, uint32_t limit) {
  static CharPattern pattern;  // reused: what an earlier pair leaves behind must not show
  pattern.assign(a);
  const uint32_t distance = reference::osa_distance(a, b);
  const uint32_t limited = std::min(distance, limit + 1);
  ASSERT_EQ(osa_distance(a, b, limit), limited);
  ASSERT_EQ(osa_distance(b, a, kNoLimit), distance);
  ASSERT_EQ(pattern.osa_distance(b, limit), limited);
  ASSERT_EQ(pattern.osa_distance(b, kNoLimit), distance);
  ASSERT_LE(lower_bound_of(a, b), distance);
  ASSERT_EQ(lower_bound_of(a, b), lower_bound_of(b, a));
  ASSERT_LE(static_cast<uint32_t>(std::popcount(char_signature(a) & ~char_signature(b))),
            reference::distinct_lacking(a, b));
  const uint32_t common = reference::common_subsequence(a, b);
  ASSERT_EQ(common_subsequence(a, b), common);
  ASSERT_EQ(pattern.common_subsequence(b), common);
  ASSERT_EQ(is_subsequence(a, b), common == a.size());
  const double similarity = jaro_winkler(a, b);
  ASSERT_NEAR(similarity, reference::jaro_winkler(a, b), 1e-12);
  ASSERT_EQ(similarity, jaro_winkler(b, a));
  ASSERT_EQ(similarity, pattern.jaro_winkler(b));
}

// Mostly the length of a name, sometimes up to 90, often about 64 where the method changes.
size_t random_length(base::Rng& rng) {
  if (rng.chance(0.8)) return rng.below(21);
  return rng.chance(0.5) ? rng.below(91) : 60 + rng.below(10);
}

std::u16string random_text(base::Rng& rng, std::u16string_view alphabet, size_t length) {
  std::u16string text;
  for (size_t i = 0; i < length; ++i) text.push_back(alphabet[rng.below(alphabet.size())]);
  return text;
}

// The text after a few random edits, so that distances about the limit are common.
std::u16string edited(base::Rng& rng, std::u16string_view alphabet, std::u16string text) {
  for (uint64_t edits = rng.below(6); edits > 0; --edits) {
    const size_t at = rng.below(text.size() + 1);
    const char16_t c = alphabet[rng.below(alphabet.size())];
    const uint64_t kind = rng.below(4);
    if (kind == 0 || at == text.size()) {
      text.insert(at, 1, c);
    } else if (kind == 1) {
      text.erase(at, 1);
    } else if (kind == 2) {
      text[at] = c;
    } else if (at + 1 < text.size()) {
      std::swap(text[at], text[at + 1]);
    }
  }
  return text;
}

void compare_random_pairs(std::u16string_view alphabet, uint64_t seed, size_t pairs) {
  base::Rng rng(seed);
  for (size_t pair = 0; pair < pairs; ++pair) {
    const std::u16string_view letters = alphabet.substr(0, 1 + rng.below(alphabet.size()));
    const std::u16string a = random_text(rng, letters, random_length(rng));
    const std::u16string b = rng.chance(0.6) ? edited(rng, letters, a) : random_text(rng, letters, random_length(rng));
    expect_as_twins(a, b, static_cast<uint32_t>(rng.chance(0.9) ? rng.below(6) : rng.below(100)));
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", pair " << pair;
  }
}

TEST(SimilarityTwins, LatinPairsAgree) { compare_random_pairs(u"ABCDE", 1, 60'000); }
TEST(SimilarityTwins, HanPairsAgree) { compare_random_pairs(u"深圳市甲乙科", 2, 60'000); }
TEST(SimilarityTwins, MixedPairsAgree) { compare_random_pairs(u"A甲1乙é\u007F\u0080限", 3, 50'000); }
TEST(SimilarityTwins, WideAlphabetPairsAgree) {
  std::u16string alphabet;
  for (uint32_t i = 0; i < 120; ++i) alphabet.push_back(static_cast<char16_t>(i < 20 ? 'A' + i : 0x4E00 + 97 * i));
  compare_random_pairs(alphabet, 4, 50'000);
}

TEST(SimilarityTwins, LongPairsAgree) {
  base::Rng rng(5);
  for (size_t pair = 0; pair < 60; ++pair) {
    const std::u16string a = random_text(rng, u"深圳市甲乙科技AB", 100 + rng.below(500));
    const std::u16string b = rng.chance(0.7) ? edited(rng, u"深圳市甲乙科技AB", edited(rng, u"丙", a))
                                             : random_text(rng, u"深圳市甲乙科技AB", rng.below(600));
    expect_as_twins(a, b, static_cast<uint32_t>(rng.below(12)));
    ASSERT_FALSE(HasFatalFailure()) << "pair " << pair;
  }
}

TEST(IsOneSlip, SaysWhetherTheDistanceIsOne) {
  EXPECT_FALSE(is_one_slip(u"", u""));
  EXPECT_TRUE(is_one_slip(u"", u"甲"));
  EXPECT_FALSE(is_one_slip(u"甲乙", u"甲乙"));
  EXPECT_TRUE(is_one_slip(u"甲乙", u"乙甲"));
  EXPECT_TRUE(is_one_slip(u"甲甲", u"甲甲甲"));
  EXPECT_FALSE(is_one_slip(u"甲乙丙", u"丙乙甲"));
  base::Rng rng(11);
  const auto random_text = [&] {
    std::u16string text;
    for (uint64_t length = rng.below(7); length > 0; --length)
      text.push_back(static_cast<char16_t>(u'A' + rng.below(3)));
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    const std::u16string a = random_text();
    const std::u16string b = random_text();
    ASSERT_EQ(is_one_slip(a, b), osa_distance(a, b, 1) == 1);
  }
}

}  // namespace
}  // namespace minglu::text
