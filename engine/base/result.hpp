// Result<T>: a value or an Error. A failure that the caller can meet in normal use is a Result, never an exception.
//
//   Result<Money> parse_money(std::string_view text);
//   MINGLU_TRY(Money money, parse_money(cell));   // returns the Error to the caller on failure
//
// Thread-safety: values, as safe as T.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace minglu::base {

/// What the caller should do about a failure.
enum class ErrorCode {
  kInvalidArgument,     // correct the call or the input; the same call fails again
  kNotFound,            // the thing named does not exist; name another
  kConflict,            // somebody else changed or holds it; read again, then retry
  kFailedPrecondition,  // bring the system into the named state first
  kUnauthenticated,     // log in
  kPermissionDenied,    // ask for the right; retrying does not help
  kUnavailable,         // retry later
  kDataLoss,            // stored bytes are damaged; run `minglu verify`, then `minglu rebuild`
  kInternal,            // a defect or an unexpected system error; report it
};

/// Stable lower-case name, e.g. "invalid_argument".
std::string_view error_code_name(ErrorCode code) noexcept;

/// A failure: code plus a sentence that names the thing, the value and what is allowed.
struct Error {
  ErrorCode code;
  std::string message;
};

/// Success without a value.
struct Unit {};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & {
    MINGLU_ASSERT(ok());
    return std::get<0>(state_);
  }
  [[nodiscard]] const T& value() const& {
    MINGLU_ASSERT(ok());
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    MINGLU_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  [[nodiscard]] const Error& error() const& {
    MINGLU_ASSERT(!ok());
    return std::get<1>(state_);
  }
  [[nodiscard]] Error&& error() && {
    MINGLU_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Unit>;
inline Status ok_status() { return Unit{}; }

inline Error invalid_argument(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }
inline Error not_found(std::string message) { return {ErrorCode::kNotFound, std::move(message)}; }
inline Error conflict(std::string message) { return {ErrorCode::kConflict, std::move(message)}; }
inline Error failed_precondition(std::string message) { return {ErrorCode::kFailedPrecondition, std::move(message)}; }
inline Error data_loss(std::string message) { return {ErrorCode::kDataLoss, std::move(message)}; }
inline Error unavailable(std::string message) { return {ErrorCode::kUnavailable, std::move(message)}; }
inline Error internal_error(std::string message) { return {ErrorCode::kInternal, std::move(message)}; }

}  // namespace minglu::base

namespace minglu {
using base::Error;
using base::ErrorCode;
using base::ok_status;
using base::Result;
using base::Status;
using base::Unit;
}  // namespace minglu

#define MINGLU_CONCAT_INNER(a, b) a##b
#define MINGLU_CONCAT(a, b) MINGLU_CONCAT_INNER(a, b)
/// MINGLU_TRY(auto x, expression): binds the value, or returns the error.
#define MINGLU_TRY(declaration, ...) MINGLU_TRY_INNER(MINGLU_CONCAT(result_, __LINE__), declaration, __VA_ARGS__)
#define MINGLU_TRY_INNER(name, declaration, ...)  \
  auto name = (__VA_ARGS__);                      \
  if (!name.ok()) return std::move(name).error(); \
  declaration = std::move(name).value()
/// MINGLU_CHECK(expression): returns the error of a Status (or of any Result whose value is not wanted).
#define MINGLU_CHECK(...)                                                                                 \
  do {                                                                                                    \
    if (auto minglu_status = (__VA_ARGS__); !minglu_status.ok()) return std::move(minglu_status).error(); \
  } while (false)
