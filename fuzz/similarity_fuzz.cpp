// Two strings out of any bytes: each kernel gives what its slow twin gives, one-to-many and as a function of two, and
// the bound from signatures is never above the distance.
// fuzz-folders: base codes text
// fuzz-libs: xxhash crypto
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "reference/text/similarity_twin.hpp"
#include "text/similarity.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

namespace {
constexpr size_t kCharsMax = 200;

// Byte 0 of the input: limit; byte 1: how many characters are the left string; byte 2: which alphabet.
void check(std::u16string_view a, std::u16string_view b, uint32_t limit, text::CharPattern& pattern) {
  pattern.assign(a);
  const uint32_t distance = reference::osa_distance(a, b);
  const uint32_t limited = std::min(distance, limit + 1);
  MINGLU_ASSERT(text::osa_distance(a, b, limit) == limited);
  MINGLU_ASSERT(pattern.osa_distance(b, limit) == limited);
  MINGLU_ASSERT(pattern.osa_distance(b, UINT32_MAX) == distance);
  const uint64_t signature_a = text::char_signature(a);
  const uint64_t signature_b = text::char_signature(b);
  MINGLU_ASSERT(text::osa_lower_bound(signature_a, static_cast<uint32_t>(a.size()), signature_b,
                                      static_cast<uint32_t>(b.size())) <= distance);
  const uint32_t common = reference::common_subsequence(a, b);
  MINGLU_ASSERT(text::common_subsequence(a, b) == common);
  MINGLU_ASSERT(pattern.common_subsequence(b) == common);
  MINGLU_ASSERT(text::is_subsequence(a, b) == (common == a.size()));
  const double similarity = reference::jaro_winkler(a, b);
  MINGLU_ASSERT(std::abs(text::jaro_winkler(a, b) - similarity) < 1e-12);
  MINGLU_ASSERT(text::jaro_winkler(a, b) == pattern.jaro_winkler(b));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static text::CharPattern pattern;  // used again and again, as callers do
  if (size < 3) return 0;
  std::u16string chars;
  const bool is_wide = data[2] % 2 != 0;
  for (size_t i = 3; i + (is_wide ? 1 : 0) < size && chars.size() < kCharsMax; i += is_wide ? 2 : 1) {
    chars.push_back(static_cast<char16_t>(is_wide ? data[i] | data[i + 1] << 8 : data[i]));
  }
  const size_t cut = std::min<size_t>(data[1], chars.size());
  const std::u16string_view all(chars);
  check(all.substr(0, cut), all.substr(cut), data[0], pattern);
  return 0;
}
