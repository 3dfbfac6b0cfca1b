// Values that people have declared right, as fusion needs them: by entity.
//
// A decision counts from the commit after it on, until it is undone; of several about one record and field the last
// counts. For a state of commit `seq` only decisions before it count, so that a replay fuses as it was fused then.
// Errors: kDataLoss for a decision that cannot be read. Thread-safety: immutable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "flows/knowledge.hpp"
#include "fuse/fuse.hpp"
#include "store/ledger.hpp"

namespace minglu::flows {

class ValuePins {
 public:
  static Result<ValuePins> load(store::Ledger& ledger, const Knowledge& knowledge, uint64_t seq_to);
  [[nodiscard]] std::span<const fuse::PinnedValue> of(uint64_t entity) const {
    if (pins_.empty()) return {};
    const auto it = pins_.find(entity);
    return it == pins_.end() ? std::span<const fuse::PinnedValue>() : std::span(it->second);
  }
  [[nodiscard]] bool empty() const noexcept { return pins_.empty(); }

 private:
  std::unordered_map<uint64_t, std::vector<fuse::PinnedValue>> pins_;
};

}  // namespace minglu::flows
