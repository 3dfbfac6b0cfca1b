// What waits for people, unit by unit: fields with different claims, required fields that no source states. A list in a
// file and what changed since, read as one, so that a change does not write the list again.
// Cost: reading it all is one pass; making it, a look-up per changed unit. Thread-safety: immutable.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace minglu::flows {

/// A unit and a field of it that waits for people.
struct ListedField {
  uint64_t unit = 0;
  std::array<char, 12> region = {};  // as far as known, padded with zero bytes
  uint16_t field = 0;
  uint16_t reserved = 0;
  [[nodiscard]] std::string_view region_text() const noexcept {
    const std::string_view whole(region.data(), region.size());
    return whole.substr(0, std::min(whole.find('\0'), whole.size()));
  }
};
static_assert(sizeof(ListedField) == 24);

/// Ascending by unit, then field.
class ListedFields {
 public:
  ListedFields() = default;
  /// `base` ascending and borrowed; `changed` units ascending: theirs are in `fresh`, ascending, and not in `base`.
  ListedFields(std::span<const ListedField> base, std::shared_ptr<const std::vector<uint64_t>> changed,
               std::vector<ListedField> fresh)
      : base_(base), changed_(std::move(changed)), fresh_(std::move(fresh)), size_(base.size() + fresh_.size()) {
    if (!changed_) return;
    for (const uint64_t unit : *changed_) size_ -= items_of(base_, unit).size();
  }
  [[nodiscard]] size_t size() const noexcept { return size_; }

  /// Calls `visit` with every item, ascending by unit.
  template <typename Visit>
  void for_each(Visit visit) const {
    size_t at = 0;
    auto fresh = fresh_.begin();
    const auto take = [&](size_t to) {  // of the base
      for (; at < to; ++at) visit(base_[at]);
    };
    for (const uint64_t unit : changed_ ? std::span(*changed_) : std::span<const uint64_t>()) {
      const auto hidden = items_of(base_, unit);
      take(static_cast<size_t>(hidden.data() - base_.data()));
      at += hidden.size();
      for (; fresh != fresh_.end() && fresh->unit == unit; ++fresh) visit(*fresh);
    }
    take(base_.size());
  }

 private:
  static std::span<const ListedField> items_of(std::span<const ListedField> items, uint64_t unit) {
    const auto from = std::lower_bound(items.begin(), items.end(), unit,
                                       [](const ListedField& item, uint64_t u) { return item.unit < u; });
    auto to = from;
    while (to != items.end() && to->unit == unit) ++to;
    return {from, to};
  }
  std::span<const ListedField> base_;
  std::shared_ptr<const std::vector<uint64_t>> changed_;
  std::vector<ListedField> fresh_;
  size_t size_ = 0;
};

}  // namespace minglu::flows
