// Single sign-on: the console asks whether there is one, sends the browser to the issuer, and brings back what the
// issuer gave it (server/sign_on).
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

constexpr int64_t kCookieSeconds = 600;

std::string cookie(const Services& services, const std::string& word, int64_t seconds) {
  return std::string(services.sign_on_cookie_name()) + "=" + word +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
         (services.secure_cookies ? "; Secure" : "");
}

constexpr Problem kNotConfigured = {404,
                                    "no_sign_on",
                                    "没有单点登录",
                                    "No single sign-on",
                                    "没有配置单点登录，请用账号和密码登录",
                                    "No single sign-on is configured; log in with your pass phrase"};
constexpr Problem kRefused = {401,
                              "sign_on_refused",
                              "单点登录没有成功",
                              "Not signed on",
                              "单点登录没有成功，请重新登录",
                              "The single sign-on did not succeed; log in again"};
constexpr Problem kSilent = {503,
                             "sign_on_silent",
                             "单点登录没有应答",
                             "No answer",
                             "单点登录服务暂时没有应答，请稍后重试",
                             "The single sign-on does not answer; try again later"};
constexpr Problem kMisfit = {503,
                             "sign_on_misfit",
                             "单点登录配置有误",
                             "Not usable",
                             "单点登录的配置有误，请联系系统管理员",
                             "The single sign-on is not configured rightly; tell the system administrator"};
constexpr Problem kNoAccount = {401,
                                "no_account",
                                "没有账号",
                                "No account",
                                "您已通过单点登录，但这里没有您的账号或已停用，请联系安全管理员",
                                "You have signed on, but have no account here or it is disabled; ask the security "
                                "administrator"};

// What the issuer did wrong is for the operator's trail; people are told what to do.
Response told(ApiCall& call, const Error& error) {
  call.reason = error.message;
  switch (error.code) {
    case ErrorCode::kUnavailable: return problem(call.request, kSilent);
    case ErrorCode::kUnauthenticated: return problem(call.request, kRefused);
    default: return problem(call.request, kMisfit);
  }
}

Result<Response> sign_on_info(ApiCall& call) {
  Json json = {{"available", call.services.sign_on != nullptr}};
  if (call.services.sign_on) put_text(json, "title", call.services.sign_on->config().title);
  return json_response(200, json.dump());
}

Result<Response> begin_sign_on(ApiCall& call) {
  SignOn* sign_on = call.services.sign_on.get();
  if (sign_on == nullptr) return problem(call.request, kNotConfigured);
  const Result<SignOnBegun> begun = sign_on->begin(now_us());
  if (!begun.ok()) return told(call, begun.error());
  Response response = json_response(200, Json{{"url", begun->url}}.dump());
  response.with("Set-Cookie", cookie(call.services, begun->browser_word, kCookieSeconds));
  return response;
}

Result<Response> finish_sign_on(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string state = body.text("state", 1, 200);
  const std::string code = body.text("code", 1, 2000);
  MINGLU_CHECK(body.check());
  SignOn* sign_on = call.services.sign_on.get();
  if (sign_on == nullptr) return problem(call.request, kNotConfigured);
  const std::string word(call.request.cookie(call.services.sign_on_cookie_name()));
  const Result<SignedOn> who = sign_on->finish({word, state, code}, now_us());
  if (!who.ok()) return told(call, who.error());
  call.object = "login:" + who->login;
  const std::optional<store::UserRow> user = call.services.accounts->find_login(who->login);
  if (!user || user->is_disabled) {
    call.reason = user ? "the account is disabled" : "no account of this login";
    return problem(call.request, kNoAccount);
  }
  MINGLU_TRY(Response response, open_session(call, *user, who->passed_second_factor, 201));
  return std::move(response.with("Set-Cookie", cookie(call.services, "", 0)));
}

}  // namespace

std::vector<ApiOperation> sign_on_operations() {
  return {
      {"sign_on_info", "GET", "/sign-on", "", sign_on_info},
      {"begin_sign_on", "POST", "/sign-on", "", begin_sign_on},
      {"finish_sign_on", "POST", "/sign-on/session", "", finish_sign_on},
  };
}

}  // namespace minglu::server
