#include "server/server.hpp"

#include <chrono>

#include "base/file.hpp"
#include "flows/ingest_flow.hpp"
#include "server/api/dispatch.hpp"
#include "server/http/metrics.hpp"
#include "server/http/static_files.hpp"

namespace minglu::server {
namespace {

Response plain(int status, std::string text) {
  Response response;
  response.status = status;
  response.body = std::move(text);
  response.with("Content-Type", "text/plain; charset=utf-8");
  return response;
}

// Gauges of the register beside those of HTTP.
std::string register_metrics(Services& services) {
  const auto snapshot = services.reg->snapshot();
  const uint64_t units = snapshot->state() == nullptr ? 0 : snapshot->state()->units().size();
  std::string out;
  const auto gauge = [&](const char* name, const char* help, uint64_t value) {
    out += std::string("# HELP ") + name + ' ' + help + "\n# TYPE " + name + " gauge\n" + name + ' ' +
           std::to_string(value) + '\n';
  };
  gauge("minglu_register_units", "Units of the register", units);
  gauge("minglu_register_visible_seq", "Ledger sequence number that readers see", services.reg->visible_seq());
  gauge("minglu_register_conflicts", "Fields in conflict", snapshot->conflicts().size());
  out +=
      "# HELP minglu_register_unit_reads_total Units decoded\n# TYPE minglu_register_unit_reads_total counter\n"
      "minglu_register_unit_reads_total " +
      std::to_string(services.reg->home().unit_reads()) + '\n';
  gauge("minglu_register_missing", "Required fields that no source states", snapshot->missing().size());
  uint64_t waiting = 0;
  for (const flows::JobInfo& job : services.reg->jobs()) waiting += job.state == flows::JobState::kQueued ? 1 : 0;
  gauge("minglu_register_jobs_queued", "Jobs that wait", waiting);
  return out;
}

void add_operations_of_machines(Router& router, Services& services, std::shared_ptr<Metrics> metrics,
                                const std::filesystem::path& contract) {
  router.add({.method = "GET", .path = "/healthz", .handler = [](const Request&) { return plain(200, "ok\n"); }});
  router.add({.method = "GET", .path = "/readyz", .handler = [&services](const Request&) {
                return plain(services.reg->snapshot() ? 200 : 503, services.reg->snapshot() ? "ready\n" : "starting\n");
              }});
  router.add({.method = "GET", .path = "/metrics", .handler = [&services, metrics](const Request&) {
                Response response = metrics->response();
                response.body += register_metrics(services);
                return response;
              }});
  if (contract.empty()) return;
  router.add({.method = "GET", .path = "/api/v1/openapi.yaml", .handler = [contract](const Request& request) {
                Result<std::string> text = base::read_file(contract);
                if (!text.ok()) return problem_of(request, base::not_found("没有接口说明文件"));
                Response response;
                response.body = std::move(text).value();
                response.with("Content-Type", "application/yaml");
                return response;
              }});
}

// What a person does with start_import is audited; what the watched folder does is too, under its own name.
void audit_watched(Services& services, const flows::WatchEvent& event) {
  using Kind = flows::WatchEvent::Kind;
  if (event.kind == Kind::kWaits) return;  // It will be tried again.
  store::AuditEntry entry;
  entry.actor = flows::kWatchedOrigin;
  entry.operation = "start_import";
  entry.object = "source:" + event.source;
  entry.outcome = event.kind == Kind::kRefused ? store::AuditOutcome::kFailed : store::AuditOutcome::kOk;
  entry.reason = event.message;
  entry.detail_json =
      Json{{"file_name", event.file_name}, {"seq", event.seq}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  // The commit stands whether or not this entry can be written; the trail's own errors show at the next request.
  (void)services.audit->append(std::move(entry));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerSpec spec) {
  auto server = std::unique_ptr<Server>(new Server());
  spec.services.secure_cookies = spec.trust_forwarded_for;  // The proxy speaks TLS.
  MINGLU_TRY(server->services_, Services::open(spec.services));
  auto metrics = std::make_shared<Metrics>();
  Router router;
  MINGLU_CHECK(add_api(router, *server->services_));
  add_operations_of_machines(router, *server->services_, metrics, spec.contract);
  if (spec.web.empty()) {
    router.set_fallback([](const Request&) { return plain(404, "没有安装网页控制台；接口在 /api/v1\n"); });
  } else {
    MINGLU_TRY(StaticFiles files, StaticFiles::load(spec.web));
    router.set_fallback(files.handler());
  }
  ListenerSpec listen;
  listen.address = spec.address;
  listen.port = spec.port;
  listen.worker_threads = spec.worker_threads;
  listen.upload_directory = server->services_->uploads;
  listen.trust_forwarded_for = spec.trust_forwarded_for;
  listen.metrics = metrics;
  listen.access_log = std::move(spec.access_log);
  MINGLU_TRY(server->listener_, Listener::start(std::move(listen), std::move(router)));
  if (spec.watch) {
    Services* services = server->services_.get();
    spec.watch->on_event = [services, told = spec.watch->on_event](const flows::WatchEvent& event) {
      audit_watched(*services, event);
      if (told) told(event);
    };
    MINGLU_TRY(server->watched_, flows::WatchedFolder::start(*services->reg, std::move(*spec.watch)));
  }
  return server;
}

Server::~Server() { stop(); }

void Server::stop() {
  constexpr std::chrono::milliseconds kGrace{10'000};
  if (watched_) watched_->stop();
  if (listener_) listener_->stop(kGrace);
  if (services_ && services_->reg) services_->reg->stop();
}

}  // namespace minglu::server
