#include "flows/rebuild_flow.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "flows/ingest_flow.hpp"
#include "flows/pin_flow.hpp"
#include "flows/resolve_flow.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

/// Without the place of the archived file.
Result<DeriveSpec> derive_spec_of(Home& home, const store::CommitRow& commit, const Json& payload) {
  DeriveSpec spec;
  spec.seq = static_cast<uint64_t>(commit.seq);
  const std::string source = payload.value("source", "");
  const auto id = home.knowledge().sources().find(source);
  if (!id) {
    return base::failed_precondition("commit " + std::to_string(commit.seq) + " took in source \"" + source +
                                     "\", but catalog/sources/" + source + ".json is gone; put it back");
  }
  spec.source = *id;
  const auto date = base::parse_iso_date(payload.value("source_date", ""));
  if (!date) return base::data_loss("commit " + std::to_string(commit.seq) + " has no source date; run: minglu verify");
  spec.source_date = *date;
  spec.file_name = payload.value("file_name", "");
  return spec;
}

// What the ledger recorded about an ingest commit, against what the archived file gives now.
Result<std::string> replay_ingest(Home& home, const store::CommitRow& commit) {
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  if (payload.is_discarded())
    return base::data_loss("commit " + std::to_string(commit.seq) + " has no readable payload");
  MINGLU_TRY(DeriveSpec spec, derive_spec_of(home, commit, payload));
  MINGLU_TRY(const store::ReadableFile archived,
             home.archive().open_content(store::ArchiveKind::kRaw, payload.value("sha256", "")));
  spec.archived = archived.path();
  MINGLU_TRY(const IngestReport report, derive_records(home, spec));
  if (report.result_digest == payload.value("result", "")) return std::string();
  const std::string pinned = payload.contains("pins") ? payload["pins"].value("catalog", "") : "";
  return "commit " + std::to_string(commit.seq) + " (" + report.source + ", " + report.file_name +
         ") gives another result than recorded" +
         (pinned != home.knowledge().digest() ? "; the catalog has changed since" : "");
}

Status replay_commit(Home& home, const store::CommitRow& commit, const RebuildSpec& spec, RebuildReport& report) {
  ++report.commits;
  if (commit.kind == "ingest") {
    ++report.ingest_commits;
    MINGLU_TRY(const std::string difference, replay_ingest(home, commit));
    if (difference.empty()) return ok_status();
    if (!spec.rematch) {
      return base::data_loss(
          difference + ". Use the catalog of that commit, or land today's results with: minglu rebuild --rematch");
    }
    report.differences.push_back(difference);
  } else if (commit.kind == "resolve") {
    ++report.resolve_commits;
    const Result<ResolveReport> replayed = replay_resolve(home, commit, {});
    if (replayed.ok()) {
      report.state_hash = replayed->state_hash;
    } else if (spec.rematch && replayed.error().code == ErrorCode::kDataLoss) {
      report.differences.push_back(replayed.error().message);
    } else {
      return replayed.error();
    }
  }
  return ok_status();
}

Result<uint64_t> commit_count(Home& home) {
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  return static_cast<uint64_t>(head.seq);
}

Status check_chain(Home& home) {
  MINGLU_TRY(const store::ChainReport chain, home.ledger().verify_chain());
  if (!chain.first_bad_seq) return ok_status();
  return base::data_loss("the ledger's chain breaks at commit " + std::to_string(*chain.first_bad_seq) + ": " +
                         chain.reason + "; restore the ledger from a backup");
}

Result<std::vector<store::CommitRow>> all_commits(Home& home) {
  std::vector<store::CommitRow> commits;
  MINGLU_CHECK(home.ledger().for_each_commit(1, [&](const store::CommitRow& commit) -> Status {
    commits.push_back(commit);
    return ok_status();
  }));
  return commits;
}

}  // namespace

Result<RebuildReport> rebuild(Home& home, const RebuildSpec& spec) {
  const auto started = std::chrono::steady_clock::now();
  RebuildReport report;
  MINGLU_CHECK(check_chain(home));
  MINGLU_CHECK(home.delete_derived());
  MINGLU_TRY(const std::vector<store::CommitRow> commits, all_commits(home));
  for (const store::CommitRow& commit : commits) {
    if (spec.progress) spec.progress("replay", static_cast<uint64_t>(commit.seq), commits.size());
    MINGLU_CHECK(replay_commit(home, commit, spec, report));
  }
  if (spec.rematch) {
    MINGLU_TRY(const ResolveReport resolved, resolve_register(home, {.progress = spec.progress}));
    report.new_seq = resolved.seq;
    report.state_hash = resolved.state_hash;
  }
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  report.history_hash = head.hash;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

namespace {

bool is_whole(const std::filesystem::path& path, bool reads_every_byte) {
  const Result<store::SectionFile> file = store::SectionFile::open(path);
  return file.ok() && (!reads_every_byte || file->verify().ok());
}

// Whether the derived files of a commit can be used. A file is synced before it gets its name, so a crash leaves whole
// files or none; a disk that lies about that, or a copy that was cut short, leaves damaged ones.
bool has_derived(const Home& home, const store::CommitRow& commit) {
  const auto seq = static_cast<uint64_t>(commit.seq);
  const bool every_byte = home.was_interrupted();
  if (commit.kind == "ingest") return home.has_findings(seq) && is_whole(home.records_path(seq), every_byte);
  if (commit.kind == "resolve") {
    return is_whole(home.units_path(seq), every_byte) &&
           (is_whole(home.state_path(seq), every_byte) || is_whole(home.state_change_path(seq), every_byte));
  }
  return true;
}

}  // namespace

Status catch_up(Home& home) {
  MINGLU_TRY(const uint64_t head, commit_count(home));
  if (head == 0) return ok_status();
  MINGLU_TRY(const std::vector<store::CommitRow> commits, all_commits(home));
  RebuildReport report;
  for (const store::CommitRow& commit : commits) {
    if (!has_derived(home, commit)) MINGLU_CHECK(replay_commit(home, commit, {}, report));
  }
  return ok_status();
}

namespace {

std::string damage_sentence(const store::ArchiveDamage& damage) {
  switch (damage.problem) {
    case store::ArchiveDamage::Problem::kMissing: return "archived file " + damage.expected_sha256 + " is missing";
    case store::ArchiveDamage::Problem::kDamaged:
      return "archived file " + damage.expected_sha256 + " is damaged" +
             (damage.detail.empty() ? "" : ": " + damage.detail);
    case store::ArchiveDamage::Problem::kForeign:
      return "foreign file in the archive: " + damage.path.filename().string();
  }
  return "damage";
}

void check_derived(Home& home, const store::CommitRow& commit, VerifyReport& report) {
  const auto seq = static_cast<uint64_t>(commit.seq);
  const auto check = [&](const std::filesystem::path& path) {
    ++report.derived_files;
    const Result<store::SectionFile> file = store::SectionFile::open(path);
    const Status status = file.ok() ? file->verify() : Status{file.error()};
    if (!status.ok()) report.problems.push_back(status.error().message);
  };
  if (commit.kind == "ingest") check(home.records_path(seq));
  if (commit.kind == "resolve") {
    check(home.units_path(seq));
    const std::filesystem::path change = home.state_change_path(seq);
    check(std::filesystem::exists(change) ? change : home.state_path(seq));
  }
}

}  // namespace

Result<VerifyReport> verify(Home& home) {
  VerifyReport report;
  MINGLU_TRY(const std::vector<store::CommitRow> commits, all_commits(home));
  std::vector<store::ArchiveReference> references;
  for (const store::CommitRow& commit : commits) {
    const Json payload = Json::parse(commit.payload_json, nullptr, false);
    if (payload.is_discarded()) continue;
    if (payload.contains("sha256"))
      references.push_back({store::ArchiveKind::kRaw, payload["sha256"].get<std::string>()});
    if (payload.contains("outcome"))
      references.push_back({store::ArchiveKind::kOutcomes, payload["outcome"].get<std::string>()});
  }
  MINGLU_TRY(const store::ArchiveReport archive, home.archive().verify(references));
  report.archived_files = archive.files;
  report.archived_bytes = archive.bytes;
  for (const store::ArchiveDamage& damage : archive.damages) report.problems.push_back(damage_sentence(damage));
  MINGLU_TRY(const store::ChainReport chain, home.ledger().verify_chain());
  report.commits = static_cast<uint64_t>(chain.commits);
  if (chain.first_bad_seq) {
    report.problems.push_back("the ledger's chain breaks at commit " + std::to_string(*chain.first_bad_seq) + ": " +
                              chain.reason);
  }
  for (const store::CommitRow& commit : commits) check_derived(home, commit, report);
  MINGLU_TRY(std::vector<std::string> pins, verify_pins(home));
  report.problems.insert(report.problems.end(), pins.begin(), pins.end());
  return report;
}

}  // namespace minglu::flows
