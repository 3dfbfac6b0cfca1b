// The loops over one block: comparison, arithmetic, membership. Each fills `out` at the given rows and returns the
// number of rows with an arithmetic error (their result is null).
#pragma once

#include "rules/internal/program.hpp"
#include "rules/internal/vector.hpp"

namespace minglu::rules::internal {

struct Operand {
  TypeKind kind;
  View view;
};

void compare(Op op, const Operand& a, const Operand& b, const Rows& rows, uint8_t* out);
/// -1, 0, 1, exactly, without rounding the integer.
int compare_int_double(int64_t a, double b) noexcept;
uint64_t arithmetic(Op op, TypeKind result, const Operand& a, const Operand& b, const Rows& rows, Slot& out);
uint64_t negate(Op op, const Operand& a, const Rows& rows, Slot& out);
void is_in(const ProgramNode& node, const Operand& a, const Rows& rows, uint8_t* out);

}  // namespace minglu::rules::internal
