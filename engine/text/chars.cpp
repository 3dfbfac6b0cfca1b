#include "text/chars.hpp"

#include <charconv>
#include <limits>

#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

Error bad_cell(const std::filesystem::path& file, const std::string& cell, const std::string& allowed) {
  return base::invalid_argument("catalog file \"" + file.string() + "\": cell \"" + cell + "\" must be " + allowed);
}

// One character of the basic plane, or an error naming the cell.
Result<char16_t> single_character(const std::filesystem::path& file, const std::string& cell) {
  const std::u32string text = base::decode_utf8(cell);
  if (text.size() != 1 || text[0] > 0xFFFF) return bad_cell(file, cell, "one character up to U+FFFF");
  return static_cast<char16_t>(text[0]);
}

template <typename T>
Result<T> number(const std::filesystem::path& file, const std::string& cell, int base, const std::string& allowed) {
  uint32_t value = 0;
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value, base);
  if (code != std::errc() || end != cell.data() + cell.size() || value > std::numeric_limits<T>::max()) {
    return bad_cell(file, cell, allowed);
  }
  return static_cast<T>(value);
}

// Copies a short code into a fixed NUL-terminated field.
Status copy_code(const std::filesystem::path& file, const std::string& cell, std::array<char, 6>& out) {
  if (cell.size() >= out.size()) return bad_cell(file, cell, "a code of at most 5 letters or digits");
  std::copy(cell.begin(), cell.end(), out.begin());
  return ok_status();
}

constexpr char16_t upper_ascii(char16_t c) noexcept {
  return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 0x20) : c;
}

}  // namespace

CharTables::CharTables()
    : simplified_(kPlane), folded_(kPlane), keyed_(kPlane), syllable_of_(kPlane), syllables_(1), shape_of_(kPlane) {
  for (char32_t c = 0; c < kPlane; ++c) simplified_[c] = static_cast<char16_t>(c);
}

Result<std::shared_ptr<const CharTables>> CharTables::load(const std::filesystem::path& catalog) {
  std::shared_ptr<CharTables> tables(new CharTables());
  MINGLU_CHECK(tables->load_simplified(catalog / "chars" / "simplified.csv"));
  MINGLU_CHECK(tables->load_pinyin(catalog / "chars" / "pinyin.csv"));
  MINGLU_CHECK(tables->load_shapes(catalog / "chars" / "shapes.csv"));
  MINGLU_CHECK(tables->load_folding(catalog / "chars" / "folding.csv"));
  return std::shared_ptr<const CharTables>(std::move(tables));
}

Status CharTables::load_simplified(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"traditional", "simplified"}));
  for (const auto& row : table.rows) {
    MINGLU_TRY(const char16_t from, single_character(file, row[0]));
    MINGLU_TRY(const char16_t to, single_character(file, row[1]));
    simplified_[from] = to;
  }
  for (const auto& row : table.rows) {
    const char16_t to = simplified_[base::decode_utf8(row[0])[0]];
    if (simplified_[to] != to) return bad_cell(file, row[1], "a character that is not mapped further");
  }
  return ok_status();
}

Status CharTables::load_pinyin(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"pinyin", "characters"}));
  for (const auto& row : table.rows) {
    const auto index = static_cast<uint16_t>(syllables_.size());
    syllables_.push_back(row[0]);
    for (const char32_t c : base::decode_utf8(row[1])) {
      if (c >= kPlane) return bad_cell(file, row[1], "characters up to U+FFFF");
      syllable_of_[c] = index;
    }
  }
  return ok_status();
}

Status CharTables::load_shapes(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table,
             codes::load_catalog_file(file, {"character", "four_corner", "cangjie", "strokes", "component"}));
  if (table.rows.size() >= std::numeric_limits<uint16_t>::max()) return bad_cell(file, "", "at most 65534 rows");
  for (const auto& row : table.rows) {
    MINGLU_TRY(const char16_t c, single_character(file, row[0]));
    CharShape shape;
    MINGLU_CHECK(copy_code(file, row[1], shape.four_corner));
    MINGLU_CHECK(copy_code(file, row[2], shape.cangjie));
    MINGLU_TRY(shape.strokes, number<uint8_t>(file, row[3], 10, "a number of strokes, 0..255"));
    if (!row[4].empty()) { MINGLU_TRY(shape.component, single_character(file, row[4])); }
    shapes_.push_back(shape);
    shape_of_[c] = static_cast<uint16_t>(shapes_.size());
  }
  return ok_status();
}

Status CharTables::load_folding(const std::filesystem::path& file) {
  MINGLU_TRY(const codes::CatalogFile table, codes::load_catalog_file(file, {"kind", "first", "last", "what"}));
  std::vector<char> kind_of(kPlane, 0);
  for (const auto& row : table.rows) {
    const char kind = row[0] == "open_bracket" ? '(' : row[0] == "close_bracket" ? ')' : row[0] == "removed" ? 'x' : 0;
    if (kind == 0) return bad_cell(file, row[0], "open_bracket, close_bracket or removed");
    MINGLU_TRY(const uint16_t first, number<uint16_t>(file, row[1], 16, "a code point 0..FFFF"));
    MINGLU_TRY(const uint16_t last, number<uint16_t>(file, row[2], 16, "a code point 0..FFFF"));
    for (char32_t c = first; c <= last; ++c) kind_of[c] = kind;
  }
  for (char32_t c = 0; c < kPlane; ++c) {
    const auto half = static_cast<char16_t>(to_half_width(c));
    const char kind = kind_of[half];
    const bool bracket = kind == '(' || kind == ')';
    folded_[c] = bracket ? static_cast<char16_t>(kind) : upper_ascii(simplified_[half]);
    keyed_[c] = kind == 'x' ? u'\0' : folded_[c];
  }
  return ok_status();
}

const CharShape* CharTables::shape(char32_t c) const noexcept {
  if (c >= kPlane || shape_of_[c] == 0) return nullptr;
  return &shapes_[shape_of_[c] - 1U];
}

}  // namespace minglu::text
