#include "synth/feeds/feeds.hpp"

namespace minglu::synth {

const std::vector<Feed>& all_feeds() {
  static const std::vector<Feed> feeds = {
      market_register_feed(),
      market_annual_feed(),
      tax_register_feed(),
      tax_declaration_feed(),
  };
  return feeds;
}

}  // namespace minglu::synth
