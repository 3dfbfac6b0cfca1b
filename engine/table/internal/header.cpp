#include "table/internal/header.hpp"

#include <array>
#include <map>
#include <set>

#include "table/internal/text_source.hpp"

namespace minglu::table::internal {
namespace {

constexpr std::array<std::string_view, 11> kSpaces = {
    " ", "\t", "\r", "\n", "\v", "\f", "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x80\x8D"};

bool strip_front(std::string_view& text) noexcept {
  for (const std::string_view space : kSpaces) {
    if (!text.starts_with(space)) continue;
    text.remove_prefix(space.size());
    return true;
  }
  return false;
}

bool strip_back(std::string_view& text) noexcept {
  for (const std::string_view space : kSpaces) {
    if (!text.ends_with(space)) continue;
    text.remove_suffix(space.size());
    return true;
  }
  return false;
}

size_t count_filled(const std::vector<std::string>& cells) {
  size_t count = 0;
  for (const std::string& cell : cells) count += trim_name(cell).empty() ? 0 : 1;
  return count;
}

}  // namespace

std::string_view trim_name(std::string_view text) noexcept {
  while (strip_front(text)) {}
  while (strip_back(text)) {}
  return text;
}

Result<std::vector<std::string>> make_names(const std::vector<std::string>& cells, size_t columns_max,
                                            std::vector<std::string>& notes) {
  if (cells.size() > columns_max) {
    return base::invalid_argument("the header has " + std::to_string(cells.size()) + " columns, more than the " +
                                  std::to_string(columns_max) + " allowed");
  }
  if (count_filled(cells) == 0) return base::invalid_argument("the header row is empty: there are no column names");
  std::vector<std::string> names;
  std::set<std::string> used;
  for (size_t i = 0; i < cells.size(); ++i) {
    std::string name(trim_name(cells[i]));
    if (!is_clean_utf8(name)) {
      return base::invalid_argument("the name of column " + std::to_string(i + 1) +
                                    " is not valid text in the file's encoding; state the encoding");
    }
    if (name.empty()) {
      name = "column_" + std::to_string(i + 1);
      notes.push_back("第 " + std::to_string(i + 1) + " 列没有列名，记为 " + name);
    }
    std::string unique = name;
    for (size_t n = 2; used.count(unique) > 0; ++n) unique = name + "#" + std::to_string(n);
    if (unique != name) notes.push_back("列名“" + name + "”重复，第 " + std::to_string(i + 1) + " 列记为 " + unique);
    used.insert(unique);
    names.push_back(std::move(unique));
  }
  return names;
}

size_t find_header_row(const std::vector<std::vector<std::string>>& rows) {
  std::map<size_t, size_t> widths;
  for (const auto& row : rows) ++widths[row.size()];
  size_t width = 0;
  size_t votes = 0;
  for (const auto& [cells, count] : widths) {
    if (count < votes) continue;
    width = cells;
    votes = count;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (count_filled(rows[i]) * 2 > width) return i;
  }
  return 0;
}

}  // namespace minglu::table::internal
