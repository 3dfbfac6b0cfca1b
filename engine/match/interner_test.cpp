#include "match/interner.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/rng.hpp"

namespace minglu::match {
namespace {

TEST(Interner, TheEmptyStringIsZero) {
  Interner strings;
  EXPECT_EQ(strings.size(), 1U);
  EXPECT_EQ(strings.intern(u""), 0U);
  EXPECT_EQ(strings.find(u""), 0U);
  EXPECT_EQ(strings.view(0), u"");
  EXPECT_EQ(strings.size(), 1U);
}

TEST(Interner, EqualStringsHaveOneNumberInTheOrderOfArrival) {
  Interner strings;
  EXPECT_EQ(strings.intern(u"甲乙"), 1U);
  EXPECT_EQ(strings.intern(u"甲"), 2U);
  EXPECT_EQ(strings.intern(u"甲乙"), 1U);
  EXPECT_EQ(strings.find(u"甲"), 2U);
  EXPECT_EQ(strings.find(u"乙"), 0U);
  EXPECT_EQ(strings.view(1), u"甲乙");
  EXPECT_EQ(strings.size(), 3U);
}

TEST(Interner, OneNulAndExtremeLengthsAreStringsToo) {
  Interner strings;
  const std::u16string nul(1, u'\0');
  const std::u16string longest(200'000, u'甲');
  const uint32_t a = strings.intern(nul);
  const uint32_t b = strings.intern(nul + nul);
  const uint32_t c = strings.intern(longest);
  EXPECT_NE(a, b);
  EXPECT_EQ(strings.view(b).size(), 2U);
  EXPECT_EQ(strings.view(c), longest);
}

TEST(Interner, AgreesWithAMapWhileItGrows) {
  Interner strings;
  std::map<std::u16string, uint32_t> twin;
  base::Rng rng(1);
  for (int i = 0; i < 200'000; ++i) {
    std::u16string text;
    for (uint64_t length = rng.below(4); length > 0; --length)
      text.push_back(static_cast<char16_t>(0x4E00 + rng.below(60)));
    const auto [at, is_new] = twin.emplace(text, text.empty() ? 0 : strings.size());
    ASSERT_EQ(strings.find(text), is_new ? 0 : at->second);
    ASSERT_EQ(strings.intern(text), at->second);
  }
  for (const auto& [text, id] : twin) ASSERT_EQ(strings.view(id), text);
  EXPECT_EQ(strings.size(), twin.size());
}

TEST(AppendUnit, EveryCharacterIsOneUnit) {
  std::u16string out;
  append_unit(U'甲', out);
  append_unit(U'𠮷', out);
  append_unit(U'𠮷', out);
  append_unit(U'𡈽', out);
  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(out[0], u'甲');
  EXPECT_EQ(out[1], out[2]);
  EXPECT_NE(out[1], out[3]);
  for (size_t i = 1; i < 4; ++i) EXPECT_TRUE(out[i] >= 0xE000 && out[i] < 0xE800);
  EXPECT_EQ(to_utf8(u"甲A "), "甲A ");
}

}  // namespace
}  // namespace minglu::match
