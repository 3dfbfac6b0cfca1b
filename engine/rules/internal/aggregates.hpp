// Aggregates over the whole table: count_by, distinct_by, sum_match, exists_in, in_cycle.
//
// One pass collects (feed), then each row asks (answer). A null key belongs to no group and gets a null answer. Keys
// are told apart by a 128-bit hash: two of 10^8 different keys coincide with a chance of 10^-23. Memory: some 60 bytes
// per distinct key.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.hpp"
#include "rules/functions/function.hpp"
#include "rules/typed_node.hpp"

namespace minglu::rules::internal {

/// Dense ids for keys in order of first appearance.
class KeyIds {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t add(const base::Hash128& key);
  [[nodiscard]] uint32_t find(const base::Hash128& key) const noexcept;
  /// Asks the memory for the place of a key that will be wanted soon.
  void prefetch(const base::Hash128& key) const noexcept {
    if (!slots_.empty()) __builtin_prefetch(&slots_[key.low & (slots_.size() - 1)]);
  }
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  struct Slot {
    base::Hash128 key;
    uint32_t id = kNone;
  };
  void grow();
  std::vector<Slot> slots_;
  uint32_t size_ = 0;
};

/// A text operand of one row: its hash, or null.
struct Key {
  bool null = true;
  base::Hash128 hash;
};
inline Key key_of(const Value& value) { return value.null ? Key{} : Key{false, base::hash128(value.text)}; }

class Aggregate {
 public:
  explicit Aggregate(Op op) : op_(op) {}
  /// `condition_true`: the row counts. Operands: count_by {key}; distinct_by {key, value}; sum_match {their key} and
  /// `number`; exists_in {their key}; in_cycle {key, parent}.
  void feed(const Key& first, const Key& second, const Value& number, bool condition_true);
  void prefetch(const Key& key) const noexcept {
    if (!key.null) keys_.prefetch(key.hash);
  }
  /// After the last feed.
  void finish();
  /// `key`: own key. `error` is set when the sum overflowed.
  [[nodiscard]] Value answer(const Key& key, bool& error) const;

 private:
  struct Group {
    int64_t count = 0;
    int64_t sum = 0;
    base::Hash128 value;  // distinct_by: the first value met
    bool has_value = false;
    bool overflow = false;
  };
  void feed_distinct(const base::Hash128& key, const base::Hash128& value);
  Group& group(const base::Hash128& key);

  Op op_;
  KeyIds keys_;
  KeyIds pairs_;  // distinct_by: key and further value together
  std::vector<Group> groups_;
  std::vector<uint32_t> parents_;  // in_cycle: id of the parent or kNone
  std::vector<uint8_t> on_cycle_;
};

}  // namespace minglu::rules::internal
