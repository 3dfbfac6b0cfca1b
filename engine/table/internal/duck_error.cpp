#include "table/internal/duck_error.hpp"

#include <string_view>
#include <utility>

namespace minglu::table::internal {
namespace {

struct Rule {
  std::string_view words;  // in DuckDB's message
  ErrorCode code;
};

// First match wins. DuckDB starts a message with the class of the error.
constexpr Rule kRules[] = {
    {"Could not set lock", ErrorCode::kConflict},
    {"TransactionContext Error", ErrorCode::kConflict},
    {"Conflict on", ErrorCode::kConflict},
    {"Out of Memory Error", ErrorCode::kUnavailable},
    {"INTERRUPT Error", ErrorCode::kUnavailable},
    {"not a valid DuckDB database file", ErrorCode::kDataLoss},
    {"Corrupt", ErrorCode::kDataLoss},
    {"Checksum", ErrorCode::kDataLoss},
    {"Serialization Error", ErrorCode::kDataLoss},
    {"Permission Error", ErrorCode::kPermissionDenied},
    {"Parser Error", ErrorCode::kInvalidArgument},
    {"Binder Error", ErrorCode::kInvalidArgument},
    {"could not be found", ErrorCode::kInvalidArgument},
    {"Catalog Error", ErrorCode::kInvalidArgument},
    {"Conversion Error", ErrorCode::kInvalidArgument},
    {"Constraint Error", ErrorCode::kInvalidArgument},
    {"Invalid Input Error", ErrorCode::kInvalidArgument},
    {"Out of Range Error", ErrorCode::kInvalidArgument},
};

constexpr std::string_view kExcerpt = "\n\nLINE ";  // of the statement

}  // namespace

Error duck_error(const std::string& action, const char* message) {
  std::string_view words = message == nullptr ? "DuckDB gives no reason" : message;
  // A file at fault is no matter of our statement, whose excerpt would show parts of where the file is kept.
  if (words.find("Invalid Input Error") != std::string_view::npos) words = words.substr(0, words.find(kExcerpt));
  Error error{ErrorCode::kInternal, action + ": " + std::string(words)};
  for (const Rule& rule : kRules) {
    if (words.find(rule.words) == std::string_view::npos) continue;
    error.code = rule.code;
    break;
  }
  return error;
}

}  // namespace minglu::table::internal
