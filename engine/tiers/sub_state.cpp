#include "tiers/sub_state.hpp"

#include <array>

#include "codes/catalog_file.hpp"

namespace minglu::tiers {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"", "TO_VERIFY", "TO_FILE", "IN_REVIEW", "APPROVED", "REFUSED"};

}  // namespace

std::string_view sub_state_name(SubState state) noexcept { return kNames[static_cast<size_t>(state)]; }

std::optional<SubState> parse_sub_state(std::string_view word) noexcept {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == word) return static_cast<SubState>(i);
  }
  return std::nullopt;
}

Result<SubStates> SubStates::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog_directory / "tiers" / "sub_states.csv",
                                      {"from", "action", "to", "action_zh", "action_en"}));
  SubStates out;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    const auto from = parse_sub_state(cells[0]);
    const auto to = parse_sub_state(cells[2]);
    if (!from || !to || *from == SubState::kNone || *to == SubState::kNone)
      return codes::catalog_error(file, row, "state \"" + (from ? cells[2] : cells[0]) + "\" is unknown");
    if (out.next(*from, cells[1]) != nullptr)
      return codes::catalog_error(file, row, "action \"" + cells[1] + "\" stands twice for " + cells[0]);
    out.transitions_.push_back({*from, cells[1], *to, cells[3], cells[4]});
  }
  return out;
}

const Transition* SubStates::next(SubState from, std::string_view action) const noexcept {
  for (const Transition& t : transitions_) {
    if (t.from == from && (t.action == action || t.zh == action)) return &t;
  }
  return nullptr;
}

}  // namespace minglu::tiers
