// Aggregates over the whole table: count_by, distinct_by, sum_match, exists_in, in_cycle.
//
// One pass collects (feed), then each row asks (answer). Keys are exact texts; a null key belongs to no group and gets
// a null answer. Memory: some 64 bytes plus the key per distinct key.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/functions/function.hpp"
#include "rules/typed_node.hpp"

namespace minglu::rules::internal {

/// Dense ids for texts in order of first appearance.
class TextIds {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t add(std::string_view text);
  [[nodiscard]] uint32_t find(std::string_view text) const noexcept;
  [[nodiscard]] size_t size() const noexcept { return texts_.size(); }

 private:
  [[nodiscard]] size_t place_of(std::string_view text, uint64_t hash) const noexcept;
  void grow();
  struct Entry {
    uint64_t hash = 0;
    uint32_t id = kNone;
  };
  std::vector<Entry> slots_;
  std::vector<std::string_view> texts_;
  std::deque<std::string> blocks_;  // the bytes of texts_
  size_t block_used_ = 0;
};

class Aggregate {
 public:
  explicit Aggregate(Op op) : op_(op) {}
  /// `condition_true`: the row counts. Values: count_by {key}; distinct_by {value, key}; sum_match {value, their key};
  /// exists_in {their key}; in_cycle {key, parent}.
  void feed(const Value& first, const Value& second, bool condition_true);
  /// After the last feed.
  void finish();
  /// `key`: own key. `error` is set when the sum overflowed.
  [[nodiscard]] Value answer(const Value& key, bool& error) const;

 private:
  void feed_distinct(const Value& value, const Value& key);
  void feed_sum(const Value& value, const Value& key);
  struct Group {
    int64_t count = 0;
    int64_t sum = 0;
    bool has_value = false;
    bool overflow = false;
  };
  Group& group(std::string_view key);

  Op op_;
  TextIds keys_;
  TextIds pairs_;
  std::vector<Group> groups_;
  std::vector<uint32_t> parents_;  // in_cycle: id of the parent or kNone
  std::vector<uint8_t> on_cycle_;
};

}  // namespace minglu::rules::internal
