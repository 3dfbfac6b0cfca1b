// The checked tree, as evaluators see it. Not needed by users of rules/.
// Made by check.cpp only: every operand has the type its operator needs, literals are coerced, functions are resolved.
// Immutable and shared; safe from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rules/expression.hpp"
#include "rules/functions/function.hpp"

namespace minglu::rules {

enum class Op : uint8_t {
  kLiteral,
  kField,
  kAnd,
  kOr,
  kNot,
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kNeg,
  kAbs,
  kIn,
  kBetween,
  kIsNull,
  kMalformed,
  kCoalesce,
  kIf,
  kMin,
  kMax,
  kCall,
  kCountBy,
  kDistinctBy,
  kSumMatch,
  kExistsIn,
  kInCycle,
};

struct TypedNode {
  Op op = Op::kLiteral;
  FieldType type;
  Literal literal;                         // kLiteral: coerced to the type the context needs
  std::string field;                       // kField, kMalformed
  const FunctionSpec* function = nullptr;  // kCall
  std::vector<std::shared_ptr<const TypedNode>> args;
};

constexpr bool is_aggregate(Op op) noexcept { return op >= Op::kCountBy; }

}  // namespace minglu::rules
