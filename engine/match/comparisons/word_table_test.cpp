#include "match/comparisons/word_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/rng.hpp"
#include "base/utf8.hpp"

namespace minglu::match {
namespace {

WordTable table_of(const std::vector<std::u16string>& values) {
  WordTable table;
  for (const std::u16string& value : values) table.append(value);
  table.freeze();
  return table;
}

std::set<std::u16string> words_of(const WordTable& table, uint32_t value) {
  std::set<std::u16string> words;
  for (const uint32_t id : table.words(value)) words.emplace(table.word(id));
  return words;
}

using Words = std::set<std::u16string>;

TEST(WordTable, LatinWordsAsWrittenAndHanInPairs) {
  const WordTable table = table_of({u"RED HOUSE RED", u"甲乙丙", u"甲", u"", u"甲乙 A1 丙丁", u"甲A乙丙", u"甲甲甲"});
  EXPECT_EQ(words_of(table, 1), (Words{u"RED", u"HOUSE"}));
  EXPECT_EQ(words_of(table, 2), (Words{u"甲乙", u"乙丙"}));
  EXPECT_EQ(words_of(table, 3), (Words{u"甲"}));
  EXPECT_TRUE(table.words(4).empty());
  EXPECT_EQ(words_of(table, 5), (Words{u"甲乙", u"A1", u"丙丁"}));
  EXPECT_EQ(words_of(table, 6), (Words{u"甲", u"A", u"乙丙"}));
  EXPECT_EQ(words_of(table, 7), (Words{u"甲甲"}));
  EXPECT_TRUE(table.words(0).empty());
}

TEST(WordTable, EqualWordsOverlapWhollyAndOthersNotAtAll) {
  const WordTable table = table_of({u"RED HOUSE", u"HOUSE RED", u"BLUE SKY", u"RED HOUSE HILL"});
  EXPECT_FLOAT_EQ(table.match(1, 2).overlap(), 1);
  EXPECT_EQ(table.match(1, 3).common, 0);
  EXPECT_EQ(table.match(1, 3).rarest, 0U);
  EXPECT_FLOAT_EQ(table.match(1, 4).containment(), 1);
  EXPECT_LT(table.match(1, 4).overlap(), 1);
}

TEST(WordTable, RareWordsWeighMore) {
  const WordTable table = table_of({u"THE LIGHTHOUSE", u"THE SEA", u"THE SKY", u"A LIGHTHOUSE", u"THE HILL"});
  EXPECT_GT(table.match(1, 4).common, table.match(1, 2).common);
  EXPECT_EQ(table.word(table.match(1, 4).rarest), u"LIGHTHOUSE");
  std::vector<uint32_t> rare;
  table.rarest(1, 5, rare);
  ASSERT_EQ(rare.size(), 2U);
  EXPECT_EQ(table.word(rare[0]), u"LIGHTHOUSE");
  table.rarest(1, 1, rare);
  EXPECT_EQ(rare.size(), 1U);
}

TEST(WordTable, OneSlipInALongWordCountsNearly) {
  const WordTable table = table_of({u"LIGHTHOUSE", u"LIGHTHUOSE", u"LIGHT", u"LIGHTS", u"SKY", u"SKI"});
  EXPECT_NEAR(table.match(1, 2).overlap(), 0.8, 1e-3);
  EXPECT_NEAR(table.match(3, 4).overlap(), 0.8, 1e-3);
  EXPECT_EQ(table.match(5, 6).common, 0);
  EXPECT_EQ(table.match(1, 3).common, 0);
}

TEST(WordTable, WordsThatComeAfterFreezingWeighAsRareOnes) {
  WordTable table = table_of({u"RED HOUSE", u"RED SKY", u"RED SEA"});
  table.append(u"RED TOWER");
  table.append(u"RED TOWER");
  const WordMatch late = table.match(4, 5);
  EXPECT_FLOAT_EQ(late.overlap(), 1);
  EXPECT_EQ(table.word(late.rarest), u"TOWER");
  EXPECT_GT(table.match(1, 4).common, 0);
}

/// Sums over sets of words, with the weights of the description: log2 of values by values with the word. The table
/// counts two values more, so that a word of every value does not weigh nothing.
struct Twin {
  std::vector<Words> values;
  std::map<std::u16string, int> frequency;
  double weight(const std::u16string& word) const {
    return std::log2((static_cast<double>(values.size()) + 2) / frequency.at(word));
  }
  double total(size_t value) const {
    double sum = 0;
    for (const auto& word : values[value]) sum += weight(word);
    return sum;
  }
};

TEST(WordTable, AgreesWithSetsOfWordsOnRandomText) {
  base::Rng rng(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::u16string> texts;
    Twin twin;
    for (uint64_t count = 2 + rng.below(30); count > 0; --count) {
      std::u16string text;
      Words words;
      for (uint64_t length = rng.below(12); length > 0; --length) {
        // Words of at most three letters: too short for slips.
        std::u16string word(1 + rng.below(3), static_cast<char16_t>(u'A' + rng.below(6)));
        text += (text.empty() ? u"" : u" ") + word;
        words.insert(word);
      }
      for (const auto& word : words) ++twin.frequency[word];
      texts.push_back(text);
      twin.values.push_back(words);
    }
    const WordTable table = table_of(texts);
    for (uint32_t a = 1; a <= texts.size(); ++a) {
      for (uint32_t b = 1; b <= texts.size(); ++b) {
        double common = 0;
        for (const auto& word : twin.values[a - 1]) common += twin.values[b - 1].contains(word) ? twin.weight(word) : 0;
        const WordMatch match = table.match(a, b);
        const double left = twin.total(a - 1);
        const double right = twin.total(b - 1);
        ASSERT_NEAR(match.overlap(), common / std::max({left, right, 1e-6}), 0.01);
        ASSERT_NEAR(match.containment(), common / std::max(std::min(left, right), 1e-6), 0.01);
        ASSERT_EQ(match.rarest, table.match(b, a).rarest);
      }
    }
  }
}

}  // namespace
}  // namespace minglu::match
