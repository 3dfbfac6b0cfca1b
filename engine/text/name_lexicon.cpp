#include "text/name_lexicon.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

Error bad_cell(const std::filesystem::path& file, const std::string& cell, const std::string& allowed) {
  return base::invalid_argument("catalog file \"" + file.string() + "\": cell \"" + cell + "\" must be " + allowed);
}

template <typename T>
Result<T> number(const std::filesystem::path& file, const std::string& cell, const std::string& allowed) {
  T value{};
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (code != std::errc() || end != cell.data() + cell.size()) return bad_cell(file, cell, allowed);
  return value;
}

std::vector<std::string> split_at_spaces(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

const std::map<std::string, RegionLevel>& region_levels() {
  static const std::map<std::string, RegionLevel> levels = {{"country", RegionLevel::kCountry},
                                                            {"province", RegionLevel::kProvince},
                                                            {"city", RegionLevel::kCity},
                                                            {"county", RegionLevel::kCounty},
                                                            {"functional", RegionLevel::kFunctional}};
  return levels;
}

const std::map<std::string, LegalClass>& legal_classes() {
  static const std::map<std::string, LegalClass> classes = {
      {"company", LegalClass::kCompany},         {"partnership", LegalClass::kPartnership},
      {"cooperative", LegalClass::kCooperative}, {"branch", LegalClass::kBranch},
      {"institution", LegalClass::kInstitution}, {"self_employed", LegalClass::kSelfEmployed}};
  return classes;
}

std::map<std::string, double NameCosts::*> cost_fields() {
#define MINGLU_COST(name) \
  { #name, &NameCosts::name }
  return {MINGLU_COST(region_full),
          MINGLU_COST(region_short_child),
          MINGLU_COST(region_short_first),
          MINGLU_COST(region_short_first_county),
          MINGLU_COST(region_short_other),
          MINGLU_COST(region_short_other_county),
          MINGLU_COST(region_town),
          MINGLU_COST(region_pattern),
          MINGLU_COST(region_pattern_first),
          MINGLU_COST(region_functional_first),
          MINGLU_COST(region_bracket),
          MINGLU_COST(region_after),
          MINGLU_COST(region_after_county),
          MINGLU_COST(brand_1),
          MINGLU_COST(brand_2),
          MINGLU_COST(brand_3),
          MINGLU_COST(brand_4),
          MINGLU_COST(brand_5),
          MINGLU_COST(brand_6),
          MINGLU_COST(brand_more),
          MINGLU_COST(brand_is_listed),
          MINGLU_COST(region_cut),
          MINGLU_COST(brand_cuts_trade),
          MINGLU_COST(brand_swallows_region),
          MINGLU_COST(brand_is_region_child),
          MINGLU_COST(brand_is_region),
          MINGLU_COST(brand_after_trade),
          MINGLU_COST(no_brand),
          MINGLU_COST(trade),
          MINGLU_COST(trade_single),
          MINGLU_COST(unknown),
          MINGLU_COST(bracket_other),
          MINGLU_COST(mark)};
#undef MINGLU_COST
}

}  // namespace

WordTrie::WordTrie() : first_(0x10000), edges_(1024), shift_(64 - 10) {}

void WordTrie::put(uint64_t edge) {
  size_t slot = slot_of(edge >> kBits);
  while (edges_[slot] != 0) slot = (slot + 1) & (edges_.size() - 1);
  edges_[slot] = edge;
}

void WordTrie::grow() {
  std::vector<uint64_t> old(edges_.size() * 2);
  old.swap(edges_);
  --shift_;
  for (const uint64_t edge : old) {
    if (edge != 0) put(edge);
  }
}

uint32_t WordTrie::insert(std::u32string_view word) {
  uint32_t node = kRoot;
  for (const char32_t c : word) {
    uint32_t next = child(node, c);
    if (next == kNone) {
      next = nodes_++;
      MINGLU_ASSERT(next < 1U << kBits);
      if (node == kRoot && c < first_.size()) {
        first_[c] = next;
      } else {
        // At most half full, so that a probe is short.
        if (++used_ * 2 > edges_.size()) grow();
        put(key_of(node, c) << kBits | next);
      }
    }
    node = next;
  }
  return node;
}

uint32_t WordTrie::find(std::u32string_view word) const noexcept {
  uint32_t node = kRoot;
  for (const char32_t c : word) {
    node = child(node, c);
    if (node == kNone) return kNone;
  }
  return node;
}

NameLexicon::NameLexicon(std::shared_ptr<const CharTables> chars) : chars_(std::move(chars)), entries_(1) {}

std::u32string NameLexicon::fold(std::string_view utf8) const {
  std::u32string text = base::decode_utf8(utf8);
  for (char32_t& c : text) c = chars_->fold(c);
  return text;
}

NameWord& NameLexicon::entry(std::u32string_view folded) {
  const uint32_t node = words_.insert(folded);
  if (word_of_.size() <= node) word_of_.resize(node + 1);
  if (word_of_[node] == 0) {
    word_of_[node] = static_cast<uint32_t>(entries_.size());
    entries_.emplace_back();
  }
  return entries_[word_of_[node]];
}

Result<std::shared_ptr<const NameLexicon>> NameLexicon::load(const std::filesystem::path& catalog,
                                                             std::shared_ptr<const CharTables> chars) {
  std::shared_ptr<NameLexicon> lexicon(new NameLexicon(std::move(chars)));
  const std::filesystem::path names = catalog / "names";
  MINGLU_CHECK(lexicon->load_regions(names / "regions.csv"));
  MINGLU_CHECK(lexicon->load_towns(names / "towns.csv"));
  MINGLU_CHECK(lexicon->load_trades(names / "trades.csv", names / "trade_singles.csv"));
  MINGLU_CHECK(lexicon->load_legal_forms(names / "legal_forms.csv"));
  lexicon->word_of_.resize(lexicon->words_.node_count());
  MINGLU_CHECK(lexicon->load_branch_words(names / "branch_words.csv"));
  MINGLU_CHECK(lexicon->load_suffixes(names / "region_suffixes.csv"));
  MINGLU_CHECK(lexicon->load_costs(names / "parser_costs.csv"));
  return std::shared_ptr<const NameLexicon>(std::move(lexicon));
}

Status NameLexicon::load_regions(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"word", "form", "level", "codes"}));
  for (const auto& row : table.rows) {
    const auto level = region_levels().find(row[2]);
    if (level == region_levels().end()) {
      return bad_cell(file, row[2], "country, province, city, county or functional");
    }
    if (row[1] != "full" && row[1] != "short") return bad_cell(file, row[1], "full or short");
    NameWord& word = entry(fold(row[0]));
    word.level = level->second;
    word.full = row[1] == "full";
    for (const std::string& code : split_at_spaces(row[3])) {
      MINGLU_TRY(const uint32_t digits, number<uint32_t>(file, code, "digits of a region's code"));
      word.codes.push_back({digits, static_cast<uint8_t>(code.size())});
    }
  }
  return ok_status();
}

Status NameLexicon::load_towns(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"county", "towns"}));
  for (const auto& row : table.rows) {
    MINGLU_TRY(const uint32_t county, number<uint32_t>(file, row[0], "a six-digit code"));
    for (const std::string& town : split_at_spaces(row[1])) entry(fold(town)).town_codes.push_back({county, 6});
  }
  return ok_status();
}

Status NameLexicon::load_trades(const std::filesystem::path& trades, const std::filesystem::path& singles) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(trades, {"word", "origin"}));
  for (const auto& row : table.rows) {
    const std::u32string word = fold(row[0]);
    if (word.size() >= 2) entry(word).trade = true;
  }
  MINGLU_TRY(const codes::CatalogFile short_ones, codes::load_catalog_file(singles, {"word"}));
  for (const auto& row : short_ones.rows) entry(fold(row[0])).trade_single = true;
  return ok_status();
}

// A form that is a trade word before a shorter form counts as the shorter one (服装店 = 服装 + 店): the trade is worth
// more by itself.
size_t NameLexicon::form_chars(std::u32string_view form, const std::set<std::u32string>& forms) const {
  for (size_t cut = 2; cut < form.size(); ++cut) {
    const NameWord* first = word(form.substr(0, cut));
    if (first != nullptr && first->trade && forms.count(std::u32string(form.substr(cut))) > 0) return form.size() - cut;
  }
  return form.size();
}

Status NameLexicon::load_legal_forms(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"word", "class", "heads_branches"}));
  std::set<std::u32string> forms;
  for (const auto& row : table.rows) forms.insert(fold(row[0]));
  for (const auto& row : table.rows) {
    const auto legal_class = legal_classes().find(row[1]);
    if (legal_class == legal_classes().end()) return bad_cell(file, row[1], "a class of organisation form");
    if (row[2] != "yes" && row[2] != "no") return bad_cell(file, row[2], "yes or no");
    std::u32string form = fold(row[0]);
    // Inside a name such a word tells the trade: 甲乙医院有限公司, 甲乙大药房连锁有限公司.
    const bool tells_trade =
        legal_class->second == LegalClass::kSelfEmployed || legal_class->second == LegalClass::kInstitution;
    if (tells_trade && form.size() >= 2) entry(form).trade = true;
    const bool divisible = legal_class->second == LegalClass::kSelfEmployed;
    const size_t chars = divisible ? form_chars(form, forms) : form.size();
    std::reverse(form.begin(), form.end());
    const uint32_t node = legal_.insert(form);
    if (legal_of_.size() <= node) legal_of_.resize(node + 1);
    legal_of_[node] = {chars, legal_class->second, row[2] == "yes"};
  }
  legal_of_.resize(legal_.node_count());
  return ok_status();
}

Status NameLexicon::load_branch_words(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"word", "kind"}));
  for (const auto& row : table.rows) {
    std::u32string word = fold(row[0]);
    std::reverse(word.begin(), word.end());
    const uint32_t node = branch_.insert(word);
    if (is_branch_.size() <= node) is_branch_.resize(node + 1);
    is_branch_[node] = 1;
  }
  is_branch_.resize(branch_.node_count());
  return ok_status();
}

Status NameLexicon::load_suffixes(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table,
             codes::load_catalog_file(file, {"suffix", "chars_min", "chars_max", "closes_town"}));
  for (const auto& row : table.rows) {
    MINGLU_TRY(const size_t least, number<size_t>(file, row[1], "a count"));
    MINGLU_TRY(const size_t most, number<size_t>(file, row[2], "a count"));
    if (row[3] != "yes" && row[3] != "no") return bad_cell(file, row[3], "yes or no");
    suffixes_.push_back({fold(row[0]), least, most, row[3] == "yes"});
    stem_chars_max_ = std::max(stem_chars_max_, most);
    if (!suffixes_.back().suffix.empty()) suffix_first_.set(suffixes_.back().suffix[0] % suffix_first_.size());
  }
  return ok_status();
}

Status NameLexicon::load_costs(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"name", "cost", "meaning"}));
  std::map<std::string, double NameCosts::*> missing = cost_fields();
  for (const auto& row : table.rows) {
    const auto field = missing.find(row[0]);
    if (field == missing.end()) return bad_cell(file, row[0], "the name of a cost, each once");
    MINGLU_TRY(costs_.*(field->second), number<double>(file, row[1], "a number"));
    if (!(costs_.*(field->second) >= 0)) return bad_cell(file, row[1], "a cost of at least 0");
    missing.erase(field);
  }
  if (!missing.empty()) return bad_cell(file, missing.begin()->first, "given");
  return ok_status();
}

const NameWord* NameLexicon::word(std::u32string_view text) const noexcept {
  const uint32_t node = words_.find(text);
  return node == WordTrie::kNone || word_of_[node] == 0 ? nullptr : &entries_[word_of_[node]];
}

LegalForm NameLexicon::legal_form_at_end(std::u32string_view text) const noexcept {
  LegalForm found;
  uint32_t node = WordTrie::kRoot;
  for (size_t i = text.size(); i-- > 0;) {
    node = legal_.child(node, text[i]);
    if (node == WordTrie::kNone) break;
    if (legal_of_[node].length > 0) found = legal_of_[node];
  }
  return found;
}

LegalForm NameLexicon::head_form_at_end(std::u32string_view text) const noexcept {
  LegalForm found;
  uint32_t node = WordTrie::kRoot;
  for (size_t i = text.size(); i-- > 0;) {
    node = legal_.child(node, text[i]);
    if (node == WordTrie::kNone) break;
    if (legal_of_[node].heads_branches) found = legal_of_[node];
  }
  return found;
}

size_t NameLexicon::branch_word_at_end(std::u32string_view text) const noexcept {
  size_t found = 0;
  uint32_t node = WordTrie::kRoot;
  for (size_t i = text.size(); i-- > 0;) {
    node = branch_.child(node, text[i]);
    if (node == WordTrie::kNone) break;
    if (is_branch_[node] != 0) found = text.size() - i;
  }
  return found;
}

size_t NameLexicon::region_pattern_at(std::u32string_view text, size_t at) const noexcept {
  const std::u32string_view near = text.substr(at, stem_chars_max_ + 1);
  const bool may_end =
      std::any_of(near.begin(), near.end(), [&](char32_t c) { return suffix_first_.test(c % suffix_first_.size()); });
  if (!may_end) return 0;
  size_t shortest = 0;
  for (const SuffixPattern& pattern : suffixes_) {
    for (size_t stem = pattern.chars_min; stem <= pattern.chars_max; ++stem) {
      const size_t length = stem + pattern.suffix.size();
      if (at + length > text.size() || (shortest != 0 && length >= shortest)) break;
      if (text[at + stem] != pattern.suffix[0]) continue;  // nearly always
      if (text.compare(at + stem, pattern.suffix.size(), pattern.suffix) != 0) continue;
      const bool all_han = std::all_of(text.begin() + static_cast<ptrdiff_t>(at),
                                       text.begin() + static_cast<ptrdiff_t>(at + stem), base::is_han);
      if (all_han) shortest = length;
    }
  }
  return shortest;
}

size_t NameLexicon::town_suffix_at(std::u32string_view text, size_t at) const noexcept {
  for (const SuffixPattern& pattern : suffixes_) {
    if (pattern.closes_town && text.substr(at).starts_with(pattern.suffix)) return pattern.suffix.size();
  }
  return 0;
}

bool NameLexicon::is_region_text(std::u32string_view text) const {
  if (text.empty()) return false;
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!reached[i]) continue;
    words_at(text, i, [&](size_t length, const NameWord& word) {
      if (word.level != RegionLevel::kNone) reached[i + length] = true;
    });
  }
  return reached[text.size()];
}

bool NameLexicon::is_legal_text(std::u32string_view text) const noexcept {
  return !text.empty() && legal_form_at_end(text).length == text.size();
}

}  // namespace minglu::text
