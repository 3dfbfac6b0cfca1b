#include "rules/internal/program.hpp"

#include <algorithm>
#include <unordered_map>

namespace minglu::rules::internal {

namespace {

class Compiler {
 public:
  Compiler(Program& program, const RuleTable& table, bool absent_is_null)
      : program_(program), table_(table), absent_is_null_(absent_is_null) {}

  Result<uint32_t> add(const TypedNode& node) {
    ProgramNode out;
    out.node = &node;
    for (const auto& arg : node.args) {
      MINGLU_TRY(const uint32_t id, add(*arg));
      out.args.push_back(id);
      out.costly = out.costly || program_.nodes[id].costly;
    }
    const std::string key = identity(out);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
    if (!node.field.empty()) MINGLU_CHECK(bind(out));
    if (node.op == Op::kCall) out.costly = out.costly || node.function->costly;
    if (node.op == Op::kIn) prepare_set(out);
    const auto id = static_cast<uint32_t>(program_.nodes.size());
    if (is_aggregate(node.op)) {
      out.aggregate = static_cast<uint32_t>(program_.aggregates.size());
      program_.aggregates.push_back(id);
    }
    program_.nodes.push_back(std::move(out));
    known_.emplace(key, id);
    return id;
  }

 private:
  // Two nodes with the same identity compute the same.
  static std::string identity(const ProgramNode& out) {
    const TypedNode& node = *out.node;
    std::string key =
        std::to_string(static_cast<int>(node.op)) + "/" + std::to_string(static_cast<int>(node.type.kind));
    if (node.op == Op::kLiteral) {
      Expr literal;
      literal.literal = node.literal;
      key += print_json(literal);
    }
    if (node.function != nullptr) key += std::string(node.function->name);
    key += "/" + node.field;
    for (const uint32_t arg : out.args) key += "," + std::to_string(arg);
    return key;
  }

  Status bind(ProgramNode& out) const {
    const TypedNode& node = *out.node;
    const auto index = table_.schema().find(node.field);
    if (!index) {
      if (absent_is_null_) return ok_status();
      return base::failed_precondition("the table has no field '" + node.field + "' that the rule reads");
    }
    out.column = &table_.column(*index);
    if (node.op == Op::kField && out.column->type.kind != node.type.kind) {
      return base::failed_precondition("field '" + node.field + "' of the table is " +
                                       std::string(type_name(out.column->type.kind)) + ", the rule was checked with " +
                                       std::string(type_name(node.type.kind)));
    }
    return ok_status();
  }

  static void prepare_set(ProgramNode& out) {
    for (const Literal& element : out.node->args[1]->literal.elements) {
      if (storage_of(element.kind) == Storage::kText) out.in_texts.push_back(element.text);
      if (storage_of(element.kind) != Storage::kText) out.in_ints.push_back(element.integer);
    }
    std::sort(out.in_texts.begin(), out.in_texts.end());
    std::sort(out.in_ints.begin(), out.in_ints.end());
  }

  Program& program_;
  const RuleTable& table_;
  bool absent_is_null_;
  std::unordered_map<std::string, uint32_t> known_;
};

}  // namespace

Result<Program> compile(std::span<const TypedExpr> roots, const RuleTable& table, bool absent_is_null) {
  Program out;
  Compiler compiler(out, table, absent_is_null);
  for (const TypedExpr& root : roots) {
    out.keep.push_back(root);
    MINGLU_TRY(const uint32_t id, compiler.add(root.root()));
    out.roots.push_back(id);
  }
  return out;
}

}  // namespace minglu::rules::internal
