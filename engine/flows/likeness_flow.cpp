#include "flows/likeness_flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "flows/decision_flow.hpp"
#include "flows/resolve_nodes.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kLearnMin = 1000;
constexpr double kPriorShare = 0.5;  // of the left clusters, how many are expected to have a unit on the right

/// Columns of the records handed to the linkage, and the register fields that fill them, best first.
struct LikenessColumn {
  std::string_view name;
  std::vector<codes::FieldId> fields;
};

Result<std::vector<LikenessColumn>> columns_of(const codes::Fields& fields) {
  std::vector<LikenessColumn> columns{{"name", {}}, {"legal_rep", {}}, {"address", {}}, {"reg_address", {}}};
  const std::vector<std::vector<std::string_view>> names{
      {"name", "short_name"}, {"legal_rep"}, {"address"}, {"reg_address"}};
  for (size_t i = 0; i < names.size(); ++i) {
    for (const std::string_view name : names[i]) {
      const auto field = fields.find(name);
      if (!field) return base::internal_error("catalog/fields.csv has no field \"" + std::string(name) + "\"");
      columns[i].fields.push_back(*field);
    }
  }
  return columns;
}

/// One value per column of a cluster: from the member whose source is trusted most, ties to the lowest node.
class ClusterValues {
 public:
  void offer(const units::RecordView& record, const std::vector<LikenessColumn>& columns, int32_t trust) {
    for (size_t i = 0; i < columns.size(); ++i) {
      for (size_t rank = 0; rank < columns[i].fields.size(); ++rank) {
        const std::string_view text = record.text(columns[i].fields[rank]);
        const int32_t score = trust * 4 - static_cast<int32_t>(rank);
        if (text.empty() || (!values_[i].empty() && score <= scores_[i])) continue;
        values_[i] = text;
        scores_[i] = score;
        break;
      }
    }
  }
  [[nodiscard]] std::string_view value(size_t column) const { return values_[column]; }

 private:
  std::array<std::string_view, 4> values_;  // into mapped segments
  std::array<int32_t, 4> scores_{};
};

bool has_identifier(const Statements& statements, const store::EntityEntry& entity) {
  for (const store::Run& run : statements.history.runs(entity)) {
    const store::RecordMeta& meta = statements.meta(run);
    if (meta.uscc != 0) return true;
    for (const uint8_t kind : statements.segments[run.segment]->key_kinds(meta)) {
      if (kind <= static_cast<uint8_t>(match::KeyKind::kRegNo)) return true;
    }
  }
  return false;
}

/// Clusters in the order of their lowest node.
struct Clusters {
  std::vector<uint32_t> roots;
  std::vector<bool> identified;
  std::vector<uint32_t> place;        // of each node's cluster
  std::vector<ClusterValues> values;  // read_values()
  [[nodiscard]] size_t count(bool is_identified) const {
    return static_cast<size_t>(std::count(identified.begin(), identified.end(), is_identified));
  }
};

Clusters gather_clusters(const Statements& statements, std::span<const uint32_t> cluster) {
  Clusters clusters;
  clusters.place.assign(cluster.size(), 0);
  const auto entities = statements.history.entities();
  for (uint32_t node = 0; node < cluster.size(); ++node) {
    if (cluster[node] == node) {  // the lowest node comes first
      clusters.place[node] = static_cast<uint32_t>(clusters.roots.size());
      clusters.roots.push_back(node);
      clusters.identified.push_back(false);
    }
    const uint32_t at = clusters.place[node] = clusters.place[cluster[node]];
    if (!clusters.identified[at] && has_identifier(statements, entities[node])) clusters.identified[at] = true;
  }
  return clusters;
}

/// Reads every record once: only when there is something to compare.
void read_values(Clusters& clusters, const Knowledge& knowledge, const Statements& statements,
                 std::span<const match::Node> nodes, const std::vector<LikenessColumn>& columns) {
  clusters.values.resize(clusters.roots.size());
  const auto entities = statements.history.entities();
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    const int32_t trust = knowledge.sources().at(nodes[node].source).trust;
    clusters.values[clusters.place[node]].offer(statements.record(statements.history.current(entities[node])), columns,
                                                trust);
  }
}

table::RawBatch empty_batch(const std::vector<LikenessColumn>& columns) {
  table::RawBatch batch;
  batch.names.emplace_back("id");
  for (const LikenessColumn& column : columns) batch.names.emplace_back(column.name);
  batch.columns.resize(batch.names.size());
  return batch;
}

void append_row(table::RawBatch& batch, uint32_t root, const ClusterValues& values) {
  batch.row_numbers.push_back(batch.row_numbers.size() + 1);
  batch.columns[0].append(std::to_string(root));
  for (size_t i = 1; i < batch.columns.size(); ++i) {
    if (values.value(i - 1).empty()) {
      batch.columns[i].append_null();
    } else {
      batch.columns[i].append(values.value(i - 1));
    }
  }
}

/// Hands the rows to the records in batches, left or right.
class SideFeeder {
 public:
  SideFeeder(match::Records& records, match::Side side, const std::vector<LikenessColumn>& columns)
      : records_(records), side_(side), columns_(columns), batch_(empty_batch(columns)) {}
  Status add(uint32_t root, const ClusterValues& values) {
    append_row(batch_, root, values);
    return batch_.row_count() < kBatch ? ok_status() : flush();
  }
  Status flush() {
    MINGLU_CHECK(records_.append(batch_, side_));
    batch_ = empty_batch(columns_);
    return ok_status();
  }

 private:
  static constexpr size_t kBatch = 65536;
  match::Records& records_;
  match::Side side_;
  const std::vector<LikenessColumn>& columns_;
  table::RawBatch batch_;
};

/// Both sides as records of a linkage.
struct LikenessRecords {
  match::Records records;
  std::vector<uint32_t> roots;  // lowest node of each record's cluster
};

Result<LikenessRecords> make_records(const Knowledge& knowledge, const Clusters& clusters,
                                     const match::LinkModel& model, const std::vector<LikenessColumn>& columns,
                                     size_t threads) {
  LikenessRecords made{match::Records(model, knowledge.language_tables(), threads), {}};
  for (const match::Side side : {match::Side::kLeft, match::Side::kRight}) {
    SideFeeder feeder(made.records, side, columns);
    for (size_t i = 0; i < clusters.roots.size(); ++i) {
      if (clusters.identified[i] != (side == match::Side::kRight)) continue;
      made.roots.push_back(clusters.roots[i]);
      MINGLU_CHECK(feeder.add(clusters.roots[i], clusters.values[i]));
    }
    MINGLU_CHECK(feeder.flush());
  }
  made.records.finish();
  return made;
}

}  // namespace

Result<LikenessReport> find_likeness(const Knowledge& knowledge, const Statements& statements,
                                     std::span<const match::Node> nodes, std::span<const uint32_t> cluster,
                                     size_t threads) {
  MINGLU_TRY(const std::vector<LikenessColumn> columns, columns_of(knowledge.fields()));
  Clusters clusters = gather_clusters(statements, cluster);
  LikenessReport report;
  report.left = static_cast<uint32_t>(clusters.count(false));
  report.right = static_cast<uint32_t>(clusters.count(true));
  if (report.right < kRightMin || report.left == 0) return report;
  read_values(clusters, knowledge, statements, nodes, columns);

  match::LinkModel model = knowledge.likeness_model();
  model.learned->prior = kPriorShare / report.right;
  MINGLU_TRY(const LikenessRecords made, make_records(knowledge, clusters, model, columns, threads));
  const match::Linkage linkage = match::link_records(made.records, model, {.threads = threads});
  report.pairs_scored = linkage.pairs_scored;
  for (const match::Edge& edge : linkage.edges) {
    const uint32_t left = made.records.side(edge.a) == match::Side::kLeft ? edge.a : edge.b;
    const uint32_t right = left == edge.a ? edge.b : edge.a;
    const bool together = linkage.grouping.group[left] == linkage.grouping.group[right];
    report.pairs.push_back({made.roots[left], made.roots[right], match::to_bits(edge.weight), together});
  }
  std::sort(report.pairs.begin(), report.pairs.end(), [](const LikenessPair& a, const LikenessPair& b) {
    if (a.bits != b.bits) return a.bits > b.bits;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  });
  return report;
}

Result<std::vector<ReviewPair>> pairs_to_review(Home& home) {
  std::vector<ReviewPair> review;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return review;
  MINGLU_TRY(const uint64_t seq, home.state_seq(UINT64_MAX));
  MINGLU_TRY(const Statements statements, load_statements(home, seq));
  const Knowledge& knowledge = home.knowledge();
  const std::vector<match::Node> nodes = make_nodes(statements, knowledge.sources());
  match::ResolveSpec spec;
  MINGLU_TRY(spec.pins, pins_of(home, statements));
  const match::Resolution resolution = resolve_statements(statements, nodes, spec);
  MINGLU_TRY(const LikenessReport found,
             find_likeness(knowledge, statements, nodes, resolution.cluster, home.threads()));
  MINGLU_TRY(const std::vector<LikenessColumn> columns, columns_of(knowledge.fields()));
  const auto entities = statements.history.entities();
  const auto record = [&](uint32_t node) {
    const store::Run& run = statements.history.current(entities[node]);
    return knowledge.sources().at(nodes[node].source).id + ":" +
           std::string(statements.segments[run.segment]->key(statements.meta(run)));
  };
  const auto name = [&](uint32_t node) {
    ClusterValues values;
    values.offer(statements.record(statements.history.current(entities[node])), columns, 1);
    return std::string(values.value(0));
  };
  std::set<uint32_t> attached;  // their other pairs are settled
  for (const LikenessPair& pair : found.pairs) {
    if (pair.is_proposed) attached.insert(pair.left);
  }
  for (const LikenessPair& pair : found.pairs) {
    const uint64_t unit_a = state->unit_of(entities[pair.left].entity).value_or(0);
    const uint64_t unit_b = state->unit_of(entities[pair.right].entity).value_or(0);
    const bool is_pinned = std::any_of(spec.pins.begin(), spec.pins.end(), [&](const match::Pin& pin) {
      return resolution.cluster[pin.node_a] == resolution.cluster[pair.left] &&
             resolution.cluster[pin.node_b] == resolution.cluster[pair.right];
    });
    if (unit_a == unit_b || is_pinned || attached.count(pair.left) > 0) continue;
    review.push_back(
        {record(pair.left), name(pair.left), unit_a, record(pair.right), name(pair.right), unit_b, pair.bits});
  }
  std::stable_sort(review.begin(), review.end(),
                   [](const ReviewPair& a, const ReviewPair& b) { return std::fabs(a.bits) < std::fabs(b.bits); });
  return review;
}

Result<std::string> learn_likeness(Home& home) {
  const Knowledge& knowledge = home.knowledge();
  MINGLU_TRY(const std::vector<LikenessColumn> columns, columns_of(knowledge.fields()));
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  MINGLU_TRY(const Statements statements, load_statements(home, static_cast<uint64_t>(head.seq)));
  const std::vector<match::Node> nodes = make_nodes(statements, knowledge.sources());
  const match::Resolution resolution = resolve_statements(statements, nodes, {});
  Clusters clusters = gather_clusters(statements, resolution.cluster);

  if (std::min(clusters.count(false), clusters.count(true)) < kLearnMin) {
    return base::failed_precondition("记录太少，学不到权重：有标识和无标识的单位各需至少 " + std::to_string(kLearnMin) +
                                     " 个");
  }
  read_values(clusters, knowledge, statements, nodes, columns);
  match::LinkModel model = knowledge.likeness_model();
  model.learned.reset();
  MINGLU_TRY(const LikenessRecords made, make_records(knowledge, clusters, model, columns, home.threads()));
  const match::CandidateIndex index = match::CandidateIndex::build(made.records, {.threads = home.threads()});
  match::TrainingReport report;
  model.learned = match::train(made.records, index, {.threads = home.threads()}, report);
  return match::link_model_json(model);
}

}  // namespace minglu::flows
