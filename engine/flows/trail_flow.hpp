// The head of the audit trail, noted elsewhere day by day, and the trail held against those notes.
//
//   MINGLU_TRY(TrailHead head, trail_head(spec));           // print it, mail it, keep it on another machine
//   MINGLU_CHECK(note_head(file, head));                    // one line more in a file of notes
//   MINGLU_TRY(TrailCheck check, check_trail(spec, notes)); // check.problems: empty when whole
//
// The chain of the trail shows changes, but who owns its database could compute a whole new chain, or cut its end off.
// A head that was noted where they cannot write shows that, too: the entry of that number must still be there with that
// hash. A note is one line: time of the entry, its number, its hash (SM3, 64 hex digits), divided by blanks.
// Errors: kNotFound when the home has no trail (it is made by `minglu serve`); kInvalidArgument for notes that cannot
// be read. Neither needs the lock of the home: the register may be in use. Cost: check_trail reads the whole trail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

struct TrailHead {
  int64_t seq = 0;
  std::string hash;
  std::string at;  // "2026-01-31T08:15:02.123456Z"
  bool operator==(const TrailHead&) const = default;
};

struct TrailCheck {
  int64_t entries = 0;
  uint64_t heads = 0;                 // notes compared
  std::vector<std::string> problems;  // empty: whole, and every note agrees
};

/// kFailedPrecondition when nothing has been audited yet.
Result<TrailHead> trail_head(const HomeSpec& spec);
/// "2026-01-31T08:15:02.123456Z 1234 <64 hex digits>"
std::string to_text(const TrailHead& head);
/// Blank lines and lines that begin with "#" are passed over. kInvalidArgument names the line.
Result<std::vector<TrailHead>> parse_heads(std::string_view text);
/// Appends the note durably, unless it is the last one already. Makes the file when it is absent.
Status note_head(const std::filesystem::path& file, const TrailHead& head);
Result<TrailCheck> check_trail(const HomeSpec& spec, const std::vector<TrailHead>& notes);

}  // namespace minglu::flows
