// The group of a unit as one person may see it: units, who names whom, owners that the register does not hold.
// Filled by RegisterReader::group, with masked values where the person sees them so. Empty text = unknown or not shown.
// Method, levels and circles: units/ownership.hpp. Thread-safety: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace minglu::flows {

inline constexpr size_t kGroupUnitsMax = 200;
inline constexpr uint32_t kGroupStepsMax = 10;

struct UnitGroupMember {
  uint64_t unit = 0;
  std::string name;
  std::string uscc;
  std::string region;  // up to 12 digits
  uint32_t steps = 0;
  uint32_t level = 0;  // 0: nobody above it
  bool in_cycle = false;
};

struct UnitGroupLink {
  uint64_t child = 0;
  uint64_t parent = 0;
  std::string kind;  // "owner" (of an establishment) or "parent"
  bool in_cycle = false;
};

/// A unit names an owner that is not in the register, or not for this person: nothing but the identifier is told.
struct UnresolvedOwner {
  uint64_t unit = 0;
  std::string kind;
  std::string uscc;
};

struct UnitGroup {
  std::vector<UnitGroupMember> members;  // the unit asked first
  std::vector<UnitGroupLink> links;
  std::vector<UnresolvedOwner> unresolved;
  bool truncated = false;  // more than kGroupUnitsMax units or kGroupStepsMax steps away
};

}  // namespace minglu::flows
