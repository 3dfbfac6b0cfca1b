// Road, number, building, block, floor and room of a folded address. Internal to text/address.
// Method: one pass, cut by the word endings of address_terms.csv; what fits nowhere goes to AddressParts::rest, so no
// character is lost but joiners and unit words. Pure functions; no errors; cost linear in the text.
#pragma once

#include <string>
#include <string_view>

#include "text/address.hpp"
#include "text/address_lexicon.hpp"

namespace minglu::text {

/// Fills road, road_number, building, block, floor, room of `parts` and appends what is left to rest.
void read_address_tail(const AddressLexicon& lexicon, std::u32string_view tail, AddressParts& parts);

/// Characters of a number written in Chinese at the front of `text` (0 = none), and its Arabic digits. "二十九" -> 29,
/// "一零三" -> 103. Up to nine characters are read.
size_t read_chinese_number(std::u32string_view text, std::string& digits);

}  // namespace minglu::text
