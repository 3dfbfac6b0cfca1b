// Brings home/warehouse.duckdb (store/warehouse.hpp) up to the ledger's head: every commit that it has not applied yet
// is appended, and rows and mark are one DuckDB transaction. A crash leaves the warehouse as it was.
//
// The tables depend on the commits alone: one sync after many commits gives the same rows as a sync after each.
// The file is made again from nothing when it is absent, damaged, beyond the ledger's head or of another ledger, or
// when catalog or software have changed. Reads ledger and index; they must be up to date (flows/rebuild_flow.hpp
// catch_up). Cost: the new commits, plus one pass over the record heads of each source that brought figures. Memory:
// DuckDB's limit, and 24 bytes per entity with new figures of one source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "store/warehouse.hpp"

namespace minglu::flows {

struct SyncSpec {
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress = {};
};

struct SyncReport {
  uint64_t seq_before = 0;     // 0: the file was made from nothing
  uint64_t seq = 0;            // the ledger's head
  std::string remade_because;  // empty: the file was taken as found
  store::WarehouseRows added;  // by table
  store::WarehouseRows rows;   // by table, afterwards
  uint64_t file_bytes = 0;
  double seconds = 0;
};

/// kConflict when another process has the warehouse open; nothing is changed then.
Result<SyncReport> sync_warehouse(Home& home, const SyncSpec& spec);

std::filesystem::path warehouse_path(const Home& home);

}  // namespace minglu::flows
