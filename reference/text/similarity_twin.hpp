// Slow obvious twins of text/similarity.hpp: full tables and definitions taken word by word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace minglu::reference {

/// The whole table of optimal string alignment, no limit.
inline uint32_t osa_distance(std::u16string_view a, std::u16string_view b) {
  std::vector<std::vector<uint32_t>> table(a.size() + 1, std::vector<uint32_t>(b.size() + 1, 0));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = static_cast<uint32_t>(i + j);
        continue;
      }
      const uint32_t substitute = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, substitute});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

inline uint32_t common_subsequence(std::u16string_view a, std::u16string_view b) {
  std::vector<std::vector<uint32_t>> table(a.size() + 1, std::vector<uint32_t>(b.size() + 1, 0));
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  return table[a.size()][b.size()];
}

/// Jaro by its definition: match, write the matched characters of both sides down, compare them place by place.
inline double jaro(std::u16string_view a, std::u16string_view b) {
  if (a.empty() && b.empty()) return 1.0;
  const auto size_a = static_cast<int64_t>(a.size());
  const auto size_b = static_cast<int64_t>(b.size());
  const int64_t reach = std::max<int64_t>(std::max(size_a, size_b) / 2 - 1, 0);
  std::vector<bool> taken_a(a.size(), false);
  std::vector<bool> taken_b(b.size(), false);
  for (int64_t i = 0; i < size_a; ++i) {
    for (int64_t j = 0; j < size_b; ++j) {
      if (std::abs(i - j) > reach || taken_b[j] || a[i] != b[j]) continue;
      taken_a[i] = true;
      taken_b[j] = true;
      break;
    }
  }
  std::u16string matched_a;
  std::u16string matched_b;
  for (size_t i = 0; i < a.size(); ++i) {
    if (taken_a[i]) matched_a.push_back(a[i]);
  }
  for (size_t j = 0; j < b.size(); ++j) {
    if (taken_b[j]) matched_b.push_back(b[j]);
  }
  if (matched_a.empty()) return 0.0;
  uint32_t out_of_order = 0;
  for (size_t k = 0; k < matched_a.size(); ++k) out_of_order += matched_a[k] != matched_b[k] ? 1 : 0;
  const auto matches = static_cast<double>(matched_a.size());
  const double transpositions = out_of_order / 2;  // whole swaps
  return (matches / static_cast<double>(size_a) + matches / static_cast<double>(size_b) +
          (matches - transpositions) / matches) /
         3.0;
}

inline double jaro_winkler(std::u16string_view a, std::u16string_view b) {
  const double plain = jaro(a, b);
  if (plain <= 0.7) return plain;
  double prefix = 0;
  for (size_t i = 0; i < 4 && i < a.size() && i < b.size() && a[i] == b[i]; ++i) prefix += 1;
  return plain + prefix * 0.1 * (1.0 - plain);
}

/// Number of distinct characters of a that b lacks.
inline uint32_t distinct_lacking(std::u16string_view a, std::u16string_view b) {
  std::u16string lacking;
  for (const char16_t c : a) {
    if (b.find(c) == std::u16string_view::npos && lacking.find(c) == std::u16string::npos) lacking.push_back(c);
  }
  return static_cast<uint32_t>(lacking.size());
}

}  // namespace minglu::reference
