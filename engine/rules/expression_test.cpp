#include "rules/expression.hpp"

#include <gtest/gtest.h>

#include "rules/typed_node.hpp"

namespace minglu::rules {
namespace {

Schema schema() {
  return {{{"name", {TypeKind::kText, {}}, {}},
           {"org_type", {TypeKind::kCode, "org_type"}, {}},
           {"employees", {TypeKind::kInt, {}}, {}},
           {"revenue", {TypeKind::kMoney, {}}, {}},
           {"growth", {TypeKind::kDouble, {}}, {}},
           {"founded", {TypeKind::kDate, {}}, {}},
           {"month", {TypeKind::kPeriod, {}}, {}},
           {"listed", {TypeKind::kBool, {}}, {}},
           {"tags", {TypeKind::kSet, {}}, {}}}};
}

TEST(RuleText, PrintsWhatItReads) {
  for (const char* text : {
           "org_type = \"10\" and reg_stat_class is null",
           "not (a or b) and (c or d and e)",
           "(a and b) and c",
           "x not in {\"a\", \"b\"} or x in {1, -2, 2.5} or x in {}",
           "a is not null and b is null",
           "revenue between 2000万元 and 12.05元",
           "revenue > -0.50元",
           "growth >= -1.5e-09",
           "founded = d\"2026-01-31\" and month = p\"2026-01\"",
           "-(a + b) * -3 - (c - d) / 2 - 1",
           "length(substr(name, 1, 2)) = 2",
           "`and`() or `or`(a) or `=`(a, b, c)",
           "`企业 名称` = \"引号\\\"反斜\\\\换行\\n\"",
           "true or false",
           "not not a",
           "x = -9223372036854775808",
       }) {
    auto expr = parse_text(text);
    ASSERT_TRUE(expr.ok()) << text << ": " << expr.error().message;
    EXPECT_EQ(print_text(*expr), text);
    auto again = parse_json(print_json(*expr));
    ASSERT_TRUE(again.ok()) << print_json(*expr) << again.error().message;
    EXPECT_EQ(*again, *expr) << print_json(*expr);
  }
}

TEST(RuleText, ReadsOperatorsByPrecedence) {
  EXPECT_EQ(
      parse_text("a or b and not c = d + e * f").value(),
      op("or",
         {field("a"),
          op("and", {field("b"),
                     op("not", {op("=", {field("c"), op("+", {field("d"), op("*", {field("e"), field("f")})})})})})}));
  EXPECT_EQ(parse_text("a - b - c").value(), op("-", {op("-", {field("a"), field("b")}), field("c")}));
  EXPECT_EQ(parse_text("x not between 1 and 2").value(),
            op("not", {op("between", {field("x"), literal_int(1), literal_int(2)})}));
  EXPECT_EQ(parse_text("1.5万元").value(), literal_money(1'500'000));
  EXPECT_EQ(parse_text("2亿元").value(), literal_money(20'000'000'000));
  EXPECT_EQ(parse_text("3千元").value(), literal_money(300'000));
}

TEST(RuleText, RefusesWithPositionAndAllowed) {
  for (const char* text : {"",
                           "a =",
                           "(a",
                           "a b",
                           "\"open",
                           "1x",
                           "d\"2023-02-29\"",
                           "p\"2023-13\"",
                           "0.001元",
                           "{a}",
                           "{{1}}",
                           "a in",
                           "a is 3",
                           "a not 3",
                           "9223372036854775808",
                           "1e999",
                           "a $ b",
                           "\"\\q\"",
                           "99999999999999999999亿元",
                           "\xff",
                           "``"}) {
    const auto expr = parse_text(text);
    ASSERT_FALSE(expr.ok()) << text;
    EXPECT_EQ(expr.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(expr.error().message.find("rule text"), std::string::npos) << expr.error().message;
  }
}

TEST(RuleText, BoundsNestingOfHostileInput) {
  const std::string deep(100'000, '(');
  EXPECT_FALSE(parse_text(deep).ok());
  EXPECT_FALSE(parse_text(std::string(100'000, '{')).ok());
  EXPECT_FALSE(parse_text(std::string(100'000, '-')).ok());
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_FALSE(parse_text(nots + "a").ok());
  std::string sum = "a";
  for (int i = 0; i < 10'000; ++i) sum += "+a";
  EXPECT_FALSE(parse_text(sum).ok());
  EXPECT_FALSE(parse_json(std::string(100'000, '[')).ok());
}

TEST(RuleJson, RefusesOtherShapes) {
  for (const char* json : {"", "1", "[]", "{}", "{\"op\":\"and\"}", "{\"op\":\"and\",\"args\":[],\"x\":1}",
                           "{\"int\":1.5}", "{\"int\":18446744073709551615}", "{\"double\":\"1\"}", "{\"text\":1}",
                           "{\"date\":\"2023-02-29\"}", "{\"set\":[{\"set\":[]}]}", "{\"bool\":1}", "{\"colour\":1}",
                           "{\"field\":\"\"}", "{\"int\":1,\"text\":\"a\"}"}) {
    EXPECT_FALSE(parse_json(json).ok()) << json;
  }
}

struct CheckCase {
  const char* text;
  const char* result;  // type, or a part of the error
};

TEST(RuleCheck, GivesTheTypeOrNamesTheTrouble) {
  for (const CheckCase& c : std::vector<CheckCase>{
           {"employees + 1", "int"},
           {"employees / 2", "double"},
           {"employees + growth", "double"},
           {"revenue * 2", "money"},
           {"revenue / revenue", "double"},
           {"revenue / 2", "money"},
           {"founded + 30", "date"},
           {"founded - founded", "int"},
           {"founded >= \"2018-01-01\"", "bool"},
           {"month = \"2026-01\"", "bool"},
           {"org_type = \"10\"", "bool"},
           {"coalesce(org_type, name)", "text"},
           {"if(listed, revenue, 0元)", "money"},
           {"growth > employees", "bool"},
           {"has(tags, \"a\")", "bool"},
           {"count_by(name)", "int"},
           {"sum_match(revenue, name, name)", "money"},
           {"revenue > 2000", "write an amount as 2000万元"},
           {"employees and listed", "operand 1 of 'and' is int; allowed: bool"},
           {"name = 3", "'=' compares text with int"},
           {"listed < true", "orders bool"},
           {"founded = \"2018-13-01\"", "compares date with text"},
           {"length(employees)", "operand 1 of 'length' is int; allowed: text or code"},
           {"length()", "has 0 operands; allowed: 1"},
           {"nothing = 1", "field 'nothing' is not known"},
           {"frob(name)", "'frob' is neither an operator nor a function"},
           {"name in {1}", "holds int"},
           {"name in name", "allowed: a literal set"},
           {"revenue + 1", "joins money and int"},
           {"revenue * revenue", "joins money and money"},
           {"not employees", "operand 1 of 'not' is int"},
           {"count_by(key(name, org_type), count_by(name) > 1)", "holds an aggregate"},
           {"malformed(1)", "allowed: a field"},
           {"min(listed, listed)", "orders bool"},
           {"coalesce(employees, growth)", "mixes int and double"},
       }) {
    auto expr = parse_text(c.text);
    ASSERT_TRUE(expr.ok()) << c.text << expr.error().message;
    const auto typed = check(*expr, schema());
    const std::string got = typed.ok() ? std::string(type_name(typed->type().kind)) : typed.error().message;
    EXPECT_NE(got.find(c.result), std::string::npos) << c.text << " -> " << got;
  }
  EXPECT_FALSE(check_condition(field("employees"), schema()).ok());
}

}  // namespace
}  // namespace minglu::rules
