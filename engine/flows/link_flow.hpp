// Links plain files with a declared model: no register, no labels. Reads, links, writes the clusters and, when asked, the
// pairs above the review threshold and the model with what was learned.
//
//   MINGLU_TRY(LinkFlowReport report, link_files({.model = "m.json", .left = {"a.csv"}, .clusters = "clusters.csv"}));
//
// clusters.csv: id, cluster (the id of the unit's first record), file, source. pairs.csv: left, right, weight_bits,
// probability, decision (link | review | refused). Every input row is accounted for: rows_in = rows_linked + rejected.
// Errors: kInvalidArgument for the model, a file that cannot be read, a missing column, an id that is empty or occurs
// twice; nothing is written then. Cost: docs/generated/bench-link.md. One call, one thread plus spec.threads workers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "match/evaluate.hpp"
#include "match/explain.hpp"
#include "match/linkage.hpp"

namespace minglu::flows {

struct LinkFlowSpec {
  std::filesystem::path catalog;
  std::filesystem::path model;
  std::vector<std::filesystem::path> left;
  std::vector<std::filesystem::path> right;
  std::filesystem::path clusters;
  std::filesystem::path pairs;    // empty: not written
  std::filesystem::path learned;  // empty: not written
  std::vector<std::pair<std::string, std::string>> explain;  // ids of pairs to explain
  size_t threads = 2;
};

struct LinkFlowReport {
  uint64_t rows_in = 0;
  uint64_t rows_rejected = 0;  // rows the reader could not use
  uint32_t units = 0;
  uint64_t links = 0;     // pairs at or above the link threshold
  uint64_t reviews = 0;   // pairs between the thresholds
  double load_seconds = 0;
  double write_seconds = 0;
  match::LinkModel model;  // with what was learned
  std::vector<match::PairExplanation> explanations;  // as asked
  match::Linkage linkage;
};

Result<LinkFlowReport> link_files(const LinkFlowSpec& spec);

struct LinkEvaluation {
  match::Evaluation evaluation;
  uint64_t only_in_truth = 0;  // taken for clusters of one record
};

/// Agreement of a clusters file with a truth file, both with columns id, cluster. Errors: kInvalidArgument for a missing
/// column or a repeated id.
Result<LinkEvaluation> evaluate_clusters(const std::filesystem::path& clusters, const std::filesystem::path& truth);

}  // namespace minglu::flows
