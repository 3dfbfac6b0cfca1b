// Runs a program over a table block by block.
#pragma once

#include <deque>
#include <memory>

#include "rules/internal/aggregates.hpp"
#include "rules/internal/kernels.hpp"

namespace minglu::rules::internal {

/// Not thread-safe: one per call. Program, table and context must outlive it.
class Evaluator {
 public:
  Evaluator(const Program& program, const RuleTable& table, const Context& context);

  /// Collects the aggregates; once, before the first block.
  void prepare();
  void start_block(size_t first_row, size_t count);
  /// All rows of the block; valid until the next start_block.
  const View& full(uint32_t node);
  /// Errors of the node and of everything below it.
  [[nodiscard]] uint64_t errors_below(uint32_t node) const;

 private:
  const View& eval(uint32_t node, const Rows& rows);
  void compute(uint32_t id, const Rows& rows, Slot& out);
  void compute_field(const ProgramNode& node, const Rows& rows, Slot& out) const;
  static void compute_literal(const TypedNode& node, Slot& out);
  void compute_logic(uint32_t id, const Rows& rows, Slot& out);
  void compute_between(uint32_t id, const Rows& rows, Slot& out);
  void compute_choice(uint32_t id, const Rows& rows, Slot& out);
  void compute_call(uint32_t id, const Rows& rows, Slot& out);
  void compute_aggregate(uint32_t id, const Rows& rows, Slot& out);
  void compute_simple(uint32_t id, const Rows& rows, Slot& out);
  void feed_aggregate(uint32_t id);
  Operand operand(uint32_t node, const Rows& rows) { return {program_.nodes[node].node->type.kind, eval(node, rows)}; }
  Slot& temporary();

  const Program& program_;
  const RuleTable& table_;
  const Context& context_;
  Arena arena_;
  std::vector<std::shared_ptr<void>> memos_;  // per node, for functions
  std::vector<Slot> slots_;                   // one per node
  std::vector<uint64_t> ready_;               // block number for which the slot holds all rows
  std::vector<uint64_t> errors_;              // per node
  std::vector<uint64_t> errors_before_;       // per node, of the pass that collected aggregates
  std::vector<Aggregate> aggregates_;
  std::vector<Key> keys_ = std::vector<Key>(kBlockRows);  // of one aggregate and block
  std::deque<Slot> temporaries_;                          // used as a stack
  size_t temporaries_used_ = 0;
  uint64_t block_ = 0;
  size_t first_row_ = 0;
  size_t count_ = 0;
};

Value value_at(TypeKind kind, const View& view, size_t row) noexcept;

}  // namespace minglu::rules::internal
