// The slow, obvious twin of units::trace_group without limits: closures by squaring a table of reachability.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "units/ownership.hpp"

namespace minglu::reference {

/// Links between units 0 to n-1. Members and links ascending; levels and cycles as the header of the original says.
inline units::Group group_twin(uint64_t unit, size_t n, const std::vector<units::OwnershipLink>& links) {
  using Table = std::vector<std::vector<bool>>;
  Table near(n, std::vector<bool>(n, false)), up = near;
  for (const units::OwnershipLink& link : links) {
    if (link.child == link.parent) continue;
    near[link.child][link.parent] = near[link.parent][link.child] = true;
    up[link.child][link.parent] = true;
  }
  const auto close = [n](Table& table) {
    for (size_t k = 0; k < n; ++k)
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j)
          if (table[i][k] && table[k][j]) table[i][j] = true;
  };
  Table direct = up;
  close(near);
  close(up);
  units::Group group;
  const auto in_group = [&](size_t i) { return i == unit || near[unit][i]; };
  // A head reaches nobody who does not reach it back.
  const auto is_head = [&](size_t i) {
    for (size_t j = 0; j < n; ++j)
      if (up[i][j] && !up[j][i]) return false;
    return true;
  };
  std::vector<uint32_t> level(n, UINT32_MAX), steps(n, UINT32_MAX);
  for (size_t i = 0; i < n; ++i)
    if (is_head(i)) level[i] = 0;
  steps[unit] = 0;
  for (size_t round = 0; round < n; ++round) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (direct[i][j] && level[j] != UINT32_MAX) level[i] = std::min(level[i], level[j] + 1);
        if ((direct[i][j] || direct[j][i]) && steps[j] != UINT32_MAX) steps[i] = std::min(steps[i], steps[j] + 1);
      }
    }
  }
  for (size_t i = 0; i < n; ++i) {
    if (in_group(i)) group.members.push_back({i, steps[i], level[i], up[i][i]});
  }
  for (const units::OwnershipLink& link : std::set<units::OwnershipLink>(links.begin(), links.end())) {
    if (link.child != link.parent && in_group(link.child))
      group.links.push_back({link, up[link.child][link.parent] && up[link.parent][link.child]});
  }
  return group;
}

}  // namespace minglu::reference
