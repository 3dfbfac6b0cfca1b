// Words of the text notation of the rule language: names, quoted names, keywords, symbols, numbers with their unit,
// texts, dates, periods. Errors: kInvalidArgument naming the byte offset and the word that cannot stand there.
// Pure; safe from several threads; linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "rules/expression.hpp"

namespace minglu::rules {

struct Token {
  enum class Kind { kName, kQuotedName, kKeyword, kSymbol, kNumber, kText, kDate, kPeriod, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;     // name, keyword, symbol, decoded text, digits of a number
  std::string unit;     // kNumber: "", "元", "千元", "万元", "亿元"
  size_t position = 0;  // byte offset
};

/// Letters, digits and _ , not starting with a digit, and not a keyword.
bool is_plain_name(std::string_view text) noexcept;
bool is_comparison(std::string_view op) noexcept;
/// Always ends with one kEnd token. Precondition: valid UTF-8.
Result<std::vector<Token>> tokenize(std::string_view text);

}  // namespace minglu::rules
