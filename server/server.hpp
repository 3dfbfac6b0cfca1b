// The whole server: services, API, console, listener. What `minglu serve` runs.
//
//   MINGLU_TRY(auto server, Server::start({.services = {.home = {.directory = home}}, .port = 8080, .web = web_dir}));
//   server->port();  server->setup_link();
//   server->stop();
//
// Also answers /healthz (the process lives), /readyz (the register is open), /metrics (Prometheus) and
// /api/v1/openapi.yaml. Errors of start: those of Services::open and Listener::start. Thread-safety: start and stop
// from one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "flows/watched_folder.hpp"
#include "server/api/services.hpp"
#include "server/http/listener.hpp"

namespace minglu::server {

struct ServerSpec {
  ServicesSpec services;
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one
  size_t worker_threads = 2;
  std::filesystem::path web;       // built console; empty: none, "/" says so
  std::filesystem::path contract;  // api/openapi.yaml; empty: not served
  bool trust_forwarded_for = false;
  AccessLog access_log;
  std::optional<flows::WatchSpec> watch;  // a folder whose files are taken in; each is entered into the audit trail
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(ServerSpec spec);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] uint16_t port() const noexcept { return listener_->port(); }
  [[nodiscard]] Services& services() noexcept { return *services_; }
  /// Null when none is watched.
  [[nodiscard]] flows::WatchedFolder* watched() noexcept { return watched_.get(); }
  /// Lets requests and the running job end. Idempotent.
  void stop();

 private:
  Server() = default;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<flows::WatchedFolder> watched_;
};

}  // namespace minglu::server
