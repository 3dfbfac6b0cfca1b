// Limits of expressions, so that hostile input costs bounded time and stack.
#pragma once

#include <cstddef>

namespace minglu::rules {

inline constexpr size_t kDepthMax = 100;
inline constexpr size_t kNodesMax = 20'000;
inline constexpr size_t kBytesMax = size_t{1} << 20;

}  // namespace minglu::rules
