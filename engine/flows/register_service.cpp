#include "flows/register_service.hpp"

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/resolve_flow.hpp"

namespace minglu::flows {

namespace {

constexpr std::chrono::seconds kIdleEvery{5};

}  // namespace

std::string_view job_state_name(JobState state) noexcept {
  switch (state) {
    case JobState::kQueued: return "queued";
    case JobState::kRunning: return "running";
    case JobState::kDone: return "done";
    case JobState::kFailed: return "failed";
    case JobState::kCancelled: return "cancelled";
  }
  return "failed";
}

void JobReporter::progress(const std::string& step, uint64_t done, uint64_t total) {
  service_.update(id_, [&](JobInfo& job) {
    job.step = step;
    job.done = done;
    job.total = total;
  });
}

void JobReporter::result(const std::string& name, int64_t value) {
  service_.update(id_, [&](JobInfo& job) { job.results[name] = value; });
}

Result<std::unique_ptr<RegisterService>> RegisterService::start(const ServiceSpec& spec) {
  auto service = std::unique_ptr<RegisterService>(new RegisterService());
  MINGLU_TRY(service->home_, Home::open(spec.home));
  service->whole_resolve_minute_ = spec.whole_resolve_minute;
  MINGLU_CHECK(catch_up(*service->home_));
  service->maker_.emplace(*service->home_);
  MINGLU_CHECK(service->publish(nullptr));
  RegisterService* raw = service.get();
  service->writer_ = std::thread([raw] {
    raw->renew_match_desk();
    raw->job_loop(raw->writes_);
  });
  service->reader_ = std::thread([raw] { raw->job_loop(raw->reads_); });
  return service;
}

RegisterService::~RegisterService() { stop(); }

void RegisterService::stop() {
  {
    const std::lock_guard guard(mutex_);
    is_stopping_ = true;
    for (std::deque<Queued>* queue : {&writes_, &reads_}) {
      for (const Queued& job : *queue) jobs_[job.id].state = JobState::kCancelled;
      queue->clear();
    }
  }
  changed_.notify_all();
  for (std::thread* thread : {&writer_, &reader_}) {
    if (thread->joinable()) thread->join();
  }
}

std::shared_ptr<const RegisterSnapshot> RegisterService::snapshot() const {
  const std::lock_guard guard(mutex_);
  return snapshot_;
}

Result<std::shared_ptr<const std::vector<uint32_t>>> RegisterService::waiting_pairs(
    const RegisterSnapshot& snapshot) const {
  {
    const std::lock_guard guard(mutex_);
    if (waiting_pairs_.second && waiting_pairs_.first == snapshot.state_seq()) return waiting_pairs_.second;
  }
  auto found = std::make_shared<std::vector<uint32_t>>();
  if (snapshot.state() != nullptr) { MINGLU_TRY(*found, flows::waiting_pairs(*home_, *snapshot.state())); }
  const std::lock_guard guard(mutex_);
  waiting_pairs_ = {snapshot.state_seq(), found};
  return std::shared_ptr<const std::vector<uint32_t>>(std::move(found));
}

std::shared_ptr<const LikenessDesk> RegisterService::match_desk() const {
  const std::lock_guard guard(mutex_);
  return match_desk_;
}

std::string RegisterService::submit(JobSpec spec, JobWork work) {
  std::string id;
  {
    const std::lock_guard guard(mutex_);
    id = std::to_string(next_job_++);
    JobInfo& info = jobs_[id];
    info.id = id;
    info.kind = spec.kind;
    info.title = spec.title;
    info.owner = spec.owner;
    info.source = spec.source;
    info.created_us = base::system_now_us();
    order_.push_back(id);
    if (order_.size() > kJobsKept) {
      jobs_.erase(order_.front());
      order_.pop_front();
    }
    if (is_stopping_) {
      info.state = JobState::kCancelled;
      return id;
    }
    std::deque<Queued>& queue = spec.changes_register ? writes_ : reads_;
    queue.push_back({id, std::move(spec), std::move(work)});
  }
  changed_.notify_all();
  return id;
}

Status RegisterService::run(JobSpec spec, JobWork work) {
  const std::string id = submit(std::move(spec), std::move(work));
  std::unique_lock lock(mutex_);
  const auto state = [&] {
    const auto it = jobs_.find(id);
    return it == jobs_.end() ? JobState::kDone : it->second.state;
  };
  changed_.wait(lock, [&] { return state() != JobState::kQueued && state() != JobState::kRunning; });
  if (state() == JobState::kCancelled) return base::unavailable("系统正在停止，操作没有执行，请稍后再试");
  if (state() == JobState::kFailed) return *jobs_[id].error;
  return ok_status();
}

std::optional<JobInfo> RegisterService::job(const std::string& id) const {
  const std::lock_guard guard(mutex_);
  const auto it = jobs_.find(id);
  return it == jobs_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<JobInfo> RegisterService::jobs() const {
  const std::lock_guard guard(mutex_);
  std::vector<JobInfo> all;
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) all.push_back(jobs_.at(*it));
  return all;
}

Status RegisterService::cancel(const std::string& id) {
  const std::lock_guard guard(mutex_);
  const auto it = jobs_.find(id);
  if (it == jobs_.end()) return base::not_found("没有编号为 " + id + " 的任务");
  if (it->second.state != JobState::kQueued) return base::conflict("任务已经开始或已经结束，不能取消");
  for (std::deque<Queued>* queue : {&writes_, &reads_})
    std::erase_if(*queue, [&](const Queued& job) { return job.id == id; });
  it->second.state = JobState::kCancelled;
  it->second.finished_us = base::system_now_us();
  changed_.notify_all();
  return ok_status();
}

void RegisterService::update(const std::string& id, const std::function<void(JobInfo&)>& change) {
  const std::lock_guard guard(mutex_);
  if (const auto it = jobs_.find(id); it != jobs_.end()) change(it->second);
}

void RegisterService::job_loop(std::deque<Queued>& queue) {
  for (;;) {
    Queued job;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [&] { return is_stopping_ || !queue.empty(); };
      while (!changed_.wait_for(lock, kIdleEvery, has_work)) {
        if (&queue != &reads_) continue;
        lock.unlock();
        idle();
        lock.lock();
      }
      if (is_stopping_) return;
      job = std::move(queue.front());
      queue.pop_front();
      jobs_[job.id].state = JobState::kRunning;
    }
    const bool changes_register = job.spec.changes_register;
    run_one(std::move(job));
    std::unique_lock lock(mutex_);
    if (!changes_register || !queue.empty() || is_stopping_) continue;
    lock.unlock();
    renew_match_desk();
  }
}

// Reads by millions leave every page of the mapped files in the process, where they count as its memory.
void RegisterService::idle() {
  if (base::mapped_resident_bytes() > kMappedMax) home_->release_pages();
  resolve_whole_when_due(base::system_now_us());
}

void RegisterService::resolve_whole_when_due(int64_t now_us) {
  if (!whole_resolve_minute_ || now_us < whole_resolve_due_us_) return;
  const bool is_first = whole_resolve_due_us_ == 0;
  whole_resolve_due_us_ = base::next_local_time_us(now_us, *whole_resolve_minute_);
  const std::shared_ptr<const RegisterSnapshot> shown = snapshot();
  if (is_first || shown->state() == nullptr || shown->state()->changed_units() == 0) return;
  submit({.kind = "resolve", .title = "全库重新比对"}, [this](JobReporter& job) -> Status {
    const auto say = [&](const std::string& step, uint64_t done, uint64_t total) { job.progress(step, done, total); };
    MINGLU_CHECK(resolve_register(*home_, {.progress = say}));
    return ok_status();
  });
}

void RegisterService::run_one(Queued job) {
  const Status status = execute(job);
  update(job.id, [&](JobInfo& info) {
    info.state = status.ok() ? JobState::kDone : JobState::kFailed;
    if (!status.ok()) info.error = status.error();
    info.finished_us = base::system_now_us();
  });
  changed_.notify_all();
}

// A job that fails after it committed something (a folder of files, the third of which is bad) still publishes.
Status RegisterService::execute(const Queued& job) {
  JobReporter reporter(*this, job.id);
  Status status = job.work(reporter);
  if (!job.spec.changes_register) return status;
  const Status published = publish(&reporter);
  return status.ok() ? published : status;
}

Status RegisterService::publish(JobReporter* reporter) {
  const auto say = [&](const std::string& step, uint64_t done, uint64_t total) {
    if (reporter != nullptr) reporter->progress(step, done, total);
  };
  MINGLU_CHECK(resolve_pending(*home_, {.progress = say}));
  MINGLU_TRY(std::shared_ptr<const RegisterSnapshot> fresh, maker_->make(say));
  MINGLU_TRY(const store::LedgerHead head, home_->ledger().head());
  reindex_when_far(fresh);
  const std::lock_guard guard(mutex_);
  snapshot_ = std::move(fresh);
  visible_seq_ = static_cast<uint64_t>(head.seq);
  return ok_status();
}

// The maker finds the new files when it makes the next snapshot.
void RegisterService::reindex_when_far(const std::shared_ptr<const RegisterSnapshot>& snapshot) {
  if (snapshot->changed_units() <= kReindexUnits) return;
  {
    const std::lock_guard guard(mutex_);
    if (is_reindexing_) return;
    is_reindexing_ = true;
  }
  submit({.kind = "reindex", .title = "更新检索索引", .changes_register = false}, [this, snapshot](JobReporter& job) {
    const Status made = write_snapshot_files(
        *home_, *snapshot->state(),
        [&](const std::string& step, uint64_t done, uint64_t total) { job.progress(step, done, total); });
    const std::lock_guard guard(mutex_);
    is_reindexing_ = false;
    return made;
  });
}

// Likeness is looked for by a resolve of the whole register only, so only that gives a new desk.
void RegisterService::renew_match_desk() {
  const Result<std::shared_ptr<const store::State>> state = home_->state(UINT64_MAX);
  if (!state.ok() || !*state || (*state)->whole_seq() == desk_seq_) return;
  Result<std::shared_ptr<const LikenessDesk>> desk = LikenessDesk::make(*home_);
  if (!desk.ok()) return;  // The register stands; the desk keeps what it showed before.
  desk_seq_ = (*state)->whole_seq();
  const std::lock_guard guard(mutex_);
  match_desk_ = std::move(desk).value();
}

}  // namespace minglu::flows
