#include "rules/query_builder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "rules/evaluate.hpp"

namespace minglu::rules {
namespace {

using Json = nlohmann::ordered_json;

Schema schema() {
  return {{{"name", {TypeKind::kText, {}}, {}},
           {"employees", {TypeKind::kInt, {}}, {}},
           {"revenue", {TypeKind::kMoney, {}}, {}},
           {"growth", {TypeKind::kDouble, {}}, {}},
           {"founded", {TypeKind::kDate, {}}, {}},
           {"month", {TypeKind::kPeriod, {}}, {}},
           {"listed", {TypeKind::kBool, {}}, {}},
           {"tags", {TypeKind::kSet, {}}, {}}}};
}

std::string tree(const std::string& rule) { return "{\"combinator\":\"and\",\"rules\":[" + rule + "]}"; }

std::string text_of(const std::string& json) {
  const auto expr = from_query_builder(json, schema());
  return expr.ok() ? print_text(*expr) : "error: " + expr.error().message;
}

struct Case {
  const char* rule;
  const char* text;
};

TEST(QueryBuilder, ReadsEveryOperator) {
  for (const Case& c : std::vector<Case>{
           {R"({"id":"1","field":"name","operator":"=","value":"甲"})", "name = \"甲\""},
           {R"({"field":"employees","operator":"!=","value":"10"})", "employees != 10"},
           {R"({"field":"employees","operator":"<","value":1.5})", "employees < 1.5"},
           {R"({"field":"revenue","operator":">=","value":2000})", "revenue >= 2000元"},
           {R"({"field":"revenue","operator":">=","value":"2000万元"})", "revenue >= 2000万元"},
           {R"({"field":"revenue","operator":">=","value":-12.5})", "revenue >= -12.50元"},
           {R"({"field":"founded","operator":">","value":"2026-01-31"})", "founded > d\"2026-01-31\""},
           {R"({"field":"month","operator":"<=","value":"2026-01"})", "month <= p\"2026-01\""},
           {R"({"field":"listed","operator":"=","value":false})", "listed = false"},
           {R"({"field":"name","operator":"contains","value":"科"})", "contains(name, \"科\")"},
           {R"({"field":"tags","operator":"contains","value":"a"})", "has(tags, \"a\")"},
           {R"({"field":"name","operator":"beginsWith","value":"科"})", "starts_with(name, \"科\")"},
           {R"({"field":"name","operator":"endsWith","value":"科"})", "ends_with(name, \"科\")"},
           {R"({"field":"name","operator":"doesNotContain","value":"科"})", "not contains(name, \"科\")"},
           {R"({"field":"name","operator":"doesNotBeginWith","value":"科"})", "not starts_with(name, \"科\")"},
           {R"({"field":"name","operator":"doesNotEndWith","value":"科"})", "not ends_with(name, \"科\")"},
           {R"({"field":"name","operator":"null","value":null})", "name is null"},
           {R"({"field":"name","operator":"notNull"})", "name is not null"},
           {R"({"field":"name","operator":"in","value":"a,b"})", "name in {\"a\", \"b\"}"},
           {R"({"field":"employees","operator":"notIn","value":[1,"2"]})", "employees not in {1, 2}"},
           {R"({"field":"employees","operator":"between","value":"1,2"})", "employees between 1 and 2"},
           {R"({"field":"growth","operator":"notBetween","value":[1,2.5]})", "not growth between 1 and 2.5"},
           {R"({"field":"employees","operator":">","value":"growth","valueSource":"field"})", "employees > growth"},
       }) {
    const std::string got = text_of(tree(c.rule));
    EXPECT_EQ(got, std::string("`and`(") + c.text + ")") << c.rule;
    const auto expr = from_query_builder(tree(c.rule), schema());
    ASSERT_TRUE(expr.ok());
    EXPECT_TRUE(check_condition(*expr, schema()).ok()) << c.rule << check_condition(*expr, schema()).error().message;
    const auto back = to_query_builder(*expr);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(from_query_builder(*back, schema()).value(), *expr) << *back;
  }
}

TEST(QueryBuilder, ReadsGroups) {
  EXPECT_EQ(text_of(R"({"combinator":"AND","rules":[]})"), "`and`()");
  EXPECT_EQ(text_of(R"({"combinator":"or","not":true,"rules":[)"
                    R"({"combinator":"and","rules":[]},{"field":"name","operator":"null"}]})"),
            "not (`and`() or name is null)");
  EXPECT_EQ(text_of(R"({"combinator":"or","rules":[{"field":"name","operator":"null","muted":true}]})"), "`or`()");
}

TEST(QueryBuilder, ShowsWhatItCanAndRefusesTheRest) {
  for (const char* text :
       {"employees > 1", "not employees > 1", "not (name is null or employees in {1})", "not not name is null"}) {
    const Expr expr = parse_text(text).value();
    const auto json = to_query_builder(expr);
    ASSERT_TRUE(json.ok()) << text << json.error().message;
    EXPECT_TRUE(from_query_builder(*json, schema()).ok()) << *json;
  }
  for (const char* text :
       {"length(name) > 1", "employees + 1 > 2", "1 < employees", "listed", "employees between 1 and growth", "true"}) {
    const auto json = to_query_builder(parse_text(text).value());
    EXPECT_FALSE(json.ok()) << text;
  }
}

TEST(QueryBuilder, RefusesFaultyTrees) {
  for (
      const char* json :
      {"", "1", "[]", "{}", R"({"rules":[]})", R"({"combinator":"xor","rules":[]})",
       R"({"combinator":"and","rules":[1]})", R"({"combinator":"and","rules":["and"]})",
       R"({"combinator":"and","rules":[{"field":"nobody","operator":"null"}]})",
       R"({"combinator":"and","rules":[{"field":"name","operator":"like","value":"a"}]})",
       R"({"combinator":"and","rules":[{"field":"name","operator":"=","value":""}]})",
       R"({"combinator":"and","rules":[{"field":"name","operator":"=","value":null}]})",
       R"({"combinator":"and","rules":[{"field":"employees","operator":"=","value":"many"}]})",
       R"({"combinator":"and","rules":[{"field":"employees","operator":"between","value":[1]}]})",
       R"({"combinator":"and","rules":[{"field":"employees","operator":"in","value":1}]})",
       R"({"combinator":"and","rules":[{"field":"employees","operator":"in","value":"growth","valueSource":"field"}]})",
       R"({"combinator":"and","rules":[{"field":"founded","operator":"=","value":"2023-02-29"}]})",
       R"({"combinator":"and","rules":[{"field":"listed","operator":"=","value":"yes"}]})",
       R"({"combinator":"and","rules":[{"field":"revenue","operator":"=","value":"0.001"}]})"}) {
    EXPECT_FALSE(from_query_builder(json, schema()).ok()) << json;
  }
}

TEST(QueryBuilder, BoundsNesting) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += R"({"combinator":"and","rules":[)";
  for (int i = 0; i < 5000; ++i) deep += "]}";
  EXPECT_FALSE(from_query_builder(deep, schema()).ok());
}

// reference/tags: 20 rules over 40 units with the answers of SQL (SQLite).
class SqlAnswers : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = MINGLU_SOURCE_DIR "/../shared/reference/tags";
    if (!std::filesystem::exists(folder / "rules20.json")) GTEST_SKIP() << "reference answers are not here: " << folder;
    rules_ = read(folder / "rules20.json")["rules"];
    fill(read(folder / "units40.json"));
  }

  static Json read(const std::filesystem::path& path) {
    std::ifstream in(path);
    return Json::parse(in);
  }

  void fill(const Json& units) {
    const std::map<std::string, TypeKind> types = {{"id", TypeKind::kInt},         {"employees", TypeKind::kInt},
                                                   {"revenue", TypeKind::kDouble}, {"growth", TypeKind::kDouble},
                                                   {"reg_date", TypeKind::kDate},  {"listed", TypeKind::kBool}};
    std::vector<std::string> names;
    std::vector<FieldType> field_types;
    std::vector<const table::TextColumn*> pointers;
    columns_.resize(units[0].size());
    for (const auto& [name, ignored] : units[0].items()) {
      table::TextColumn& column = columns_[names.size()];
      for (const Json& unit : units) {
        const Json& value = unit[name];
        if (value.is_null()) {
          column.append_null();
        } else {
          column.append(value.is_string() ? value.get<std::string>() : value.dump());
        }
      }
      names.push_back(name);
      const auto type = types.find(name);
      field_types.push_back({type == types.end() ? TypeKind::kText : type->second, {}});
      pointers.push_back(&column);
    }
    table_ = RuleTable::from_text(names, pointers, field_types).value();
  }

  std::vector<int> ids_of(const Json& rule) {
    const Expr expr = from_query_builder(rule.dump(), table_.schema()).value();
    const TypedExpr typed = check_condition(expr, table_.schema()).value();
    const Column column = evaluate(typed, table_, {}).value();
    std::vector<int> ids;
    for (size_t row = 0; row < column.size(); ++row) {
      if (column.truth[row] == Tri::kTrue) ids.push_back(static_cast<int>(row) + 1);
    }
    return ids;
  }

  Json rules_;
  std::vector<table::TextColumn> columns_;
  RuleTable table_;
};

TEST_F(SqlAnswers, AreOursForAllTwentyRules) {
  ASSERT_EQ(rules_.size(), 20U);
  EXPECT_EQ(table_.malformed_count(), 0U);
  for (const auto& [name, entry] : rules_.items()) {
    EXPECT_EQ(ids_of(entry["rule"]), entry["sql_ids"].get<std::vector<int>>()) << name;
  }
}

}  // namespace
}  // namespace minglu::rules
