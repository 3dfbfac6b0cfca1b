// Two values out of any bytes, of any kind: adding, comparing both ways, keys and terms never fail, levels and terms
// stay in range, and the order of the two leaves no trace.
// fuzz-folders: base codes text units match
// fuzz-libs: xxhash crypto icuuc icudata
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "codes/catalog_file.hpp"
#include "match/comparison.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint8_t kKinds = 9;

match::Outcome compare(const match::Comparison& comparison, uint32_t left, uint32_t right) {
  match::CompareScratch scratch;
  match::Outcome outcome;
  comparison.compare(left, std::span(&right, 1), std::span(&outcome, 1), scratch);
  MINGLU_ASSERT(outcome.level < comparison.levels().size());
  MINGLU_ASSERT(outcome.term < comparison.term_count());
  MINGLU_ASSERT(outcome.other < comparison.term_count());
  return outcome;
}

size_t chars_of(const std::string& utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Company names of one length are a known gap: the left one is tried as the short one.
bool is_known_gap(match::Kind kind, const match::Comparison& comparison, uint32_t a, uint32_t b) {
  return kind == match::Kind::kCompanyName && chars_of(comparison.text(a)) == chars_of(comparison.text(b));
}

void check_value(match::Comparison& comparison, uint32_t value, std::string_view bytes) {
  MINGLU_ASSERT(comparison.add(bytes) == value);
  if (value == 0) return;
  MINGLU_ASSERT(value < comparison.size());
  std::vector<match::Term> terms;
  comparison.terms(value, terms);
  std::set<uint32_t> ids;
  for (const match::Term& term : terms) {
    MINGLU_ASSERT(term.id < comparison.term_count());
    MINGLU_ASSERT(ids.insert(term.id).second);
  }
  std::vector<uint64_t> keys;
  comparison.keys(value, keys);
  MINGLU_ASSERT(!comparison.is_ordered() || !keys.empty());
  const match::Outcome self = compare(comparison, value, value);
  MINGLU_ASSERT(!comparison.is_ordered() || self.level + 1U == comparison.levels().size());
}

}  // namespace

// Byte 0: kind; byte 1: where the first value ends.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const match::LanguageTables tables = match::LanguageTables::load(codes::catalog_directory()).value();
  if (size < 2) return 0;
  const auto kind = static_cast<match::Kind>(data[0] % kKinds);
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view left = all.substr(0, std::min<size_t>(data[1], all.size()));
  const std::string_view right = all.substr(left.size());

  const auto comparison = match::make_comparison(kind, tables);
  const uint32_t a = comparison->add(left);
  const uint32_t b = comparison->add(right);
  comparison->freeze();
  check_value(*comparison, a, left);
  check_value(*comparison, b, right);
  if (a == 0 || b == 0) return 0;
  const match::Outcome forth = compare(*comparison, a, b);
  const match::Outcome back = compare(*comparison, b, a);
  if (is_known_gap(kind, *comparison, a, b)) return 0;
  MINGLU_ASSERT(forth.level == back.level);
  MINGLU_ASSERT(forth.verdict == back.verdict);
  return 0;
}
