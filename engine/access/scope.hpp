// What part of the register a person sees: regions, specialties (专业), classes of values, and whether masked values
// may be shown in full. A Scope is made by a factory that says what it grants; there is none by default.
//
//   MINGLU_TRY(Scope luohu, Scope::of_regions({"440303"}, {.all_specialties = true, .classes =
//   {SourceClass::kPublic}})); luohu.covers_region("440303001002")   // true luohu.covers_region("440303")         //
//   true: known to the district only luohu.covers_region("440304001")      // false luohu.covers_region("") // false: a
//   unit without region belongs to the city
//
// A region code has 6 (district), 9 (street) or 12 (community) digits; zeros at the end pad it. Any other text is "no
// region". 龙岗 less the streets of 大鹏 is written by of_areas, which knows the management areas of the catalog.
// Thread-safety: immutable values. Cost: covers_region is linear in the number of granted regions (a handful).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.hpp"
#include "access/source_class.hpp"
#include "base/result.hpp"
#include "codes/regions.hpp"

namespace minglu::access {

/// What a scope grants besides regions. The defaults grant nothing.
struct ScopeGrant {
  bool all_specialties = false;
  std::vector<std::string> specialties = {};  // codes of list survey_category; ignored with all_specialties
  SourceClasses classes = {};
  bool may_unmask = false;
};

/// What the account says about a person; read from the account store.
struct AccountGrant {
  std::vector<Role> roles;
  std::vector<std::string> regions;      // kWholeCity, or ids of management areas ("440303", "dapeng") and streets
  std::vector<std::string> specialties;  // kAllSpecialties, or codes of list survey_category
  bool may_unmask = false;
};

/// The words that grant everything of one kind in an account. Always written out, never implied by an empty list.
inline constexpr std::string_view kWholeCity = "city";
inline constexpr std::string_view kAllSpecialties = "all";

class Scope {
 public:
  /// Every region, and units without region.
  static Scope of_whole_city(ScopeGrant grant);
  /// `regions`: 6 or 9 digits each. kInvalidArgument for none, another length, or the city's own code (…00), which
  /// would cover no unit.
  static Result<Scope> of_regions(std::vector<std::string> regions, ScopeGrant grant);
  /// `ids`: management areas of the catalog or codes of streets. A district that is an area excludes the streets of
  /// other areas. kInvalidArgument for none or an unknown one.
  static Result<Scope> of_areas(const codes::Regions& regions, std::span<const std::string> ids, ScopeGrant grant);
  /// Sees no unit at all; for administrators.
  static Scope of_nothing();
  /// The scope of an account: of_nothing() when no role sees units; classes are those of its roles together.
  static Result<Scope> of_account(const codes::Regions& regions, const AccountGrant& account);

  [[nodiscard]] bool covers_region(std::string_view code) const noexcept;
  /// `code` empty: a unit without specialty, which only a scope of all specialties covers.
  [[nodiscard]] bool covers_specialty(std::string_view code) const noexcept;
  [[nodiscard]] bool covers_class(SourceClass value) const noexcept { return grant_.classes.contains(value); }
  [[nodiscard]] bool may_unmask() const noexcept { return grant_.may_unmask; }
  [[nodiscard]] bool is_whole_city() const noexcept { return is_whole_city_; }
  [[nodiscard]] bool all_specialties() const noexcept { return grant_.all_specialties; }
  [[nodiscard]] SourceClasses classes() const noexcept { return grant_.classes; }
  /// For filters of queries. Prefixes of region codes (6 or 9 digits), ascending; empty for the whole city.
  [[nodiscard]] const std::vector<std::string>& regions() const noexcept { return regions_; }
  /// Streets below them that belong to somebody else, ascending.
  [[nodiscard]] const std::vector<std::string>& excluded_streets() const noexcept { return excluded_; }
  [[nodiscard]] const std::vector<std::string>& specialties() const noexcept { return grant_.specialties; }

 private:
  Scope() = default;
  bool is_whole_city_ = false;
  std::vector<std::string> regions_;
  std::vector<std::string> excluded_;
  ScopeGrant grant_;
};

}  // namespace minglu::access
