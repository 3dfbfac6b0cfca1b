#include "flows/ingest_flow.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/hash.hpp"
#include "base/pipeline.hpp"
#include "flows/figures.hpp"
#include "flows/live_records.hpp"
#include "flows/version.hpp"
#include "ingest/prepare.hpp"
#include "store/entity_history.hpp"
#include "table/reader.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

struct PreparedChunk {
  ingest::PreparedBatch batch;
  std::vector<match::RecordTraits> traits;  // per row
  std::vector<store::MatchKeyEntry> keys;
  std::vector<uint32_t> key_first;  // rows + 1
  std::vector<uint8_t> has_keys;    // 0: a repeated row, whose keys were not computed
};

void add_keys(const units::RecordView& record, const match::KeyContext& context, std::vector<match::MatchKey>& buffer,
              match::RecordTraits& traits, std::vector<store::MatchKeyEntry>& out) {
  buffer.clear();
  traits = match::match_keys(record, context, buffer);
  for (const match::MatchKey& key : buffer) out.push_back({key.hash, static_cast<uint8_t>(key.kind)});
}

// Match keys cost a name parse; a row that repeats a stored record needs none.
PreparedChunk prepare_chunk(const table::RawBatch& raw, const ingest::ColumnPlan& plan, Date source_date,
                            const Knowledge& knowledge, const store::KnownContents& known) {
  PreparedChunk chunk;
  chunk.batch = ingest::prepare_batch(
      raw, plan, {source_date, {&knowledge.row_rules(), &knowledge.domain(), source_date}}, knowledge.clean_context());
  const match::KeyContext context = knowledge.key_context();
  const size_t rows = chunk.batch.rows.size();
  chunk.traits.resize(rows);
  chunk.has_keys.resize(rows);
  chunk.key_first.push_back(0);
  std::vector<match::MatchKey> buffer;
  for (size_t r = 0; r < rows; ++r) {
    const ingest::PreparedRow& row = chunk.batch.rows[r];
    if (!row.rejected && !known.maybe_contains(row.entity.value, row.content)) {
      chunk.has_keys[r] = 1;
      add_keys(units::RecordView(chunk.batch.record(row)), context, buffer, chunk.traits[r], chunk.keys);
    }
    chunk.key_first.push_back(static_cast<uint32_t>(chunk.keys.size()));
  }
  return chunk;
}

// What the source has said before. Asked entity by entity when the file is small beside it, else loaded as a whole.
struct Earlier {
  std::vector<const store::RecordSegment*> segments;
  bool by_entity = false;
};

// Takes prepared chunks in file order and tells what each row adds to what the source has said before.
class Landing {
 public:
  Landing(const DeriveSpec& spec, const match::KeyContext& key_context, store::RecordSegmentWriter segment,
          std::unique_ptr<table::TableWriter> findings, const Earlier& earlier, IngestReport& report)
      : spec_(spec),
        key_context_(key_context),
        segment_(std::move(segment)),
        findings_(std::move(findings)),
        earlier_(earlier),
        report_(report) {
    if (!earlier_.by_entity) versions_.load(earlier_.segments);
  }

  Status land(PreparedChunk chunk) {
    load_known_figures(chunk.batch);
    const size_t width = chunk.batch.rows.empty() ? 0 : chunk.batch.indicator_values.size() / chunk.batch.rows.size();
    for (size_t r = 0; r < chunk.batch.rows.size(); ++r) {
      ++report_.counts.rows_in;
      if (chunk.batch.rows[r].rejected) {
        ++report_.counts.rejected;
        continue;
      }
      MINGLU_CHECK(land_row(chunk, r, width));
    }
    report_.quality.add(chunk.batch.quality);
    for (const table::Finding& finding : chunk.batch.findings) MINGLU_CHECK(write_finding(finding));
    if (spec_.progress) spec_.progress(report_.counts.rows_in);
    return ok_status();
  }

  Status write_finding(const table::Finding& finding) {
    ++report_.findings[finding.rule];
    const std::string row = std::to_string(finding.row);
    const char severity = static_cast<char>(finding.severity);
    findings_hash_ = base::hash64(finding.message, base::hash64(finding.rule, base::hash64(row, findings_hash_)));
    return findings_->row({row, finding.field, finding.rule, std::string_view(&severity, 1), finding.message});
  }

  Status finish() {
    report_.records = segment_.record_count();
    report_.indicators = segment_.indicator_count();
    segment_.set_figures_delta(figures_delta_);
    report_.result_digest = base::sha256_hex(segment_.content_digest() + std::to_string(findings_hash_));
    MINGLU_CHECK(segment_.finish());
    return findings_->finish();
  }

 private:
  Status land_row(const PreparedChunk& chunk, size_t r, size_t width) {
    const ingest::PreparedRow& row = chunk.batch.rows[r];
    const int32_t date = spec_.source_date.days;
    if (earlier_.by_entity && loaded_entities_.insert(row.entity.value).second)
      versions_.load_entity(earlier_.segments, row.entity.value);
    const auto verdict = versions_.judge(row.entity.value, row.content, date);
    if (verdict.other_same_date) {
      MINGLU_CHECK(write_finding({row.row_number, "", "key_repeated", table::Severity::kVerify,
                                  "同一来源、同一关键字、同一日期有内容不同的多行"}));
      ++report_.quality.key_repeats;
    }
    if (!verdict.exact) MINGLU_CHECK(state(chunk, r, date));
    const bool new_fact = !verdict.exact && !verdict.in_force;
    const News figures = land_figures(chunk.batch, r, width);
    if (figures == News::kNew || (new_fact && !verdict.outdated))
      ++report_.counts.accepted;
    else if (new_fact || figures == News::kOutdated)
      ++report_.counts.superseded;
    else
      ++report_.counts.duplicate;
    return ok_status();
  }

  Status state(const PreparedChunk& chunk, size_t r, int32_t date) {
    const ingest::PreparedRow& row = chunk.batch.rows[r];
    const bool known = versions_.knows_content(row.entity.value, row.content);
    versions_.add(row.entity.value, row.content, date);
    if (known) {
      segment_.add_sighting({row.entity.value, row.content, date, 0});
      return ok_status();
    }
    match::RecordTraits traits = chunk.traits[r];
    std::span<const store::MatchKeyEntry> keys =
        std::span(chunk.keys).subspan(chunk.key_first[r], chunk.key_first[r + 1] - chunk.key_first[r]);
    std::vector<store::MatchKeyEntry> late_keys;
    if (chunk.has_keys[r] == 0) {  // Taken for a repetition by a collision of hashes.
      std::vector<match::MatchKey> buffer;
      add_keys(units::RecordView(chunk.batch.record(row)), key_context_, buffer, traits, late_keys);
      keys = late_keys;
    }
    store::RecordMeta meta;
    meta.entity = row.entity.value;
    meta.content = row.content;
    meta.uscc = traits.uscc;
    meta.branch = static_cast<uint8_t>(traits.branch);
    meta.row_number = static_cast<uint32_t>(row.row_number);
    meta.date_days = date;
    return segment_.add_record(meta, chunk.batch.key(row), chunk.batch.record(row), keys);
  }

  enum class News { kNone, kOutdated, kNew };

  // Figures of a period that a later date has corrected already are kept, and are not news.
  News land_figures(const ingest::PreparedBatch& batch, size_t r, size_t width) {
    if (width == 0) return News::kNone;
    const ingest::PreparedRow& row = batch.rows[r];
    const std::span<const uint8_t> valid(batch.indicator_valid.data() + r * width, width);
    bool any = false;
    for (uint8_t v : valid) any |= v != 0;
    if (!any) return News::kNone;
    const auto known = versions_.figures(row.entity.value, row.period_yyyymm);
    const store::SourceVersions::Figures fresh{row.indicator_content, spec_.source_date.days};
    if (known && *known == fresh) return News::kNone;
    versions_.add_figures(row.entity.value, row.period_yyyymm, fresh);
    const auto in_force = versions_.figures(row.entity.value, row.period_yyyymm);
    if (*in_force == fresh) {
      figures_delta_ = figures_delta_ + hash_of_figures(row.entity.value, row.period_yyyymm, fresh.content);
      if (known) figures_delta_ = figures_delta_ - hash_of_figures(row.entity.value, row.period_yyyymm, known->content);
    }
    segment_.add_indicator({row.entity.value, row.indicator_content, row.period_yyyymm, spec_.source_date.days},
                           std::span(batch.indicator_values.data() + r * width, width), valid);
    if (known && known->content == fresh.content) return News::kNone;
    return known && known->date_days > fresh.date_days ? News::kOutdated : News::kNew;
  }

  void load_known_figures(const ingest::PreparedBatch& batch) {
    if (earlier_.by_entity) return;
    for (const ingest::PreparedRow& row : batch.rows) {
      if (row.period_yyyymm <= 0 || loaded_periods_.contains(row.period_yyyymm)) continue;
      loaded_periods_[row.period_yyyymm] = true;
      versions_.load_figures(earlier_.segments, row.period_yyyymm);
    }
  }

  const DeriveSpec& spec_;
  match::KeyContext key_context_;
  store::SourceVersions versions_;
  store::RecordSegmentWriter segment_;
  std::unique_ptr<table::TableWriter> findings_;
  const Earlier& earlier_;
  IngestReport& report_;
  std::map<int32_t, bool> loaded_periods_;
  std::unordered_set<uint64_t> loaded_entities_;
  base::Hash128 figures_delta_;
  uint64_t findings_hash_ = 0;
};

// A look-up in a segment costs about as much as reading this many statements one after another.
constexpr uint64_t kStatementsPerLookup = 40;
constexpr uint64_t kRowBytesMin = 64;

Result<Earlier> earlier_of(Home& home, const std::string& source, const DeriveSpec& spec) {
  Earlier earlier;
  MINGLU_TRY(earlier.segments, home.record_segments(spec.seq - 1));
  std::erase_if(earlier.segments,
                [&](const store::RecordSegment* segment) { return segment->info().source != source; });
  uint64_t statements = 0;
  for (const store::RecordSegment* segment : earlier.segments)
    statements += segment->records().size() + segment->sightings().size() + segment->indicators().size();
  std::error_code error;
  const uint64_t rows_max = std::filesystem::file_size(spec.archived, error) / kRowBytesMin + 1;
  if (error) return base::internal_error("cannot read the archived file: " + error.message());
  earlier.by_entity = rows_max * earlier.segments.size() * kStatementsPerLookup < statements;
  return earlier;
}

store::SegmentInfo segment_info(const DeriveSpec& spec, const ingest::SourceDefinition& source,
                                const ingest::ColumnPlan& plan, const codes::Fields& fields) {
  store::SegmentInfo info;
  info.seq = spec.seq;
  info.source = source.id;
  info.source_date = spec.source_date;
  info.full_extract = source.extract == ingest::Extract::kFull && !spec.file_name.ends_with(kLiveEnding);
  for (const ingest::PlannedColumn& column : plan.indicators)
    info.indicator_fields.push_back(fields.info(column.field).code);
  return info;
}

Status run_chunks(table::TableReader& reader, const ingest::ColumnPlan& plan, const DeriveSpec& spec, Home& home,
                  const store::KnownContents& known, Landing& landing) {
  const Knowledge& knowledge = home.knowledge();
  return base::ordered_pipeline<table::RawBatch, PreparedChunk>(
      {.workers = home.threads(), .in_flight_max = home.threads() * 2 + 1},
      [&]() -> Result<std::optional<table::RawBatch>> {
        table::RawBatch raw;
        MINGLU_TRY(const bool more, reader.next(raw));
        if (!more) return std::optional<table::RawBatch>();
        return std::optional<table::RawBatch>(std::move(raw));
      },
      [&](table::RawBatch raw) -> Result<PreparedChunk> {
        return prepare_chunk(raw, plan, spec.source_date, knowledge, known);
      },
      [&](PreparedChunk chunk) -> Status { return landing.land(std::move(chunk)); });
}

// The archived file has no name of its own, so the format of an undeclared source is told by the name it came with.
table::FileFormat format_of_name(const std::string& file_name) {
  std::string extension = std::filesystem::path(file_name).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  return table::parse_file_format(extension).value_or(table::FileFormat::kAuto);
}

Json quality_json(const ingest::QualityCounts& quality, const codes::Fields& fields) {
  Json out = Json::object();
  for (const auto& [field, q] : quality.fields) {
    out[fields.info(codes::FieldId{field}).code] = {
        {"rows", q.rows}, {"filled", q.filled}, {"invalid", q.invalid}, {"repaired", q.repaired}};
  }
  return out;
}

std::string commit_payload(const IngestReport& report, const Knowledge& knowledge) {
  Json json;
  json["source"] = report.source;
  json["source_date"] = base::format_iso_date(report.source_date);
  json["file_name"] = report.file_name;
  if (!report.origin.empty()) json["origin"] = report.origin;
  json["sha256"] = report.sha256;
  json["result"] = report.result_digest;
  json["pins"] = {{"software", kVersion}, {"catalog", knowledge.digest()}};
  json["counts"] = {{"rows_in", report.counts.rows_in},
                    {"accepted", report.counts.accepted},
                    {"rejected", report.counts.rejected},
                    {"duplicate", report.counts.duplicate},
                    {"superseded", report.counts.superseded}};
  json["records"] = report.records;
  json["indicators"] = report.indicators;
  json["findings"] = report.findings;
  json["quality"] = quality_json(report.quality, knowledge.fields());
  json["key_repeats"] = report.quality.key_repeats;
  return json.dump();
}

store::BatchRow batch_row(const IngestReport& report) {
  store::BatchRow row;
  row.source = report.source;
  row.source_date = base::format_iso_date(report.source_date);
  row.digest = report.sha256;
  row.file_name = report.file_name;
  row.bytes = static_cast<int64_t>(report.bytes);
  row.rows_in = static_cast<int64_t>(report.counts.rows_in);
  row.accepted = static_cast<int64_t>(report.counts.accepted);
  row.rejected = static_cast<int64_t>(report.counts.rejected);
  row.duplicate = static_cast<int64_t>(report.counts.duplicate);
  row.superseded = static_cast<int64_t>(report.counts.superseded);
  return row;
}

IngestReport known_report(const store::BatchRow& known, IngestReport report) {
  report.already_known = true;
  report.seq = static_cast<uint64_t>(known.seq);
  report.counts.rows_in = static_cast<uint64_t>(known.rows_in);
  report.counts.duplicate = static_cast<uint64_t>(known.rows_in);
  return report;
}

}  // namespace

namespace {

// A file of no records has no names of its own (JSON, XML): it is an empty feed with the columns that were agreed.
std::vector<std::string> column_names(const table::TableReader& reader, const ingest::SourceDefinition& source) {
  if (!reader.names().empty()) return reader.names();
  std::vector<std::string> names;
  for (const ingest::ColumnMap& column : source.columns) names.push_back(column.from);
  if (!source.period_column.empty()) names.push_back(source.period_column);
  return names;
}

// People know a file by the name it came with, not by its place in the archive.
Error with_file_name(Error error, const DeriveSpec& spec) {
  std::string& message = error.message;
  for (const std::string& place : {spec.archived.string(), spec.archived.filename().string()}) {
    for (size_t at = message.find(place); at != std::string::npos; at = message.find(place, at + spec.file_name.size()))
      message.replace(at, place.size(), spec.file_name);
  }
  if (message.find(spec.file_name) == std::string::npos) message = "\"" + spec.file_name + "\": " + message;
  return error;
}

Result<IngestReport> derive_from_archive(Home& home, const DeriveSpec& spec) {
  const Knowledge& knowledge = home.knowledge();
  const ingest::SourceDefinition& source = knowledge.sources().at(spec.source);
  MINGLU_TRY(OpenFeed feed, open_feed(knowledge, spec));
  const std::unique_ptr<table::TableReader>& reader = feed.reader;
  const ingest::ColumnPlan& plan = feed.plan;
  MINGLU_TRY(const Earlier earlier, earlier_of(home, source.id, spec));
  MINGLU_TRY(store::RecordSegmentWriter segment,
             store::RecordSegmentWriter::create(home.records_path(spec.seq),
                                                segment_info(spec, source, plan, knowledge.fields())));
  MINGLU_TRY(
      std::unique_ptr<table::TableWriter> findings,
      table::create_csv(home.findings_path(spec.seq), {{"row"}, {"field"}, {"rule"}, {"severity"}, {"message"}}, {}));
  IngestReport report;
  report.source = source.id;
  report.file_name = spec.file_name;
  report.source_date = spec.source_date;
  report.notes = reader->notes();
  const store::KnownContents known(earlier.by_entity ? std::span<const store::RecordSegment* const>()
                                                     : std::span(earlier.segments));
  Landing landing(spec, knowledge.key_context(), std::move(segment), std::move(findings), earlier, report);
  for (const table::Finding& finding : plan.findings) MINGLU_CHECK(landing.write_finding(finding));
  MINGLU_CHECK(run_chunks(*reader, plan, spec, home, known, landing));
  MINGLU_CHECK(landing.finish());
  MINGLU_CHECK(home.pack_findings(spec.seq));
  if (!earlier.by_entity) {
    for (const store::RecordSegment* segment : earlier.segments) segment->release_pages();
  }
  return report;
}

}  // namespace

table::ReadSpec own_csv_format() {
  table::ReadSpec read;
  read.format = table::FileFormat::kCsv;
  read.encoding = "utf-8";
  read.delimiter = ',';
  read.header_row = 1;
  return read;
}

Result<OpenFeed> open_feed(const Knowledge& knowledge, const DeriveSpec& spec) {
  const ingest::SourceDefinition& source = knowledge.sources().at(spec.source);
  table::ReadSpec read = source.read;
  if (read.format == table::FileFormat::kAuto) read.format = format_of_name(spec.file_name);
  if (spec.file_name.ends_with(kLiveEnding)) read = own_csv_format();
  OpenFeed feed;
  MINGLU_TRY(feed.reader, table::open_table(spec.archived, read));
  MINGLU_TRY(feed.plan, ingest::plan_columns(source, knowledge.fields(), column_names(*feed.reader, source)));
  return feed;
}

Result<IngestReport> derive_records(Home& home, const DeriveSpec& spec) {
  Result<IngestReport> report = derive_from_archive(home, spec);
  if (!report.ok()) return with_file_name(report.error(), spec);
  return report;
}

Result<IngestReport> ingest_file(Home& home, const IngestSpec& spec) {
  const auto started = std::chrono::steady_clock::now();
  const ingest::SourceDefinition& source = home.knowledge().sources().at(spec.source);
  IngestReport identity;
  identity.source = source.id;
  identity.file_name = spec.name.empty() ? spec.file.filename().string() : spec.name;
  MINGLU_TRY(identity.source_date, ingest::source_date_of(source, identity.file_name, spec.date));
  MINGLU_TRY(const store::ArchivedFile archived, home.archive().put(spec.file));
  identity.sha256 = archived.sha256;
  identity.bytes = archived.bytes;
  MINGLU_TRY(const auto known,
             home.ledger().find_batch(source.id, archived.sha256, base::format_iso_date(identity.source_date)));
  if (known) return known_report(*known, std::move(identity));
  MINGLU_TRY(store::LedgerTx tx, home.ledger().begin());
  MINGLU_TRY(const store::ReadableFile content, home.archive().open_content(store::ArchiveKind::kRaw, archived.sha256));
  MINGLU_TRY(IngestReport report, derive_records(home, {static_cast<uint64_t>(tx.seq()), spec.source, content.path(),
                                                        identity.file_name, identity.source_date, spec.progress}));
  report.origin = spec.origin;
  report.sha256 = archived.sha256;
  report.bytes = archived.bytes;
  report.seq = static_cast<uint64_t>(tx.seq());
  MINGLU_CHECK(tx.commit(
      {.kind = "ingest", .payload_json = commit_payload(report, home.knowledge()), .batches = {batch_row(report)}}));
  // Taken in already: what fails to be packed stays as it is.
  (void)home.archive().pack(store::ArchiveKind::kRaw, archived.sha256);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

}  // namespace minglu::flows
