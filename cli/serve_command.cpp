// `minglu serve`: opens the register to people and programs, until a signal ends it.
#include <pthread.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "cli/commands.hpp"
#include "codes/catalog_file.hpp"
#include "server/server.hpp"

namespace minglu::cli {
namespace {

// Beside the catalog: the source tree has web/dist, an installation share/minglu/web.
std::filesystem::path web_folder(const std::filesystem::path& catalog) {
  for (const char* place : {"web/dist", "web"}) {
    const std::filesystem::path folder = catalog.parent_path() / place;
    if (std::filesystem::exists(folder / "index.html") && std::filesystem::exists(folder / "assets")) return folder;
  }
  return {};
}

// "02:30" -> 150; "never" -> null. The option is checked when it is read.
std::optional<int> minute_of(const std::string& time) {
  if (time.size() != 5 || time == "never") return std::nullopt;
  const auto two_digits = [&](size_t at) { return (time[at] - '0') * 10 + (time[at + 1] - '0'); };
  return two_digits(0) * 60 + two_digits(3);
}

// One line per file, for the journal of the system.
void say_watched(const flows::WatchEvent& event) {
  using Kind = flows::WatchEvent::Kind;
  const std::string file = event.source + "/" + event.file_name;
  const std::string commit = std::to_string(event.seq);
  switch (event.kind) {
    case Kind::kTaken: std::fprintf(stderr, "已接收 %s（提交 %s）\n", file.c_str(), commit.c_str()); return;
    case Kind::kKnown: std::fprintf(stderr, "早已接收 %s（提交 %s）\n", file.c_str(), commit.c_str()); return;
    case Kind::kRefused: std::fprintf(stderr, "未接收 %s：%s\n", file.c_str(), event.message.c_str()); return;
    case Kind::kWaits: std::fprintf(stderr, "稍后再试 %s：%s\n", file.c_str(), event.message.c_str()); return;
  }
}

flows::WatchSpec watch_of(const ServeOptions& options) {
  flows::WatchSpec watch;
  watch.folder = options.watch;
  watch.settle = std::chrono::milliseconds(static_cast<int64_t>(options.watch_settle_s * 1000));
  watch.on_event = say_watched;
  return watch;
}

server::ServerSpec spec_of(const GlobalOptions& global, const ServeOptions& options) {
  server::ServerSpec spec;
  const std::filesystem::path catalog =
      global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
  spec.services.home = {global.home, global.ledger, catalog, global.threads};
  spec.services.whole_resolve_minute = minute_of(options.whole_resolve);
  spec.services.second_factor_required = options.second_factor == "required";
  spec.services.password_profile = options.password_profile;
  spec.services.sign_on = options.sign_on;
  spec.address = options.address;
  spec.port = options.check ? 0 : options.port;
  spec.worker_threads = std::max<size_t>(global.threads, 2);
  spec.web = options.web.empty() ? web_folder(catalog) : std::filesystem::path(options.web);
  spec.contract = catalog.parent_path() / "api" / "openapi.yaml";
  spec.trust_forwarded_for = options.behind_proxy;
  if (!options.watch.empty()) spec.watch = watch_of(options);
  return spec;
}

void say_where(const ServeOptions& options, uint16_t port, const std::optional<std::string>& link) {
  const std::string address = options.address == "0.0.0.0" ? "127.0.0.1" : options.address;
  const std::string base = "http://" + address + ":" + std::to_string(port);
  std::fprintf(stderr, "\n名录已打开：%s/\n", base.c_str());
  if (link) {
    std::fprintf(stderr,
                 "首次使用，请在浏览器打开下面的一次性链接，设置安全管理员（24 小时内有效，只能用一次）：\n  %s%s\n",
                 base.c_str(), link->c_str());
  }
  std::fprintf(stderr, "按 Ctrl-C 停止。\n");
}

}  // namespace

int run_serve(const GlobalOptions& global, const ServeOptions& options) {
  // Signals wait for sigwait below; threads started from here on inherit the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto server = server::Server::start(spec_of(global, options));
  if (!server.ok()) return fail(server.error(), global);
  const auto link = (*server)->services().setup_link();
  if (!link.ok()) return fail(link.error(), global);
  say_where(options, (*server)->port(), *link);
  if (!options.check) {
    int signal = 0;
    sigwait(&signals, &signal);
    std::fprintf(stderr, "\n正在停止……\n");
  } else if (flows::WatchedFolder* watched = (*server)->watched()) {
    constexpr std::chrono::minutes kPatience{10};
    if (!watched->drain(kPatience)) return fail(base::unavailable("监视文件夹中还有文件没有处理完"), global);
  }
  (*server)->stop();
  return kExitOk;
}

}  // namespace minglu::cli
