// Functions that ask about the table as a whole or the register behind it.
#include "rules/functions/function.hpp"

namespace minglu::rules {

namespace {

constexpr KindMask kTextOrCode = mask(TypeKind::kText) | mask(TypeKind::kCode);

Value table_is_whole(const CallContext& call, std::span<const Value>) {
  return Value::of_bool(call.context.table_is_whole);
}
Value register_live(const CallContext& call, std::span<const Value> a) {
  if (!call.context.register_lookup) return Value::none();
  const auto unit = call.context.register_lookup(a[0].text);
  return Value::of_bool(unit && unit->live);
}

}  // namespace

std::vector<FunctionSpec> register_functions() {
  const Parameter text{"text", kTextOrCode};
  return {
      {"table_is_whole",
       {},
       0,
       false,
       TypeKind::kBool,
       false,
       "表为全库",
       "the table is the whole register",
       "",
       table_is_whole},
      {"register_live",
       {text},
       1,
       false,
       TypeKind::kBool,
       true,
       "名录库中存续",
       "the register holds a live unit of this code; null when no register was given",
       "",
       register_live},
  };
}

}  // namespace minglu::rules
