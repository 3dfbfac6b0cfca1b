// The word lists behind the company-name parser: regions, towns, trades, organisation forms, branch words, costs.
//
// Data: catalog/names/*.csv (each states its source). All words are folded with CharTables::fold on load, so a look-up
// takes folded code points. Thread-safety: immutable after load; share one `shared_ptr`. Cost: load about 60 ms and
// 6 MiB; a look-up is one hash probe per character.
#pragma once

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "text/chars.hpp"

namespace minglu::text {

/// Set of words as a trie whose edges live in one open-addressing table, those of the root in a table of their own.
class WordTrie {
 public:
  static constexpr uint32_t kNone = 0;
  static constexpr uint32_t kRoot = 1;
  WordTrie();
  /// Node of `word`, created when absent. Precondition: fewer than 2^21 nodes.
  uint32_t insert(std::u32string_view word);
  /// Child of `node` along `c`, or kNone.
  [[nodiscard]] uint32_t child(uint32_t node, char32_t c) const noexcept {
    if (node == kRoot && c < first_.size()) return first_[c];
    const uint64_t key = key_of(node, c);
    for (size_t slot = slot_of(key);; slot = (slot + 1) & (edges_.size() - 1)) {
      if (edges_[slot] >> kBits == key) return static_cast<uint32_t>(edges_[slot]) & ((1U << kBits) - 1);
      if (edges_[slot] == 0) return kNone;
    }
  }
  /// Node of `word`, or kNone.
  [[nodiscard]] uint32_t find(std::u32string_view word) const noexcept;
  [[nodiscard]] uint32_t node_count() const noexcept { return nodes_; }

 private:
  static constexpr int kBits = 21;  // of a node and of a character
  static constexpr uint64_t key_of(uint32_t node, char32_t c) noexcept { return uint64_t{node} << kBits | c; }
  [[nodiscard]] size_t slot_of(uint64_t key) const noexcept { return key * 0x9E3779B97F4A7C15ULL >> shift_; }
  void put(uint64_t edge);
  void grow();
  std::vector<uint32_t> first_;  // of the basic plane, from the root
  std::vector<uint64_t> edges_;  // node, character, target; 0 = free
  int shift_;
  size_t used_ = 0;
  uint32_t nodes_ = 2;
};

enum class RegionLevel : uint8_t { kNone, kCountry, kProvince, kCity, kCounty, kFunctional };

/// Significant digits of the code of a region: 44, 4403 or 440307.
struct RegionCode {
  uint32_t number = 0;
  uint8_t digits = 0;
  /// True for a region inside `around`, not for the same one.
  [[nodiscard]] bool lies_inside(RegionCode around) const noexcept {
    if (digits <= around.digits) return false;
    uint32_t prefix = number;
    for (uint8_t i = around.digits; i < digits; ++i) prefix /= 10;
    return prefix == around.number;
  }
};

/// What one word can be. Several at once are possible (东升: a town and a county).
struct NameWord {
  RegionLevel level = RegionLevel::kNone;  // kNone = not a region
  bool full = false;                       // region with its suffix: 深圳市
  bool trade = false;
  bool trade_single = false;           // a trade word of one character
  std::vector<RegionCode> codes;       // of the region
  std::vector<RegionCode> town_codes;  // six-digit counties that have a town of this name
};

enum class LegalClass : uint8_t { kNone, kCompany, kPartnership, kCooperative, kBranch, kInstitution, kSelfEmployed };

struct LegalForm {
  size_t length = 0;  // characters; 0 = no form found
  LegalClass legal_class = LegalClass::kNone;
  bool heads_branches = false;  // what follows it can be a branch: 有限公司 + 龙岗分公司
};

/// Costs of the parser's dynamic programme, see catalog/names/parser_costs.csv for their meaning.
struct NameCosts {
  double region_full, region_short_child, region_short_first, region_short_first_county, region_short_other,
      region_short_other_county, region_town, region_pattern, region_pattern_first, region_functional_first,
      region_bracket, region_after, region_after_county, brand_1, brand_2, brand_3, brand_4, brand_5, brand_6,
      brand_more, brand_is_listed, region_cut, brand_cuts_trade, brand_swallows_region, brand_is_region_child,
      brand_is_region, brand_after_trade, no_brand, trade, trade_single, unknown, bracket_other, mark;
};

class NameLexicon {
 public:
  /// Errors: those of codes::load_catalog_file; kInvalidArgument for an unknown level, class or cost.
  static Result<std::shared_ptr<const NameLexicon>> load(const std::filesystem::path& catalog,
                                                         std::shared_ptr<const CharTables> chars);

  [[nodiscard]] const CharTables& chars() const noexcept { return *chars_; }
  [[nodiscard]] const NameCosts& costs() const noexcept { return costs_; }

  /// Calls visit(length, word) for every listed word that starts at `at`, shortest first.
  template <typename Visit>
  void words_at(std::u32string_view text, size_t at, const Visit& visit) const {
    uint32_t node = WordTrie::kRoot;
    for (size_t i = at; i < text.size(); ++i) {
      node = words_.child(node, text[i]);
      if (node == WordTrie::kNone) return;
      if (word_of_[node] != 0) visit(i - at + 1, entries_[word_of_[node]]);
    }
  }
  /// The word `text` as a whole, or null.
  [[nodiscard]] const NameWord* word(std::u32string_view text) const noexcept;

  /// Longest organisation form that ends `text`.
  [[nodiscard]] LegalForm legal_form_at_end(std::u32string_view text) const noexcept;
  /// Longest form ending `text` that can head branches; length 0 when none does.
  [[nodiscard]] LegalForm head_form_at_end(std::u32string_view text) const noexcept;
  /// Length of the longest branch word (分公司, 门市部) that ends `text`; 0 = none.
  [[nodiscard]] size_t branch_word_at_end(std::u32string_view text) const noexcept;
  /// Length of an unlisted place that starts at `at` and is closed by 街道, 镇, 工业区 ...; 0 = none. Shortest match.
  [[nodiscard]] size_t region_pattern_at(std::u32string_view text, size_t at) const noexcept;
  /// Whether a suffix of such places may begin with `c`; false is certain.
  [[nodiscard]] bool may_close_region(char32_t c) const noexcept {
    return suffix_first_.test(c % suffix_first_.size());
  }
  /// Characters before such a suffix, at most.
  [[nodiscard]] size_t stem_chars_max() const noexcept { return stem_chars_max_; }
  /// Length of a suffix that closes the name of a town (街道, 镇, 乡) at `at`; 0 = none.
  [[nodiscard]] size_t town_suffix_at(std::u32string_view text, size_t at) const noexcept;
  /// True when `text` is one region or several in a row (深圳, 广东深圳).
  [[nodiscard]] bool is_region_text(std::u32string_view text) const;
  /// True when `text` is an organisation form as a whole (集团, 有限合伙).
  [[nodiscard]] bool is_legal_text(std::u32string_view text) const noexcept;

 private:
  struct SuffixPattern {
    std::u32string suffix;
    size_t chars_min;
    size_t chars_max;
    bool closes_town;
  };
  explicit NameLexicon(std::shared_ptr<const CharTables> chars);
  [[nodiscard]] std::u32string fold(std::string_view utf8) const;
  NameWord& entry(std::u32string_view folded);
  Status load_regions(const std::filesystem::path& file);
  Status load_towns(const std::filesystem::path& file);
  Status load_trades(const std::filesystem::path& trades, const std::filesystem::path& singles);
  [[nodiscard]] size_t form_chars(std::u32string_view form, const std::set<std::u32string>& forms) const;
  Status load_legal_forms(const std::filesystem::path& file);
  Status load_branch_words(const std::filesystem::path& file);
  Status load_suffixes(const std::filesystem::path& file);
  Status load_costs(const std::filesystem::path& file);

  std::shared_ptr<const CharTables> chars_;
  WordTrie words_;
  std::vector<uint32_t> word_of_;  // trie node -> index into entries_, 0 = no word ends here
  std::vector<NameWord> entries_;
  WordTrie legal_;  // reversed words
  std::vector<LegalForm> legal_of_;
  WordTrie branch_;  // reversed words
  std::vector<uint8_t> is_branch_;
  std::vector<SuffixPattern> suffixes_;
  size_t stem_chars_max_ = 0;
  std::bitset<4096> suffix_first_;  // first characters of suffixes, by their low bits
  NameCosts costs_{};
};

}  // namespace minglu::text
