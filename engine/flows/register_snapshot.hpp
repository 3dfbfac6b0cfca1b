// The register as one moment shows it: a state with its search index and the lists of what needs people. Immutable, so
// any number of readers hold one while the next is made.
//
//   MINGLU_TRY(const auto snapshot, RegisterSnapshot::make(home));     // opens index/search and index/lists, or makes
//   them snapshot->searcher().search(query, search::Scope::everything());
//
// Derived: both files belong to one state and may be deleted. Errors: those of the store; a register without units
// gives an empty snapshot. Cost of making: one pass over all units and the index of engine/search; of opening:
// microseconds. Thread-safety: immutable; `make` is called by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "flows/home.hpp"
#include "search/searcher.hpp"
#include "store/section_file.hpp"

namespace minglu::flows {

/// A unit and a field of it that waits for people.
struct ListedField {
  uint64_t unit = 0;
  std::array<char, 12> region = {};  // as far as known, padded with zero bytes
  uint16_t field = 0;
  uint16_t reserved = 0;
  [[nodiscard]] std::string_view region_text() const noexcept {
    const std::string_view whole(region.data(), region.size());
    return whole.substr(0, std::min(whole.find('\0'), whole.size()));
  }
};
static_assert(sizeof(ListedField) == 24);

/// A unit that names another as its owner or parent, by the hash of that identifier.
struct OwnedUnit {
  uint64_t owner_hash = 0;  // owner_hash_of(uscc)
  uint64_t unit = 0;
};
uint64_t owner_hash_of(std::string_view uscc);

class RegisterSnapshot {
 public:
  using Progress = std::function<void(const std::string& step, uint64_t done, uint64_t total)>;
  static Result<std::shared_ptr<const RegisterSnapshot>> make(Home& home, const Progress& progress = {});

  /// Null while the register has no units.
  [[nodiscard]] const store::State* state() const noexcept { return state_.get(); }
  [[nodiscard]] uint64_t state_seq() const noexcept { return state_seq_; }
  [[nodiscard]] const search::Searcher* searcher() const noexcept { return searcher_ ? &*searcher_ : nullptr; }
  /// Ascending by unit, then field.
  [[nodiscard]] std::span<const ListedField> conflicts() const noexcept { return conflicts_; }
  [[nodiscard]] std::span<const ListedField> missing() const noexcept { return missing_; }
  /// Units that name this identifier as their owner or parent, ascending by unit. A collision of hashes is possible.
  [[nodiscard]] std::span<const OwnedUnit> owned_by(std::string_view uscc) const;

 private:
  RegisterSnapshot() = default;
  Status open_files(Home& home);
  std::shared_ptr<const store::State> state_;
  uint64_t state_seq_ = 0;
  base::MappedFile index_bytes_;
  std::optional<search::Searcher> searcher_;
  store::SectionFile lists_;
  std::span<const ListedField> conflicts_;
  std::span<const ListedField> missing_;
  std::span<const OwnedUnit> owned_;
};

}  // namespace minglu::flows
