// What every source has said about every entity, in order of time: the statements of all record segments, collapsed.
//
// A run is a span of time in which a source kept saying one content. At a date the run in force is the last one that
// started on or before it; two contents of one date rank by content hash. The result depends only on the set of
// statements, never on the order of segments.
// Cost: about 0.3 us per statement. Memory: 32 bytes per run, 24 per entity. Thread-safety: immutable after load.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/record_segment.hpp"

namespace minglu::store {

struct Run {
  uint64_t content = 0;
  int32_t since_days = 0;
  int32_t last_seen_days = 0;
  uint32_t segment = 0;  // place in the loaded segments
  uint32_t row = 0;      // place in its records()
};

struct EntityEntry {
  uint64_t entity = 0;
  uint32_t run_first = 0;
  uint32_t run_count = 0;
  uint16_t source = 0;
  int32_t not_seen_since_days = kStillSeen;  // date of the first full extract without it
};

class EntityHistory {
 public:
  /// `source_of[i]` is the SourceId of segments[i]. kDataLoss when two keys of a source share an entity hash.
  static Result<EntityHistory> load(std::span<const RecordSegment* const> segments, std::span<const uint16_t> source_of,
                                    size_t source_count);
  /// The same for some entities alone: what `load` would hold of them. `entities` without repetition, in any order.
  /// Cost: a few microseconds per entity and segment of its source.
  static Result<EntityHistory> load_some(std::span<const RecordSegment* const> segments,
                                         std::span<const uint16_t> source_of, size_t source_count,
                                         std::span<const uint64_t> entities);
  /// Ascending by (source, entity).
  [[nodiscard]] std::span<const EntityEntry> entities() const noexcept { return entities_; }
  [[nodiscard]] std::span<const Run> runs(const EntityEntry& entry) const {
    return std::span(runs_).subspan(entry.run_first, entry.run_count);
  }
  [[nodiscard]] const Run& current(const EntityEntry& entry) const {
    return runs_[entry.run_first + entry.run_count - 1];
  }

 private:
  static Result<EntityHistory> load_source_by_source(std::span<const RecordSegment* const> segments,
                                                     std::span<const uint16_t> source_of, size_t source_count,
                                                     const std::vector<uint64_t>* wanted);
  std::vector<EntityEntry> entities_;
  std::vector<Run> runs_;
};

/// Which contents of which entities the earlier segments of a source hold: read by several threads while a batch lands.
/// Memory: 16 bytes per record. A false "yes" is possible by collision (64 bits); callers must not rely on it alone.
class KnownContents {
 public:
  explicit KnownContents(std::span<const RecordSegment* const> segments);
  [[nodiscard]] bool maybe_contains(uint64_t entity, uint64_t content) const noexcept;

 private:
  std::vector<uint64_t> slots_;  // open addressing; 0 = free
};

/// The versions of one source's entities as needed to say whether a new row is new, repeated or outdated.
class SourceVersions {
 public:
  /// Knows nothing yet.
  SourceVersions();
  /// Loads what the segments of one source say.
  void load(std::span<const RecordSegment* const> segments);
  /// Loads what they say of one entity, figures included. At most once per entity, and not together with `load`.
  void load_entity(std::span<const RecordSegment* const> segments, uint64_t entity);
  struct Verdict {
    bool in_force = false;         // the content is already in force at the date: nothing new about the unit
    bool exact = false;            // the very statement (content, date) is known
    bool outdated = false;         // a later statement is known
    bool other_same_date = false;  // another content is known for this very date
  };
  [[nodiscard]] Verdict judge(uint64_t entity, uint64_t content, int32_t date_days) const;
  [[nodiscard]] bool knows_content(uint64_t entity, uint64_t content) const;
  void add(uint64_t entity, uint64_t content, int32_t date_days);
  struct Figures {
    uint64_t content = 0;
    int32_t date_days = 0;
    bool operator==(const Figures&) const = default;
  };
  /// The figures in force for (entity, period), those of the latest date; null when none are known.
  [[nodiscard]] std::optional<Figures> figures(uint64_t entity, int32_t period) const;
  /// Takes the place of the figures in force unless those are of a later date.
  void add_figures(uint64_t entity, int32_t period, const Figures& figures);
  /// Loads the figures that earlier segments hold for one period.
  void load_figures(std::span<const RecordSegment* const> segments, int32_t period);

 private:
  struct Statement {
    uint64_t content;
    int32_t date_days;
    uint32_t next;  // 1 + index of the entity's next statement; 0 = last
  };
  struct Slot {
    uint64_t entity = 0;
    uint32_t head = 0;  // 1 + index into statements_
  };
  struct FigureSlot {
    uint64_t entity = 0;
    Figures figures;
    int32_t period = 0;
    bool used = false;
  };
  Slot& slot_of(uint64_t entity);
  [[nodiscard]] const Slot* find(uint64_t entity) const;
  void grow();
  void grow_figures();
  std::vector<Slot> slots_;
  std::vector<Statement> statements_;
  size_t used_ = 0;
  std::vector<FigureSlot> figures_;
  size_t figures_used_ = 0;
};

}  // namespace minglu::store
