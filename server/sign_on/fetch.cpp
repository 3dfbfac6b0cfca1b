#include "server/sign_on/fetch.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include "access/bytes.hpp"
#include "base/assert.hpp"

namespace minglu::server {
namespace {

constexpr size_t kBodyBytesMax = size_t{1} << 20U;
constexpr long kConnectMs = 3000;
constexpr long kWholeMs = 5000;
constexpr size_t kQuotedBytes = 200;

struct CurlEnd {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;

size_t keep(char* bytes, size_t size, size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > kBodyBytesMax) return 0;  // ends the transfer with an error
  body.append(bytes, size * count);
  return size * count;
}

std::string form_text(const std::vector<std::pair<std::string, std::string>>& form) {
  std::string text;
  for (const auto& [name, value] : form)
    text += (text.empty() ? "" : "&") + access::percent_encoded(name) + "=" + access::percent_encoded(value);
  return text;
}

// Names of this machine, each followed by the end of the host.
bool is_loopback(std::string_view rest) {
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!rest.starts_with(host)) continue;
    const std::string_view after = rest.substr(host.size());
    return after.empty() || after.front() == ':' || after.front() == '/';
  }
  return false;
}

Status set_up(CURL* curl, const FetchSpec& spec, const std::string& form, std::string& body) {
  bool ok = true;
  const auto set = [&](CURLoption option, auto value) { ok = ok && curl_easy_setopt(curl, option, value) == CURLE_OK; };
  set(CURLOPT_URL, spec.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  set(CURLOPT_TIMEOUT_MS, kWholeMs);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_USERAGENT, "minglu");
  set(CURLOPT_WRITEFUNCTION, keep);
  set(CURLOPT_WRITEDATA, &body);
  if (is_loopback(std::string_view(spec.url).substr(spec.url.find("//") + 2))) set(CURLOPT_NOPROXY, "*");
  if (!spec.ca_file.empty()) set(CURLOPT_CAINFO, spec.ca_file.c_str());
  if (!form.empty()) set(CURLOPT_POSTFIELDS, form.c_str());
  if (!spec.user.empty()) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, spec.user.c_str());
    set(CURLOPT_PASSWORD, spec.password.c_str());
  }
  return ok ? ok_status() : Status(base::internal_error("libcurl does not take an option that is needed"));
}

}  // namespace

bool may_fetch(const std::string& url) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  if (url.find_first_of(" \t\r\n@#\\") != std::string::npos) return false;
  if (url.starts_with(kHttps)) return url.size() > kHttps.size();
  return url.starts_with(kHttp) && is_loopback(std::string_view(url).substr(kHttp.size()));
}

Result<std::string> fetch(const FetchSpec& spec) {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  MINGLU_ASSERT(kStarted == CURLE_OK);
  if (!may_fetch(spec.url))
    return base::invalid_argument("address \"" + spec.url + "\" must begin with https:// (or be http on this machine)");
  const Curl curl(curl_easy_init());
  MINGLU_ASSERT(curl != nullptr);
  std::string body;
  const std::string form = form_text(spec.form);
  MINGLU_CHECK(set_up(curl.get(), spec, form, body));
  const CURLcode done = curl_easy_perform(curl.get());
  if (done != CURLE_OK) return base::unavailable(spec.url + " does not answer: " + curl_easy_strerror(done));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return body;
  const std::string what = spec.url + " answered " + std::to_string(status) + ": " + body.substr(0, kQuotedBytes);
  return status >= 500 ? base::unavailable(what) : base::failed_precondition(what);
}

}  // namespace minglu::server
