#include "text/address_lexicon.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

using codes::AliasLevel;
using codes::Region;
using codes::RegionAlias;
using codes::RegionLevel;

void append_unique(std::vector<std::string>& out, const std::vector<std::string>& more) {
  for (const std::string& code : more) {
    if (std::find(out.begin(), out.end(), code) == out.end()) out.push_back(code);
  }
}

constexpr std::array<std::pair<std::string_view, WordKind>, kWordKinds> kWordNames = {{
    {"blocks_short", WordKind::kBlocksShort},
    {"road_suffix", WordKind::kRoadSuffix},
    {"not_road", WordKind::kNotRoad},
    {"place_suffix", WordKind::kPlaceSuffix},
    {"block_unit", WordKind::kBlockUnit},
    {"floor_unit", WordKind::kFloorUnit},
    {"room_unit", WordKind::kRoomUnit},
    {"secretary", WordKind::kSecretary},
    {"remark", WordKind::kRemark},
    {"key_drop", WordKind::kKeyDrop},
    {"key_same", WordKind::kKeySame},
    {"key_floor", WordKind::kKeyFloor},
    {"other_town_suffix", WordKind::kOtherTownSuffix},
    {"community_suffix", WordKind::kCommunitySuffix},
}};

bool is_space(char32_t c) noexcept {
  return c <= U' ' || c == 0x7F || c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200F);
}

}  // namespace

TermTrie::TermTrie() : first_(0x10000), terms_(1) {}

void TermTrie::add(std::u32string_view word, AddressTerm term) {
  uint32_t node = 0;
  for (const char32_t c : word) {
    const auto [it, fresh] = building_.emplace(key_of(node, c), static_cast<uint32_t>(terms_.size()));
    if (fresh) terms_.emplace_back();
    node = it->second;
  }
  std::vector<AddressTerm>& at = terms_[node];
  const bool known = std::any_of(at.begin(), at.end(),
                                 [&](const AddressTerm& t) { return t.kind == term.kind && t.index == term.index; });
  if (node != 0 && !known) at.push_back(term);
}

void TermTrie::seal() {
  int bits = 4;
  while (size_t{1} << bits < building_.size() * 2) ++bits;
  shift_ = 64 - bits;
  edges_.assign(size_t{1} << bits, {0, 0});
  for (const auto& [key, child] : building_) {
    if (key < first_.size()) {
      first_[key] = child;
      continue;
    }
    uint64_t slot = slot_of(key);
    while (edges_[slot].second != 0) slot = (slot + 1) & (edges_.size() - 1);
    edges_[slot] = {key, child};
  }
  building_.clear();
}

Result<std::shared_ptr<const AddressLexicon>> AddressLexicon::create(std::shared_ptr<const codes::Regions> regions,
                                                                     std::shared_ptr<const CharTables> chars,
                                                                     const std::filesystem::path& catalog_dir) {
  auto lexicon = std::make_shared<AddressLexicon>();
  lexicon->regions_ = std::move(regions);
  lexicon->chars_ = std::move(chars);
  MINGLU_CHECK(lexicon->load_terms(catalog_dir / "names" / "address_terms.csv"));
  lexicon->add_regions();
  lexicon->add_aliases();
  lexicon->trie_.seal();
  lexicon->index_words();
  return std::shared_ptr<const AddressLexicon>(std::move(lexicon));
}

Status AddressLexicon::load_terms(const std::filesystem::path& file) {
  MINGLU_TRY(codes::CatalogFile catalog, codes::load_catalog_file(file, {"kind", "term", "value"}));
  for (const std::vector<std::string>& row : catalog.rows) {
    const std::string& kind = row[0];
    if (row[1].empty()) return base::invalid_argument("catalog file \"" + file.string() + "\": empty " + kind);
    bool used = true;
    if (kind == "home_city")
      home_city_ = row[1];
    else if (kind == "country")
      countries_.push_back(row[1]);
    else if (kind == "street_suffix")
      street_suffixes_.push_back(row[1]);
    else if (kind == "town_suffix")
      town_suffixes_.push_back(row[1]);
    else if (kind == "village_suffix")
      village_suffixes_.push_back(row[1]);
    else
      used = false;
    if (kind == "community_suffix") community_suffixes_.push_back(row[1]);
    for (const auto& [name, word_kind] : kWordNames) {
      if (name != kind) continue;
      bool cut = false;
      words_[static_cast<size_t>(word_kind)].push_back(
          {fold(row[1], row[1].size(), cut), fold(row[2], row[2].size(), cut)});
      used = true;
    }
    if (!used) return base::invalid_argument("catalog file \"" + file.string() + "\": unknown kind \"" + kind + "\"");
  }
  if (!home_city_.empty() && regions_->find(home_city_) == nullptr) {
    return base::invalid_argument("catalog file \"" + file.string() + "\": home_city " + home_city_ +
                                  " is no known code");
  }
  return ok_status();
}

void AddressLexicon::add_term(std::string_view word, TermKind kind, TermForm form, uint32_t index) {
  bool cut = false;
  trie_.add(fold(word, word.size(), cut), {kind, form, index});
}

void AddressLexicon::add_regions() {
  for (const std::string& country : countries_) add_term(country, TermKind::kCountry, TermForm::kFull, 0);
  for (uint32_t i = 0; i < regions_->all().size(); ++i) add_region(i);
}

void AddressLexicon::add_region(uint32_t index) {
  const Region& region = regions_->all()[index];
  TermKind kind = TermKind::kProvince;
  switch (region.level) {
    case RegionLevel::kStreet: return add_street(index);
    case RegionLevel::kCommunity: return add_community(index);
    case RegionLevel::kCity: kind = TermKind::kCity; break;
    case RegionLevel::kDistrict: kind = TermKind::kDistrict; break;
    default: break;
  }
  add_term(region.name, kind, TermForm::kFull, index);
  if (!region.short_name.empty()) add_term(region.short_name, kind, TermForm::kShort, index);
}

void AddressLexicon::add_street(uint32_t index) {
  const Region& region = regions_->all()[index];
  add_term(region.name, TermKind::kStreet, TermForm::kFull, index);
  if (region.short_name.empty() || region.short_name == region.name) return;
  for (const std::string& suffix : street_suffixes_) {
    add_term(region.short_name + suffix, TermKind::kStreet, TermForm::kFull, index);
  }
  add_term(region.short_name, TermKind::kStreet, TermForm::kShort, index);
}

// 爱联社区顺景 is known as 爱联社区 too: the name up to the first community suffix.
void AddressLexicon::add_community(uint32_t index) {
  const Region& region = regions_->all()[index];
  add_term(region.name, TermKind::kCommunity, TermForm::kFull, index);
  std::string stem = region.short_name.empty() ? region.name : region.short_name;
  for (const std::string& suffix : community_suffixes_) {
    const size_t at = stem.find(suffix);
    if (at == std::string::npos || at == 0) continue;
    add_term(stem, TermKind::kCommunity, TermForm::kFull, index);
    stem.resize(at);
    break;
  }
  for (const std::string& suffix : community_suffixes_) {
    add_term(stem + suffix, TermKind::kCommunity, TermForm::kFull, index);
  }
  for (const std::string& suffix : village_suffixes_) {
    if (!stem.ends_with(suffix)) add_term(stem + suffix, TermKind::kCommunity, TermForm::kVillage, index);
  }
  add_term(stem, TermKind::kCommunity, TermForm::kShort, index);
}

void AddressLexicon::add_aliases() {
  for (uint32_t i = 0; i < regions_->aliases().size(); ++i) {
    const RegionAlias& alias = regions_->aliases()[i];
    switch (alias.level) {
      case AliasLevel::kCode: break;
      case AliasLevel::kZone: add_term(alias.alias, TermKind::kZone, TermForm::kFull, i); break;
      case AliasLevel::kLocality: add_term(alias.alias, TermKind::kLocality, TermForm::kFull, i); break;
      case AliasLevel::kDistrict:
      case AliasLevel::kStreet: add_past(alias); break;
    }
  }
  // The newest row of a name stands for it; names that still exist only widen what the region once was.
  for (uint32_t i = 0; i < regions_->aliases().size(); ++i) {
    const RegionAlias& alias = regions_->aliases()[i];
    if (alias.level != AliasLevel::kDistrict && alias.level != AliasLevel::kStreet) continue;
    if (regions_->find_alias(alias.alias, alias.level) != &alias) continue;
    if (regions_->name(alias.codes[0]) == alias.alias) continue;
    const bool district = alias.level == AliasLevel::kDistrict;
    add_term(alias.alias, district ? TermKind::kOldDistrict : TermKind::kOldStreet, TermForm::kFull, i);
    if (district) continue;
    for (const std::string& suffix : town_suffixes_) {
      const std::string& official = town_suffixes_.front();
      if (!alias.alias.ends_with(official)) continue;
      const std::string stem = alias.alias.substr(0, alias.alias.size() - official.size());
      add_term(stem + suffix, TermKind::kOldStreet, TermForm::kTown, i);
    }
  }
}

void AddressLexicon::add_past(const RegionAlias& alias) {
  const std::string& kept = alias.codes[0];
  // 宝安县 was wider than 宝安区 ever was; a town and the street that followed it share their ground.
  if (alias.level == AliasLevel::kDistrict && regions_->name(kept) != alias.alias) return;
  if (alias.codes.size() > 1) append_unique(past_[kept], alias.codes);
}

void AddressLexicon::index_words() {
  static_assert(kWordKinds <= 16);
  kinds_of_first_.assign(0x10000, 0);
  for (size_t kind = 0; kind < kWordKinds; ++kind) {
    std::stable_sort(words_[kind].begin(), words_[kind].end(),
                     [](const AddressWord& a, const AddressWord& b) { return a.text.size() > b.text.size(); });
    for (uint32_t i = 0; i < words_[kind].size(); ++i) {
      if (words_[kind][i].text.empty()) continue;
      const char32_t first = words_[kind][i].text[0];
      by_first_[kind][first].push_back(i);
      if (first < kinds_of_first_.size()) kinds_of_first_[first] |= static_cast<uint16_t>(1U << kind);
    }
  }
}

size_t AddressLexicon::match_listed(WordKind kind, std::u32string_view text, const AddressWord** which) const noexcept {
  const auto& firsts = by_first_[static_cast<size_t>(kind)];
  const auto it = firsts.find(text[0]);
  if (it == firsts.end()) return 0;
  for (const uint32_t i : it->second) {
    const AddressWord& word = words_[static_cast<size_t>(kind)][i];
    if (!text.starts_with(word.text)) continue;
    if (which != nullptr) *which = &word;
    return word.text.size();
  }
  return 0;
}

bool AddressLexicon::contains_any(WordKind kind, std::u32string_view text) const noexcept {
  for (size_t i = 0; i < text.size(); ++i) {
    if (match(kind, text.substr(i)) > 0) return true;
  }
  return false;
}

std::u32string AddressLexicon::fold(std::string_view utf8, size_t limit, bool& cut) const {
  std::u32string out;
  base::decode_utf8(utf8.substr(0, std::min(utf8.size(), limit * 4)), out);
  cut = utf8.size() > limit * 4;
  size_t kept = 0;
  for (const char32_t c : out) {
    const char32_t folded = chars_->fold(c);
    if (is_space(c) || is_space(folded)) continue;
    if (kept == limit) {
      cut = true;
      break;
    }
    out[kept++] = folded;
  }
  out.resize(kept);
  return out;
}

const std::vector<std::string>& AddressLexicon::past_codes(const std::string& code) const noexcept {
  static const std::vector<std::string> kNone;
  const auto it = past_.find(code);
  return it == past_.end() ? kNone : it->second;
}

}  // namespace minglu::text
