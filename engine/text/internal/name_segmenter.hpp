// The dynamic programme of the company-name parser: the cheapest reading of the text between the start of a name and
// its organisation form. Internal to text/; see company_name_parser.hpp for the method.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "text/company_name_parser.hpp"

namespace minglu::text::internal {

struct Segment {
  NamePart part = NamePart::kOther;
  size_t begin = 0;
  size_t end = 0;
};

/// Reads one name after another, in buffers that are kept: one object belongs to one thread. Cost: O(n * longest word
/// or brand); no allocation but for names longer than any before.
class NameSegmenter {
 public:
  /// `folded` = CharTables::fold of every character. Segments cover it without gap; valid until the next call.
  const std::vector<Segment>& run(const NameLexicon& lexicon, std::u32string_view folded);

 private:
  // What has been read so far: nothing but regions; trade words without a brand; a brand.
  enum State : uint8_t { kBefore, kTradeOnly, kBranded, kStates };
  struct Cell {
    double cost = std::numeric_limits<double>::infinity();
    const NameWord* region = nullptr;  // last region read
    uint32_t from = 0;
    State from_state = kBefore;
    NamePart part = NamePart::kOther;
    bool placed = false;  // some region, listed or not, has been read
  };

  struct WordStart {
    const NameWord* region = nullptr;  // the shortest wide or full region there
    uint32_t region_chars = 0;         // its length
    uint32_t trade_chars = 0;          // longest trade word there
    uint32_t full_region_chars = 0;    // longest full region there
    uint32_t first_word = 0;           // into words_, up to that of the next place
  };
  struct FoundWord {
    uint32_t length;
    const NameWord* word;
  };
  static constexpr size_t kUnknown = static_cast<size_t>(-1);

  void prepare(const NameLexicon& lexicon, std::u32string_view folded);
  void prepare_units();
  void prepare_word_starts();
  void prepare_length_costs(size_t units_max);
  void relax(size_t at, State state, size_t length, State next, NamePart part, double cost, const NameWord* region);
  void step_words(size_t at, State state);
  void step_region(size_t at, State state, size_t length, const NameWord& word, double cut);
  void step_pattern(size_t at);
  void step_brand(size_t at, State state);
  [[nodiscard]] std::span<const FoundWord> words_at(size_t at) const noexcept {
    return std::span(words_).subspan(word_start_[at].first_word,
                                     word_start_[at + 1].first_word - word_start_[at].first_word);
  }
  [[nodiscard]] const NameWord* word(size_t at, size_t length) const noexcept;
  [[nodiscard]] size_t pattern_at(size_t at);
  void step_bracket(size_t at, State state);
  void step_other(size_t at, State state);
  [[nodiscard]] double region_cost_before(const Cell& cell, size_t at, const NameWord& word) const;
  [[nodiscard]] double brand_cost(const Cell& cell, size_t at, size_t length, bool tiled) const;
  [[nodiscard]] double brand_length_cost(size_t units) const noexcept { return length_costs_[units]; }
  [[nodiscard]] bool is_mark(size_t at) const noexcept { return mark_[at] != 0; }
  /// False between two letters or digits of one run: ABC is never cut.
  [[nodiscard]] bool is_boundary(size_t at) const noexcept { return inside_run_[at] == 0; }

  const NameLexicon* lexicon_ = nullptr;
  const NameCosts* costs_ = nullptr;
  std::u32string_view text_;
  std::vector<uint8_t> mark_;          // 1 = dropped by comparison keys
  std::vector<uint8_t> inside_run_;    // 1 = between two letters or digits of one run; and one more
  std::vector<double> length_costs_;   // of a brand, by its units
  std::vector<uint8_t> closes_;        // 1 = may begin the suffix of a place
  std::vector<size_t> units_;          // brand length before a position: one per Han character, two per run of letters
  std::vector<FoundWord> words_;       // listed words, by place, shortest first
  std::vector<WordStart> word_start_;  // and one more
  std::vector<size_t> pattern_;        // region pattern at each place, kUnknown before it was asked for
  std::vector<std::array<Cell, kStates>> cells_;
  std::vector<Segment> segments_;
};

}  // namespace minglu::text::internal
