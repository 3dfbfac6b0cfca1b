// Expressions bound to a table: equal subexpressions merged into one node, children before parents.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/rule_table.hpp"
#include "rules/typed_node.hpp"

namespace minglu::rules::internal {

struct ProgramNode {
  const TypedNode* node = nullptr;
  std::vector<uint32_t> args;
  bool costly = false;                     // holds a costly call
  const TableColumn* column = nullptr;     // kField, kMalformed; null = the table lacks it: null everywhere
  std::vector<std::string_view> in_texts;  // kIn: sorted
  std::vector<int64_t> in_ints;            // kIn: sorted
  uint32_t aggregate = 0;                  // index among aggregates
};

struct Program {
  std::vector<TypedExpr> keep;  // owns the TypedNodes
  std::vector<ProgramNode> nodes;
  std::vector<uint32_t> roots;
  std::vector<uint32_t> aggregates;  // nodes
};

Result<Program> compile(std::span<const TypedExpr> roots, const RuleTable& table, bool absent_is_null);

}  // namespace minglu::rules::internal
