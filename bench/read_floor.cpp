// The floor under ingest: reads and parses the same files and does nothing with the cells. Prints one JSON object.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "codes/catalog_file.hpp"
#include "codes/fields.hpp"
#include "ingest/source.hpp"
#include "table/reader.hpp"

namespace {

struct Cost {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  double seconds = 0;
};

minglu::Status read_file(const minglu::ingest::Sources& sources, const std::filesystem::path& file,
                         std::map<std::string, Cost>& costs) {
  const auto source = sources.match_file(file);
  if (!source) return minglu::ok_status();
  const minglu::ingest::SourceDefinition& definition = sources.at(*source);
  const auto started = std::chrono::steady_clock::now();
  MINGLU_TRY(auto reader, minglu::table::open_table(file, definition.read));
  Cost& cost = costs[definition.id];
  minglu::table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) break;
    cost.rows += batch.row_count();
  }
  cost.bytes += std::filesystem::file_size(file);
  cost.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return minglu::ok_status();
}

minglu::Status run(const std::filesystem::path& folder) {
  const std::filesystem::path catalog = minglu::codes::catalog_directory();
  MINGLU_TRY(const auto fields, minglu::codes::Fields::load(catalog));
  MINGLU_TRY(const auto sources, minglu::ingest::Sources::load(catalog, fields));
  std::map<std::string, Cost> costs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) MINGLU_CHECK(read_file(sources, entry.path(), costs));
  }
  Cost all;
  for (const auto& [source, cost] : costs) {
    all.rows += cost.rows;
    all.bytes += cost.bytes;
    all.seconds += cost.seconds;
  }
  std::printf("{\"rows\":%llu,\"bytes\":%llu,\"seconds\":%.3f}\n", static_cast<unsigned long long>(all.rows),
              static_cast<unsigned long long>(all.bytes), all.seconds);
  return minglu::ok_status();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_read_floor FEEDS_DIR\n");
    return 2;
  }
  const minglu::Status status = run(argv[1]);
  if (!status.ok()) std::fprintf(stderr, "bench_read_floor: %s\n", status.error().message.c_str());
  return status.ok() ? 0 : 1;
}
