#include "flows/unit_history.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "flows/unit_view.hpp"
#include "fuse/fuse.hpp"

namespace minglu::flows {
namespace {

struct Value {
  std::string text;
  std::string source;
  uint64_t seq = 0;
};
using Values = std::map<uint16_t, Value>;  // by field

struct Walk {
  Home& home;
  const store::UnitRow& row;
  fuse::Fuser fuser;
};

Result<Values> values_at(Walk& walk, Date date) {
  std::vector<fuse::Member> members;
  std::vector<store::RecordText> texts(walk.row.members.size());
  std::vector<uint64_t> seqs;
  for (const store::UnitMember& member : walk.row.members) {
    const store::UnitRun* run = nullptr;
    for (const store::UnitRun& candidate : member.runs) {
      if (candidate.since_days <= date.days) run = &candidate;
    }
    if (run == nullptr) continue;
    MINGLU_TRY(const store::RecordSegment* segment, walk.home.record_segment(run->segment_seq));
    store::RecordText& text = texts[members.size()];
    MINGLU_CHECK(segment->read(run->row, text));
    members.push_back({units::EntityId{member.entity}, units::SourceId{member.source}, text.record(),
                       Date{run->since_days}, Date{run->last_seen_days}});
    seqs.push_back(run->segment_seq);
  }
  fuse::FusedUnit fused;
  walk.fuser.fuse(members, fused);
  Values values;
  for (const fuse::FusedField& field : fused.fields) {
    values[field.field.value] = {std::string(field.value),
                                 walk.home.knowledge().sources().at(members[field.winner].source).id,
                                 seqs[field.winner]};
  }
  return values;
}

std::vector<Date> dates_of(const store::UnitRow& row) {
  std::vector<Date> dates;
  for (const store::UnitMember& member : row.members) {
    for (const store::UnitRun& run : member.runs) dates.push_back(Date{run.since_days});
  }
  const auto less = [](Date a, Date b) { return a.days < b.days; };
  std::sort(dates.begin(), dates.end(), less);
  dates.erase(std::unique(dates.begin(), dates.end(), [](Date a, Date b) { return a.days == b.days; }), dates.end());
  if (dates.size() > kDatesMax) dates.erase(dates.begin(), dates.end() - kDatesMax);
  return dates;
}

EventKind kind_of(const std::string& field, const std::string& before, const std::string& after,
                  const Knowledge& knowledge) {
  const std::optional<codes::Life> now = knowledge.life_states().find(field, after);
  const std::optional<codes::Life> then = knowledge.life_states().find(field, before);
  if (now == codes::Life::kDead && then != codes::Life::kDead) return EventKind::kDeath;
  if (now == codes::Life::kAlive && then && then != codes::Life::kAlive) return EventKind::kReactivation;
  if (field == "address" || field == "region_code") return EventKind::kRelocation;
  if (field == "industry_code") return EventKind::kActivityChange;
  if (field == "name") return EventKind::kRename;
  if (field == "founded" && before.empty()) return EventKind::kBirth;
  return EventKind::kValue;
}

// A field that a further source brings for the first time is knowledge, not a change in the world; birth excepted.
void compare(const Values& before, const Values& after, Date date, const Walk& walk, std::vector<UnitEvent>& events) {
  const Knowledge& knowledge = walk.home.knowledge();
  for (const auto& [field, value] : after) {
    const codes::FieldId id{field};
    const std::string& code = knowledge.fields().info(id).code;
    const auto earlier = before.find(field);
    const std::string old = earlier == before.end() ? std::string() : earlier->second.text;
    UnitEvent event{kind_of(code, old, value.text, knowledge), date, value.seq, code, old, value.text, value.source};
    if (event.kind == EventKind::kBirth) {
      if (const auto founded = base::parse_iso_date(value.text)) event.date = *founded;
    } else if (old.empty()) {
      if (event.kind != EventKind::kDeath) continue;
    } else if (walk.fuser.agree(id, old, value.text)) {
      continue;
    }
    events.push_back(std::move(event));
  }
}

uint64_t first_seq_of(const store::UnitRow& row, Date date) {
  uint64_t seq = UINT64_MAX;
  for (const store::UnitMember& member : row.members) {
    if (member.runs.front().since_days == date.days) seq = std::min<uint64_t>(seq, member.runs.front().segment_seq);
  }
  return seq == UINT64_MAX ? 0 : seq;
}

struct Commits {
  std::vector<Home::CommitHead> heads;
  [[nodiscard]] Date date_of(uint64_t seq) const {
    const auto it = std::lower_bound(heads.begin(), heads.end(), seq,
                                     [](const Home::CommitHead& head, uint64_t s) { return head.seq < s; });
    if (it == heads.end() || it->created_at.size() < 10) return Date{};
    return base::parse_iso_date(it->created_at.substr(0, 10)).value_or(Date{});
  }
};

// What the commit `seq`, which made this row, did to the unit against the state before it.
void compare_members(const store::DirectoryEntry& now, const store::DirectoryEntry* before, const store::State* earlier,
                     Date date, std::vector<uint64_t>& merged, UnitHistory& history) {
  const uint64_t seq = now.segment_seq;
  std::erase_if(merged, [&](uint64_t unit) {
    if (earlier != nullptr && earlier->find_tombstone(unit) != nullptr) return false;
    history.events.push_back({EventKind::kMerger, date, seq, "", std::to_string(unit), "", ""});
    return true;
  });
  if (before != nullptr && before->member_count > now.member_count) {
    history.events.push_back(
        {EventKind::kSplit, date, seq, "", std::to_string(before->member_count), std::to_string(now.member_count), ""});
  }
}

// Goes from the latest state back: where the unit's row was made, there it changed. Stops at its birth.
Status walk_known(Home& home, const store::State& state, const Commits& commits, UnitHistory& history) {
  std::vector<uint64_t> merged;
  for (const store::Tombstone& tombstone : state.tombstones()) {
    if (tombstone.survivor == history.unit) merged.push_back(tombstone.unit);
  }
  const store::DirectoryEntry* found = state.find(history.unit);
  std::shared_ptr<const store::State> earlier;  // Keeps `found` mapped.
  while (found != nullptr && history.known_seqs.size() < kDatesMax) {
    const store::DirectoryEntry entry = *found;
    history.known_seqs.push_back(entry.segment_seq);
    found = nullptr;
    if (entry.segment_seq > entry.minted_seq) {
      MINGLU_TRY(earlier, home.state(entry.segment_seq - 1));
      if (earlier) found = earlier->find(history.unit);
    }
    compare_members(entry, found, earlier.get(), commits.date_of(entry.segment_seq), merged, history);
    if (found != nullptr && found->segment_seq == entry.segment_seq) break;
  }
  std::reverse(history.known_seqs.begin(), history.known_seqs.end());
  return ok_status();
}

}  // namespace

std::string_view event_kind_name(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::kFirstSeen: return "first_seen";
    case EventKind::kBirth: return "birth";
    case EventKind::kDeath: return "death";
    case EventKind::kReactivation: return "reactivation";
    case EventKind::kRelocation: return "relocation";
    case EventKind::kActivityChange: return "activity_change";
    case EventKind::kRename: return "rename";
    case EventKind::kValue: return "value";
    case EventKind::kMerger: return "merger";
    case EventKind::kSplit: return "split";
  }
  return "value";
}

Result<UnitHistory> unit_history(Home& home, const store::State& state, uint64_t unit, const MayUse& may_use) {
  UnitHistory history;
  history.unit = survivor_of(state, unit);
  store::UnitRow row;
  MINGLU_CHECK(home.read_unit(state, history.unit, row));
  std::erase_if(row.members, [&](const store::UnitMember& member) {
    return may_use && !may_use(home.knowledge().sources().at(units::SourceId{member.source}));
  });
  Walk walk{home, row, fuse::Fuser(home.knowledge().fuse_context())};
  Commits commits;
  MINGLU_TRY(commits.heads, home.commit_heads());
  history.dates = dates_of(row);
  Values before;
  for (const Date date : history.dates) {
    MINGLU_TRY(Values after, values_at(walk, date));
    if (before.empty())
      history.events.push_back({EventKind::kFirstSeen, date, first_seq_of(row, date), "", "", "", ""});
    compare(before, after, date, walk, history.events);
    before = std::move(after);
  }
  MINGLU_CHECK(walk_known(home, state, commits, history));
  std::stable_sort(history.events.begin(), history.events.end(),
                   [](const UnitEvent& a, const UnitEvent& b) { return a.date.days < b.date.days; });
  return history;
}

}  // namespace minglu::flows
