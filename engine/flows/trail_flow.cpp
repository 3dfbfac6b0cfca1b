#include "flows/trail_flow.hpp"

#include <charconv>

#include "base/file.hpp"
#include "store/audit_store.hpp"
#include "store/ledger_hash.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kHashDigits = 64;

Result<std::unique_ptr<store::AuditStore>> open_trail(const HomeSpec& spec) {
  if (spec.ledger_url.starts_with("postgresql:")) return store::AuditStore::open({.url = spec.ledger_url});
  const std::filesystem::path file = spec.directory / "audit.db";
  if (!std::filesystem::exists(file)) {
    return base::not_found("\"" + spec.directory.string() +
                           "\" has no audit trail yet: it begins with the first minglu serve");
  }
  return store::AuditStore::open({.url = "sqlite:" + file.string()});
}

bool is_hash(std::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "time number hash"
std::optional<TrailHead> parse_head(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view number = line.substr(first + 1, second - first - 1);
  TrailHead head{0, std::string(line.substr(second + 1)), std::string(line.substr(0, first))};
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), head.seq);
  if (problem != std::errc() || end != number.data() + number.size() || head.seq < 1 || !is_hash(head.hash))
    return std::nullopt;
  return head;
}

// Null when the trail holds the noted entry as it was noted.
Result<std::optional<std::string>> difference(store::AuditStore& audit, const TrailHead& note) {
  const std::string name = "the head noted at " + note.at + ", entry " + std::to_string(note.seq) + ", ";
  MINGLU_TRY(const store::AuditPage page, audit.page({}, {.before_seq = note.seq + 1, .rows_max = 1}));
  if (page.entries.empty() || page.entries.front().seq != note.seq)
    return std::optional(name + "is not in the trail any more");
  if (page.entries.front().hash != note.hash)
    return std::optional(name + "has another hash now: " + page.entries.front().hash);
  return std::optional<std::string>();
}

}  // namespace

Result<TrailHead> trail_head(const HomeSpec& spec) {
  MINGLU_TRY(const std::unique_ptr<store::AuditStore> audit, open_trail(spec));
  MINGLU_TRY(const store::AuditHead head, audit->head());
  if (head.seq == 0) return base::failed_precondition("the audit trail has no entry yet; note its head tomorrow");
  return TrailHead{head.seq, head.hash, store::format_utc_us(head.at_us)};
}

std::string to_text(const TrailHead& head) { return head.at + " " + std::to_string(head.seq) + " " + head.hash; }

Result<std::vector<TrailHead>> parse_heads(std::string_view text) {
  std::vector<TrailHead> heads;
  size_t number = 0;
  while (!text.empty()) {
    ++number;
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    std::optional<TrailHead> head = parse_head(line);
    if (!head) {
      return base::invalid_argument("line " + std::to_string(number) +
                                    " is no noted head: it must be time, number and 64 hex digits, as minglu audit "
                                    "head prints them");
    }
    heads.push_back(std::move(*head));
  }
  return heads;
}

Status note_head(const std::filesystem::path& file, const TrailHead& head) {
  std::string text;
  if (std::filesystem::exists(file)) { MINGLU_TRY(text, base::read_file(file)); }
  MINGLU_TRY(const std::vector<TrailHead> before, parse_heads(text));
  if (!before.empty() && before.back() == head) return ok_status();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return base::write_file_durably(file, text + to_text(head) + "\n");
}

Result<TrailCheck> check_trail(const HomeSpec& spec, const std::vector<TrailHead>& notes) {
  MINGLU_TRY(const std::unique_ptr<store::AuditStore> audit, open_trail(spec));
  MINGLU_TRY(const store::AuditCheck chain, audit->verify());
  TrailCheck check;
  check.entries = chain.entries;
  if (chain.first_bad_seq)
    check.problems.push_back("the trail breaks at entry " + std::to_string(*chain.first_bad_seq) + ": " + chain.reason);
  for (const TrailHead& note : notes) {
    MINGLU_TRY(std::optional<std::string> problem, difference(*audit, note));
    if (problem) check.problems.push_back(std::move(*problem));
    ++check.heads;
  }
  return check;
}

}  // namespace minglu::flows
