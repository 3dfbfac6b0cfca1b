// Names written nearly alike, for texts that nothing answers as written. A document is near when
//   (a) its 字号 is near the 字号 of the text, or near the text itself when that has at most kNearBrandMax characters:
//       equal syllables (homophones) at equal length from two characters on; or one edit (insertion, deletion,
//       substitution, swap of neighbours) for texts of 3 to 5 characters; or, for two characters, one of them exchanged
//       for one that looks alike; or equal; or
//   (b) the text, from kNearTextMin characters on, occurs in its current name with at most one edit, from
//       kTwoEditsFrom characters on two (insertion, deletion, substitution).
// Hits are ordered by the fewest edits that make the text a part of the name, alike 字号 first among equals.
// Example: 深圳市甲乙枝术有限公司 finds 深圳市甲乙技术有限公司 by (b), 甲以 finds it by (a).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/internal/evaluate.hpp"
#include "text/company_name_parser.hpp"
#include "text/similarity.hpp"

namespace minglu::search {

inline constexpr size_t kNearBrandMax = 5;
inline constexpr size_t kNearTextMin = 4;
inline constexpr size_t kTwoEditsFrom = 10;
/// Characters of the text that are compared.
inline constexpr size_t kNearTextMax = 64;
/// Postings that one text may walk; longer lists are left out and the answer is flagged.
inline constexpr uint64_t kNearWalkMax = 600'000;

class NearRule {
 public:
  NearRule(const Question& question, const text::CharTables& chars, const text::CompanyNameParser& parser);
  /// Rank among near documents, smaller first; null when not near.
  [[nodiscard]] std::optional<uint8_t> cost(const NameTexts& names) const;
  /// Whether a 字号 is near the one at `asked`.
  [[nodiscard]] bool brand_is_near(std::u16string_view brand, const std::u16string& asked) const;
  [[nodiscard]] const std::vector<std::u16string>& asked_brands() const noexcept { return asked_; }
  [[nodiscard]] const text::CharTables& chars() const noexcept { return chars_; }
  /// Pairs of which every document near by (b) has one; empty when (b) does not apply.
  [[nodiscard]] std::vector<const GramEntry*> needed_pairs(const IndexView& view) const;
  /// Rarest characters of which no document near by (b) lacks more than edits_max().
  [[nodiscard]] std::vector<const GramEntry*> telling_characters(const IndexView& view) const;
  [[nodiscard]] uint32_t edits_max() const noexcept { return edits_max_; }

 private:
  [[nodiscard]] bool brands_are_alike(std::u16string_view brand, const std::u16string& asked) const;
  [[nodiscard]] uint32_t edits_in(std::u16string_view name) const;

  const text::CharTables& chars_;
  std::u16string text_;
  uint32_t edits_max_ = 0;  // of (b); 0 = does not apply
  text::CharMasks masks_;
  std::vector<std::u16string> asked_;
};

struct NearDocuments {
  std::vector<Found> found;  // unordered, each document once
  bool was_cut = false;
};
NearDocuments near_documents(const IndexView& view, const NearRule& rule, const std::function<bool(uint32_t)>& passes);

}  // namespace minglu::search
