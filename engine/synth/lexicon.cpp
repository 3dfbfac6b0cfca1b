#include "synth/lexicon.hpp"

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"
#include "synth/random.hpp"

namespace minglu::synth {

size_t pick_weighted(base::Rng& rng, const std::vector<double>& cumulative) noexcept {
  const double target = rng.uniform() * cumulative.back();
  const auto it = std::upper_bound(cumulative.begin(), cumulative.end(), target);
  return std::min(static_cast<size_t>(it - cumulative.begin()), cumulative.size() - 1);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t bar = text.find('|');
    out.emplace_back(text.substr(0, bar));
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 1);
  }
  return out;
}

std::vector<std::string> split_characters(std::string_view text) {
  std::vector<std::string> out;
  for (const char32_t c : base::decode_utf8(text)) {
    out.emplace_back();
    base::append_utf8(out.back(), c);
  }
  return out;
}

namespace {

Result<double> parse_number(const std::filesystem::path& path, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0)) {
    return base::invalid_argument(path.string() + ": \"" + text + "\" is not a number of at least 0");
  }
  return value;
}

std::string activity_of(const Trade& trade) {
  const bool wholesale = trade.industry_code.starts_with("51");
  switch (trade.category) {
    case 'B': return trade.words.front() + "产品制造";
    case 'C': return trade.words.front() + "施工";
    case 'E': return trade.words.front() + (wholesale ? "批发" : "零售");
    case 'A': return trade.words.front() + "种植";
    default: return trade.words.front() + "服务";
  }
}

Status load_trades(const std::filesystem::path& path, Lexicon& lexicon) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(
                 path, {"industry_code", "weight_company", "weight_self", "category", "words", "generics", "shop_words",
                        "scope", "revenue_median", "persons_median", "kwh_per_person", "survey_line"}));
  double company = 0;
  double self = 0;
  for (const std::vector<std::string>& row : file.rows) {
    Trade trade;
    trade.industry_code = row[0];
    MINGLU_TRY(trade.weight_company, parse_number(path, row[1]));
    MINGLU_TRY(trade.weight_self, parse_number(path, row[2]));
    trade.words = split_list(row[4]);
    trade.generics = split_list(row[5]);
    trade.shop_words = split_list(row[6]);
    trade.scope = row[7];
    MINGLU_TRY(trade.revenue_wan_median, parse_number(path, row[8]));
    MINGLU_TRY(trade.persons_median, parse_number(path, row[9]));
    MINGLU_TRY(trade.kwh_per_person, parse_number(path, row[10]));
    MINGLU_TRY(trade.survey_line_wan, parse_number(path, row[11]));
    if (row[3].size() != 1 || trade.words.empty() || trade.generics.empty() ||
        (trade.weight_self > 0 && trade.shop_words.empty())) {
      return base::invalid_argument(path.string() + ": trade " + row[0] + " lacks a category or its words");
    }
    trade.category = row[3][0];
    trade.activity = activity_of(trade);
    lexicon.company_cumulative.push_back(company += trade.weight_company);
    lexicon.self_cumulative.push_back(self += trade.weight_self);
    lexicon.trades.push_back(std::move(trade));
  }
  if (company <= 0 || self <= 0) return base::invalid_argument(path.string() + ": no trade has a weight");
  return ok_status();
}

struct ListTarget {
  const char* name;
  std::vector<std::string> Lexicon::*member;
  bool characters;
};

constexpr ListTarget kLists[] = {
    {"brand_chars", &Lexicon::brand_chars, true},
    {"road_chars", &Lexicon::road_chars, true},
    {"building_chars", &Lexicon::building_chars, true},
    {"given_chars", &Lexicon::given_chars, true},
    {"road_suffixes", &Lexicon::road_suffixes, false},
    {"building_suffixes", &Lexicon::building_suffixes, false},
    {"surnames", &Lexicon::surnames, false},
    {"company_forms", &Lexicon::company_forms, false},
    {"other_provinces", &Lexicon::other_provinces, false},
    {"other_province_codes", &Lexicon::other_province_codes, false},
    {"institution_words", &Lexicon::institution_words, false},
    {"government_words", &Lexicon::government_words, false},
    {"society_words", &Lexicon::society_words, false},
    {"nonprofit_words", &Lexicon::nonprofit_words, false},
    {"coop_words", &Lexicon::coop_words, false},
    {"branch_words", &Lexicon::branch_words, false},
    {"job_titles", &Lexicon::job_titles, false},
    {"sites", &Lexicon::sites, false},
};

Status load_words(const std::filesystem::path& path, Lexicon& lexicon) {
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(path, {"list", "words"}));
  for (const std::vector<std::string>& row : file.rows) {
    const auto target = std::find_if(std::begin(kLists), std::end(kLists),
                                     [&row](const ListTarget& list) { return row[0] == list.name; });
    if (target == std::end(kLists)) {
      return base::invalid_argument(path.string() + ": word list \"" + row[0] + "\" is unknown");
    }
    lexicon.*(target->member) = target->characters ? split_characters(row[1]) : split_list(row[1]);
  }
  for (const ListTarget& list : kLists) {
    if ((lexicon.*(list.member)).size() < 2) {
      return base::invalid_argument(path.string() + ": word list \"" + list.name + "\" needs two words or more");
    }
  }
  if (lexicon.other_provinces.size() != lexicon.other_province_codes.size()) {
    return base::invalid_argument(path.string() + ": other_provinces and other_province_codes differ in length");
  }
  // A pair of characters chosen by number must be one brand only.
  for (auto member : {&Lexicon::brand_chars, &Lexicon::road_chars, &Lexicon::building_chars, &Lexicon::given_chars}) {
    std::vector<std::string>& list = lexicon.*member;
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return ok_status();
}

}  // namespace

Result<Lexicon> load_lexicon(const std::filesystem::path& catalog_dir) {
  const std::filesystem::path dir = catalog_dir / "synth";
  Lexicon lexicon;
  MINGLU_CHECK(load_trades(dir / "trades.csv", lexicon));
  MINGLU_CHECK(load_words(dir / "words.csv", lexicon));
  MINGLU_TRY(const codes::CatalogFile old, codes::load_catalog_file(dir / "old_places.csv", {"district", "old_form"}));
  for (const std::vector<std::string>& row : old.rows) lexicon.old_forms[row[0]].push_back(row[1]);
  return lexicon;
}

}  // namespace minglu::synth
