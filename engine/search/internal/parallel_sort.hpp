// Sorts by a total order on several threads; the result does not depend on their number.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "base/parallel.hpp"

namespace minglu::search {

template <typename T, typename Less = std::less<T>>
void parallel_sort(std::vector<T>& items, size_t threads, const Less& less = Less()) {
  const size_t parts = std::max<size_t>(1, std::min(threads, items.size() / 4096));
  const auto border = [&](size_t part) { return items.begin() + items.size() * std::min(part, parts) / parts; };
  base::parallel_for(parts, threads, [&](size_t part, size_t) { std::sort(border(part), border(part + 1), less); });
  for (size_t width = 1; width < parts; width *= 2) {
    const size_t merges = (parts + 2 * width - 1) / (2 * width);
    base::parallel_for(merges, threads, [&](size_t merge, size_t) {
      const size_t first = merge * 2 * width;
      std::inplace_merge(border(first), border(first + width), border(first + 2 * width), less);
    });
  }
}

}  // namespace minglu::search
