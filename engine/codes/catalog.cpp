#include "codes/catalog.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "codes/catalog_file.hpp"
#include "codes/internal/cells.hpp"

namespace minglu::codes {

Result<Catalog> Catalog::load(const std::filesystem::path& directory) {
  Catalog out;
  MINGLU_CHECK(out.load_industries(directory));
  MINGLU_CHECK(out.load_lists(directory));
  MINGLU_CHECK(out.load_reg_types(directory, "reg_type_2011"));
  MINGLU_CHECK(out.load_reg_types(directory, "reg_type_2023"));
  MINGLU_CHECK(out.load_crosswalk(directory));
  MINGLU_TRY(out.thresholds_, Thresholds::load(directory, out.industries_));
  MINGLU_TRY(out.size_bands_, SizeBands::load(directory, out.industries_));
  return out;
}

Status Catalog::add(std::string name, std::vector<CodeEntry> entries) {
  if (lists_.contains(name)) return base::invalid_argument("list \"" + name + "\" is defined twice");
  MINGLU_TRY(CodeList list, CodeList::create(name, std::move(entries)));
  lists_.emplace(std::move(name), std::move(list));
  return ok_status();
}

Status Catalog::load_industries(const std::filesystem::path& directory) {
  MINGLU_TRY(industries_, Industries::load(directory));
  constexpr std::array<std::pair<std::string_view, IndustryLevel>, 4> kLevels = {
      {{"industry_section", IndustryLevel::kSection},
       {"industry_division", IndustryLevel::kDivision},
       {"industry_group", IndustryLevel::kGroup},
       {"industry", IndustryLevel::kClass}}};
  for (const auto& [name, level] : kLevels) {
    std::vector<CodeEntry> entries;
    for (const Industry& industry : industries_.all()) {
      if (industry.level == level)
        entries.push_back({industry.code, industry.name, "", {}, {}, "S39", "GB/T 4754-2017"});
    }
    MINGLU_CHECK(add(std::string(name), std::move(entries)));
  }
  return ok_status();
}

Status Catalog::load_lists(const std::filesystem::path& directory) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(directory / "codes/lists.csv",
                               {"list", "code", "name", "aliases", "valid_from", "valid_to", "mark", "source"}));
  std::vector<std::pair<std::string, std::vector<CodeEntry>>> lists;  // in file order
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    Result<Validity> validity = parse_validity(cells[4], cells[5]);
    if (!validity.ok()) return catalog_error(file, row, validity.error().message);
    auto it = std::find_if(lists.begin(), lists.end(), [&](const auto& list) { return list.first == cells[0]; });
    if (it == lists.end()) it = lists.insert(lists.end(), {cells[0], {}});
    it->second.push_back({cells[1], cells[2], "", internal::split(cells[3], '|'), *validity, cells[6], cells[7]});
  }
  for (auto& [name, entries] : lists) {
    const Status added = add(name, std::move(entries));
    if (!added.ok())
      return base::invalid_argument("catalog file \"" + file.path.string() + "\": " + added.error().message);
  }
  return ok_status();
}

Status Catalog::load_reg_types(const std::filesystem::path& directory, const std::string& name) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(directory / "codes" / (name + ".csv"), {"code", "name", "parent", "aliases", "mark"}));
  std::vector<CodeEntry> entries;
  for (const std::vector<std::string>& cells : file.rows) {
    entries.push_back(
        {cells[0], cells[1], cells[2], internal::split(cells[3], '|'), {}, cells[4], file.meta.at("source")});
  }
  const Status added = add(name, std::move(entries));
  if (!added.ok())
    return base::invalid_argument("catalog file \"" + file.path.string() + "\": " + added.error().message);
  return ok_status();
}

Status Catalog::load_crosswalk(const std::filesystem::path& directory) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(directory / "codes/reg_type_crosswalk.csv", {"old_code", "new_code", "review", "mark"}));
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    if (!list("reg_type_2011")->contains(cells[0]))
      return catalog_error(file, row, "unknown old_code \"" + cells[0] + "\"");
    if (!list("reg_type_2023")->contains(cells[1]))
      return catalog_error(file, row, "unknown new_code \"" + cells[1] + "\"");
    if (cells[2] != "0" && cells[2] != "1")
      return catalog_error(file, row, "review is 0 or 1, not \"" + cells[2] + "\"");
    std::vector<RegTypeStep>& steps = crosswalk_[cells[0]];
    for (const RegTypeStep& step : steps) {
      if (step.new_code == cells[1]) return catalog_error(file, row, "this pair of codes stands twice");
      if (cells[2] == "0" || !step.review) {
        return catalog_error(file, row, "several answers for \"" + cells[0] + "\" need review = 1 in every row");
      }
    }
    steps.push_back({cells[1], cells[2] == "1", cells[3]});
  }
  return ok_status();
}

const CodeList* Catalog::list(std::string_view name) const noexcept {
  const auto it = lists_.find(name);
  return it == lists_.end() ? nullptr : &it->second;
}

std::vector<std::string_view> Catalog::list_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, list] : lists_) names.push_back(name);
  return names;
}

std::span<const RegTypeStep> Catalog::reg_type_2023_of(std::string_view code_2011) const noexcept {
  const auto it = crosswalk_.find(code_2011);
  if (it == crosswalk_.end()) return {};
  return it->second;
}

}  // namespace minglu::codes
