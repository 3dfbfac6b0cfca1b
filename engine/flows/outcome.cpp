#include "flows/outcome.hpp"

#include <cstring>

namespace minglu::flows {
namespace {

constexpr char kMagic[9] = "MLOUT002";

struct Head {
  char magic[8] = {};
  uint64_t is_live = 0;
  uint64_t first_id = 0;
  uint64_t minted = 0;
  uint64_t split = 0;
  uint64_t assigned = 0;
  uint64_t tombstones = 0;
  uint64_t refused = 0;
  uint64_t refused_gone = 0;
  uint64_t likeness = 0;
};

template <typename T>
void put_array(std::string& out, const std::vector<T>& items) {
  out.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
}

template <typename T>
bool take_array(std::string_view& bytes, std::vector<T>& items, uint64_t count) {
  if (count > bytes.size() / sizeof(T)) return false;
  if (count == 0) return true;
  items.resize(count);
  std::memcpy(items.data(), bytes.data(), count * sizeof(T));
  bytes.remove_prefix(count * sizeof(T));
  return true;
}

}  // namespace

std::string encode_outcome(const Outcome& outcome) {
  Head head{{},
            outcome.is_live ? uint64_t{1} : uint64_t{0},
            outcome.first_id,
            outcome.minted,
            outcome.split,
            outcome.assigned.size(),
            outcome.tombstones.size(),
            outcome.refused.size(),
            outcome.refused_gone.size(),
            outcome.likeness.size()};
  std::memcpy(head.magic, kMagic, sizeof head.magic);
  std::string out(reinterpret_cast<const char*>(&head), sizeof head);
  put_array(out, outcome.assigned);
  put_array(out, outcome.tombstones);
  put_array(out, outcome.refused);
  put_array(out, outcome.refused_gone);
  put_array(out, outcome.likeness);
  return out;
}

Result<Outcome> decode_outcome(std::string_view bytes) {
  Head head;
  if (bytes.size() < sizeof head || std::memcmp(bytes.data(), kMagic, sizeof head.magic) != 0) {
    return base::data_loss("an archived outcome is not in the known form; run: minglu verify");
  }
  std::memcpy(&head, bytes.data(), sizeof head);
  bytes.remove_prefix(sizeof head);
  Outcome outcome;
  outcome.is_live = head.is_live != 0;
  outcome.first_id = head.first_id;
  outcome.minted = head.minted;
  outcome.split = head.split;
  if (!take_array(bytes, outcome.assigned, head.assigned) || !take_array(bytes, outcome.tombstones, head.tombstones) ||
      !take_array(bytes, outcome.refused, head.refused) ||
      !take_array(bytes, outcome.refused_gone, head.refused_gone) ||
      !take_array(bytes, outcome.likeness, head.likeness) || !bytes.empty()) {
    return base::data_loss("an archived outcome ends early; run: minglu verify");
  }
  return outcome;
}

}  // namespace minglu::flows
