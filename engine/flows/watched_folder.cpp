#include "flows/watched_folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "flows/ingest_flow.hpp"
#include "flows/watched_move.hpp"
#include "store/directories.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// So many files wait as jobs; the others wait in their folder, where they survive everything.
constexpr size_t kJobsMax = 8;
constexpr size_t kEventBytes = 64 * 1024;

struct Stamp {
  off_t bytes = 0;
  int64_t time_ns = 0;
  ino_t node = 0;
  bool operator==(const Stamp&) const = default;
};

struct Candidate {
  Stamp stamp;
  Clock::time_point since;       // unchanged
  Clock::time_point not_before;  // put off until then
  bool is_complete = false;      // renamed in
  std::string job;               // under way
};

Stamp stamp_of(const struct stat& info) {
  return {info.st_size, int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino};
}

}  // namespace

struct WatchedFolder::State {
  RegisterService& service;
  WatchSpec spec;
  int notify = -1;
  int wake = -1;
  std::map<int, std::string> watches;        // descriptor of a folder -> source
  std::map<fs::path, Candidate> candidates;  // of the watching thread alone
  std::mutex mutex;                          // guards what follows
  std::condition_variable changed;
  std::map<fs::path, Clock::time_point> put_off;  // by jobs, for the watching thread
  bool is_stopping = false;
  uint64_t drains_asked = 0;
  uint64_t drains_done = 0;
  std::thread thread;

  State(RegisterService& register_service, WatchSpec watch_spec)
      : service(register_service), spec(std::move(watch_spec)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (notify >= 0) ::close(notify);
    if (wake >= 0) ::close(wake);
  }

  Status open();
  void run(const std::shared_ptr<State>& self);
  void read_events();
  void scan();
  void look_at(const fs::path& file, std::set<fs::path>& seen);
  size_t forget_ended();
  void submit_ready(const std::shared_ptr<State>& self, size_t under_way);
  [[nodiscard]] bool is_ready(const Candidate& candidate) const;
  [[nodiscard]] std::chrono::milliseconds next_look(bool is_draining) const;
  Status take(const fs::path& file, const std::string& source, JobReporter& reporter);
  void tell(WatchEvent event) const {
    if (spec.on_event) spec.on_event(event);
  }
};

Status WatchedFolder::State::open() {
  notify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (notify < 0 || wake < 0) return base::unavailable("cannot watch folders: " + std::string(std::strerror(errno)));
  const ingest::Sources& sources = service.home().knowledge().sources();
  for (uint16_t i = 0; i < sources.size(); ++i) {
    const std::string& source = sources.at(units::SourceId{i}).id;
    const fs::path folder = spec.folder / source;
    const Status made = store::create_directories_durably(folder);
    if (!made.ok()) return base::unavailable("cannot watch \"" + folder.string() + "\": " + made.error().message);
    const int watch =
        ::inotify_add_watch(notify, folder.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_ONLYDIR);
    if (watch < 0) return base::unavailable("cannot watch \"" + folder.string() + "\": " + std::strerror(errno));
    watches[watch] = source;
  }
  return ok_status();
}

void WatchedFolder::State::read_events() {
  alignas(inotify_event) std::array<char, kEventBytes> buffer;
  for (;;) {
    const ssize_t got = ::read(notify, buffer.data(), buffer.size());
    if (got <= 0) return;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto source = watches.find(event.wd);
      if (source == watches.end() || event.len == 0) continue;
      // A rename gives the whole file at once; whatever else happened is seen by the scan.
      if ((event.mask & IN_MOVED_TO) != 0) candidates[spec.folder / source->second / name].is_complete = true;
    }
  }
}

void WatchedFolder::State::look_at(const fs::path& file, std::set<fs::path>& seen) {
  struct stat info {};
  if (is_unfinished_name(file.filename().string()) || ::lstat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
    return;
  seen.insert(file);
  Candidate& candidate = candidates[file];
  const Stamp stamp = stamp_of(info);
  if (candidate.stamp == stamp) return;
  const bool is_new = candidate.stamp.node == 0;
  if (!is_new) candidate.is_complete = false;  // written to after it came
  candidate.stamp = stamp;
  candidate.since = Clock::now();
}

void WatchedFolder::State::scan() {
  std::set<fs::path> seen;
  for (const auto& [watch, source] : watches) {
    std::error_code error;
    for (fs::directory_iterator it(spec.folder / source, error), end; !error && it != end; it.increment(error))
      look_at(it->path(), seen);
  }
  std::erase_if(candidates, [&](const auto& entry) { return !seen.contains(entry.first) && entry.second.job.empty(); });
}

// Jobs that ended leave the list; returns how many have not.
size_t WatchedFolder::State::forget_ended() {
  size_t under_way = 0;
  for (auto& [file, candidate] : candidates) {
    if (candidate.job.empty()) continue;
    const auto job = service.job(candidate.job);
    if (job && (job->state == JobState::kQueued || job->state == JobState::kRunning)) {
      ++under_way;
      continue;
    }
    candidate.job.clear();
    candidate.stamp = {};
    candidate.is_complete = false;
    const std::lock_guard guard(mutex);
    if (const auto it = put_off.find(file); it != put_off.end()) {
      candidate.not_before = it->second;
      put_off.erase(it);
    }
  }
  return under_way;
}

bool WatchedFolder::State::is_ready(const Candidate& candidate) const {
  const Clock::time_point now = Clock::now();
  if (!candidate.job.empty() || candidate.stamp.node == 0 || now < candidate.not_before) return false;
  return candidate.is_complete || now - candidate.since >= spec.settle;
}

void WatchedFolder::State::submit_ready(const std::shared_ptr<State>& self, size_t under_way) {
  for (auto& [file, candidate] : candidates) {
    if (under_way >= kJobsMax) return;
    if (!is_ready(candidate)) continue;
    const std::string source = file.parent_path().filename().string();
    candidate.job = service.submit(
        {.kind = "import", .title = "导入 " + file.filename().string() + "（监视文件夹）", .source = source},
        [self, file, source](JobReporter& reporter) { return self->take(file, source, reporter); });
    ++under_way;
  }
}

std::chrono::milliseconds WatchedFolder::State::next_look(bool is_draining) const {
  constexpr std::chrono::milliseconds kSoon{20};
  const bool has_work = std::any_of(candidates.begin(), candidates.end(), [](const auto& entry) {
    return !entry.second.job.empty() || entry.second.not_before <= Clock::now();
  });
  if (!has_work && !is_draining) return spec.scan;
  return std::clamp(spec.settle / 4, kSoon, spec.scan);
}

void WatchedFolder::State::run(const std::shared_ptr<State>& self) {
  std::chrono::milliseconds wait{0};
  for (;;) {
    std::array<pollfd, 2> waits = {{{notify, POLLIN, 0}, {wake, POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), static_cast<int>(wait.count()));
    uint64_t drains = 0;
    {
      const std::lock_guard guard(mutex);
      if (is_stopping) return;
      drains = drains_asked;
      uint64_t ignored = 0;
      if (::read(wake, &ignored, sizeof ignored) < 0 && errno != EAGAIN) return;
    }
    read_events();
    const size_t under_way = forget_ended();
    scan();
    submit_ready(self, under_way);
    const bool is_idle = std::none_of(candidates.begin(), candidates.end(), [&](const auto& entry) {
      return !entry.second.job.empty() || entry.second.not_before <= Clock::now();
    });
    const std::lock_guard guard(mutex);
    wait = next_look(drains > drains_done);
    if (!is_idle) continue;
    drains_done = drains;
    changed.notify_all();
  }
}

namespace {

// The reason lies with the file, not with us or the moment.
bool is_refusal(const Error& error, Home& home) {
  if (error.code == ErrorCode::kInvalidArgument) return true;
  return error.code == ErrorCode::kDataLoss && home.ledger().head().ok();  // the file ends early
}

// A descriptor of a regular file that is no link: what is read is what was looked at.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& file) : fd_(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is_regular() const {
    struct stat info {};
    return fd_ >= 0 && ::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  }
  /// A name by which this process opens the same file again.
  [[nodiscard]] fs::path way() const { return fs::path("/proc/self/fd") / std::to_string(fd_); }

 private:
  int fd_;
};

}  // namespace

// Runs as a job. Commit first, then move.
Status WatchedFolder::State::take(const fs::path& file, const std::string& source, JobReporter& reporter) {
  Home& home = service.home();
  const ingest::Sources& sources = home.knowledge().sources();
  const units::SourceId id = *sources.find(source);
  WatchEvent event{WatchEvent::Kind::kTaken, source, file.filename().string(), 0, ""};
  const auto put_off_until = [&](const std::string& message) {
    event.kind = WatchEvent::Kind::kWaits;
    event.message = message;
    {
      const std::lock_guard guard(mutex);
      put_off[file] = Clock::now() + spec.retry;
    }
    tell(event);
  };
  const OpenFile opened(file);
  if (!opened.is_regular()) {
    put_off_until("the file is gone, or may not be read");
    return base::not_found("文件“" + event.file_name + "”已不在监视文件夹中，或没有读取权限");
  }
  const auto report = ingest_file(home, {.source = id,
                                         .file = opened.way(),
                                         .date = std::nullopt,
                                         .progress = [&](uint64_t rows) { reporter.progress("read", rows, 0); },
                                         .name = event.file_name,
                                         .origin = kWatchedOrigin});
  if (report.ok()) {
    event.kind = report->already_known ? WatchEvent::Kind::kKnown : WatchEvent::Kind::kTaken;
    event.seq = report->seq;
    reporter.result("import_seq", static_cast<int64_t>(report->seq));
    reporter.result("rows", static_cast<int64_t>(report->counts.rows_in));
    const Status moved = move_taken(file);
    if (moved.ok()) {
      tell(event);
      return ok_status();
    }
    put_off_until("taken in as commit " + std::to_string(report->seq) + ", but " + moved.error().message);
    return moved;
  }
  if (!is_refusal(report.error(), home)) {
    put_off_until(report.error().message);
    return report.error();
  }
  const Status moved = move_refused(file, {source, sources.at(id).title_zh, report.error().message});
  if (!moved.ok()) {
    put_off_until(report.error().message + "; and " + moved.error().message);
    return report.error();
  }
  event.kind = WatchEvent::Kind::kRefused;
  event.message = report.error().message;
  tell(event);
  return report.error();
}

Result<std::unique_ptr<WatchedFolder>> WatchedFolder::start(RegisterService& service, WatchSpec spec) {
  auto state = std::make_shared<State>(service, std::move(spec));
  MINGLU_CHECK(state->open());
  auto watched = std::unique_ptr<WatchedFolder>(new WatchedFolder(state));
  state->thread = std::thread([state] { state->run(state); });
  return watched;
}

WatchedFolder::WatchedFolder(std::shared_ptr<State> state) : state_(std::move(state)) {}

WatchedFolder::~WatchedFolder() { stop(); }

bool WatchedFolder::drain(std::chrono::milliseconds time_max) {
  std::unique_lock lock(state_->mutex);
  const uint64_t mine = ++state_->drains_asked;
  const uint64_t one = 1;
  if (::write(state_->wake, &one, sizeof one) < 0) return false;
  return state_->changed.wait_for(lock, time_max, [&] { return state_->drains_done >= mine || state_->is_stopping; }) &&
         !state_->is_stopping;
}

void WatchedFolder::stop() {
  {
    const std::lock_guard guard(state_->mutex);
    state_->is_stopping = true;
    const uint64_t one = 1;
    if (::write(state_->wake, &one, sizeof one) < 0) state_->changed.notify_all();  // it is awake already
  }
  state_->changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace minglu::flows
