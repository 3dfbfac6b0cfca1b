#include "units/plain.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "units/contacts.hpp"
#include "units/dates.hpp"
#include "units/identifiers.hpp"
#include "units/money.hpp"
#include "units/numbers.hpp"

namespace minglu::units {
namespace {

TEST(CleanText, TrimsAndKeepsMeaning) {
  EXPECT_EQ(clean_text("深圳市甲乙（集团）有限公司").value, "深圳市甲乙（集团）有限公司");
  EXPECT_TRUE(clean_text("深圳市甲乙（集团）有限公司").flags.empty());
  EXPECT_EQ(clean_text("　深圳　甲乙 ").value, "深圳 甲乙");
  EXPECT_EQ(clean_text("一\r\n二").value, "一 二");
  EXPECT_TRUE(has_flag(clean_text("一\r\n二"), "control_removed"));
  EXPECT_EQ(clean_text("甲\xE2\x80\x8B乙").value, "甲乙");
  EXPECT_EQ(clean_text("").value, std::nullopt);
  EXPECT_EQ(clean_text(" 　\t").value, std::nullopt);
  EXPECT_EQ(clean_text("Ａ公司").value, "Ａ公司");
}

TEST(CleanText, DamageIsFlagged) {
  for (const char* text :
       {"深圳\xEF\xBF\xBD公司", "锟斤拷公司", "烫烫烫烫", "\xC3\xA6\xC2\xB7\xC2\xB1\xC3\xA5\xC2\x9C\xC2\xB3"}) {
    EXPECT_TRUE(has_flag(clean_text(text), "mojibake")) << text;
    EXPECT_FALSE(clean_text(text).trusted) << text;
  }
  EXPECT_TRUE(has_flag(clean_text("深圳市??有限公司"), "lost_characters"));
  EXPECT_TRUE(clean_text("烫染店").trusted);
  EXPECT_TRUE(clean_text("Café Zürich").trusted);
}

TEST(CleanText, PlaceholdersAreNull) {
  for (const char* text : {"N/A", "NULL", "-", "无", "nan", "None", "－", "暂无", " N/A ", "ＮＵＬＬ", "Ｎ／Ａ"}) {
    EXPECT_EQ(clean_text(text).value, std::nullopt) << text;
    EXPECT_TRUE(has_flag(clean_text(text), "placeholder")) << text;
  }
  EXPECT_EQ(clean_text("无锡").value, "无锡");
}

TEST(CleanPersonName, SpacesDotsAndOddCharacters) {
  EXPECT_EQ(clean_person_name("张　三").value, "张三");
  EXPECT_TRUE(has_flag(clean_person_name("张  三"), "name_space_removed"));
  EXPECT_EQ(clean_person_name("买买提•阿不都").value, "买买提·阿不都");
  EXPECT_EQ(clean_person_name("JOHN SMITH").value, "JOHN SMITH");
  EXPECT_TRUE(clean_person_name("JOHN SMITH").flags.empty());
  EXPECT_TRUE(has_flag(clean_person_name("张3"), "name_characters"));
  EXPECT_FALSE(clean_person_name("张**").trusted);
  EXPECT_TRUE(has_flag(clean_person_name("张三11010519491231002X"), "personal_id"));
}

// Repair flags: none of these may appear when a cleaned value is cleaned again.
bool repaired(const Cleaned& cleaned) {
  for (const char* code :
       {"trimmed", "width_folded", "control_removed", "separator_removed", "space_folded", "uscc_lower_case",
        "org_code_lower_case", "name_space_removed", "phone_prefix_removed", "email_domain_lower", "url_lower",
        "thousands_removed", "number_notation", "date_month_only", "placeholder"}) {
    if (has_flag(cleaned, code)) return true;
  }
  return false;
}

std::string random_cell(base::Rng& rng) {
  static const std::u32string kAlphabet =
      U"0123456789011222339999AXxXGgOISZ  "
      U"--　－０１９Ｘ/.:@年月日二〇一九十张三有限公司无\t\n*%,，（）()+E·？?锟斤拷\uFFFD\u200B#转";
  static const std::string kSeeds[] = {
      "914403001922038216", "9144030071526726XG", "0755-26345678", "13812345678", "2019-07-14",
      "二〇一九年七月四日", "440301103097413",    "a@b.cn",        "www.A.com",   "1,234.50"};
  std::u32string text;
  if (rng.chance(0.6)) text = base::decode_utf8(kSeeds[rng.below(std::size(kSeeds))]);
  const size_t edits = rng.below(6);
  for (size_t i = 0; i < edits; ++i) {
    const char32_t c = kAlphabet[rng.below(kAlphabet.size())];
    const size_t at = rng.below(text.size() + 1);
    if (at < text.size() && rng.chance(0.5))
      text[at] = c;
    else
      text.insert(at, 1, c);
  }
  return base::encode_utf8(text);
}

using Cleaner = Cleaned (*)(std::string_view);
const std::pair<const char*, Cleaner> kCleaners[] = {
    {"uscc", clean_uscc},   {"org", clean_org_code},      {"reg", clean_reg_no},        {"tax", clean_tax_id},
    {"date", clean_date},   {"mobile", clean_mobile},     {"landline", clean_landline}, {"postcode", clean_postcode},
    {"email", clean_email}, {"url", clean_url},           {"integer", clean_integer},   {"decimal", clean_decimal},
    {"text", clean_text},   {"person", clean_person_name}};

TEST(EveryCleaner, IsIdempotent) {
  base::Rng rng(42);
  for (int i = 0; i < 50000; ++i) {
    const std::string cell = random_cell(rng);
    for (const auto& [name, clean] : kCleaners) {
      const Cleaned once = clean(cell);
      if (!once.value) continue;
      const Cleaned twice = clean(*once.value);
      EXPECT_EQ(twice.value, once.value) << name << " of [" << cell << "]";
      EXPECT_FALSE(repaired(twice)) << name << " of [" << cell << "] then [" << *once.value << "] "
                                    << twice.flags.front().code;
      EXPECT_EQ(twice.trusted, once.trusted) << name << " of [" << cell << "]";
    }
  }
}

TEST(EveryCleaner, ArbitraryBytesNeverCrash) {
  base::Rng rng(43);
  for (int i = 0; i < 50000; ++i) {
    std::string cell;
    for (size_t n = rng.below(40); n > 0; --n) {
      cell.push_back(static_cast<char>(rng.chance(0.7) ? "0123456789-./xX+%E,()"[rng.below(21)] : rng.below(256)));
    }
    for (const auto& [name, clean] : kCleaners) {
      const Cleaned cleaned = clean(cell);
      EXPECT_TRUE(cleaned.trusted || !cleaned.flags.empty()) << name << " distrusts without saying why";
      for (const Flag& flag : cleaned.flags) EXPECT_FALSE(flag.code.empty() || flag.message.empty()) << name;
    }
    clean_money_and_currency(cell, MoneyUnit::kWanYuan);
    mask_personal_id(cell);
  }
}

TEST(EveryCleaner, MessagesStayShortForAVeryLongCell) {
  constexpr size_t kMessageBytesMax = 400;
  const std::string digits(size_t{1} << 20, '9');
  for (const auto& [name, clean] : kCleaners) {
    for (const Flag& flag : clean(digits + "万").flags) EXPECT_LT(flag.message.size(), kMessageBytesMax) << name;
  }
  EXPECT_EQ(clean_money(digits, MoneyUnit::kYuan).value, std::nullopt);
}

}  // namespace
}  // namespace minglu::units
