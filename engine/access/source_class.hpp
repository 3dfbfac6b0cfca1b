// The class under which a value was obtained, and sets of classes (rulebook §12). Values of surveys and declarations
// never leave as records of single units (Statistics Law 2024, article 28).
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace minglu::access {

enum class SourceClass : uint8_t { kPublic, kDeptAdmin, kSurvey, kDeclaration };

/// "PUBLIC", "DEPT_ADMIN", "SURVEY", "DECLARATION", as in catalog/fields.csv and catalog/sources.
constexpr std::string_view source_class_name(SourceClass value) noexcept {
  switch (value) {
    case SourceClass::kPublic: return "PUBLIC";
    case SourceClass::kDeptAdmin: return "DEPT_ADMIN";
    case SourceClass::kSurvey: return "SURVEY";
    case SourceClass::kDeclaration: return "DECLARATION";
  }
  return "";
}

/// Null when unknown: the caller withholds such a value.
constexpr std::optional<SourceClass> find_source_class(std::string_view name) noexcept {
  for (const SourceClass value :
       {SourceClass::kPublic, SourceClass::kDeptAdmin, SourceClass::kSurvey, SourceClass::kDeclaration}) {
    if (source_class_name(value) == name) return value;
  }
  return std::nullopt;
}

/// A set of classes; empty by default.
class SourceClasses {
 public:
  constexpr SourceClasses() = default;
  constexpr SourceClasses(std::initializer_list<SourceClass> values) noexcept {
    for (const SourceClass value : values) bits_ = static_cast<uint8_t>(bits_ | bit(value));
  }
  [[nodiscard]] constexpr bool contains(SourceClass value) const noexcept { return (bits_ & bit(value)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr SourceClasses united(SourceClasses other) const noexcept {
    SourceClasses both;
    both.bits_ = static_cast<uint8_t>(bits_ | other.bits_);
    return both;
  }
  constexpr bool operator==(const SourceClasses&) const = default;

 private:
  static constexpr uint8_t bit(SourceClass value) noexcept {
    return static_cast<uint8_t>(1U << static_cast<int>(value));
  }
  uint8_t bits_ = 0;
};

}  // namespace minglu::access
