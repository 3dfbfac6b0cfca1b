#include <array>

#include "access/lockout.hpp"
#include "access/masking.hpp"
#include "access/session.hpp"
#include "access/totp.hpp"
#include "server/api/operations.hpp"

namespace minglu::server {
namespace {

constexpr Problem kWrongLogin = {401,
                                 "wrong_login",
                                 "登录失败",
                                 "Not logged in",
                                 "登录名、密码或动态口令不对；连续 5 次错误将锁定 15 分钟",
                                 "Login, pass phrase or one-time code is wrong; five failures lock for 15 minutes"};
constexpr Problem kLocked = {423,
                             "locked",
                             "账号已锁定",
                             "Locked",
                             "登录失败次数过多，请 15 分钟后再试或联系安全管理员",
                             "Too many failures; try again in 15 minutes or ask the security administrator"};
constexpr Problem kNeedsTotp = {401,
                                "needs_totp",
                                "请输入动态口令",
                                "One-time code needed",
                                "该账号已绑定动态口令，请输入 6 位数字",
                                "This account uses one-time codes; enter the six digits"};

Json me_json(const ApiCall& call, const store::UserRow& user, const std::string& token, bool passed_second_factor) {
  Json me;
  me["id"] = std::to_string(user.id);
  me["login"] = user.login;
  me["display_name"] = user.display_name;
  me["roles"] = user.roles;
  me["regions"] = user.regions;
  access::Caller caller;
  caller.is_signed_in = true;
  if (auto roles = access::parse_roles(user.roles); roles.ok()) caller.roles = *roles;
  caller.passed_second_factor = true;
  Json operations = Json::array();
  for (const access::Operation& operation : call.services.policy.operations()) {
    if (access::decide(operation, caller) == access::Verdict::kAllowed) operations.push_back(operation.id);
  }
  me["operations"] = std::move(operations);
  me["csrf_token"] = token.empty() ? "" : access::csrf_token(token);
  me["must_change_password"] = must_change_password(call.services, user);
  me["totp_enrolled"] = user.has_totp;
  me["totp_required"] = call.services.second_factor_required && !passed_second_factor;
  return me;
}

}  // namespace

bool must_change_password(const Services& services, const store::UserRow& user) {
  // Who signs on elsewhere has none here.
  return user.has_password &&
         (user.must_change_password || services.password_rules.is_too_old(user.password_set_us, now_us()));
}

namespace {

std::string session_cookie(const Services& services, const std::string& token, int64_t seconds) {
  return std::string(services.cookie_name()) + "=" + token +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
         (services.secure_cookies ? "; Secure" : "");
}

}  // namespace

Result<Response> open_session(ApiCall& call, const store::UserRow& user, bool passed_second_factor, int status) {
  const std::string token = random_token();
  const int64_t now = now_us();
  MINGLU_CHECK(call.services.accounts->create_session({.token_hash = access::session_token_hash(token),
                                                       .user_id = user.id,
                                                       .created_us = now,
                                                       .last_seen_us = now,
                                                       .passed_second_factor = passed_second_factor,
                                                       .remote = call.request.remote,
                                                       .user_agent = std::string(call.request.header("user-agent"))}));
  Response response = json_response(status, me_json(call, user, token, passed_second_factor).dump());
  const int64_t seconds = call.services.parameters.session_absolute_us / access::kUsPerSecond;
  response.with("Set-Cookie", session_cookie(call.services, token, seconds));
  return response;
}

namespace {

// The first person of an installation, or whoever was sent a one-time link, chooses a pass phrase here.
Result<Response> setup(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string token = body.text("token", 1, 200);
  const std::string login = body.text("login", 2, 40);
  const std::string display_name = body.text("display_name", 1, 40);
  const std::string password = body.text("password", 1, 200);
  MINGLU_CHECK(body.check());
  call.object = "login:" + login;
  store::AccountStore& accounts = *call.services.accounts;
  const std::string token_hash = access::session_token_hash(token);
  MINGLU_CHECK(call.services.password_rules.check({password, login, display_name}));
  const Result<store::TicketRow> first = accounts.find_ticket(token_hash, "setup", now_us());
  store::UserRow user;
  if (first.ok()) {
    if (!accounts.users().empty()) return base::conflict("系统已经初始化，请由安全管理员新建账号");
    MINGLU_TRY(const std::string hash, call.services.hash_password(password));
    MINGLU_CHECK(accounts.use_ticket(token_hash, "setup", now_us()));
    MINGLU_TRY(
        user, accounts.create_user(
                  {.login = login, .display_name = display_name, .roles = {"security_admin"}, .created_us = now_us()}));
    MINGLU_TRY(user, accounts.set_password(user.id, {.hash = hash, .at_us = now_us()}));
    return open_session(call, user, false, 201);
  }
  const Result<store::TicketRow> reset = accounts.find_ticket(token_hash, "reset", now_us());
  if (!reset.ok() && reset.error().code == ErrorCode::kNotFound) {
    return problem_response(call.request, 410, "link_gone", "链接已失效",
                            "一次性链接已用过或已过期，请向安全管理员要一个新的");
  }
  if (!reset.ok()) return reset.error();
  MINGLU_TRY(user, accounts.find_user(reset->user_id));
  if (user.login != login) return base::invalid_argument("登录名与链接不符，请输入管理员告诉您的登录名");
  MINGLU_TRY(const std::string hash, call.services.hash_password(password));
  MINGLU_CHECK(accounts.use_ticket(token_hash, "reset", now_us()));
  MINGLU_TRY(user, accounts.set_password(user.id, {.hash = hash, .at_us = now_us()}));
  return open_session(call, user, false, 201);
}

// The code is looked at only when the pass phrase was right; each accepted step serves once.
Result<bool> passes_totp(store::AccountStore& accounts, const access::Parameters& parameters,
                         const store::UserRow& user, const std::string& code) {
  MINGLU_TRY(const std::optional<std::string> secret, accounts.totp_secret(user.id));
  if (!secret) return true;
  bool accepted = false;
  MINGLU_CHECK(accounts.change_login_state(user.id, [&](const store::LoginState& state) {
    store::LoginState next = state;
    const access::TotpMoment moment{now_us() / access::kUsPerSecond, state.totp_last_step};
    if (const auto step = access::accept_totp(*secret, code, moment, parameters)) {
      next.totp_last_step = *step;
      accepted = true;
    }
    return next;
  }));
  return accepted;
}

Status note_attempt(ApiCall& call, int64_t user, bool success) {
  const auto written = call.services.accounts->change_login_state(user, [&](const store::LoginState& state) {
    store::LoginState next = state;
    const access::LoginAttempts attempts{state.failures, state.locked_until_us};
    const access::LoginAttempts after =
        success ? access::after_success() : access::after_failure(attempts, now_us(), call.services.parameters);
    next.failures = after.failures;
    next.locked_until_us = after.locked_until_us;
    if (success) next.last_login_us = now_us();
    return next;
  });
  return written.ok() ? ok_status() : Status(written.error());
}

std::string folded(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

// Names of nobody are counted and locked like real ones, so that the answers tell nobody who exists.
Result<Response> refuse_login(ApiCall& call, const std::string& name, int64_t user) {
  if (user != 0)
    MINGLU_CHECK(note_attempt(call, user, false));
  else
    call.services.unknown_logins.note_failure(folded(name), now_us(), call.services.parameters);
  return problem(call.request, kWrongLogin);
}

Result<Response> login(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string name = body.text("login", 1, 40);
  const std::string password = body.text("password", 1, 200);
  const std::string code = body.optional_text("totp", 0, 8).value_or("");
  MINGLU_CHECK(body.check());
  call.object = "login:" + name;
  store::AccountStore& accounts = *call.services.accounts;
  const std::optional<store::UserRow> user = accounts.find_login(name);
  std::optional<std::string> hash;
  if (user) { MINGLU_TRY(hash, accounts.password_hash(user->id)); }
  // Unknown names cost the same time as known ones.
  const bool is_right = call.services.verify_password(hash ? *hash : call.services.dummy_hash, password);
  const bool is_locked = user ? access::is_locked({user->failures, user->locked_until_us}, now_us())
                              : call.services.unknown_logins.is_locked(folded(name), now_us());
  if (is_locked) return problem(call.request, kLocked);
  if (!user || !hash || user->is_disabled || !is_right) return refuse_login(call, name, user ? user->id : 0);
  if (user->has_totp && code.empty()) return problem(call.request, kNeedsTotp);
  MINGLU_TRY(const bool passed, passes_totp(accounts, call.services.parameters, *user, code));
  if (!passed) return refuse_login(call, name, user->id);
  MINGLU_CHECK(note_attempt(call, user->id, true));
  return open_session(call, *user, user->has_totp, 201);
}

Result<Response> logout(ApiCall& call) {
  MINGLU_CHECK(call.services.accounts->end_session(access::session_token_hash(call.who.token)));
  Response response;
  response.status = 204;
  response.with("Set-Cookie", session_cookie(call.services, "", 0));
  return response;
}

Result<Response> me(ApiCall& call) {
  return json_response(200, me_json(call, *call.who.user, call.who.token, call.who.passed_second_factor).dump());
}

Result<Response> change_password(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string old_password = body.text("old_password", 1, 200);
  const std::string new_password = body.text("new_password", 1, 200);
  MINGLU_CHECK(body.check());
  const store::UserRow& user = *call.who.user;
  MINGLU_TRY(const std::optional<std::string> hash, call.services.accounts->password_hash(user.id));
  if (access::is_locked({user.failures, user.locked_until_us}, now_us())) return problem(call.request, kLocked);
  if (!hash || !call.services.verify_password(*hash, old_password)) {
    MINGLU_CHECK(note_attempt(call, user.id, false));
    return base::invalid_argument("原密码不对");
  }
  if (old_password == new_password) return base::invalid_argument("新密码不能与原密码相同");
  MINGLU_CHECK(call.services.password_rules.check({new_password, user.login, user.display_name}));
  MINGLU_TRY(const std::string fresh, call.services.hash_password(new_password));
  MINGLU_CHECK(call.services.accounts->set_password(
      user.id, {.hash = fresh, .at_us = now_us(), .keep_session = access::session_token_hash(call.who.token)}));
  Response response;
  response.status = 204;
  return response;
}

// First call: a secret that is kept but not yet in force; second call with a code of it: in force.
Result<Response> totp_enroll(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::optional<std::string> code = body.optional_text("code", 6, 6);
  const std::optional<std::string> given = body.optional_text("secret", 16, 64);
  MINGLU_CHECK(body.check());
  const store::UserRow& user = *call.who.user;
  if (user.has_totp && !call.who.passed_second_factor)
    return base::conflict("更换动态口令前，请先用现在的动态口令重新登录；丢失时请联系安全管理员重置");
  if (!code) {
    std::array<uint8_t, access::kTotpSecretBytes> random{};
    fill_random(random.data(), random.size());
    const std::string secret = access::totp_secret(random);
    const std::string text = access::base32_encode(secret);
    const Json json = {
        {"enrolled", false}, {"secret", text}, {"uri", access::totp_uri({secret, "Minglu", user.login})}};
    return json_response(200, json.dump());
  }
  const std::optional<std::string> secret = given ? access::base32_decode(*given) : std::nullopt;
  if (!secret) return base::invalid_argument("缺少待绑定的密钥，请重新开始绑定");
  const access::TotpMoment moment{now_us() / access::kUsPerSecond, 0};
  const auto step = access::accept_totp(*secret, *code, moment, call.services.parameters);
  if (!step) return base::invalid_argument("动态口令不对：请核对手机时间，输入当前显示的 6 位数字");
  MINGLU_CHECK(call.services.accounts->set_totp(user.id, *secret));
  // The code that confirmed it has served and logs nobody in.
  MINGLU_CHECK(call.services.accounts->change_login_state(user.id, [&](const store::LoginState& state) {
    store::LoginState next = state;
    next.totp_last_step = *step;
    return next;
  }));
  MINGLU_CHECK(call.services.accounts->mark_second_factor(access::session_token_hash(call.who.token)));
  return json_response(200, R"({"enrolled":true})");
}

}  // namespace

std::vector<ApiOperation> session_operations() {
  return {
      {"setup", "POST", "/setup", "", setup},
      {"login", "POST", "/session", "", login},
      {"logout", "DELETE", "/session", "", logout},
      {"me", "GET", "/me", "", me},
      {"change_password", "PUT", "/me/password", "", change_password},
      {"totp_enroll", "POST", "/me/totp", "", totp_enroll},
  };
}

}  // namespace minglu::server
