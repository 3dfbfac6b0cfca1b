#include "server/api/api_call.hpp"

#include <algorithm>
#include <charconv>

#include "server/api/phrases.hpp"

namespace minglu::server {
namespace {

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0U) != 0x80U; }));
}

struct ProblemKind {
  int status;
  std::string_view code;
  std::string_view title_zh;
  std::string_view title_en;
};

ProblemKind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return {422, "invalid", "请求内容有误", "The request is not right"};
    case ErrorCode::kNotFound: return {404, "not_found", "没有找到", "Not found"};
    case ErrorCode::kConflict: return {409, "conflict", "与现状冲突", "Conflict"};
    case ErrorCode::kFailedPrecondition: return {409, "not_now", "现在不能这样做", "Not possible now"};
    case ErrorCode::kUnavailable: return {503, "unavailable", "暂时不可用", "Unavailable"};
    case ErrorCode::kPermissionDenied: return {403, "forbidden", "没有权限", "Not allowed"};
    default: return {500, "internal", "系统内部错误", "Internal error"};
  }
}

}  // namespace

std::string Who::name() const {
  if (!key_id.empty()) return "key:" + key_id;
  return user ? user->login : std::string();
}

flows::RegisterReader ApiCall::reader() const {
  return flows::RegisterReader(services.reg->home(), services.reg->snapshot(), who.scope);
}

bool ApiCall::may_call(std::string_view operation_id) const {
  const access::Operation* wanted = services.policy.find(operation_id);
  if (wanted == nullptr || !who.user) return false;
  access::Caller caller;
  caller.is_signed_in = true;
  if (auto roles = access::parse_roles(who.user->roles); roles.ok()) caller.roles = std::move(roles).value();
  caller.passed_second_factor = true;
  return access::decide(*wanted, caller) == access::Verdict::kAllowed;
}

Result<uint64_t> ApiCall::number(std::string_view name, uint64_t fallback, uint64_t min, uint64_t max) const {
  const std::optional<std::string> text = request.parameter(name);
  if (!text) return fallback;
  const std::optional<uint64_t> value = parse_number(*text);
  if (!value || *value < min || *value > max) {
    return base::invalid_argument(std::string(name) + " 应为 " + std::to_string(min) + " 到 " + std::to_string(max) +
                                  " 之间的整数");
  }
  return *value;
}

Result<uint64_t> ApiCall::cursor() const {
  const std::optional<std::string> text = request.parameter("cursor");
  if (!text) return uint64_t{0};
  const std::optional<uint64_t> value = parse_number(*text);
  if (!value || *value > INT64_MAX) return base::invalid_argument("cursor 不是上一页给出的值");
  return *value;
}

Result<uint64_t> ApiCall::path_number(size_t part) const {
  const std::optional<uint64_t> value = parse_number(request.parts.at(part));
  if (!value || *value > INT64_MAX) return base::not_found("没有编号为 " + request.parts.at(part) + " 的对象");
  return *value;
}

Result<bool> ApiCall::flag(std::string_view name, bool fallback) const {
  const std::optional<std::string> text = request.parameter(name);
  if (!text) return fallback;
  if (*text == "true") return true;
  if (*text == "false") return false;
  return base::invalid_argument(std::string(name) + " 应为 true 或 false");
}

Result<Body> Body::parse(const Request& request) {
  Body body;
  body.json_ = Json::parse(request.body, nullptr, false);
  if (body.json_.is_discarded()) return base::invalid_argument("请求体不是合法的 JSON");
  if (!body.json_.is_object()) return base::invalid_argument("请求体应为一个 JSON 对象");
  return body;
}

void Body::complain(const std::string& pointer, const std::string& message) {
  complaints_.push_back(pointer + "：" + message);
}

const Json* Body::member(std::string_view name) {
  asked_.emplace_back(name);
  const auto it = json_.find(std::string(name));
  return it == json_.end() || it->is_null() ? nullptr : &*it;
}

std::optional<std::string> Body::optional_text(std::string_view name, size_t min, size_t max) {
  const Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  const std::string pointer = "/" + std::string(name);
  if (!value->is_string()) {
    complain(pointer, "应为文字");
    return std::nullopt;
  }
  std::string text = value->get<std::string>();
  const size_t length = code_points(text);
  if (length < min) complain(pointer, min == 1 ? "不能为空" : "至少 " + std::to_string(min) + " 个字");
  if (length > max) complain(pointer, "最多 " + std::to_string(max) + " 个字");
  return text;
}

std::string Body::text(std::string_view name, size_t min, size_t max) {
  std::optional<std::string> value = optional_text(name, min, max);
  if (!value && !has(name)) complain("/" + std::string(name), "必填");
  return value.value_or("");
}

std::vector<std::string> Body::texts(std::string_view name, size_t count_min, size_t count_max, size_t max) {
  std::vector<std::string> out;
  const Json* value = member(name);
  const std::string pointer = "/" + std::string(name);
  if (value == nullptr) {
    if (count_min > 0) complain(pointer, "必填");
    return out;
  }
  const bool is_fit = value->is_array() && value->size() >= count_min && value->size() <= count_max &&
                      std::all_of(value->begin(), value->end(), [&](const Json& item) {
                        return item.is_string() && item.get_ref<const std::string&>().size() <= max;
                      });
  if (!is_fit) {
    complain(pointer, "应为 " + std::to_string(count_min) + " 到 " + std::to_string(count_max) + " 项文字");
    return out;
  }
  for (const Json& item : *value) out.push_back(item.get<std::string>());
  return out;
}

std::optional<bool> Body::optional_flag(std::string_view name) {
  const Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    complain("/" + std::string(name), "应为 true 或 false");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<int64_t> Body::optional_number(std::string_view name, int64_t min, int64_t max) {
  const Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer() || value->get<int64_t>() < min || value->get<int64_t>() > max) {
    complain("/" + std::string(name), "应为 " + std::to_string(min) + " 到 " + std::to_string(max) + " 之间的整数");
    return std::nullopt;
  }
  return value->get<int64_t>();
}

Status Body::check() {
  for (const auto& [name, value] : json_.items()) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) complain("/" + name, "没有这一项");
  }
  if (complaints_.empty()) return ok_status();
  std::string all;
  for (const std::string& complaint : complaints_) all += (all.empty() ? "" : "；") + complaint;
  return base::invalid_argument(all);
}

Result<access::Scope> scope_of_account(const flows::Knowledge& knowledge, const std::vector<std::string>& roles,
                                       const std::vector<std::string>& regions,
                                       const std::vector<std::string>& specialties, bool may_unmask) {
  MINGLU_TRY(const std::vector<access::Role> parsed, access::parse_roles(roles));
  MINGLU_CHECK(access::check_roles(parsed));
  access::AccountGrant grant{parsed, regions, specialties, may_unmask};
  const bool is_local = std::any_of(parsed.begin(), parsed.end(), [](access::Role role) {
    return role == access::Role::kDistrict || role == access::Role::kSubdistrict;
  });
  if (regions.empty() && is_local) return base::invalid_argument("区、街道账号必须指定所辖区域");
  if (regions.empty()) grant.regions = {std::string(access::kWholeCity)};
  if (specialties.empty()) grant.specialties = {std::string(access::kAllSpecialties)};
  return access::Scope::of_account(knowledge.domain().regions(), grant);
}

// The first of the two languages in Accept-Language; weights of 0 and order by weight are for browsers, which sort.
bool wants_english(const Request& request) {
  std::string_view rest = request.header("accept-language");
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with("en") || one.starts_with("EN")) return true;
    if (one.starts_with("zh") || one.starts_with("ZH")) return false;
  }
  return false;
}

Response problem(const Request& request, const Problem& words) {
  const bool english = wants_english(request);
  return problem_response(request, words.status, words.code, english ? words.title_en : words.title_zh,
                          english ? words.detail_en : words.detail_zh);
}

Response problem_of(const Request& request, const Error& error) {
  const ProblemKind kind = kind_of(error.code);
  const bool english = wants_english(request);
  std::vector<Fault> faults = faults_of(error.message);
  if (english) {
    for (Fault& fault : faults) fault.message = in_english(fault.message);
  }
  Response response = problem_response(request, kind.status, kind.code, english ? kind.title_en : kind.title_zh,
                                       english ? in_english(error.message) : error.message, faults);
  if (kind.status == 503) response.with("Retry-After", "2");
  return response;
}

}  // namespace minglu::server
