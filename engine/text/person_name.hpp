// Names of persons: one spelling for display, one key for equality.
//
//   PersonNames names = ...load(catalog, chars);
//   names.clean("张 三　先生")         -> "张三"
//   names.clean("阿不都•热合曼")        -> "阿不都·热合曼"
//   names.key("ＪＯＨＮ  Smith")        -> "JOHN SMITH"
//
// clean: trims, drops spaces between two Han characters, one space between Latin words, every middle dot as U+00B7,
// drops a title at the end (catalog/names/person_titles.csv) when at least two characters stay. Width is folded; script
// is not. key: clean, then simplified and upper case, without dots. Equal keys mean equal names, not equal persons.
// Empty stays empty. Ill-formed bytes become U+FFFD. Cost: O(characters). Thread-safety: immutable after load.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "text/chars.hpp"

namespace minglu::text {

class PersonNames {
 public:
  /// Errors: those of codes::load_catalog_file.
  static Result<PersonNames> load(const std::filesystem::path& catalog, std::shared_ptr<const CharTables> chars);
  [[nodiscard]] std::string clean(std::string_view utf8) const;
  [[nodiscard]] std::string key(std::string_view utf8) const;

 private:
  explicit PersonNames(std::shared_ptr<const CharTables> chars) : chars_(std::move(chars)) {}
  [[nodiscard]] std::u32string clean_characters(std::string_view utf8) const;
  std::shared_ptr<const CharTables> chars_;
  std::vector<std::u32string> titles_;  // longest first
};

}  // namespace minglu::text
