#include "units/identifiers.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "reference/units/check_digits.hpp"
#include "units/check_digits.hpp"

namespace minglu::units {
namespace {

TEST(Uscc, VectorsOfTheRuleBookPass) {
  for (const char* uscc :
       {"914403001922038216", "9144030071526726XG", "91440300708461136T", "91440300192317458F", "9144030010001686XA",
        "91440300100012316L", "91440300192181490G", "9144030027939873X7", "914403007954257495", "91350100M000100Y43"}) {
    EXPECT_TRUE(is_valid_uscc(uscc)) << uscc;
    const Cleaned cleaned = clean_uscc(uscc);
    EXPECT_EQ(cleaned.value, uscc);
    EXPECT_TRUE(cleaned.trusted);
  }
}

TEST(Uscc, WrongCheckIsKeptUntrusted) {
  for (const char* uscc : {"914403001922038217", "9144011171248754XE", "9144010669868321X4"}) {
    const Cleaned cleaned = clean_uscc(uscc);
    EXPECT_FALSE(is_valid_uscc(uscc));
    EXPECT_EQ(cleaned.value, uscc);
    EXPECT_FALSE(cleaned.trusted);
    ASSERT_TRUE(has_flag(cleaned, "uscc_check_digit")) << uscc;
    EXPECT_EQ(cleaned.flags.front().severity, table::Severity::kMandatory);
  }
}

TEST(Uscc, LettersOutsideTheAlphabetAreAFormatError) {
  for (const char* uscc :
       {"91350100M000100Y4Z", "91350100I000100Y43", "9135O100M000100Y43", "91350100S000100Y43", "91350100V000100Y43"}) {
    const Cleaned cleaned = clean_uscc(uscc);
    EXPECT_FALSE(cleaned.trusted);
    EXPECT_TRUE(has_flag(cleaned, "uscc_format")) << uscc;
    EXPECT_EQ(cleaned.value, uscc);
  }
}

TEST(Uscc, LowerCaseIsRaisedAndFlagged) {
  const Cleaned cleaned = clean_uscc("9144030071526726xg");
  EXPECT_EQ(cleaned.value, "9144030071526726XG");
  EXPECT_TRUE(cleaned.trusted);
  EXPECT_TRUE(has_flag(cleaned, "uscc_lower_case"));
  const Cleaned wrong = clean_uscc("9144010669868321x4");
  EXPECT_FALSE(wrong.trusted);
  EXPECT_TRUE(has_flag(wrong, "uscc_check_digit"));
}

TEST(Uscc, WidthBlanksAndSeparatorsAreFlagged) {
  const Cleaned wide = clean_uscc("９１４４０３００１９２２０３８２１６");
  EXPECT_EQ(wide.value, "914403001922038216");
  EXPECT_TRUE(has_flag(wide, "width_folded"));
  const Cleaned spaced = clean_uscc(" \t91440300-1922 038216\xE3\x80\x80");
  EXPECT_EQ(spaced.value, "914403001922038216");
  EXPECT_TRUE(has_flag(spaced, "trimmed") && has_flag(spaced, "separator_removed"));
  EXPECT_EQ(clean_uscc("'914403001922038216").value, "914403001922038216");
  EXPECT_TRUE(has_flag(clean_uscc("\xEF\xBB\xBF"
                                  "914403001922038216"),
                       "control_removed"));
}

TEST(Uscc, LookalikesAreProposedNeverApplied) {
  const Cleaned cleaned = clean_uscc("9144O3001922O38216");
  EXPECT_EQ(cleaned.value, "9144O3001922O38216");
  EXPECT_FALSE(cleaned.trusted);
  ASSERT_TRUE(has_flag(cleaned, "uscc_repair_proposed"));
  EXPECT_NE(cleaned.flags.back().message.find("914403001922038216"), std::string::npos);
  EXPECT_FALSE(has_flag(clean_uscc("9144O3001922O38217"), "uscc_repair_proposed"));
}

TEST(Uscc, PlaceholdersAndNothingAreNull) {
  for (const char* text : {"N/A", "n/a", "NULL", "null", "-", "无", "nan", "None", "—", "－", "／", " - ", "---"}) {
    const Cleaned cleaned = clean_uscc(text);
    EXPECT_EQ(cleaned.value, std::nullopt) << text;
    EXPECT_TRUE(has_flag(cleaned, "placeholder")) << text;
  }
  EXPECT_EQ(clean_uscc("").value, std::nullopt);
  EXPECT_TRUE(clean_uscc("  ").flags.empty());
}

TEST(Uscc, FillerPassesTheArithmeticButIsNotTrusted) {
  const Cleaned cleaned = clean_uscc("000000000000000000");
  EXPECT_TRUE(is_valid_uscc("000000000000000000"));
  EXPECT_FALSE(cleaned.trusted);
  EXPECT_TRUE(has_flag(cleaned, "filler"));
}

TEST(Uscc, UnknownCategoryAndOrgPartAreOnlyForVerification) {
  std::string odd = "00440300192203821";
  odd.push_back(*uscc_check_char(odd));
  const Cleaned category = clean_uscc(odd);
  EXPECT_TRUE(category.trusted);
  EXPECT_TRUE(has_flag(category, "uscc_category"));
  EXPECT_FALSE(has_flag(category, "uscc_org_part"));
  std::string part = "91440300192203822";
  part.push_back(*uscc_check_char(part));
  EXPECT_TRUE(clean_uscc(part).trusted);
  EXPECT_TRUE(has_flag(clean_uscc(part), "uscc_org_part"));
}

TEST(Uscc, ACitizensNumberIsMaskedInTheMessage) {
  const Cleaned cleaned = clean_uscc("11010519491231002X");
  ASSERT_TRUE(has_flag(cleaned, "personal_id"));
  EXPECT_FALSE(cleaned.trusted);
  EXPECT_EQ(cleaned.flags.back().message.find("19491231"), std::string::npos);
}

TEST(Uscc, ScientificNotationIsNamed) {
  const Cleaned cleaned = clean_uscc("9.14403E+17");
  EXPECT_FALSE(cleaned.trusted);
  EXPECT_NE(cleaned.flags.back().message.find("科学计数"), std::string::npos);
}

TEST(OrgCode, VectorsPass) {
  EXPECT_EQ(clean_org_code("19220382-1").value, "192203821");
  EXPECT_TRUE(clean_org_code("19220382-1").flags.empty());
  EXPECT_EQ(clean_org_code("71526726-x").value, "71526726X");
  EXPECT_TRUE(has_flag(clean_org_code("71526726-x"), "org_code_lower_case"));
  EXPECT_TRUE(is_valid_org_code("71526726X"));
  EXPECT_FALSE(is_valid_org_code("715267261"));
  EXPECT_TRUE(has_flag(clean_org_code("715267261"), "org_code_check_digit"));
  EXPECT_TRUE(has_flag(clean_org_code("000000000"), "filler"));
  EXPECT_TRUE(has_flag(clean_org_code("71526726B"), "org_code_establishment"));
  EXPECT_TRUE(has_flag(clean_org_code("9144030071526726XG"), "org_code_is_uscc"));
  EXPECT_TRUE(has_flag(clean_org_code("12345"), "org_code_format"));
  EXPECT_TRUE(has_flag(clean_org_code("甲乙"), "org_code_format"));
}

TEST(RegNo, VectorsPass) {
  EXPECT_TRUE(is_valid_reg_no("110108000000016"));
  EXPECT_TRUE(is_valid_reg_no("440301103097413"));
  EXPECT_FALSE(is_valid_reg_no("330108000014576"));
  EXPECT_TRUE(has_flag(clean_reg_no("330108000014576"), "reg_no_check_digit"));
  EXPECT_TRUE(has_flag(clean_reg_no("4403012034567"), "reg_no_old"));
  EXPECT_TRUE(has_flag(clean_reg_no("914403001922038216"), "reg_no_is_uscc"));
  EXPECT_TRUE(has_flag(clean_reg_no("44O301103097413"), "reg_no_repair_proposed"));
  EXPECT_EQ(clean_reg_no("440301103097413").value, "440301103097413");
  EXPECT_FALSE(has_flag(clean_reg_no("000000000000000"), "trimmed"));
  EXPECT_FALSE(clean_reg_no("000000000000000").trusted);
}

TEST(TaxId, LegacyAndCurrentForms) {
  EXPECT_TRUE(clean_tax_id("44030071526726X").trusted);
  EXPECT_EQ(org_code_of_tax_id("44030071526726X"), "71526726X");
  EXPECT_EQ(org_code_of_tax_id("9144030071526726XG"), "71526726X");
  EXPECT_EQ(org_code_of_uscc("914403001922038216"), "192203821");
  EXPECT_EQ(org_code_of_uscc("914403001922038217"), std::nullopt);
  EXPECT_EQ(org_code_of_tax_id("440300715267261"), std::nullopt);
  EXPECT_TRUE(clean_tax_id("914403001922038216").trusted);
  EXPECT_TRUE(has_flag(clean_tax_id("110105194912310029"), "uscc_check_digit"));
  EXPECT_TRUE(has_flag(clean_tax_id("11010519491231002X01"), "tax_id_person"));
  EXPECT_TRUE(has_flag(clean_tax_id("L1234567890"), "tax_id_temporary"));
  EXPECT_TRUE(has_flag(clean_tax_id("440301103097413"), "tax_id_is_reg_no"));
  EXPECT_TRUE(has_flag(clean_tax_id("123"), "tax_id_format"));
}

TEST(TaxId, FifteenDigitsThatAreBothAreForAPerson) {
  base::Rng rng(7);
  for (int i = 0; i < 100000; ++i) {
    std::string text = "440301";
    for (int k = 0; k < 8; ++k) text.push_back(static_cast<char>('0' + rng.below(10)));
    text.push_back(*reg_no_check_char(text));
    if (!is_valid_org_code(text.substr(6))) continue;
    const Cleaned cleaned = clean_tax_id(text);
    EXPECT_TRUE(has_flag(cleaned, "tax_id_ambiguous")) << text;
    EXPECT_FALSE(cleaned.trusted);
    return;
  }
  FAIL() << "no ambiguous number was found";
}

TEST(PersonalId, DetectedAndMasked) {
  EXPECT_TRUE(looks_like_personal_id("11010519491231002X"));
  EXPECT_TRUE(looks_like_personal_id("11010519491231002x"));
  EXPECT_FALSE(looks_like_personal_id("110105194912310021"));
  EXPECT_FALSE(looks_like_personal_id("914403001922038216"));
  EXPECT_FALSE(looks_like_personal_id(""));
  EXPECT_EQ(mask_personal_id("证号11010519491231002X，张三"), "证号1****************X，张三");
  EXPECT_EQ(mask_personal_id("无"), "无");
}

std::string random_text(base::Rng& rng, std::string_view alphabet, size_t length) {
  std::string text;
  for (size_t i = 0; i < length; ++i) text.push_back(alphabet[rng.below(alphabet.size())]);
  return text;
}

TEST(CheckDigits, AgreeWithTheSlowTwin) {
  base::Rng rng(20260101);
  constexpr std::string_view kAll = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kUscc = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (int i = 0; i < 100000; ++i) {
    const size_t spoil = rng.below(20) == 0 ? 1 : 0;
    const std::string uscc = random_text(rng, rng.below(10) == 0 ? kAll : kUscc, 17 + spoil);
    EXPECT_EQ(uscc_check_char(uscc).value_or('?'), reference::uscc_check(uscc)) << uscc;
    const std::string org = random_text(rng, kAll, 8 + spoil);
    EXPECT_EQ(org_code_check_char(org).value_or('?'), reference::org_code_check(org)) << org;
    const std::string reg = random_text(rng, "0123456789", 14 + spoil);
    EXPECT_EQ(reg_no_check_char(reg).value_or('?'), reference::reg_no_check(reg)) << reg;
    const std::string person = random_text(rng, "0123456789", 17 + spoil);
    EXPECT_EQ(personal_id_check_char(person).value_or('?'), reference::personal_id_check(person)) << person;
  }
}

}  // namespace
}  // namespace minglu::units
