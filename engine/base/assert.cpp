#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace minglu::base {
void assert_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "minglu: internal error: %s (%s:%d)\n", condition, file, line);
  std::abort();
}
}  // namespace minglu::base
