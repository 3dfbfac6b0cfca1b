#include "access/masking.hpp"

#include <gtest/gtest.h>

namespace minglu::access {
namespace {

using codes::FieldKind;

Scope scope_of(SourceClasses classes, bool may_unmask) {
  return Scope::of_whole_city({.all_specialties = true, .classes = classes, .may_unmask = may_unmask});
}

constexpr SourceClasses kOutside = {SourceClass::kPublic, SourceClass::kDeptAdmin};

struct Case {
  std::string_view field;
  FieldKind kind;
  std::string_view value;
  std::string_view masked;
};

constexpr std::array kCases = {
    Case{"legal_rep", FieldKind::kPerson, "张三", "张*"},
    Case{"legal_rep", FieldKind::kPerson, "张三丰", "张*"},
    Case{"legal_rep", FieldKind::kPerson, "张", "张*"},
    Case{"legal_rep", FieldKind::kPerson, "𠮷田", "𠮷*"},
    Case{"responsible_person", FieldKind::kPerson, "JOHN SMITH", "J*"},
    Case{"mobile", FieldKind::kPhone, "13812341234", "138****1234"},
    Case{"mobile", FieldKind::kPhone, "138-1234 1234", "138****1234"},
    Case{"mobile", FieldKind::kPhone, "+86 13812341234", "138****1234"},
    Case{"mobile", FieldKind::kPhone, "１３８１２３４１２３４", "138****1234"},
    Case{"mobile", FieldKind::kPhone, "123", "***"},
    Case{"mobile", FieldKind::kPhone, "无", "***"},
    Case{"landline", FieldKind::kPhone, "0755-12345678", "0755-****5678"},
    Case{"landline", FieldKind::kPhone, "010-12345678", "010-****5678"},
    Case{"landline", FieldKind::kPhone, "12345678", "****5678"},
    Case{"landline", FieldKind::kPhone, "13812341234", "138****1234"},
    Case{"landline", FieldKind::kPhone, "0755-12345678-801", "***"},
    Case{"email", FieldKind::kText, "wangfang@example.com", "w***@example.com"},
    Case{"email", FieldKind::kText, "a@b.cn", "a***@b.cn"},
    Case{"email", FieldKind::kText, "not an address", "***"},
    Case{"email", FieldKind::kText, "@b.cn", "***"},
    Case{"power_account", FieldKind::kIdentifier, "0440012345678", "****5678"},
    Case{"power_account", FieldKind::kIdentifier, "1234", "***"},
    Case{"tax_id", FieldKind::kIdentifier, "11010519491231002X", "1****************X"},
    Case{"tax_id", FieldKind::kIdentifier, "11010519491231002x", "1****************x"},
    Case{"tax_id", FieldKind::kIdentifier, "11010519491231002X01", "1****************X01"},
    Case{"main_activity", FieldKind::kText, "负责人11010519491231002X，零售", "负责人1****************X，零售"},
    Case{"former_name", FieldKind::kName, "１１０１０５１９４９１２３１００２Ｘ", "１****************Ｘ"},
    Case{"address", FieldKind::kAddress, "广东省深圳市南山区粤海街道科技园1栋", "广东省深圳市南山区粤海街道***"},
    Case{"address", FieldKind::kAddress, "深圳市南山区科技园南区5栋", "深圳市南山区***"},
    Case{"address", FieldKind::kAddress, "深圳市阳光小区3栋501", "深圳市***"},
    Case{"address", FieldKind::kAddress, "深圳市龙岗区布吉街道大芬社区油画街12号", "深圳市龙岗区布吉街道***"},
    Case{"reg_address", FieldKind::kAddress, "广东省汕尾市海丰县鹅埠镇创智路2号", "广东省汕尾市海丰县鹅埠镇***"},
    Case{"reg_address", FieldKind::kAddress, "南山区粤海街道9号", "南山区粤海街道***"},
    Case{"address", FieldKind::kAddress, "罗湖区宝安南路1881号", "罗湖区***"},
    Case{"address", FieldKind::kAddress, "1号", "***"},
    Case{"address", FieldKind::kAddress, "Unit 5, Tower B", "***"},
    Case{"longitude", FieldKind::kDecimal, "113.94512", "***"},
    Case{"latitude", FieldKind::kDecimal, "22.5", "***"},
};

TEST(Masking, EachFormIsHiddenFromWhoMayNotSeeIt) {
  const Scope scope = scope_of(kOutside, false);
  for (const Case& c : kCases) {
    const MaskedValue got = mask_value(
        {.field = c.field, .kind = c.kind, .value = c.value, .source_class = "PUBLIC", .unmask = true}, scope);
    EXPECT_EQ(got.value, c.masked) << c.field << " " << c.value;
    EXPECT_EQ(got.visibility, Visibility::kMasked) << c.value;
  }
}

TEST(Masking, PersonalValuesAreShownOnlyWhenAskedForByWhoMay) {
  const Scope scope = scope_of(kOutside, true);
  for (const Case& c : kCases) {
    MaskSpec spec{.field = c.field, .kind = c.kind, .value = c.value, .source_class = "PUBLIC"};
    const bool is_place = c.kind == FieldKind::kAddress || c.kind == FieldKind::kDecimal;
    if (!is_place) {
      EXPECT_EQ(mask_value(spec, scope).value, c.masked) << c.value;
    } else {
      EXPECT_EQ(mask_value(spec, scope).value, c.value);
    }
    spec.unmask = true;
    EXPECT_EQ(mask_value(spec, scope), (MaskedValue{std::string(c.value), Visibility::kShown}));
  }
}

TEST(Masking, ValuesOfAClassOutOfScopeAreWithheldWholly) {
  const Scope scope = scope_of(kOutside, true);
  for (const std::string_view source_class : {"SURVEY", "DECLARATION", "", "public", "OTHER"}) {
    const MaskSpec spec{
        .field = "name", .kind = FieldKind::kName, .value = "甲公司", .source_class = source_class, .unmask = true};
    EXPECT_EQ(mask_value(spec, scope), (MaskedValue{"", Visibility::kWithheld})) << source_class;
  }
  EXPECT_EQ(mask_value({.field = "name", .kind = FieldKind::kName, .value = "甲", .source_class = "PUBLIC"},
                       Scope::of_nothing()),
            (MaskedValue{"", Visibility::kWithheld}));
}

TEST(Masking, WhatIsNotPersonalIsShown) {
  const Scope scope = scope_of(kOutside, false);
  const std::array<Case, 7> open = {{
      {"name", FieldKind::kName, "深圳市甲乙有限公司", ""},
      {"uscc", FieldKind::kIdentifier, "9144030071526726XG", ""},
      {"uscc", FieldKind::kIdentifier, "914403007954257495", ""},
      {"tax_id", FieldKind::kIdentifier, "110105194912310021", ""},  // wrong check character
      {"capital", FieldKind::kMoney, "11010519491231002", ""},
      {"founded", FieldKind::kDate, "2019-07-14", ""},
      {"legal_rep", FieldKind::kPerson, "", ""},
  }};
  for (const Case& c : open) {
    EXPECT_EQ(mask_value({.field = c.field, .kind = c.kind, .value = c.value, .source_class = "PUBLIC"}, scope),
              (MaskedValue{std::string(c.value), Visibility::kShown}))
        << c.value;
  }
}

TEST(Masking, SaysWhichFieldsOfferToShowInFull) {
  EXPECT_TRUE(is_maskable("legal_rep", FieldKind::kPerson));
  EXPECT_TRUE(is_maskable("email", FieldKind::kText));
  EXPECT_TRUE(is_maskable("longitude", FieldKind::kDecimal));
  EXPECT_FALSE(is_maskable("founded", FieldKind::kDate));
  EXPECT_FALSE(is_maskable("industry_code", FieldKind::kCode));
}

}  // namespace
}  // namespace minglu::access
