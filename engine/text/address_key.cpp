// The comparison key of an address: AddressParser::normalise_address.
#include "base/utf8.hpp"
#include "text/address.hpp"
#include "text/address_admin.hpp"
#include "text/address_lexicon.hpp"
#include "text/address_tail.hpp"

namespace minglu::text {
namespace {

constexpr size_t kCharactersMax = 400;

// What the prefix has named so far.
struct Prefix {
  bool province = false;
  std::string city;
};

bool is_prefix_term(const AddressLexicon& lexicon, const AddressTerm& term, const Prefix& prefix,
                    std::u32string_view after) {
  const bool full = term.form == TermForm::kFull;
  if (!full && lexicon.match(WordKind::kBlocksShort, after) > 0) return false;
  switch (term.kind) {
    case TermKind::kCountry:
    case TermKind::kOldDistrict:
    case TermKind::kZone: return true;
    case TermKind::kProvince: return full || (!prefix.province && prefix.city.empty());
    case TermKind::kCity: return full || prefix.city.empty();
    case TermKind::kDistrict: return full || (!prefix.city.empty() && lexicon.region(term.index).parent == prefix.city);
    default: return false;
  }
}

// Skips province, city and district words from the left; streets and communities stay.
size_t skip_prefix(const AddressLexicon& lexicon, std::u32string_view text) {
  Prefix prefix;
  for (size_t at = 0;;) {
    uint32_t node = 0;
    size_t end = 0;
    AddressTerm last;
    for (size_t i = at; i < text.size(); ++i) {
      node = lexicon.trie().step(node, text[i]);
      if (node == 0) break;
      for (const AddressTerm& term : lexicon.trie().terms(node)) {
        if (!is_prefix_term(lexicon, term, prefix, text.substr(i + 1))) continue;
        end = i + 1;
        last = term;
      }
    }
    if (end == 0) return at;
    if (last.kind == TermKind::kProvince) prefix.province = true;
    if (last.kind == TermKind::kCity) prefix.city = lexicon.region(last.index).code;
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

// Appends the key of the word at the front of `text`; returns its length.
size_t append_key(const AddressLexicon& lexicon, std::u32string_view text, std::string& key) {
  const AddressWord* word = nullptr;
  std::string digits;
  const bool behind_digit = !key.empty() && key.back() >= '0' && key.back() <= '9';
  if (const size_t same = lexicon.match(WordKind::kKeySame, text, &word); same > 0) {
    key += base::encode_utf8(word->value);
    return same;
  }
  if (const size_t dropped = lexicon.match(WordKind::kKeyDrop, text); dropped > 0) {
    if (behind_digit) key.push_back(' ');
    return dropped;
  }
  if (const size_t floor = lexicon.match(WordKind::kKeyFloor, text, &word); floor > 0 && behind_digit) {
    key += base::encode_utf8(word->value);
    return floor;
  }
  if (const size_t number = read_chinese_number(text, digits); number > 0) {
    key += digits;
    return number;
  }
  const char32_t kept = lexicon.chars().key_char(text[0]);
  if (kept != 0 && kept != U'(' && kept != U')') {
    base::append_utf8(key, kept);
  } else if (behind_digit) {
    key.push_back(' ');  // 12-14 and 12(14) stay two numbers
  }
  return 1;
}

}  // namespace

void AddressParser::append_address_key(std::u32string_view folded, std::string& key) const {
  std::u32string whole;
  std::u32string_view text = folded;
  if (folded.find(U'(') != std::u32string_view::npos) text = whole = without_remarks(*lexicon_, folded);
  text.remove_prefix(skip_prefix(*lexicon_, text));
  while (!text.empty()) text.remove_prefix(append_key(*lexicon_, text, key));
  while (!key.empty() && key.back() == ' ') key.pop_back();
}

std::string AddressParser::normalise_address(std::string_view utf8) const {
  bool cut = false;
  const std::u32string folded = lexicon_->fold(utf8, kCharactersMax, cut);
  std::string key;
  append_address_key(folded, key);
  return key;
}

}  // namespace minglu::text
