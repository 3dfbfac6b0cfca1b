// A query's text, folded and cut into terms; and the order of answers that finer match kinds give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "search/query.hpp"
#include "text/chars.hpp"

namespace minglu::search {

/// Match kinds as they rank; kPinyinBrand is the part of MatchKind::kPinyin where the 字号 is spelt out whole.
enum class Order : uint8_t {
  kIdentifier,
  kExactName,
  kShortName,
  kFormerName,
  kPrefix,
  kBrandStart,
  kContains,
  kPinyinBrand,
  kPinyin,
  kLegalRep,
  kAddress,
  kNear,
  kListed,
  kNone,
};
inline constexpr size_t kOrders = static_cast<size_t>(Order::kNone);
MatchKind kind_of(Order order) noexcept;

/// Shortest beginning of an identifier that is looked for.
inline constexpr size_t kIdentifierPrefixMin = 4;
/// Fewest letters that are read as pinyin.
inline constexpr size_t kPinyinLettersMin = 2;

struct Term {
  std::u16string key;
  std::string letters;  // the term in lower case when it is Latin letters alone, else empty
};

struct Question {
  std::u16string whole;  // all terms joined
  std::vector<Term> terms;
  std::string identifier;  // empty when the text cannot be one
  std::optional<uint64_t> unit;
};

/// kInvalidArgument for a text that is too long or has too many terms.
Result<Question> read_question(const std::string& text, const text::CharTables& chars);

}  // namespace minglu::search
