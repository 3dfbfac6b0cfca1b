// The way of a unit through 准四上: 待核实 → 待申报 → 审核中 → approved or refused, as a transition table.
// APPROVED is not 四上: only the imported list makes a unit 四上.
//
//   states.next(SubState::kToVerify, "CONFIRMED")   // kToFile
//
// Source: catalog/tiers/sub_states.csv, with the result codes of the site check (rule book §3.1). Errors of load
// (kInvalidArgument, naming file and line): an unknown state, a pair of state and action twice.
// Thread-safety: immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::tiers {

enum class SubState : uint8_t { kNone, kToVerify, kToFile, kInReview, kApproved, kRefused };
std::string_view sub_state_name(SubState state) noexcept;  // "TO_VERIFY"; "" for kNone
/// Null for an unknown word; "" is kNone.
std::optional<SubState> parse_sub_state(std::string_view word) noexcept;

struct Transition {
  SubState from = SubState::kNone;
  std::string action;
  SubState to = SubState::kNone;
  std::string zh;
  std::string en;
};

class SubStates {
 public:
  static Result<SubStates> load(const std::filesystem::path& catalog_directory);
  /// Null when the state does not allow the action. `action` is its code or its Chinese words.
  [[nodiscard]] const Transition* next(SubState from, std::string_view action) const noexcept;
  [[nodiscard]] const std::vector<Transition>& all() const noexcept { return transitions_; }

 private:
  std::vector<Transition> transitions_;
};

}  // namespace minglu::tiers
