#include "text/person_name.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

constexpr char32_t kDot = 0xB7;
// A name of fewer characters than this is not cut: 经理 alone stays.
constexpr size_t kNameCharsMin = 2;

constexpr bool is_space(char32_t c) noexcept {
  return c <= 0x20 || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) || c == 0xFEFF;
}

constexpr bool is_dot(char32_t c) noexcept {
  return c == kDot || c == 0x2022 || c == 0x2027 || c == 0x2219 || c == 0x22C5 || c == 0x30FB || c == 0xFF65 ||
         c == 0x25CF;
}

}  // namespace

Result<PersonNames> PersonNames::load(const std::filesystem::path& catalog, std::shared_ptr<const CharTables> chars) {
  PersonNames names(std::move(chars));
  MINGLU_TRY(const codes::CatalogFile table,
             codes::load_catalog_file(catalog / "names" / "person_titles.csv", {"title"}));
  for (const auto& row : table.rows) names.titles_.push_back(base::decode_utf8(row[0]));
  std::sort(names.titles_.begin(), names.titles_.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return names;
}

std::u32string PersonNames::clean_characters(std::string_view utf8) const {
  std::u32string out;
  bool gap = false;
  for (char32_t c : base::decode_utf8(utf8)) {
    if (is_space(c)) {
      gap = !out.empty();
      continue;
    }
    c = is_dot(c) ? kDot : to_half_width(c);
    const bool joins = out.empty() || c == kDot || out.back() == kDot || base::is_han(c) || base::is_han(out.back());
    if (gap && !joins) out.push_back(U' ');
    gap = false;
    if (c == kDot && (out.empty() || out.back() == kDot)) continue;
    out.push_back(c);
  }
  if (!out.empty() && out.back() == kDot) out.pop_back();
  for (const std::u32string& title : titles_) {
    if (out.size() >= title.size() + kNameCharsMin && out.ends_with(title)) {
      out.resize(out.size() - title.size());
      break;
    }
  }
  return out;
}

std::string PersonNames::clean(std::string_view utf8) const { return base::encode_utf8(clean_characters(utf8)); }

std::string PersonNames::key(std::string_view utf8) const {
  std::u32string out;
  for (const char32_t c : clean_characters(utf8)) {
    if (c != kDot) out.push_back(chars_->fold(c));
  }
  return base::encode_utf8(out);
}

}  // namespace minglu::text
