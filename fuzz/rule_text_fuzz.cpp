// Any bytes as a rule in its three notations: refused with a sentence, or carried losslessly by the others. The first
// byte chooses the notation.
// fuzz-folders: base codes units text rules
// fuzz-libs: xxhash crypto
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "rules/expression.hpp"
#include "rules/query_builder.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

namespace {

rules::Schema schema() {
  return {{{"a", {rules::TypeKind::kInt, {}}, {}},
           {"b", {rules::TypeKind::kBool, {}}, {}},
           {"d", {rules::TypeKind::kDate, {}}, {}},
           {"m", {rules::TypeKind::kMoney, {}}, {}},
           {"p", {rules::TypeKind::kPeriod, {}}, {}},
           {"r", {rules::TypeKind::kDouble, {}}, {}},
           {"s", {rules::TypeKind::kText, {}}, {}},
           {"z", {rules::TypeKind::kSet, {}}, {}}}};
}

void carry(const rules::Expr& expr, const rules::Schema& fields) {
  const auto json = rules::parse_json(rules::print_json(expr));
  MINGLU_ASSERT(json.ok() && *json == expr);
  const auto text = rules::parse_text(rules::print_text(expr));
  MINGLU_ASSERT(text.ok() && *text == expr);
  const auto typed = rules::check(expr, fields);
  MINGLU_ASSERT(typed.ok() || !typed.error().message.empty());
  const auto tree = rules::to_query_builder(expr);
  if (tree.ok() && typed.ok()) {
    const auto back = rules::from_query_builder(*tree, fields);
    MINGLU_ASSERT(back.ok() || !back.error().message.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const rules::Schema fields = schema();
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto parsed = data[0] % 3 == 0   ? rules::parse_text(input)
                      : data[0] % 3 == 1 ? rules::parse_json(input)
                                         : rules::from_query_builder(input, fields);
  if (parsed.ok()) carry(*parsed, fields);
  return 0;
}
