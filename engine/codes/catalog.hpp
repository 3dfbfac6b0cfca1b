// All code lists and parameters of catalog/codes and catalog/parameters, loaded and checked once.
//
//   MINGLU_TRY(Catalog catalog, Catalog::load(catalog_directory()));
//   catalog.list("holding")->name_of("3");          // 私人控股
//   catalog.industries().section_of("6513");        // "I"
//
// Lists: "industry" (4-digit classes only: what industry_code may be), "industry_section", "industry_division",
// "industry_group", "reg_type_2011", "reg_type_2023", and every list of lists.csv: org_type, unit_type, op_status,
// holding, affiliation, acct_std_class, ent_acct_std, size_class, survey_category, urban_rural, est_role, group_role,
// yes_no, biz_form, stars, reg_status, tax_status, uscc_category, currency, finding. Division codes are in regions.hpp.
// Thread-safety: immutable after load. Cost of load: some 20 ms.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "codes/code_list.hpp"
#include "codes/industry.hpp"
#include "codes/size_bands.hpp"
#include "codes/thresholds.hpp"

namespace minglu::codes {

/// One answer to "what is this registration type of 2011 in the classification of 2023".
struct RegTypeStep {
  std::string new_code;
  bool review = false;  // one of several possibilities: a person or another field must decide
  std::string mark;
};

class Catalog {
 public:
  /// `directory` is catalog/ itself. Refuses (kInvalidArgument, naming file and line) an unknown column, a duplicate
  /// code, an unknown parent, a code or rule whose rows overlap in time, a gap in a parameter series, a crosswalk row
  /// to an unknown code, or several crosswalk answers without review.
  static Result<Catalog> load(const std::filesystem::path& directory);

  /// Null for an unknown list. The pointer lives as long as the catalog.
  [[nodiscard]] const CodeList* list(std::string_view name) const noexcept;
  [[nodiscard]] std::vector<std::string_view> list_names() const;
  [[nodiscard]] const Industries& industries() const noexcept { return industries_; }
  [[nodiscard]] const Thresholds& thresholds() const noexcept { return thresholds_; }
  [[nodiscard]] const SizeBands& size_bands() const noexcept { return size_bands_; }
  /// Empty when the old code has no successor. Order of the file.
  [[nodiscard]] std::span<const RegTypeStep> reg_type_2023_of(std::string_view code_2011) const noexcept;

 private:
  using Lists = std::map<std::string, CodeList, std::less<>>;
  Status load_industries(const std::filesystem::path& directory);
  Status load_lists(const std::filesystem::path& directory);
  Status load_reg_types(const std::filesystem::path& directory, const std::string& name);
  Status load_crosswalk(const std::filesystem::path& directory);
  Status add(std::string name, std::vector<CodeEntry> entries);

  Industries industries_;
  Thresholds thresholds_;
  SizeBands size_bands_;
  Lists lists_;
  std::map<std::string, std::vector<RegTypeStep>, std::less<>> crosswalk_;
};

}  // namespace minglu::codes
