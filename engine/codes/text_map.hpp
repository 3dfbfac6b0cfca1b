// A hash map keyed by text that is asked with a string_view, without building a string: look-ups of the code lists run
// once per cell. Its iteration order is that of the hash: never let it reach an output.
// Thread-safety: that of std::unordered_map.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace minglu::codes {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};

template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

}  // namespace minglu::codes
