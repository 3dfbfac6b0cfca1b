#include "store/entity_history.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/rng.hpp"

namespace minglu::store {
namespace {

struct Statement {
  uint64_t entity;
  uint64_t content;
  int32_t date_days;
  uint32_t segment;
  uint32_t row;
};

bool by_time(const Statement& a, const Statement& b) {
  if (a.entity != b.entity) return a.entity < b.entity;
  if (a.date_days != b.date_days) return a.date_days < b.date_days;
  if (a.content != b.content) return a.content < b.content;
  return a.segment != b.segment ? a.segment < b.segment : a.row < b.row;
}

// Entities of one source while they are being collected: dense ids by ascending entity hash.
struct SourceEntities {
  std::vector<Statement> records;   // sorted by_time
  std::vector<uint64_t> ids;        // distinct entities, ascending
  std::vector<uint32_t> first;      // ids.size() + 1, into records
  std::vector<int32_t> first_seen;  // over records and sightings; used when the entity has one content
  std::vector<int32_t> last_seen;
  std::vector<uint8_t> several_contents;
};

// Entity ids are hashes, evenly spread, so the place is nearly proportional to the value.
size_t place_of(const std::vector<uint64_t>& ids, uint64_t entity) {
  if (ids.empty()) return 0;
  auto at = static_cast<size_t>((static_cast<__uint128_t>(entity) * ids.size()) >> 64);
  while (at > 0 && ids[at] > entity) --at;
  while (at + 1 < ids.size() && ids[at] < entity) ++at;
  return ids[at] == entity ? at : ids.size();
}

Error two_keys(const RecordSegment& segment, uint32_t row) {
  RecordText text;
  const Status read = segment.read(row, text);
  return base::data_loss("two keys of source \"" + segment.info().source + "\" share one hash, one of them \"" +
                         std::string(read.ok() ? text.key() : "") + "\"; report this");
}

Status check_keys(const SourceEntities& source, size_t i, std::span<const RecordSegment* const> segments) {
  const auto check_of = [&](const Statement& statement) {
    return segments[statement.segment]->records()[statement.row].key_check;
  };
  const uint32_t check = check_of(source.records[source.first[i]]);
  for (uint32_t j = source.first[i] + 1; j < source.first[i + 1]; ++j) {
    const Statement& other = source.records[j];
    if (check_of(other) != check) return two_keys(*segments[other.segment], other.row);
  }
  return ok_status();
}

// What one source has said: everything, or about the wanted entities.
class SourceStatements {
 public:
  SourceStatements(std::span<const RecordSegment* const> segments, std::vector<uint32_t> mine,
                   const std::vector<uint64_t>* wanted)
      : segments_(segments), mine_(std::move(mine)), wanted_(wanted) {}

  template <typename Visit>  // (segment, place, record)
  void for_each_record(Visit visit) const {
    for (const uint32_t s : mine_) {
      const auto records = segments_[s]->records();
      if (wanted_ == nullptr) {
        for (uint32_t place = 0; place < records.size(); ++place) visit(s, place, records[place]);
        continue;
      }
      for (const uint64_t entity : *wanted_) {
        for (const uint32_t place : segments_[s]->records_of(entity)) visit(s, place, records[place]);
      }
    }
  }
  template <typename Visit>
  void for_each_sighting(Visit visit) const {
    for (const uint32_t s : mine_) {
      const auto sightings = segments_[s]->sightings();
      if (wanted_ == nullptr) {
        for (const Sighting& sighting : sightings) visit(sighting);
        continue;
      }
      for (const uint64_t entity : *wanted_) {
        for (const uint32_t place : segments_[s]->sightings_of(entity)) visit(sightings[place]);
      }
    }
  }

 private:
  std::span<const RecordSegment* const> segments_;
  std::vector<uint32_t> mine_;
  const std::vector<uint64_t>* wanted_;
};

Result<SourceEntities> collect_records(std::span<const RecordSegment* const> segments,
                                       const SourceStatements& statements) {
  SourceEntities out;
  statements.for_each_record([&](uint32_t segment, uint32_t place, const RecordMeta& record) {
    out.records.push_back({record.entity, record.content, record.date_days, segment, place});
  });
  std::sort(out.records.begin(), out.records.end(), by_time);
  for (uint32_t i = 0; i < out.records.size(); ++i) {
    const Statement& statement = out.records[i];
    if (out.ids.empty() || out.ids.back() != statement.entity) {
      out.ids.push_back(statement.entity);
      out.first.push_back(i);
      out.first_seen.push_back(statement.date_days);
      out.several_contents.push_back(0);
      out.last_seen.push_back(statement.date_days);
    } else {
      if (out.records[out.first.back()].content != statement.content) out.several_contents.back() = 1;
      out.last_seen.back() = std::max(out.last_seen.back(), statement.date_days);
    }
  }
  out.first.push_back(static_cast<uint32_t>(out.records.size()));
  for (size_t i = 0; i < out.ids.size(); ++i) {
    if (out.first[i + 1] - out.first[i] > 1) MINGLU_CHECK(check_keys(out, i, segments));
  }
  return out;
}

// Sightings of entities with one content only widen its span; the others become statements of their own.
std::vector<Statement> apply_sightings(const SourceStatements& statements, SourceEntities& source) {
  std::vector<Statement> extra;
  statements.for_each_sighting([&](const Sighting& sighting) {
    const size_t at = place_of(source.ids, sighting.entity);
    if (at == source.ids.size()) return;
    if (source.several_contents[at] != 0) {
      extra.push_back({sighting.entity, sighting.content, sighting.date_days, UINT32_MAX, 0});
    } else {
      source.first_seen[at] = std::min(source.first_seen[at], sighting.date_days);
      source.last_seen[at] = std::max(source.last_seen[at], sighting.date_days);
    }
  });
  std::sort(extra.begin(), extra.end(), by_time);
  return extra;
}

// Where a content of an entity is stored: its first record. Sightings point nowhere themselves.
const Statement* stored_record(const SourceEntities& source, size_t i, uint64_t content) {
  for (uint32_t j = source.first[i]; j < source.first[i + 1]; ++j) {
    if (source.records[j].content == content) return &source.records[j];
  }
  return nullptr;
}

void append_runs(const SourceEntities& source, size_t i, std::span<const Statement> extra, std::vector<Run>& runs) {
  if (source.several_contents[i] == 0) {
    const Statement& record = source.records[source.first[i]];
    runs.push_back({record.content, source.first_seen[i], source.last_seen[i], record.segment, record.row});
    return;
  }
  std::vector<Statement> all(source.records.begin() + source.first[i], source.records.begin() + source.first[i + 1]);
  all.insert(all.end(), extra.begin(), extra.end());
  std::sort(all.begin(), all.end(), by_time);
  const size_t start = runs.size();
  for (const Statement& statement : all) {
    if (runs.size() > start && runs.back().content == statement.content) {
      runs.back().last_seen_days = std::max(runs.back().last_seen_days, statement.date_days);
      continue;
    }
    const Statement* record = stored_record(source, i, statement.content);
    if (record == nullptr) continue;
    runs.push_back({statement.content, statement.date_days, statement.date_days, record->segment, record->row});
  }
}

int32_t not_seen_since(const std::vector<int32_t>& full_dates, int32_t last_seen) {
  const auto it = std::upper_bound(full_dates.begin(), full_dates.end(), last_seen);
  return it == full_dates.end() ? kStillSeen : *it;
}

}  // namespace

Result<EntityHistory> EntityHistory::load(std::span<const RecordSegment* const> segments,
                                          std::span<const uint16_t> source_of, size_t source_count) {
  return load_source_by_source(segments, source_of, source_count, nullptr);
}

Result<EntityHistory> EntityHistory::load_some(std::span<const RecordSegment* const> segments,
                                               std::span<const uint16_t> source_of, size_t source_count,
                                               std::span<const uint64_t> entities) {
  const std::vector<uint64_t> wanted(entities.begin(), entities.end());
  return load_source_by_source(segments, source_of, source_count, &wanted);
}

Result<EntityHistory> EntityHistory::load_source_by_source(std::span<const RecordSegment* const> segments,
                                                           std::span<const uint16_t> source_of, size_t source_count,
                                                           const std::vector<uint64_t>* wanted) {
  EntityHistory history;
  for (uint16_t source_id = 0; source_id < source_count; ++source_id) {
    std::vector<uint32_t> mine;
    std::vector<int32_t> full_dates;
    for (uint32_t s = 0; s < segments.size(); ++s) {
      if (source_of[s] != source_id) continue;
      mine.push_back(s);
      if (segments[s]->info().full_extract) full_dates.push_back(segments[s]->info().source_date.days);
    }
    if (mine.empty()) continue;
    std::sort(full_dates.begin(), full_dates.end());
    const SourceStatements statements(segments, std::move(mine), wanted);
    MINGLU_TRY(SourceEntities source, collect_records(segments, statements));
    const std::vector<Statement> extra = apply_sightings(statements, source);
    size_t next_extra = 0;
    for (size_t i = 0; i < source.ids.size(); ++i) {
      const size_t extra_from = next_extra;
      while (next_extra < extra.size() && extra[next_extra].entity == source.ids[i]) ++next_extra;
      EntityEntry entry;
      entry.entity = source.ids[i];
      entry.source = source_id;
      entry.run_first = static_cast<uint32_t>(history.runs_.size());
      append_runs(source, i, std::span(extra).subspan(extra_from, next_extra - extra_from), history.runs_);
      entry.run_count = static_cast<uint32_t>(history.runs_.size()) - entry.run_first;
      entry.not_seen_since_days = not_seen_since(full_dates, history.runs_.back().last_seen_days);
      history.entities_.push_back(entry);
    }
  }
  return history;
}

// ---- KnownContents --------------------------------------------------------------------------------------------------

namespace {
uint64_t known_key(uint64_t entity, uint64_t content) {
  const uint64_t key = base::mix64(entity ^ base::mix64(content));
  return key == 0 ? 1 : key;
}
}  // namespace

KnownContents::KnownContents(std::span<const RecordSegment* const> segments) {
  size_t records = 0;
  for (const RecordSegment* segment : segments) records += segment->records().size();
  slots_.resize(std::bit_ceil(records * 2 + 2));
  for (const RecordSegment* segment : segments) {
    for (const RecordMeta& meta : segment->records()) {
      const uint64_t key = known_key(meta.entity, meta.content);
      size_t at = key & (slots_.size() - 1);
      while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = key;
    }
  }
}

bool KnownContents::maybe_contains(uint64_t entity, uint64_t content) const noexcept {
  const uint64_t key = known_key(entity, content);
  size_t at = key & (slots_.size() - 1);
  while (slots_[at] != 0) {
    if (slots_[at] == key) return true;
    at = (at + 1) & (slots_.size() - 1);
  }
  return false;
}

// ---- SourceVersions -------------------------------------------------------------------------------------------------

SourceVersions::SourceVersions() : slots_(1024), figures_(1024) {}

void SourceVersions::load_entity(std::span<const RecordSegment* const> segments, uint64_t entity) {
  for (const RecordSegment* segment : segments) {
    for (const uint32_t place : segment->records_of(entity)) {
      const RecordMeta& meta = segment->records()[place];
      add(meta.entity, meta.content, meta.date_days);
    }
    for (const uint32_t place : segment->sightings_of(entity)) {
      const Sighting& sighting = segment->sightings()[place];
      add(sighting.entity, sighting.content, sighting.date_days);
    }
    for (const uint32_t place : segment->indicators_of(entity)) {
      const IndicatorMeta& meta = segment->indicators()[place];
      add_figures(meta.entity, meta.period_yyyymm, {meta.content, meta.date_days});
    }
  }
}

void SourceVersions::load(std::span<const RecordSegment* const> segments) {
  for (const RecordSegment* segment : segments) {
    for (const RecordMeta& meta : segment->records()) add(meta.entity, meta.content, meta.date_days);
    for (const Sighting& sighting : segment->sightings()) add(sighting.entity, sighting.content, sighting.date_days);
  }
}

SourceVersions::Slot& SourceVersions::slot_of(uint64_t entity) {
  size_t at = entity & (slots_.size() - 1);
  while (slots_[at].head != 0 && slots_[at].entity != entity) at = (at + 1) & (slots_.size() - 1);
  return slots_[at];
}

const SourceVersions::Slot* SourceVersions::find(uint64_t entity) const {
  size_t at = entity & (slots_.size() - 1);
  while (slots_[at].head != 0) {
    if (slots_[at].entity == entity) return &slots_[at];
    at = (at + 1) & (slots_.size() - 1);
  }
  return nullptr;
}

void SourceVersions::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.head != 0) slot_of(slot.entity) = slot;
  }
}

void SourceVersions::add(uint64_t entity, uint64_t content, int32_t date_days) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  Slot& slot = slot_of(entity);
  if (slot.head == 0) {
    slot.entity = entity;
    ++used_;
  } else {
    // The newest statement of the same content right after the head only moves its date: monthly repetitions stay one.
    Statement& head = statements_[slot.head - 1];
    if (head.content == content && head.next != 0 && statements_[head.next - 1].content == content &&
        date_days >= head.date_days) {
      head.date_days = date_days;
      return;
    }
  }
  // Kept in descending (date, content), so that the head is the newest.
  statements_.push_back({content, date_days, 0});
  const auto fresh = static_cast<uint32_t>(statements_.size());
  uint32_t* link = &slot.head;
  while (*link != 0) {
    const Statement& other = statements_[*link - 1];
    if (other.date_days < date_days || (other.date_days == date_days && other.content <= content)) break;
    link = &statements_[*link - 1].next;
  }
  statements_.back().next = *link;
  *link = fresh;
}

SourceVersions::Verdict SourceVersions::judge(uint64_t entity, uint64_t content, int32_t date_days) const {
  Verdict verdict;
  const Slot* slot = find(entity);
  if (slot == nullptr) return verdict;
  bool decided = false;
  for (uint32_t at = slot->head; at != 0; at = statements_[at - 1].next) {
    const Statement& s = statements_[at - 1];
    verdict.exact |= s.content == content && s.date_days == date_days;
    verdict.other_same_date |= s.content != content && s.date_days == date_days;
    if (s.date_days > date_days) {
      verdict.outdated = true;
    } else if (!decided) {
      decided = true;
      verdict.in_force = s.content == content;
      if (s.date_days == date_days && s.content > content) verdict.outdated = true;
    }
  }
  return verdict;
}

bool SourceVersions::knows_content(uint64_t entity, uint64_t content) const {
  const Slot* slot = find(entity);
  if (slot == nullptr) return false;
  for (uint32_t at = slot->head; at != 0; at = statements_[at - 1].next) {
    if (statements_[at - 1].content == content) return true;
  }
  return false;
}

namespace {
size_t figure_place(uint64_t entity, int32_t period, size_t mask) {
  return (entity ^ (static_cast<uint64_t>(static_cast<uint32_t>(period)) * 0x9E3779B97F4A7C15ULL)) & mask;
}
}  // namespace

std::optional<SourceVersions::Figures> SourceVersions::figures(uint64_t entity, int32_t period) const {
  const size_t mask = figures_.size() - 1;
  for (size_t at = figure_place(entity, period, mask); figures_[at].used; at = (at + 1) & mask) {
    if (figures_[at].entity == entity && figures_[at].period == period) return figures_[at].figures;
  }
  return std::nullopt;
}

void SourceVersions::grow_figures() {
  std::vector<FigureSlot> old(figures_.size() * 2);
  old.swap(figures_);
  figures_used_ = 0;
  for (const FigureSlot& slot : old) {
    if (slot.used) add_figures(slot.entity, slot.period, slot.figures);
  }
}

void SourceVersions::add_figures(uint64_t entity, int32_t period, const Figures& figures) {
  if ((figures_used_ + 1) * 2 > figures_.size()) grow_figures();
  const size_t mask = figures_.size() - 1;
  size_t at = figure_place(entity, period, mask);
  while (figures_[at].used && (figures_[at].entity != entity || figures_[at].period != period)) at = (at + 1) & mask;
  FigureSlot& slot = figures_[at];
  if (!slot.used) ++figures_used_;
  const bool later =
      std::tie(figures.date_days, figures.content) > std::tie(slot.figures.date_days, slot.figures.content);
  if (!slot.used || later) slot = {entity, figures, period, true};
}

void SourceVersions::load_figures(std::span<const RecordSegment* const> segments, int32_t period) {
  for (const RecordSegment* segment : segments) {
    if (segment->info().period_max < period || segment->info().period_min > period) continue;
    for (const IndicatorMeta& meta : segment->indicators()) {
      if (meta.period_yyyymm == period) add_figures(meta.entity, period, {meta.content, meta.date_days});
    }
  }
}

}  // namespace minglu::store
