#include "codes/code_list.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace minglu::codes {
namespace {

constexpr std::string_view kJoiners = "-:._";

// Half width, no blanks: how words are compared.
std::string fold_word(std::string_view text) {
  std::string out;
  for (char32_t c : base::decode_utf8(text)) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c <= ' ' || c == 0x3000 || c == 0xA0) continue;
    base::append_utf8(out, c);
  }
  return out;
}

bool is_code_char(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

Result<CodeList> CodeList::create(std::string name, std::vector<CodeEntry> entries) {
  CodeList list;
  list.name_ = std::move(name);
  list.entries_ = std::move(entries);
  MINGLU_CHECK(list.index());
  return list;
}

Status CodeList::index() {
  const std::string where = "list \"" + name_ + "\": ";
  std::vector<uint32_t> order(entries_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [this](uint32_t a, uint32_t b) { return entries_[a].validity.from < entries_[b].validity.from; });
  for (const uint32_t row : order) {
    const CodeEntry& entry = entries_[row];
    if (entry.code.empty() || entry.name.empty()) return base::invalid_argument(where + "a row without code or name");
    by_code_[entry.code].push_back(row);
    std::vector<std::string> words = {fold_word(entry.name)};
    for (const std::string& alias : entry.aliases) words.push_back(fold_word(alias));
    for (std::string& word : words) {
      Rows& rows = by_word_[word];
      if (std::find(rows.begin(), rows.end(), row) != rows.end()) {
        return base::invalid_argument(where + "word \"" + word + "\" stands twice in code \"" + entry.code + "\"");
      }
      for (const uint32_t other : rows) {
        if (entries_[other].code == entry.code || !entries_[other].validity.overlaps(entry.validity)) continue;
        return base::invalid_argument(where + "word \"" + word + "\" means both \"" + entries_[other].code +
                                      "\" and \"" + entry.code + "\"");
      }
      rows.push_back(row);
    }
  }
  for (const auto& [code, rows] : by_code_) {
    std::vector<DatedRow> dated;
    for (const uint32_t row : rows) dated.push_back({entries_[row].validity, where + "code \"" + code + "\""});
    MINGLU_CHECK(check_series(std::move(dated), SeriesKind::kMayPause));
    const std::string& parent = entries_[rows.front()].parent;
    if (parent.empty() || by_code_.contains(parent)) continue;
    return base::invalid_argument(where + "code \"" + code + "\" has the unknown parent \"" + parent + "\"");
  }
  return ok_status();
}

const CodeEntry* CodeList::pick(const Rows& rows, std::optional<Date> day) const noexcept {
  for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
    if (entries_[*it].validity.covers(day)) return &entries_[*it];
  }
  return nullptr;
}

const CodeEntry* CodeList::find(std::string_view code, std::optional<Date> day) const noexcept {
  const auto it = by_code_.find(code);
  return it == by_code_.end() ? nullptr : pick(it->second, day);
}

const CodeEntry* CodeList::find_word(std::string_view folded, std::optional<Date> day) const noexcept {
  const auto it = by_word_.find(folded);
  return it == by_word_.end() ? nullptr : pick(it->second, day);
}

std::optional<std::string_view> CodeList::name_of(std::string_view code, std::optional<Date> day) const noexcept {
  const CodeEntry* entry = find(code, day);
  if (entry == nullptr) return std::nullopt;
  return entry->name;
}

std::optional<std::string_view> CodeList::code_of_name_or_alias(std::string_view text, std::optional<Date> day) const {
  if (const CodeEntry* entry = find(text, day)) return entry->code;
  if (const CodeEntry* entry = find_word(text, day)) return entry->code;
  const std::string folded = fold_word(text);
  if (const CodeEntry* entry = find(folded, day)) return entry->code;
  if (const CodeEntry* entry = find_word(folded, day)) return entry->code;
  size_t end = 0;
  while (end < folded.size() && is_code_char(folded[end])) ++end;
  const std::string_view code = std::string_view(folded).substr(0, end);
  std::string_view word = std::string_view(folded).substr(end);
  if (!word.empty() && kJoiners.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
  const CodeEntry* by_code = find(code, day);
  const CodeEntry* by_word = find_word(word, day);
  if (by_code == nullptr || by_word == nullptr || by_code->code != by_word->code) return std::nullopt;
  return by_code->code;
}

}  // namespace minglu::codes
