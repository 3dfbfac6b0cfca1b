#include "codes/catalog_file.hpp"

#include <cstdlib>

#include "base/file.hpp"
#include "base/utf8.hpp"

namespace minglu::codes {
namespace {

struct Cursor {
  std::string_view text;
  size_t at = 0;
  size_t line = 1;
  [[nodiscard]] bool done() const { return at >= text.size(); }
};

std::string_view take_line(Cursor& cursor) {
  const size_t end = cursor.text.find('\n', cursor.at);
  std::string_view line = cursor.text.substr(cursor.at, end == std::string_view::npos ? end : end - cursor.at);
  cursor.at = end == std::string_view::npos ? cursor.text.size() : end + 1;
  ++cursor.line;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Error bad(const std::filesystem::path& path, size_t line, const std::string& what) {
  return base::invalid_argument("catalog file \"" + path.string() + "\" line " + std::to_string(line) + ": " + what);
}

// One RFC 4180 record; quoted cells may hold commas and line ends.
Result<std::vector<std::string>> take_record(Cursor& cursor, const std::filesystem::path& path) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  const size_t first_line = cursor.line;
  while (!cursor.done()) {
    const char c = cursor.text[cursor.at++];
    if (quoted) {
      if (c == '\n') ++cursor.line;
      if (c != '"') {
        cells.back().push_back(c);
        continue;
      }
      if (!cursor.done() && cursor.text[cursor.at] == '"') {
        cells.back().push_back('"');
        ++cursor.at;
        continue;
      }
      quoted = false;
      const char after = cursor.done() ? '\n' : cursor.text[cursor.at];
      if (after != ',' && after != '\n' && after != '\r')
        return bad(path, first_line, "text follows a closing quotation mark");
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      ++cursor.line;
      return cells;
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  if (quoted) return bad(path, first_line, "a quoted cell is never closed");
  return cells;
}

}  // namespace

Result<CatalogFile> load_catalog_file(const std::filesystem::path& path, const std::vector<std::string>& columns) {
  MINGLU_TRY(std::string bytes, base::read_file(path));
  if (!base::is_valid_utf8(bytes)) return bad(path, 1, "not UTF-8");
  Cursor cursor{bytes};
  if (bytes.starts_with("\xEF\xBB\xBF")) cursor.at = 3;
  CatalogFile file{path, {}, {}, {}, {}};
  while (!cursor.done() && cursor.text[cursor.at] == '#') {
    const std::string_view line = take_line(cursor);
    const size_t colon = line.find(": ");
    if (line.size() < 2 || colon == std::string_view::npos) continue;
    file.meta.emplace(line.substr(2, colon - 2), line.substr(colon + 2));
  }
  for (const char* key : {"source", "version"}) {
    if (!file.meta.contains(key)) return bad(path, 1, "missing \"# " + std::string(key) + ": ...\"");
  }
  MINGLU_TRY(file.columns, take_record(cursor, path));
  if (file.columns != columns) {
    std::string want;
    for (const std::string& c : columns) want += (want.empty() ? "" : ",") + c;
    return bad(path, cursor.line - 1, "the header must be \"" + want + "\"");
  }
  while (!cursor.done()) {
    const size_t line = cursor.line;
    MINGLU_TRY(std::vector<std::string> cells, take_record(cursor, path));
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != columns.size()) {
      return bad(path, line,
                 std::to_string(cells.size()) + " cells where " + std::to_string(columns.size()) + " are declared");
    }
    file.rows.push_back(std::move(cells));
    file.lines.push_back(line);
  }
  return file;
}

Error catalog_error(const CatalogFile& file, size_t row, const std::string& what) {
  return bad(file.path, file.lines[row], what);
}

std::filesystem::path catalog_directory() {
  if (const char* given = std::getenv("MINGLU_CATALOG"); given != nullptr && *given != '\0') return given;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* candidate : {"../share/minglu/catalog", "../catalog", "catalog"}) {
    const std::filesystem::path directory = program / candidate;
    if (std::filesystem::exists(directory / "fields.csv", error)) return directory.lexically_normal();
  }
  return std::filesystem::path(MINGLU_CATALOG_SOURCE);
}

}  // namespace minglu::codes
