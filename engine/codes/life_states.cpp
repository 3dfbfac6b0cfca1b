#include "codes/life_states.hpp"

#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

std::optional<Life> parse_life(std::string_view word) noexcept {
  if (word == "alive") return Life::kAlive;
  if (word == "dormant") return Life::kDormant;
  if (word == "dead") return Life::kDead;
  return std::nullopt;
}

}  // namespace

Result<LifeStates> LifeStates::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(catalog_directory / "codes" / "life_states.csv", {"list", "code", "life"}));
  LifeStates states;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    const std::optional<Life> life = parse_life(cells[2]);
    if (!life) return catalog_error(file, row, "life \"" + cells[2] + "\" is not alive, dormant or dead");
    if (!states.states_.emplace(std::pair(cells[0], cells[1]), *life).second)
      return catalog_error(file, row, "code " + cells[1] + " of " + cells[0] + " stands twice");
  }
  return states;
}

std::optional<Life> LifeStates::find(std::string_view list, std::string_view code) const {
  const auto it = states_.find(std::pair(std::string(list), std::string(code)));
  return it == states_.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace minglu::codes
