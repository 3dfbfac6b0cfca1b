// The slow, obvious twin of match::resolve: clusters are sets of nodes, constraints look at every member.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "match/resolve.hpp"

namespace minglu::reference {

struct TwinInput {
  std::vector<match::Node> nodes;
  std::vector<std::vector<match::NodeKey>> keys;  // by kind
};

class ResolveTwin {
 public:
  ResolveTwin(const TwinInput& input, const match::ResolveSpec& spec) : input_(input), spec_(spec) {
    for (uint32_t i = 0; i < input.nodes.size(); ++i) clusters_[i] = {i};
  }

  match::Resolution run() {
    for (size_t kind = 0; kind < match::kKeyKindCount; ++kind) apply(static_cast<match::KeyKind>(kind));
    match::Resolution out;
    out.cluster.resize(input_.nodes.size());
    for (const auto& [lowest, members] : clusters_) {
      for (uint32_t member : members) out.cluster[member] = lowest;
    }
    std::set<std::pair<uint32_t, uint32_t>> told;
    for (const match::RefusedEdge& edge : refused_) {
      if (told.insert({edge.node_a, edge.node_b}).second) out.refused.push_back(edge);
    }
    return out;
  }

 private:
  using Cluster = std::set<uint32_t>;

  uint32_t lowest_of(uint32_t node) const {
    for (const auto& [lowest, members] : clusters_) {
      if (members.contains(node)) return lowest;
    }
    return node;
  }

  std::set<uint64_t> codes_of(const Cluster& cluster) const {
    std::set<uint64_t> codes;
    for (uint32_t n : cluster) {
      if (input_.nodes[n].traits.uscc != 0) codes.insert(input_.nodes[n].traits.uscc);
    }
    return codes;
  }

  std::set<match::Branch> branches_of(const Cluster& cluster) const {
    std::set<match::Branch> out;
    for (uint32_t n : cluster) {
      if (input_.nodes[n].traits.branch != match::Branch::kUnknown) out.insert(input_.nodes[n].traits.branch);
    }
    return out;
  }

  std::optional<match::Refusal> why_not(const Cluster& a, const Cluster& b) const {
    Cluster both = a;
    both.insert(b.begin(), b.end());
    if (codes_of(both).size() > 1) return match::Refusal::kDifferentUscc;
    for (uint32_t x : a) {
      for (uint32_t y : b) {
        const match::Node& p = input_.nodes[x];
        const match::Node& q = input_.nodes[y];
        if (p.clean_source && q.clean_source && p.source == q.source) return match::Refusal::kSameSource;
      }
    }
    if (branches_of(both).size() > 1) return match::Refusal::kBranchAndHead;
    return std::nullopt;
  }

  void refuse(uint32_t a, uint32_t b, match::KeyKind kind, match::Refusal reason) {
    refused_.insert({std::min(a, b), std::max(a, b), kind, reason});
  }

  void apply(match::KeyKind kind) {
    std::map<uint64_t, std::set<uint32_t>> by_hash;
    for (const match::NodeKey& key : input_.keys[static_cast<size_t>(kind)]) by_hash[key.hash].insert(key.node);
    std::vector<std::pair<std::pair<uint32_t, uint64_t>, std::set<uint32_t>>> groups;
    for (const auto& [hash, nodes] : by_hash) groups.push_back({{*nodes.begin(), hash}, nodes});
    std::sort(groups.begin(), groups.end());
    for (const auto& [order, nodes] : groups) {
      std::set<uint32_t> roots;
      for (uint32_t node : nodes) roots.insert(lowest_of(node));
      if (roots.size() > 1) apply_group(roots, kind);
    }
  }

  void apply_group(const std::set<uint32_t>& roots, match::KeyKind kind) {
    const bool name = kind == match::KeyKind::kName || kind == match::KeyKind::kNameDistrict;
    std::set<uint64_t> codes;
    for (uint32_t root : roots) codes.merge(codes_of(clusters_.at(root)));
    if (name && codes.size() > 1) {
      size_t count = 0;
      for (uint32_t root : roots) {
        if (root != *roots.begin() && count++ < spec_.hub_clusters_max)
          refuse(*roots.begin(), root, kind, match::Refusal::kAmbiguousName);
      }
      return;
    }
    std::vector<uint32_t> kept;
    for (uint32_t root : roots) {
      bool joined = false;
      std::optional<std::pair<uint32_t, match::Refusal>> first;
      for (uint32_t& other : kept) {
        const auto reason = why_not(clusters_.at(other), clusters_.at(root));
        if (!reason) {
          Cluster merged = clusters_.at(other);
          merged.merge(clusters_.at(root));
          clusters_.erase(other);
          clusters_.erase(root);
          other = *merged.begin();
          clusters_[other] = merged;
          joined = true;
          break;
        }
        if (!first) first = {other, *reason};
      }
      if (joined) continue;
      if (first) refuse(first->first, root, kind, first->second);
      kept.push_back(root);
      if (kept.size() > spec_.hub_clusters_max) {
        refuse(kept.front(), root, kind, match::Refusal::kHub);
        return;
      }
    }
  }

  const TwinInput& input_;
  match::ResolveSpec spec_;
  std::map<uint32_t, Cluster> clusters_;
  std::set<match::RefusedEdge> refused_;
};

}  // namespace minglu::reference
