// Answers one question from one index: the steps of query.hpp, each giving a total, facets and the best hits.
//
// Hits that rank high are few and have lists of their own (whole names, names that start so), so they are gathered
// first; the rest is one walk in order of static rank that stops when the page is full. Counting walks all candidates
// up to kExactMax; above, every n-th window of documents is counted and the total is flagged as an estimate.
#pragma once

#include <array>
#include <vector>

#include "search/delta.hpp"
#include "search/internal/candidates.hpp"
#include "search/internal/filter.hpp"
#include "search/internal/map_grid.hpp"
#include "search/internal/matcher.hpp"

namespace minglu::search {

/// Candidates up to which answers are counted one by one.
inline constexpr uint64_t kExactMax = 200'000;
/// The same where every candidate's text must be looked at.
inline constexpr uint64_t kExactVerifiedMax = 60'000;
/// Candidates that an estimate looks at.
inline constexpr uint64_t kSampleSize = 30'000;
/// Candidates whose text is looked at when another order than relevance is asked; of more, the best-ranked ones.
inline constexpr uint64_t kSortVerifiedMax = 200'000;

struct Found {
  Order order = Order::kNone;
  uint8_t cost = 0;  // of Order::kNear: distance; 0 otherwise
  uint32_t document = 0;
  auto operator<=>(const Found&) const = default;
};

/// Facet counts by dictionary code of one index.
struct Counts {
  std::vector<uint64_t> areas;
  std::vector<uint64_t> industries;
  std::array<uint64_t, 256> sizes{};
  std::array<uint64_t, 256> statuses{};
  std::array<uint64_t, 64> sources{};
  std::array<uint64_t, 256> places{};      // by geo::AreaNumber
  std::array<uint64_t, 256> precisions{};  // by geo::Precision
  MapGrid grid;                            // where a map is asked for

  void add(const Attributes& row, uint64_t weight);
};

struct Answer {
  uint64_t total = 0;
  bool is_about = false;
  bool order_is_about = false;
  std::vector<Found> top;  // best first, at most offset + limit
  Counts counts;
};

/// Borrows everything given to it.
class Evaluator {
 public:
  Evaluator(const IndexView& view, const FrozenDelta* hides, const Query& query, const Matcher& matcher);
  /// Identifiers, names, readings, legal representatives; as far as `reach` goes.
  [[nodiscard]] Answer answer_terms(Reach reach) const;
  /// Of answer_terms the identifiers alone.
  [[nodiscard]] Answer answer_identified() const;
  /// Names written nearly alike; see near.hpp.
  [[nodiscard]] Answer answer_near(const std::vector<Found>& candidates, bool was_cut) const;
  /// Every document that passes the filters.
  [[nodiscard]] Answer answer_all() const;

  [[nodiscard]] bool passes(uint32_t document) const noexcept {
    return document < view_.documents() && (hides_ == nullptr || !hides_->hides(document)) &&
           (filter_.is_open() || filter_.passes(view_.attributes(document), view_.point(document)));
  }

 private:
  struct Walk;
  [[nodiscard]] bool wants_relevance() const noexcept { return query_.sort == Sort::kRelevance; }
  /// An empty page needs the count to tell whether anything answers.
  [[nodiscard]] bool counts_all() const noexcept {
    return query_.want_total || query_.counts_kinds() || !wants_relevance() || page_end_ == 0;
  }
  void gather_whole(Walk& walk) const;
  void gather_starts(Walk& walk, Order order, char16_t marker) const;
  void gather_brands_spelt(Walk& walk) const;
  void walk_all(Walk& walk, CandidateStream stream, Reach reach) const;
  void walk_sorted(Walk& walk, CandidateStream stream, Reach reach) const;
  /// Until the page is full of hits of the orders up to `last`.
  void walk_until_full(Walk& walk, CandidateStream stream, Order last, Reach reach) const;
  void count_sample(Walk& walk, CandidateStream stream, Reach reach) const;
  [[nodiscard]] static bool is_walked(Order order) noexcept;
  struct Candidate {
    uint32_t document = 0;
    bool is_exact = false;    // an answer without a look at the text
    bool only_names = false;  // CandidateStream::only_names
  };
  [[nodiscard]] Order order_in(const Candidate& candidate, Reach reach) const;
  template <typename Visit>
  bool visit_passing(const Walk& walk, CandidateStream& stream, uint32_t end, const Visit& visit) const;
  [[nodiscard]] Counts empty_counts() const;
  void count(Answer& answer, uint32_t document, uint64_t weight) const;
  void keep_best(Answer& answer, std::vector<Found>& found) const;
  /// Adds to the hits of another order than relevance; forgets now and then what cannot reach the page.
  void offer(std::vector<Found>& found, Found candidate) const;
  [[nodiscard]] bool is_before(const Found& a, const Found& b) const;

  const IndexView& view_;
  const FrozenDelta* hides_;
  const Query& query_;
  const Matcher& matcher_;
  Filter filter_;
  size_t page_end_;
};

}  // namespace minglu::search
