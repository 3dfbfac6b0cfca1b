// The plain list of the rule language's functions. Adding one: a line in its family's file, a row in its test.
#include <algorithm>
#include <string_view>

#include "rules/functions/function.hpp"

namespace minglu::rules {

namespace {
std::vector<FunctionSpec> build() {
  std::vector<FunctionSpec> out;
  for (auto family : {text_functions, date_functions, identifier_functions, domain_functions, register_functions}) {
    for (FunctionSpec& spec : family()) out.push_back(std::move(spec));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}
const std::vector<FunctionSpec>& list() {
  static const std::vector<FunctionSpec> functions = build();
  return functions;
}
}  // namespace

std::span<const FunctionSpec> all_functions() { return list(); }

const FunctionSpec* find_function(std::string_view name) {
  const auto& functions = list();
  const auto it = std::lower_bound(functions.begin(), functions.end(), name,
                                   [](const FunctionSpec& spec, std::string_view key) { return spec.name < key; });
  return it != functions.end() && it->name == name ? &*it : nullptr;
}

}  // namespace minglu::rules
