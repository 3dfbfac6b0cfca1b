#include "server/http/message.hpp"

#include <nlohmann/json.hpp>

namespace minglu::server {

std::optional<std::string> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const size_t end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
  }
  return {};
}

Response json_response(int status, std::string json) {
  Response response;
  response.status = status;
  response.body = std::move(json);
  response.with("Content-Type", "application/json; charset=utf-8");
  return response;
}

Response problem_response(const Request& request, int status, std::string_view code, std::string_view title,
                          std::string_view detail, const std::vector<Fault>& faults) {
  nlohmann::ordered_json problem;
  problem["type"] = "urn:minglu:problem:" + std::string(code);
  problem["title"] = title;
  problem["status"] = status;
  problem["detail"] = detail;
  problem["code"] = code;
  problem["traceId"] = request.trace_id;
  for (const Fault& fault : faults)
    problem["errors"].push_back({{"pointer", fault.pointer}, {"message", fault.message}});
  Response response;
  response.status = status;
  // Words of a stranger may be cut inside a character: replaced, never thrown.
  response.body = problem.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  response.with("Content-Type", "application/problem+json; charset=utf-8");
  return response;
}

}  // namespace minglu::server
