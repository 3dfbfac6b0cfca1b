#include "cli/context.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "flows/rebuild_flow.hpp"

namespace minglu::cli {
namespace {

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound: return kExitRejected;
    case ErrorCode::kConflict:
    case ErrorCode::kUnavailable: return kExitConflict;
    default: return kExitInternal;
  }
}

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<std::unique_ptr<flows::Home>> open_home(const GlobalOptions& options) {
  flows::HomeSpec spec;
  spec.directory = options.home;
  spec.ledger_url = options.ledger;
  spec.catalog = options.catalog;
  spec.threads = options.threads;
  MINGLU_TRY(std::unique_ptr<flows::Home> home, flows::Home::open(spec));
  MINGLU_CHECK(flows::catch_up(*home));
  return home;
}

int fail(const Error& error, const GlobalOptions& options) {
  std::fprintf(stderr, "minglu: %s\n", error.message.c_str());
  if (options.json) {
    print_json({{"error", {{"code", std::string(base::error_code_name(error.code))}, {"message", error.message}}}});
  }
  return exit_code_of(error.code);
}

void print_json(const nlohmann::json& json) {
  const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  std::printf("%s\n", text.c_str());
}

Progress::Progress(const GlobalOptions& options)
    : enabled_(!options.quiet && ::isatty(STDERR_FILENO) != 0 && std::getenv("CI") == nullptr) {}

Progress::~Progress() { finish(); }

void Progress::show(const std::string& step, uint64_t done, uint64_t total) {
  if (!enabled_) return;
  const int64_t now = now_ms();
  if (now - last_ms_ < 100) return;
  last_ms_ = now;
  shown_ = true;
  if (total == 0) {
    std::fprintf(stderr, "\r\033[K%s  %s", step.c_str(), with_commas(done).c_str());
    return;
  }
  constexpr int kWidth = 30;
  const int filled = static_cast<int>(done * kWidth / total);
  std::string bar(static_cast<size_t>(filled), '#');
  bar.resize(kWidth, '.');
  std::fprintf(stderr, "\r\033[K%-12s [%s] %3d%%  %s", step.c_str(), bar.c_str(), static_cast<int>(done * 100 / total),
               with_commas(done).c_str());
}

void Progress::finish() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
  shown_ = false;
}

std::string with_commas(uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

uint64_t peak_memory_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) / 1024;
}

}  // namespace minglu::cli
