// One list of codes with names, aliases and validity: 机构类型, 运营状态, 登记注册统计类别 ...
//
//   const CodeList* list = catalog.list("op_status");
//   list->contains("1");                            // true
//   list->code_of_name_or_alias("停业（歇业）");     // "2"
//
// A code may stand in several rows with different validity (the accounting classes changed in 2019): a question with a
// day is answered by the row of that day, one without by the newest row. Thread-safety: immutable. Cost: O(1) look-ups.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/text_map.hpp"
#include "codes/validity.hpp"

namespace minglu::codes {

struct CodeEntry {
  std::string code;
  std::string name;
  std::string parent;                // code of the same list; empty = top
  std::vector<std::string> aliases;  // other words for the same thing
  Validity validity;
  std::string mark;  // how sure: S# = read in source #, K-H/M/L = from knowledge, D = design default
  std::string source;
};

class CodeList {
 public:
  /// kInvalidArgument for an empty code or name, an unknown parent, a code whose rows overlap in time, or a word (name
  /// or alias) that means two codes at the same time.
  static Result<CodeList> create(std::string name, std::vector<CodeEntry> entries);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// In file order.
  [[nodiscard]] const std::vector<CodeEntry>& entries() const noexcept { return entries_; }
  [[nodiscard]] bool contains(std::string_view code, std::optional<Date> day = std::nullopt) const noexcept {
    return find(code, day) != nullptr;
  }
  /// Null when the code is unknown (on that day).
  [[nodiscard]] const CodeEntry* find(std::string_view code, std::optional<Date> day = std::nullopt) const noexcept;
  [[nodiscard]] std::optional<std::string_view> name_of(std::string_view code,
                                                        std::optional<Date> day = std::nullopt) const noexcept;
  /// Code of a word. Blanks and the width of characters do not matter. Also accepted: the code itself, and code and
  /// word together ("10企业", "10-企业", "10 企业"). Null when unknown, or when code and word disagree.
  [[nodiscard]] std::optional<std::string_view> code_of_name_or_alias(std::string_view text,
                                                                      std::optional<Date> day = std::nullopt) const;

 private:
  using Rows = std::vector<uint32_t>;  // into entries_, oldest first
  [[nodiscard]] const CodeEntry* pick(const Rows& rows, std::optional<Date> day) const noexcept;
  [[nodiscard]] const CodeEntry* find_word(std::string_view folded, std::optional<Date> day) const noexcept;
  Status index();

  std::string name_;
  std::vector<CodeEntry> entries_;
  TextMap<Rows> by_code_;
  TextMap<Rows> by_word_;
};

}  // namespace minglu::codes
