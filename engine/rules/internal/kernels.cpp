#include "rules/internal/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "base/date.hpp"

namespace minglu::rules::internal {

namespace {

// Date limits of the language, as days.
const int64_t kDayMin = base::date_from_civil({1800, 1, 1}).days;
const int64_t kDayMax = base::date_from_civil({2199, 12, 31}).days;

// Codes are short: a call of memcmp costs more than the comparison.
bool equal_text(std::string_view a, std::string_view b) noexcept {
  const size_t n = a.size();
  if (n != b.size()) return false;
  if (n > 8) return a == b;
  if (n >= 4) {
    uint32_t head_a = 0, head_b = 0, tail_a = 0, tail_b = 0;  // overlapping for less than 8
    std::memcpy(&head_a, a.data(), 4);
    std::memcpy(&head_b, b.data(), 4);
    std::memcpy(&tail_a, a.data() + n - 4, 4);
    std::memcpy(&tail_b, b.data() + n - 4, 4);
    return head_a == head_b && tail_a == tail_b;
  }
  return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

template <typename T, typename Test>
void compare_loop(const T* a, const T* b, const uint8_t* va, const uint8_t* vb, const Rows& rows, uint8_t* out,
                  Test test) {
  for_rows(rows, [&](size_t i) {
    const uint8_t truth = test(a[i], b[i]) ? kTrueByte : kFalseByte;
    out[i] = (va[i] & vb[i]) != 0 ? truth : kUnknownByte;
  });
}

template <typename T>
void compare_same(Op op, const T* a, const T* b, const uint8_t* va, const uint8_t* vb, const Rows& rows, uint8_t* out) {
  switch (op) {
    case Op::kEq: return compare_loop(a, b, va, vb, rows, out, std::equal_to<T>());
    case Op::kNe: return compare_loop(a, b, va, vb, rows, out, std::not_equal_to<T>());
    case Op::kLt: return compare_loop(a, b, va, vb, rows, out, std::less<T>());
    case Op::kLe: return compare_loop(a, b, va, vb, rows, out, std::less_equal<T>());
    case Op::kGt: return compare_loop(a, b, va, vb, rows, out, std::greater<T>());
    default: return compare_loop(a, b, va, vb, rows, out, std::greater_equal<T>());
  }
}

bool holds(Op op, int order) noexcept {
  switch (op) {
    case Op::kEq: return order == 0;
    case Op::kNe: return order != 0;
    case Op::kLt: return order < 0;
    case Op::kLe: return order <= 0;
    case Op::kGt: return order > 0;
    default: return order >= 0;
  }
}

void compare_mixed(Op op, const Operand& a, const Operand& b, const Rows& rows, uint8_t* out) {
  const bool int_first = storage_of(a.kind) == Storage::kInt64;
  for_rows(rows, [&](size_t i) {
    if (a.view.valid[i] == 0 || b.view.valid[i] == 0) {
      out[i] = kUnknownByte;
      return;
    }
    const int order = int_first ? compare_int_double(a.view.ints[i], b.view.doubles[i])
                                : -compare_int_double(b.view.ints[i], a.view.doubles[i]);
    out[i] = holds(op, order) ? kTrueByte : kFalseByte;
  });
}

double as_double(const Operand& a, size_t i) noexcept {
  return storage_of(a.kind) == Storage::kDouble ? a.view.doubles[i] : static_cast<double>(a.view.ints[i]);
}

// Nearest integer, halves away from zero; null outside 64 bits or not finite.
std::optional<int64_t> rounded(double value) noexcept {
  constexpr double kLimit = 9223372036854775808.0;
  if (!std::isfinite(value)) return std::nullopt;
  const double nearest = std::round(value);
  if (nearest < -kLimit || nearest >= kLimit) return std::nullopt;
  return static_cast<int64_t>(nearest);
}

// Integer division, halves away from zero.
std::optional<int64_t> divide_rounded(int64_t a, int64_t b) noexcept {
  if (b == 0) return std::nullopt;
  const __int128 twice = static_cast<__int128>(a) * 2;
  const __int128 divisor = b;
  const __int128 half = (twice < 0) == (divisor < 0) ? divisor : -divisor;
  const __int128 result = (twice + half) / (divisor * 2);
  if (result > INT64_MAX || result < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(result);
}

std::optional<int64_t> integer_result(Op op, int64_t a, int64_t b) noexcept {
  int64_t value = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd: overflow = __builtin_add_overflow(a, b, &value); break;
    case Op::kSub: overflow = __builtin_sub_overflow(a, b, &value); break;
    case Op::kMul: overflow = __builtin_mul_overflow(a, b, &value); break;
    default: return divide_rounded(a, b);
  }
  return overflow ? std::nullopt : std::optional(value);
}

double double_result(Op op, double a, double b) noexcept {
  switch (op) {
    case Op::kAdd: return a + b;
    case Op::kSub: return a - b;
    case Op::kMul: return a * b;
    default: return b == 0 ? std::nan("") : a / b;
  }
}

// The operator is a template argument so that its switch is decided outside the loop.
template <Op op>
uint64_t arithmetic_loop(TypeKind result, const Operand& a, const Operand& b, const Rows& rows, Slot& out) {
  uint64_t errors = 0;
  const bool integers = storage_of(a.kind) == Storage::kInt64 && storage_of(b.kind) == Storage::kInt64;
  for_rows(rows, [&](size_t i) {
    out.valid[i] = 0;
    if (a.view.valid[i] == 0 || b.view.valid[i] == 0) return;
    if (result == TypeKind::kDouble) {
      out.doubles[i] = double_result(op, as_double(a, i), as_double(b, i));
      out.valid[i] = std::isfinite(out.doubles[i]) ? 1 : 0;
    } else {
      std::optional<int64_t> value = integers ? integer_result(op, a.view.ints[i], b.view.ints[i])
                                              : rounded(double_result(op, as_double(a, i), as_double(b, i)));
      if (result == TypeKind::kDate && value && (*value < kDayMin || *value > kDayMax)) value.reset();
      out.valid[i] = value ? 1 : 0;
      out.ints[i] = value.value_or(0);
    }
    errors += 1U - out.valid[i];
  });
  return errors;
}

}  // namespace

int compare_int_double(int64_t a, double b) noexcept {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (b >= kLimit) return -1;
  if (b < -kLimit) return 1;
  const auto whole = static_cast<int64_t>(b);
  if (a != whole) return a < whole ? -1 : 1;
  const double rest = b - static_cast<double>(whole);
  if (rest == 0) return 0;
  return rest > 0 ? -1 : 1;
}

void compare(Op op, const Operand& a, const Operand& b, const Rows& rows, uint8_t* out) {
  const Storage sa = storage_of(a.kind);
  const Storage sb = storage_of(b.kind);
  if (sa == Storage::kTri) {
    const bool equal = op == Op::kEq;
    for_rows(rows, [&](size_t i) {
      const bool unknown = a.view.tri[i] == kUnknownByte || b.view.tri[i] == kUnknownByte;
      const bool truth = (a.view.tri[i] == b.view.tri[i]) == equal;
      out[i] = unknown ? kUnknownByte : static_cast<uint8_t>(truth);
    });
  } else if (sa != sb) {
    compare_mixed(op, a, b, rows, out);
  } else if (sa == Storage::kInt64) {
    compare_same(op, a.view.ints, b.view.ints, a.view.valid, b.view.valid, rows, out);
  } else if (sa == Storage::kDouble) {
    compare_same(op, a.view.doubles, b.view.doubles, a.view.valid, b.view.valid, rows, out);
  } else if (op == Op::kEq) {
    compare_loop(a.view.texts, b.view.texts, a.view.valid, b.view.valid, rows, out, equal_text);
  } else if (op == Op::kNe) {
    compare_loop(a.view.texts, b.view.texts, a.view.valid, b.view.valid, rows, out,
                 [](std::string_view x, std::string_view y) { return !equal_text(x, y); });
  } else {
    compare_same(op, a.view.texts, b.view.texts, a.view.valid, b.view.valid, rows, out);
  }
}

uint64_t arithmetic(Op op, TypeKind result, const Operand& a, const Operand& b, const Rows& rows, Slot& out) {
  switch (op) {
    case Op::kAdd: return arithmetic_loop<Op::kAdd>(result, a, b, rows, out);
    case Op::kSub: return arithmetic_loop<Op::kSub>(result, a, b, rows, out);
    case Op::kMul: return arithmetic_loop<Op::kMul>(result, a, b, rows, out);
    default: return arithmetic_loop<Op::kDiv>(result, a, b, rows, out);
  }
}

uint64_t negate(Op op, const Operand& a, const Rows& rows, Slot& out) {
  uint64_t errors = 0;
  const bool absolute = op == Op::kAbs;
  for_rows(rows, [&](size_t i) {
    out.valid[i] = a.view.valid[i];
    if (out.valid[i] == 0) return;
    if (storage_of(a.kind) == Storage::kDouble) {
      out.doubles[i] = absolute ? std::fabs(a.view.doubles[i]) : -a.view.doubles[i];
      return;
    }
    const int64_t value = a.view.ints[i];
    if (absolute && value >= 0) {
      out.ints[i] = value;
    } else if (value == INT64_MIN) {
      out.valid[i] = 0;
      ++errors;
    } else {
      out.ints[i] = -value;
    }
  });
  return errors;
}

void is_in(const ProgramNode& node, const Operand& a, const Rows& rows, uint8_t* out) {
  const std::vector<Literal>& elements = node.node->args[1]->literal.elements;
  const auto store = [&](size_t i, bool known, bool found) {
    out[i] = known ? static_cast<uint8_t>(found) : kUnknownByte;
  };
  const auto number_found = [&](size_t i) {
    return std::any_of(elements.begin(), elements.end(), [&](const Literal& element) {
      const bool real = element.kind == TypeKind::kDouble;
      if (a.kind == TypeKind::kDouble) {
        return real ? element.real == a.view.doubles[i] : compare_int_double(element.integer, a.view.doubles[i]) == 0;
      }
      return real ? compare_int_double(a.view.ints[i], element.real) == 0 : element.integer == a.view.ints[i];
    });
  };
  constexpr size_t kLinearMax = 8;
  switch (storage_of(a.kind)) {
    case Storage::kText:
      for_rows(rows, [&](size_t i) {
        const auto& texts = node.in_texts;
        const auto is_it = [&](std::string_view text) { return equal_text(text, a.view.texts[i]); };
        const bool found = texts.size() <= kLinearMax ? std::any_of(texts.begin(), texts.end(), is_it)
                                                      : std::binary_search(texts.begin(), texts.end(), a.view.texts[i]);
        store(i, a.view.valid[i] != 0, a.view.valid[i] != 0 && found);
      });
      return;
    case Storage::kTri:
      for_rows(rows, [&](size_t i) {
        store(i, a.view.tri[i] != kUnknownByte,
              std::binary_search(node.in_ints.begin(), node.in_ints.end(), int64_t{a.view.tri[i]}));
      });
      return;
    default: break;
  }
  if (a.kind == TypeKind::kInt || a.kind == TypeKind::kDouble) {
    for_rows(rows, [&](size_t i) { store(i, a.view.valid[i] != 0, a.view.valid[i] != 0 && number_found(i)); });
    return;
  }
  for_rows(rows, [&](size_t i) {
    store(i, a.view.valid[i] != 0, std::binary_search(node.in_ints.begin(), node.in_ints.end(), a.view.ints[i]));
  });
}

}  // namespace minglu::rules::internal
