#include "match/evaluate.hpp"

#include <algorithm>
#include <tuple>

namespace minglu::match {
namespace {

uint64_t pairs(uint64_t n) { return n * (n - 1) / 2; }

double ratio(double part, double whole) { return whole == 0 ? 1.0 : part / whole; }

Agreement agreement(double precision, double recall) {
  const double sum = precision + recall;
  return {precision, recall, sum == 0 ? 0.0 : 2 * precision * recall / sum};
}

// Sizes of runs of equal keys in a sorted range, given to fn(size).
template <typename Equal, typename Fn>
void for_each_run(const std::vector<Labelled>& sorted, Equal equal, Fn fn) {
  for (size_t i = 0; i < sorted.size();) {
    size_t j = i + 1;
    while (j < sorted.size() && equal(sorted[i], sorted[j])) ++j;
    fn(i, j);
    i = j;
  }
}

}  // namespace

Evaluation evaluate(std::vector<Labelled> records) {
  Evaluation out;
  out.records = records.size();
  const auto same_cluster = [](const Labelled& a, const Labelled& b) { return a.cluster == b.cluster; };
  const auto same_truth = [](const Labelled& a, const Labelled& b) { return a.truth == b.truth; };
  double precision_sum = 0;
  double recall_sum = 0;
  std::sort(records.begin(), records.end(), [](const Labelled& a, const Labelled& b) {
    return std::tie(a.truth, a.cluster) < std::tie(b.truth, b.cluster);
  });
  for_each_run(records, same_truth, [&](size_t i, size_t j) {
    out.pairs_true += pairs(j - i);
    for (size_t a = i; a < j;) {
      size_t b = a + 1;
      while (b < j && same_cluster(records[a], records[b])) ++b;
      const auto both = static_cast<double>(b - a);
      out.pairs_both += pairs(b - a);
      recall_sum += both * both / static_cast<double>(j - i);
      a = b;
    }
  });
  std::sort(records.begin(), records.end(), [](const Labelled& a, const Labelled& b) {
    return std::tie(a.cluster, a.truth) < std::tie(b.cluster, b.truth);
  });
  for_each_run(records, same_cluster, [&](size_t i, size_t j) {
    out.pairs_found += pairs(j - i);
    for (size_t a = i; a < j;) {
      size_t b = a + 1;
      while (b < j && same_truth(records[a], records[b])) ++b;
      const auto both = static_cast<double>(b - a);
      precision_sum += both * both / static_cast<double>(j - i);
      a = b;
    }
  });
  const auto n = static_cast<double>(records.size());
  out.pairwise = agreement(ratio(static_cast<double>(out.pairs_both), static_cast<double>(out.pairs_found)),
                           ratio(static_cast<double>(out.pairs_both), static_cast<double>(out.pairs_true)));
  out.bcubed = agreement(ratio(precision_sum, n), ratio(recall_sum, n));
  return out;
}

}  // namespace minglu::match
