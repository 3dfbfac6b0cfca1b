// The words the city is made of: catalog/synth/{trades,words,old_places}.csv.
// Invented words only: no name, brand or road of a register.
// Thread-safety: immutable after load.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace minglu::synth {

/// One line of business. Weights are relative numbers of companies and of self-employed units.
struct Trade {
  std::string industry_code;  // four digits of GB/T 4754-2017
  double weight_company = 0;
  double weight_self = 0;
  char category = 'F';  // 专业类别: B C E S X F, A for farming
  std::vector<std::string> words;
  std::vector<std::string> generics;
  std::vector<std::string> shop_words;
  std::string scope;
  std::string activity;  // 主要业务活动, at most 15 characters
  double revenue_wan_median = 0;
  double persons_median = 0;
  double kwh_per_person = 0;
  double survey_line_wan = 0;  // revenue a year from which a company is surveyed (四上)
};

struct Lexicon {
  std::vector<Trade> trades;
  std::vector<double> company_cumulative;  // over trades
  std::vector<double> self_cumulative;
  std::vector<std::string> brand_chars, road_chars, building_chars, given_chars;  // one character each
  std::vector<std::string> road_suffixes, building_suffixes, surnames, company_forms;
  std::vector<std::string> other_provinces, other_province_codes;  // cities of parents elsewhere; six digits each
  std::vector<std::string> institution_words, government_words, society_words, nonprofit_words, coop_words;
  std::vector<std::string> branch_words, job_titles, sites;
  std::map<std::string, std::vector<std::string>, std::less<>> old_forms;  // district -> older names
};

Result<Lexicon> load_lexicon(const std::filesystem::path& catalog_dir);

/// "a|b|c" -> a, b, c. Empty text gives an empty list.
std::vector<std::string> split_list(std::string_view text);
/// One entry per code point.
std::vector<std::string> split_characters(std::string_view text);

}  // namespace minglu::synth
