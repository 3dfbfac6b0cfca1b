#include "search/internal/evaluate.hpp"

#include <algorithm>
#include <bit>

#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

/// Documents of one window of a sample.
constexpr uint32_t kWindow = 512;

}  // namespace

void Counts::add(const Attributes& row, uint64_t weight) {
  if (row.area < areas.size()) areas[row.area] += weight;
  if (row.industry < industries.size()) industries[row.industry] += weight;
  sizes[row.size] += weight;
  statuses[row.status] += weight;
  places[row.place_area] += weight;
  precisions[row.precision] += weight;
  for (uint64_t rest = row.sources; rest != 0; rest &= rest - 1) {
    sources[static_cast<size_t>(std::countr_zero(rest))] += weight;
  }
}

/// What one evaluation gathers.
struct Evaluator::Walk {
  std::vector<uint32_t> identified;  // that pass
  std::array<std::vector<uint32_t>, kOrders> buckets;
  std::vector<Found> others;  // every hit, when another order is asked
  Answer answer;

  [[nodiscard]] bool is_identified(uint32_t document) const {
    return !identified.empty() && std::binary_search(identified.begin(), identified.end(), document);
  }
  /// Hits in buckets up to and with `order`.
  [[nodiscard]] size_t gathered(Order order) const {
    size_t sum = 0;
    for (size_t i = 0; i <= static_cast<size_t>(order); ++i) sum += buckets[i].size();
    return sum;
  }
  std::vector<uint32_t>& bucket(Order order) { return buckets[static_cast<size_t>(order)]; }
};

Evaluator::Evaluator(const IndexView& view, const FrozenDelta* hides, const Query& query, const Matcher& matcher)
    : view_(view),
      hides_(hides),
      query_(query),
      matcher_(matcher),
      filter_(query, matcher.scope(), view),
      page_end_(size_t{query.offset} + query.limit) {}

void Evaluator::count(Answer& answer, uint32_t document, uint64_t weight) const {
  answer.total += weight;
  if (!query_.counts_kinds()) return;
  if (answer.counts.areas.empty()) answer.counts = empty_counts();
  const Attributes& row = view_.attributes(document);
  answer.counts.add(row, weight);
  const bool is_fine = row.precision >= static_cast<uint8_t>(geo::Precision::kCommunity);
  if (is_fine && !answer.counts.grid.is_empty()) {
    answer.counts.grid.add(view_.point(document), view_.unit(document), weight);
  }
}

Counts Evaluator::empty_counts() const {
  Counts counts;
  counts.areas.resize(view_.areas().size());
  counts.industries.resize(view_.industries().size());
  if (query_.map && !matcher_.scope().hides(MatchField::kAddress)) counts.grid = MapGrid(*query_.map);
  return counts;
}

bool Evaluator::is_before(const Found& a, const Found& b) const {
  const auto year_up = [&](const Found& found) {
    const uint16_t year = view_.attributes(found.document).founded_year;
    return year == 0 ? 65'536U : year;
  };
  const auto year_down = [&](const Found& found) { return 65'536U - view_.attributes(found.document).founded_year; };
  const uint64_t unit_a = view_.unit(a.document);
  const uint64_t unit_b = view_.unit(b.document);
  switch (query_.sort) {
    case Sort::kRelevance: return a < b;
    case Sort::kName: return view_.name_place(a.document) < view_.name_place(b.document);
    case Sort::kFoundedDown: return std::pair(year_down(a), unit_a) < std::pair(year_down(b), unit_b);
    case Sort::kFoundedUp: return std::pair(year_up(a), unit_a) < std::pair(year_up(b), unit_b);
    case Sort::kUnit: break;
  }
  return unit_a < unit_b;
}

void Evaluator::keep_best(Answer& answer, std::vector<Found>& found) const {
  const auto less = [&](const Found& a, const Found& b) { return is_before(a, b); };
  const size_t kept = std::min(page_end_, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<ptrdiff_t>(kept), found.end(), less);
  answer.top.assign(found.begin(), found.begin() + static_cast<ptrdiff_t>(kept));
}

void Evaluator::offer(std::vector<Found>& found, Found candidate) const {
  constexpr size_t kSlack = 4096;
  found.push_back(candidate);
  if (found.size() < 2 * page_end_ + kSlack) return;
  const auto less = [&](const Found& a, const Found& b) { return is_before(a, b); };
  std::nth_element(found.begin(), found.begin() + static_cast<ptrdiff_t>(page_end_), found.end(), less);
  found.resize(page_end_);
}

Answer Evaluator::answer_all() const {
  Answer answer;
  std::vector<Found> found;
  const bool only_page = filter_.is_open() && !query_.counts_kinds() && wants_relevance();
  for (uint32_t document = 0; document < view_.documents(); ++document) {
    if (!passes(document)) continue;
    if (only_page && found.size() == page_end_) break;
    count(answer, document, 1);
    if (!wants_relevance()) {
      offer(found, {Order::kListed, 0, document});
    } else if (found.size() < page_end_) {
      found.push_back({Order::kListed, 0, document});
    }
  }
  if (only_page) answer.total = view_.documents() - (hides_ == nullptr ? 0 : hides_->hidden_count());
  keep_best(answer, found);
  return answer;
}

Answer Evaluator::answer_identified() const {
  Answer answer;
  std::vector<Found> found;
  for (const uint32_t document : documents_identified(view_, matcher_.question(), matcher_.scope())) {
    if (!passes(document)) continue;
    count(answer, document, 1);
    found.push_back({Order::kIdentifier, 0, document});
  }
  keep_best(answer, found);
  return answer;
}

Answer Evaluator::answer_near(const std::vector<Found>& candidates, bool was_cut) const {
  Answer answer;
  std::vector<Found> found;
  for (const Found& candidate : candidates) {
    if (!passes(candidate.document)) continue;
    count(answer, candidate.document, 1);
    found.push_back(candidate);
  }
  answer.is_about = was_cut;
  keep_best(answer, found);
  return answer;
}

void Evaluator::gather_whole(Walk& walk) const {
  for (const uint32_t document : view_.documents_hashed(hash_of(matcher_.question().whole, HashKind::kWhole))) {
    if (!passes(document) || walk.is_identified(document)) continue;
    const Order order = matcher_.order_of(view_, document, Reach::kNames);
    if (order >= Order::kExactName && order <= Order::kFormerName) walk.bucket(order).push_back(document);
  }
}

void Evaluator::gather_starts(Walk& walk, Order order, char16_t marker) const {
  const std::u16string& whole = matcher_.question().whole;
  std::vector<uint32_t> grams{gram(marker, whole[0])};
  append_grams(whole, grams);
  const size_t before = walk.gathered(order);
  if (before >= page_end_) return;
  GramStream stream(view_, grams, GramStream::Texts::kNames);
  for (; stream.document() != kNoDocument; stream.next()) {
    const uint32_t document = stream.document();
    if (!passes(document) || walk.is_identified(document)) continue;
    if (matcher_.order_of(view_, document, Reach::kNames) != order) continue;
    walk.bucket(order).push_back(document);
    if (before + walk.bucket(order).size() >= page_end_) return;
  }
}

void Evaluator::gather_brands_spelt(Walk& walk) const {
  const Question& question = matcher_.question();
  if (question.terms.size() != 1 || question.terms[0].letters.empty()) return;
  std::vector<uint32_t> documents;
  for (const uint32_t sample : view_.documents_hashed(hash_of(question.terms[0].letters, HashKind::kBrandReading))) {
    const NameTexts names = view_.names(sample);
    if (!matcher_.spells_brand(names, question.terms[0].letters)) continue;
    const auto same = view_.documents_hashed(hash_of(names.brand(), HashKind::kWhole));
    documents.insert(documents.end(), same.begin(), same.end());
  }
  sort_documents(documents, view_.documents());
  for (const uint32_t document : documents) {
    if (!passes(document) || walk.is_identified(document)) continue;
    if (matcher_.order_of(view_, document, Reach::kPersons) != Order::kPinyinBrand) continue;
    walk.bucket(Order::kPinyinBrand).push_back(document);
    if (walk.bucket(Order::kPinyinBrand).size() >= page_end_) return;
  }
}

/// kContains without a look at the text where the lists are exact, although the document may rank higher: the gathering
/// steps have found those.
Order Evaluator::order_in(const Candidate& candidate, Reach reach) const {
  if (candidate.is_exact) return Order::kContains;
  return matcher_.order_of(view_, candidate.document, candidate.only_names ? Reach::kNames : reach);
}

/// Candidates below `end` that pass, each asked from memory ahead of its use: the rows of one walk lie far apart, and
/// to wait for them one by one would cost more than all the rest.
template <typename Visit>
bool Evaluator::visit_passing(const Walk& walk, CandidateStream& stream, uint32_t end, const Visit& visit) const {
  constexpr size_t kBatch = 64;
  std::array<Candidate, kBatch> batch;
  while (stream.document() < end) {
    size_t filled = 0;
    for (; filled < kBatch && stream.document() < end; stream.next()) {
      const bool is_exact = stream.names_are_exact() && stream.from_names();
      batch[filled++] = {stream.document(), is_exact, !is_exact && stream.only_names()};
      view_.prefetch_row(stream.document());
      if (!is_exact) view_.prefetch_offset(stream.document());
    }
    size_t passing = 0;
    for (size_t i = 0; i < filled; ++i) {
      if (!passes(batch[i].document) || walk.is_identified(batch[i].document)) continue;
      if (!batch[i].is_exact) view_.prefetch_names(batch[i].document);
      batch[passing++] = batch[i];
    }
    for (size_t i = 0; i < passing; ++i) {
      if (!visit(batch[i])) return false;
    }
  }
  return true;
}

void Evaluator::walk_all(Walk& walk, CandidateStream stream, Reach reach) const {
  visit_passing(walk, stream, view_.documents(), [&](const Candidate& candidate) {
    Order order = order_in(candidate, reach);
    if (order == Order::kNone) return true;
    count(walk.answer, candidate.document, 1);
    if (!wants_relevance()) {
      offer(walk.others, {order, 0, candidate.document});
    } else if (walk.gathered(order) < page_end_) {
      if (order == Order::kContains) order = matcher_.order_of(view_, candidate.document, reach);
      if (is_walked(order)) walk.bucket(order).push_back(candidate.document);
    }
    return true;
  });
}

void Evaluator::walk_sorted(Walk& walk, CandidateStream stream, Reach reach) const {
  uint64_t looked_at = 0;
  visit_passing(walk, stream, view_.documents(), [&](const Candidate& candidate) {
    walk.answer.order_is_about = ++looked_at > kSortVerifiedMax;
    if (walk.answer.order_is_about) return false;
    const Order order = order_in(candidate, reach);
    if (order != Order::kNone) offer(walk.others, {order, 0, candidate.document});
    return true;
  });
}

/// Kinds that only a walk over all candidates finds.
bool Evaluator::is_walked(Order order) noexcept {
  return order >= Order::kContains && order <= Order::kAddress && order != Order::kPinyinBrand;
}

void Evaluator::walk_until_full(Walk& walk, CandidateStream stream, Order last, Reach reach) const {
  for (; stream.document() < view_.documents() && walk.gathered(last) < page_end_; stream.next()) {
    const uint32_t document = stream.document();
    if (!passes(document) || walk.is_identified(document)) continue;
    const Order order = matcher_.order_of(view_, document, stream.only_names() ? Reach::kNames : reach);
    if (!is_walked(order) || (last != Order::kContains && order == Order::kContains)) continue;
    if (walk.bucket(order).size() < page_end_) walk.bucket(order).push_back(document);
  }
}

void Evaluator::count_sample(Walk& walk, CandidateStream stream, Reach reach) const {
  if (stream.is_one_list() && filter_.is_open() && hides_ == nullptr && !query_.counts_kinds() &&
      walk.identified.empty()) {
    walk.answer.total += stream.bound();
    return;
  }
  const uint64_t stride = std::max<uint64_t>(1, stream.bound() / kSampleSize);
  const uint64_t windows = (view_.documents() + kWindow - 1) / kWindow;
  walk.answer.is_about = true;
  for (uint64_t window = stride / 2; window < windows; window += stride) {
    const auto end = static_cast<uint32_t>(std::min<uint64_t>(view_.documents(), (window + 1) * kWindow));
    stream.seek(static_cast<uint32_t>(window * kWindow));
    visit_passing(walk, stream, end, [&](const Candidate& candidate) {
      if (order_in(candidate, reach) != Order::kNone) count(walk.answer, candidate.document, stride);
      return true;
    });
  }
}

Answer Evaluator::answer_terms(Reach reach) const {
  Walk walk;
  for (const uint32_t document : documents_identified(view_, matcher_.question(), matcher_.scope())) {
    if (!passes(document)) continue;
    walk.identified.push_back(document);
    count(walk.answer, document, 1);
  }
  if (wants_relevance()) {
    const size_t kept = std::min(page_end_, walk.identified.size());
    walk.bucket(Order::kIdentifier)
        .assign(walk.identified.begin(), walk.identified.begin() + static_cast<ptrdiff_t>(kept));
    gather_whole(walk);
    gather_starts(walk, Order::kPrefix, kNameStart);
    gather_starts(walk, Order::kBrandStart, kBrandStart);
    gather_brands_spelt(walk);
  } else {
    for (const uint32_t document : walk.identified) offer(walk.others, {Order::kIdentifier, 0, document});
  }
  const CandidateStream stream(view_, matcher_.question(), matcher_.scope(), reach == Reach::kAddresses);
  const bool sorted_exactly = !wants_relevance() && (stream.names_are_exact() || stream.bound() <= kSortVerifiedMax);
  const uint64_t exact_max = stream.names_are_exact() ? kExactMax : kExactVerifiedMax;
  if ((counts_all() && stream.bound() <= exact_max) || sorted_exactly) {
    walk_all(walk, stream, reach);
  } else if (!wants_relevance()) {
    walk_sorted(walk, stream, reach);
    count_sample(walk, stream, reach);
  } else {
    walk_until_full(walk, stream.names_only(), Order::kContains, reach);
    const Order last = reach == Reach::kAddresses ? Order::kAddress : Order::kLegalRep;
    if (stream.has_others()) walk_until_full(walk, stream, last, reach);
    if (counts_all()) count_sample(walk, stream, reach);
    walk.answer.is_about = walk.answer.is_about || !counts_all();
  }
  if (wants_relevance()) {
    walk.others.clear();
    for (size_t order = 0; order < kOrders; ++order) {
      for (const uint32_t document : walk.buckets[order]) {
        walk.others.push_back({static_cast<Order>(order), 0, document});
      }
    }
    walk.answer.total = std::max<uint64_t>(walk.answer.total, walk.others.size());
  }
  keep_best(walk.answer, walk.others);
  return std::move(walk.answer);
}

}  // namespace minglu::search
