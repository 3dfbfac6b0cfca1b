#include "codes/internal/cells.hpp"

#include <charconv>

namespace minglu::codes::internal {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) parts.emplace_back();
  }
  return parts;
}

Result<std::optional<int64_t>> parse_count(std::string_view cell) {
  constexpr int64_t kCountMax = 1'000'000'000;
  if (cell.empty()) return std::optional<int64_t>();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || number < 0 || number > kCountMax) {
    return base::invalid_argument("\"" + std::string(cell) + "\" is not a whole number between 0 and 1000000000");
  }
  return std::optional<int64_t>(number);
}

}  // namespace minglu::codes::internal
