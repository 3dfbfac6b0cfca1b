#include "store/warehouse.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace minglu::store {
namespace {

using table::DuckAppender;
using table::DuckConnection;
using table::DuckDatabase;
using table::DuckValue;

// Raise it whenever a table or view changes: files of another layout are made again.
constexpr int64_t kLayout = 1;

constexpr const char* kFixedTables =
    "CREATE TABLE meta(layout BIGINT, applied_seq BIGINT, applied_hash VARCHAR, catalog VARCHAR, software VARCHAR);"
    "CREATE TABLE unit_untrusted(unit_id BIGINT, seq BIGINT, field VARCHAR, value VARCHAR);"
    "CREATE TABLE unit_member(unit_id BIGINT, seq BIGINT, source VARCHAR, key VARCHAR, since DATE, last_seen DATE,"
    " not_seen_since DATE);"
    "CREATE TABLE tombstone(unit_id BIGINT, seq BIGINT, survivor BIGINT);"
    "CREATE TABLE batch(seq BIGINT, source VARCHAR, source_date DATE, file_name VARCHAR, sha256 VARCHAR, bytes BIGINT,"
    " rows_in BIGINT, accepted BIGINT, rejected BIGINT, duplicate BIGINT, superseded BIGINT);"
    "CREATE TABLE finding(seq BIGINT, \"row\" BIGINT, field VARCHAR, rule VARCHAR, severity VARCHAR, message VARCHAR);";

constexpr const char* kViews =
    "CREATE VIEW unit AS SELECT v.* FROM unit_version v JOIN"
    " (SELECT unit_id, max(seq) AS seq FROM unit_version GROUP BY unit_id) latest"
    " ON v.unit_id = latest.unit_id AND v.seq = latest.seq"
    " WHERE NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.unit_id = v.unit_id);"
    "CREATE VIEW member AS SELECT m.* FROM unit_member m JOIN"
    " (SELECT unit_id, max(seq) AS seq FROM unit_version GROUP BY unit_id) latest"
    " ON m.unit_id = latest.unit_id AND m.seq = latest.seq"
    " WHERE NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.unit_id = m.unit_id);";

// Columns of unit_version before those of the fields, and of indicator_<source> before those of the figures.
constexpr const char* kUnitColumns =
    "unit_id BIGINT, seq BIGINT, minted_seq BIGINT, sources BIGINT, claims BIGINT, conflicts BIGINT, missing BIGINT";
constexpr size_t kUnitColumnCount = 7;
constexpr const char* kIndicatorColumns =
    "source VARCHAR, source_key VARCHAR, period INTEGER, source_date DATE, seq BIGINT, content BIGINT";
constexpr size_t kIndicatorColumnCount = 6;

const char* column_type(codes::FieldKind kind) noexcept {
  switch (kind) {
    case codes::FieldKind::kMoney:
    case codes::FieldKind::kInteger: return "BIGINT";
    case codes::FieldKind::kDate: return "DATE";
    case codes::FieldKind::kDecimal: return "DOUBLE";
    default: return "VARCHAR";
  }
}

std::string unit_version_sql(const codes::Fields& fields) {
  std::string sql = std::string("CREATE TABLE unit_version(") + kUnitColumns;
  for (uint16_t f = 0; f < fields.size(); ++f) {
    const codes::FieldInfo& info = fields.info(codes::FieldId{f});
    sql += ", " + table::duck_quote_name(info.code) + " " + column_type(info.kind);
  }
  return sql + ");";
}

// Stored signed so that SQL orders it as the unsigned hash is ordered.
int64_t ordered_content(uint64_t content) noexcept { return static_cast<int64_t>(content ^ (uint64_t{1} << 63)); }

int64_t signed_of(uint64_t number) noexcept { return static_cast<int64_t>(number); }

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// False when the text is not of the column's type: the cell stays null.
Result<bool> set_field(DuckAppender& rows, size_t column, codes::FieldKind kind, std::string_view text) {
  switch (kind) {
    case codes::FieldKind::kMoney:
    case codes::FieldKind::kInteger: {
      const auto number = parse_number<int64_t>(text);
      if (number) MINGLU_CHECK(rows.set_int64(column, *number));
      return number.has_value();
    }
    case codes::FieldKind::kDate: {
      const auto date = base::parse_iso_date(text);
      if (date) MINGLU_CHECK(rows.set_date(column, *date));
      return date.has_value();
    }
    case codes::FieldKind::kDecimal: {
      const auto number = parse_number<double>(text);
      if (number) MINGLU_CHECK(rows.set_double(column, *number));
      return number.has_value();
    }
    default: break;
  }
  MINGLU_CHECK(rows.set_text(column, text));
  return true;
}

Status set_int64s(DuckAppender& rows, size_t column, std::span<const int64_t> numbers) {
  for (int64_t number : numbers) MINGLU_CHECK(rows.set_int64(column++, number));
  return ok_status();
}

Result<DuckDatabase> open_database(const WarehouseSpec& spec) {
  table::DuckSettings settings;
  settings.threads = spec.threads;
  return DuckDatabase::open(spec.path, settings);
}

Error to_be_remade(std::string reason) { return base::data_loss(std::move(reason)); }

std::string text_of(const DuckValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

int64_t number_of(const DuckValue& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? -1 : *number;
}

}  // namespace

// ---- transaction ----

struct WarehouseTx::State {
  DuckConnection connection;
  const codes::Fields* fields;
  std::map<std::string, DuckAppender> appenders = {};  // by table
  WarehouseRows added = {};
  bool open = true;

  // Appends flush into the transaction when dropped, so they go before it is rolled back.
  ~State() {
    if (!open) return;
    appenders.clear();
    (void)connection.execute("ROLLBACK");
  }

  Result<DuckAppender*> rows_of(const std::string& table) {
    if (!open) return base::failed_precondition("the transaction of the warehouse has ended");
    auto it = appenders.find(table);
    if (it == appenders.end()) {
      MINGLU_TRY(DuckAppender appender, DuckAppender::create(connection, table));
      it = appenders.emplace(table, std::move(appender)).first;
    }
    return &it->second;
  }

  Status end_row(DuckAppender& rows, const std::string& table) {
    ++added[table];
    return rows.end_row();
  }

  Status add_untrusted(uint64_t seq, uint64_t unit, const std::string& field, std::string_view value) {
    MINGLU_TRY(DuckAppender * rows, rows_of("unit_untrusted"));
    MINGLU_CHECK(set_int64s(*rows, 0, std::array{signed_of(unit), signed_of(seq)}));
    MINGLU_CHECK(rows->set_text(2, field));
    MINGLU_CHECK(rows->set_text(3, value));
    return end_row(*rows, "unit_untrusted");
  }

  Status add_member(uint64_t seq, uint64_t unit, const WarehouseMember& member) {
    MINGLU_TRY(DuckAppender * rows, rows_of("unit_member"));
    MINGLU_CHECK(set_int64s(*rows, 0, std::array{signed_of(unit), signed_of(seq)}));
    MINGLU_CHECK(rows->set_text(2, member.source));
    MINGLU_CHECK(rows->set_text(3, member.key));
    MINGLU_CHECK(rows->set_date(4, member.since));
    MINGLU_CHECK(rows->set_date(5, member.last_seen));
    if (member.not_seen_since) MINGLU_CHECK(rows->set_date(6, *member.not_seen_since));
    return end_row(*rows, "unit_member");
  }

  Result<std::vector<size_t>> figure_columns(const SegmentInfo& info, const std::string& table);
  Status make_figure_view(const SegmentInfo& info, const std::string& table);
};

WarehouseTx::WarehouseTx(std::unique_ptr<State> state) : state_(std::move(state)) {}
WarehouseTx::WarehouseTx(WarehouseTx&&) noexcept = default;
WarehouseTx::~WarehouseTx() = default;

const WarehouseRows& WarehouseTx::added() const { return state_->added; }

Status WarehouseTx::add_unit(uint64_t seq, const UnitRow& row, std::span<const WarehouseMember> members) {
  MINGLU_TRY(DuckAppender * rows, state_->rows_of("unit_version"));
  MINGLU_CHECK(set_int64s(*rows, 0,
                          std::array{signed_of(row.head.unit), signed_of(seq), signed_of(row.head.minted_seq),
                                     signed_of(row.members.size()), int64_t{row.head.claim_count},
                                     int64_t{row.head.conflict_count}, signed_of(row.missing.size())}));
  for (const UnitField& field : row.fields) {
    if (field.field >= state_->fields->size()) {
      return base::failed_precondition("unit " + std::to_string(row.head.unit) + " holds field number " +
                                       std::to_string(field.field) + ", but the catalog has " +
                                       std::to_string(state_->fields->size()) + "; run: minglu rebuild --rematch");
    }
    const codes::FieldInfo& info = state_->fields->info(codes::FieldId{field.field});
    MINGLU_TRY(const bool typed, set_field(*rows, kUnitColumnCount + field.field, info.kind, field.value));
    if (!typed || !field.trusted) MINGLU_CHECK(state_->add_untrusted(seq, row.head.unit, info.code, field.value));
  }
  MINGLU_CHECK(state_->end_row(*rows, "unit_version"));
  for (const WarehouseMember& member : members) MINGLU_CHECK(state_->add_member(seq, row.head.unit, member));
  return ok_status();
}

Status WarehouseTx::add_tombstone(uint64_t seq, const Tombstone& tombstone) {
  MINGLU_TRY(DuckAppender * rows, state_->rows_of("tombstone"));
  MINGLU_CHECK(
      set_int64s(*rows, 0, std::array{signed_of(tombstone.unit), signed_of(seq), signed_of(tombstone.survivor)}));
  return state_->end_row(*rows, "tombstone");
}

Status WarehouseTx::add_batch(const BatchRow& batch) {
  MINGLU_TRY(DuckAppender * rows, state_->rows_of("batch"));
  MINGLU_CHECK(rows->set_int64(0, batch.seq));
  MINGLU_CHECK(rows->set_text(1, batch.source));
  if (const auto date = base::parse_iso_date(batch.source_date)) MINGLU_CHECK(rows->set_date(2, *date));
  MINGLU_CHECK(rows->set_text(3, batch.file_name));
  MINGLU_CHECK(rows->set_text(4, batch.digest));
  MINGLU_CHECK(set_int64s(
      *rows, 5,
      std::array{batch.bytes, batch.rows_in, batch.accepted, batch.rejected, batch.duplicate, batch.superseded}));
  return state_->end_row(*rows, "batch");
}

Status WarehouseTx::add_finding(const WarehouseFinding& finding) {
  MINGLU_TRY(DuckAppender * rows, state_->rows_of("finding"));
  MINGLU_CHECK(set_int64s(*rows, 0, std::array{signed_of(finding.seq), finding.row}));
  MINGLU_CHECK(rows->set_text(2, finding.field));
  MINGLU_CHECK(rows->set_text(3, finding.rule));
  MINGLU_CHECK(rows->set_text(4, finding.severity));
  MINGLU_CHECK(rows->set_text(5, finding.message));
  return state_->end_row(*rows, "finding");
}

// The view names its columns when it is made, so it is made again whenever the table gets new ones.
Status WarehouseTx::State::make_figure_view(const SegmentInfo& info, const std::string& table) {
  return connection.execute(
      "CREATE OR REPLACE VIEW " + table::duck_quote_name("figure_" + info.source) +
      " AS SELECT m.unit_id, i.* FROM (SELECT * FROM " + table::duck_quote_name(table) +
      " QUALIFY row_number() OVER (PARTITION BY source_key, period ORDER BY source_date DESC, content DESC) = 1) i"
      " JOIN member m ON m.source = i.source AND m.key = i.source_key");
}

// Makes table and columns that are absent; the place of every figure of the segment in the table.
Result<std::vector<size_t>> WarehouseTx::State::figure_columns(const SegmentInfo& info, const std::string& table) {
  const auto columns = [&]() -> Result<std::map<std::string, size_t>> {
    MINGLU_TRY(table::DuckResult result,
               connection.query("SELECT * FROM " + table::duck_quote_name(table) + " LIMIT 0"));
    std::map<std::string, size_t> places;
    for (const std::string& name : result.names()) places.emplace(name, places.size());
    return places;
  };
  MINGLU_CHECK(connection.execute("CREATE TABLE IF NOT EXISTS " + table::duck_quote_name(table) + "(" +
                                  kIndicatorColumns + ")"));
  MINGLU_TRY(auto places, columns());
  bool changed = places.size() == kIndicatorColumnCount;
  for (const std::string& field : info.indicator_fields) {
    if (places.contains(field)) continue;
    changed = true;
    MINGLU_CHECK(connection.execute("ALTER TABLE " + table::duck_quote_name(table) + " ADD COLUMN " +
                                    table::duck_quote_name(field) + " BIGINT"));
  }
  if (changed) {
    MINGLU_CHECK(make_figure_view(info, table));
    MINGLU_TRY(places, columns());
  }
  std::vector<size_t> out;
  for (const std::string& field : info.indicator_fields) out.push_back(places.at(field));
  return out;
}

Status WarehouseTx::add_indicators(const RecordSegment& segment,
                                   const std::function<Result<std::string_view>(uint64_t entity)>& key_of) {
  if (segment.indicators().empty()) return ok_status();
  const SegmentInfo& info = segment.info();
  const std::string table = "indicator_" + info.source;
  MINGLU_TRY(const std::vector<size_t> columns, state_->figure_columns(info, table));
  MINGLU_TRY(DuckAppender * rows, state_->rows_of(table));
  for (size_t r = 0; r < segment.indicators().size(); ++r) {
    const IndicatorMeta& meta = segment.indicators()[r];
    MINGLU_TRY(const std::string_view key, key_of(meta.entity));
    MINGLU_CHECK(rows->set_text(0, info.source));
    MINGLU_CHECK(rows->set_text(1, key));
    MINGLU_CHECK(rows->set_int32(2, meta.period_yyyymm));
    MINGLU_CHECK(rows->set_date(3, Date{meta.date_days}));
    MINGLU_CHECK(set_int64s(*rows, 4, std::array{signed_of(info.seq), ordered_content(meta.content)}));
    const std::span<const int64_t> values = segment.indicator_values(r);
    const std::span<const uint8_t> valid = segment.indicator_valid(r);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (valid[i] != 0) MINGLU_CHECK(rows->set_int64(columns[i], values[i]));
    }
    MINGLU_CHECK(state_->end_row(*rows, table));
  }
  // Finished here: a later segment of the source may add columns.
  MINGLU_CHECK(rows->finish());
  state_->appenders.erase(table);
  return ok_status();
}

Status WarehouseTx::commit(const WarehouseMark& mark) {
  if (!state_->open) return base::failed_precondition("the transaction of the warehouse has ended");
  for (auto& [table, rows] : state_->appenders) MINGLU_CHECK(rows.finish());
  state_->appenders.clear();
  MINGLU_TRY(table::DuckStatement update,
             state_->connection.prepare("UPDATE meta SET applied_seq = ?, applied_hash = ?"));
  {
    const std::array<DuckValue, 2> values{signed_of(mark.applied_seq), mark.applied_hash};
    MINGLU_TRY(table::DuckResult result, update.run(values));
    if (result.rows_changed() != 1) return base::data_loss("the warehouse has no mark; delete it and run: minglu sync");
  }
  MINGLU_CHECK(state_->connection.execute("COMMIT"));
  state_->open = false;
  return ok_status();
}

// ---- warehouse ----

Status Warehouse::remove(const std::filesystem::path& path) {
  std::error_code error;
  for (const char* ending : {"", ".wal", ".tmp"}) {
    std::filesystem::remove_all(path.string() + ending, error);
    if (error) return base::internal_error("cannot delete \"" + path.string() + ending + "\": " + error.message());
  }
  return ok_status();
}

Result<Warehouse> Warehouse::open_existing(const WarehouseSpec& spec) {
  MINGLU_TRY(DuckDatabase database, open_database(spec));
  MINGLU_TRY(DuckConnection connection, database.connect());
  MINGLU_TRY(const DuckValue tables,
             connection.query_value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'"));
  if (number_of(tables) != 1) return to_be_remade("its making was interrupted");
  MINGLU_TRY(const DuckValue layout, connection.query_value("SELECT layout FROM meta"));
  if (number_of(layout) != kLayout) return to_be_remade("its layout is another one");
  MINGLU_TRY(const DuckValue catalog, connection.query_value("SELECT catalog FROM meta"));
  if (text_of(catalog) != spec.catalog_digest) return to_be_remade("the catalog has changed");
  MINGLU_TRY(const DuckValue software, connection.query_value("SELECT software FROM meta"));
  if (text_of(software) != spec.software) return to_be_remade("the software has changed");
  MINGLU_TRY(const DuckValue seq, connection.query_value("SELECT applied_seq FROM meta"));
  MINGLU_TRY(const DuckValue hash, connection.query_value("SELECT applied_hash FROM meta"));
  if (number_of(seq) < 0) return to_be_remade("its mark is missing");
  return Warehouse(std::move(database), spec.fields, {static_cast<uint64_t>(number_of(seq)), text_of(hash)});
}

Result<Warehouse> Warehouse::create(const WarehouseSpec& spec) {
  MINGLU_TRY(DuckDatabase database, open_database(spec));
  MINGLU_TRY(DuckConnection connection, database.connect());
  MINGLU_CHECK(connection.execute("BEGIN TRANSACTION;" + std::string(kFixedTables) + unit_version_sql(spec.fields) +
                                  kViews + "INSERT INTO meta VALUES (" + std::to_string(kLayout) + ", 0, '', " +
                                  table::duck_quote_text(spec.catalog_digest) + ", " +
                                  table::duck_quote_text(spec.software) + ");COMMIT;"));
  return Warehouse(std::move(database), spec.fields, {});
}

Result<Warehouse> Warehouse::open(const WarehouseSpec& spec) {
  std::string reason = "there was none";
  if (std::filesystem::exists(spec.path)) {
    Result<Warehouse> existing = open_existing(spec);
    const bool hopeless = !existing.ok() && (existing.error().code == ErrorCode::kDataLoss ||
                                             existing.error().code == ErrorCode::kInvalidArgument);
    if (!hopeless) return existing;
    reason = existing.error().message;
  }
  MINGLU_CHECK(remove(spec.path));
  MINGLU_TRY(Warehouse made, create(spec));
  made.remade_because_ = std::move(reason);
  return made;
}

Result<WarehouseTx> Warehouse::begin() {
  MINGLU_TRY(DuckConnection connection, database_.connect());
  MINGLU_CHECK(connection.execute("BEGIN TRANSACTION"));
  return WarehouseTx(std::unique_ptr<WarehouseTx::State>(new WarehouseTx::State{std::move(connection), fields_}));
}

Result<WarehouseRows> Warehouse::row_counts() {
  MINGLU_TRY(DuckConnection connection, database_.connect());
  std::vector<std::string> tables;
  {
    MINGLU_TRY(table::DuckResult result,
               connection.query("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'meta' ORDER BY 1"));
    table::DuckChunk chunk;
    for (;;) {
      MINGLU_TRY(const bool more, result.next(chunk));
      if (!more) break;
      for (size_t r = 0; r < chunk.row_count(); ++r) tables.emplace_back(chunk.text(0, r));
    }
  }
  WarehouseRows rows;
  for (const std::string& table : tables) {
    MINGLU_TRY(const DuckValue count, connection.query_value("SELECT count(*) FROM " + table::duck_quote_name(table)));
    rows[table] = static_cast<uint64_t>(number_of(count));
  }
  return rows;
}

}  // namespace minglu::store
