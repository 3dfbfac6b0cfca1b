#include "table/reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "table/internal/readers.hpp"

namespace minglu::table {
namespace internal {

void start_batch(RawBatch& batch, const std::vector<std::string>& names) {
  batch.names = names;
  batch.columns.resize(names.size());
  for (TextColumn& column : batch.columns) column.clear();
  batch.row_numbers.clear();
  batch.problems.clear();
}

void append_fatal_row(RawBatch& batch, uint64_t row, std::string code, std::string message) {
  for (TextColumn& column : batch.columns) column.append_null();
  batch.row_numbers.push_back(row);
  batch.problems.push_back({row, true, std::move(code), std::move(message)});
}

}  // namespace internal

namespace {

struct FormatName {
  std::string_view name;
  FileFormat format;
};
constexpr std::array<FormatName, 12> kFormatNames = {{{"auto", FileFormat::kAuto},
                                                      {"csv", FileFormat::kCsv},
                                                      {"tsv", FileFormat::kCsv},
                                                      {"txt", FileFormat::kCsv},
                                                      {"xlsx", FileFormat::kXlsx},
                                                      {"xlsm", FileFormat::kXlsx},
                                                      {"json", FileFormat::kJson},
                                                      {"ndjson", FileFormat::kNdjson},
                                                      {"jsonl", FileFormat::kNdjson},
                                                      {"xml", FileFormat::kXml},
                                                      {"parquet", FileFormat::kParquet},
                                                      {"pq", FileFormat::kParquet}}};

/// The first byte that is no white space (after a BOM) of text: '{', '[' and '<' tell JSON and XML when the name does
/// not.
FileFormat format_of_text(std::string_view head) noexcept {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const size_t at = head.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return FileFormat::kCsv;
  if (head[at] == '<') return FileFormat::kXml;
  if (head[at] == '[') return FileFormat::kJson;
  if (head[at] != '{') return FileFormat::kCsv;
  // One object per line, or one object that holds the records.
  const size_t line_end = head.find('\n', at);
  const std::string_view line = head.substr(at, line_end == std::string_view::npos ? line_end : line_end - at);
  const size_t last = line.find_last_not_of(" \t\r");
  const bool closed = last != std::string_view::npos && line[last] == '}';
  const size_t second = line_end == std::string_view::npos ? line_end : head.find_first_not_of(" \t\r\n", line_end);
  return closed && second != std::string_view::npos && head[second] == '{' ? FileFormat::kNdjson : FileFormat::kJson;
}

Result<FileFormat> detect_format(internal::ByteSource& bytes, const std::filesystem::path& path) {
  std::string head;
  MINGLU_TRY(const size_t got, bytes.read(head, 65536));
  static_cast<void>(got);
  MINGLU_CHECK(bytes.rewind());
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return FileFormat::kXlsx;
  if (head.starts_with("PAR1")) return FileFormat::kParquet;
  if (head.starts_with("\xD0\xCF\x11\xE0")) {
    return base::invalid_argument("\"" + path.string() +
                                  "\" is an old .xls or an encrypted workbook; save it as .xlsx without a password, or "
                                  "as CSV");
  }
  if (head.starts_with("\x1F\x8B") || head.starts_with("Rar!") || head.starts_with("7z\xBC\xAF")) {
    return base::invalid_argument("\"" + path.string() + "\" is an archive; unpack it first");
  }
  if (head.starts_with("%PDF")) {
    return base::invalid_argument("\"" + path.string() + "\" is a PDF; export the table as .xlsx or CSV");
  }
  std::string extension = path.extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  if (const auto named = parse_file_format(extension); named && *named != FileFormat::kAuto) return *named;
  return format_of_text(head);
}

}  // namespace

std::optional<FileFormat> parse_file_format(std::string_view name) noexcept {
  const auto same = [&](std::string_view known) {
    return std::equal(name.begin(), name.end(), known.begin(), known.end(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  };
  for (const FormatName& known : kFormatNames) {
    if (same(known.name)) return known.format;
  }
  return std::nullopt;
}

Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path& path, const ReadSpec& spec) {
  if (spec.rows_per_batch == 0) return base::invalid_argument("rows_per_batch must be at least 1");
  MINGLU_TRY(internal::ByteSource bytes, internal::ByteSource::open(path));
  FileFormat format = spec.format;
  if (format == FileFormat::kAuto) { MINGLU_TRY(format, detect_format(bytes, path)); }
  switch (format) {
    case FileFormat::kAuto:
    case FileFormat::kCsv: return internal::open_csv(std::move(bytes), spec);
    case FileFormat::kJson: return internal::open_json(std::move(bytes), spec, false);
    case FileFormat::kNdjson: return internal::open_json(std::move(bytes), spec, true);
    case FileFormat::kXlsx: return internal::open_xlsx(std::move(bytes), spec);
    case FileFormat::kXml: return internal::open_xml(std::move(bytes), spec);
    case FileFormat::kParquet: return internal::open_parquet(path, spec);
  }
  return base::internal_error("an unknown file format");
}

}  // namespace minglu::table
