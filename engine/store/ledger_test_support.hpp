// Fresh databases for the ledger's tests, on SQLite and, when a server is given, on PostgreSQL.
// Each LedgerPlace is empty and separate: a file of its own, or a schema of its own.
// Test code only: never included by the engine.
#pragma once

#include <gtest/gtest.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/ledger.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {

inline std::vector<std::string> ledger_backends() {
  std::vector<std::string> names = {"sqlite"};
  if (std::getenv("MINGLU_TEST_POSTGRESQL_URL") != nullptr) names.emplace_back("postgresql");
  return names;
}

/// The value, or the end of the test program with the error's words.
template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << base::error_code_name(result.error().code) << ": " << result.error().message;
    std::abort();
  }
  return std::move(result).value();
}

/// An empty database of its own: a file in a temporary folder, or a schema of the test server.
class LedgerPlace {
 public:
  explicit LedgerPlace(std::string backend) : backend_(std::move(backend)) {
    if (backend_ == "sqlite") {
      std::string name = (std::filesystem::temp_directory_path() / "minglu_ledger_XXXXXX").string();
      folder_ = ::mkdtemp(name.data());
      return;
    }
    static std::atomic<int> count{0};
    schema_ = "t_" + std::to_string(::getpid()) + "_" + std::to_string(count++);
    soci::session(soci::postgresql, server_url()) << "CREATE SCHEMA " << schema_;
  }
  LedgerPlace(const LedgerPlace&) = delete;
  LedgerPlace& operator=(const LedgerPlace&) = delete;
  ~LedgerPlace() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] LedgerSpec spec() const {
    if (backend_ == "sqlite") return {.url = "sqlite:" + path()};
    return {.url = server_url() + "&options=-csearch_path%3D" + schema_};
  }
  /// What somebody with database rights could do behind the ledger's back.
  void execute(const std::string& statement) const {
    if (backend_ == "sqlite") {
      soci::session(soci::sqlite3, "db=\"" + path() + "\"") << statement;  // foreign keys are off here
      return;
    }
    soci::session sql(soci::postgresql, spec().url);
    sql << "SET session_replication_role = replica";  // no foreign keys, as above
    sql << statement;
  }
  void write_file(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

 private:
  static std::string server_url() { return std::getenv("MINGLU_TEST_POSTGRESQL_URL"); }
  [[nodiscard]] std::string path() const { return (folder_ / "库 ledger.db").string(); }
  std::string backend_;
  std::filesystem::path folder_;
  std::string schema_;
};

}  // namespace minglu::store
