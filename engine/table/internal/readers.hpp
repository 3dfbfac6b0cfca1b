// The readers behind open_table, one per kind of file. Each takes the bytes, so that tests and fuzzers need no file.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "table/internal/byte_source.hpp"
#include "table/reader.hpp"

namespace minglu::table::internal {

Result<std::unique_ptr<TableReader>> open_csv(ByteSource bytes, const ReadSpec& spec);
Result<std::unique_ptr<TableReader>> open_json(ByteSource bytes, const ReadSpec& spec, bool ndjson);
Result<std::unique_ptr<TableReader>> open_xml(ByteSource bytes, const ReadSpec& spec);
Result<std::unique_ptr<TableReader>> open_xlsx(ByteSource bytes, const ReadSpec& spec);
Result<std::unique_ptr<TableReader>> open_parquet(const std::filesystem::path& path, const ReadSpec& spec);

/// A batch is handed over when it has the rows asked for or this many bytes: long cells must not fill the memory.
constexpr size_t kBatchBytesMax = size_t{32} << 20;

/// Empties `batch` and gives it `names`; keeps the memory of the columns.
void start_batch(RawBatch& batch, const std::vector<std::string>& names);
/// Adds a row of nulls with a fatal problem.
void append_fatal_row(RawBatch& batch, uint64_t row, std::string code, std::string message);

}  // namespace minglu::table::internal
