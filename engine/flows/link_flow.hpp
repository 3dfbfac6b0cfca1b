// Links plain files with a declared model: no register, no labels. Reads, links, writes the clusters and, when asked,
// the pairs above the review threshold and the model with what was learned.
//
//   MINGLU_TRY(LinkFlowReport report, link_files({.model = "m.json", .left = {"a.csv"}, .clusters = "clusters.csv"}));
//
// clusters.csv: id, cluster (the id of the unit's first record), file. pairs.csv: left, right, weight_bits,
// probability, decision (link | review | refused). Every input row is accounted for: rows_in = rows_linked + rejected.
// A pair or a unit can be explained in the same run, as values and as a chart (SVG): docs/method/linkage.md.
// Errors: kInvalidArgument for the model, a file that cannot be read, a missing column, an id that is empty or occurs
// twice, no row at all; kNotFound for an id to explain that no record has. Nothing is written then.
// Cost: docs/generated/bench-link.md. One call, one thread plus spec.threads workers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "match/evaluate.hpp"
#include "match/explain.hpp"
#include "match/explain_cluster.hpp"
#include "match/linkage.hpp"
#include "match/unlinkable.hpp"
#include "match/wording.hpp"

namespace minglu::flows {

struct LinkFlowSpec {
  std::filesystem::path catalog;
  std::filesystem::path model;
  std::vector<std::filesystem::path> left;
  std::vector<std::filesystem::path> right;
  std::filesystem::path clusters;
  std::filesystem::path pairs;                               // empty: not written
  std::filesystem::path learned;                             // empty: not written
  std::vector<std::pair<std::string, std::string>> explain;  // ids of pairs to explain
  std::string explain_cluster;                               // id of any record of the unit to explain; empty: none
  /// SVG, empty: not written. Of the first pair to explain, else of the unit to explain, else of what was learned.
  std::filesystem::path chart;
  match::Language language = match::Language::kChinese;
  bool find_unlinkable = false;  // costs one comparison a record; a chart of what was learned asks for it too
  size_t threads = 2;
};

struct LinkFlowReport {
  uint64_t rows_in = 0;
  uint64_t rows_rejected = 0;  // rows the reader could not use
  uint32_t units = 0;
  uint64_t links = 0;    // pairs at or above the link threshold
  uint64_t reviews = 0;  // pairs between the thresholds
  double load_seconds = 0;
  double write_seconds = 0;
  match::LinkModel model;                            // with what was learned
  std::vector<match::PairExplanation> explanations;  // as asked
  std::optional<match::ClusterExplanation> cluster;
  std::vector<double> missing_shares;           // by comparison: records without a value, 0 to 1
  std::optional<match::Unlinkable> unlinkable;  // as asked
  match::Wording wording;
  match::Linkage linkage;
};

Result<LinkFlowReport> link_files(const LinkFlowSpec& spec);

struct ModelView {
  match::LinkModel model;
  match::Wording wording;
};
/// A model that has learned, to be looked at; its chart is written unless `chart` is empty. Errors: kInvalidArgument
/// for a file that cannot be read, is no model or has learned nothing yet.
Result<ModelView> view_model(const std::filesystem::path& catalog, const std::filesystem::path& model,
                             const std::filesystem::path& chart, match::Language language);

struct LinkEvaluation {
  match::Evaluation evaluation;
  uint64_t only_in_truth = 0;  // taken for clusters of one record
};

/// Agreement of a clusters file with a truth file, both with columns id, cluster. Errors: kInvalidArgument for a
/// missing column or a repeated id.
Result<LinkEvaluation> evaluate_clusters(const std::filesystem::path& clusters, const std::filesystem::path& truth);

}  // namespace minglu::flows
