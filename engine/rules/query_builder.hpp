// The boolean projection of the rule language on screen: the tree of react-querybuilder (version 7 and 8).
//
//   {"combinator":"and","not":false,"rules":[{"field":"employees","operator":">=","value":100}, {group}...]}
//
// Operators: = != < > <= >= contains beginsWith endsWith doesNotContain doesNotBeginWith doesNotEndWith null notNull in
// notIn between notBetween; valueSource "field" compares two fields. Values may be JSON values or texts, lists may be
// arrays or "a,b". A number for a money field is 元; "2000万元" is understood. Keys id, path, disabled, valueEditorType
// and inputType are ignored; a muted rule or group is left out. Semantics are ours, docs/method/rules.md.
#pragma once

#include <string>
#include <string_view>

#include "rules/expression.hpp"

namespace minglu::rules {

/// kInvalidArgument names the rule and what is allowed. The result is not yet checked: use check_condition.
Result<Expr> from_query_builder(std::string_view json, const Schema& schema);
/// The tree as JSON; the root is always a group. kInvalidArgument for an expression outside the projection (functions
/// other than the operators above, arithmetic): such a rule is edited as text.
Result<std::string> to_query_builder(const Expr& expr);

}  // namespace minglu::rules
