// What waits for people, unit by unit: fields with different claims, required fields that no source states. A list in a
// file and what changed since, read as one, so that a change does not write the list again.
//
// How many there are of a field in a region is counted when the list is made, so that a page of it needs no walk to its
// end. Cost: making it, a look-up per changed unit; counting, a look at some thousand counts; reading it all, one pass.
// Thread-safety: immutable.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace minglu::flows {

inline std::string_view text_of_region(const std::array<char, 12>& region) noexcept {
  const std::string_view whole(region.data(), region.size());
  return whole.substr(0, std::min(whole.find('\0'), whole.size()));
}

/// A unit and a field of it that waits for people.
struct ListedField {
  uint64_t unit = 0;
  std::array<char, 12> region = {};  // as far as known, padded with zero bytes
  uint16_t field = 0;
  uint16_t reserved = 0;
  [[nodiscard]] std::string_view region_text() const noexcept { return text_of_region(region); }
};
static_assert(sizeof(ListedField) == 24);

struct RegionFieldCount {
  std::array<char, 12> region = {};
  uint16_t field = 0;
  uint16_t reserved = 0;
  int64_t count = 0;
  [[nodiscard]] std::string_view region_text() const noexcept { return text_of_region(region); }
};
static_assert(sizeof(RegionFieldCount) == 24);

/// Adds the items with this sign to the counts.
using RegionFieldCounts = std::map<std::pair<std::array<char, 12>, uint16_t>, int64_t>;
inline void count_items(std::span<const ListedField> items, int64_t sign, RegionFieldCounts& counts) {
  for (const ListedField& item : items) counts[{item.region, item.field}] += sign;
}
inline std::vector<RegionFieldCount> as_list(const RegionFieldCounts& counts) {
  std::vector<RegionFieldCount> list;
  for (const auto& [key, count] : counts) list.push_back({key.first, key.second, 0, count});
  return list;
}

/// Ascending by unit, then field.
class ListedFields {
 public:
  ListedFields() = default;
  /// `base` ascending and borrowed, as are its counts; `changed` units ascending: theirs are in `fresh`, ascending, and
  /// not in `base`.
  ListedFields(std::span<const ListedField> base, std::span<const RegionFieldCount> counts,
               std::shared_ptr<const std::vector<uint64_t>> changed, std::vector<ListedField> fresh)
      : base_(base), counts_(counts), changed_(std::move(changed)), fresh_(std::move(fresh)), size_(base.size()) {
    RegionFieldCounts difference;
    for (const uint64_t unit : changed_ ? std::span(*changed_) : std::span<const uint64_t>()) {
      const auto hidden = items_of(base_, unit);
      size_ -= hidden.size();
      count_items(hidden, -1, difference);
    }
    count_items(fresh_, 1, difference);
    size_ += fresh_.size();
    difference_ = as_list(difference);
  }
  [[nodiscard]] size_t size() const noexcept { return size_; }

  /// Calls `visit` with counts of (region, field); those of one pair may come in two parts, the second negative.
  template <typename Visit>
  void for_each_count(Visit visit) const {
    for (const RegionFieldCount& count : counts_) visit(count);
    for (const RegionFieldCount& count : difference_) visit(count);
  }

  /// Calls `visit` with every item, ascending by unit, until it returns false.
  template <typename Visit>
  void for_each(Visit visit) const {
    size_t at = 0;
    auto fresh = fresh_.begin();
    const auto take = [&](size_t to) {  // of the base
      for (; at < to; ++at) {
        if (!visit(base_[at])) return false;
      }
      return true;
    };
    for (const uint64_t unit : changed_ ? std::span(*changed_) : std::span<const uint64_t>()) {
      const auto hidden = items_of(base_, unit);
      if (!take(static_cast<size_t>(hidden.data() - base_.data()))) return;
      at += hidden.size();
      for (; fresh != fresh_.end() && fresh->unit == unit; ++fresh) {
        if (!visit(*fresh)) return;
      }
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
  std::span<const RegionFieldCount> counts_;
  std::vector<RegionFieldCount> difference_;
  std::shared_ptr<const std::vector<uint64_t>> changed_;
  std::vector<ListedField> fresh_;
  size_t size_ = 0;
};

}  // namespace minglu::flows
