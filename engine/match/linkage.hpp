// The whole linkage of some records: block, learn, score, group.
//
//   MINGLU_TRY(const Linkage linkage, link_records(records, model, {.threads = 2}));
//   linkage.grouping.group[7]     // lowest record of the unit that record 7 belongs to
//
// Deterministic: equal bytes at any number of threads. Cost: near-linear in records; see docs/generated/bench-link.md.
#pragma once

#include <functional>
#include <string_view>

#include "match/blocking.hpp"
#include "match/grouping.hpp"
#include "match/training.hpp"

namespace minglu::match {

struct LinkageSpec {
  size_t threads = 2;
  double pairs_per_record_max = 0;  // 0: chosen by size
};

struct StageSeconds {
  double block = 0;
  double train = 0;
  double score = 0;
  double group = 0;
};

struct Linkage {
  LearnedModel learned;
  Grouping grouping;
  std::vector<Edge> edges;  // at or above the review threshold, by (a, b)
  BlockingReport blocking;
  TrainingReport training;
  uint64_t pairs_scored = 0;
  StageSeconds seconds;
};

/// Preconditions: records.finish() was called.
/// `epoch`, when given, receives what a LiveMatcher needs of blocking.
Linkage link_records(const Records& records, const LinkModel& model, const LinkageSpec& spec,
                     BlockingEpoch* epoch = nullptr);

}  // namespace minglu::match
