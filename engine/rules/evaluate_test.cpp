#include "rules/evaluate.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "rules/domain.hpp"
#include "rules/internal/kernels.hpp"

namespace minglu::rules {
namespace {

using Cell = std::optional<std::string>;

// A table from literal rows.
class TestTable {
 public:
  TestTable(std::vector<std::string> names, std::vector<std::string> types, const std::vector<std::vector<Cell>>& rows)
      : columns_(names.size()) {
    std::vector<FieldType> field_types;
    std::vector<const table::TextColumn*> pointers;
    for (size_t c = 0; c < names.size(); ++c) {
      for (const auto& row : rows) {
        if (row[c]) {
          columns_[c].append(*row[c]);
        } else {
          columns_[c].append_null();
        }
      }
      field_types.push_back(parse_field_type(types[c]).value());
      pointers.push_back(&columns_[c]);
    }
    table_ = RuleTable::from_text(names, pointers, field_types).value();
  }
  const RuleTable& table() const { return table_; }
  const Domain* domain = nullptr;

  // One letter or value per row, "?" for null.
  std::string run(const std::string& text, uint64_t* errors = nullptr) const {
    auto expr = parse_text(text);
    if (!expr.ok()) return expr.error().message;
    auto typed = check(*expr, table_.schema());
    if (!typed.ok()) return typed.error().message;
    Context context;
    context.domain = domain;
    context.today = base::parse_iso_date("2026-11-25").value();
    auto column = evaluate(*typed, table_, context);
    if (!column.ok()) return column.error().message;
    if (errors != nullptr) *errors = column->errors;
    std::string out;
    for (size_t i = 0; i < column->size(); ++i) {
      if (!out.empty()) out += " ";
      out += show(*column, i);
    }
    return out;
  }

 private:
  static std::string show(const Column& column, size_t row) {
    if (column.is_null(row)) return "?";
    switch (storage_of(column.type.kind)) {
      case Storage::kTri: return column.truth[row] == Tri::kTrue ? "T" : "F";
      case Storage::kInt64: return std::to_string(column.ints[row]);
      case Storage::kDouble: return print_text(literal_double(column.doubles[row]));
      case Storage::kText: return std::string(column.texts.view(row));
    }
    return "";
  }
  std::vector<table::TextColumn> columns_;
  RuleTable table_;
};

TestTable logic() {
  std::vector<std::vector<Cell>> rows;
  for (const Cell& a : {Cell("1"), Cell("0"), Cell()}) {
    for (const Cell& b : {Cell("1"), Cell("0"), Cell()}) rows.push_back({a, b});
  }
  return {{"a", "b"}, {"bool", "bool"}, rows};
}

TEST(Evaluate, FollowsKleene) {
  const TestTable t = logic();
  EXPECT_EQ(t.run("a and b"), "T F ? F F F ? F ?");
  EXPECT_EQ(t.run("a or b"), "T T T T F ? T ? ?");
  EXPECT_EQ(t.run("not a"), "F F F T T T ? ? ?");
  EXPECT_EQ(t.run("a = b"), "T F ? F T ? ? ? ?");
  EXPECT_EQ(t.run("a != b"), "F T ? T F ? ? ? ?");
  EXPECT_EQ(t.run("a is null"), "F F F F F F T T T");
  EXPECT_EQ(t.run("`and`()"), "T T T T T T T T T");
  EXPECT_EQ(t.run("`or`()"), "F F F F F F F F F");
  EXPECT_EQ(t.run("a in {true}"), "T T T F F F ? ? ?");
  EXPECT_EQ(t.run("coalesce(a, b)"), "T T T F F F T F ?");
  EXPECT_EQ(t.run("if(a, b, true)"), "T F ? T T T ? ? ?");
}

TEST(Evaluate, ComparesWithNullAsUnknown) {
  const TestTable t({"x", "s", "d"}, {"int", "text", "double"},
                    {{"1", "甲", "1"}, {{}, {}, {}}, {"3", "乙", "2.5"}, {"9007199254740993", "", "9007199254740992"}});
  EXPECT_EQ(t.run("x > 1"), "F ? T T");
  EXPECT_EQ(t.run("x between 1 and 2"), "T ? F F");
  EXPECT_EQ(t.run("x not between 1 and 2"), "F ? T T");
  EXPECT_EQ(t.run("x in {1, 2.0}"), "T ? F F");
  EXPECT_EQ(t.run("x not in {}"), "T ? T T");
  EXPECT_EQ(t.run("s = \"甲\""), "T ? F ?") << "an empty cell is null";
  EXPECT_EQ(t.run("s < \"甲\""), "F ? T ?") << "by code point";
  EXPECT_EQ(t.run("x > d"), "F ? T T") << "exact beyond 2^53";
  EXPECT_EQ(t.run("s is not null"), "T F T F");
}

TEST(Evaluate, TurnsArithmeticErrorsIntoCountedNulls) {
  const TestTable t({"x", "y", "m", "d", "t"}, {"int", "int", "money", "double", "date"},
                    {{"9223372036854775807", "1", "9223372036854775807", "1e308", "2199-12-31"},
                     {"-9223372036854775808", "0", "-150", "-1e308", "1800-01-01"},
                     {"7", "2", "15", "0.5", "2026-02-28"},
                     {{}, {}, {}, {}, {}}});
  uint64_t errors = 0;
  EXPECT_EQ(t.run("x + y", &errors), "? -9223372036854775808 9 ?");
  EXPECT_EQ(errors, 1U);
  EXPECT_EQ(t.run("-(x)", &errors), "-9223372036854775807 ? -7 ?");
  EXPECT_EQ(errors, 1U);
  EXPECT_EQ(t.run("x / y", &errors), "9223372036854775808.0 ? 3.5 ?");
  EXPECT_EQ(errors, 1U);
  EXPECT_EQ(t.run("m / 2"), "4611686018427387904 -75 8 ?") << "halves away from zero";
  EXPECT_EQ(t.run("m * 0.5"), "4611686018427387904 -75 8 ?");
  EXPECT_EQ(t.run("d * 10.0", &errors), "? ? 5.0 ?");
  EXPECT_EQ(errors, 2U);
  EXPECT_EQ(t.run("t + y", &errors), "? -62091 20514 ?");
  EXPECT_EQ(errors, 1U);
  EXPECT_EQ(t.run("x / y > 3", &errors), "T ? T ?");
  EXPECT_EQ(t.run("m + m > 0元", &errors), "? F T ?");
  EXPECT_EQ(errors, 1U);
}

TEST(Evaluate, CountsMalformedCellsAsNull) {
  const TestTable t({"x", "t"}, {"int", "date"},
                    {{"3.5", "2023-02-29"}, {"", {}}, {"３", "2023-02-28"}, {"-0", "20230228"}});
  EXPECT_EQ(t.run("x"), "? ? ? 0");
  EXPECT_EQ(t.run("malformed(x)"), "T F T F");
  EXPECT_EQ(t.run("malformed(t)"), "T F F T");
  EXPECT_EQ(t.table().malformed_count(), 4U);
}

TEST(Evaluate, KnowsTheWholeTableInAggregates) {
  const TestTable t({"id", "owner", "n", "live"}, {"text", "text", "int", "bool"},
                    {{"a", {}, "10", "1"},
                     {"b", "a", "6", "1"},
                     {"c", "a", "7", "0"},
                     {"a", "a", {}, "1"},
                     {{}, "z", "1", {}},
                     {"x", "y", "9223372036854775807", "1"},
                     {"y", "x", "1", "1"},
                     {"w", "x", "5", "1"}});
  EXPECT_EQ(t.run("count_by(id)"), "2 1 1 2 ? 1 1 1");
  EXPECT_EQ(t.run("count_by(id, live)"), "2 1 0 2 ? 1 1 1");
  EXPECT_EQ(t.run("exists_in(owner, id)"), "? T T T F T T T");
  EXPECT_EQ(t.run("exists_in(owner, id, n > 8)"), "? T T T F F T T");
  EXPECT_EQ(t.run("sum_match(n, owner, id)"), "13 ? ? 13 ? 6 9223372036854775807 ?");
  EXPECT_EQ(t.run("distinct_by(owner, id)"), "1 1 1 1 ? 1 1 1");
  EXPECT_EQ(t.run("in_cycle(id, owner)"), "T F F T ? T T F");
  uint64_t errors = 0;
  EXPECT_EQ(t.run("sum_match(n, key(\"k\"), key(\"k\"))", &errors), "? ? ? ? ? ? ? ?");
  EXPECT_EQ(errors, 8U);
}

TEST(Evaluate, HandlesNoRowsAndManyBlocks) {
  const TestTable none({"x"}, {"int"}, {});
  EXPECT_EQ(none.run("x > 1"), "");
  std::vector<std::vector<Cell>> rows;
  for (int i = 0; i < 5000; ++i)
    rows.push_back({std::to_string(i), i % 3 == 0 ? Cell() : Cell("甲" + std::to_string(i % 7))});
  const TestTable many({"x", "s"}, {"int", "text"}, rows);
  // register_live is costly: evaluated only where the comparison leaves it open, always null here.
  const std::string answer = many.run("x >= 4998 and register_live(upper(s))");
  EXPECT_EQ(answer.substr(answer.size() - 5), "F ? ?");
  EXPECT_EQ(many.run("count_by(upper(s)) > 0").size(), 9999U);
}

TEST(Evaluate, RefusesATableWithoutTheField) {
  const TestTable t({"x"}, {"int"}, {{"1"}});
  const Schema schema{{{"x", {TypeKind::kInt, {}}, {}}, {"y", {TypeKind::kInt, {}}, {}}}};
  const TypedExpr typed = check(parse_text("x = 1 or y = 2").value(), schema).value();
  Context context;
  EXPECT_EQ(evaluate(typed, t.table(), context).error().code, ErrorCode::kFailedPrecondition);
  context.absent_is_null = true;
  EXPECT_EQ(evaluate(typed, t.table(), context).value().truth.at(0), Tri::kTrue);
}

TEST(Evaluate, ComparesIntegersWithDoublesExactly) {
  using internal::compare_int_double;
  EXPECT_EQ(compare_int_double(INT64_MAX, 9223372036854775808.0), -1);
  EXPECT_EQ(compare_int_double(INT64_MIN, -9223372036854775808.0), 0);
  EXPECT_EQ(compare_int_double(INT64_MIN, -1e300), 1);
  EXPECT_EQ(compare_int_double(0, -0.0), 0);
  EXPECT_EQ(compare_int_double(-1, -1.5), 1);
  EXPECT_EQ(compare_int_double(1, 1.5), -1);
}

TEST(Functions, AnswerAsTheirExamplesSay) {
  TestTable t({"x"}, {"int"}, {{"1"}});
  const auto domain = Domain::load(MINGLU_SOURCE_DIR "/catalog").value();
  t.domain = domain.get();
  size_t checked = 0;
  for (const FunctionSpec& spec : all_functions()) {
    EXPECT_FALSE(spec.title_zh.empty()) << spec.name;
    EXPECT_LE(spec.required, spec.parameters.size()) << spec.name;
    if (spec.example.empty()) continue;
    EXPECT_EQ(t.run(std::string(spec.example)), "T") << spec.example;
    ++checked;
  }
  EXPECT_GT(checked, 20U);
}

}  // namespace
}  // namespace minglu::rules
