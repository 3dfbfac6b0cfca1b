// What a status code means for the life of a unit: alive, dormant or dead (catalog/codes/life_states.csv).
//
//   states.find("reg_status", "6") == Life::kDead;  states.find("reg_status", "9") is empty: the code says nothing.
//
// Errors of loading are those of catalog_file.hpp, and kInvalidArgument for an unknown word or a repeated code.
// Thread-safety: immutable after load. Cost: O(log n) a question.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::codes {

enum class Life : uint8_t { kAlive, kDormant, kDead };

class LifeStates {
 public:
  static Result<LifeStates> load(const std::filesystem::path& catalog_directory);
  [[nodiscard]] std::optional<Life> find(std::string_view list, std::string_view code) const;

 private:
  std::map<std::pair<std::string, std::string>, Life> states_;
};

}  // namespace minglu::codes
