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
Feed insured_feed();
Feed civil_feed();
Feed establishment_feed();
Feed qualification_feed();
Feed hitech_feed();
Feed subsidy_feed();
Feed project_feed();
Feed industry_list_feed();
Feed power_feed();
Feed census_feed();
Feed survey_feed();
Feed key_unit_feed();
Feed special_feed();
Feed web_feed();

/// Whether the unit has an account with the tax office.
bool is_taxed(const Scene& scene, const TrueUnit& unit);
/// The number the tax office uses: the identifier, or for some older units 15 characters of before the reform.
std::string tax_number(const Scene& scene, const TrueUnit& unit);

/// A number that a department gives: `prefix`, then `digits` digits, unique per unit for a prefix.
std::string own_number(const Scene& scene, const TrueUnit& unit, std::string_view prefix, size_t digits);
/// A company of the size of the integrated survey and known to it.
bool is_surveyed(const Scene& scene, const TrueUnit& unit);
/// The identifier as a department writes it, or empty when it has none, which happens at the rate `missing`.
std::string optional_code(const Scene& scene, const TrueUnit& unit, Department department, double missing);

/// Index of the file that holds the first state of a full extract followed by changes; 0 for what was before.
size_t change_file(const Calendar& calendar, Date day);

}  // namespace minglu::synth
