#include "flows/fuse_units.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/pipeline.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kUnitsPerChunk = 2048;
constexpr size_t kChunksPerRelease = 32;  // mapped pages are given back this often: they would pile up as memory

struct UnitMembers {
  uint64_t unit = 0;
  uint32_t first = 0;  // into Grouped::order
  uint32_t count = 0;
};

struct Grouped {
  std::vector<uint32_t> order;     // entity places, ascending by (unit, place)
  std::vector<UnitMembers> units;  // ascending by unit
};

Grouped group_by_unit(const std::vector<uint64_t>& unit_of) {
  Grouped grouped;
  grouped.order.resize(unit_of.size());
  for (uint32_t i = 0; i < unit_of.size(); ++i) grouped.order[i] = i;
  std::sort(grouped.order.begin(), grouped.order.end(),
            [&](uint32_t a, uint32_t b) { return unit_of[a] != unit_of[b] ? unit_of[a] < unit_of[b] : a < b; });
  for (uint32_t i = 0; i < grouped.order.size(); ++i) {
    const uint64_t unit = unit_of[grouped.order[i]];
    if (grouped.units.empty() || grouped.units.back().unit != unit) grouped.units.push_back({unit, i, 0});
    ++grouped.units.back().count;
  }
  return grouped;
}

struct FusedChunk {
  std::string bytes;  // encoded rows of the changed units, end to end
  std::vector<size_t> row_sizes;
  std::vector<store::DirectoryEntry> entries;  // place and size of the changed units are not known yet
};

template <typename T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class UnitMaker {
 public:
  UnitMaker(const FuseJob& job, const Grouped& grouped, const Knowledge& knowledge, const ValuePins& pins, bool reuse)
      : job_(job), grouped_(grouped), pins_(pins), fuser_(knowledge.fuse_context()), reuse_(reuse) {}

  Result<FusedChunk> make(size_t from, size_t to) {
    FusedChunk chunk;
    for (size_t u = from; u < to; ++u) MINGLU_CHECK(make_unit(grouped_.units[u], chunk));
    return chunk;
  }

 private:
  std::span<const uint32_t> members_of(const UnitMembers& unit) const {
    return std::span(grouped_.order).subspan(unit.first, unit.count);
  }

  // Everything that fusion depends on, except the record bytes, which their content hash stands for.
  void put_statements(std::span<const uint32_t> members) {
    canonical_.clear();
    for (uint32_t place : members) {
      const store::EntityEntry& entry = job_.statements.history.entities()[place];
      put(canonical_, entry.entity);
      put(canonical_, entry.not_seen_since_days);
      for (const store::Run& run : job_.statements.history.runs(entry)) {
        put(canonical_, run.content);
        put(canonical_, run.since_days);
        put(canonical_, run.last_seen_days);
      }
      for (const fuse::PinnedValue& pin : pins_.of(entry.entity)) {
        put(canonical_, pin.field.value);
        canonical_.append(pin.value);
      }
    }
  }

  Status make_unit(const UnitMembers& unit, FusedChunk& chunk) {
    const std::span<const uint32_t> members = members_of(unit);
    put_statements(members);
    const uint64_t statement_hash = base::hash64(canonical_);
    const store::DirectoryEntry* earlier = job_.earlier == nullptr ? nullptr : job_.earlier->find(unit.unit);
    if (reuse_ && earlier != nullptr && earlier->statement_hash == statement_hash) {
      chunk.entries.push_back(*earlier);
      return ok_status();
    }
    MINGLU_CHECK(fuse_members(members));
    row_.head = {};
    row_.head.unit = unit.unit;
    row_.head.minted_seq = earlier != nullptr ? earlier->minted_seq : job_.seq;
    row_.head.statement_hash = statement_hash;
    row_.head.claim_count = fused_.claim_count;
    row_.head.conflict_count = fused_.conflict_count;
    put_fused();
    const base::Hash128 hash = base::hash128(canonical_);
    row_.head.hash_low = hash.low;
    row_.head.hash_high = hash.high;
    const size_t from = chunk.bytes.size();
    store::encode_unit(row_, chunk.bytes);
    chunk.row_sizes.push_back(chunk.bytes.size() - from);
    chunk.entries.push_back(entry_of());
    return ok_status();
  }

  Status fuse_members(std::span<const uint32_t> members) {
    members_.clear();
    row_.members.clear();
    if (texts_.size() < members.size()) texts_.resize(members.size());
    for (uint32_t place : members) {
      const store::EntityEntry& entry = job_.statements.history.entities()[place];
      const store::Run& current = job_.statements.history.current(entry);
      store::RecordText& text = texts_[members_.size()];
      MINGLU_CHECK(job_.statements.read(current, text));
      members_.push_back({units::EntityId{entry.entity}, units::SourceId{entry.source}, text.record(),
                          Date{current.since_days}, Date{current.last_seen_days}, pins_.of(entry.entity)});
      store::UnitMember member;
      member.entity = entry.entity;
      member.source = entry.source;
      member.not_seen_since_days = entry.not_seen_since_days;
      for (const store::Run& run : job_.statements.history.runs(entry)) {
        const uint64_t segment_seq = job_.statements.segments[run.segment]->info().seq;
        member.runs.push_back({run.since_days, run.last_seen_days, static_cast<uint32_t>(segment_seq), run.row});
      }
      row_.members.push_back(std::move(member));
    }
    fuser_.fuse(members_, fused_);
    return ok_status();
  }

  void put_fused() {
    row_.fields.clear();
    row_.missing.clear();
    for (const fuse::FusedField& f : fused_.fields) {
      row_.fields.push_back({f.field.value, f.winner, f.claims, f.trusted, f.conflict, f.value});
      put(canonical_, f.field.value);
      put(canonical_, static_cast<uint8_t>((f.trusted ? 1 : 0) | (f.conflict ? 2 : 0) | (f.decided ? 4 : 0)));
      put(canonical_, f.value.size());
      canonical_.append(f.value);
    }
    for (codes::FieldId field : fused_.missing) row_.missing.push_back(field.value);
  }

  [[nodiscard]] store::DirectoryEntry entry_of() const {
    store::DirectoryEntry entry;
    entry.unit = row_.head.unit;
    entry.hash_low = row_.head.hash_low;
    entry.hash_high = row_.head.hash_high;
    entry.statement_hash = row_.head.statement_hash;
    entry.minted_seq = row_.head.minted_seq;
    entry.segment_seq = static_cast<uint32_t>(job_.seq);
    entry.member_count = static_cast<uint32_t>(row_.members.size());
    entry.claim_count = row_.head.claim_count;
    entry.conflict_count = row_.head.conflict_count;
    entry.missing_count = static_cast<uint32_t>(row_.missing.size());
    return entry;
  }

  const FuseJob& job_;
  const Grouped& grouped_;
  const ValuePins& pins_;
  fuse::Fuser fuser_;
  bool reuse_;
  std::vector<store::RecordText> texts_;  // of the members
  std::vector<fuse::Member> members_;
  fuse::FusedUnit fused_;
  store::UnitRow row_;
  std::string canonical_;
};

Status land_chunk(const FusedChunk& chunk, store::PackedRowsWriter& rows, FusedUnits& landed) {
  landed.units.insert(landed.units.end(), chunk.entries.begin(), chunk.entries.end());
  landed.fused += chunk.row_sizes.size();
  std::string_view rest = chunk.bytes;
  for (const size_t size : chunk.row_sizes) {
    MINGLU_CHECK(rows.add(rest.substr(0, size)));
    rest.remove_prefix(size);
  }
  return ok_status();
}

/// The changed units stand in the rows in the order of the directory.
void set_places(const store::PackedRowsWriter& rows, uint64_t seq, std::span<store::DirectoryEntry> units) {
  uint64_t row = 0;
  for (store::DirectoryEntry& entry : units) {
    if (entry.segment_seq != seq) continue;
    entry.offset = rows.offset(row);
    entry.row_bytes = static_cast<uint32_t>(rows.size(row));
    ++row;
  }
}

void release_pages(const FuseJob& job) {
  for (const store::RecordSegment* segment : job.statements.segments) segment->release_pages();
}

bool same_rules(const store::State* earlier, const std::string& digest) {
  if (earlier == nullptr) return false;
  const Result<StateSummary> summary = parse_state_summary(earlier->summary_json());
  return summary.ok() && summary->resolving == digest;
}

}  // namespace

Result<std::vector<uint16_t>> sources_of(const Home& home, std::span<const store::RecordSegment* const> segments) {
  std::vector<uint16_t> source_of;
  for (const store::RecordSegment* segment : segments) {
    const auto source = home.knowledge().sources().find(segment->info().source);
    if (!source) {
      return base::failed_precondition("source \"" + segment->info().source +
                                       "\" was taken in, but catalog/sources has no definition of it any more");
    }
    source_of.push_back(source->value);
  }
  return source_of;
}

Result<Statements> load_statements(Home& home, uint64_t seq_to) {
  Statements statements;
  MINGLU_TRY(statements.segments, home.record_segments(seq_to));
  MINGLU_TRY(const std::vector<uint16_t> source_of, sources_of(home, statements.segments));
  MINGLU_TRY(statements.history,
             store::EntityHistory::load(statements.segments, source_of, home.knowledge().sources().size()));
  for (const store::RecordSegment* segment : statements.segments) segment->release_pages();
  return statements;
}

Result<Statements> load_statements_of(Home& home, uint64_t seq_to, std::span<const uint64_t> entities) {
  Statements statements;
  MINGLU_TRY(statements.segments, home.record_segments(seq_to));
  MINGLU_TRY(const std::vector<uint16_t> source_of, sources_of(home, statements.segments));
  MINGLU_TRY(statements.history, store::EntityHistory::load_some(statements.segments, source_of,
                                                                 home.knowledge().sources().size(), entities));
  return statements;
}

Result<FusedUnits> fuse_units(Home& home, const FuseJob& job) {
  const Grouped grouped = group_by_unit(job.unit_of);
  const bool reuse = same_rules(job.earlier, home.knowledge().resolving_digest());
  MINGLU_TRY(const std::shared_ptr<const ValuePins> pins, home.value_pins(job.seq));
  MINGLU_TRY(store::SectionFileWriter file, store::SectionFileWriter::create(home.units_path(job.seq)));
  MINGLU_TRY(store::PackedRowsWriter rows, store::PackedRowsWriter::create(file, "unit"));
  FusedUnits landed;
  landed.units.reserve(grouped.units.size());
  size_t next = 0;
  size_t chunks = 0;
  MINGLU_CHECK((base::ordered_pipeline<size_t, FusedChunk>(
      {.workers = home.threads(), .in_flight_max = home.threads() * 4},
      [&]() -> Result<std::optional<size_t>> {
        if (next >= grouped.units.size()) return std::optional<size_t>();
        const size_t from = next;
        next += kUnitsPerChunk;
        return std::optional<size_t>(from);
      },
      [&](size_t from) -> Result<FusedChunk> {
        UnitMaker maker(job, grouped, home.knowledge(), *pins, reuse);
        return maker.make(from, std::min(from + kUnitsPerChunk, grouped.units.size()));
      },
      [&](FusedChunk chunk) -> Status {
        MINGLU_CHECK(land_chunk(chunk, rows, landed));
        if (++chunks % kChunksPerRelease == 0) release_pages(job);
        if (job.progress) job.progress("fuse", landed.units.size(), grouped.units.size());
        return ok_status();
      })));
  MINGLU_CHECK(rows.finish());
  MINGLU_CHECK(file.finish());
  set_places(rows, job.seq, landed.units);
  return landed;
}

void add_units(std::span<const store::DirectoryEntry> units, StateSummary& summary) {
  for (const store::DirectoryEntry& unit : units) {
    ++summary.units;
    summary.claims += unit.claim_count;
    summary.conflicts += unit.conflict_count;
    summary.missing += unit.missing_count;
    summary.hash = summary.hash + base::Hash128{unit.hash_low, unit.hash_high};
  }
}

void subtract_unit(const store::DirectoryEntry& unit, StateSummary& summary) {
  --summary.units;
  summary.claims -= unit.claim_count;
  summary.conflicts -= unit.conflict_count;
  summary.missing -= unit.missing_count;
  summary.hash = summary.hash - base::Hash128{unit.hash_low, unit.hash_high};
}

}  // namespace minglu::flows
