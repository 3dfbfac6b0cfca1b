// The recorded machine outcome of a resolve commit: what matching decided. Archived, so that a rebuild repeats
// decisions instead of making them again, even with a later matcher.
// The encoding is little-endian, versioned and canonical: the same outcome gives the same bytes, hence the same digest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/state.hpp"

namespace minglu::flows {

struct Outcome {
  bool is_live = false;   // followed only what the commits before it touched; else looked at the whole register
  uint64_t first_id = 0;  // of the leased range; 0 when nothing was minted
  uint64_t minted = 0;
  uint64_t split = 0;
  std::vector<store::Assignment> assigned;       // entities whose unit changed, in order of (source, entity)
  std::vector<store::Tombstone> tombstones;      // units merged away by this commit
  std::vector<store::RefusedLink> refused;       // all links refused at this commit; live: the new ones
  std::vector<store::RefusedLink> refused_gone;  // live: refused before, no more
  std::vector<store::LikenessLink> likeness;     // strongest first; live: none, those of the state stay
};

std::string encode_outcome(const Outcome& outcome);
/// kDataLoss when the bytes are not an outcome.
Result<Outcome> decode_outcome(std::string_view bytes);

}  // namespace minglu::flows
