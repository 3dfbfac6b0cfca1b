// What matching looks at, taken from the statements: one node per entity, and the exact keys of all its versions.
// Nodes are in the order of entities, (source, entity); their traits are those of the current version.
// Thread-safety: pure. Cost: O(entities), O(keys of the kind).
#pragma once

#include <span>
#include <vector>

#include "flows/fuse_units.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {

std::vector<match::Node> make_nodes(const Statements& statements, const ingest::Sources& sources);

/// Trust of each node's source, for match::assign_units.
std::vector<int32_t> trust_of(const Statements& statements, const ingest::Sources& sources);

/// match::resolve over these statements.
match::Resolution resolve_statements(const Statements& statements, std::span<const match::Node> nodes,
                                     const match::ResolveSpec& spec);

/// The links it refused, by entity, in the order of nodes.
std::vector<store::RefusedLink> refused_links(const Statements& statements, const match::Resolution& resolution);

/// Keys of every version, not only the current one: a firm is also found under the name it had.
std::vector<match::NodeKey> keys_of_kind(const Statements& statements, match::KeyKind kind);

}  // namespace minglu::flows
