// The comparison key of an address: AddressParser::normalise_address.
#include "base/utf8.hpp"
#include "text/address.hpp"
#include "text/address_admin.hpp"
#include "text/address_lexicon.hpp"
#include "text/address_tail.hpp"

namespace minglu::text {
namespace {

constexpr size_t kCharactersMax = 400;

// Skips province, city and district words from the left; streets and communities stay.
size_t skip_prefix(const AddressLexicon& lexicon, std::u32string_view text) {
  size_t at = 0;
  for (;;) {
    uint32_t node = 0;
    size_t end = 0;
    for (size_t i = at; i < text.size(); ++i) {
      node = lexicon.trie().step(node, text[i]);
      if (node == 0) break;
      for (const AddressTerm& term : lexicon.trie().terms(node)) {
        const bool upper = term.kind == TermKind::kCountry || term.kind == TermKind::kProvince ||
                           term.kind == TermKind::kCity || term.kind == TermKind::kDistrict ||
                           term.kind == TermKind::kOldDistrict || term.kind == TermKind::kZone;
        const std::u32string_view after = text.substr(i + 1);
        const bool whole = term.form == TermForm::kFull || (at == 0 && term.kind != TermKind::kDistrict);
        if (upper && whole && (term.form == TermForm::kFull || lexicon.match(WordKind::kBlocksShort, after) == 0)) {
          end = i + 1;
        }
      }
    }
    if (end == 0) return at;
    at = end;
  }
}

// A bracket with a remark goes whole; of any other only the signs go.
std::u32string without_remarks(const AddressLexicon& lexicon, std::u32string_view text) {
  std::u32string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == U'(') {
      const size_t close = std::min(text.find(U')', i), text.size());
      if (lexicon.contains_any(WordKind::kRemark, text.substr(i, close - i))) {
        i = close;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace

std::string AddressParser::normalise_address(std::string_view utf8) const {
  bool cut = false;
  const std::u32string folded = lexicon_->fold(utf8, kCharactersMax, cut);
  const std::u32string whole = without_remarks(*lexicon_, folded);
  std::u32string_view text = whole;
  text.remove_prefix(skip_prefix(*lexicon_, text));
  std::string key, digits;
  while (!text.empty()) {
    const AddressWord* word = nullptr;
    const bool behind_digit = !key.empty() && key.back() >= '0' && key.back() <= '9';
    if (const size_t n = lexicon_->match(WordKind::kKeyDrop, text); n > 0) {
      text.remove_prefix(n);
      if (behind_digit) key.push_back(' ');
    } else if (const size_t same = lexicon_->match(WordKind::kKeySame, text, &word); same > 0) {
      key += base::encode_utf8(word->value.empty() ? std::u32string_view(U"-") : std::u32string_view(word->value));
      text.remove_prefix(same);
    } else if (const size_t floor = lexicon_->match(WordKind::kKeyFloor, text, &word); floor > 0 && behind_digit) {
      key += base::encode_utf8(word->value);
      text.remove_prefix(floor);
    } else if (const size_t number = read_chinese_number(text, digits); number > 0) {
      key += digits;
      text.remove_prefix(number);
    } else {
      const char32_t kept = lexicon_->chars().key_char(text[0]);
      if (kept != 0 && kept != U'(' && kept != U')')
        base::append_utf8(key, kept);
      else if (behind_digit && kept == 0)
        key.push_back(' ');
      text.remove_prefix(1);
    }
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  return key;
}

}  // namespace minglu::text
