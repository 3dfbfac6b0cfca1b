#include "flows/resolve_nodes.hpp"

namespace minglu::flows {

std::vector<match::Node> make_nodes(const Statements& statements, const ingest::Sources& sources) {
  std::vector<match::Node> nodes;
  nodes.reserve(statements.history.entities().size());
  for (const store::EntityEntry& entry : statements.history.entities()) {
    const store::RecordMeta& meta = statements.meta(statements.history.current(entry));
    match::Node node;
    node.entity = units::EntityId{entry.entity};
    node.source = units::SourceId{entry.source};
    node.clean_source = sources.at(node.source).one_per_unit;
    node.traits.uscc = meta.uscc;
    node.traits.branch = static_cast<match::Branch>(meta.branch);
    nodes.push_back(node);
  }
  return nodes;
}

std::vector<int32_t> trust_of(const Statements& statements, const ingest::Sources& sources) {
  std::vector<int32_t> trust;
  trust.reserve(statements.history.entities().size());
  for (const store::EntityEntry& entry : statements.history.entities())
    trust.push_back(sources.at(units::SourceId{entry.source}).trust);
  return trust;
}

std::vector<store::RefusedLink> refused_links(const Statements& statements, const match::Resolution& resolution) {
  const auto entities = statements.history.entities();
  std::vector<store::RefusedLink> links;
  for (const match::RefusedEdge& edge : resolution.refused) {
    links.push_back({entities[edge.node_a].entity,
                     entities[edge.node_b].entity,
                     static_cast<uint8_t>(edge.kind),
                     static_cast<uint8_t>(edge.reason),
                     {}});
  }
  return links;
}

std::vector<match::NodeKey> keys_of_kind(const Statements& statements, match::KeyKind kind) {
  std::vector<match::NodeKey> keys;
  const auto entities = statements.history.entities();
  for (uint32_t node = 0; node < entities.size(); ++node) {
    for (const store::Run& run : statements.history.runs(entities[node])) {
      const store::RecordMeta& meta = statements.meta(run);
      const auto hashes = statements.segments[run.segment]->key_hashes(meta);
      const auto kinds = statements.segments[run.segment]->key_kinds(meta);
      for (size_t k = 0; k < hashes.size(); ++k) {
        if (kinds[k] == static_cast<uint8_t>(kind)) keys.push_back({hashes[k], node});
      }
    }
  }
  return keys;
}

match::Resolution resolve_statements(const Statements& statements, std::span<const match::Node> nodes,
                                     const match::ResolveSpec& spec) {
  return match::resolve(
      nodes, [&](match::KeyKind kind) { return keys_of_kind(statements, kind); }, spec);
}

}  // namespace minglu::flows
