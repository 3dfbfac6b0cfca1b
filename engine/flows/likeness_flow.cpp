#include "flows/likeness_flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "flows/decision_flow.hpp"
#include "flows/record_names.hpp"
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

/// What a record says for a column: the first of its fields that says anything, with its place; else empty.
std::pair<std::string_view, size_t> first_text(const units::RecordView& record, const LikenessColumn& column) {
  for (size_t rank = 0; rank < column.fields.size(); ++rank) {
    if (const std::string_view text = record.text(column.fields[rank]); !text.empty()) return {text, rank};
  }
  return {};
}

/// Which node has the value of each column of a cluster: that whose source is trusted most, ties to the lowest node.
class ClusterValues {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  ClusterValues() { nodes_.fill(kNone); }
  void offer(uint32_t node, const units::RecordView& record, const std::vector<LikenessColumn>& columns,
             int32_t trust) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto [text, rank] = first_text(record, columns[i]);
      const int32_t score = trust * 4 - static_cast<int32_t>(rank);
      if (text.empty() || (nodes_[i] != kNone && score <= scores_[i])) continue;
      nodes_[i] = node;
      scores_[i] = score;
    }
  }
  [[nodiscard]] uint32_t node(size_t column) const { return nodes_[column]; }

 private:
  std::array<uint32_t, 4> nodes_;
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

// Mapped pages would pile up beside what is made of them.
constexpr uint32_t kNodesPerRelease = 200'000;
void release_pages(const Statements& statements) {
  for (const store::RecordSegment* segment : statements.segments) segment->release_pages();
}

/// Reads every record once: only when there is something to compare.
Status read_values(Clusters& clusters, const Knowledge& knowledge, const Statements& statements,
                   std::span<const match::Node> nodes, const std::vector<LikenessColumn>& columns) {
  clusters.values.resize(clusters.roots.size());
  store::RecordText text;
  const auto entities = statements.history.entities();
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    const int32_t trust = knowledge.sources().at(nodes[node].source).trust;
    MINGLU_CHECK(statements.read(statements.history.current(entities[node]), text));
    clusters.values[clusters.place[node]].offer(node, text.record(), columns, trust);
    if (node % kNodesPerRelease == 0) release_pages(statements);
  }
  return ok_status();
}

table::RawBatch empty_batch(const std::vector<LikenessColumn>& columns) {
  table::RawBatch batch;
  batch.names.emplace_back("id");
  for (const LikenessColumn& column : columns) batch.names.emplace_back(column.name);
  batch.columns.resize(batch.names.size());
  return batch;
}

/// Hands the rows to the records in batches, left or right.
class SideFeeder {
 public:
  SideFeeder(match::Records& records, match::Side side, const Statements& statements,
             const std::vector<LikenessColumn>& columns)
      : records_(records), side_(side), statements_(statements), columns_(columns), batch_(empty_batch(columns)) {}
  Status add(uint32_t root, const ClusterValues& values) {
    MINGLU_CHECK(append_row(root, values));
    return batch_.row_count() < kBatch ? ok_status() : flush();
  }
  Status flush() {
    MINGLU_CHECK(records_.append(batch_, side_));
    batch_ = empty_batch(columns_);
    return ok_status();
  }

 private:
  static constexpr size_t kBatch = 65536;

  Status append_row(uint32_t root, const ClusterValues& values) {
    batch_.row_numbers.push_back(batch_.row_numbers.size() + 1);
    batch_.columns[0].append(std::to_string(root));
    uint32_t read = ClusterValues::kNone;  // mostly one node has all
    for (size_t i = 0; i < columns_.size(); ++i) {
      const uint32_t node = values.node(i);
      if (node == ClusterValues::kNone) {
        batch_.columns[i + 1].append_null();
        continue;
      }
      if (node != read) {
        MINGLU_CHECK(statements_.read(statements_.history.current(statements_.history.entities()[node]), text_));
        read = node;
      }
      batch_.columns[i + 1].append(first_text(text_.record(), columns_[i]).first);
    }
    return ok_status();
  }

  match::Records& records_;
  match::Side side_;
  const Statements& statements_;
  const std::vector<LikenessColumn>& columns_;
  table::RawBatch batch_;
  store::RecordText text_;
};

/// Both sides as records of a linkage.
struct LikenessRecords {
  match::Records records;
  std::vector<uint32_t> roots;  // lowest node of each record's cluster
};

Result<LikenessRecords> make_records(const Knowledge& knowledge, const Statements& statements, const Clusters& clusters,
                                     const match::LinkModel& model, const std::vector<LikenessColumn>& columns,
                                     size_t threads) {
  LikenessRecords made{match::Records(model, knowledge.language_tables(), threads), {}};
  for (const match::Side side : {match::Side::kLeft, match::Side::kRight}) {
    SideFeeder feeder(made.records, side, statements, columns);
    for (size_t i = 0; i < clusters.roots.size(); ++i) {
      if (clusters.identified[i] != (side == match::Side::kRight)) continue;
      made.roots.push_back(clusters.roots[i]);
      MINGLU_CHECK(feeder.add(clusters.roots[i], clusters.values[i]));
      if (i % kNodesPerRelease == 0) release_pages(statements);
    }
    MINGLU_CHECK(feeder.flush());
  }
  made.records.finish();
  return made;
}

}  // namespace

namespace {

/// A comparison with what was compared.
struct Likeness {
  LikenessReport report;
  match::LinkModel model;
  match::LearnedModel learned;
  std::unique_ptr<LikenessRecords> made;  // null: nothing to compare
};

Result<Likeness> compare_clusters(const Knowledge& knowledge, const Statements& statements,
                                  std::span<const match::Node> nodes, std::span<const uint32_t> cluster,
                                  size_t threads) {
  MINGLU_TRY(const std::vector<LikenessColumn> columns, columns_of(knowledge.fields()));
  Clusters clusters = gather_clusters(statements, cluster);
  Likeness likeness;
  LikenessReport& report = likeness.report;
  report.left = static_cast<uint32_t>(clusters.count(false));
  report.right = static_cast<uint32_t>(clusters.count(true));
  if (report.right < kRightMin || report.left == 0) return likeness;
  MINGLU_CHECK(read_values(clusters, knowledge, statements, nodes, columns));

  likeness.model = knowledge.likeness_model();
  likeness.model.learned->prior = kPriorShare / report.right;
  MINGLU_TRY(LikenessRecords records, make_records(knowledge, statements, clusters, likeness.model, columns, threads));
  likeness.made = std::make_unique<LikenessRecords>(std::move(records));
  const LikenessRecords& made = *likeness.made;
  match::Linkage linkage = match::link_records(made.records, likeness.model, {.threads = threads});
  likeness.learned = std::move(linkage.learned);
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
  return likeness;
}

}  // namespace

Result<LikenessReport> find_likeness(const Knowledge& knowledge, const Statements& statements,
                                     std::span<const match::Node> nodes, std::span<const uint32_t> cluster,
                                     size_t threads) {
  MINGLU_TRY(Likeness likeness, compare_clusters(knowledge, statements, nodes, cluster, threads));
  return std::move(likeness.report);
}

struct LikenessDesk::Compared {
  match::LinkModel model;
  match::LearnedModel learned;
  std::unique_ptr<LikenessRecords> made;
  std::unordered_map<uint64_t, uint32_t> record_of_entity;  // row of `made`
};

LikenessDesk::LikenessDesk() = default;
LikenessDesk::~LikenessDesk() = default;

Result<match::PairExplanation> LikenessDesk::explain(const std::string& record_a, const std::string& record_b) const {
  std::array<uint64_t, 2> entities{};
  MINGLU_TRY(entities[0], entity_named(*knowledge_, record_a));
  MINGLU_TRY(entities[1], entity_named(*knowledge_, record_b));
  if (!compared_) {
    return base::failed_precondition("名录中有标识的单位不足 " + std::to_string(kRightMin) + " 个，或超过 " +
                                     std::to_string(kExplainMax) + " 个，这里不做相似比对");
  }
  std::array<uint32_t, 2> rows{};
  for (size_t i = 0; i < 2; ++i) {
    const auto it = compared_->record_of_entity.find(entities[i]);
    if (it == compared_->record_of_entity.end())
      return base::not_found("上次比对全库时没有记录“" + (i == 0 ? record_a : record_b) + "”；全库重新比对后再看");
    rows[i] = it->second;
  }
  if (rows[0] == rows[1]) return base::not_found("两条记录已由相同的标识或名称合为一个单位，没有相似度可解释");
  return match::explain_pair(compared_->made->records, compared_->model, compared_->learned, rows[0], rows[1]);
}

namespace {

struct Decided {
  uint64_t unit_a;
  uint64_t unit_b;
};

// Units whose records people have judged.
Result<std::vector<Decided>> decided_units(Home& home, const store::State& state) {
  MINGLU_TRY(const std::vector<StandingDecision> standing, standing_decisions(home));
  std::vector<Decided> decided;
  for (const StandingDecision& d : standing) {
    MINGLU_TRY(const uint64_t a, entity_named(home.knowledge(), d.decision.record_a));
    MINGLU_TRY(const uint64_t b, entity_named(home.knowledge(), d.decision.record_b));
    decided.push_back({state.unit_of(a).value_or(0), state.unit_of(b).value_or(0)});
  }
  return decided;
}

struct NamedRecord {
  std::string record;  // "source:key"
  std::string name;
  uint64_t unit = 0;
};

Result<NamedRecord> named_record(Home& home, const store::State& state, uint64_t entity) {
  NamedRecord named;
  named.unit = state.unit_of(entity).value_or(0);
  store::UnitRow row;
  MINGLU_CHECK(home.read_unit(state, named.unit, row));
  const auto member = std::find_if(row.members.begin(), row.members.end(),
                                   [&](const store::UnitMember& m) { return m.entity == entity; });
  if (member == row.members.end()) return base::data_loss("a record is not in its unit; run: minglu rebuild");
  MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(member->runs.back().segment_seq));
  store::RecordText text;
  MINGLU_CHECK(segment->read(member->runs.back().row, text));
  named.record = home.knowledge().sources().at(units::SourceId{member->source}).id + ":" + std::string(text.key());
  MINGLU_TRY(const std::vector<LikenessColumn> columns, columns_of(home.knowledge().fields()));
  named.name = first_text(text.record(), columns.front()).first;
  return named;
}

}  // namespace

Result<std::vector<uint32_t>> waiting_pairs(Home& home, const store::State& state) {
  MINGLU_TRY(const std::vector<Decided> decided, decided_units(home, state));
  const auto links = state.likeness();
  std::set<uint64_t> attached;  // their other pairs are settled
  for (const store::LikenessLink& link : links) {
    if (link.is_proposed != 0) attached.insert(link.entity_a);
  }
  std::vector<uint32_t> waiting;
  for (uint32_t place = 0; place < links.size(); ++place) {
    if (attached.contains(links[place].entity_a)) continue;
    const uint64_t a = state.unit_of(links[place].entity_a).value_or(0);
    const uint64_t b = state.unit_of(links[place].entity_b).value_or(0);
    const bool is_decided = std::any_of(decided.begin(), decided.end(), [&](const Decided& d) {
      return (d.unit_a == a && d.unit_b == b) || (d.unit_a == b && d.unit_b == a);
    });
    if (a != b && !is_decided) waiting.push_back(place);
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [&](uint32_t a, uint32_t b) { return std::fabs(links[a].bits) < std::fabs(links[b].bits); });
  return waiting;
}

Result<ReviewPair> review_pair(Home& home, const store::State& state, const store::LikenessLink& link) {
  MINGLU_TRY(NamedRecord a, named_record(home, state, link.entity_a));
  MINGLU_TRY(NamedRecord b, named_record(home, state, link.entity_b));
  return ReviewPair{
      std::move(a.record), std::move(a.name), a.unit, std::move(b.record), std::move(b.name), b.unit, link.bits};
}

Result<std::vector<ReviewPair>> pairs_to_review(Home& home) {
  std::vector<ReviewPair> pairs;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return pairs;
  MINGLU_TRY(const std::vector<uint32_t> waiting, waiting_pairs(home, *state));
  for (const uint32_t place : waiting) {
    MINGLU_TRY(ReviewPair pair, review_pair(home, *state, state->likeness()[place]));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Result<std::shared_ptr<const LikenessDesk>> LikenessDesk::make(Home& home) {
  auto desk = std::shared_ptr<LikenessDesk>(new LikenessDesk());
  desk->knowledge_ = home.shared_knowledge();
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state || state->units().size() > kExplainMax) return std::shared_ptr<const LikenessDesk>(desk);
  const Knowledge& knowledge = home.knowledge();
  MINGLU_TRY(const Statements statements, load_statements(home, state->seq()));
  const std::vector<match::Node> nodes = make_nodes(statements, knowledge.sources());
  match::ResolveSpec spec;
  MINGLU_TRY(spec.pins, pins_of(home, statements));
  const match::Resolution resolution = resolve_statements(statements, nodes, spec);
  MINGLU_TRY(Likeness likeness, compare_clusters(knowledge, statements, nodes, resolution.cluster, home.threads()));
  if (!likeness.made || likeness.made->roots.size() > kExplainMax) return std::shared_ptr<const LikenessDesk>(desk);
  desk->compared_ = std::make_unique<Compared>();
  std::unordered_map<uint32_t, uint32_t> row_of_root;
  for (uint32_t row = 0; row < likeness.made->roots.size(); ++row) row_of_root[likeness.made->roots[row]] = row;
  for (uint32_t node = 0; node < nodes.size(); ++node)
    desk->compared_->record_of_entity[nodes[node].entity.value] = row_of_root.at(resolution.cluster[node]);
  desk->compared_->model = std::move(likeness.model);
  desk->compared_->learned = std::move(likeness.learned);
  desk->compared_->made = std::move(likeness.made);
  return std::shared_ptr<const LikenessDesk>(desk);
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
  MINGLU_CHECK(read_values(clusters, knowledge, statements, nodes, columns));
  match::LinkModel model = knowledge.likeness_model();
  model.learned.reset();
  MINGLU_TRY(const LikenessRecords made, make_records(knowledge, statements, clusters, model, columns, home.threads()));
  const match::CandidateIndex index = match::CandidateIndex::build(made.records, {.threads = home.threads()});
  match::TrainingReport report;
  model.learned = match::train(made.records, index, {.threads = home.threads()}, report);
  return match::link_model_json(model);
}

}  // namespace minglu::flows
