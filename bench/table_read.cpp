// bench_table_read <file>...: reads each file whole through open_table and beside it through a plain read of the same
// bytes. Prints rows, MB/s of both, and the problems met. Not a test: figures depend on the machine.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <map>

#include "table/internal/byte_source.hpp"
#include "table/reader.hpp"

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double plain_read(const char* path) {
  auto source = minglu::table::internal::ByteSource::open(path);
  if (!source.ok()) return 0;
  const auto start = std::chrono::steady_clock::now();
  std::string piece;
  for (;;) {
    piece.clear();
    auto got = source.value().read(piece, size_t{1} << 20);
    if (!got.ok() || got.value() == 0) break;
  }
  return static_cast<double>(source.value().byte_count()) / seconds_since(start) / 1e6;
}

int bench(const char* path) {
  const double plain = plain_read(path);
  const auto start = std::chrono::steady_clock::now();
  auto reader = minglu::table::open_table(path, {});
  if (!reader.ok()) return std::fprintf(stderr, "%s\n", reader.error().message.c_str());
  minglu::table::RawBatch batch;
  uint64_t rows = 0;
  std::map<std::string, uint64_t> problems;
  for (;;) {
    auto more = reader.value()->next(batch);
    if (!more.ok()) {
      std::fprintf(stderr, "%s\n", more.error().message.c_str());
      break;
    }
    if (!more.value()) break;
    rows += batch.row_count();
    for (const auto& problem : batch.problems) ++problems[problem.code];
  }
  const double took = seconds_since(start);
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%s: %llu rows, %.2f s, %.0f MB/s (plain read %.0f MB/s), peak %ld MB\n", path,
              static_cast<unsigned long long>(rows), took, bytes / took / 1e6, plain, usage.ru_maxrss / 1024);
  for (const auto& [code, count] : problems)
    std::printf("  %s %llu\n", code.c_str(), static_cast<unsigned long long>(count));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) bench(argv[i]);
  return 0;
}
