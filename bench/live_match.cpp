// One record against millions: how long LiveMatcher::add takes, while every addition is itself a write.
//
//   bench_live_match MODEL.json INPUT.csv [--hold 10000] [--probe 10]
//
// The last `hold` rows of the file are kept back; the others are linked in bulk and indexed, then the kept rows are
// added one by one, each timed. The answer is checked too: `probe` of the added rows are compared with every record
// there is, and the share of their links that the keys had found is printed. That groups equal those of a bulk run is a
// property test (engine/match/live_matcher_test.cpp). Prints one JSON object.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "codes/catalog_file.hpp"
#include "match/live_matcher.hpp"
#include "table/reader.hpp"

namespace {

using minglu::match::Edge;
using minglu::match::LanguageTables;
using minglu::match::LinkModel;
using minglu::match::LiveChange;
using minglu::match::LiveMatcher;
using minglu::match::Records;
using minglu::match::Side;
using minglu::table::RawBatch;

template <typename T>
T must(minglu::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "bench_live_match: %s\n", result.error().message.c_str());
  std::exit(1);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

RawBatch one_row(const RawBatch& batch, size_t row) {
  RawBatch one;
  one.names = batch.names;
  one.columns.resize(batch.columns.size());
  one.row_numbers.push_back(batch.row_numbers[row]);
  for (size_t at = 0; at < batch.columns.size(); ++at) one.columns[at].append(batch.columns[at].view(row));
  return one;
}

uint64_t peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) / 1024;
}

double quantile(const std::vector<double>& sorted, double q) {
  return sorted.empty()
             ? 0
             : sorted[std::min(sorted.size() - 1, static_cast<size_t>(q * static_cast<double>(sorted.size())))];
}

struct Options {
  size_t hold = 10'000;
  size_t probe = 10;
};

/// Links of one record among all others, found by comparing with every one of them.
std::vector<uint32_t> exhaustive_links(const LiveMatcher& live, const minglu::match::Weights& weights, uint32_t record,
                                       int32_t link) {
  minglu::match::PairScratch scratch;
  std::vector<minglu::match::PairLikeness> out;
  std::vector<uint32_t> others;
  std::vector<uint32_t> links;
  for (uint32_t other = 0; other < live.records().size(); ++other) {
    if (other != record) others.push_back(other);
    if (others.size() < 4096 && other + 1 < live.records().size()) continue;
    minglu::match::compare_records(live.records(), record, others, scratch, out);
    for (size_t i = 0; i < others.size(); ++i) {
      if (weights.weigh(out[i]) >= link) links.push_back(others[i]);
    }
    others.clear();
  }
  return links;
}

/// The rows of a file: all but the last `hold` in the records, the others one by one.
struct Split {
  Records records;
  std::vector<RawBatch> kept;
};

Split read_split(const char* input, const LinkModel& model, const LanguageTables& tables, size_t hold) {
  std::vector<RawBatch> batches;
  size_t rows = 0;
  auto reader = must(minglu::table::open_table(input, {}));
  for (RawBatch batch; must(reader->next(batch)); batch = {}) {
    rows += batch.row_count();
    batches.push_back(std::move(batch));
  }
  const size_t base = rows - std::min(hold, rows / 2);
  Split split{Records(model, tables, 2), {}};
  const auto append = [&](const RawBatch& batch) {
    const minglu::Status appended = split.records.append(batch, Side::kLeft);
    if (appended.ok()) return;
    std::fprintf(stderr, "bench_live_match: %s\n", appended.error().message.c_str());
    std::exit(1);
  };
  size_t seen = 0;
  for (RawBatch& batch : batches) {
    const size_t end = seen + batch.row_count();
    if (end <= base) append(batch);
    for (size_t row = 0; end > base && row < batch.row_count(); ++row) {
      RawBatch one = one_row(batch, row);
      if (seen + row >= base) {
        split.kept.push_back(std::move(one));
      } else {
        append(one);
      }
    }
    seen = end;
    batch = {};
  }
  split.records.finish();
  return split;
}

struct Probe {
  uint64_t expected = 0;
  uint64_t found = 0;
};

/// How many links of `count` added records the keys had found, beside an exhaustive search among earlier records.
Probe probe_links(const LiveMatcher& live, const LinkModel& model, const std::vector<LiveChange>& changes,
                  size_t count) {
  const minglu::match::Weights weights(*model.learned, live.records());
  const int32_t link = minglu::match::to_weight(model.thresholds.link_bits);
  Probe probe;
  for (size_t i = 0; i < count && i < changes.size(); ++i) {
    const LiveChange& change = changes[changes.size() - 1 - i * (changes.size() / count)];
    for (const uint32_t other : exhaustive_links(live, weights, change.record, link)) {
      if (other > change.record) continue;
      ++probe.expected;
      const bool known =
          std::any_of(change.edges.begin(), change.edges.end(), [&](const Edge& e) { return e.a == other; });
      probe.found += known ? 1 : 0;
    }
  }
  return probe;
}

int run(const char* model_file, const char* input, const Options& options) {
  const LanguageTables tables = must(LanguageTables::load(minglu::codes::catalog_directory()));
  LinkModel model = must(minglu::match::parse_link_model(must(minglu::base::read_file(model_file))));
  const double started = seconds_now();
  Split split = read_split(input, model, tables, options.hold);
  const uint32_t base = split.records.size();
  const minglu::match::LinkageSpec spec{.threads = 2};
  if (!model.learned) model.learned = minglu::match::link_records(split.records, model, spec).learned;
  LiveMatcher live(std::move(split.records), model, spec);
  const double build_seconds = seconds_now() - started;

  std::vector<double> latencies;
  std::vector<LiveChange> changes;
  double candidates = 0;
  for (const RawBatch& row : split.kept) {
    const double before = seconds_now();
    LiveChange change = must(live.add(row, Side::kLeft));
    latencies.push_back((seconds_now() - before) * 1000);
    candidates += change.candidates;
    changes.push_back(std::move(change));
  }
  const uint64_t memory = peak_mib();
  const Probe probe = probe_links(live, model, changes, options.probe);
  std::sort(latencies.begin(), latencies.end());
  std::printf(
      "{\"records\": %u, \"added\": %zu, \"build_s\": %.1f, \"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"p999_ms\": %.3f, \"max_ms\": %.3f, \"candidates_mean\": %.1f, \"peak_mib\": %llu, \"probe_links\": %llu, "
      "\"probe_found\": %llu}\n",
      base, split.kept.size(), build_seconds, quantile(latencies, 0.5), quantile(latencies, 0.95),
      quantile(latencies, 0.99), quantile(latencies, 0.999), latencies.empty() ? 0 : latencies.back(),
      candidates / static_cast<double>(std::max<size_t>(changes.size(), 1)), static_cast<unsigned long long>(memory),
      static_cast<unsigned long long>(probe.expected), static_cast<unsigned long long>(probe.found));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 3; i + 1 < argc; i += 2) {
    const auto number = static_cast<size_t>(std::strtoull(argv[i + 1], nullptr, 10));
    if (std::strcmp(argv[i], "--hold") == 0) options.hold = number;
    if (std::strcmp(argv[i], "--probe") == 0) options.probe = number;
  }
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_live_match MODEL.json INPUT.csv [--hold N] [--probe N]\n");
    return 2;
  }
  return run(argv[1], argv[2], options);
}
