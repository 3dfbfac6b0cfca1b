// A folder that a served register watches: a file put into FOLDER/<source>/ is taken in like one posted to the API.
//
//   MINGLU_TRY(auto watched, WatchedFolder::start(service, {.folder = "/srv/feeds", .on_event = tell}));
//   watched->stop();      // before service.stop()
//
// Which files: regular files directly in FOLDER/<id of a source>/ whose names do not begin with a dot nor end as
// unfinished ones do (.part, .tmp, .filepart, ~). Symbolic links, other folders and files elsewhere are left alone.
// When: at once when the file was renamed into its folder, which is the safe way to deliver; else when its size and
// time have not changed for `settle`. The kernel tells of new files (inotify); a scan every `scan` finds what it did
// not tell of. Files are taken in the order of their names, one job each.
// Then: FOLDER/<source>/taken/<name>, or FOLDER/<source>/refused/<name> with <name>.txt beside it that says why in
// Chinese and English. A name that is there already gets a number; nothing is overwritten. When the reason lies with us
// (no space, database away) or the sender is not done, the file stays, and is tried again after `retry`.
// Exactly once: a file is moved after its commit. Killed in between, the register knows the file by its digest and
// moves it at the next start without a second commit.
// Cost: a stat per waiting file and scan. Thread-safety: start, stop, drain from one thread; the rest runs on a thread
// of its own and on the service's writer.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "flows/register_service.hpp"

namespace minglu::flows {

/// What became of one file.
struct WatchEvent {
  enum class Kind : uint8_t {
    kTaken,    // committed as `seq`
    kKnown,    // the very same file was committed before, as `seq`
    kRefused,  // `message` says why
    kWaits,    // to be tried again; `message` says why
  };
  Kind kind = Kind::kTaken;
  std::string source;
  std::string file_name;
  uint64_t seq = 0;
  std::string message;
};

struct WatchSpec {
  std::filesystem::path folder;  // made with one folder per source when absent
  std::chrono::milliseconds settle{2'000};
  std::chrono::milliseconds scan{10'000};
  std::chrono::milliseconds retry{60'000};
  std::function<void(const WatchEvent&)> on_event = {};  // on the writer's thread
};

class WatchedFolder {
 public:
  /// Errors: kUnavailable when the folder cannot be made or watched.
  static Result<std::unique_ptr<WatchedFolder>> start(RegisterService& service, WatchSpec spec);
  ~WatchedFolder();
  WatchedFolder(const WatchedFolder&) = delete;
  WatchedFolder& operator=(const WatchedFolder&) = delete;

  /// Waits until every file that is ready now was taken, refused or put off. False after `time_max`.
  bool drain(std::chrono::milliseconds time_max);
  /// Stops looking. A job that has begun goes on. Idempotent.
  void stop();

 private:
  struct State;
  explicit WatchedFolder(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with jobs that are queued
};

}  // namespace minglu::flows
