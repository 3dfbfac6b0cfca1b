#include "synth/encode.hpp"

#include <unicode/ucnv.h>

#include <array>
#include <memory>

#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace minglu::synth {
namespace {

constexpr char kCellEnd = '\x1F';
constexpr char kRowEnd = '\x1E';
constexpr char kNullMark = '\x01';
constexpr size_t kPlane = 0x10000;

// Two or four bytes of every character of the basic plane, four to a slot, length in a second table.
struct GbTable {
  std::array<std::array<char, 4>, kPlane> bytes{};
  std::array<uint8_t, kPlane> length{};
};

std::unique_ptr<GbTable> make_gb_table() {
  auto table = std::make_unique<GbTable>();
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open("gb18030", &error);
  MINGLU_ASSERT(U_SUCCESS(error));
  for (size_t c = 0x80; c < kPlane; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const auto unit = static_cast<UChar>(c);
    error = U_ZERO_ERROR;
    std::array<char, 8> out{};
    const int32_t n = ucnv_fromUChars(converter, out.data(), 8, &unit, 1, &error);
    if (U_FAILURE(error) || n > 4) continue;
    for (int32_t i = 0; i < n; ++i) table->bytes[c][static_cast<size_t>(i)] = out[static_cast<size_t>(i)];
    table->length[c] = static_cast<uint8_t>(n);
  }
  ucnv_close(converter);
  return table;
}

const GbTable& gb_table() {
  static const std::unique_ptr<GbTable> table = make_gb_table();
  return *table;
}

void append_csv_cell(std::string_view cell, char delimiter, std::string& out) {
  const char special[] = {delimiter, '"', '\n', '\r', '\0'};
  if (cell.find_first_of(special) == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_json_text(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[(c >> 4) & 15];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_xml_text(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
}

void encode_csv_utf8(const Layout& layout, const Cells& cells, size_t count, std::string& out) {
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += layout.delimiter;
    if (i < cells.size()) append_csv_cell(cells.at(i), layout.delimiter, out);
  }
  out += layout.bom ? "\r\n" : "\n";
}

void encode_csv(const Layout& layout, const Cells& cells, size_t count, std::string& out) {
  if (!layout.gb18030) return encode_csv_utf8(layout, cells, count, out);
  thread_local std::string line;
  line.clear();
  encode_csv_utf8(layout, cells, count, line);
  append_gb18030(line, out);
}

void encode_json(const Layout& layout, const Cells& cells, std::string& out) {
  out += '{';
  bool first = true;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells.is_null(i) && i % 2 == 1) continue;  // departments leave a key out as often as they write null
    if (!first) out += ',';
    first = false;
    append_json_text(layout.columns[i].name, out);
    out += ':';
    if (cells.is_null(i))
      out += "null";
    else if (layout.columns[i].number)
      out += cells.at(i);
    else
      append_json_text(cells.at(i), out);
  }
  out += '}';
}

void encode_xml(const Layout& layout, const Cells& cells, std::string& out) {
  out += "  <" + layout.record + ">\n";
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells.is_null(i)) continue;
    out += "    <" + layout.columns[i].name + ">";
    append_xml_text(cells.at(i), out);
    out += "</" + layout.columns[i].name + ">\n";
  }
  out += "  </" + layout.record + ">\n";
}

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    parts.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

}  // namespace

std::string_view Layout::extension() const noexcept {
  constexpr std::array<std::string_view, 6> kExtensions = {"csv", "ndjson", "json", "xml", "xlsx", "parquet"};
  return kExtensions[static_cast<size_t>(format)];
}

void Cells::replace(size_t i, std::string_view text) {
  const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
  const uint32_t old_size = ends_[i] - begin;
  bytes_.replace(begin, old_size, text);
  for (size_t k = i; k < ends_.size(); ++k) ends_[k] += static_cast<uint32_t>(text.size()) - old_size;
  null_[i] = false;
}

void append_gb18030(std::string_view utf8, std::string& out) {
  const GbTable& table = gb_table();
  thread_local std::u32string points;
  base::decode_utf8(utf8, points);
  for (const char32_t c : points) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < kPlane && table.length[c] > 0) {
      out.append(table.bytes[c].data(), table.length[c]);
    } else {
      out += '?';
    }
  }
}

std::string encode_head(const Layout& layout) {
  switch (layout.format) {
    case Format::kCsv: {
      Cells header;
      for (const Column& column : layout.columns) header.add(column.name);
      std::string head = layout.bom ? "\xEF\xBB\xBF" : "";
      encode_csv(layout, header, header.size(), head);
      return head;
    }
    case Format::kJson: {
      std::string head;
      for (const std::string& part : path_parts(layout.root)) head += "{\"" + part + "\":";
      return head + "[\n";
    }
    case Format::kXml: return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + layout.root + ">\n";
    default: return {};
  }
}

std::string encode_tail(const Layout& layout) {
  switch (layout.format) {
    case Format::kJson: return "\n]" + std::string(path_parts(layout.root).size(), '}') + "\n";
    case Format::kXml: return "</" + layout.root + ">\n";
    default: return {};
  }
}

void encode_row(const Layout& layout, const Cells& cells, std::string& out) {
  MINGLU_ASSERT(cells.size() == layout.columns.size());
  switch (layout.format) {
    case Format::kCsv: return encode_csv(layout, cells, cells.size(), out);
    case Format::kNdjson:
      encode_json(layout, cells, out);
      out += '\n';
      return;
    case Format::kJson: out += ",\n"; return encode_json(layout, cells, out);
    case Format::kXml: return encode_xml(layout, cells, out);
    default:
      for (size_t i = 0; i < cells.size(); ++i) {
        if (cells.is_null(i))
          out += kNullMark;
        else
          out += cells.at(i);
        out += kCellEnd;
      }
      out += kRowEnd;
  }
}

void encode_ragged_row(const Layout& layout, const Cells& cells, bool longer, std::string& out) {
  MINGLU_ASSERT(layout.format == Format::kCsv);
  encode_csv(layout, cells, longer ? cells.size() + 1 : cells.size() - 1, out);
}

void decode_separated_row(std::string_view& bytes, std::vector<std::optional<std::string_view>>& cells) {
  cells.clear();
  const size_t row_size = bytes.find(kRowEnd);
  std::string_view row = bytes.substr(0, row_size);
  bytes.remove_prefix(row_size + 1);
  while (!row.empty()) {
    const size_t cell_size = row.find(kCellEnd);
    const std::string_view cell = row.substr(0, cell_size);
    const bool is_null = cell.size() == 1 && cell[0] == kNullMark;
    cells.push_back(is_null ? std::nullopt : std::optional(cell));
    row.remove_prefix(cell_size + 1);
  }
}

}  // namespace minglu::synth
