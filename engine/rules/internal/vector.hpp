// A block of values and the rows of it that count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/types.hpp"

namespace minglu::rules::internal {

// Rows per block: the working set of some hundred operators stays in the second-level cache.
inline constexpr size_t kBlockRows = 1024;

/// Rows of the block to compute: all of 0..count-1, or those listed.
struct Rows {
  const uint16_t* index = nullptr;  // null: all
  size_t count = 0;
  [[nodiscard]] bool all() const noexcept { return index == nullptr; }
};

template <typename F>
inline void for_rows(const Rows& rows, F f) {
  if (rows.all()) {
    for (size_t i = 0; i < rows.count; ++i) f(i);
  } else {
    for (size_t k = 0; k < rows.count; ++k) f(size_t{rows.index[k]});
  }
}

/// Borrowed values of one node; which pointers are set follows storage_of.
struct View {
  const uint8_t* tri = nullptr;
  const int64_t* ints = nullptr;
  const double* doubles = nullptr;
  const std::string_view* texts = nullptr;
  const uint8_t* valid = nullptr;  // all but bool
};

/// Room for a block of one node.
struct Slot {
  std::vector<uint8_t> tri;
  std::vector<int64_t> ints;
  std::vector<double> doubles;
  std::vector<std::string_view> texts;
  std::vector<uint8_t> valid;
  View view;

  void prepare(TypeKind kind) {
    view = {};
    const Storage storage = storage_of(kind);
    if (storage == Storage::kTri) {
      tri.resize(kBlockRows);
      view.tri = tri.data();
      return;
    }
    valid.resize(kBlockRows);
    view.valid = valid.data();
    if (storage == Storage::kInt64) {
      ints.resize(kBlockRows);
      view.ints = ints.data();
    } else if (storage == Storage::kDouble) {
      doubles.resize(kBlockRows);
      view.doubles = doubles.data();
    } else {
      texts.resize(kBlockRows);
      view.texts = texts.data();
    }
  }
};

constexpr uint8_t kFalseByte = 0;
constexpr uint8_t kTrueByte = 1;
constexpr uint8_t kUnknownByte = 2;

constexpr uint8_t and3(uint8_t a, uint8_t b) noexcept {
  const auto open = static_cast<uint8_t>((a | b) > 1 ? kUnknownByte : kTrueByte);
  return a == 0 || b == 0 ? kFalseByte : open;
}
constexpr uint8_t or3(uint8_t a, uint8_t b) noexcept {
  return a == 1 || b == 1 ? kTrueByte : static_cast<uint8_t>(a | b);
}
constexpr uint8_t not3(uint8_t a) noexcept { return static_cast<uint8_t>(a ^ static_cast<uint8_t>(a < 2)); }

}  // namespace minglu::rules::internal
