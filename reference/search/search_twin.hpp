// Slow obvious twin of search/searcher.hpp: every query reads every document, by the rules of engine/search/README.md.
// Spans and scores are left out; texts above the limits of document.hpp are not given to it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/utf8.hpp"
#include "reference/text/similarity_twin.hpp"
#include "search/document.hpp"
#include "search/query.hpp"
#include "text/company_name_parser.hpp"

namespace minglu::reference {

struct TwinHit {
  uint64_t unit = 0;
  search::MatchKind kind = search::MatchKind::kListed;
  bool operator==(const TwinHit&) const = default;
};

struct TwinHits {
  uint64_t total = 0;
  std::vector<TwinHit> hits;
  search::Facets facets;
};

class SearchTwin {
 public:
  SearchTwin(std::vector<search::UnitDocument> documents, const search::SearchLanguage& language)
      : documents_(std::move(documents)), chars_(*language.chars), parser_(language.lexicon) {}

  [[nodiscard]] TwinHits search(const search::Query& query, const search::Scope& scope) const {
    const std::vector<std::u32string> terms = terms_of(query.text);
    for (int step = 0; step < 3; ++step) {
      std::vector<Ranked> found;
      for (const search::UnitDocument& document : documents_) {
        if (!passes(query, scope, document)) continue;
        const Rank rank = terms.empty() ? Rank{search::MatchKind::kListed, 0} : rank_of(document, terms, step, scope);
        if (rank.kind != kNothing) found.push_back({rank, &document});
      }
      if (!found.empty() || terms.empty() || step == 2) return hits_of(query, found);
    }
    return {};
  }

 private:
  static constexpr auto kNothing = static_cast<search::MatchKind>(0xFF);
  struct Rank {
    search::MatchKind kind = kNothing;
    uint32_t cost = 0;
  };
  struct Ranked {
    Rank rank;
    const search::UnitDocument* document;
  };

  [[nodiscard]] std::u32string key(const std::string& text) const {
    std::u32string folded;
    for (const char32_t c : base::decode_utf8(text)) {
      if (chars_.key_char(c) >= 0x20) folded.push_back(chars_.key_char(c));
    }
    return folded;
  }

  [[nodiscard]] std::vector<std::u32string> terms_of(const std::string& text) const {
    std::vector<std::u32string> terms;
    std::u32string piece;
    for (const char32_t c : base::decode_utf8(text) + U" ") {
      if (c != U' ' && c != U'\t' && c != U'\u3000') {
        piece.push_back(c);
        continue;
      }
      if (const std::u32string term = key(base::encode_utf8(piece)); !term.empty()) terms.push_back(term);
      piece.clear();
    }
    return terms;
  }

  [[nodiscard]] std::u32string brand(const std::u32string& name, size_t* begin = nullptr) const {
    for (const text::NamePiece& piece : parser_.parse(base::encode_utf8(name)).pieces) {
      if (piece.part != text::NamePart::kBrand) continue;
      if (begin != nullptr) *begin = piece.begin;
      return name.substr(piece.begin, piece.end - piece.begin);
    }
    return {};
  }

  [[nodiscard]] std::string letters_of(const std::u32string& text, bool initials) const {
    std::string letters;
    for (const char32_t c : text) {
      if (c >= U'A' && c <= U'Z') letters.push_back(static_cast<char>(c + 32));
      const std::string_view syllable = chars_.pinyin(c);
      letters.append(initials ? syllable.substr(0, 1) : syllable);
    }
    return letters;
  }

  static bool in_areas(const search::UnitDocument& document, const std::vector<std::string>& prefixes) {
    for (const std::string& prefix : prefixes) {
      const std::string& code = prefix.size() <= 6 ? document.district : document.street;
      if (!prefix.empty() && code.starts_with(prefix)) return true;
    }
    return false;
  }

  static bool passes(const search::Query& query, const search::Scope& scope, const search::UnitDocument& document) {
    const auto any = [](const auto& list, const auto& wanted) {
      return list.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
    };
    const bool industry =
        query.industries.empty() ||
        std::any_of(query.industries.begin(), query.industries.end(), [&](const std::string& prefix) {
          return document.industry.starts_with(prefix) ||
                 (document.industry_section != 0 && prefix == std::string(1, document.industry_section));
        });
    const bool years = (!query.founded_min && !query.founded_max) ||
                       (document.founded_year > 0 && document.founded_year >= query.founded_min.value_or(1) &&
                        document.founded_year <= query.founded_max.value_or(UINT16_MAX));
    return (scope.sees_everything() || in_areas(document, scope.prefixes())) &&
           (query.districts.empty() || in_areas(document, query.districts)) && industry && years &&
           any(query.sizes, document.size) && any(query.statuses, document.status) &&
           (query.sources == 0 || (query.sources & document.sources) != 0) &&
           (!query.has_conflict || *query.has_conflict == (document.conflict_count > 0)) &&
           (!query.has_missing || *query.has_missing == (document.missing_count > 0));
  }

  [[nodiscard]] static bool is_identified(const search::UnitDocument& document, const std::u32string& whole,
                                          const search::Scope& scope) {
    std::string form;
    bool digits = true;
    for (const char32_t c : whole) {
      digits = digits && c >= U'0' && c <= U'9';
      if ((c < U'0' || c > U'9') && (c < U'A' || c > U'Z')) return false;
      form.push_back(static_cast<char>(c));
    }
    if (digits && form.substr(std::min(form.find_first_not_of('0'), form.size())) == std::to_string(document.unit)) {
      return true;
    }
    if (form.size() < 4) return false;
    using Field = search::MatchField;
    for (const auto& [field, text] : std::map<Field, std::string>{{Field::kUscc, document.uscc},
                                                                  {Field::kRegNo, document.reg_no},
                                                                  {Field::kTaxId, document.tax_id},
                                                                  {Field::kOrgCode, document.org_code}}) {
      // A tax id that repeats the uscc is the uscc.
      if (scope.hides(field) || (field == Field::kTaxId && text == document.uscc)) continue;
      std::string known;
      for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) known.push_back(static_cast<char>(std::toupper(c)));
      }
      if (known.substr(0, 18).starts_with(form.substr(0, 18))) return true;
    }
    return false;
  }

  [[nodiscard]] search::MatchKind whole_kind(const search::UnitDocument& document, const std::u32string& whole) const {
    const std::u32string name = key(document.name);
    size_t begin = 0;
    const std::u32string own_brand = brand(name, &begin);
    if (name == whole) return search::MatchKind::kExactName;
    if (own_brand == whole || key(document.short_name) == whole) return search::MatchKind::kShortName;
    for (const std::string& former : document.former_names) {
      if (key(former) == whole) return search::MatchKind::kFormerName;
    }
    if (name.starts_with(whole)) return search::MatchKind::kPrefix;
    if (!own_brand.empty() && name.substr(begin).starts_with(whole)) return search::MatchKind::kBrandStart;
    return kNothing;
  }

  [[nodiscard]] Rank term_rank(const search::UnitDocument& document, const std::u32string& term, bool alone, int step,
                               const search::Scope& scope) const {
    std::vector<std::string> names = document.former_names;
    names.push_back(document.name);
    names.push_back(document.short_name);
    for (const std::string& name : names) {
      if (key(name).find(term) != std::u32string::npos) return {search::MatchKind::kContains, 0};
    }
    const std::u32string name = key(document.name);
    size_t begin = 0;
    const std::u32string own_brand = brand(name, &begin);
    if (term.size() >= 2 && std::all_of(term.begin(), term.end(), [](char32_t c) { return c >= U'A' && c <= U'Z'; })) {
      const std::string letters = letters_of(term, false);
      const bool spells_brand =
          !own_brand.empty() && (letters_of(own_brand, false) == letters || letters_of(own_brand, true) == letters);
      if (letters_of(name.substr(begin), false).starts_with(letters) ||
          letters_of(name.substr(begin), true).starts_with(letters) || letters_of(name, true).starts_with(letters)) {
        return {search::MatchKind::kPinyin, alone && spells_brand ? 0U : 1U};
      }
    }
    if (key(document.legal_rep) == term && !scope.hides(search::MatchField::kLegalRep))
      return {search::MatchKind::kLegalRep, 0};
    const bool in_address =
        !scope.hides(search::MatchField::kAddress) && key(document.address).find(term) != std::u32string::npos;
    return step == 1 && term.size() >= 2 && in_address ? Rank{search::MatchKind::kAddress, 0} : Rank{};
  }

  [[nodiscard]] Rank rank_of(const search::UnitDocument& document, const std::vector<std::u32string>& terms, int step,
                             const search::Scope& scope) const {
    std::u32string whole;
    for (const std::u32string& term : terms) whole += term;
    if (step == 2) return near_rank(document, whole);
    if (is_identified(document, whole, scope)) return {search::MatchKind::kIdentifier, 0};
    if (const search::MatchKind kind = whole_kind(document, whole); kind != kNothing) return {kind, 0};
    Rank worst{search::MatchKind::kContains, 0};
    for (const std::u32string& term : terms) {
      const Rank rank = term_rank(document, term, terms.size() == 1, step, scope);
      if (std::tuple(rank.kind, rank.cost) > std::tuple(worst.kind, worst.cost)) worst = rank;
    }
    return worst;
  }

  [[nodiscard]] bool looks_alike(char32_t a, char32_t b) const {
    const text::CharShape* left = chars_.shape(a);
    const text::CharShape* right = chars_.shape(b);
    if (left == nullptr || right == nullptr) return false;
    const std::string four_left = left->four_corner.data();
    const std::string one = left->cangjie.data();
    const std::string two = right->cangjie.data();
    if (!four_left.empty() && four_left == right->four_corner.data()) return true;
    int differing = 0;
    for (size_t i = 0; i < std::min(one.size(), two.size()); ++i) differing += one[i] != two[i] ? 1 : 0;
    return one.size() == two.size() && one.size() >= 3 && differing == 1;
  }

  [[nodiscard]] bool alike(const std::u32string& a, const std::u32string& b) const {
    if (a.size() != b.size()) return false;
    bool sounds = true;
    for (size_t i = 0; i < a.size(); ++i) {
      sounds = sounds && (a[i] == b[i] || (!chars_.pinyin(a[i]).empty() && chars_.pinyin(a[i]) == chars_.pinyin(b[i])));
    }
    const bool looks =
        a.size() == 2 && ((a[0] == b[0] && looks_alike(a[1], b[1])) || (a[1] == b[1] && looks_alike(a[0], b[0])));
    return sounds || looks;
  }

  /// Fewest edits between `text` and any part of `name`: the whole table.
  static uint32_t edits_in(const std::u32string& text, const std::u32string& name) {
    std::vector<uint32_t> column(text.size() + 1);
    for (size_t i = 0; i <= text.size(); ++i) column[i] = static_cast<uint32_t>(i);
    uint32_t best = column.back();
    for (const char32_t c : name) {
      std::vector<uint32_t> next{0};
      for (size_t i = 1; i <= text.size(); ++i) {
        next.push_back(std::min({next[i - 1] + 1, column[i] + 1, column[i - 1] + (text[i - 1] == c ? 0 : 1)}));
      }
      column = next;
      best = std::min(best, column.back());
    }
    return best;
  }

  static std::u16string narrow(const std::u32string& text) { return {text.begin(), text.end()}; }

  [[nodiscard]] Rank near_rank(const search::UnitDocument& document, std::u32string text) const {
    text = text.substr(0, 64);
    const std::u32string name = key(document.name);
    const std::u32string own = brand(name);
    const uint32_t edits = edits_in(text, name);
    std::set<std::u32string> pairs;
    for (size_t i = 0; i + 1 < text.size(); ++i) pairs.insert(text.substr(i, 2));
    const uint32_t edits_max = text.size() < 4 ? 0 : text.size() < 10 ? 1 : 2;
    bool near = edits_max > 0 && pairs.size() >= 2 * edits_max + 1 && edits <= edits_max;
    bool is_alike = false;
    std::set<std::u32string> asked;
    if (const std::u32string of_text = brand(text); of_text.size() >= 2) asked.insert(of_text);
    if (text.size() >= 2 && text.size() <= 5) asked.insert(text);
    for (const std::u32string& one : asked) {
      if (own.empty()) break;
      const bool edited = one.size() >= 3 && one.size() <= 5 && osa_distance(narrow(own), narrow(one)) <= 1;
      near = near || edited || own == one || alike(own, one);
      is_alike = is_alike || own == one || alike(own, one);
    }
    if (!near) return {};
    return {search::MatchKind::kNear, 2 * edits + (is_alike ? 0 : 1)};
  }

  [[nodiscard]] TwinHits hits_of(const search::Query& query, std::vector<Ranked>& found) const {
    std::sort(found.begin(), found.end(), [&](const Ranked& a, const Ranked& b) { return place(query, a, b); });
    TwinHits hits;
    hits.total = found.size();
    std::map<std::string, uint64_t> districts, sections, divisions, sizes, statuses, sources;
    for (size_t i = 0; i < found.size(); ++i) {
      const search::UnitDocument& document = *found[i].document;
      if (i >= query.offset && i < query.offset + query.limit) hits.hits.push_back({document.unit, found[i].rank.kind});
      ++districts[document.district];
      ++sections[document.industry_section == 0 ? "" : std::string(1, document.industry_section)];
      ++divisions[document.industry.substr(0, 2)];
      ++sizes[std::to_string(document.size)];
      ++statuses[std::to_string(document.status)];
      for (int bit = 0; bit < 64; ++bit) {
        if ((document.sources >> bit & 1U) != 0) ++sources[std::to_string(bit)];
      }
    }
    hits.facets = {listed(districts), listed(sections), listed(divisions),
                   listed(sizes),     listed(statuses), listed(sources)};
    return hits;
  }

  [[nodiscard]] bool place(const search::Query& query, const Ranked& a, const Ranked& b) const {
    const search::UnitDocument& x = *a.document;
    const search::UnitDocument& y = *b.document;
    const auto oldest = [](const search::UnitDocument& d) { return d.founded_year == 0 ? 99'999 : d.founded_year; };
    switch (query.sort) {
      case search::Sort::kRelevance:
        return std::tuple(a.rank.kind, a.rank.cost, -x.rank, x.unit) <
               std::tuple(b.rank.kind, b.rank.cost, -y.rank, y.unit);
      case search::Sort::kName: return std::tuple(key(x.name), x.unit) < std::tuple(key(y.name), y.unit);
      case search::Sort::kFoundedDown: return std::tuple(-x.founded_year, x.unit) < std::tuple(-y.founded_year, y.unit);
      case search::Sort::kFoundedUp: return std::tuple(oldest(x), x.unit) < std::tuple(oldest(y), y.unit);
      case search::Sort::kUnit: break;
    }
    return x.unit < y.unit;
  }

  static std::vector<search::FacetCount> listed(const std::map<std::string, uint64_t>& counts) {
    std::vector<search::FacetCount> list;
    for (const auto& [code, count] : counts) list.push_back({code, count});
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    return list;
  }

  std::vector<search::UnitDocument> documents_;
  const text::CharTables& chars_;
  text::CompanyNameParser parser_;
};

}  // namespace minglu::reference
