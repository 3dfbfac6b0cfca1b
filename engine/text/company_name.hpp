// Comparison keys of company names: two spellings of one registered name give the same key.
//
//   normalise_company_name("深圳市 甲乙（集團）有限公司", *chars)  ->  "深圳市甲乙(集团)有限公司"
//
// Method: each character is folded (half width, simplified, upper case, one bracket form) or dropped (spaces, dots,
// commas, quotes, dashes: catalog/chars/folding.csv). Nothing is reordered or abbreviated, so different names stay
// different. Ill-formed bytes become U+FFFD. Cost: one table lookup per character, below 0.5 us for 15 characters.
// Thread-safety: pure functions over immutable tables.
#pragma once

#include <string>
#include <string_view>

#include "text/chars.hpp"

namespace minglu::text {

class NameLexicon;

/// Empty when `utf8` holds nothing but dropped characters. Idempotent.
std::string normalise_company_name(std::string_view utf8, const CharTables& chars);
/// Same into a caller's buffer (cleared first), to avoid allocation in loops.
void normalise_company_name(std::string_view utf8, const CharTables& chars, std::string& out);

/// The key without the brackets that stand around a region or a legal form: 甲乙(深圳)有限公司 = 甲乙深圳有限公司.
/// Brackets around anything else stay.
std::string company_name_core_key(std::string_view utf8, const CharTables& chars, const NameLexicon& lexicon);

}  // namespace minglu::text
