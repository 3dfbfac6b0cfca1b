// Units that changed since an index was built: a small index of its own that overrides the base.
//
//   DeltaIndex delta;
//   delta.put(document);      // added or changed
//   delta.remove(17);         // gone, or merged into another
//   MINGLU_TRY(const auto frozen, delta.freeze(language, base));
//   Searcher searcher(language, base, frozen);
//
// An answer from base and delta equals that of an index rebuilt from all documents (estimated totals excepted).
// Errors: those of IndexBuilder. Thread-safety: a DeltaIndex belongs to one thread; a FrozenDelta is immutable and
// shared. Cost: put and remove O(log n); freeze builds an index of the changed units (some 10 us each) and a bit per
// base unit.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "search/document.hpp"
#include "search/index.hpp"

namespace minglu::search {

/// What DeltaIndex::freeze makes.
class FrozenDelta {
 public:
  [[nodiscard]] const SearchIndex& index() const noexcept { return *index_; }
  /// Whether document number `document` of the base is overridden or removed.
  [[nodiscard]] bool hides(uint32_t document) const noexcept {
    return (hidden_[document / 64] >> (document % 64) & 1U) != 0;
  }
  [[nodiscard]] uint64_t hidden_count() const noexcept { return hidden_count_; }

 private:
  friend class DeltaIndex;
  FrozenDelta() = default;
  std::vector<uint64_t> words_;  // the bytes of the index, aligned
  std::optional<SearchIndex> index_;
  std::vector<uint64_t> hidden_;
  uint64_t hidden_count_ = 0;
};

class DeltaIndex {
 public:
  /// Adds the unit or replaces it as a whole.
  void put(UnitDocument document);
  void remove(uint64_t unit);
  /// Units put or removed so far.
  [[nodiscard]] size_t size() const noexcept { return changes_.size(); }
  /// A snapshot for `base`; later changes do not touch it.
  [[nodiscard]] Result<std::shared_ptr<const FrozenDelta>> freeze(const SearchLanguage& language,
                                                                  const SearchIndex& base) const;

 private:
  std::map<uint64_t, std::optional<UnitDocument>> changes_;  // empty = removed
};

}  // namespace minglu::search
