// The group of a unit: everything that is reached by going up to owners and parents and down to branches, again and
// again. Safe against chains that run in circles, and bounded.
//
//   const Group group = trace_group(17, {.units_max = 200, .steps_max = 10}, neighbours_of).value();
//   group.members[0].unit == 17;  group.heads() are those at level 0
//
// Method: breadth first from the unit asked, neighbours in ascending order, so the result is a function of the links
// alone. Then strongly connected components of the arrows child -> parent (Tarjan 1972): units that are, through
// others, their own owners stand in one component of more than one and are marked, with the arrows between them. A
// level counts the fewest steps down from a component without a parent. A worked example: 1 owns 2 and 3, 3 owns 4, 4
// owns 3:
//   levels 1:0, 2:1, 3:1, 4:2; marked 3, 4 and the arrows 3->4, 4->3.
// `truncated` says that a neighbour was left out because of a limit, here or in what `neighbours` gave.
// Pure but for the callback. Thread-safety: functions without state. Cost: linear in units and links, calls included.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.hpp"

namespace minglu::units {

/// One claim of ownership: `child` names `parent`.
struct OwnershipLink {
  uint64_t child = 0;
  uint64_t parent = 0;
  uint8_t kind = 0;  // the caller's
  auto operator<=>(const OwnershipLink&) const = default;
};

struct GroupSpec {
  size_t units_max = 200;
  uint32_t steps_max = 10;  // from the unit asked
};

struct GroupMember {
  uint64_t unit = 0;
  uint32_t steps = 0;  // from the unit asked
  uint32_t level = 0;  // below a head; 0 = head
  bool in_cycle = false;
  bool operator==(const GroupMember&) const = default;
};

struct GroupLink {
  OwnershipLink link;
  bool in_cycle = false;  // part of a circle
  bool operator==(const GroupLink&) const = default;
};

struct Group {
  std::vector<GroupMember> members;  // by steps, then as found; the unit asked first
  std::vector<GroupLink> links;      // ascending; both ends are members
  bool truncated = false;
};

struct GroupNeighbours {
  std::vector<OwnershipLink> links;  // that the unit is an end of; one to itself is dropped
  bool truncated = false;            // there are more
};

/// Errors are those of `neighbours`. Precondition: units_max is at least 1.
Result<Group> trace_group(uint64_t unit, const GroupSpec& spec,
                          const std::function<Result<GroupNeighbours>(uint64_t)>& neighbours);

}  // namespace minglu::units
