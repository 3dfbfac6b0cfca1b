// The vectorised evaluator against its slow twin on random typed expressions and random tables.
#include <gtest/gtest.h>

#include <array>

#include "base/rng.hpp"
#include "reference/rules/interpreter.hpp"
#include "rules/evaluate.hpp"

namespace minglu::rules {
namespace {

using base::Rng;

const Schema& schema() {
  static const Schema fields{{{"b1", {TypeKind::kBool, {}}, {}},
                              {"b2", {TypeKind::kBool, {}}, {}},
                              {"i1", {TypeKind::kInt, {}}, {}},
                              {"i2", {TypeKind::kInt, {}}, {}},
                              {"m1", {TypeKind::kMoney, {}}, {}},
                              {"m2", {TypeKind::kMoney, {}}, {}},
                              {"d1", {TypeKind::kDouble, {}}, {}},
                              {"d2", {TypeKind::kDouble, {}}, {}},
                              {"t1", {TypeKind::kDate, {}}, {}},
                              {"t2", {TypeKind::kDate, {}}, {}},
                              {"p1", {TypeKind::kPeriod, {}}, {}},
                              {"s1", {TypeKind::kText, {}}, {}},
                              {"s2", {TypeKind::kText, {}}, {}},
                              {"c1", {TypeKind::kCode, "org_type"}, {}},
                              {"z1", {TypeKind::kSet, {}}, {}}}};
  return fields;
}

template <size_t N>
const char* pick(Rng& rng, const std::array<const char*, N>& list) {
  return list[rng.below(N)];
}

std::string random_int(Rng& rng) {
  if (rng.chance(0.15)) {
    return pick(rng, std::array{"9223372036854775807", "-9223372036854775808", "9007199254740993", "-9007199254740993",
                                "4611686018427387904"});
  }
  return std::to_string(static_cast<int64_t>(rng.below(9)) - 4);
}
std::string random_double(Rng& rng) {
  return pick(rng, std::array{"0.0", "-0.0", "1.0", "-1.5", "2.5", "0.5", "1e308", "-1e308", "9007199254740992.0",
                              "9223372036854775808.0", "1e-300", "3.0"});
}
const char* random_word(Rng& rng) {
  return pick(rng, std::array{"甲", "乙", "甲乙", "10", "20", "ab", "A1", "甲乙丙公司", "１２", "𠀀字", "a|b", "?"});
}
const char* random_date(Rng& rng) {
  return pick(rng, std::array{"1800-01-01", "2199-12-31", "2026-01-31", "2026-02-28", "2000-02-29", "1970-01-01"});
}

std::string random_cell(Rng& rng, TypeKind kind) {
  switch (kind) {
    case TypeKind::kBool: return rng.chance(0.5) ? "1" : "0";
    case TypeKind::kInt:
    case TypeKind::kMoney: return random_int(rng);
    case TypeKind::kDouble: return random_double(rng);
    case TypeKind::kDate: return random_date(rng);
    case TypeKind::kPeriod: return pick(rng, std::array{"2026-01", "2025-12", "202603"});
    case TypeKind::kCode: return pick(rng, std::array{"10", "20", "30"});
    default: return random_word(rng);
  }
}

// A random expression of the wanted kind; well typed by construction.
class Generator {
 public:
  explicit Generator(Rng& rng) : rng_(rng) {}

  Expr make(TypeKind kind, int depth, bool aggregates = true) {
    if (depth <= 0 || rng_.chance(0.15)) return leaf(kind);
    const TypeKind other = any_kind();
    if (rng_.chance(0.08))
      return op("coalesce", {make(kind, depth - 1, aggregates), make(kind, depth - 1, aggregates)});
    if (rng_.chance(0.08)) return conditional(kind, depth, aggregates);
    if (kind != TypeKind::kBool && rng_.chance(0.08)) {
      return op(rng_.chance(0.5) ? "min" : "max",
                {make(kind, depth - 1, aggregates), make(kind, depth - 1, aggregates)});
    }
    switch (kind) {
      case TypeKind::kBool: return truth(other, depth - 1, aggregates);
      case TypeKind::kInt: return whole(depth - 1, aggregates);
      case TypeKind::kMoney: return money(depth - 1, aggregates);
      case TypeKind::kDouble: return real(depth - 1, aggregates);
      case TypeKind::kDate:
        return op(rng_.chance(0.5) ? "+" : "-",
                  {make(kind, depth - 1, aggregates), make(TypeKind::kInt, depth - 1, aggregates)});
      case TypeKind::kPeriod: return op("period_of", {make(TypeKind::kDate, depth - 1, aggregates)});
      default: return text(depth - 1, aggregates);
    }
  }

 private:
  TypeKind any_kind() {
    constexpr std::array kKinds = {TypeKind::kInt,    TypeKind::kMoney, TypeKind::kDouble, TypeKind::kDate,
                                   TypeKind::kPeriod, TypeKind::kText,  TypeKind::kBool};
    return kKinds[rng_.below(kKinds.size())];
  }

  Expr leaf(TypeKind kind) {
    const bool is_field = rng_.chance(0.65);
    switch (kind) {
      case TypeKind::kBool:
        return is_field ? field(pick(rng_, std::array{"b1", "b2"})) : literal_bool(rng_.chance(0.5));
      case TypeKind::kInt:
        return is_field ? field(pick(rng_, std::array{"i1", "i2"})) : parse_text(random_int(rng_)).value();
      case TypeKind::kMoney:
        return is_field ? field(pick(rng_, std::array{"m1", "m2"}))
                        : literal_money(static_cast<int64_t>(rng_.below(7)) - 3);
      case TypeKind::kDouble:
        return is_field ? field(pick(rng_, std::array{"d1", "d2"})) : parse_text(random_double(rng_)).value();
      case TypeKind::kDate:
        return is_field ? field(pick(rng_, std::array{"t1", "t2"}))
                        : literal_date(base::parse_iso_date(random_date(rng_))->days);
      case TypeKind::kPeriod: return is_field ? field("p1") : literal_period(202601);
      default:
        return is_field ? field(pick(rng_, std::array{"s1", "s2", "c1"}))
                        : literal_text(rng_.chance(0.05) ? "" : random_word(rng_));
    }
  }

  Expr conditional(TypeKind kind, int depth, bool aggregates) {
    std::vector<Expr> args{make(TypeKind::kBool, depth - 1, aggregates), make(kind, depth - 1, aggregates)};
    if (rng_.chance(0.7)) args.push_back(make(kind, depth - 1, aggregates));
    return op("if", std::move(args));
  }

  Expr group(int depth, bool aggregates) {
    std::vector<Expr> args;
    for (uint64_t n = rng_.below(4); n > 0; --n) args.push_back(make(TypeKind::kBool, depth, aggregates));
    return op(rng_.chance(0.5) ? "and" : "or", std::move(args));
  }

  Expr comparison(TypeKind kind, int depth, bool aggregates) {
    TypeKind right = kind;
    if (kind == TypeKind::kInt && rng_.chance(0.3)) right = TypeKind::kDouble;
    if (kind == TypeKind::kDouble && rng_.chance(0.3)) right = TypeKind::kInt;
    if (kind != TypeKind::kBool && rng_.chance(0.2)) {
      return op("between",
                {make(kind, depth, aggregates), make(right, depth, aggregates), make(kind, depth, aggregates)});
    }
    const char* name = kind == TypeKind::kBool ? pick(rng_, std::array{"=", "!="})
                                               : pick(rng_, std::array{"=", "!=", "<", "<=", ">", ">="});
    return op(name, {make(kind, depth, aggregates), make(right, depth, aggregates)});
  }

  Expr membership(TypeKind kind, int depth, bool aggregates) {
    std::vector<Literal> elements;
    for (uint64_t n = rng_.below(12); n > 0; --n) {
      Expr element;
      do {
        element = leaf(kind == TypeKind::kInt && rng_.chance(0.3) ? TypeKind::kDouble : kind);
      } while (element.kind != Expr::Kind::kLiteral);
      elements.push_back(element.literal);
    }
    return op("in", {make(kind, depth, aggregates), literal_set(std::move(elements))});
  }

  Expr truth(TypeKind other, int depth, bool aggregates) {
    switch (rng_.below(aggregates ? 10 : 9)) {
      case 0: return op("not", {make(TypeKind::kBool, depth, aggregates)});
      case 1:
      case 2: return group(depth, aggregates);
      case 3: return op("is_null", {make(other, depth, aggregates)});
      case 4: return membership(other, depth, aggregates);
      case 5: return op("malformed", {field(pick(rng_, std::array{"i1", "t1", "d1"}))});
      case 6:
        return op(pick(rng_, std::array{"contains", "starts_with", "ends_with", "has_any_of"}),
                  {make(TypeKind::kText, depth, aggregates), make(TypeKind::kText, depth, aggregates)});
      case 7:
        return rng_.chance(0.5) ? op("has", {field("z1"), make(TypeKind::kText, depth, aggregates)})
                                : op("is_digits", {make(TypeKind::kText, depth, aggregates)});
      case 9:
        return rng_.chance(0.5) ? op("in_cycle", {key(depth), key(depth)})
                                : op("exists_in", with_condition({key(depth), key(depth)}, depth));
      default: return comparison(other, depth, aggregates);
    }
  }

  // Operands of aggregates hold no aggregates.
  Expr key(int depth) { return make(TypeKind::kText, depth - 1, false); }
  std::vector<Expr> with_condition(std::vector<Expr> args, int depth) {
    if (rng_.chance(0.5)) args.push_back(make(TypeKind::kBool, depth - 1, false));
    return args;
  }

  Expr whole(int depth, bool aggregates) {
    switch (rng_.below(aggregates ? 8 : 5)) {
      case 0: return op("neg", {make(TypeKind::kInt, depth, aggregates)});
      case 1: return op("abs", {make(TypeKind::kInt, depth, aggregates)});
      case 2:
        return op(pick(rng_, std::array{"length", "han_count", "width"}), {make(TypeKind::kText, depth, aggregates)});
      case 3: return op("-", {make(TypeKind::kDate, depth, aggregates), make(TypeKind::kDate, depth, aggregates)});
      case 5: return op("count_by", with_condition({key(depth)}, depth));
      case 6: return op("distinct_by", with_condition({key(depth), key(depth)}, depth));
      case 7:
        return op("sum_match", with_condition({make(TypeKind::kInt, depth - 1, false), key(depth), key(depth)}, depth));
      default:
        return op(pick(rng_, std::array{"+", "-", "*"}),
                  {make(TypeKind::kInt, depth, aggregates), make(TypeKind::kInt, depth, aggregates)});
    }
  }

  Expr money(int depth, bool aggregates) {
    const Expr left = make(TypeKind::kMoney, depth, aggregates);
    const TypeKind number = rng_.chance(0.5) ? TypeKind::kInt : TypeKind::kDouble;
    switch (rng_.below(4)) {
      case 0: return op(rng_.chance(0.5) ? "+" : "-", {left, make(TypeKind::kMoney, depth, aggregates)});
      case 1: return op("*", {make(number, depth, aggregates), left});
      case 2: return op("/", {left, make(number, depth, aggregates)});
      default: return op(rng_.chance(0.5) ? "neg" : "abs", {left});
    }
  }

  Expr real(int depth, bool aggregates) {
    const TypeKind left = rng_.chance(0.3) ? TypeKind::kInt : TypeKind::kDouble;
    switch (rng_.below(4)) {
      case 0: return op("/", {make(TypeKind::kMoney, depth, aggregates), make(TypeKind::kMoney, depth, aggregates)});
      case 1: return op("/", {make(TypeKind::kInt, depth, aggregates), make(TypeKind::kInt, depth, aggregates)});
      case 2: return op(rng_.chance(0.5) ? "neg" : "abs", {make(TypeKind::kDouble, depth, aggregates)});
      default:
        return op(pick(rng_, std::array{"+", "-", "*", "/"}),
                  {make(left, depth, aggregates), make(TypeKind::kDouble, depth, aggregates)});
    }
  }

  Expr text(int depth, bool aggregates) {
    const Expr inner = make(TypeKind::kText, depth, aggregates);
    switch (rng_.below(4)) {
      case 0: return op("prefix", {inner, make(TypeKind::kInt, depth, aggregates)});
      case 1:
        return op("substr", {inner, make(TypeKind::kInt, depth, aggregates), make(TypeKind::kInt, depth, aggregates)});
      case 2: return op("key", {inner, make(TypeKind::kText, depth, aggregates)});
      default: return op("upper", {inner});
    }
  }

  Rng& rng_;
};

struct RandomTable {
  std::vector<table::TextColumn> columns;
  RuleTable table;
};

std::unique_ptr<RandomTable> random_table(Rng& rng, size_t rows) {
  auto out = std::make_unique<RandomTable>();
  out->columns.resize(schema().fields.size());
  std::vector<std::string> names;
  std::vector<FieldType> types;
  std::vector<const table::TextColumn*> pointers;
  for (size_t c = 0; c < schema().fields.size(); ++c) {
    for (size_t row = 0; row < rows; ++row) {
      if (rng.chance(0.2)) {
        out->columns[c].append_null();
      } else {
        out->columns[c].append(rng.chance(0.05) ? "坏" : random_cell(rng, schema().fields[c].type.kind));
      }
    }
    names.push_back(schema().fields[c].name);
    types.push_back(schema().fields[c].type);
    pointers.push_back(&out->columns[c]);
  }
  out->table = RuleTable::from_text(names, pointers, types).value();
  return out;
}

reference::Cell cell_of(const Column& column, size_t row) {
  if (column.is_null(row)) return {};
  switch (storage_of(column.type.kind)) {
    case Storage::kTri: return column.truth[row] == Tri::kTrue;
    case Storage::kInt64: return column.ints[row];
    case Storage::kDouble: return column.doubles[row];
    case Storage::kText: return std::string(column.texts.view(row));
  }
  return {};
}

void compare_once(uint64_t seed, size_t rows) {
  Rng rng(seed);
  constexpr std::array kKinds = {TypeKind::kBool, TypeKind::kBool,   TypeKind::kBool,
                                 TypeKind::kInt,  TypeKind::kMoney,  TypeKind::kText,
                                 TypeKind::kDate, TypeKind::kDouble, TypeKind::kPeriod};
  const Expr expr = Generator(rng).make(kKinds[rng.below(kKinds.size())], 1 + static_cast<int>(rng.below(5)));
  const auto owned = random_table(rng, rows);
  const auto typed = check(expr, schema());
  ASSERT_TRUE(typed.ok()) << "seed " << seed << ": " << print_text(expr) << ": " << typed.error().message;
  Context context;
  context.today = base::parse_iso_date("2026-11-25").value();
  const auto column = evaluate(*typed, owned->table, context);
  ASSERT_TRUE(column.ok()) << column.error().message;
  ASSERT_EQ(column->size(), rows);
  reference::RuleInterpreter twin(owned->table, context);
  for (size_t row = 0; row < rows; ++row) {
    ASSERT_EQ(cell_of(*column, row), twin.value(typed->root(), row))
        << "seed " << seed << " row " << row << ": " << print_text(expr);
  }
  ASSERT_EQ(column->errors, twin.errors()) << "seed " << seed << ": " << print_text(expr);
  // Both notations carry any expression.
  const auto from_text = parse_text(print_text(expr));
  ASSERT_TRUE(from_text.ok()) << "seed " << seed << from_text.error().message;
  ASSERT_EQ(*from_text, expr) << "seed " << seed << ": " << print_text(expr);
  ASSERT_EQ(parse_json(print_json(expr)).value(), expr) << "seed " << seed;
}

TEST(RulesDifferential, AgreesWithTheSlowTwinOnRandomExpressions) {
  constexpr uint64_t kCases = 20'000;
  for (uint64_t seed = 1; seed <= kCases && !testing::Test::HasFatalFailure(); ++seed) compare_once(seed, seed % 12);
}

TEST(RulesDifferential, AgreesWithTheSlowTwinAcrossBlocks) {
  constexpr uint64_t kCases = 25;
  for (uint64_t seed = 1; seed <= kCases && !testing::Test::HasFatalFailure(); ++seed) {
    Rng rng(seed);
    const Expr expr = Generator(rng).make(TypeKind::kBool, 4, false);
    const auto owned = random_table(rng, 2100);
    const TypedExpr typed = check(expr, schema()).value();
    const Context context;
    const Column column = evaluate(typed, owned->table, context).value();
    reference::RuleInterpreter twin(owned->table, context);
    for (size_t row = 0; row < 2100; ++row)
      ASSERT_EQ(cell_of(column, row), twin.value(typed.root(), row)) << print_text(expr);
  }
}

}  // namespace
}  // namespace minglu::rules
