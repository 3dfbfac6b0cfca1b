// The fields that rules over units may name: catalog/fields.csv, and catalog/rules/audit/derived_fields.csv for figures
// that somebody computes (region of a coordinate, last month with tax records, ...).
// Errors: those of codes::load_catalog_file; kInvalidArgument for an unknown type or a field listed twice.
// Thread-safety: pure.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "rules/types.hpp"

namespace minglu::rules {

/// `catalog_dir` is catalog/ itself.
Result<Schema> load_field_schema(const std::filesystem::path& catalog_dir);

}  // namespace minglu::rules
