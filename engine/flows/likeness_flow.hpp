// Attaches records without identifier (power accounts, job advertisements) to units, by name, person and address.
//
// Runs inside a resolve, after the exact keys: left are the clusters in which no record carries a trusted identifier,
// right are the others, each by its best values (trust of the source decides). The weights are those of
// catalog/linkage/register.json, fixed and versioned; how common names, persons and addresses are is counted in the
// register itself. One-sided: a left cluster joins at most one right cluster, and only with a lead over any other.
//
// Deterministic in the set of statements. Below `kRightMin` identified clusters nothing is attached: too few to tell a
// rare name from a common one. Cost: docs/generated/bench-link.md. Thread-safety: one call at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/fuse_units.hpp"
#include "match/explain.hpp"
#include "match/linkage.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {

constexpr uint32_t kRightMin = 200;

struct LikenessPair {
  uint32_t left = 0;   // lowest node of the left cluster
  uint32_t right = 0;  // lowest node of the right cluster
  double bits = 0;
  bool is_proposed = false;  // else below the threshold, or ambiguous: for people to look at
};

struct LikenessReport {
  uint32_t left = 0;   // clusters without identifier
  uint32_t right = 0;  // clusters with one
  uint64_t pairs_scored = 0;
  std::vector<LikenessPair> pairs;  // at or above the review threshold, strongest first, ties by node
};

/// `cluster` gives the lowest node of each node's cluster.
Result<LikenessReport> find_likeness(const Knowledge& knowledge, const Statements& statements,
                                     std::span<const match::Node> nodes, std::span<const uint32_t> cluster,
                                     size_t threads);

/// A pair that waits for people: likely, but below the threshold, or one of several that exclude each other.
struct ReviewPair {
  std::string record_a;  // "source:key" of the first record of the cluster without identifier
  std::string name_a;
  uint64_t unit_a = 0;
  std::string record_b;
  std::string name_b;
  uint64_t unit_b = 0;
  double bits = 0;
};
/// Places in state.likeness() of the pairs not decided and not in one unit, the probability nearest one half first.
/// Cost: some microseconds per pair of the state.
Result<std::vector<uint32_t>> waiting_pairs(Home& home, const store::State& state);
/// With names. kNotFound when a record is not in the state.
Result<ReviewPair> review_pair(Home& home, const store::State& state, const store::LikenessLink& link);
/// All that wait in the present state.
Result<std::vector<ReviewPair>> pairs_to_review(Home& home);

/// Why any two records weigh what they weigh. Immutable, so many may ask; what is compared is what the register said
/// when it was made. Above `kExplainMax` clusters the compared values are not kept (they cost about 1.3 KiB each), and
/// `explain` says so. Cost of making: as the likeness of a resolve.
inline constexpr size_t kExplainMax = 500'000;
class LikenessDesk {
 public:
  static Result<std::shared_ptr<const LikenessDesk>> make(Home& home);
  ~LikenessDesk();
  /// Records by "source:key". kNotFound for one that the register does not know or that is in the same cluster as the
  /// other already by an exact key; kFailedPrecondition when nothing is compared here (see kRightMin, kExplainMax).
  [[nodiscard]] Result<match::PairExplanation> explain(const std::string& record_a, const std::string& record_b) const;

 private:
  struct Compared;
  LikenessDesk();
  std::shared_ptr<const Knowledge> knowledge_;
  std::unique_ptr<Compared> compared_;  // null when not kept
};

/// Learns the weights anew, without labels, from the records and units that find_likeness would compare. The model as
/// JSON, to be reviewed and put into the catalog. kFailedPrecondition when there are too few of either.
Result<std::string> learn_likeness(Home& home);

}  // namespace minglu::flows
