#include "search/internal/near.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

std::vector<uint32_t> distinct_grams(std::u16string_view text) {
  std::vector<uint32_t> grams;
  append_grams(text, grams);
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return grams;
}

/// The `count` grams with the shortest lists, null for one that no document has.
std::vector<const GramEntry*> rarest(const IndexView& view, const std::vector<uint32_t>& grams, size_t count) {
  std::vector<std::pair<uint32_t, const GramEntry*>> by_count;
  for (const uint32_t key : grams) {
    const GramEntry* entry = view.name_gram(key);
    by_count.emplace_back(entry == nullptr ? 0 : entry->count, entry);
  }
  std::stable_sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const GramEntry*> entries;
  for (size_t i = 0; i < std::min(count, by_count.size()); ++i) entries.push_back(by_count[i].second);
  return entries;
}

/// 字号 of a folded name; empty when there is none.
std::u16string brand_of(std::u16string_view key, const text::CompanyNameParser& parser) {
  std::string utf8;
  for (const char16_t c : key) base::append_utf8(utf8, c);
  for (const text::NamePiece& piece : parser.parse(utf8).pieces) {
    if (piece.part != text::NamePart::kBrand || piece.end > key.size()) continue;
    return std::u16string(key.substr(piece.begin, piece.end - piece.begin));
  }
  return {};
}

/// Documents whose 字号 is near, by the one document that stands for each 字号.
void gather_brands(const IndexView& view, const NearRule& rule, const std::u16string& asked, uint32_t hash,
                   std::vector<uint32_t>& documents) {
  for (const uint32_t sample : view.documents_hashed(hash)) {
    const std::u16string_view brand = view.names(sample).brand();
    if (brand.empty() || !rule.brand_is_near(brand, asked)) continue;
    const std::vector<uint32_t> same = view.documents_hashed(hash_of(brand, HashKind::kWhole));
    documents.insert(documents.end(), same.begin(), same.end());
  }
}

}  // namespace

NearRule::NearRule(const Question& question, const text::CharTables& chars, const text::CompanyNameParser& parser)
    : chars_(chars), text_(question.whole.substr(0, kNearTextMax)), masks_(text_) {
  if (text_.size() >= kNearTextMin) edits_max_ = text_.size() >= kTwoEditsFrom ? 2 : 1;
  if (distinct_grams(text_).size() < 2 * edits_max_ + 1) edits_max_ = 0;
  const std::u16string brand = brand_of(text_, parser);
  if (brand.size() >= 2) asked_.push_back(brand);
  if (text_.size() >= 2 && text_.size() <= kNearBrandMax && text_ != brand) asked_.push_back(text_);
}

bool NearRule::brands_are_alike(std::u16string_view brand, const std::u16string& asked) const {
  if (brand.size() != asked.size()) return false;
  if (syllables_of(brand, chars_) == syllables_of(asked, chars_)) return true;
  if (asked.size() != 2) return false;
  return (brand[0] == asked[0] && looks_alike(brand[1], asked[1], chars_)) ||
         (brand[1] == asked[1] && looks_alike(brand[0], asked[0], chars_));
}

bool NearRule::brand_is_near(std::u16string_view brand, const std::u16string& asked) const {
  if (brand == asked || brands_are_alike(brand, asked)) return true;
  return asked.size() >= 3 && asked.size() <= kNearBrandMax && text::osa_distance(brand, asked, 1) <= 1;
}

/// Fewest edits between the text and any part of the name: Myers 1999, bit vectors, the first row all zero.
uint32_t NearRule::edits_in(std::u16string_view name) const {
  if (text_.empty()) return 0;
  const uint64_t last = uint64_t{1} << (text_.size() - 1);
  uint64_t up = ~uint64_t{0};
  uint64_t down = 0;
  auto edits = static_cast<uint32_t>(text_.size());
  uint32_t best = edits;
  for (const char16_t c : name) {
    const uint64_t equal = masks_.find(c);
    const uint64_t vertical = equal | down;
    const uint64_t horizontal = (((equal & up) + up) ^ up) | equal;
    uint64_t plus = down | ~(horizontal | up);
    uint64_t minus = up & horizontal;
    if ((plus & last) != 0) ++edits;
    if ((minus & last) != 0) --edits;
    plus <<= 1U;
    minus <<= 1U;
    up = minus | ~(vertical | plus);
    down = plus & vertical;
    best = std::min(best, edits);
  }
  return best;
}

std::optional<uint8_t> NearRule::cost(const NameTexts& names) const {
  const uint32_t edits = edits_in(names.name());
  bool near = edits <= edits_max_ && edits_max_ > 0;
  bool alike = false;
  for (const std::u16string& asked : asked_) {
    if (names.brand().empty()) break;
    near = near || brand_is_near(names.brand(), asked);
    alike = alike || names.brand() == asked || brands_are_alike(names.brand(), asked);
  }
  if (!near) return std::nullopt;
  return static_cast<uint8_t>(std::min<uint32_t>(0xFF, 2 * edits + (alike ? 0 : 1)));
}

std::vector<const GramEntry*> NearRule::needed_pairs(const IndexView& view) const {
  // An edit destroys at most two pairs of the text, so of any 2 * edits + 1 distinct pairs one is left.
  if (edits_max_ == 0) return {};
  return rarest(view, distinct_grams(text_), 2 * edits_max_ + 1);
}

std::vector<const GramEntry*> NearRule::telling_characters(const IndexView& view) const {
  // An edit removes at most one character of the text, so a near name lacks at most as many of them as there are edits.
  constexpr size_t kMoreCharacters = 3;
  std::vector<uint32_t> grams;
  for (const char16_t c : text_) grams.push_back(gram(kAnywhere, c));
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return rarest(view, grams, edits_max_ + kMoreCharacters);
}

namespace {

/// Documents that may be near by (b): one of the needed pairs, and enough of the telling characters.
void gather_texts(const IndexView& view, const NearRule& rule, std::vector<uint32_t>& documents, bool& was_cut) {
  std::vector<uint32_t> paired;
  uint64_t walked = 0;
  for (const GramEntry* entry : rule.needed_pairs(view)) {
    if (entry == nullptr) continue;
    walked += entry->count;
    if (walked > kNearWalkMax) {
      was_cut = true;
      break;
    }
    for (ListCursor list = view.name_list(*entry); list.document() < view.documents(); list.next()) {
      paired.push_back(list.document());
    }
  }
  sort_documents(paired, view.documents());
  std::vector<ListCursor> characters;
  for (const GramEntry* entry : rule.telling_characters(view)) {
    characters.push_back(entry == nullptr ? ListCursor() : view.name_list(*entry));
  }
  for (const uint32_t document : paired) {
    uint32_t lacking = 0;
    for (ListCursor& list : characters) {
      list.seek(document);
      if (list.document() != document && ++lacking > rule.edits_max()) break;
    }
    if (lacking <= rule.edits_max()) documents.push_back(document);
  }
}

}  // namespace

NearDocuments near_documents(const IndexView& view, const NearRule& rule, const std::function<bool(uint32_t)>& passes) {
  NearDocuments near;
  std::vector<uint32_t> documents;
  for (const std::u16string& asked : rule.asked_brands()) {
    // Equal syllables also find the equal 字号.
    gather_brands(view, rule, asked, hash_of(syllables_of(asked, rule.chars()), HashKind::kBrandSyllables), documents);
    if (asked.size() > kNearBrandMax) continue;
    for_each_variant(asked, [&](std::u16string_view variant) {
      gather_brands(view, rule, asked, hash_of(variant, HashKind::kBrandVariant), documents);
    });
  }
  gather_texts(view, rule, documents, near.was_cut);
  sort_documents(documents, view.documents());
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < documents.size(); ++i) {
    if (i + 2 * kAhead < documents.size()) view.prefetch_row(documents[i + 2 * kAhead]);
    if (i + 2 * kAhead < documents.size()) view.prefetch_offset(documents[i + 2 * kAhead]);
    if (i + kAhead < documents.size()) view.prefetch_names(documents[i + kAhead]);
    if (!passes(documents[i])) continue;
    if (const auto cost = rule.cost(view.names(documents[i]))) {
      near.found.push_back({Order::kNear, *cost, documents[i]});
    }
  }
  return near;
}

}  // namespace minglu::search
