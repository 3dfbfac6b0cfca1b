#include "flows/figures.hpp"

#include <cstring>

namespace minglu::flows {

base::Hash128 hash_of_figures(uint64_t entity, int32_t period_yyyymm, uint64_t content) {
  char bytes[20];
  std::memcpy(bytes, &entity, 8);
  std::memcpy(bytes + 8, &content, 8);
  std::memcpy(bytes + 16, &period_yyyymm, 4);
  return base::hash128({bytes, sizeof bytes});
}

base::Hash128 sum_of_figures(std::span<const store::RecordSegment* const> segments) {
  base::Hash128 sum;
  for (const store::RecordSegment* segment : segments) sum = sum + segment->info().figures_delta;
  return sum;
}

}  // namespace minglu::flows
