// Words of addresses in one trie. Internal to text/address.
// Built from Regions (names, short names, aliases) and catalog/names/address_terms.csv; errors are those of the catalog
// files and kInvalidArgument for an unknown kind of word. Immutable after create, so any number of threads may read it.
// Cost: create about 10 ms and 3 MiB; a trie step is one probe of an open-addressing table.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "codes/regions.hpp"
#include "text/chars.hpp"

namespace minglu::text {

/// How much of the official form a word keeps.
enum class TermForm : uint8_t { kFull, kTown, kVillage, kShort };
/// What a division word stands for.
enum class TermKind : uint8_t {
  kCountry,
  kProvince,
  kCity,
  kDistrict,
  kStreet,
  kCommunity,
  kOldDistrict,
  kOldStreet,
  kZone,
  kLocality
};
struct AddressTerm {
  TermKind kind = TermKind::kCountry;
  TermForm form = TermForm::kFull;
  uint32_t index = 0;  // into Regions::all(), or Regions::aliases() for the last four kinds
};

/// Plain word lists for the tail and the key.
enum class WordKind : uint8_t {
  kBlocksShort,
  kRoadSuffix,
  kNotRoad,
  kPlaceSuffix,
  kBlockUnit,
  kFloorUnit,
  kRoomUnit,
  kSecretary,
  kRemark,
  kKeyDrop,
  kKeySame,
  kKeyFloor,
  kOtherTownSuffix,
  kCommunitySuffix
};
constexpr size_t kWordKinds = 14;
struct AddressWord {
  std::u32string text;
  std::u32string value;
};

/// Trie over code points with an open-addressing edge table, the root's edges in a table of their own. Build, then only
/// read.
class TermTrie {
 public:
  TermTrie();
  void add(std::u32string_view word, AddressTerm term);
  void seal();
  /// Node of a child, or 0 for none (the root is never a child).
  [[nodiscard]] uint32_t step(uint32_t node, char32_t c) const noexcept {
    if (node == 0 && c < first_.size()) return first_[c];
    const uint64_t key = key_of(node, c);
    for (uint64_t slot = slot_of(key); edges_[slot].second != 0; slot = (slot + 1) & (edges_.size() - 1)) {
      if (edges_[slot].first == key) return edges_[slot].second;
    }
    return 0;
  }
  [[nodiscard]] const std::vector<AddressTerm>& terms(uint32_t node) const noexcept { return terms_[node]; }

 private:
  static uint64_t key_of(uint32_t node, char32_t c) noexcept { return uint64_t{node} << 21 | c; }
  [[nodiscard]] uint64_t slot_of(uint64_t key) const noexcept { return key * 0x9E3779B97F4A7C15ULL >> shift_; }
  std::unordered_map<uint64_t, uint32_t> building_;
  std::vector<uint32_t> first_;  // of the basic plane, from the root
  std::vector<std::pair<uint64_t, uint32_t>> edges_;
  int shift_ = 0;
  std::vector<std::vector<AddressTerm>> terms_;
};

class AddressLexicon {
 public:
  static Result<std::shared_ptr<const AddressLexicon>> create(std::shared_ptr<const codes::Regions> regions,
                                                              std::shared_ptr<const CharTables> chars,
                                                              const std::filesystem::path& catalog_dir);

  [[nodiscard]] const codes::Regions& regions() const noexcept { return *regions_; }
  [[nodiscard]] const codes::Region& region(uint32_t index) const noexcept { return regions_->all()[index]; }
  [[nodiscard]] const codes::RegionAlias& alias(uint32_t index) const noexcept { return regions_->aliases()[index]; }
  [[nodiscard]] const TermTrie& trie() const noexcept { return trie_; }
  [[nodiscard]] const std::string& home_city() const noexcept { return home_city_; }
  /// Length of the longest word of the list that begins `text`; 0 for none. `which` receives the word.
  size_t match(WordKind kind, std::u32string_view text, const AddressWord** which = nullptr) const noexcept {
    return !text.empty() && may_begin(kind, text[0]) ? match_listed(kind, text, which) : 0;
  }
  [[nodiscard]] bool contains_any(WordKind kind, std::u32string_view text) const noexcept;
  /// Folded code points without spaces, at most `limit`; `cut` tells whether text was left out.
  std::u32string fold(std::string_view utf8, size_t limit, bool& cut) const;
  [[nodiscard]] const CharTables& chars() const noexcept { return *chars_; }
  /// Every code that the street or district `code` covered under its present name in the past; empty = never divided.
  [[nodiscard]] const std::vector<std::string>& past_codes(const std::string& code) const noexcept;

 private:
  /// False for most characters and kinds, without a look at the words.
  [[nodiscard]] bool may_begin(WordKind kind, char32_t first) const noexcept {
    return first >= kinds_of_first_.size() || (kinds_of_first_[first] >> static_cast<size_t>(kind) & 1) != 0;
  }
  size_t match_listed(WordKind kind, std::u32string_view text, const AddressWord** which) const noexcept;
  Status load_terms(const std::filesystem::path& file);
  void add_regions();
  void add_region(uint32_t index);
  void add_street(uint32_t index);
  void add_community(uint32_t index);
  void add_aliases();
  void add_past(const codes::RegionAlias& alias);
  void add_term(std::string_view word, TermKind kind, TermForm form, uint32_t index);
  void index_words();

  std::shared_ptr<const codes::Regions> regions_;
  std::shared_ptr<const CharTables> chars_;
  std::string home_city_;
  std::array<std::vector<AddressWord>, kWordKinds> words_;  // longest first
  std::vector<uint16_t> kinds_of_first_;  // by character of the basic plane: a bit for each kind with such a word
  // Per kind, the words by first character: [first] -> slice of words_.
  std::array<std::unordered_map<char32_t, std::vector<uint32_t>>, kWordKinds> by_first_;
  std::vector<std::string> countries_, street_suffixes_, town_suffixes_, community_suffixes_, village_suffixes_;
  std::unordered_map<std::string, std::vector<std::string>> past_;
  TermTrie trie_;
};

}  // namespace minglu::text
