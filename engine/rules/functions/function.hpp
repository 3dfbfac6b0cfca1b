// One function of the rule language as data: what the checker, the evaluator, the API and the documentation need.
// Functions are pure: the answer depends on the arguments and the Context, never on a clock or on earlier calls.
// Null in, null out, unless a function says `sees_null`. Safe from several threads with one Arena each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "rules/types.hpp"

namespace minglu::rules {

/// One scalar. `text` points into the table, a literal or the Arena.
struct Value {
  bool null = true;
  int64_t integer = 0;  // bool (0, 1), int, money, date, period
  double real = 0;
  std::string_view text;

  static Value none() noexcept { return {}; }
  static Value of_bool(bool v) noexcept { return {false, v ? 1 : 0, 0, {}}; }
  static Value of_int(int64_t v) noexcept { return {false, v, 0, {}}; }
  static Value of_double(double v) noexcept { return {false, 0, v, {}}; }
  static Value of_text(std::string_view v) noexcept { return {v.empty(), 0, 0, v}; }  // empty text is null
};

/// Keeps the texts that functions make, until clear(). Cost: a copy, no allocation per text.
class Arena {
 public:
  /// Room for `size` bytes to be filled by the caller.
  char* allocate(size_t size) {
    if (used_ + size > capacity_) {
      if (block_ + 1 < blocks_.size() && blocks_[block_ + 1].size() >= size) {
        ++block_;
      } else {
        blocks_.emplace_back(std::max(size, kBlockBytes), '\0');
        block_ = blocks_.size() - 1;
      }
      capacity_ = blocks_[block_].size();
      used_ = 0;
    }
    char* out = blocks_[block_].data() + used_;
    used_ += size;
    return out;
  }
  std::string_view keep(std::string_view text) {
    char* out = allocate(text.size());
    text.copy(out, text.size());
    return {out, text.size()};
  }
  /// Frees nothing: the blocks are used again.
  void clear() noexcept {
    block_ = 0;
    used_ = 0;
    capacity_ = blocks_.empty() ? 0 : blocks_.front().size();
  }

 private:
  static constexpr size_t kBlockBytes = size_t{1} << 16;
  std::deque<std::string> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

class Domain;  // rules/domain.hpp

/// What the register holds about a unit, as far as rules ask.
struct RegisterUnit {
  bool live = true;
};

/// Everything a rule may know besides the row. Values and const pointers; thread-safe when the lookup is.
struct Context {
  Date today;                      // the day of the check: no clock is read
  bool table_is_whole = false;     // the table is the whole register: absence from it means absence
  bool absent_is_null = false;     // a field that the table lacks is null everywhere; else it is an error
  const Domain* domain = nullptr;  // null: domain functions answer unknown
  std::function<std::optional<RegisterUnit>(std::string_view uscc)> register_lookup;  // empty: not asked
};

struct CallContext {
  const Context& context;
  Arena& arena;
  std::shared_ptr<void>& memo;  // of one place in one expression and one run: what a function built from an argument
};

/// Set of kinds, one bit per TypeKind.
using KindMask = uint32_t;
constexpr KindMask mask(TypeKind kind) noexcept { return KindMask{1} << static_cast<unsigned>(kind); }
constexpr KindMask kAnyText = mask(TypeKind::kText) | mask(TypeKind::kCode);

struct Parameter {
  std::string_view name;
  KindMask kinds;
};

/// A function is pure, and strict unless `sees_null`: a null argument gives null and `fn` is not called.
struct FunctionSpec {
  std::string_view name;
  std::vector<Parameter> parameters;
  size_t required = 0;    // the parameters after these may be left out
  bool variadic = false;  // the last parameter may be repeated
  TypeKind result = TypeKind::kBool;
  bool costly = false;  // above some 30 ns: evaluated only where earlier operands of and/or leave the answer open
  std::string_view title_zh;
  std::string_view summary;
  std::string_view example;  // "length(\"深圳\") -> 2": checked by a test
  Value (*fn)(const CallContext& call, std::span<const Value> args) = nullptr;
  bool sees_null = false;  // null arguments reach `fn`
  // Texts that take few different values (codes): the evaluator keeps the answers of one run. The result must be no
  // text of the arena and depend on the arguments and the context only; all arguments are texts.
  bool few_values = false;
};

/// The plain list of all functions.
std::span<const FunctionSpec> all_functions();
const FunctionSpec* find_function(std::string_view name);

// The families, one file each; all.cpp lists them.
std::vector<FunctionSpec> text_functions();
std::vector<FunctionSpec> date_functions();
std::vector<FunctionSpec> identifier_functions();
std::vector<FunctionSpec> domain_functions();
std::vector<FunctionSpec> register_functions();

}  // namespace minglu::rules
