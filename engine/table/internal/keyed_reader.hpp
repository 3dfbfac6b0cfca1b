// Common part of the readers whose records name their cells (JSON, NDJSON, XML): the columns are the union of the keys
// of the first records; a key first seen later is reported once and its values are left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "table/internal/readers.hpp"
#include "table/reader.hpp"

namespace minglu::table::internal {

struct KeyedRecord {
  struct Problem {
    std::string code;
    std::string message;
  };
  std::vector<std::pair<std::string, std::optional<std::string>>> cells;
  std::optional<Problem> fatal;  // set: the record cannot be used
  std::vector<Problem> problems;
  [[nodiscard]] size_t byte_count() const noexcept;
  void clear();
};

/// Where records come from. After an error or the end it is not asked again.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Fills `record` (cleared first); false at the end.
  virtual Result<bool> read(KeyedRecord& record) = 0;
};

constexpr size_t kNameSampleRecords = 1000;

class KeyedReader final : public TableReader {
 public:
  /// Reads the first records to learn the names. A file without records has no names. kInvalidArgument when
  /// there are records and none has a key, or the error of the source when it fails before the first record.
  static Result<std::unique_ptr<TableReader>> open(std::unique_ptr<RecordSource> source, const ReadSpec& spec,
                                                   std::vector<std::string> notes, const std::string& file_name);
  [[nodiscard]] const std::vector<std::string>& names() const noexcept override { return names_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept override { return notes_; }
  Result<bool> next(RawBatch& batch) override;

 private:
  KeyedReader(std::unique_ptr<RecordSource> source, const ReadSpec& spec, std::vector<std::string> notes)
      : source_(std::move(source)), spec_(spec), notes_(std::move(notes)) {}
  Status learn_names();
  void add_names(const KeyedRecord& record);
  Result<bool> take(KeyedRecord& record);
  void place(const KeyedRecord& record, RawBatch& batch);
  void place_cells(const KeyedRecord& record, RawBatch& batch);
  std::unique_ptr<RecordSource> source_;
  ReadSpec spec_;
  std::vector<std::string> notes_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> columns_;
  std::unordered_set<std::string> unknown_;
  std::deque<KeyedRecord> sample_;
  std::optional<Error> pending_error_;  // met while learning the names; told after the sampled records
  std::vector<const std::pair<std::string, std::optional<std::string>>*> slots_;
  uint64_t row_ = 0;
  bool source_ended_ = false;
};

}  // namespace minglu::table::internal
