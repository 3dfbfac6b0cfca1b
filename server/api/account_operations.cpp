#include <algorithm>
#include <array>
#include <charconv>

#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Json user_json(const store::UserRow& user) {
  Json json = {{"id", std::to_string(user.id)},     {"login", user.login},
               {"display_name", user.display_name}, {"roles", user.roles},
               {"regions", user.regions},           {"may_unmask", user.may_unmask},
               {"disabled", user.is_disabled},      {"locked", user.locked_until_us > now_us()},
               {"totp_enrolled", user.has_totp},    {"version", user.version}};
  if (!user.sources.empty()) json["source"] = user.sources.front();
  put_text(json, "last_login_at", utc_text(user.last_login_us));
  return json;
}

Result<Response> list_users(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  const std::vector<store::UserRow> users = call.services.accounts->users();
  Json items = Json::array();
  for (uint64_t i = offset; i < users.size() && i < offset + limit; ++i) items.push_back(user_json(users[i]));
  return json_response(200, page_json(std::move(items), offset, limit, users.size()).dump());
}

Status check_source(const ApiCall& call, const std::optional<std::string>& source) {
  if (source && !call.knowledge().sources().find(*source)) return base::invalid_argument("没有来源“" + *source + "”");
  return ok_status();
}

Status check_grant(const ApiCall& call, const store::UserSpec& spec) {
  const auto scope = scope_of_account(call.knowledge(), spec.roles, spec.regions, spec.specialties, spec.may_unmask);
  return scope.ok() ? ok_status() : Status(scope.error());
}

Result<Response> created(ApiCall& call, const store::UserRow& user) {
  MINGLU_TRY(const std::string link, call.services.reset_link(user.id));
  const Json json = {{"user", user_json(user)},
                     {"link", link},
                     {"expires_at", utc_text(now_us() + call.services.parameters.ticket_us)}};
  return json_response(201, json.dump());
}

Result<Response> create_user(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  store::UserSpec spec;
  spec.login = body.text("login", 2, 40);
  spec.display_name = body.text("display_name", 1, 40);
  spec.roles = body.texts("roles", 1, 4, 40);
  spec.regions = body.texts("regions", 0, 50, 12);
  // Those who work conflicts need whole addresses, and persons with a reason; others get neither unless it is said.
  const bool works_conflicts = std::any_of(spec.roles.begin(), spec.roles.end(), [](const std::string& role) {
    return role == "city" || role == "district" || role == "subdistrict";
  });
  spec.may_unmask = body.optional_flag("may_unmask").value_or(works_conflicts);
  const std::optional<std::string> source = body.optional_text("source", 1, 64);
  MINGLU_CHECK(body.check());
  call.object = "login:" + spec.login;
  MINGLU_CHECK(check_grant(call, spec));
  MINGLU_CHECK(check_source(call, source));
  if (source) spec.sources = {*source};
  spec.created_us = now_us();
  MINGLU_TRY(const store::UserRow user, call.services.accounts->create_user(spec));
  call.detail = {{"after", user_json(user)}};
  return created(call, user);
}

// Edits name the version they saw, so that two administrators never undo each other unawares.
// Null when the header is no number, in quotes as in ETag or bare.
std::optional<int64_t> version_of(const Request& request) {
  std::string_view text = request.header("if-match");
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

Response answer_user(const store::UserRow& user) {
  Response response = json_response(200, user_json(user).dump());
  response.with("ETag", '"' + std::to_string(user.version) + '"');
  return response;
}

Result<Response> update_user(ApiCall& call) {
  MINGLU_TRY(const uint64_t id, call.path_number());
  call.object = "user:" + std::to_string(id);
  if (call.request.header("if-match").empty()) {
    return problem(call.request,
                   {428, "if_match_required", "需要版本号", "A version is needed",
                    "请带上 If-Match: 读取时的版本号，以免覆盖他人的修改",
                    "Send If-Match with the version you read, so that nobody's change is overwritten unawares"});
  }
  const std::optional<int64_t> version = version_of(call.request);
  if (!version) {
    return problem(call.request, {400, "bad_if_match", "版本号有误", "Bad version", "If-Match 应为读取时的版本号",
                                  "If-Match must be the version that was read"});
  }
  MINGLU_TRY(const store::UserRow before, call.services.accounts->find_user(static_cast<int64_t>(id)));
  MINGLU_TRY(Body body, Body::parse(call.request));
  store::UserSpec spec{before.login,       before.display_name, before.roles,      before.regions,
                       before.specialties, before.sources,      before.may_unmask, before.is_disabled};
  if (const auto name = body.optional_text("display_name", 1, 40)) spec.display_name = *name;
  if (body.has("roles")) spec.roles = body.texts("roles", 1, 4, 40);
  if (body.has("regions")) spec.regions = body.texts("regions", 0, 50, 12);
  if (const auto unmask = body.optional_flag("may_unmask")) spec.may_unmask = *unmask;
  if (const auto disabled = body.optional_flag("disabled")) spec.is_disabled = *disabled;
  MINGLU_CHECK(body.check());
  MINGLU_CHECK(check_grant(call, spec));
  if (before.id == call.who.user->id && spec.is_disabled) return base::conflict("不能停用自己的账号");
  if (*version != before.version) {
    return problem(call.request, {412, "changed_meanwhile", "已被他人修改", "Changed by somebody else",
                                  "请重新读取后再修改", "Read it again, then change it"});
  }
  MINGLU_TRY(const store::UserRow after, call.services.accounts->update_user(before.id, *version, spec));
  call.detail = {{"before", user_json(before)}, {"after", user_json(after)}};
  return answer_user(after);
}

Result<Response> reset_user(ApiCall& call) {
  MINGLU_TRY(const uint64_t id, call.path_number());
  call.object = "user:" + std::to_string(id);
  MINGLU_TRY(const store::UserRow user, call.services.accounts->clear_password(static_cast<int64_t>(id)));
  MINGLU_TRY(Response response, created(call, user));
  response.status = 200;
  return response;
}

Json key_json(const ApiCall& call, const store::ApiKeyRow& key) {
  Json json = {{"id", key.id},
               {"name", key.name},
               {"created_at", utc_text(key.created_us)},
               {"revoked", key.revoked_us != 0},
               {"quota_per_5_min", key.quota_requests}};
  const Result<store::UserRow> owner = call.services.accounts->find_user(key.owner_id);
  json["source"] = owner.ok() && !owner->sources.empty() ? owner->sources.front() : "";
  return json;
}

Result<Response> list_api_keys(ApiCall& call) {
  Json items = Json::array();
  for (const store::ApiKeyRow& key : call.services.accounts->api_keys()) items.push_back(key_json(call, key));
  return json_response(200, Json{{"items", std::move(items)}}.dump());
}

// A key acts as a department user that nobody can log in as.
Result<store::UserRow> key_owner(ApiCall& call, const std::string& source) {
  store::UserSpec spec;
  spec.login = "system." + source;
  if (auto known = call.services.accounts->find_login(spec.login)) return *known;
  const auto id = call.knowledge().sources().find(source);
  spec.display_name = call.knowledge().sources().at(*id).title_zh + "（系统对接）";
  spec.roles = {"department"};
  spec.sources = {source};
  spec.created_us = now_us();
  return call.services.accounts->create_user(spec);
}

Result<Response> create_api_key(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  store::ApiKeyRow key;
  key.name = body.text("name", 1, 60);
  const std::string source = body.text("source", 1, 64);
  const int64_t usual = call.services.parameters.quota_requests;
  key.quota_requests = body.optional_number("quota_per_5_min", 1, 100'000).value_or(usual);
  MINGLU_CHECK(body.check());
  MINGLU_CHECK(check_source(call, source));
  MINGLU_TRY(const store::UserRow owner, key_owner(call, source));
  std::array<uint8_t, access::kApiKeyIdBytes> id{};
  std::array<uint8_t, access::kApiKeySecretBytes> secret{};
  fill_random(id.data(), id.size());
  fill_random(secret.data(), secret.size());
  const access::ApiKeyText text = access::make_api_key(id, secret);
  key.id = text.id;
  key.owner_id = owner.id;
  key.purpose = source;
  key.secret_hash = text.secret_hash;
  key.created_us = now_us();
  key.quota_window_us = call.services.parameters.quota_window_us;
  MINGLU_TRY(const store::ApiKeyRow made, call.services.accounts->create_api_key(key));
  call.object = "key:" + made.id;
  return json_response(201, Json{{"key", key_json(call, made)}, {"secret", text.text}}.dump());
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Result<Response> revoke_api_key(ApiCall& call) {
  call.object = "key:" + call.request.parts.at(0);
  MINGLU_CHECK(call.services.accounts->revoke_api_key(call.request.parts.at(0), now_us()));
  return no_content();
}

Json audit_json(const store::AuditEntry& entry) {
  Json json = {{"seq", entry.seq},
               {"at", utc_text(entry.at_us)},
               {"actor", entry.actor},
               {"operation", entry.operation},
               {"outcome", store::audit_outcome_name(entry.outcome)}};
  put_text(json, "role", entry.role);
  put_text(json, "remote", entry.remote);
  put_text(json, "object", entry.object);
  put_text(json, "reason", entry.reason);
  put_text(json, "detail", entry.detail_json);
  return json;
}

int64_t two_digits(std::string_view text, size_t at) {
  int64_t value = 0;
  std::from_chars(text.data() + at, text.data() + at + 2, value);  // What is no digit counts as zero: it only filters.
  return value;
}

// "2026-01-31" or "2026-01-31T08:15": its first moment, or with `end` its last.
Result<std::optional<int64_t>> moment(const ApiCall& call, std::string_view name, bool end) {
  const std::optional<std::string> text = call.request.parameter(name);
  if (!text) return std::optional<int64_t>();
  const std::optional<Date> day = base::parse_iso_date(std::string_view(*text).substr(0, 10));
  if (!day || (text->size() != 10 && text->size() < 16))
    return base::invalid_argument(std::string(name) + " 应为日期，例如 2026-01-31");
  constexpr int64_t kDayUs = 86'400LL * access::kUsPerSecond;
  int64_t us = day->days * kDayUs;
  int64_t width = kDayUs;
  if (text->size() >= 16) {
    us += (two_digits(*text, 11) * 60 + two_digits(*text, 14)) * 60'000'000LL;
    width = 60'000'000LL;
  }
  return std::optional<int64_t>(end ? us + width - 1 : us);
}

Result<Response> audit_page(ApiCall& call, store::AuditFilter filter) {
  MINGLU_TRY(const uint64_t cursor, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  store::AuditPosition position;
  if (cursor != 0) position.before_seq = static_cast<int64_t>(cursor);
  position.rows_max = static_cast<int64_t>(limit);
  MINGLU_TRY(const store::AuditPage page, call.services.audit->page(filter, position));
  Json items = Json::array();
  for (const store::AuditEntry& entry : page.entries) items.push_back(audit_json(entry));
  Json json = {{"items", std::move(items)}};
  if (page.next_before_seq) json["next"] = std::to_string(*page.next_before_seq);
  return json_response(200, json.dump());
}

Result<Response> list_audit(ApiCall& call) {
  store::AuditFilter filter;
  filter.actor = call.request.parameter("actor").value_or("");
  filter.operation = call.request.parameter("operation").value_or("");
  filter.object = call.request.parameter("object").value_or("");
  if (const auto outcome = call.request.parameter("outcome")) {
    filter.outcome = store::find_audit_outcome(*outcome);
    if (!filter.outcome) return base::invalid_argument("outcome 应为 ok、denied 或 failed");
  }
  MINGLU_TRY(filter.from_us, moment(call, "from", false));
  MINGLU_TRY(filter.to_us, moment(call, "to", true));
  return audit_page(call, filter);
}

Result<Response> get_unit_audit(ApiCall& call) {
  MINGLU_TRY(const uint64_t unit, call.path_number());
  MINGLU_CHECK(call.reader().summary(unit));
  call.object = "unit:" + std::to_string(unit);
  store::AuditFilter filter;
  filter.object = call.object;
  return audit_page(call, filter);
}

Result<Response> verify_audit(ApiCall& call) {
  MINGLU_TRY(const store::AuditCheck check, call.services.audit->verify());
  MINGLU_TRY(const store::ChainReport chain, call.services.reg->home().ledger().verify_chain());
  Json json = {{"entries", check.entries},
               {"whole", !check.first_bad_seq.has_value()},
               {"commits", chain.commits},
               {"ledger_whole", !chain.first_bad_seq.has_value()}};
  if (check.first_bad_seq) json["first_bad"] = *check.first_bad_seq;
  put_text(json, "reason", check.reason.empty() ? chain.reason : check.reason);
  return json_response(200, json.dump());
}

Result<Response> saved_filters(ApiCall& call) {
  MINGLU_TRY(const auto filters, call.services.accounts->filters_of(call.who.user->id));
  Json items = Json::array();
  for (const store::SavedFilterRow& filter : filters)
    items.push_back({{"name", filter.name}, {"query", Json::parse(filter.json, nullptr, false)}});
  return json_response(200, Json{{"items", std::move(items)}}.dump());
}

Result<Response> put_saved_filter(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const Json* query = body.member("query");
  if (query == nullptr || !query->is_object()) body.complain("/query", "应为一个对象");
  MINGLU_CHECK(body.check());
  MINGLU_CHECK(
      call.services.accounts->put_filter({call.who.user->id, call.request.parts.at(0), query->dump(), now_us()}));
  return no_content();
}

Result<Response> delete_saved_filter(ApiCall& call) {
  MINGLU_CHECK(call.services.accounts->delete_filter(call.who.user->id, call.request.parts.at(0)));
  return no_content();
}

}  // namespace

std::vector<ApiOperation> account_operations() {
  return {
      {"list_users", "GET", "/users", "cursor,limit", list_users},
      {"create_user", "POST", "/users", "", create_user},
      {"update_user", "PATCH", "/users/{id}", "", update_user},
      {"reset_user", "POST", "/users/{id}:reset", "", reset_user},
      {"list_api_keys", "GET", "/api-keys", "", list_api_keys},
      {"create_api_key", "POST", "/api-keys", "", create_api_key},
      {"revoke_api_key", "DELETE", "/api-keys/{id}", "", revoke_api_key},
      {"list_audit", "GET", "/audit", "cursor,limit,actor,operation,object,outcome,from,to", list_audit},
      {"verify_audit", "POST", "/audit:verify", "", verify_audit},
      {"get_unit_audit", "GET", "/units/{id}/audit", "cursor,limit", get_unit_audit},
      {"saved_filters", "GET", "/filters", "", saved_filters},
      {"put_saved_filter", "PUT", "/filters/{name}", "", put_saved_filter},
      {"delete_saved_filter", "DELETE", "/filters/{name}", "", delete_saved_filter},
  };
}

}  // namespace minglu::server
