// A model of activity as the register uses it: the tree of activity/model.hpp, and where every value comes from, in the
// one rule language over the figures of the sources.
//
//   "columns":    {"sales": {"source": "tax_decl", "field": "tax_sales", "reduce": "sum", "months": 12, "shift": 0}}
//   "attributes": {"section": "industry_section(industry_code)"}     texts: peers, caps and factors name them
//   "population": "coalesce(in_sishang != \"1\", true)"              which units the model scores
//   an indicator: "value": "taxes / months", "base": "...", "applies": "n_est > 0"
//
// A column is a figure of a source over the `months` months that end `shift` months before the period; `reduce` is sum,
// last, months, months_positive or quarters. Expressions see the columns (money in fen as the rule language has it,
// decimals as numbers) and every field of a unit. A value of money becomes yuan. A value that is null means NOT_LINKED;
// NOT_APPLICABLE where `applies` is not true or a column says so. Errors: kInvalidArgument, Chinese and English,
// naming the part. Thread-safety: immutable after parsing. Cost: a millisecond.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/source_class.hpp"
#include "activity/model.hpp"
#include "base/result.hpp"
#include "flows/knowledge.hpp"
#include "flows/unit_panel.hpp"
#include "rules/expression.hpp"

namespace minglu::flows {

struct ModelColumn {
  std::string name;
  std::string source;
  std::string field;
  Reduce reduce = Reduce::kLast;
  int32_t months = 1;
  int32_t shift = 0;
  rules::FieldType type;  // in expressions
};

struct ModelExpression {
  std::string text;
  rules::TypedExpr typed;
  std::vector<std::string> names;  // columns and fields that it reads
};

struct ModelAttribute {
  std::string name;
  ModelExpression expression;
};

struct IndicatorSource {
  ModelExpression value;
  std::optional<ModelExpression> base;
  std::optional<ModelExpression> applies;
  std::string title_zh;
  std::string title_en;
  std::string unit;
};

struct RegisterModel {
  activity::Model model;
  std::string title_zh;
  std::string title_en;
  std::vector<ModelColumn> columns;
  std::vector<ModelAttribute> attributes;
  std::optional<ModelExpression> population;                        // none: every unit
  std::vector<IndicatorSource> indicators;                          // as model.indicators
  std::vector<std::string> fields;                                  // of units that expressions read, ascending
  rules::Schema schema;                                             // columns, then fields
  access::SourceClass source_class = access::SourceClass::kPublic;  // strictest of all that it reads
  std::string document;                                             // the JSON text
};

Result<RegisterModel> parse_register_model(const Knowledge& knowledge, std::string_view document);

/// Documents of catalog/activity/models, by id ascending: what a bureau starts from.
Result<std::vector<std::string>> default_models(const Knowledge& knowledge);

}  // namespace minglu::flows
