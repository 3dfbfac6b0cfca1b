#include "server/api/idempotency.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/hash.hpp"

namespace minglu::server {
namespace {

constexpr size_t kKeyCharsMax = 128;

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kKeyCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Result<std::string> fingerprint_of(const Request& request) {
  std::string what = request.method + ' ' + request.path;
  for (const auto& [name, value] : request.query) what += '\n' + name + '=' + value;
  if (!request.body_file) return base::sha256_hex(what + '\n' + base::sha256_hex(request.body));
  MINGLU_TRY(const base::MappedFile body, base::MappedFile::open(*request.body_file));
  return base::sha256_hex(what + '\n' + base::sha256_hex(body.bytes()));
}

std::string text_of(const Response& response) {
  Json json = {{"body", response.body}, {"headers", Json::array()}};
  for (const auto& [name, value] : response.headers) json["headers"].push_back({name, value});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response response_of(const store::KeptAnswer& kept) {
  const Json json = Json::parse(kept.answer, nullptr, false);
  Response response;
  response.status = static_cast<int>(kept.status);
  response.body = json.value("body", "");
  for (const Json& header : json.value("headers", Json::array()))
    response.with(header.at(0).get<std::string>(), header.at(1).get<std::string>());
  response.with("Idempotency-Replayed", "true");
  return response;
}

Response refusal_of(const ApiCall& call, const store::KeptAnswer& earlier, const std::string& fingerprint) {
  const Request& request = call.request;
  if (earlier.fingerprint != fingerprint) {
    return problem(request, {422, "idempotency_key_reused", "Idempotency-Key 已用于另一请求",
                             "Idempotency-Key used otherwise", "这个 Idempotency-Key 已用于内容不同的请求，请换一个",
                             "This Idempotency-Key was used for a request with other content; use a new one"});
  }
  if (earlier.begun_us < call.services.started_us) {
    return problem(request, {409, "outcome_unknown", "结果未知", "The outcome is unknown",
                             "服务在回答上次请求之前停止了；请先查看是否已生效，再换一个 Idempotency-Key",
                             "The server stopped before it answered; look whether it took effect, then use a new key"});
  }
  Response response = problem(request, {409, "in_progress", "正在处理", "Still being worked on",
                                        "同一 Idempotency-Key 的请求正在处理，请稍后再试",
                                        "The request with this Idempotency-Key is being worked on; try again soon"});
  response.with("Retry-After", "1");
  return response;
}

}  // namespace

Response answered_once(ApiCall& call, const std::function<Response()>& run) {
  if (!call.request.headers.contains("idempotency-key")) return run();
  store::KeptAnswer answer;
  answer.key = call.request.header("idempotency-key");
  if (!is_key(answer.key)) {
    return problem(call.request, {400, "bad_idempotency_key", "Idempotency-Key 有误", "Bad Idempotency-Key",
                                  "Idempotency-Key 应为 1 到 128 个可见的 ASCII 字符",
                                  "Idempotency-Key must have 1 to 128 visible ASCII characters"});
  }
  answer.owner = call.who.key_id.empty() ? "user:" + std::to_string(call.who.user->id) : "key:" + call.who.key_id;
  const Result<std::string> fingerprint = fingerprint_of(call.request);
  if (!fingerprint.ok()) return problem_of(call.request, fingerprint.error());
  answer.fingerprint = *fingerprint;
  answer.begun_us = now_us();
  const auto earlier =
      call.services.accounts->begin_answer(answer, answer.begun_us - call.services.parameters.idempotency_us);
  if (!earlier.ok()) return problem_of(call.request, earlier.error());
  if (*earlier) {
    const bool is_same = (*earlier)->fingerprint == answer.fingerprint && (*earlier)->status != 0;
    call.detail["replayed"] = is_same;
    return is_same ? response_of(**earlier) : refusal_of(call, **earlier, answer.fingerprint);
  }
  Response response = run();
  answer.status = response.status;
  answer.answer = text_of(response);
  // When this fails the key stays taken: sent again, the request is refused rather than done twice.
  const Status kept = response.status >= 500 ? call.services.accounts->forget_answer(answer)
                                             : call.services.accounts->keep_answer(answer);
  call.detail["answer_kept"] = kept.ok() && response.status < 500;
  return response;
}

}  // namespace minglu::server
