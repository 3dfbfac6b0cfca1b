#include "flows/scoped_export.hpp"

#include <algorithm>

#include "flows/export_flow.hpp"
#include "flows/pin_flow.hpp"

namespace minglu::flows {
namespace {

std::vector<table::OutColumn> columns(std::initializer_list<const char*> names) {
  std::vector<table::OutColumn> out;
  for (const char* name : names) out.push_back({name, table::CellKind::kText});
  return out;
}

constexpr std::initializer_list<const char*> kUnitColumns = {"unit_id",       "name",    "uscc",      "region_code",
                                                             "industry_code", "status",  "address",   "legal_rep",
                                                             "founded",       "sources", "conflicts", "missing"};

class UnitWriter {
 public:
  static Result<UnitWriter> create(const ScopedExport& spec) {
    MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(spec.out, spec.list, columns(kUnitColumns)));
    return UnitWriter(std::move(writer));
  }
  Status add(const UnitSummary& unit) {
    std::string sources;
    for (const std::string& source : unit.sources) sources += (sources.empty() ? "" : "|") + source;
    const std::string id = std::to_string(unit.unit);
    const std::string conflicts = std::to_string(unit.conflicts);
    const std::string missing = std::to_string(unit.missing);
    ++rows_;
    return writer_->row({id, unit.name, unit.uscc, unit.region, unit.industry, unit.status.code, unit.address,
                         unit.legal_rep, unit.founded, sources, conflicts, missing});
  }
  Result<uint64_t> finish() {
    MINGLU_CHECK(writer_->finish());
    return rows_;
  }

 private:
  explicit UnitWriter(std::unique_ptr<table::TableWriter> writer) : writer_(std::move(writer)) {}
  std::unique_ptr<table::TableWriter> writer_;
  uint64_t rows_ = 0;
};

// Every visible unit that `wanted` accepts.
Result<uint64_t> export_units(const RegisterReader& reader, const ScopedExport& spec, uint64_t minted_after) {
  MINGLU_TRY(UnitWriter writer, UnitWriter::create(spec));
  const store::State* state = reader.snapshot().state();
  if (state == nullptr) return writer.finish();
  uint64_t done = 0;
  for (const store::DirectoryEntry& entry : state->units()) {
    if (++done % 5000 == 0 && spec.progress) spec.progress(done, state->units().size());
    if (entry.minted_seq <= minted_after) continue;
    const Result<UnitSummary> unit = reader.summary(entry.unit);
    if (unit.ok()) {
      MINGLU_CHECK(writer.add(*unit));
    } else if (unit.error().code != ErrorCode::kNotFound) {
      return unit.error();
    }
  }
  return writer.finish();
}

UnitSummary summary_of(const UnitView& view) {
  UnitSummary unit;
  unit.unit = view.unit;
  for (const FieldView& field : view.fields) {
    if (field.code == "name") unit.name = field.value;
    if (field.code == "uscc") unit.uscc = field.value;
    if (field.code == "region_code") unit.region = field.value;
    if (field.code == "industry_code") unit.industry = field.value;
    if (field.code == "op_status" || (field.code == "reg_status" && unit.status.code.empty()))
      unit.status.code = field.value;
    if (field.code == "address") unit.address = field.value;
    if (field.code == "legal_rep") unit.legal_rep = field.value;
    if (field.code == "founded") unit.founded = field.value;
    if (field.conflict) ++unit.conflicts;
  }
  for (const MemberView& member : view.members) {
    if (unit.sources.empty() || unit.sources.back() != member.source) unit.sources.push_back(member.source);
  }
  unit.missing = static_cast<uint32_t>(view.missing.size());
  return unit;
}

// Every unit that existed at the pin and may be seen, with the values of then.
Result<uint64_t> export_pinned(Home& home, const RegisterReader& reader, const ScopedExport& spec) {
  MINGLU_TRY(const Pin pin, find_pin(home, spec.pin));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(pin.known_seq));
  MINGLU_TRY(UnitWriter writer, UnitWriter::create(spec));
  if (!state) return writer.finish();
  uint64_t done = 0;
  for (const store::DirectoryEntry& entry : state->units()) {
    if (++done % 1000 == 0 && spec.progress) spec.progress(done, state->units().size());
    const Result<UnitView> view =
        reader.unit({.unit = entry.unit, .as_of = pin.as_of, .known_seq = pin.known_seq}, false);
    if (view.ok()) {
      MINGLU_CHECK(writer.add(summary_of(*view)));
    } else if (view.error().code != ErrorCode::kNotFound) {
      return view.error();
    }
  }
  return writer.finish();
}

Result<uint64_t> export_search(const RegisterReader& reader, const ScopedExport& spec) {
  MINGLU_TRY(UnitWriter writer, UnitWriter::create(spec));
  search::Query query = spec.query;
  query.limit = search::kLimitMax;
  query.want_facets = false;
  for (query.offset = 0;; query.offset += query.limit) {
    MINGLU_TRY(const SearchPage page, reader.search(query));
    if (page.total > search::kOffsetMax) {
      return base::invalid_argument("结果超过 10,000 条，请按区或行业缩小条件后分次导出，或导出“units”全部单位");
    }
    for (const UnitSummary& unit : page.items) MINGLU_CHECK(writer.add(unit));
    if (spec.progress) spec.progress(query.offset + page.items.size(), page.total);
    if (query.offset + query.limit >= page.total) break;
  }
  return writer.finish();
}

constexpr uint64_t kFieldsPerPage = 1000;

// Pages of a field list, until they are empty.
Status for_each_field(const std::function<Result<FieldPage>(const FieldFilter&)>& ask,
                      const std::function<Status(const FieldItem&)>& fn, const ScopedExport& spec) {
  FieldFilter filter;
  filter.limit = kFieldsPerPage;
  for (;; filter.offset += filter.limit) {
    MINGLU_TRY(const FieldPage page, ask(filter));
    for (const FieldItem& item : page.items) MINGLU_CHECK(fn(item));
    if (spec.progress) spec.progress(std::min(filter.offset + filter.limit, page.total), page.total);
    if (filter.offset + filter.limit >= page.total) return ok_status();
  }
}

Result<uint64_t> export_missing(const RegisterReader& reader, const ScopedExport& spec) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer,
             create_table(spec.out, spec.list, columns({"unit_id", "uscc", "name", "field", "field_title"})));
  uint64_t rows = 0;
  MINGLU_CHECK(
      for_each_field([&](const FieldFilter& filter) { return reader.missing(filter); },
                     [&](const FieldItem& item) -> Status {
                       ++rows;
                       const std::string id = std::to_string(item.unit.unit);
                       return writer->row({id, item.unit.uscc, item.unit.name, item.field.code, item.field.title_zh});
                     },
                     spec));
  MINGLU_CHECK(writer->finish());
  return rows;
}

// With a source only its own claims: what goes back to the department.
Result<uint64_t> export_conflicts(const RegisterReader& reader, const ScopedExport& spec) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(spec.out, spec.list, conflict_columns()));
  uint64_t rows = 0;
  const auto write = [&](const FieldItem& item) -> Status {
    const ConflictHeading heading{std::to_string(item.unit.unit), item.unit.uscc, item.unit.name};
    MINGLU_TRY(const uint64_t written, write_conflict(heading, item.field, spec.source, *writer));
    rows += written;
    return ok_status();
  };
  MINGLU_CHECK(for_each_field([&](const FieldFilter& filter) { return reader.conflicts(filter); }, write, spec));
  MINGLU_CHECK(writer->finish());
  return rows;
}

}  // namespace

Result<uint64_t> export_for(Home& home, const RegisterReader& reader, const ScopedExport& spec) {
  if (!spec.pin.empty() && spec.list != "units") return base::invalid_argument("只有“units”清单可以按定格导出");
  if (!spec.pin.empty()) return export_pinned(home, reader, spec);
  if (spec.list == "units") return export_units(reader, spec, 0);
  if (spec.list == "new") {
    const uint64_t seq = reader.snapshot().state_seq();
    return export_units(reader, spec, seq == 0 ? 0 : seq - 1);
  }
  if (spec.list == "search") return export_search(reader, spec);
  if (spec.list == "missing") return export_missing(reader, spec);
  if (spec.list == "conflicts") return export_conflicts(reader, spec);
  if (spec.list == "discrepancies") {
    if (!home.knowledge().sources().find(spec.source))
      return base::invalid_argument("请指明来源：没有来源“" + spec.source + "”");
    return export_conflicts(reader, spec);
  }
  return base::invalid_argument("没有名为“" + spec.list + "”的清单");
}

}  // namespace minglu::flows
