// One call of an operation: who calls, with what, and what the audit will say about it.
//
// A handler gets an ApiCall and returns Result<Response>; an error becomes a problem of the right status. Handlers
// never check rights: the dispatcher has done so, and `reader()` shows only what the caller's scope covers.
// Thread-safety: a call belongs to one worker.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.hpp"
#include "access/scope.hpp"
#include "base/result.hpp"
#include "flows/register_reader.hpp"
#include "server/api/services.hpp"
#include "server/http/message.hpp"

namespace minglu::server {

using Json = nlohmann::json;

/// Numbers in JSON and queries are whole up to here, for readers in JavaScript.
inline constexpr uint64_t kNumberMax = 9'007'199'254'740'991;

struct Who {
  std::optional<store::UserRow> user;
  std::string token;  // of the session; empty for keys and strangers
  std::string key_id;
  bool passed_second_factor = false;
  access::Scope scope = access::Scope::of_nothing();
  [[nodiscard]] std::string name() const;
};

struct ApiCall {
  const Request& request;
  Services& services;
  const Who& who;
  const access::Operation& operation;
  // For the audit; a handler fills what it knows.
  std::string object;
  std::string reason;
  Json detail = Json::object();

  [[nodiscard]] flows::RegisterReader reader() const;
  /// Whether the policy lets the caller's roles call that operation: for what one operation gives of another's.
  [[nodiscard]] bool may_call(std::string_view operation_id) const;
  [[nodiscard]] const flows::Knowledge& knowledge() const { return services.reg->home().knowledge(); }
  /// A whole number in a query parameter; `fallback` when absent. kInvalidArgument outside the range.
  [[nodiscard]] Result<uint64_t> number(std::string_view name, uint64_t fallback, uint64_t min, uint64_t max) const;
  /// Limit of a page, 1 to 1000, usually 50.
  [[nodiscard]] Result<uint64_t> limit() const { return number("limit", 50, 1, 1000); }
  /// Position of a page; kInvalidArgument for a text that no page answered.
  [[nodiscard]] Result<uint64_t> cursor() const;
  /// The number that stands in the path; kNotFound when it is none.
  [[nodiscard]] Result<uint64_t> path_number(size_t part = 0) const;
  [[nodiscard]] Result<bool> flag(std::string_view name, bool fallback) const;
};

/// The request's JSON object, read strictly: what is missing, too long or unknown is collected, and told at once.
class Body {
 public:
  /// kInvalidArgument when the body is no JSON object.
  static Result<Body> parse(const Request& request);
  std::string text(std::string_view name, size_t min, size_t max);
  std::optional<std::string> optional_text(std::string_view name, size_t min, size_t max);
  std::vector<std::string> texts(std::string_view name, size_t count_min, size_t count_max, size_t max);
  std::optional<bool> optional_flag(std::string_view name);
  std::optional<int64_t> optional_number(std::string_view name, int64_t min, int64_t max);
  /// A member as it stands, null when absent.
  const Json* member(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const { return json_.contains(std::string(name)); }
  void complain(const std::string& pointer, const std::string& message);
  /// Nothing has been complained of yet.
  [[nodiscard]] bool is_fine() const noexcept { return complaints_.empty(); }
  /// Tells of members that nobody asked for, then of everything collected. kInvalidArgument naming each.
  [[nodiscard]] Status check();

 private:
  Json json_;
  std::vector<std::string> asked_;
  std::vector<std::string> complaints_;
};

/// What an account may see. Without regions a city account, a department and a leader see the whole city; a district or
/// sub-district account must name its own. kInvalidArgument in words for the administrator.
Result<access::Scope> scope_of_account(const flows::Knowledge& knowledge, const std::vector<std::string>& roles,
                                       const std::vector<std::string>& regions,
                                       const std::vector<std::string>& specialties, bool may_unmask);

/// Status, code and words of an error for HTTP.
Response problem_of(const Request& request, const Error& error);

/// A problem whose words are known beforehand, in both languages.
struct Problem {
  int status = 0;
  std::string_view code;
  std::string_view title_zh;
  std::string_view title_en;
  std::string_view detail_zh;
  std::string_view detail_en;
};
/// In the language of Accept-Language.
Response problem(const Request& request, const Problem& words);
/// True when the client would rather read English.
bool wants_english(const Request& request);

}  // namespace minglu::server
