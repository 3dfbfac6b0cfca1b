#include "text/similarity.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace minglu::text {
namespace {

constexpr size_t kWordBits = 64;

constexpr uint32_t length_of(std::u16string_view text) noexcept { return static_cast<uint32_t>(text.size()); }

constexpr uint64_t low_bits(size_t count) noexcept { return count >= kWordBits ? ~0ULL : (1ULL << count) - 1; }

size_t equal_at_start(std::u16string_view a, std::u16string_view b) noexcept {
  const size_t most = std::min(a.size(), b.size());
  size_t count = 0;
  while (count < most && a[count] == b[count]) ++count;
  return count;
}

// Takes what is equal at both ends off. Neither the OSA distance nor the rest of the common subsequence changes: an
// optimal alignment may always align equal ends with each other. Returns the number of pairs taken off.
uint32_t strip_equal_ends(std::u16string_view& a, std::u16string_view& b) noexcept {
  const size_t prefix = equal_at_start(a, b);
  a.remove_prefix(prefix);
  b.remove_prefix(prefix);
  size_t suffix = 0;
  const size_t most = std::min(a.size(), b.size());
  while (suffix < most && a[a.size() - 1 - suffix] == b[b.size() - 1 - suffix]) ++suffix;
  a.remove_suffix(suffix);
  b.remove_suffix(suffix);
  return static_cast<uint32_t>(prefix + suffix);
}

// Hyyrö's automaton: a column of the table of differences is two words, vertical steps of +1 and of -1; the distance is
// followed in the last row. Precondition: 1 <= length <= 64.
uint32_t osa_of_word(const CharMasks& masks, uint32_t length, std::u16string_view right, uint32_t limit) noexcept {
  uint64_t vertical_plus = ~0ULL;
  uint64_t vertical_minus = 0;
  uint64_t diagonal_zero = 0;
  uint64_t mask_before = 0;
  uint32_t distance = length;
  uint32_t give_up_at = limit + length_of(right);  // the last row falls by at most one a column
  for (const char16_t c : right) {
    const uint64_t mask = masks.find(c);
    const uint64_t swapped = ((~diagonal_zero & mask) << 1U) & mask_before;
    diagonal_zero = (((mask & vertical_plus) + vertical_plus) ^ vertical_plus) | mask | vertical_minus | swapped;
    uint64_t horizontal_plus = vertical_minus | ~(diagonal_zero | vertical_plus);
    uint64_t horizontal_minus = diagonal_zero & vertical_plus;
    distance += static_cast<uint32_t>((horizontal_plus >> (length - 1)) & 1U);
    distance -= static_cast<uint32_t>((horizontal_minus >> (length - 1)) & 1U);
    --give_up_at;
    if (distance > give_up_at) return limit + 1;
    horizontal_plus = (horizontal_plus << 1U) | 1U;
    horizontal_minus <<= 1U;
    vertical_plus = horizontal_minus | ~(diagonal_zero | horizontal_plus);
    vertical_minus = horizontal_plus & diagonal_zero;
    mask_before = mask;
  }
  return distance;
}

// Table of three rows, only the cells within `limit` of the diagonal; the others cannot lie on a path of limit edits.
// A buffer's cells beyond the band are never written before a row reaches them, so they hold `over` from the start.
uint32_t osa_of_band(std::u16string_view a, std::u16string_view b, uint32_t limit) {
  const uint32_t over = limit + 1;
  const size_t columns = b.size() + 1;
  std::vector<uint32_t> before_last(columns, over);
  std::vector<uint32_t> last(columns, over);
  std::vector<uint32_t> row(columns, over);
  for (size_t j = 0; j <= std::min<size_t>(b.size(), limit); ++j) last[j] = static_cast<uint32_t>(j);
  uint32_t last_least = 0;
  for (size_t i = 1; i <= a.size(); ++i) {
    const size_t from = i > limit ? i - limit : 1;
    const size_t to = std::min<size_t>(b.size(), i + limit);
    row[from - 1] = from == 1 ? std::min(static_cast<uint32_t>(i), over) : over;
    uint32_t least = row[from - 1];
    for (size_t j = from; j <= to; ++j) {
      const bool equal = a[i - 1] == b[j - 1];
      uint32_t cell = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (equal ? 0 : 1), over});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cell = std::min(cell, before_last[j - 2] + 1);
      row[j] = cell;
      least = std::min(least, cell);
    }
    // A swap reaches two rows back, so one hopeless row is not enough to give up.
    if (least > limit && last_least > limit) return over;
    last_least = least;
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

// Zero bits of `steps` are the rows where the subsequence grows by one.
uint32_t subsequence_of_word(const CharMasks& masks, uint32_t length, std::u16string_view right) noexcept {
  uint64_t steps = ~0ULL;
  for (const char16_t c : right) {
    const uint64_t hits = steps & masks.find(c);
    steps = (steps + hits) | (steps - hits);
  }
  return static_cast<uint32_t>(std::popcount(~steps & low_bits(length)));
}

uint32_t subsequence_of_table(std::u16string_view a, std::u16string_view b) {
  std::vector<uint32_t> row(b.size() + 1, 0);
  for (const char16_t c : a) {
    uint32_t diagonal = 0;
    for (size_t j = 1; j <= b.size(); ++j) {
      const uint32_t above = row[j];
      row[j] = c == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row[b.size()];
}

struct JaroMatches {
  uint32_t matches = 0;
  uint32_t out_of_order = 0;
};

// How far apart two characters may stand and still match; Jaro's definition.
constexpr size_t jaro_reach(size_t length_a, size_t length_b) noexcept {
  const size_t half = std::max(length_a, length_b) / 2;
  return half > 0 ? half - 1 : 0;
}

// Each character of the right takes the first free equal one of the left within reach. The `prefix` equal characters at
// the start take one another, so the walk starts behind them. Precondition: left is what the masks hold.
JaroMatches jaro_of_word(const CharMasks& masks, std::u16string_view left, std::u16string_view right,
                         size_t prefix) noexcept {
  const size_t reach = jaro_reach(left.size(), right.size());
  // No character of the right beyond this has a partner.
  const size_t end = std::min(right.size(), left.size() + reach);
  uint64_t window = low_bits(prefix + reach + 1) & ~low_bits(prefix > reach ? prefix - reach : 0);
  uint64_t taken = low_bits(prefix);
  std::array<char16_t, kWordBits + 1> found;  // one more: the next candidate is written before it is known to match
  size_t count = 0;
  for (size_t j = prefix; j < end; ++j) {
    const uint64_t free = masks.find(right[j]) & window & ~taken;
    taken |= free & (~free + 1);
    found[count] = right[j];
    count += free != 0 ? 1 : 0;
    window = (window << 1U) | (j < reach ? 1U : 0U);
  }
  JaroMatches result{static_cast<uint32_t>(prefix + count), 0};
  uint64_t rest = taken & ~low_bits(prefix);
  for (size_t k = 0; k < count; ++k) {
    result.out_of_order += left[static_cast<size_t>(std::countr_zero(rest))] != found[k] ? 1 : 0;
    rest &= rest - 1;
  }
  return result;
}

JaroMatches jaro_of_flags(std::u16string_view a, std::u16string_view b) {
  const size_t reach = jaro_reach(a.size(), b.size());
  std::vector<uint8_t> taken(a.size(), 0);
  std::u16string found;
  for (size_t j = 0; j < b.size(); ++j) {
    const size_t to = std::min(a.size(), j + reach + 1);
    for (size_t i = j > reach ? j - reach : 0; i < to; ++i) {
      if (taken[i] == 0 && a[i] == b[j]) {
        taken[i] = 1;
        found.push_back(b[j]);
        break;
      }
    }
  }
  JaroMatches result{length_of(found), 0};
  size_t k = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (taken[i] != 0) result.out_of_order += a[i] != found[k++] ? 1 : 0;
  }
  return result;
}

// Constants of Winkler 1990; the threshold as in his C code and in rapidfuzz.
constexpr double kBoostAbove = 0.7;
constexpr double kPrefixScale = 0.1;
constexpr size_t kPrefixMax = 4;

double winkler(JaroMatches found, size_t length_a, size_t length_b, size_t prefix) noexcept {
  if (found.matches == 0) return 0.0;
  const double matches = found.matches;
  const double in_order = found.matches - found.out_of_order / 2;
  const double jaro =
      (matches / static_cast<double>(length_a) + matches / static_cast<double>(length_b) + in_order / matches) / 3.0;
  if (jaro <= kBoostAbove) return jaro;
  const double boost = static_cast<double>(std::min(prefix, kPrefixMax)) * kPrefixScale * (1.0 - jaro);
  return std::min(jaro + boost, 1.0);
}

}  // namespace

void CharMasks::assign(std::u16string_view text) {
  direct_.fill(0);
  masks_.fill(0);
  fill(text);
}

void CharMasks::fill(std::u16string_view text) {
  MINGLU_ASSERT(text.size() <= kWordBits);
  uint64_t bit = 1;
  for (const char16_t c : text) {
    if (c < kDirect) {
      direct_[c] |= bit;
    } else {
      const uint32_t slot = slot_of(c);
      keys_[slot] = c;
      masks_[slot] |= bit;
    }
    bit <<= 1U;
  }
}

void CharPattern::assign(std::u16string_view left) {
  length_ = length_of(left);
  if (is_word()) {
    masks_.assign(left);
    std::copy(left.begin(), left.end(), short_.begin());
  } else {
    long_.assign(left);
  }
}

uint32_t CharPattern::osa_distance(std::u16string_view right, uint32_t limit) const {
  if (!is_word() || length_ == 0) return text::osa_distance(text(), right, limit);
  const uint32_t length = length_of(right);
  const uint32_t longer = std::max(length_, length);
  if (longer - std::min(length_, length) > limit) return limit + 1;
  // No distance is above the longer length, so limit + 1 cannot overflow after this.
  return osa_of_word(masks_, length_, right, std::min(limit, longer));
}

uint32_t CharPattern::common_subsequence(std::u16string_view right) const {
  return is_word() ? subsequence_of_word(masks_, length_, right) : text::common_subsequence(text(), right);
}

double CharPattern::jaro_winkler(std::u16string_view right) const {
  if (!is_word() || length_ == 0) return text::jaro_winkler(text(), right);
  const std::u16string_view left = text();
  const size_t prefix = equal_at_start(left, right);
  return winkler(jaro_of_word(masks_, left, right, prefix), left.size(), right.size(), prefix);
}

uint32_t osa_distance(std::u16string_view a, std::u16string_view b, uint32_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  limit = std::min(limit, length_of(b));
  strip_equal_ends(a, b);
  if (a.empty()) return length_of(b);
  return a.size() <= kWordBits ? osa_of_word(CharMasks(a), length_of(a), b, limit) : osa_of_band(a, b, limit);
}

bool is_one_slip(std::u16string_view a, std::u16string_view b) noexcept {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  strip_equal_ends(a, b);
  if (b.size() <= 1) return !b.empty();
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

double jaro_winkler(std::u16string_view a, std::u16string_view b) {
  if (a.empty() && b.empty()) return 1.0;
  if (a.size() > b.size()) std::swap(a, b);
  const size_t prefix = equal_at_start(a, b);
  const JaroMatches found = a.size() <= kWordBits ? jaro_of_word(CharMasks(a), a, b, prefix) : jaro_of_flags(a, b);
  return winkler(found, a.size(), b.size(), prefix);
}

uint32_t common_subsequence(std::u16string_view a, std::u16string_view b) {
  const uint32_t ends = strip_equal_ends(a, b);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return ends;
  return ends +
         (a.size() <= kWordBits ? subsequence_of_word(CharMasks(a), length_of(a), b) : subsequence_of_table(a, b));
}

bool is_subsequence(std::u16string_view shorter, std::u16string_view longer) noexcept {
  size_t found = 0;
  for (size_t i = 0; i < longer.size() && found < shorter.size(); ++i) found += longer[i] == shorter[found] ? 1 : 0;
  return found == shorter.size();
}

uint32_t common_prefix(std::u16string_view a, std::u16string_view b) noexcept {
  return static_cast<uint32_t>(equal_at_start(a, b));
}

uint64_t char_signature(std::u16string_view a) noexcept {
  uint64_t bits = 0;
  for (const char16_t c : a) bits |= 1ULL << (((c * 40503U) >> 10U) % kWordBits);
  return bits;
}

uint32_t osa_lower_bound(uint64_t sa, uint32_t length_a, uint64_t sb, uint32_t length_b) noexcept {
  if (length_a < length_b) {
    std::swap(sa, sb);
    std::swap(length_a, length_b);
  }
  const auto lacking_in_b = static_cast<uint32_t>(std::popcount(sa & ~sb));
  const auto lacking_in_a = static_cast<uint32_t>(std::popcount(sb & ~sa));
  return std::max(lacking_in_b, length_a - length_b + lacking_in_a);
}

}  // namespace minglu::text
