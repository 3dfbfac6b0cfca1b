#include "flows/truth_flow.hpp"

#include <unordered_map>

#include "base/hash.hpp"
#include "table/reader.hpp"

namespace minglu::flows {
namespace {

using TruthMap = std::unordered_map<uint64_t, uint64_t>;  // hash of the record's id -> hash of its true cluster

Status read_truth(const std::filesystem::path& file, TruthMap& truth) {
  table::ReadSpec spec;
  spec.format = table::FileFormat::kCsv;
  spec.header_row = 1;
  MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(file, spec));
  const uint64_t salt = base::hash64(file.string());
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) return ok_status();
    const auto id = batch.find("id");
    const auto cluster = batch.find("cluster_id");
    if (!id || !cluster)
      return base::invalid_argument("truth file \"" + file.filename().string() +
                                    "\": the header must be id,cluster_id");
    for (size_t r = 0; r < batch.row_count(); ++r) {
      truth[base::hash64(batch.columns[*id].view(r))] = base::hash64(batch.columns[*cluster].view(r), salt);
    }
  }
}

}  // namespace

Result<std::optional<match::Evaluation>> evaluate_truth(Home& home,
                                                        const std::vector<std::filesystem::path>& truth_files) {
  TruthMap truth;
  for (const std::filesystem::path& file : truth_files) MINGLU_CHECK(read_truth(file, truth));
  std::vector<match::Labelled> records;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return std::optional<match::Evaluation>();
  store::UnitRow row;
  std::string id;
  for (const store::DirectoryEntry& entry : state->units()) {
    MINGLU_CHECK(home.read_unit(entry, row));
    for (const store::UnitMember& member : row.members) {
      MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(member.runs.back().segment_seq));
      id = segment->info().source;
      id += ":";
      store::RecordText text;
      MINGLU_CHECK(segment->read(member.runs.back().row, text));
      id += text.key();
      const auto it = truth.find(base::hash64(id));
      if (it != truth.end()) records.push_back({entry.unit, it->second});
    }
  }
  if (records.empty()) return std::optional<match::Evaluation>();
  return std::optional<match::Evaluation>(match::evaluate(std::move(records)));
}

}  // namespace minglu::flows
