#include "server/api/dispatch.hpp"

#include <algorithm>
#include <utility>

#include "access/session.hpp"
#include "base/utf8.hpp"
#include "server/api/idempotency.hpp"

namespace minglu::server {
namespace {

constexpr std::string_view kBearer = "Bearer ";

access::Scope scope_of(const store::UserRow& user, const Services& services) {
  Result<access::Scope> scope =
      scope_of_account(services.reg->home().knowledge(), user.roles, user.regions, user.specialties, user.may_unmask);
  return scope.ok() ? *scope : access::Scope::of_nothing();
}

std::optional<Who> identify_key(std::string_view text, Services& services) {
  const std::optional<access::ApiKeyParts> parts = access::parse_api_key(text);
  if (!parts) return std::nullopt;
  const std::optional<store::ApiKeyRow> key = services.accounts->find_api_key(parts->id);
  const int64_t now = now_us();
  if (!key || !access::matches_secret(*parts, key->secret_hash)) return std::nullopt;
  if (key->revoked_us != 0 || (key->expires_us != 0 && key->expires_us <= now)) return std::nullopt;
  const Result<store::UserRow> owner = services.accounts->find_user(key->owner_id);
  if (!owner.ok() || owner->is_disabled) return std::nullopt;
  Who who;
  who.user = *owner;
  who.key_id = key->id;
  who.passed_second_factor = true;  // A key is a second factor of its own: it was handed over by an administrator.
  who.scope = scope_of(*owner, services);
  return who;
}

access::Caller caller_of(const Who& who, const Services& services) {
  access::Caller caller;
  caller.is_signed_in = who.user.has_value();
  if (!who.user) return caller;
  if (auto roles = access::parse_roles(who.user->roles); roles.ok()) caller.roles = std::move(roles).value();
  caller.passed_second_factor = who.passed_second_factor || !services.second_factor_required;
  caller.must_change_password = who.key_id.empty() && must_change_password(services, *who.user);
  return caller;
}

std::optional<Problem> refusal_of(access::Verdict verdict) {
  switch (verdict) {
    case access::Verdict::kAllowed: return std::nullopt;
    case access::Verdict::kUnauthenticated:
      return Problem{401,
                     "unauthenticated",
                     "请先登录",
                     "Log in first",
                     "登录已过期或尚未登录，请重新登录",
                     "You are not logged in, or your session has ended; log in again"};
    case access::Verdict::kForbidden:
      return Problem{403,
                     "forbidden",
                     "没有权限",
                     "Not allowed",
                     "您的角色不能使用这项功能，如需使用请联系安全管理员",
                     "Your role may not do this; ask the security administrator if you need to"};
    case access::Verdict::kNeedsSecondFactor:
      return Problem{403,
                     "needs_second_factor",
                     "需要第二重验证",
                     "Second factor needed",
                     "请先在“我的账号”绑定动态口令，再用动态口令重新登录",
                     "Set up one-time codes under “My account”, then log in again with one"};
    case access::Verdict::kNeedsPasswordChange:
      return Problem{403,
                     "needs_password_change",
                     "请先修改密码",
                     "Change your pass phrase first",
                     "密码是他人设置的或已过期，请先在“我的账号”修改密码",
                     "Your pass phrase was set by somebody else or has expired; change it under “My account”"};
  }
  return std::nullopt;
}

bool is_unsafe(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

// A page of another site can make a browser send the cookie, but cannot read the token nor set the header.
std::optional<Response> check_forgery(const Request& request, const Who& who) {
  if (!is_unsafe(request) || who.token.empty()) return std::nullopt;
  if (access::is_csrf_token_of(who.token, request.header("x-csrf-token"))) return std::nullopt;
  return problem(request,
                 {403, "csrf", "请求来源不可信", "Untrusted request", "缺少或不符的 X-CSRF-Token；请刷新页面后重试",
                  "X-CSRF-Token is missing or wrong; reload the page and try again"});
}

// Characters of the longest value that a query parameter may have; as in the contract.
size_t parameter_chars_max(std::string_view name) {
  for (const std::string_view list : {"district", "industry", "size", "status", "source", "within"}) {
    if (name == list) return 400;
  }
  if (name == "from" || name == "to" || name == "known_at") return 32;
  if (name == "precision") return 60;
  if (name == "bbox") return 80;
  return name == "file_name" ? 255 : 200;
}

std::optional<Response> check_parameters(const Request& request, std::string_view allowed) {
  for (const auto& [name, value] : request.query) {
    const std::string padded = "," + std::string(allowed) + ",";
    if (padded.find("," + name + ",") != std::string::npos) {
      const size_t most = parameter_chars_max(name);
      if (base::count_code_points(value) <= most) continue;
      return problem_of(request, base::invalid_argument(name + "最多 " + std::to_string(most) + " 个字符"));
    }
    return problem(request, {400, "unknown_parameter", "没有这个参数", "Unknown parameter",
                             "不认识的查询参数；可用的参数见接口说明",
                             "A query parameter is not known; the contract lists those that are"});
  }
  return std::nullopt;
}

std::optional<Response> check_quota(const Request& request, const Who& who, Services& services) {
  if (who.key_id.empty()) return std::nullopt;
  const std::optional<store::ApiKeyRow> key = services.accounts->find_api_key(who.key_id);
  if (!key) return std::nullopt;
  const access::Quota quota = key->quota_requests > 0 ? access::Quota{key->quota_requests, key->quota_window_us}
                                                      : access::default_quota(services.parameters);
  const access::QuotaAnswer answer = services.quotas.take(who.key_id, quota, now_us());
  if (answer.allowed) return std::nullopt;
  Response response = problem(
      request, {429, "too_many_requests", "请求过于频繁", "Too many requests",
                "超出接口密钥的配额，请在 Retry-After 之后再试", "The quota of this key is used up; see Retry-After"});
  return std::move(response.with("Retry-After", std::to_string(answer.retry_after_s)));
}

store::AuditOutcome outcome_of(int status) {
  if (status < 400) return store::AuditOutcome::kOk;
  return status == 401 || status == 403 || status == 429 ? store::AuditOutcome::kDenied : store::AuditOutcome::kFailed;
}

bool is_audited(const access::Operation& operation, int status) {
  return operation.is_write || operation.is_sensitive || outcome_of(status) == store::AuditOutcome::kDenied;
}

Response audited(ApiCall& call, Response response) {
  if (!is_audited(call.operation, response.status)) return response;
  store::AuditEntry entry;
  entry.actor_id = call.who.user ? call.who.user->id : 0;
  entry.actor = call.who.name();
  if (call.who.user) {
    for (const std::string& role : call.who.user->roles) entry.role += (entry.role.empty() ? "" : "|") + role;
  }
  entry.remote = call.request.remote;
  entry.operation = call.operation.id;
  entry.object = call.object;
  entry.outcome = outcome_of(response.status);
  entry.reason = call.reason;
  call.detail["status"] = response.status;
  entry.detail_json = call.detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (const auto written = call.services.audit->append(std::move(entry)); !written.ok())
    return problem_of(call.request, base::unavailable("审计日志暂时无法写入，操作结果未知；请稍后重试"));
  return response;
}

Response handle(const ApiOperation& api, ApiCall& call) {
  if (auto refused = check_quota(call.request, call.who, call.services)) return std::move(*refused);
  const access::Verdict verdict = access::decide(call.operation, caller_of(call.who, call.services));
  if (const auto refusal = refusal_of(verdict)) return problem(call.request, *refusal);
  if (auto refused = check_forgery(call.request, call.who)) return std::move(*refused);
  if (auto refused = check_parameters(call.request, api.parameters)) return std::move(*refused);
  const auto run = [&]() -> Response {
    Result<Response> response = api.handler(call);
    if (!response.ok()) return problem_of(call.request, response.error());
    response->with("Cache-Control", "no-store");
    return std::move(response).value();
  };
  const bool may_be_repeated = call.operation.is_write && call.request.method == "POST" && call.who.user.has_value();
  return may_be_repeated ? answered_once(call, run) : run();
}

Response dispatch(const ApiOperation& api, const access::Operation& operation, Services& services,
                  const Request& request) {
  const Who who = identify(request, services);
  ApiCall call{request, services, who, operation, {}, {}, Json::object()};
  Response response = handle(api, call);
  return audited(call, std::move(response));
}

}  // namespace

Who identify(const Request& request, Services& services) {
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with(kBearer)) {
    if (auto who = identify_key(authorization.substr(kBearer.size()), services)) return std::move(*who);
    return {};
  }
  const std::string token(request.cookie(services.cookie_name()));
  if (!access::is_session_token(token)) return {};
  const std::string hash = access::session_token_hash(token);
  std::optional<store::SignedIn> signed_in = services.accounts->find_session(hash);
  if (!signed_in) return {};
  const int64_t now = now_us();
  const access::SessionTimes times{signed_in->session.created_us, signed_in->session.last_seen_us};
  if (access::session_state(times, now, services.parameters) != access::SessionState::kLive) {
    (void)services.accounts->end_session(hash);
    return {};
  }
  (void)services.accounts->touch_session(hash, now);
  Who who;
  who.token = token;
  who.passed_second_factor = signed_in->session.passed_second_factor;
  who.scope = scope_of(signed_in->user, services);
  who.user = std::move(signed_in->user);
  return who;
}

std::vector<ApiOperation> all_operations() {
  std::vector<ApiOperation> all;
  for (const auto part : {session_operations, sign_on_operations, account_operations, organisation_operations,
                          unit_operations, map_operations, pin_operations, feed_operations, desk_operations,
                          discrepancy_operations, activity_operations, system_operations}) {
    for (ApiOperation& operation : part()) all.push_back(std::move(operation));
  }
  return all;
}

Status add_api(Router& router, Services& services) {
  std::vector<ApiOperation> operations = all_operations();
  std::vector<std::string> ids;
  for (const ApiOperation& operation : operations) ids.emplace_back(operation.id);
  MINGLU_CHECK(services.policy.check_complete(ids));
  for (ApiOperation& api : operations) {
    const access::Operation* operation = services.policy.find(api.id);
    Route route;
    route.method = api.method;
    route.path = "/api/v1" + std::string(api.path);
    route.access = api.id;
    route.large_body = api.large_body;
    if (api.large_body) {
      route.admit = [operation, &services](const Request& request) -> std::optional<Response> {
        const Who who = identify(request, services);
        if (const auto refusal = refusal_of(access::decide(*operation, caller_of(who, services))))
          return problem(request, *refusal);
        return check_forgery(request, who);
      };
    }
    route.handler = [api = std::move(api), operation, &services](const Request& request) {
      return dispatch(api, *operation, services, request);
    };
    router.add(std::move(route));
  }
  return ok_status();
}

}  // namespace minglu::server
