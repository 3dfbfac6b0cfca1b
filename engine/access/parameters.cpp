#include "access/parameters.hpp"

#include <array>
#include <charconv>
#include <string>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

struct Parameter {
  std::string_view name;
  int64_t Parameters::*value;
  int64_t factor;  // what the file's unit is in ours
  int64_t min;     // in the file's unit
  int64_t max;
};

constexpr int64_t kUsPerMinute = 60 * kUsPerSecond;
constexpr int64_t kUsPerHour = 60 * kUsPerMinute;

constexpr std::array<Parameter, 17> kParameters = {{
    {"argon2_memory_kib", &Parameters::argon2_memory_bytes, 1024, 8, 1'048'576},
    {"argon2_passes", &Parameters::argon2_passes, 1, 1, 100},
    {"dengbao_length_min", &Parameters::dengbao_length_min, 1, 8, 64},
    {"dengbao_classes_min", &Parameters::dengbao_classes_min, 1, 1, 4},
    {"dengbao_days_max", &Parameters::dengbao_days_max, 1, 1, 3650},
    {"asvs_length_min", &Parameters::asvs_length_min, 1, 8, 64},
    {"password_length_max", &Parameters::password_length_max, 1, 64, 1024},
    {"lockout_failures", &Parameters::lockout_failures, 1, 1, 100},
    {"lockout_minutes", &Parameters::lockout_us, kUsPerMinute, 1, 1440},
    {"session_idle_minutes", &Parameters::session_idle_us, kUsPerMinute, 1, 1440},
    {"session_absolute_hours", &Parameters::session_absolute_us, kUsPerHour, 1, 168},
    {"ticket_hours", &Parameters::ticket_us, kUsPerHour, 1, 168},
    {"totp_step_seconds", &Parameters::totp_step_s, 1, 1, 300},
    {"totp_window_steps", &Parameters::totp_window_steps, 1, 0, 10},
    {"quota_requests", &Parameters::quota_requests, 1, 1, 1'000'000},
    {"quota_window_seconds", &Parameters::quota_window_us, kUsPerSecond, 1, 86'400},
    {"idempotency_hours", &Parameters::idempotency_us, kUsPerHour, 1, 720},
}};

}  // namespace

Result<Parameters> Parameters::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(catalog_directory / "access/parameters.csv",
                                                                     {"name", "value", "unit", "source"}));
  Parameters parameters;
  std::array<bool, kParameters.size()> seen = {};
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::string& name = file.rows[row][0];
    const std::string& text = file.rows[row][1];
    size_t at = 0;
    while (at < kParameters.size() && kParameters[at].name != name) ++at;
    if (at == kParameters.size()) return codes::catalog_error(file, row, "unknown parameter \"" + name + "\"");
    if (seen[at]) return codes::catalog_error(file, row, "parameter \"" + name + "\" stands twice");
    seen[at] = true;
    const Parameter& parameter = kParameters[at];
    int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (!is_number || value < parameter.min || value > parameter.max) {
      return codes::catalog_error(file, row,
                                  "parameter \"" + name + "\": \"" + text + "\" is not a number from " +
                                      std::to_string(parameter.min) + " to " + std::to_string(parameter.max));
    }
    parameters.*parameter.value = value * parameter.factor;
  }
  for (size_t at = 0; at < kParameters.size(); ++at) {
    if (seen[at]) continue;
    return base::invalid_argument(file.path.string() + ": parameter \"" + std::string(kParameters[at].name) +
                                  "\" is missing");
  }
  return parameters;
}

}  // namespace minglu::access
