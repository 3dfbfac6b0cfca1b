// The warehouse: the register as SQL tables in one DuckDB file, home/warehouse.duckdb. Derived from ledger and index:
// it may be deleted at any time and is made again. This file and warehouse.cpp are the only SQL over the register.
//
//   MINGLU_TRY(Warehouse warehouse, Warehouse::open(spec));
//   MINGLU_TRY(WarehouseTx tx, warehouse.begin());
//   MINGLU_CHECK(tx.add_unit(seq, row, members)); ...
//   MINGLU_CHECK(tx.commit({head.seq, head.hash}));   // rows and applied_seq in one DuckDB transaction
//
// Tables, all append-only save `meta` (one row). `seq` is the commit that a row comes from.
//   unit_version(unit_id, seq, minted_seq, sources, claims, conflicts, missing, then one column per register field in
//     canonical form: money BIGINT in fen, integer BIGINT, date DATE, decimal DOUBLE, others VARCHAR)
//   unit_untrusted(unit_id, seq, field, value): winning values that failed their own check, as written. One that is not
//     of its column's type is null in unit_version and stands only here
//   unit_member(unit_id, seq, source, key, since, last_seen, not_seen_since): members of each version
//   tombstone(unit_id, seq, survivor): units merged away
//   indicator_<source>(source, source_key, period, source_date, seq, content, then one BIGINT per figure: money in fen,
//     integers as they are, decimals in thousandths). `content` orders two statements of one day
//   batch(seq, source, source_date, file_name, sha256, bytes, rows_in, accepted, rejected, duplicate, superseded)
//   finding(seq, row, field, rule, severity, message)
//   meta(layout, applied_seq, applied_hash, catalog, software)
// Views: unit (latest version of every living unit), member (its members), figure_<source> (figures in force, with the
// unit that holds the record now: figures name the record, never the unit, so a merge rewrites nothing).
//
// Errors: kConflict when another process holds the file, kUnavailable when memory or disk is short.
// Thread-safety: one writer; a Warehouse, a WarehouseTx and every connection belong to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/fields.hpp"
#include "store/ledger.hpp"
#include "store/record_segment.hpp"
#include "store/state.hpp"
#include "store/unit_segment.hpp"
#include "table/duck.hpp"

namespace minglu::store {

struct WarehouseSpec {
  std::filesystem::path path;
  const codes::Fields& fields;  // must outlive the warehouse and its transactions
  std::string catalog_digest;
  std::string software;  // version of the program whose derived files are read
  int32_t threads = 2;
};

/// How far the warehouse has come along the ledger.
struct WarehouseMark {
  uint64_t applied_seq = 0;  // 0: nothing yet
  std::string applied_hash;  // of that commit, so that another ledger is told apart
};

struct WarehouseMember {
  std::string_view source;  // id
  std::string_view key;
  Date since;      // of what the source says now
  Date last_seen;  // last time it said so
  std::optional<Date> not_seen_since;
};

struct WarehouseFinding {
  uint64_t seq = 0;
  int64_t row = 0;  // 1-based data row; 0: the file as a whole
  std::string_view field;
  std::string_view rule;
  std::string_view severity;
  std::string_view message;
};

/// Table -> rows.
using WarehouseRows = std::map<std::string, uint64_t>;

/// One transaction. Dropping it without commit leaves the file as it was.
class WarehouseTx {
 public:
  WarehouseTx(WarehouseTx&&) noexcept;
  WarehouseTx& operator=(WarehouseTx&&) = delete;
  ~WarehouseTx();

  /// A version of a unit with its members. kFailedPrecondition when the row holds a field that the catalog lacks.
  Status add_unit(uint64_t seq, const UnitRow& row, std::span<const WarehouseMember> members);
  Status add_tombstone(uint64_t seq, const Tombstone& tombstone);
  Status add_batch(const BatchRow& batch);
  Status add_finding(const WarehouseFinding& finding);
  /// All figures of one segment; `key_of` names the record of an entity. Makes the source's table when absent and adds
  /// the columns it lacks.
  Status add_indicators(const RecordSegment& segment,
                        const std::function<Result<std::string_view>(uint64_t entity)>& key_of);
  /// Rows added so far.
  [[nodiscard]] const WarehouseRows& added() const;
  /// Durable together with the mark. The transaction takes nothing afterwards.
  Status commit(const WarehouseMark& mark);

 private:
  friend class Warehouse;
  struct State;
  explicit WarehouseTx(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Warehouse {
 public:
  /// Opens or creates. A file of another layout, catalog or software, a damaged one, or one whose making was
  /// interrupted is deleted and made empty (mark().applied_seq == 0).
  static Result<Warehouse> open(const WarehouseSpec& spec);
  /// Deletes the file and what DuckDB keeps beside it. ok when there is none. Precondition: nobody has it open.
  static Status remove(const std::filesystem::path& path);

  [[nodiscard]] const WarehouseMark& mark() const noexcept { return mark_; }
  /// Why `open` made the file anew, e.g. "the catalog has changed"; empty when it was taken as found.
  [[nodiscard]] const std::string& remade_because() const noexcept { return remade_because_; }
  Result<WarehouseTx> begin();
  /// A connection for queries. Drop it before the warehouse.
  Result<table::DuckConnection> connect() { return database_.connect(); }
  /// Rows of every table. Cost: reads no data.
  Result<WarehouseRows> row_counts();

 private:
  Warehouse(table::DuckDatabase database, const codes::Fields& fields, WarehouseMark mark)
      : database_(std::move(database)), fields_(&fields), mark_(std::move(mark)) {}
  /// kDataLoss with the reason when the file has to be made anew.
  static Result<Warehouse> open_existing(const WarehouseSpec& spec);
  static Result<Warehouse> create(const WarehouseSpec& spec);
  table::DuckDatabase database_;
  const codes::Fields* fields_;
  WarehouseMark mark_;
  std::string remade_because_;
};

}  // namespace minglu::store
