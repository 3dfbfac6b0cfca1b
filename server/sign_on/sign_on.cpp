#include "server/sign_on/sign_on.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/bytes.hpp"
#include "access/session.hpp"
#include "base/file.hpp"
#include "server/api/services.hpp"
#include "server/sign_on/fetch.hpp"

namespace minglu::server {
namespace {

using Json = nlohmann::json;

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kFlowUs = 600 * kUsPerSecond;
constexpr int64_t kIssuerUs = 3600 * kUsPerSecond;
constexpr int64_t kKeysAgainUs = 30 * kUsPerSecond;
constexpr int64_t kFailureUs = 5 * kUsPerSecond;
constexpr size_t kFlowsMax = 5000;
constexpr std::chrono::milliseconds kPatience{1000};

Error refused(const char* why) { return {ErrorCode::kUnauthenticated, why}; }

// A text member; "" when absent.
Result<std::string> text_of(const Json& json, const char* name, bool is_needed) {
  const auto it = json.find(name);
  if (it == json.end() && !is_needed) return std::string();
  if (it == json.end() || !it->is_string() || it->get<std::string>().empty())
    return base::invalid_argument(std::string("\"") + name + "\" must be a text");
  return it->get<std::string>();
}

Status check_members(const Json& json) {
  constexpr std::array kKnown{"issuer", "client_id",   "client_secret_file", "redirect_uri", "title",
                              "scope",  "login_claim", "second_factor",      "ca_file"};
  for (const auto& [name, value] : json.items()) {
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
      return base::invalid_argument("\"" + name + "\" is not known");
  }
  return ok_status();
}

Result<SignOnConfig> config_of(const Json& json, const std::filesystem::path& folder) {
  if (!json.is_object()) return base::invalid_argument("it must be a JSON object");
  MINGLU_CHECK(check_members(json));
  SignOnConfig config;
  MINGLU_TRY(config.issuer, text_of(json, "issuer", true));
  MINGLU_TRY(config.client_id, text_of(json, "client_id", true));
  MINGLU_TRY(config.redirect_uri, text_of(json, "redirect_uri", true));
  MINGLU_TRY(config.title, text_of(json, "title", false));
  MINGLU_TRY(const std::string scope, text_of(json, "scope", false));
  MINGLU_TRY(const std::string claim, text_of(json, "login_claim", false));
  MINGLU_TRY(const std::string secret, text_of(json, "client_secret_file", false));
  MINGLU_TRY(const std::string ca_file, text_of(json, "ca_file", false));
  if (!scope.empty()) config.scope = scope;
  if (!claim.empty()) config.login_claim = claim;
  if (!ca_file.empty()) config.ca_file = folder / ca_file;
  if (!secret.empty()) {
    MINGLU_TRY(config.client_secret, base::read_file(folder / secret));
    while (config.client_secret.ends_with('\n')) config.client_secret.pop_back();
  }
  const Json factors = json.value("second_factor", Json::array());
  for (const Json& factor : factors) {
    if (!factor.is_string()) return base::invalid_argument("\"second_factor\" must be a list of texts");
    config.second_factor.push_back(factor.get<std::string>());
  }
  for (const std::string& address : {config.issuer, config.redirect_uri}) {
    if (!may_fetch(address))
      return base::invalid_argument("\"" + address + "\" must begin with https:// (or be http on this machine)");
  }
  return config;
}

// An address that the issuer names.
Result<std::string> endpoint(const Json& json, const char* name) {
  MINGLU_TRY(std::string address, text_of(json, name, true));
  if (!may_fetch(address)) return base::invalid_argument(std::string(name) + " is no https address: " + address);
  return address;
}

Error misfit(const std::string& what) {
  return base::failed_precondition("the issuer's configuration does not fit: " + what);
}

}  // namespace

Result<SignOnConfig> load_sign_on_config(const std::filesystem::path& file) {
  MINGLU_TRY(const std::string text, base::read_file(file));
  Result<SignOnConfig> config = config_of(Json::parse(text, nullptr, false), file.parent_path());
  if (!config.ok()) return base::invalid_argument("sign-on file \"" + file.string() + "\": " + config.error().message);
  return config;
}

Result<std::unique_ptr<SignOn>> SignOn::create(SignOnConfig config) {
  return std::unique_ptr<SignOn>(new SignOn(std::move(config)));
}

// Discovery; the issuer must call itself what the configuration calls it.
Result<SignOn::Issuer> SignOn::read_issuer(int64_t now_us) const {
  std::string base = config_.issuer;
  while (base.ends_with('/')) base.pop_back();
  MINGLU_TRY(const std::string text,
             fetch({.url = base + "/.well-known/openid-configuration", .ca_file = config_.ca_file}));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return misfit("it is no JSON object");
  if (json.value("issuer", Json()) != Json(config_.issuer))
    return misfit("it calls itself " + json.value("issuer", Json()).dump() + ", not \"" + config_.issuer + "\"");
  Issuer issuer;
  issuer.read_us = now_us;
  for (const auto& [name, place] : {std::pair{"authorization_endpoint", &issuer.authorization_endpoint},
                                    {"token_endpoint", &issuer.token_endpoint},
                                    {"jwks_uri", &issuer.jwks_uri}}) {
    Result<std::string> address = endpoint(json, name);
    if (!address.ok()) return misfit(address.error().message);
    *place = std::move(address).value();
  }
  MINGLU_TRY(const std::string keys, fetch({.url = issuer.jwks_uri, .ca_file = config_.ca_file}));
  Result<access::KeySet> parsed = access::parse_key_set(keys);
  if (!parsed.ok()) return misfit(parsed.error().message);
  issuer.keys = std::move(parsed).value();
  return issuer;
}

Result<SignOn::Issuer> SignOn::issuer(int64_t now_us, bool is_key_missing) {
  const auto kept = [&]() -> std::optional<Result<Issuer>> {
    const std::lock_guard guard(mutex_);
    const int64_t most = is_key_missing ? kKeysAgainUs : kIssuerUs;
    if (issuer_ && now_us - issuer_->read_us < most) return *issuer_;
    if (failure_ && now_us - failed_us_ < kFailureUs) return *failure_;
    return std::nullopt;
  };
  if (auto known = kept()) return std::move(*known);
  const std::unique_lock talking(talking_, kPatience);
  if (!talking.owns_lock()) return base::unavailable("the issuer is being asked; try again in a moment");
  if (auto known = kept()) return std::move(*known);  // another thread has asked meanwhile
  Result<Issuer> fresh = read_issuer(now_us);
  const std::lock_guard guard(mutex_);
  if (fresh.ok()) {
    issuer_ = *fresh;
    failure_.reset();
  } else {
    failure_ = fresh.error();
    failed_us_ = now_us;
  }
  return fresh;
}

Result<SignOnBegun> SignOn::begin(int64_t now_us) {
  MINGLU_TRY(const Issuer known, issuer(now_us, false));
  const std::string word = random_token();
  const std::string state = random_token();
  const Flow flow{access::session_token_hash(word), random_token(), random_token(), now_us};
  {
    const std::lock_guard guard(mutex_);
    std::erase_if(flows_, [&](const auto& item) { return now_us - item.second.begun_us >= kFlowUs; });
    if (flows_.size() >= kFlowsMax) {
      flows_.erase(std::min_element(flows_.begin(), flows_.end(), [](const auto& a, const auto& b) {
        return a.second.begun_us < b.second.begun_us;
      }));
    }
    flows_.emplace(state, flow);
  }
  std::string url = known.authorization_endpoint;
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += "response_type=code&client_id=" + access::percent_encoded(config_.client_id) +
         "&redirect_uri=" + access::percent_encoded(config_.redirect_uri) +
         "&scope=" + access::percent_encoded(config_.scope) + "&state=" + state + "&nonce=" + flow.nonce +
         "&code_challenge=" + access::pkce_challenge(flow.verifier) + "&code_challenge_method=S256";
  return SignOnBegun{std::move(url), word};
}

// Whatever comes of it, a state serves once.
Result<SignOn::Flow> SignOn::take_flow(const SignOnAnswer& answer, int64_t now_us) {
  const std::lock_guard guard(mutex_);
  const auto it = flows_.find(answer.state);
  if (it == flows_.end()) return refused("this sign-on was not begun here, or has been used");
  const Flow flow = it->second;
  const bool is_same =
      access::equal_in_constant_time(flow.browser_hash, access::session_token_hash(answer.browser_word));
  if (!is_same) return refused("this sign-on was begun in another browser");
  flows_.erase(it);
  if (now_us - flow.begun_us >= kFlowUs) return refused("this sign-on took longer than ten minutes");
  return flow;
}

Result<std::string> SignOn::exchange(const Issuer& issuer, const Flow& flow, const std::string& code) {
  const std::unique_lock talking(talking_, kPatience);
  if (!talking.owns_lock()) return base::unavailable("the issuer is being asked; try again in a moment");
  FetchSpec spec{.url = issuer.token_endpoint, .ca_file = config_.ca_file};
  spec.form = {{"grant_type", "authorization_code"},
               {"code", code},
               {"redirect_uri", config_.redirect_uri},
               {"client_id", config_.client_id},
               {"code_verifier", flow.verifier}};
  if (!config_.client_secret.empty()) {
    spec.user = access::percent_encoded(config_.client_id);
    spec.password = access::percent_encoded(config_.client_secret);
  }
  Result<std::string> text = fetch(spec);
  if (!text.ok() && text.error().code == ErrorCode::kFailedPrecondition) return refused("the issuer refuses the code");
  if (!text.ok()) return text;
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.value("id_token", Json()).is_string()) return refused("the issuer gives no ID token");
  return json["id_token"].get<std::string>();
}

// A token signed by a key that is not known: the issuer may have changed its keys.
Result<access::IdToken> SignOn::judge(const std::string& token, const Flow& flow, Issuer issuer_now, int64_t now_us) {
  const access::IdTokenSpec spec{config_.issuer, config_.client_id, flow.nonce, now_us / kUsPerSecond};
  Result<access::IdToken> judged = access::verify_id_token(token, issuer_now.keys, spec);
  if (judged.ok() || judged.error().code != ErrorCode::kNotFound) return judged;
  MINGLU_TRY(issuer_now, issuer(now_us, true));
  judged = access::verify_id_token(token, issuer_now.keys, spec);
  if (!judged.ok()) return Error{ErrorCode::kUnauthenticated, judged.error().message};
  return judged;
}

Result<SignedOn> SignOn::finish(const SignOnAnswer& answer, int64_t now_us) {
  MINGLU_TRY(const Flow flow, take_flow(answer, now_us));
  MINGLU_TRY(const Issuer known, issuer(now_us, false));
  MINGLU_TRY(const std::string text, exchange(known, flow, answer.code));
  MINGLU_TRY(const access::IdToken token, judge(text, flow, known, now_us));
  SignedOn who{token.text(config_.login_claim), false};
  if (who.login.empty()) return misfit("the token has no claim \"" + config_.login_claim + "\"");
  std::vector<std::string> said = token.texts("amr");
  said.push_back(token.text("acr"));
  who.passed_second_factor = std::any_of(said.begin(), said.end(), [&](const std::string& value) {
    return std::find(config_.second_factor.begin(), config_.second_factor.end(), value) != config_.second_factor.end();
  });
  return who;
}

}  // namespace minglu::server
