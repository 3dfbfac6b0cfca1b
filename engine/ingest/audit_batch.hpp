// 审核 while taking in: the audit rules that need nothing but the row, over the cleaned columns of one batch.
// Findings never stop a row: it is taken in and the finding stands beside it. A null cell is null to the rules.
// Pure; safe from several threads. Cost: see rules/audit.hpp.
#pragma once

#include <string>
#include <vector>

#include "base/date.hpp"
#include "codes/fields.hpp"
#include "rules/audit.hpp"
#include "rules/domain.hpp"
#include "table/columns.hpp"
#include "table/finding.hpp"

namespace minglu::ingest {

struct AuditSpec {
  const rules::AuditRules* row_rules = nullptr;  // null: no audit
  const rules::Domain* domain = nullptr;
  Date today;  // date of the source: a file is audited as of the day it speaks for
};

struct AuditColumn {
  codes::FieldId field;
  const table::TextColumn* values = nullptr;  // canonical text
};

/// Appends one finding per row and rule that fires, in order of rows. A column whose field no rule knows is passed
/// over.
void audit_batch(const std::vector<AuditColumn>& columns, const std::vector<uint64_t>& row_numbers,
                 const codes::Fields& fields, const AuditSpec& spec, std::vector<table::Finding>& findings);

}  // namespace minglu::ingest
