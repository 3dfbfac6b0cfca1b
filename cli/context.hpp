// What every command shares: global options, opening the home, output as text or one JSON document, exit codes.
//
// Exit codes (contract): 0 ok, 1 internal, 2 usage, 3 input rejected, 4 not balanced, 5 conflict or locked,
// 130 interrupted. Results go to standard output; talk and progress go to standard error.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitInternal = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitRejected = 3;
inline constexpr int kExitNotBalanced = 4;
inline constexpr int kExitConflict = 5;
inline constexpr int kExitInterrupted = 130;

struct GlobalOptions {
  std::string home = "./var";
  std::string catalog;
  std::string ledger;
  bool json = false;
  bool quiet = false;
  uint32_t threads = 2;
};

/// Opens the home and brings derived files up to the ledger's head.
Result<std::unique_ptr<flows::Home>> open_home(const GlobalOptions& options);

/// Prints the error to standard error (with --json also as {"error":{code,message}} to standard output) and returns the
/// exit code that belongs to it.
int fail(const Error& error, const GlobalOptions& options);

void print_json(const nlohmann::json& json);

/// A bar on a terminal, nothing elsewhere. At most ten updates a second.
class Progress {
 public:
  explicit Progress(const GlobalOptions& options);
  ~Progress();
  void show(const std::string& step, uint64_t done, uint64_t total);
  /// Ends the line.
  void finish();

 private:
  bool enabled_;
  bool shown_ = false;
  int64_t last_ms_ = 0;
};

/// "1,234,567"
std::string with_commas(uint64_t number);
/// Peak resident memory of this process in MiB.
uint64_t peak_memory_mib();

}  // namespace minglu::cli
