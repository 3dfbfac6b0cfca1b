#include "synth/feeds/feeds.hpp"

namespace minglu::synth {

const std::vector<Feed>& all_feeds() {
  static const std::vector<Feed> feeds = {
      market_register_feed(), market_annual_feed(), tax_register_feed(),  tax_declaration_feed(), insured_feed(),
      civil_feed(),           establishment_feed(), qualification_feed(), hitech_feed(),          subsidy_feed(),
      project_feed(),         industry_list_feed(), power_feed(),         census_feed(),          survey_feed(),
      key_unit_feed(),        special_feed(),       web_feed(),
  };
  return feeds;
}

}  // namespace minglu::synth
