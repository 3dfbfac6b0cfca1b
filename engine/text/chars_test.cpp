#include "text/chars.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

const CharTables& chars() {
  static const std::shared_ptr<const CharTables> tables = CharTables::load(codes::catalog_directory()).value();
  return *tables;
}

TEST(Chars, FullWidthBecomesHalfWidth) {
  EXPECT_EQ(to_half_width(U'Ａ'), U'A');
  EXPECT_EQ(to_half_width(U'　'), U' ');
  EXPECT_EQ(to_half_width(U'深'), U'深');
}

TEST(Chars, TraditionalBecomesSimplified) {
  EXPECT_EQ(chars().to_simplified(U'國'), U'国');
  EXPECT_EQ(chars().to_simplified(U'後'), U'后');
  EXPECT_EQ(chars().to_simplified(U'於'), U'于');
  EXPECT_EQ(chars().to_simplified(U'說'), U'说');
  EXPECT_EQ(chars().to_simplified(U'説'), U'说');
}

TEST(Chars, CharactersOfSimplifiedTextStay) {
  for (const char32_t c : std::u32string_view(U"乾著徵瞭藉夥覆昇喆")) { EXPECT_EQ(chars().to_simplified(c), c); }
}

TEST(Chars, FirstReadingWithoutTone) {
  EXPECT_EQ(chars().pinyin(U'深'), "shen");
  EXPECT_EQ(chars().pinyin(U'绿'), "lv");
  EXPECT_EQ(chars().pinyin(U'A'), "");
  EXPECT_EQ(chars().pinyin(0x10FFFF), "");
}

TEST(Chars, ShapeHoldsFourCornerCangjieStrokesComponent) {
  const CharShape* shape = chars().shape(U'國');
  ASSERT_NE(shape, nullptr);
  EXPECT_STREQ(shape->four_corner.data(), "60153");
  EXPECT_STREQ(shape->cangjie.data(), "WIRM");
  EXPECT_EQ(shape->strokes, 11);
  EXPECT_EQ(shape->component, U'囗');
  EXPECT_EQ(chars().shape(U'A'), nullptr);
}

TEST(Chars, FoldIsIdempotentOverThePlane) {
  for (char32_t c = 0; c < 0x10000; ++c)
    ASSERT_EQ(chars().fold(chars().fold(c)), chars().fold(c)) << static_cast<uint32_t>(c);
}

TEST(Chars, BracketsAreOnePair) {
  for (const char32_t c : {U'（', U'[', U'【', U'〔', U'('}) EXPECT_EQ(chars().fold(c), U'(');
  for (const char32_t c : {U'）', U']', U'】', U'〕', U')'}) EXPECT_EQ(chars().fold(c), U')');
}

TEST(Chars, MissingCatalogIsAnError) { EXPECT_FALSE(CharTables::load("/nowhere").ok()); }

}  // namespace
}  // namespace minglu::text
