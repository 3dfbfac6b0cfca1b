// GB/T 4754-2017 国民经济行业分类: 20 sections (门类, a letter), 97 divisions (大类, 2 digits), 473 groups (中类, 3),
// 1381 classes (小类, 4). The letters are not those of 专业类别 (list "survey_category").
// Source: catalog/codes/gbt4754_2017.csv; the amendment of 2019 is not in it. Thread-safety: immutable. Look-ups O(1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "codes/text_map.hpp"

namespace minglu::codes {

enum class IndustryLevel : uint8_t { kNone, kSection, kDivision, kGroup, kClass };

struct Industry {
  std::string code;
  IndustryLevel level = IndustryLevel::kNone;
  std::string name;
  std::string parent;   // empty for a section
  std::string section;  // "A".."T"
  std::string note;     // the standard's explanation, often empty
};

class Industries {
 public:
  /// kInvalidArgument for a duplicate code, an unknown level or parent, or a code whose length does not fit its level.
  static Result<Industries> load(const std::filesystem::path& catalog_directory);

  /// Null for an unknown code.
  [[nodiscard]] const Industry* find(std::string_view code) const noexcept;
  /// kNone for an unknown code.
  [[nodiscard]] IndustryLevel level(std::string_view code) const noexcept;
  /// True for a known 4-digit class: what a unit's industry_code must be.
  [[nodiscard]] bool is_class(std::string_view code) const noexcept { return level(code) == IndustryLevel::kClass; }
  /// "" for an unknown code.
  [[nodiscard]] std::string_view name(std::string_view code) const noexcept;
  /// "" for an unknown code and for a section.
  [[nodiscard]] std::string_view parent(std::string_view code) const noexcept;
  /// Letter of the section; "" for an unknown code.
  [[nodiscard]] std::string_view section_of(std::string_view code) const noexcept;
  /// Two digits; "" for an unknown code or one above the division. `group_of`: three digits, likewise.
  [[nodiscard]] std::string_view division_of(std::string_view code) const noexcept;
  [[nodiscard]] std::string_view group_of(std::string_view code) const noexcept;
  /// Every row in file order, which is the order of the standard.
  [[nodiscard]] const std::vector<Industry>& all() const noexcept { return industries_; }

 private:
  [[nodiscard]] std::string_view ancestor(std::string_view code, IndustryLevel level) const noexcept;
  std::vector<Industry> industries_;
  TextMap<uint32_t> by_code_;
};

/// A set of industries written like "54-60;7020;591": codes and ranges of any level below the section; "*" is all.
class IndustryScope {
 public:
  /// kInvalidArgument when an end of a range is no known code, the levels of its ends differ, or it is empty.
  static Result<IndustryScope> parse(std::string_view text, const Industries& industries);
  /// `code`: a 4-digit class; anything else is outside. Cost: O(ranges), no allocation.
  [[nodiscard]] bool contains(std::string_view code) const noexcept;

 private:
  struct Range {
    uint16_t low = 0;  // classes low..high, e.g. 5400..6099
    uint16_t high = 0;
  };
  std::vector<Range> ranges_;
};

}  // namespace minglu::codes
