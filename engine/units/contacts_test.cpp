#include "units/contacts.hpp"

#include <gtest/gtest.h>

namespace minglu::units {
namespace {

TEST(CleanMobile, ReadsAndRefuses) {
  for (const char* text : {"13812345678", "+86 138-1234-5678", "8613812345678", "013812345678",
                           "１３８１２３４５６７８", "0086 13812345678", " 138 1234 5678"}) {
    EXPECT_EQ(clean_mobile(text).value, "13812345678") << text;
    EXPECT_TRUE(clean_mobile(text).trusted) << text;
  }
  EXPECT_TRUE(clean_mobile("13812345678").flags.empty());
  EXPECT_TRUE(has_flag(clean_mobile("12812345678"), "mobile_format"));
  EXPECT_TRUE(has_flag(clean_mobile("1381234567"), "mobile_format"));
  EXPECT_TRUE(has_flag(clean_mobile("0755-12345678"), "mobile_format") ||
              has_flag(clean_mobile("0755-12345678"), "mobile_is_landline"));
  EXPECT_TRUE(has_flag(clean_mobile("0755-26345678"), "mobile_is_landline"));
  EXPECT_TRUE(has_flag(clean_mobile("138****5678"), "phone_masked"));
  EXPECT_TRUE(has_flag(clean_mobile("13888888888"), "phone_filler"));
  EXPECT_TRUE(has_flag(clean_mobile("13812345678/13912345678"), "phone_several"));
  EXPECT_TRUE(has_flag(clean_mobile("无"), "placeholder"));
  EXPECT_TRUE(has_flag(clean_mobile("张三"), "mobile_format"));
  EXPECT_TRUE(clean_mobile("").flags.empty());
}

TEST(CleanLandline, Normalises) {
  const std::pair<const char*, const char*> cases[] = {{"0755-26345678", "0755-26345678"},
                                                       {"075526345678", "0755-26345678"},
                                                       {"(0755)26345678", "0755-26345678"},
                                                       {"（0755）26345678", "0755-26345678"},
                                                       {"0755 2634 5678", "0755-26345678"},
                                                       {"+86-755-26345678", "0755-26345678"},
                                                       {"0755-26345678-801", "0755-26345678-801"},
                                                       {"0755-26345678转801", "0755-26345678-801"},
                                                       {"0755－26345678 转 801", "0755-26345678-801"},
                                                       {"010-62345678", "010-62345678"},
                                                       {"02087654321", "020-87654321"},
                                                       {"0660-6234567", "0660-6234567"},
                                                       {"400-123-4567", "400-1234567"},
                                                       {"4001234567", "400-1234567"}};
  for (const auto& [text, value] : cases) {
    EXPECT_EQ(clean_landline(text).value, value) << text;
    EXPECT_TRUE(clean_landline(text).trusted) << text;
  }
}

TEST(CleanLandline, NothingIsSupplied) {
  const Cleaned bare = clean_landline("26345678");
  EXPECT_EQ(bare.value, "26345678");
  EXPECT_FALSE(bare.trusted);
  EXPECT_TRUE(has_flag(bare, "landline_no_area"));
  EXPECT_TRUE(has_flag(clean_landline("13812345678"), "landline_is_mobile"));
  EXPECT_TRUE(has_flag(clean_landline("0755-123"), "landline_format"));
  EXPECT_TRUE(has_flag(clean_landline("0755-26345678转总机"), "landline_format"));
  EXPECT_TRUE(has_flag(clean_landline("0755-88888888"), "phone_filler"));
  EXPECT_TRUE(has_flag(clean_landline("电话"), "landline_format"));
}

TEST(CleanPostcode, SixDigits) {
  EXPECT_EQ(clean_postcode("518000").value, "518000");
  EXPECT_EQ(clean_postcode("５１８０００").value, "518000");
  EXPECT_TRUE(has_flag(clean_postcode("10010"), "postcode_zero_lost"));
  EXPECT_EQ(clean_postcode("10010").value, "10010");
  EXPECT_TRUE(has_flag(clean_postcode("51800A"), "postcode_format"));
  EXPECT_TRUE(has_flag(clean_postcode("000000"), "filler"));
}

TEST(CleanEmail, DomainInLowerCase) {
  EXPECT_EQ(clean_email("Zhang.San@Example.COM").value, "Zhang.San@example.com");
  EXPECT_TRUE(has_flag(clean_email("Zhang.San@Example.COM"), "email_domain_lower"));
  EXPECT_EQ(clean_email("ａ＠ｂ．ｃｎ").value, "a@b.cn");
  for (const char* text : {"a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b..cn", "a@@b.cn", ".a@b.cn"}) {
    EXPECT_TRUE(has_flag(clean_email(text), "email_format")) << text;
  }
}

TEST(CleanUrl, SchemeAndHostInLowerCase) {
  EXPECT_EQ(clean_url("HTTP://WWW.Example.com/Path").value, "http://www.example.com/Path");
  EXPECT_EQ(clean_url("www.example.com").value, "www.example.com");
  EXPECT_EQ(clean_url("https://深圳.中国/a?b=C").value, "https://深圳.中国/a?b=C");
  for (const char* text : {"example", "http:\\\\www.a.com", "www.a.com b", "javascript:alert(1)", "file://a.b"}) {
    EXPECT_TRUE(has_flag(clean_url(text), "url_format")) << text;
  }
  EXPECT_TRUE(has_flag(clean_url("无"), "placeholder"));
}

}  // namespace
}  // namespace minglu::units
