#include "table/internal/keyed_reader.hpp"

#include "table/internal/header.hpp"

namespace minglu::table::internal {

size_t KeyedRecord::byte_count() const noexcept {
  size_t count = 0;
  for (const auto& [key, value] : cells) count += key.size() + (value ? value->size() : 0) + 64;
  return count;
}

void KeyedRecord::clear() {
  cells.clear();
  fatal.reset();
  problems.clear();
}

Result<std::unique_ptr<TableReader>> KeyedReader::open(std::unique_ptr<RecordSource> source, const ReadSpec& spec,
                                                       std::vector<std::string> notes, const std::string& file_name) {
  std::unique_ptr<KeyedReader> reader(new KeyedReader(std::move(source), spec, std::move(notes)));
  MINGLU_CHECK(reader->learn_names());
  if (reader->sample_.empty() && reader->pending_error_) return *reader->pending_error_;
  // No record at all is an empty file; records of which none names a value are something else.
  if (reader->names_.empty() && !reader->sample_.empty()) {
    return base::invalid_argument("\"" + file_name + "\" holds no record with named values");
  }
  return std::unique_ptr<TableReader>(std::move(reader));
}

Status KeyedReader::learn_names() {
  size_t bytes = 0;
  while (sample_.size() < kNameSampleRecords && bytes < kBatchBytesMax && !source_ended_) {
    KeyedRecord record;
    auto more = source_->read(record);
    if (!more.ok()) pending_error_ = more.error();
    if (!more.ok() || !more.value()) {
      source_ended_ = true;
      break;
    }
    add_names(record);
    bytes += record.byte_count();
    sample_.push_back(std::move(record));
    if (names_.size() > spec_.limits.columns_max) {
      return base::invalid_argument("the records have more than " + std::to_string(spec_.limits.columns_max) +
                                    " different keys");
    }
  }
  return ok_status();
}

void KeyedReader::add_names(const KeyedRecord& record) {
  if (record.fatal) return;
  for (const auto& [key, value] : record.cells) {
    if (columns_.emplace(key, names_.size()).second) names_.push_back(key);
  }
}

Result<bool> KeyedReader::take(KeyedRecord& record) {
  if (!sample_.empty()) {
    record = std::move(sample_.front());
    sample_.pop_front();
    return true;
  }
  if (pending_error_) return *pending_error_;
  if (source_ended_) return false;
  auto more = source_->read(record);
  if (!more.ok()) pending_error_ = more.error();
  source_ended_ = !more.ok() || !more.value();
  return more;
}

Result<bool> KeyedReader::next(RawBatch& batch) {
  start_batch(batch, names_);
  KeyedRecord record;
  size_t bytes = 0;
  while (batch.row_count() < spec_.rows_per_batch && bytes < kBatchBytesMax) {
    auto more = take(record);
    // The rows before an error are delivered first; the error comes with the next call.
    if (!more.ok() && batch.row_count() == 0) return more;
    if (!more.ok() || !more.value()) break;
    bytes += record.byte_count();
    ++row_;
    place(record, batch);
  }
  return batch.row_count() > 0;
}

void KeyedReader::place(const KeyedRecord& record, RawBatch& batch) {
  if (record.fatal) {
    append_fatal_row(batch, row_, record.fatal->code, record.fatal->message);
    return;
  }
  for (const auto& [key, value] : record.cells) {
    if (!value || value->size() <= spec_.limits.cell_bytes_max) continue;
    append_fatal_row(batch, row_, "cell_too_long",
                     "“" + key + "”有 " + std::to_string(value->size()) + " 字节，超过上限 " +
                         std::to_string(spec_.limits.cell_bytes_max) + " 字节");
    return;
  }
  for (const KeyedRecord::Problem& problem : record.problems) {
    batch.problems.push_back({row_, false, problem.code, problem.message});
  }
  place_cells(record, batch);
}

void KeyedReader::place_cells(const KeyedRecord& record, RawBatch& batch) {
  slots_.assign(names_.size(), nullptr);
  for (const auto& cell : record.cells) {
    const auto found = columns_.find(cell.first);
    if (found == columns_.end()) {
      if (unknown_.size() < spec_.limits.columns_max && unknown_.insert(cell.first).second) {
        batch.problems.push_back({row_, false, "unknown_key",
                                  "键“" + cell.first + "”在前 " + std::to_string(kNameSampleRecords) +
                                      " 条记录中没有出现，其值没有读入（只提示一次）"});
      }
      continue;
    }
    if (slots_[found->second] != nullptr) {
      batch.problems.push_back({row_, false, "duplicate_key", "键“" + cell.first + "”重复，采用第一个值"});
      continue;
    }
    slots_[found->second] = &cell;
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (slots_[i] == nullptr || !slots_[i]->second)
      batch.columns[i].append_null();
    else
      batch.columns[i].append(*slots_[i]->second);
  }
  batch.row_numbers.push_back(row_);
}

}  // namespace minglu::table::internal
