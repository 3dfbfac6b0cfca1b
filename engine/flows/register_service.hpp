// One register kept open for many readers and one writer: what the server runs on.
//
//   MINGLU_TRY(auto service, RegisterService::start({.directory = home}));
//   auto snapshot = service->snapshot();                       // readers: hold it as long as they like
//   std::string id = service->submit({"import", "..."}, work); // writers: one after another, on the writer's thread
//   MINGLU_CHECK(service->run({"decision", "..."}, work));     // the same, and wait for its end
//
// After every job that committed something the register is resolved, live where that is possible, and a new snapshot
// takes the place of the old one: what was acknowledged by `run` is visible to the next reader. When a snapshot has
// moved far from its files, new ones are made on the reading thread while the register goes on. Jobs are kept in
// memory, the last kJobsKept of them; their effects are in the ledger. A failed job changes nothing that was not
// acknowledged. Errors of start: those of Home::open and catch_up. Thread-safety: every method from any thread; `work`
// runs on the writer's thread and may use home() for writing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/register_snapshot.hpp"

namespace minglu::flows {

inline constexpr size_t kJobsKept = 500;
/// Resident bytes of mapped files above which their pages are given back, looked at every few seconds.
inline constexpr uint64_t kMappedMax = uint64_t{3} << 30U;

enum class JobState : uint8_t { kQueued, kRunning, kDone, kFailed, kCancelled };
/// "queued", "running", "done", "failed", "cancelled".
std::string_view job_state_name(JobState state) noexcept;

struct JobInfo {
  std::string id;
  std::string kind;    // "import", "export", ...
  std::string title;   // for people
  int64_t owner = 0;   // user; 0: the register itself
  std::string source;  // id of the source that an import is about; empty: none, or not known to the job
  JobState state = JobState::kQueued;
  std::string step;
  uint64_t done = 0;
  uint64_t total = 0;
  int64_t created_us = 0;
  int64_t finished_us = 0;
  std::optional<Error> error;
  std::map<std::string, int64_t> results;  // "import_seq", "rows", ...
};

struct ServiceSpec {
  HomeSpec home;
  /// Local minute of the day at which what changed live is looked at anew as a whole: only then are records without
  /// identifier attached by likeness (live_resolve.hpp). Null: never by itself.
  std::optional<int> whole_resolve_minute = {};
};

struct JobSpec {
  std::string kind;
  std::string title;
  int64_t owner = 0;
  bool changes_register = true;  // resolve and publish afterwards
  std::string source = {};
};

/// What a running job may say about itself.
class JobReporter {
 public:
  JobReporter(class RegisterService& service, std::string id) : service_(service), id_(std::move(id)) {}
  void progress(const std::string& step, uint64_t done, uint64_t total);
  void result(const std::string& name, int64_t value);

 private:
  RegisterService& service_;
  std::string id_;
};

using JobWork = std::function<Status(JobReporter&)>;

class RegisterService {
 public:
  static Result<std::unique_ptr<RegisterService>> start(const ServiceSpec& spec);
  ~RegisterService();
  RegisterService(const RegisterService&) = delete;
  RegisterService& operator=(const RegisterService&) = delete;

  [[nodiscard]] Home& home() noexcept { return *home_; }
  [[nodiscard]] std::shared_ptr<const RegisterSnapshot> snapshot() const;
  /// Places in its state.likeness() of the pairs that wait for people. Found at the first question about a snapshot.
  [[nodiscard]] Result<std::shared_ptr<const std::vector<uint32_t>>> waiting_pairs(
      const RegisterSnapshot& snapshot) const;
  /// Why two records weigh what they weigh; null while it is being computed. Made after a resolve of the whole
  /// register, when no job waits.
  [[nodiscard]] std::shared_ptr<const LikenessDesk> match_desk() const;
  /// Sequence number up to which the snapshot shows the ledger.
  [[nodiscard]] uint64_t visible_seq() const noexcept { return visible_seq_.load(); }

  std::string submit(JobSpec spec, JobWork work);
  /// Submits and waits. The error of the job, or kUnavailable when the service is stopping.
  Status run(JobSpec spec, JobWork work);
  [[nodiscard]] std::optional<JobInfo> job(const std::string& id) const;
  /// Newest first.
  [[nodiscard]] std::vector<JobInfo> jobs() const;
  /// kNotFound; kConflict when it has begun: what is being committed is not torn up.
  Status cancel(const std::string& id);

  /// Queues a resolve of the whole register when its time of day has come and changes were followed live since the last
  /// one. Called every few seconds; the first call only looks at the clock.
  void resolve_whole_when_due(int64_t now_us);

  /// Lets the running job end, drops queued ones, joins the writer. Idempotent.
  void stop();

 private:
  friend class JobReporter;
  struct Queued {
    std::string id;
    JobSpec spec;
    JobWork work;
  };
  RegisterService() = default;
  void job_loop(std::deque<Queued>& queue);
  void run_one(Queued job);
  Status execute(const Queued& job);
  Status publish(JobReporter* reporter);
  void idle();
  void reindex_when_far(const std::shared_ptr<const RegisterSnapshot>& snapshot);
  void renew_match_desk();
  void update(const std::string& id, const std::function<void(JobInfo&)>& change);

  std::unique_ptr<Home> home_;
  std::optional<SnapshotMaker> maker_;  // of the writer's thread, as is desk_seq_
  uint64_t desk_seq_ = 0;               // whole state of the match desk
  std::optional<int> whole_resolve_minute_;
  std::atomic<int64_t> whole_resolve_due_us_{0};
  mutable std::mutex mutex_;            // guards what follows, down to waiting_pairs_
  std::condition_variable changed_;
  std::deque<Queued> writes_;
  std::deque<Queued> reads_;
  std::map<std::string, JobInfo> jobs_;
  std::deque<std::string> order_;  // of jobs_, oldest first
  bool is_stopping_ = false;
  bool is_reindexing_ = false;
  uint64_t next_job_ = 1;
  std::shared_ptr<const RegisterSnapshot> snapshot_;
  std::shared_ptr<const LikenessDesk> match_desk_;
  mutable std::pair<uint64_t, std::shared_ptr<const std::vector<uint32_t>>> waiting_pairs_;  // of a state
  std::atomic<uint64_t> visible_seq_{0};
  std::thread writer_;
  std::thread reader_;
};

}  // namespace minglu::flows
