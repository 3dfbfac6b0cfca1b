// Answers of a function whose arguments take few different values: a direct-mapped cache of one node and one run.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "rules/functions/function.hpp"

namespace minglu::rules::internal {

class AnswerCache {
 public:
  /// `ask` computes the answer when it is not kept. Precondition: every argument is a text that is not null.
  template <typename Ask>
  Value answer(std::span<const Value> args, Ask ask) {
    const std::string_view key = key_of(args);
    Entry& entry = entries_[base::hash64(key) & (kEntries - 1)];
    if (!entry.used || entry.key != key) {
      entry.key = key;
      entry.used = true;
      entry.value = ask();
    }
    return entry.value;
  }

 private:
  static constexpr size_t kEntries = 4096;  // more than there are industries; a collision costs a recomputation
  struct Entry {
    std::string key;
    Value value;
    bool used = false;
  };

  // One argument is its own key; several are joined with their lengths.
  std::string_view key_of(std::span<const Value> args) {
    if (args.size() == 1) return args[0].text;
    joined_.clear();
    for (const Value& arg : args) {
      joined_ += static_cast<char>(arg.text.size() & 0xFFU);
      joined_ += arg.text;
    }
    return joined_;
  }

  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
  std::string joined_;
};

}  // namespace minglu::rules::internal
