// The feeds, one function per file of the department; see all.cpp for the list.
// Each appends every row that the unit ever has in its feed, file by file.
// Pure and thread-safe: all chance is keyed by the unit.
#pragma once

#include "synth/feed.hpp"

namespace minglu::synth {

Feed market_register_feed();
Feed market_annual_feed();
Feed tax_register_feed();
Feed tax_declaration_feed();

/// Whether the unit has an account with the tax office.
bool is_taxed(const Scene& scene, const TrueUnit& unit);
/// The number the tax office uses: the identifier, or for some older units 15 characters of before the reform.
std::string tax_number(const Scene& scene, const TrueUnit& unit);

/// Index of the file that holds the first state of a full extract followed by changes; 0 for what was before.
size_t change_file(const Calendar& calendar, Date day);

}  // namespace minglu::synth
