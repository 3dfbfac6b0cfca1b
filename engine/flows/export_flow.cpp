#include "flows/export_flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "flows/decision_flow.hpp"
#include "flows/findings.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/quality_flow.hpp"
#include "flows/unit_view.hpp"
#include "fuse/fuse.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;
using Cells = std::vector<std::optional<std::string_view>>;

constexpr std::array<ExportList, 11> kLists{{
    {"units", "单位", "One row per unit: winning value of every field"},
    {"conflicts", "冲突", "One row per claim that differs from the winner"},
    {"new", "新增", "Units that got their id in the last resolve commit, or since --since"},
    {"missing", "缺失", "One row per unit and required field that no source fills"},
    {"refused", "未合并", "Links between records that the constraints refused"},
    {"review", "待核查", "Likely pairs that wait for people, the least certain first"},
    {"decisions", "人工决定", "Decisions of people about pairs that stand"},
    {"members", "成员记录", "One row per unit and source record"},
    {"batches", "批次", "One row per file taken in, with its balance"},
    {"quality", "质量评估", "One row per source and field"},
    {"findings", "审核发现", "One row per finding of every batch"},
}};

std::vector<table::OutColumn> text_columns(std::initializer_list<const char*> names) {
  std::vector<table::OutColumn> columns;
  for (const char* name : names) columns.push_back({name, table::CellKind::kText});
  return columns;
}

Status for_each_unit(Home& home, const std::function<Status(const store::UnitRow&)>& fn) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return ok_status();
  store::UnitRow row;
  for (const store::DirectoryEntry& entry : state->units()) {
    MINGLU_CHECK(home.read_unit(entry, row));
    MINGLU_CHECK(fn(row));
  }
  return ok_status();
}

std::string_view field_text(const store::UnitRow& row, codes::FieldId field) {
  for (const store::UnitField& f : row.fields) {
    if (f.field == field.value) return f.value;
  }
  return {};
}

ConflictHeading heading_of(const store::UnitRow& row, const codes::Fields& fields) {
  return {std::to_string(row.head.unit), field_text(row, fields.require("uscc")),
          field_text(row, fields.require("name"))};
}

Result<ExportReport> export_units(Home& home, const std::filesystem::path& out, uint64_t minted_after) {
  const codes::Fields& fields = home.knowledge().fields();
  std::vector<table::OutColumn> columns =
      text_columns({"unit_id", "minted_seq", "sources", "claims", "conflicts", "missing"});
  for (size_t i = 1; i < columns.size(); ++i) columns[i].kind = table::CellKind::kNumber;
  for (uint16_t f = 0; f < fields.size(); ++f)
    columns.push_back({fields.info(codes::FieldId{f}).code, table::CellKind::kText});
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "units", columns));
  ExportReport report;
  Cells cells(columns.size());
  MINGLU_CHECK(for_each_unit(home, [&](const store::UnitRow& row) -> Status {
    if (row.head.minted_seq <= minted_after) return ok_status();
    const std::array<std::string, 6> numbers{
        std::to_string(row.head.unit),           std::to_string(row.head.minted_seq),
        std::to_string(row.members.size()),      std::to_string(row.head.claim_count),
        std::to_string(row.head.conflict_count), std::to_string(row.missing.size())};
    std::fill(cells.begin(), cells.end(), std::nullopt);
    for (size_t i = 0; i < numbers.size(); ++i) cells[i] = numbers[i];
    for (const store::UnitField& field : row.fields) cells[numbers.size() + field.field] = field.value;
    ++report.rows;
    return writer->row(cells);
  }));
  MINGLU_CHECK(writer->finish());
  return report;
}

Result<ExportReport> export_conflicts(Home& home, const std::filesystem::path& out) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "conflicts", conflict_columns()));
  ExportReport report;
  MINGLU_CHECK(for_each_unit(home, [&](const store::UnitRow& row) -> Status {
    if (row.head.conflict_count == 0) return ok_status();
    MINGLU_TRY(const UnitView view, view_unit(home, {.unit = row.head.unit}));
    const ConflictHeading heading = heading_of(row, home.knowledge().fields());
    for (const FieldView& field : view.fields) {
      if (!field.conflict) continue;
      MINGLU_TRY(const uint64_t rows, write_conflict(heading, field, "", *writer));
      report.rows += rows;
    }
    return ok_status();
  }));
  MINGLU_CHECK(writer->finish());
  return report;
}

Result<ExportReport> export_missing(Home& home, const std::filesystem::path& out) {
  const codes::Fields& fields = home.knowledge().fields();
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer,
             create_table(out, "missing", text_columns({"unit_id", "uscc", "name", "field", "field_title"})));
  ExportReport report;
  MINGLU_CHECK(for_each_unit(home, [&](const store::UnitRow& row) -> Status {
    const ConflictHeading heading = heading_of(row, fields);
    for (uint16_t field : row.missing) {
      const codes::FieldInfo& info = fields.info(codes::FieldId{field});
      MINGLU_CHECK(writer->row({heading.unit, heading.uscc, heading.name, info.code, info.title_zh}));
      ++report.rows;
    }
    return ok_status();
  }));
  MINGLU_CHECK(writer->finish());
  return report;
}

Result<ExportReport> export_members(Home& home, const std::filesystem::path& out) {
  const ingest::Sources& sources = home.knowledge().sources();
  MINGLU_TRY(
      std::unique_ptr<table::TableWriter> writer,
      create_table(out, "members",
                   text_columns({"unit_id", "record", "source", "key", "since", "last_seen", "not_seen_since"})));
  ExportReport report;
  store::RecordText text;
  MINGLU_CHECK(for_each_unit(home, [&](const store::UnitRow& row) -> Status {
    const std::string unit = std::to_string(row.head.unit);
    for (const store::UnitMember& member : row.members) {
      const store::UnitRun& run = member.runs.back();
      MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(run.segment_seq));
      const std::string_view source = sources.at(units::SourceId{member.source}).id;
      MINGLU_CHECK(segment->read(run.row, text));
      const std::string_view key = text.key();
      const std::string record = std::string(source) + ":" + std::string(key);
      const std::string since = base::format_iso_date(Date{run.since_days});
      const std::string seen = base::format_iso_date(Date{run.last_seen_days});
      const bool absent = member.not_seen_since_days != store::kStillSeen;
      const std::string not_seen = absent ? base::format_iso_date(Date{member.not_seen_since_days}) : std::string();
      MINGLU_CHECK(writer->row(
          {unit, record, source, key, since, seen, absent ? std::optional<std::string_view>(not_seen) : std::nullopt}));
      ++report.rows;
    }
    return ok_status();
  }));
  MINGLU_CHECK(writer->finish());
  return report;
}

struct RecordPlace {
  uint64_t entity = 0;
  std::string_view source;
  std::string key;
};

// Entities of refused links, with their source and key, by one pass over the units.
Result<std::vector<RecordPlace>> places_of(Home& home, const store::State& state) {
  std::vector<uint64_t> wanted;
  for (const store::RefusedLink& link : state.refused()) {
    wanted.push_back(link.entity_a);
    wanted.push_back(link.entity_b);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::vector<RecordPlace> places;
  store::RecordText text;
  MINGLU_CHECK(for_each_unit(home, [&](const store::UnitRow& row) -> Status {
    for (const store::UnitMember& member : row.members) {
      if (!std::binary_search(wanted.begin(), wanted.end(), member.entity)) continue;
      MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(member.runs.back().segment_seq));
      MINGLU_CHECK(segment->read(member.runs.back().row, text));
      places.push_back(
          {member.entity, home.knowledge().sources().at(units::SourceId{member.source}).id, std::string(text.key())});
    }
    return ok_status();
  }));
  std::sort(places.begin(), places.end(),
            [](const RecordPlace& a, const RecordPlace& b) { return a.entity < b.entity; });
  return places;
}

Result<ExportReport> export_refused(Home& home, const std::filesystem::path& out) {
  MINGLU_TRY(
      std::unique_ptr<table::TableWriter> writer,
      create_table(out, "refused", text_columns({"reason", "key_kind", "unit_a", "record_a", "unit_b", "record_b"})));
  ExportReport report;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (state) {
    MINGLU_TRY(const std::vector<RecordPlace> places, places_of(home, *state));
    const auto record = [&](uint64_t entity) -> std::string {
      const auto it = std::lower_bound(places.begin(), places.end(), entity,
                                       [](const RecordPlace& p, uint64_t e) { return p.entity < e; });
      if (it == places.end() || it->entity != entity) return {};
      return std::string(it->source) + ":" + it->key;
    };
    for (const store::RefusedLink& link : state->refused()) {
      const uint64_t unit_a = state->unit_of(link.entity_a).value_or(0);
      const uint64_t unit_b = state->unit_of(link.entity_b).value_or(0);
      if (unit_a == unit_b) continue;  // joined after all by a stronger key
      const std::string a = std::to_string(unit_a);
      const std::string b = std::to_string(unit_b);
      const std::string record_a = record(link.entity_a);
      const std::string record_b = record(link.entity_b);
      MINGLU_CHECK(writer->row({refusal_name(link.reason), key_kind_name(link.kind), a, record_a, b, record_b}));
      ++report.rows;
    }
  }
  MINGLU_CHECK(writer->finish());
  return report;
}

/// The pair's probability nearest one half comes first: there a person's answer tells most.
Result<ExportReport> export_review(Home& home, const std::filesystem::path& out) {
  std::vector<table::OutColumn> columns =
      text_columns({"record_a", "unit_a", "name_a", "record_b", "unit_b", "name_b", "bits", "probability"});
  for (const size_t number : {6U, 7U}) columns[number].kind = table::CellKind::kNumber;
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "review", columns));
  MINGLU_TRY(const std::vector<ReviewPair> pairs, pairs_to_review(home));
  for (const ReviewPair& pair : pairs) {
    char bits[32];
    char probability[32];
    std::snprintf(bits, sizeof bits, "%.2f", pair.bits);
    std::snprintf(probability, sizeof probability, "%.4f", match::probability_of(pair.bits));
    const std::string unit_a = std::to_string(pair.unit_a);
    const std::string unit_b = std::to_string(pair.unit_b);
    MINGLU_CHECK(
        writer->row({pair.record_a, unit_a, pair.name_a, pair.record_b, unit_b, pair.name_b, bits, probability}));
  }
  MINGLU_CHECK(writer->finish());
  return ExportReport{pairs.size()};
}

Result<ExportReport> export_decisions(Home& home, const std::filesystem::path& out) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer,
             create_table(out, "decisions", text_columns({"seq", "decision", "record_a", "record_b", "by", "reason"})));
  MINGLU_TRY(const std::vector<StandingDecision> standing, standing_decisions(home));
  for (const StandingDecision& d : standing) {
    const std::string seq = std::to_string(d.seq);
    MINGLU_CHECK(writer->row({seq, d.decision.is_same ? "same_unit" : "different_units", d.decision.record_a,
                              d.decision.record_b, d.decision.actor, d.decision.reason}));
  }
  MINGLU_CHECK(writer->finish());
  return ExportReport{standing.size()};
}

Result<ExportReport> export_batches(Home& home, const std::filesystem::path& out) {
  std::vector<table::OutColumn> columns = text_columns({"seq", "source", "source_date", "file_name", "sha256", "bytes",
                                                        "rows_in", "accepted", "rejected", "duplicate", "superseded"});
  for (size_t i = 5; i < columns.size(); ++i) columns[i].kind = table::CellKind::kNumber;
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "batches", columns));
  MINGLU_TRY(const std::vector<store::BatchRow> batches, home.ledger().batches());
  for (const store::BatchRow& b : batches) {
    const std::array<std::string, 7> numbers{std::to_string(b.seq),       std::to_string(b.bytes),
                                             std::to_string(b.rows_in),   std::to_string(b.accepted),
                                             std::to_string(b.rejected),  std::to_string(b.duplicate),
                                             std::to_string(b.superseded)};
    MINGLU_CHECK(writer->row({numbers[0], b.source, b.source_date, b.file_name, b.digest, numbers[1], numbers[2],
                              numbers[3], numbers[4], numbers[5], numbers[6]}));
  }
  MINGLU_CHECK(writer->finish());
  return ExportReport{batches.size()};
}

Result<ExportReport> export_findings(Home& home, const std::filesystem::path& out) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer,
             create_table(out, "findings",
                          text_columns({"seq", "source", "source_date", "file_name", "row", "field", "rule", "severity",
                                        "message"})));
  ExportReport report;
  MINGLU_TRY(const std::vector<store::BatchRow> batches, home.ledger().batches());
  for (const store::BatchRow& batch : batches) {
    const std::string seq = std::to_string(batch.seq);
    MINGLU_CHECK(for_each_finding(home, static_cast<uint64_t>(batch.seq), [&](const table::Finding& finding) -> Status {
      const std::string row = std::to_string(finding.row);
      const char severity = static_cast<char>(finding.severity);
      ++report.rows;
      return writer->row({seq, batch.source, batch.source_date, batch.file_name, row, finding.field, finding.rule,
                          std::string_view(&severity, 1), finding.message});
    }));
  }
  MINGLU_CHECK(writer->finish());
  return report;
}

Result<ExportReport> export_quality(Home& home, const std::filesystem::path& out) {
  std::vector<table::OutColumn> columns =
      text_columns({"source", "field", "field_title", "rows", "filled", "invalid", "repaired", "completeness",
                    "validity", "claims", "agreeing", "consistency", "age_days"});
  for (size_t i = 3; i < columns.size(); ++i) columns[i].kind = table::CellKind::kNumber;
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, create_table(out, "quality", columns));
  MINGLU_TRY(const std::vector<QualityRow> rows, assess_quality(home));
  for (const QualityRow& row : rows) {
    const std::array<std::string, 10> n{std::to_string(row.rows),
                                        std::to_string(row.filled),
                                        std::to_string(row.invalid),
                                        std::to_string(row.repaired),
                                        ratio_text(row.filled, row.rows),
                                        ratio_text(row.filled - row.invalid, row.filled),
                                        std::to_string(row.claims),
                                        std::to_string(row.agreeing),
                                        ratio_text(row.agreeing, row.claims),
                                        std::to_string(row.age_days)};
    MINGLU_CHECK(writer->row(
        {row.source, row.field, row.field_title, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]}));
  }
  MINGLU_CHECK(writer->finish());
  return ExportReport{rows.size()};
}

}  // namespace

std::span<const ExportList> export_lists() { return kLists; }

std::vector<table::OutColumn> conflict_columns() {
  return text_columns({"unit_id", "uscc", "name", "field", "field_title", "value", "source", "other_value",
                       "other_source", "other_key", "other_since"});
}

Result<uint64_t> write_conflict(const ConflictHeading& heading, const FieldView& field, std::string_view only_source,
                                table::TableWriter& writer) {
  uint64_t rows = 0;
  for (const ClaimView& claim : field.claims) {
    if (claim.wins || claim.agrees || !claim.trusted) continue;
    if (!only_source.empty() && claim.source != only_source) continue;
    const std::string since = base::format_iso_date(claim.since);
    MINGLU_CHECK(writer.row({heading.unit, heading.uscc, heading.name, field.code, field.title_zh, field.value,
                             field.claims.front().source, claim.value, claim.source, claim.key, since}));
    ++rows;
  }
  return rows;
}

Result<std::unique_ptr<table::TableWriter>> create_table(const std::filesystem::path& path, const std::string& sheet,
                                                         std::vector<table::OutColumn> columns) {
  const std::string ending = path.extension().string();
  table::WriteSpec spec;
  spec.sheet = sheet;
  if (ending == ".csv") {
    spec.bom = true;
    return table::create_csv(path, std::move(columns), spec);
  }
  if (ending == ".xlsx") return table::create_xlsx(path, std::move(columns), spec);
  if (ending == ".parquet") return table::create_parquet(path, std::move(columns), spec);
  return base::invalid_argument("\"" + path.filename().string() + "\": the name must end in .csv, .xlsx or .parquet");
}

Result<ExportReport> export_list(Home& home, const ExportSpec& spec) {
  if (spec.list == "units") return export_units(home, spec.out, 0);
  if (spec.list == "new") {
    MINGLU_TRY(const uint64_t last, home.state_seq(UINT64_MAX));
    return export_units(home, spec.out, spec.since_seq.value_or(last == 0 ? 0 : last - 1));
  }
  if (spec.list == "conflicts") return export_conflicts(home, spec.out);
  if (spec.list == "missing") return export_missing(home, spec.out);
  if (spec.list == "refused") return export_refused(home, spec.out);
  if (spec.list == "review") return export_review(home, spec.out);
  if (spec.list == "decisions") return export_decisions(home, spec.out);
  if (spec.list == "members") return export_members(home, spec.out);
  if (spec.list == "batches") return export_batches(home, spec.out);
  if (spec.list == "quality") return export_quality(home, spec.out);
  if (spec.list == "findings") return export_findings(home, spec.out);
  std::string known;
  for (const ExportList& list : kLists) known += (known.empty() ? "" : ", ") + std::string(list.name);
  return base::invalid_argument("no list \"" + spec.list + "\"; known: " + known);
}

}  // namespace minglu::flows
