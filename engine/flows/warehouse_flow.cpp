#include "flows/warehouse_flow.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <vector>

#include "flows/ingest_flow.hpp"
#include "flows/version.hpp"
#include "table/reader.hpp"

namespace minglu::flows {
namespace {

struct Sync {
  Home& home;
  const SyncSpec& spec;
  store::WarehouseTx& tx;
  uint64_t seq_before;
  uint64_t seq_to;
  void say(const char* step, uint64_t done, uint64_t total) const {
    if (spec.progress) spec.progress(step, done, total);
  }
};

// ---- batches and findings ----

Status add_findings(const Sync& sync, uint64_t seq) {
  MINGLU_TRY(const store::ReadableFile file, sync.home.open_findings(seq));
  MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(file.path(), own_csv_format()));
  table::RawBatch raw;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(raw));
    if (!more) return ok_status();
    for (size_t r = 0; r < raw.row_count(); ++r) {
      const std::string_view row = raw.columns[0].view(r);
      store::WarehouseFinding finding{
          seq, 0, raw.columns[1].view(r), raw.columns[2].view(r), raw.columns[3].view(r), raw.columns[4].view(r)};
      const auto [end, error] = std::from_chars(row.data(), row.data() + row.size(), finding.row);
      if (error != std::errc() || end != row.data() + row.size()) {
        return base::data_loss("findings of commit " + std::to_string(seq) + ": row number \"" + std::string(row) +
                               "\"; run: minglu rebuild");
      }
      MINGLU_CHECK(sync.tx.add_finding(finding));
    }
  }
}

Status add_ingest(const Sync& sync, uint64_t seq) {
  const auto number = static_cast<int64_t>(seq);
  MINGLU_TRY(const std::vector<store::BatchRow> batches, sync.home.ledger().batches(number, number));
  for (const store::BatchRow& batch : batches) MINGLU_CHECK(sync.tx.add_batch(batch));
  return add_findings(sync, seq);
}

// ---- units ----

/// The keys are borrowed from `texts`.
Status members_of(Home& home, const store::UnitRow& row, std::vector<store::RecordText>& texts,
                  std::vector<store::WarehouseMember>& out) {
  const ingest::Sources& sources = home.knowledge().sources();
  out.clear();
  if (texts.size() < row.members.size()) texts.resize(row.members.size());
  for (const store::UnitMember& member : row.members) {
    if (member.runs.empty() || member.source >= sources.size())
      return base::data_loss("unit " + std::to_string(row.head.unit) + " has a damaged member; run: minglu rebuild");
    const store::UnitRun& run = member.runs.back();
    MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(run.segment_seq));
    store::RecordText& text = texts[out.size()];
    MINGLU_CHECK(segment->read(run.row, text));
    store::WarehouseMember place{sources.at(units::SourceId{member.source}).id, text.key(), Date{run.since_days},
                                 Date{run.last_seen_days}, std::nullopt};
    if (member.not_seen_since_days != store::kStillSeen) place.not_seen_since = Date{member.not_seen_since_days};
    out.push_back(place);
  }
  return ok_status();
}

// The segment of a resolve commit holds every unit that it wrote, one after another.
Status add_versions(const Sync& sync, uint64_t seq) {
  MINGLU_TRY(const store::PackedRows* const rows, sync.home.unit_rows(seq));
  store::UnitRow row;
  std::vector<store::RecordText> texts;
  std::vector<store::WarehouseMember> members;
  uint64_t units = 0;
  for (uint64_t at = 0; at < rows->byte_count();) {
    MINGLU_CHECK(store::read_unit(*rows, at, row));
    MINGLU_CHECK(members_of(sync.home, row, texts, members));
    MINGLU_CHECK(sync.tx.add_unit(seq, row, members));
    MINGLU_TRY(at, rows->next(at));
    if (++units % 2048 == 0) sync.say("units", at, rows->byte_count());
  }
  return ok_status();
}

// States keep all tombstones so far, ascending: those of this commit are the ones that the state before lacks.
Status add_tombstones(const Sync& sync, uint64_t seq) {
  MINGLU_TRY(const std::shared_ptr<const store::State> before, sync.home.state(seq - 1));
  MINGLU_TRY(const std::shared_ptr<const store::State> after, sync.home.state(seq));
  const std::span<const store::Tombstone> old = before ? before->tombstones() : std::span<const store::Tombstone>();
  for (const store::Tombstone& tombstone : after->tombstones()) {
    const auto it = std::lower_bound(old.begin(), old.end(), tombstone.unit,
                                     [](const store::Tombstone& t, uint64_t unit) { return t.unit < unit; });
    if (it == old.end() || it->unit != tombstone.unit) MINGLU_CHECK(sync.tx.add_tombstone(seq, tombstone));
  }
  return ok_status();
}

// ---- figures ----

// Figures name their entity by its hash; the key as text stands in the entity's records, in any segment of the source.
class EntityKeys {
 public:
  explicit EntityKeys(std::span<const store::RecordSegment* const> wanted) {
    for (const store::RecordSegment* segment : wanted) {
      for (const store::IndicatorMeta& meta : segment->indicators()) entities_.push_back(meta.entity);
    }
    std::sort(entities_.begin(), entities_.end());
    entities_.erase(std::unique(entities_.begin(), entities_.end()), entities_.end());
    keys_.resize(entities_.size());
  }

  Status learn(const store::RecordSegment& segment) {
    store::RecordText text;
    for (uint32_t row = 0; row < segment.records().size(); ++row) {
      const uint64_t entity = segment.records()[row].entity;
      const auto it = std::lower_bound(entities_.begin(), entities_.end(), entity);
      if (it == entities_.end() || *it != entity) continue;
      Key& key = keys_[static_cast<size_t>(it - entities_.begin())];
      if (key.known) continue;
      MINGLU_CHECK(segment.read(row, text));
      key = {pool_.size(), static_cast<uint32_t>(text.key().size()), true};
      pool_.append(text.key());
    }
    return ok_status();
  }

  [[nodiscard]] Result<std::string_view> key_of(uint64_t entity) const {
    const auto it = std::lower_bound(entities_.begin(), entities_.end(), entity);
    const size_t place = static_cast<size_t>(it - entities_.begin());
    if (it == entities_.end() || *it != entity || !keys_[place].known)
      return base::data_loss("figures of a record that no segment holds; run: minglu rebuild");
    return std::string_view(pool_).substr(keys_[place].offset, keys_[place].size);
  }

 private:
  struct Key {
    size_t offset = 0;  // in pool_
    uint32_t size = 0;
    bool known = false;
  };
  std::vector<uint64_t> entities_;
  std::vector<Key> keys_;
  std::string pool_;
};

Status add_figures_of(const Sync& sync, const std::vector<const store::RecordSegment*>& segments) {
  std::vector<const store::RecordSegment*> fresh;
  for (const store::RecordSegment* segment : segments) {
    if (segment->info().seq > sync.seq_before && !segment->indicators().empty()) fresh.push_back(segment);
  }
  if (fresh.empty()) return ok_status();
  EntityKeys keys(fresh);
  for (const store::RecordSegment* segment : segments) {
    MINGLU_CHECK(keys.learn(*segment));
    segment->release_pages();
  }
  for (const store::RecordSegment* segment : fresh) {
    MINGLU_CHECK(sync.tx.add_indicators(*segment, [&](uint64_t entity) { return keys.key_of(entity); }));
    segment->release_pages();
  }
  return ok_status();
}

// Source by source, so that the keys of one source are in memory at a time.
Status add_figures(const Sync& sync) {
  MINGLU_TRY(const std::vector<const store::RecordSegment*> segments, sync.home.record_segments(sync.seq_to));
  std::map<std::string, std::vector<const store::RecordSegment*>> by_source;
  for (const store::RecordSegment* segment : segments) by_source[segment->info().source].push_back(segment);
  uint64_t done = 0;
  for (const auto& [source, of_source] : by_source) {
    sync.say("figures", ++done, by_source.size());
    MINGLU_CHECK(add_figures_of(sync, of_source));
  }
  return ok_status();
}

// ---- the whole ----

Status apply_commits(const Sync& sync) {
  MINGLU_CHECK(sync.home.ledger().for_each_commit(
      static_cast<int64_t>(sync.seq_before) + 1, [&](const store::CommitRow& commit) -> Status {
        const auto seq = static_cast<uint64_t>(commit.seq);
        if (seq > sync.seq_to) return ok_status();
        sync.say("commits", seq - sync.seq_before, sync.seq_to - sync.seq_before);
        if (commit.kind == "ingest") return add_ingest(sync, seq);
        if (commit.kind != "resolve") return ok_status();
        MINGLU_CHECK(add_versions(sync, seq));
        return add_tombstones(sync, seq);
      }));
  return add_figures(sync);
}

// Why the warehouse cannot have come from this ledger; empty when it can.
Result<std::string> stranger_because(Home& home, const store::WarehouseMark& mark, uint64_t head) {
  if (mark.applied_seq == 0) return std::string();
  if (mark.applied_seq > head) return std::string("it is beyond the ledger's head");
  MINGLU_TRY(const store::CommitRow commit, home.ledger().find_commit(static_cast<int64_t>(mark.applied_seq)));
  return commit.hash == mark.applied_hash ? std::string() : std::string("it comes from another ledger");
}

struct Opened {
  store::Warehouse warehouse;
  std::string remade_because;
};

Result<Opened> open_warehouse(Home& home, uint64_t head) {
  const store::WarehouseSpec spec{warehouse_path(home), home.knowledge().fields(), home.knowledge().digest(), kVersion,
                                  static_cast<int32_t>(home.threads())};
  std::string stranger;
  {
    MINGLU_TRY(store::Warehouse warehouse, store::Warehouse::open(spec));
    MINGLU_TRY(stranger, stranger_because(home, warehouse.mark(), head));
    if (stranger.empty()) {
      const std::string because = warehouse.remade_because();
      return Opened{std::move(warehouse), because};
    }
  }
  MINGLU_CHECK(store::Warehouse::remove(spec.path));
  MINGLU_TRY(store::Warehouse made, store::Warehouse::open(spec));
  return Opened{std::move(made), stranger};
}

}  // namespace

std::filesystem::path warehouse_path(const Home& home) { return home.directory() / "warehouse.duckdb"; }

Result<SyncReport> sync_warehouse(Home& home, const SyncSpec& spec) {
  const auto started = std::chrono::steady_clock::now();
  SyncReport report;
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  report.seq = static_cast<uint64_t>(head.seq);
  {
    MINGLU_TRY(Opened opened, open_warehouse(home, report.seq));
    report.remade_because = opened.remade_because;
    report.seq_before = opened.warehouse.mark().applied_seq;
    if (report.seq_before < report.seq) {
      MINGLU_TRY(store::WarehouseTx tx, opened.warehouse.begin());
      MINGLU_CHECK(apply_commits({home, spec, tx, report.seq_before, report.seq}));
      report.added = tx.added();
      MINGLU_CHECK(tx.commit({report.seq, head.hash}));
    }
    MINGLU_TRY(report.rows, opened.warehouse.row_counts());
  }  // closed: the log is folded into the file
  std::error_code ignored;
  report.file_bytes = std::filesystem::file_size(warehouse_path(home), ignored);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

}  // namespace minglu::flows
