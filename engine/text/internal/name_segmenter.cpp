#include "text/internal/name_segmenter.hpp"

#include <algorithm>

namespace minglu::text::internal {
namespace {

// Longest brand considered, in characters: bounds the work on hostile input.
constexpr size_t kBrandCharsMax = 32;
// Units of a brand written as one run of letters or digits: it weighs as much as the usual brand of two characters.
constexpr size_t kRunUnits = 2;

// A trade word that starts behind the first character of a brand counts as cut from this length on: shorter ones arise
// by chance from the end of a brand and the trade behind it.
constexpr size_t kCutCharsMin = 3;

constexpr bool is_run_char(char32_t c) noexcept {
  return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0x24F) ||
         (c >= 0x370 && c <= 0x4FF);
}

constexpr bool is_bracket(char32_t c) noexcept { return c == U'(' || c == U')'; }

bool is_wide(RegionLevel level) noexcept {
  return level == RegionLevel::kCountry || level == RegionLevel::kProvince || level == RegionLevel::kCity;
}

// True when the region `inner` lies inside `outer` (or `outer` is a country).
bool lies_inside(const NameWord& inner, const NameWord& outer) {
  if (outer.level == RegionLevel::kCountry) return is_wide(inner.level);
  for (const RegionCode code : inner.codes) {
    for (const RegionCode around : outer.codes) {
      if (code.lies_inside(around)) return true;
    }
  }
  return false;
}

bool has_town_inside(const NameWord& town, const NameWord& outer) {
  for (const RegionCode around : outer.codes) {
    if (around.digits <= 2) continue;
    for (const RegionCode county : town.town_codes) {
      // A town of the county itself is inside it.
      if (county.number == around.number || county.lies_inside(around)) return true;
    }
  }
  return false;
}

}  // namespace

void NameSegmenter::prepare(const NameLexicon& lexicon, std::u32string_view folded) {
  lexicon_ = &lexicon;
  costs_ = &lexicon.costs();
  text_ = folded;
  inside_run_.assign(folded.size() + 1, 0);
  mark_.assign(folded.size(), 0);
  closes_.assign(folded.size(), 0);
  units_.assign(folded.size() + 1, 0);
  words_.clear();
  word_start_.assign(folded.size() + 1, {});
  pattern_.assign(folded.size(), kUnknown);
  cells_.assign(folded.size() + 1, {});
  segments_.clear();
  prepare_units();
  prepare_length_costs(units_.back());
  prepare_word_starts();
}

void NameSegmenter::prepare_units() {
  for (size_t i = 0; i < text_.size(); ++i) {
    const char32_t c = text_[i];
    mark_[i] = lexicon_->chars().key_char(c) == 0 ? 1 : 0;
    closes_[i] = lexicon_->may_close_region(c) ? 1 : 0;
    size_t units = 1;
    if (mark_[i] != 0 || is_bracket(c)) units = 0;
    if (is_run_char(c)) {
      inside_run_[i] = i > 0 && is_run_char(text_[i - 1]) ? 1 : 0;
      units = inside_run_[i] != 0 ? 0 : kRunUnits;
    }
    units_[i + 1] = units_[i] + units;
  }
}

void NameSegmenter::relax(size_t at, State state, size_t length, State next, NamePart part, double cost,
                          const NameWord* region) {
  const Cell& from = cells_[at][state];
  Cell& to = cells_[at + length][next];
  const double total = from.cost + cost;
  if (total >= to.cost) return;
  const bool placed = from.placed || part == NamePart::kRegion || part == NamePart::kBracketRegion;
  to = {total, region != nullptr ? region : from.region, static_cast<uint32_t>(at), state, part, placed};
}

double NameSegmenter::region_cost_before(const Cell& cell, size_t at, const NameWord& word) const {
  const double never = std::numeric_limits<double>::infinity();
  if (word.level == RegionLevel::kFunctional) {
    return cell.placed || at == 0 ? (cell.placed ? costs_->region_full : costs_->region_functional_first) : never;
  }
  double cost = never;
  if (cell.region != nullptr && has_town_inside(word, *cell.region)) cost = costs_->region_town;
  if (word.level == RegionLevel::kNone) return cost;
  if (word.full) return costs_->region_full;
  const bool wide = is_wide(word.level);
  if (cell.region != nullptr && lies_inside(word, *cell.region)) return std::min(cost, costs_->region_short_child);
  if (!cell.placed) return wide ? costs_->region_short_first : costs_->region_short_first_county;
  return std::min(cost, wide ? costs_->region_short_other : costs_->region_short_other_county);
}

void NameSegmenter::step_region(size_t at, State state, size_t length, const NameWord& word, double cut) {
  const Cell& cell = cells_[at][state];
  if (state == kBefore) {
    const double cost = region_cost_before(cell, at, word);
    // 龙江镇 where the list has 龙江: the suffix belongs to the place.
    const size_t suffix = word.full ? 0 : lexicon_->town_suffix_at(text_, at + length);
    if (suffix > 0) {
      relax(at, state, length + suffix, kBefore, NamePart::kRegion, std::min(cost, costs_->region_pattern), &word);
      cut += costs_->region_cut;
    }
    relax(at, state, length, kBefore, NamePart::kRegion, cut + cost, &word);
    return;
  }
  if (word.level == RegionLevel::kNone) return;
  const bool cheap = is_wide(word.level) || word.full;
  const double cost = cut + (cheap ? costs_->region_after : costs_->region_after_county);
  relax(at, state, length, state, NamePart::kLaterRegion, cost, nullptr);
}

void NameSegmenter::step_words(size_t at, State state) {
  const size_t full_chars = word_start_[at].full_region_chars;
  for (const auto& [length, word] : words_at(at)) {
    if (!is_boundary(at + length)) continue;
    step_region(at, state, length, *word, length < full_chars ? costs_->region_cut : 0.0);
    if (!word->trade && !word->trade_single) continue;
    const double cost = word->trade ? costs_->trade : costs_->trade_single;
    const State next = state == kBefore ? kTradeOnly : state;
    relax(at, state, length, next, NamePart::kIndustry, state == kBefore ? cost + costs_->no_brand : cost, nullptr);
  }
}

void NameSegmenter::step_pattern(size_t at) {
  const Cell& cell = cells_[at][kBefore];
  if (!cell.placed && at != 0) return;
  const size_t length = pattern_at(at);
  if (length == 0) return;
  const double cost = cell.placed ? costs_->region_pattern : costs_->region_pattern_first;
  relax(at, kBefore, length, kBefore, NamePart::kRegion, cost, nullptr);
}

void NameSegmenter::prepare_length_costs(size_t units_max) {
  length_costs_ = {costs_->brand_1, costs_->brand_1, costs_->brand_2, costs_->brand_3,
                   costs_->brand_4, costs_->brand_5, costs_->brand_6};
  for (size_t units = length_costs_.size(); units <= units_max; ++units) {
    length_costs_.push_back(costs_->brand_6 + costs_->brand_more * static_cast<double>(units - 6));
  }
}

double NameSegmenter::brand_cost(const Cell& cell, size_t at, size_t length, bool tiled) const {
  const double cost = brand_length_cost(units_[at + length] - units_[at]);
  const NameWord* word = this->word(at, length);
  if (word == nullptr || word->level == RegionLevel::kNone || word->full) {
    return cost + (tiled ? costs_->brand_is_listed : 0.0);
  }
  const bool fits = cell.region != nullptr ? lies_inside(*word, *cell.region) : !cell.placed && is_wide(word->level);
  return cost + (fits ? costs_->brand_is_region_child : costs_->brand_is_region);
}

// What the listed words at each place say against a brand there: a province or city that it swallows (湖北塑胶), a
// trade word that it cuts in two (电动|工具).
void NameSegmenter::prepare_word_starts() {
  for (size_t at = 0; at < text_.size(); ++at) {
    WordStart& start = word_start_[at];
    start.first_word = static_cast<uint32_t>(words_.size());
    lexicon_->words_at(text_, at, [&](size_t length, const NameWord& word) {
      words_.push_back({static_cast<uint32_t>(length), &word});
      const auto chars = static_cast<uint32_t>(length);
      if (word.trade) start.trade_chars = chars;
      if (word.level == RegionLevel::kNone) return;
      if (word.full) start.full_region_chars = chars;
      const bool likely = word.full || is_wide(word.level);
      if (!likely || start.region_chars != 0) return;
      start.region_chars = chars;
      start.region = &word;
    });
  }
  word_start_[text_.size()].first_word = static_cast<uint32_t>(words_.size());
}

/// The listed word of this length at this place, or null.
const NameWord* NameSegmenter::word(size_t at, size_t length) const noexcept {
  for (const FoundWord& found : words_at(at)) {
    if (found.length >= length) return found.length == length ? found.word : nullptr;
  }
  return nullptr;
}

size_t NameSegmenter::pattern_at(size_t at) {
  if (pattern_[at] != kUnknown) return pattern_[at];
  const size_t end = std::min(text_.size(), at + lexicon_->stem_chars_max() + 1);
  bool may_close = false;
  for (size_t i = at; i < end; ++i) may_close = may_close || closes_[i] != 0;
  return pattern_[at] = may_close ? lexicon_->region_pattern_at(text_, at) : 0;
}

void NameSegmenter::step_brand(size_t at, State state) {
  if (state == kBranded || is_mark(at) || !is_boundary(at)) return;
  const Cell& cell = cells_[at][state];
  const WordStart& start = word_start_[at];
  // A region that does not lie inside the one before it (佛山市|广元丰) is most likely the beginning of a brand.
  const bool swallows = start.region != nullptr && (cell.region == nullptr || lies_inside(*start.region, *cell.region));
  const size_t pattern = cell.placed ? pattern_at(at) : 0;
  size_t longest_end = at + start.trade_chars;  // of the trade words that start in the brand
  // tiled[k]: text_[at, at+k) is a sequence of trade words and regions.
  std::array<bool, kBrandCharsMax + 1> tiled{};
  tiled[0] = true;
  const double extra = state == kTradeOnly ? costs_->brand_after_trade : 0.0;
  for (size_t length = 1; length <= kBrandCharsMax && at + length <= text_.size(); ++length) {
    const size_t last = at + length - 1;
    if (is_bracket(text_[last])) return;
    if (tiled[length - 1]) {
      for (const auto& [step, word] : words_at(last)) {
        const bool listed = word->trade || word->level != RegionLevel::kNone;
        if (listed && length - 1 + step <= kBrandCharsMax) tiled[length - 1 + step] = true;
      }
    }
    const size_t inner = word_start_[last].trade_chars;
    if (inner >= kCutCharsMin) longest_end = std::max(longest_end, last + inner);
    if (is_mark(last) || !is_boundary(at + length)) continue;
    // All other costs only add: what is too dear by its length alone is not looked at.
    const double least = cell.cost + brand_length_cost(units_[at + length] - units_[at]);
    if (least >= cells_[at + length][kBranded].cost) continue;
    double cost = extra + brand_cost(cell, at, length, tiled[length] || length == pattern);
    if (longest_end > at + length) cost += costs_->brand_cuts_trade;
    const bool swallows_place = pattern > 0 && length > pattern;
    if (swallows_place || (swallows && length > start.region_chars)) cost += costs_->brand_swallows_region;
    relax(at, state, length, kBranded, NamePart::kBrand, cost, nullptr);
  }
}

void NameSegmenter::step_bracket(size_t at, State state) {
  if (text_[at] != U'(') return;
  const size_t close = text_.find(U')', at);
  if (close == std::u32string_view::npos) return;
  const std::u32string_view inside = text_.substr(at + 1, close - at - 1);
  const size_t length = close - at + 1;
  if (lexicon_->is_region_text(inside)) {
    relax(at, state, length, state, NamePart::kBracketRegion, costs_->region_bracket, lexicon_->word(inside));
  } else if (lexicon_->is_legal_text(inside)) {
    relax(at, state, length, state, NamePart::kLegalForm, costs_->region_bracket, nullptr);
  } else {
    relax(at, state, length, state, NamePart::kOther, costs_->bracket_other, nullptr);
  }
}

// A mark costs little anywhere; a character that no list knows may stand behind the brand, at a price.
void NameSegmenter::step_other(size_t at, State state) {
  if (is_mark(at)) {
    relax(at, state, 1, state, NamePart::kOther, costs_->mark, nullptr);
  } else if (is_bracket(text_[at])) {
    relax(at, state, 1, state, NamePart::kOther, costs_->bracket_other, nullptr);
  } else {
    size_t length = 1;
    while (!is_boundary(at + length)) ++length;
    const State next = state == kBefore ? kTradeOnly : state;
    const double cost = costs_->unknown + (state == kBefore ? costs_->no_brand : 0.0);
    relax(at, state, length, next, NamePart::kOther, cost, nullptr);
  }
}

const std::vector<Segment>& NameSegmenter::run(const NameLexicon& lexicon, std::u32string_view folded) {
  prepare(lexicon, folded);
  cells_[0][kBefore].cost = 0.0;
  for (size_t at = 0; at < text_.size(); ++at) {
    for (const State state : {kBefore, kTradeOnly, kBranded}) {
      if (cells_[at][state].cost == std::numeric_limits<double>::infinity()) continue;
      step_words(at, state);
      if (state == kBefore) step_pattern(at);
      step_brand(at, state);
      step_bracket(at, state);
      step_other(at, state);
    }
  }
  const std::array<Cell, kStates>& last = cells_[text_.size()];
  // A name of regions alone has no brand either.
  State state = kBranded;
  double best = last[kBranded].cost;
  if (last[kTradeOnly].cost < best) {
    state = kTradeOnly;
    best = last[kTradeOnly].cost;
  }
  if (last[kBefore].cost + costs_->no_brand < best) state = kBefore;
  for (size_t at = text_.size(); at > 0;) {
    const Cell& cell = cells_[at][state];
    segments_.push_back({cell.part, cell.from, at});
    at = cell.from;
    state = cell.from_state;
  }
  std::reverse(segments_.begin(), segments_.end());
  return segments_;
}

}  // namespace minglu::text::internal
