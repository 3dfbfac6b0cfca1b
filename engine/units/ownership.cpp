#include "units/ownership.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace minglu::units {
namespace {

constexpr size_t kUnvisited = SIZE_MAX;

using Arrows = std::vector<std::vector<size_t>>;  // places among the members

/// Number of the strongly connected component of each place. Tarjan's algorithm with a stack of its own, since a chain
/// may be as long as the group.
std::vector<size_t> components_of(const Arrows& arrows) {
  const size_t n = arrows.size();
  std::vector<size_t> component(n, kUnvisited), index(n, kUnvisited), low(n, 0), open;
  std::vector<bool> is_open(n, false);
  std::vector<std::pair<size_t, size_t>> walk;  // place, next arrow
  size_t visited = 0;
  size_t components = 0;
  for (size_t root = 0; root < n; ++root) {
    if (index[root] != kUnvisited) continue;
    walk.emplace_back(root, 0);
    while (!walk.empty()) {
      const size_t at = walk.back().first;
      if (walk.back().second == 0) {
        index[at] = low[at] = visited++;
        open.push_back(at);
        is_open[at] = true;
      }
      if (walk.back().second < arrows[at].size()) {
        const size_t next = arrows[at][walk.back().second++];
        if (index[next] == kUnvisited)
          walk.emplace_back(next, 0);
        else if (is_open[next])
          low[at] = std::min(low[at], index[next]);
        continue;
      }
      walk.pop_back();
      if (!walk.empty()) low[walk.back().first] = std::min(low[walk.back().first], low[at]);
      if (low[at] != index[at]) continue;
      for (size_t member = kUnvisited; member != at;) {
        member = open.back();
        open.pop_back();
        is_open[member] = false;
        component[member] = components;
      }
      ++components;
    }
  }
  return component;
}

struct Reached {
  Group group;
  std::set<OwnershipLink> links;
  std::map<uint64_t, size_t> places;
};

Result<Reached> reach(uint64_t unit, const GroupSpec& spec,
                      const std::function<Result<GroupNeighbours>(uint64_t)>& neighbours) {
  Reached reached;
  reached.group.members.push_back({.unit = unit});
  reached.places.emplace(unit, 0);
  for (size_t at = 0; at < reached.group.members.size(); ++at) {
    const GroupMember member = reached.group.members[at];
    MINGLU_TRY(GroupNeighbours found, neighbours(member.unit));
    reached.group.truncated = reached.group.truncated || found.truncated;
    std::sort(found.links.begin(), found.links.end());
    for (const OwnershipLink& link : found.links) {
      if (link.child == link.parent) continue;
      const uint64_t other = link.child == member.unit ? link.parent : link.child;
      if (!reached.places.contains(other)) {
        if (member.steps >= spec.steps_max || reached.group.members.size() >= spec.units_max) {
          reached.group.truncated = true;
          continue;
        }
        reached.places.emplace(other, reached.group.members.size());
        reached.group.members.push_back({.unit = other, .steps = member.steps + 1});
      }
      reached.links.insert(link);
    }
  }
  return reached;
}

/// Fewest steps down from a component that has no parent.
void set_levels(const Arrows& children, const std::vector<size_t>& component, const std::vector<bool>& has_parent,
                Group& group) {
  constexpr uint32_t kUnknown = UINT32_MAX;
  std::deque<size_t> waiting;
  for (size_t i = 0; i < group.members.size(); ++i) {
    const bool is_head = !has_parent[component[i]];
    group.members[i].level = is_head ? 0 : kUnknown;
    if (is_head) waiting.push_back(i);
  }
  while (!waiting.empty()) {
    const size_t at = waiting.front();
    waiting.pop_front();
    for (const size_t child : children[at]) {
      if (group.members[child].level != kUnknown) continue;
      group.members[child].level = group.members[at].level + 1;
      waiting.push_back(child);
    }
  }
}

}  // namespace

Result<Group> trace_group(uint64_t unit, const GroupSpec& spec,
                          const std::function<Result<GroupNeighbours>(uint64_t)>& neighbours) {
  MINGLU_ASSERT(spec.units_max >= 1);
  MINGLU_TRY(Reached reached, reach(unit, spec, neighbours));
  Group group = std::move(reached.group);
  const size_t n = group.members.size();
  Arrows parents(n), children(n);
  for (const OwnershipLink& link : reached.links) {
    const size_t child = reached.places.at(link.child);
    const size_t parent = reached.places.at(link.parent);
    parents[child].push_back(parent);
    children[parent].push_back(child);
  }
  const std::vector<size_t> component = components_of(parents);
  std::vector<size_t> sizes(n, 0);
  std::vector<bool> has_parent(n, false);
  for (size_t i = 0; i < n; ++i) {
    ++sizes[component[i]];
    for (const size_t parent : parents[i]) {
      if (component[parent] != component[i]) has_parent[component[i]] = true;
    }
  }
  for (size_t i = 0; i < n; ++i) group.members[i].in_cycle = sizes[component[i]] > 1;
  set_levels(children, component, has_parent, group);
  for (const OwnershipLink& link : reached.links) {
    const bool in_cycle = component[reached.places.at(link.child)] == component[reached.places.at(link.parent)];
    group.links.push_back({link, in_cycle});
  }
  return group;
}

}  // namespace minglu::units
