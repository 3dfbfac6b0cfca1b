// Survivorship: which source's claim wins a field, declared in catalog/rules/fuse/survivorship.csv.
// A smaller rank wins; how ties end is told in fuse/fuse.hpp. Errors of load name file and line.
// Thread-safety: immutable after load.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "codes/fields.hpp"
#include "units/record.hpp"

namespace minglu::fuse {

/// What fusion needs to know of a source.
struct SourceTrust {
  std::string id;
  std::string department;
  int32_t trust = 50;
};

class Survivorship {
 public:
  /// kInvalidArgument: unknown field, a field twice, an order word that is neither a source nor a department.
  static Result<Survivorship> load(const std::filesystem::path& catalog_directory, const codes::Fields& fields,
                                   const std::vector<SourceTrust>& sources);
  /// Lower wins. Listed sources come first in their order, then the others by falling trust.
  [[nodiscard]] int32_t rank(codes::FieldId field, units::SourceId source) const {
    return ranks_[field.value * source_count_ + source.value];
  }

 private:
  size_t source_count_ = 0;
  std::vector<int32_t> ranks_;  // field x source
};

}  // namespace minglu::fuse
