#include "rules/internal/evaluator.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/internal/answer_cache.hpp"

namespace minglu::rules::internal {

Value value_at(TypeKind kind, const View& view, size_t row) noexcept {
  if (storage_of(kind) == Storage::kTri) {
    return view.tri[row] == kUnknownByte ? Value::none() : Value::of_bool(view.tri[row] == kTrueByte);
  }
  if (view.valid[row] == 0) return Value::none();
  if (storage_of(kind) == Storage::kInt64) return Value::of_int(view.ints[row]);
  if (storage_of(kind) == Storage::kDouble) return Value::of_double(view.doubles[row]);
  return Value{false, 0, 0, view.texts[row]};
}

namespace {

void store(TypeKind kind, const Value& value, size_t row, Slot& out) {
  switch (storage_of(kind)) {
    case Storage::kTri: out.tri[row] = value.null ? kUnknownByte : static_cast<uint8_t>(value.integer); return;
    case Storage::kInt64: out.ints[row] = value.integer; break;
    case Storage::kDouble: out.doubles[row] = value.real; break;
    case Storage::kText: out.texts[row] = value.text; break;
  }
  out.valid[row] = value.null ? 0 : 1;
}

}  // namespace

Evaluator::Evaluator(const Program& program, const RuleTable& table, const Context& context)
    : program_(program),
      table_(table),
      context_(context),
      memos_(program.nodes.size()),
      slots_(program.nodes.size()),
      ready_(program.nodes.size(), 0),
      errors_(program.nodes.size(), 0) {
  for (size_t i = 0; i < program.nodes.size(); ++i) {
    const TypedNode& node = *program.nodes[i].node;
    slots_[i].prepare(node.type.kind);
    if (node.op == Op::kLiteral && node.type.kind != TypeKind::kSet) compute_literal(node, slots_[i]);
  }
  for (const uint32_t id : program.aggregates) aggregates_.emplace_back(program.nodes[id].node->op);
}

void Evaluator::prepare() {
  if (aggregates_.empty()) return;
  for (size_t first = 0; first < table_.row_count(); first += kBlockRows) {
    start_block(first, std::min(kBlockRows, table_.row_count() - first));
    for (const uint32_t id : program_.aggregates) feed_aggregate(id);
  }
  for (Aggregate& aggregate : aggregates_) aggregate.finish();
  errors_before_ = std::exchange(errors_, std::vector<uint64_t>(errors_.size(), 0));
}

void Evaluator::feed_aggregate(uint32_t id) {
  const ProgramNode& node = program_.nodes[id];
  // Where the operands of feed stand among the arguments; see Aggregate::feed.
  struct Places {
    size_t first, second, number, condition;
  };
  constexpr size_t kAbsent = SIZE_MAX;
  Places places{0, kAbsent, kAbsent, 1};
  if (node.node->op == Op::kDistinctBy) places = {1, 0, kAbsent, 2};
  if (node.node->op == Op::kSumMatch) places = {1, kAbsent, 0, 3};
  if (node.node->op == Op::kExistsIn) places = {1, kAbsent, kAbsent, 2};
  if (node.node->op == Op::kInCycle) places = {0, 1, kAbsent, kAbsent};
  const auto view_of = [&](size_t place) { return place < node.args.size() ? &full(node.args[place]) : nullptr; };
  const View* first = view_of(places.first);
  const View* second = view_of(places.second);
  const View* number = view_of(places.number);
  const View* condition = view_of(places.condition);
  Aggregate& aggregate = aggregates_[node.aggregate];
  for (size_t row = 0; row < count_; ++row) {
    keys_[row] = key_of(value_at(TypeKind::kText, *first, row));
    aggregate.prefetch(keys_[row]);
  }
  for (size_t row = 0; row < count_; ++row) {
    aggregate.feed(keys_[row], second ? key_of(value_at(TypeKind::kText, *second, row)) : Key{},
                   number ? value_at(TypeKind::kInt, *number, row) : Value::none(),
                   condition == nullptr || condition->tri[row] == kTrueByte);
  }
}

void Evaluator::start_block(size_t first_row, size_t count) {
  ++block_;
  first_row_ = first_row;
  count_ = count;
  arena_.clear();
}

const View& Evaluator::full(uint32_t node) { return eval(node, Rows{nullptr, count_}); }

Slot& Evaluator::temporary() {
  if (temporaries_used_ == temporaries_.size()) temporaries_.emplace_back();
  return temporaries_[temporaries_used_++];
}

// All rows: the node's own slot, kept for the block. Some rows: a temporary; the caller of the outermost partial
// evaluation resets temporaries_used_.
const View& Evaluator::eval(uint32_t id, const Rows& rows) {
  Slot& own = slots_[id];
  const TypedNode& node = *program_.nodes[id].node;
  if (ready_[id] == block_ || node.op == Op::kLiteral) return own.view;
  if (rows.all()) {
    compute(id, rows, own);
    ready_[id] = block_;
    return own.view;
  }
  Slot& slot = temporary();
  slot.prepare(node.type.kind);
  const size_t mark = temporaries_used_;
  compute(id, rows, slot);
  temporaries_used_ = mark;
  return slot.view;
}

void Evaluator::compute_literal(const TypedNode& node, Slot& out) {
  const Literal& literal = node.literal;
  const bool null = storage_of(literal.kind) == Storage::kText && literal.text.empty();
  const Value value{null, literal.integer, literal.real, literal.text};
  for (size_t row = 0; row < kBlockRows; ++row) store(literal.kind, value, row, out);
}

void Evaluator::compute_field(const ProgramNode& node, const Rows& rows, Slot& out) const {
  const TypeKind kind = node.node->type.kind;
  const TableColumn* column = node.column;
  if (column == nullptr) {
    for_rows(rows, [&](size_t i) { store(kind, Value::none(), i, out); });
    return;
  }
  const uint8_t* valid = column->valid.data() + first_row_;
  switch (storage_of(kind)) {
    case Storage::kTri:
      for_rows(rows, [&](size_t i) {
        out.tri[i] = valid[i] == 0 ? kUnknownByte : static_cast<uint8_t>(column->ints[first_row_ + i]);
      });
      return;
    case Storage::kText: for_rows(rows, [&](size_t i) { out.texts[i] = column->source->view(first_row_ + i); }); break;
    case Storage::kInt64: out.view.ints = column->ints.data() + first_row_; break;
    case Storage::kDouble: out.view.doubles = column->doubles.data() + first_row_; break;
  }
  out.view.valid = valid;
}

void Evaluator::compute_logic(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  const bool conjunction = node.node->op == Op::kAnd;
  const uint8_t settled = conjunction ? kFalseByte : kTrueByte;  // such a row needs no further operand
  uint8_t* truth = out.tri.data();
  for_rows(rows, [&](size_t i) { truth[i] = conjunction ? kTrueByte : kFalseByte; });
  for (const uint32_t arg : node.args) {
    std::array<uint16_t, kBlockRows> open;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled up to open_count
    Rows wanted = rows;
    if (program_.nodes[arg].costly && ready_[arg] != block_) {
      size_t open_count = 0;
      for_rows(rows, [&](size_t i) {
        open[open_count] = static_cast<uint16_t>(i);
        open_count += truth[i] != settled ? 1 : 0;
      });
      if (open_count == 0) return;
      if (open_count < rows.count) wanted = {open.data(), open_count};
    }
    const size_t mark = temporaries_used_;
    const uint8_t* next = eval(arg, wanted).tri;
    if (conjunction) {
      for_rows(wanted, [&](size_t i) { truth[i] = and3(truth[i], next[i]); });
    } else {
      for_rows(wanted, [&](size_t i) { truth[i] = or3(truth[i], next[i]); });
    }
    temporaries_used_ = mark;
  }
}

void Evaluator::compute_between(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  const Operand value = operand(node.args[0], rows);
  std::array<uint8_t, kBlockRows> upper;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled at rows
  compare(Op::kGe, value, operand(node.args[1], rows), rows, out.tri.data());
  compare(Op::kLe, value, operand(node.args[2], rows), rows, upper.data());
  for_rows(rows, [&](size_t i) { out.tri[i] = and3(out.tri[i], upper[i]); });
}

// coalesce, if, min, max.
void Evaluator::compute_choice(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  const TypeKind kind = node.node->type.kind;
  std::vector<View> views;
  views.reserve(node.args.size());
  for (const uint32_t arg : node.args) views.push_back(eval(arg, rows));
  const auto at = [&](size_t k, size_t i) { return value_at(kind, views[k], i); };
  const auto before = [&](const Value& a, const Value& b) {
    if (storage_of(kind) == Storage::kText) return a.text < b.text;
    return storage_of(kind) == Storage::kDouble ? a.real < b.real : a.integer < b.integer;
  };
  for_rows(rows, [&](size_t i) {
    Value chosen;
    if (node.node->op == Op::kIf) {
      const uint8_t truth = views[0].tri[i];
      if (truth == kTrueByte) chosen = at(1, i);
      if (truth == kFalseByte && views.size() > 2) chosen = at(2, i);
    } else if (node.node->op == Op::kCoalesce) {
      for (size_t k = 0; k < views.size() && chosen.null; ++k) chosen = at(k, i);
    } else {
      chosen = at(0, i);
      for (size_t k = 1; k < views.size() && !chosen.null; ++k) {
        const Value next = at(k, i);
        const bool better = node.node->op == Op::kMin ? before(next, chosen) : before(chosen, next);
        if (next.null || better) chosen = next;
      }
    }
    store(kind, chosen, i, out);
  });
}

void Evaluator::compute_call(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  const CallContext call{context_, arena_, memos_[id]};
  std::vector<View> views;
  std::vector<TypeKind> kinds;
  for (const uint32_t arg : node.args) {
    views.push_back(eval(arg, rows));
    kinds.push_back(program_.nodes[arg].node->type.kind);
  }
  std::vector<Value> args(views.size());
  const FunctionSpec& function = *node.node->function;
  const auto answer = [&] {
    if (!function.few_values) return function.fn(call, args);
    if (!call.memo) call.memo = std::make_shared<AnswerCache>();
    return static_cast<AnswerCache*>(call.memo.get())->answer(args, [&] { return function.fn(call, args); });
  };
  // Literal arguments are set once.
  std::vector<size_t> changing;
  for (size_t k = 0; k < args.size(); ++k) {
    args[k] = value_at(kinds[k], views[k], 0);
    const bool literal = program_.nodes[node.args[k]].node->op == Op::kLiteral;
    if (!literal || (args[k].null && !function.sees_null)) changing.push_back(k);
  }
  const TypeKind kind = node.node->type.kind;
  for_rows(rows, [&](size_t i) {
    bool known = true;
    for (const size_t k : changing) {
      if (storage_of(kinds[k]) == Storage::kText) {
        args[k].null = views[k].valid[i] == 0;
        args[k].text = views[k].texts[i];
      } else {
        args[k] = value_at(kinds[k], views[k], i);
      }
      known = known && (!args[k].null || function.sees_null);
    }
    store(kind, known ? answer() : Value::none(), i, out);
  });
}

void Evaluator::compute_aggregate(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  size_t own_key = 0;
  if (node.node->op == Op::kDistinctBy) own_key = 1;
  if (node.node->op == Op::kSumMatch) own_key = 2;
  const Operand key = operand(node.args[own_key], rows);
  const Aggregate& aggregate = aggregates_[node.aggregate];
  for_rows(rows, [&](size_t i) {
    keys_[i] = key_of(value_at(key.kind, key.view, i));
    aggregate.prefetch(keys_[i]);
  });
  for_rows(rows, [&](size_t i) {
    bool error = false;
    store(node.node->type.kind, aggregate.answer(keys_[i], error), i, out);
    errors_[id] += error ? 1 : 0;
  });
}

void Evaluator::compute_simple(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  if (node.node->op == Op::kMalformed) {
    const bool any = node.column != nullptr && !node.column->malformed.empty();
    for_rows(rows, [&](size_t i) { out.tri[i] = any ? node.column->malformed[first_row_ + i] : kFalseByte; });
    return;
  }
  const Operand a = operand(node.args[0], rows);
  if (node.node->op == Op::kNot) {
    for_rows(rows, [&](size_t i) { out.tri[i] = not3(a.view.tri[i]); });
  } else if (node.node->op == Op::kIsNull) {
    const bool truth = storage_of(a.kind) == Storage::kTri;
    for_rows(rows, [&](size_t i) {
      out.tri[i] = (truth ? a.view.tri[i] == kUnknownByte : a.view.valid[i] == 0) ? kTrueByte : kFalseByte;
    });
  } else if (node.node->op == Op::kIn) {
    is_in(node, a, rows, out.tri.data());
  } else if (node.node->op == Op::kNeg || node.node->op == Op::kAbs) {
    errors_[id] += negate(node.node->op, a, rows, out);
  } else if (node.node->op >= Op::kEq && node.node->op <= Op::kGe) {
    compare(node.node->op, a, operand(node.args[1], rows), rows, out.tri.data());
  } else {
    errors_[id] += arithmetic(node.node->op, node.node->type.kind, a, operand(node.args[1], rows), rows, out);
  }
}

void Evaluator::compute(uint32_t id, const Rows& rows, Slot& out) {
  const ProgramNode& node = program_.nodes[id];
  switch (node.node->op) {
    case Op::kLiteral: return;
    case Op::kField: return compute_field(node, rows, out);
    case Op::kAnd:
    case Op::kOr: return compute_logic(id, rows, out);
    case Op::kBetween: return compute_between(id, rows, out);
    case Op::kCoalesce:
    case Op::kIf:
    case Op::kMin:
    case Op::kMax: return compute_choice(id, rows, out);
    case Op::kCall: return compute_call(id, rows, out);
    default: break;
  }
  if (is_aggregate(node.node->op)) return compute_aggregate(id, rows, out);
  compute_simple(id, rows, out);
}

uint64_t Evaluator::errors_below(uint32_t node) const {
  std::vector<uint8_t> seen(program_.nodes.size(), 0);
  std::vector<uint32_t> open{node};
  uint64_t total = 0;
  while (!open.empty()) {
    const uint32_t id = open.back();
    open.pop_back();
    if (seen[id]++ != 0) continue;
    // What both passes computed was counted in both.
    total += errors_before_.empty() ? errors_[id] : std::max(errors_[id], errors_before_[id]);
    open.insert(open.end(), program_.nodes[id].args.begin(), program_.nodes[id].args.end());
  }
  return total;
}

}  // namespace minglu::rules::internal
