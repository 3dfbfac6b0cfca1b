// Limits of expressions, so that hostile input costs bounded time and stack.
// They hold for all notations (text, JSON, query builder): what is above one is refused with kInvalidArgument.
// kDepthMax nested operators, kNodesMax operators and operands, kBytesMax bytes of source text.
#pragma once

#include <cstddef>

#include "rules/expression.hpp"

namespace minglu::rules {

inline constexpr size_t kDepthMax = 64;      // levels of the tree, a literal or field alone is 1
inline constexpr size_t kNodesMax = 20'000;  // nodes and elements of sets
inline constexpr size_t kBytesMax = size_t{1} << 20;
inline constexpr size_t kTextNestingMax = 2 * kDepthMax + 8;  // printing adds at most one level per level

/// kInvalidArgument when the tree is deeper or larger than allowed.
Status check_limits(const Expr& expr);

}  // namespace minglu::rules
