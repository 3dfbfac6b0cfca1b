// The findings of an import as one person may see them: a finding quotes cells, so it tells as much as the row does.
//
//   MINGLU_CHECK(for_each_finding_for(home, reader, batch, [&](const table::Finding& finding) { ... }));
//
// A scope of regions sees the findings about the file (row 0) and of rows that became records of units it covers; what
// was rejected, or only repeated an earlier row, belongs to no unit and is for the whole city. Quoted values are masked
// as on the unit's page: "法定代表人=张*". What quotes a citizen's identity number is masked wherever it stands.
// Errors: those of for_each_finding. Cost: reads the findings once; with regions also the unit of each row that has
// one. Thread-safety: any number of callers.
#pragma once

#include <functional>
#include <string>

#include "flows/findings.hpp"
#include "flows/register_reader.hpp"

namespace minglu::flows {

Status for_each_finding_for(Home& home, const RegisterReader& reader, const store::BatchRow& batch,
                            const std::function<Status(const table::Finding&)>& fn);

/// The message with every quoted value masked: those of `finding.field` between “ and ”, and those behind the title of
/// a field and "=", up to the next title or the end of the parentheses.
std::string masked_message(const Knowledge& knowledge, const access::Scope& scope, const table::Finding& finding);

}  // namespace minglu::flows
