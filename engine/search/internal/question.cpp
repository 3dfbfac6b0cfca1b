#include "search/internal/question.hpp"

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"
#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

bool is_space(char32_t c) noexcept { return (c >= 9 && c <= 13) || c == U' ' || c == 0xA0 || c == 0x3000; }

bool is_letter(char16_t c) noexcept { return (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z'); }

bool is_digit(char16_t c) noexcept { return c >= u'0' && c <= u'9'; }

std::string lower_letters(std::u16string_view key) {
  std::string letters;
  for (const char16_t c : key) {
    if (!is_letter(c)) return {};
    letters.push_back(static_cast<char>(c | 0x20));
  }
  return letters.size() < kPinyinLettersMin ? std::string() : letters;
}

void read_identifiers(Question& question) {
  std::string form;
  bool digits = !question.whole.empty();
  for (const char16_t c : question.whole) {
    if (!is_letter(c) && !is_digit(c)) return;
    digits = digits && is_digit(c);
    form.push_back(static_cast<char>(c));
  }
  if (form.size() >= kIdentifierPrefixMin) question.identifier = identifier_form(form);
  uint64_t unit = 0;
  if (digits && std::from_chars(form.data(), form.data() + form.size(), unit).ec == std::errc()) question.unit = unit;
}

}  // namespace

MatchKind kind_of(Order order) noexcept {
  switch (order) {
    case Order::kIdentifier: return MatchKind::kIdentifier;
    case Order::kExactName: return MatchKind::kExactName;
    case Order::kShortName: return MatchKind::kShortName;
    case Order::kFormerName: return MatchKind::kFormerName;
    case Order::kPrefix: return MatchKind::kPrefix;
    case Order::kBrandStart: return MatchKind::kBrandStart;
    case Order::kContains: return MatchKind::kContains;
    case Order::kPinyinBrand:
    case Order::kPinyin: return MatchKind::kPinyin;
    case Order::kLegalRep: return MatchKind::kLegalRep;
    case Order::kAddress: return MatchKind::kAddress;
    case Order::kNear: return MatchKind::kNear;
    case Order::kListed:
    case Order::kNone: break;
  }
  return MatchKind::kListed;
}

Result<Question> read_question(const std::string& text, const text::CharTables& chars) {
  const std::u32string characters = base::decode_utf8(text);
  if (characters.size() > kQueryCharsMax) {
    return base::invalid_argument("查询文字有 " + std::to_string(characters.size()) + " 个字，最多 " +
                                  std::to_string(kQueryCharsMax) + " 个");
  }
  Question question;
  auto at = characters.begin();
  while (at != characters.end()) {
    const auto end = std::find_if(at, characters.end(), is_space);
    Term term;
    term.key = key_of(std::u32string_view(at, end), chars, kQueryCharsMax);
    term.letters = lower_letters(term.key);
    at = std::find_if_not(end, characters.end(), is_space);
    if (term.key.empty()) continue;
    question.whole.append(term.key);
    question.terms.push_back(std::move(term));
  }
  if (question.terms.size() > kTermsMax) {
    return base::invalid_argument("查询有 " + std::to_string(question.terms.size()) + " 个词，最多 " +
                                  std::to_string(kTermsMax) + " 个");
  }
  read_identifiers(question);
  return question;
}

}  // namespace minglu::search
