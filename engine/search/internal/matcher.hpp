// Whether and how one document answers a question: the one definition of matching, which everything that gathers
// candidates only narrows down.
#pragma once

#include <vector>

#include "search/internal/question.hpp"
#include "search/internal/view.hpp"

namespace minglu::search {

/// Which texts are looked at.
enum class Reach : uint8_t {
  kNames,
  kPersons,    // also readings and legal representatives
  kAddresses,  // also addresses
};

/// Where a hit was found, for display.
struct Place {
  MatchField field = MatchField::kNone;
  std::vector<Span> spans;  // in the folded name
};

class Matcher {
 public:
  Matcher(const Question& question, const Scope& scope, const text::CharTables& chars)
      : question_(question), scope_(scope), chars_(chars) {}

  /// kExactName .. kContains, and what the reach adds (kPinyin, kLegalRep; kAddress); kNone when some term is not
  /// found. Reads the cold texts only for terms that are not in the names.
  [[nodiscard]] Order order_of(const IndexView& view, uint32_t document, Reach reach) const;
  /// Where a document of that order was found.
  [[nodiscard]] Place place_of(const IndexView& view, uint32_t document, Order order) const;
  /// Whether the letters spell the whole 字号, or its first letters are they.
  [[nodiscard]] bool spells_brand(const NameTexts& names, const std::string& letters) const;
  [[nodiscard]] const Question& question() const noexcept { return question_; }
  [[nodiscard]] const Scope& scope() const noexcept { return scope_; }

 private:
  [[nodiscard]] Order order_of_whole(const NameTexts& names) const;
  [[nodiscard]] Order order_of_term(const Term& term, const NameTexts& names, const IndexView& view, uint32_t document,
                                    Reach reach) const;
  [[nodiscard]] bool spells(const NameTexts& names, const std::string& letters) const;

  const Question& question_;
  const Scope& scope_;
  const text::CharTables& chars_;
};

}  // namespace minglu::search
