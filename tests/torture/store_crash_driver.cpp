// A small program to be killed: archives files and commits them, and keeps the list of what it was told is done. Used
// by tests/torture (README there).
//
//   store_crash_driver work HOME ACKS COUNT [--ack-early]   COUNT items; each acknowledged item is one line of ACKS
//   store_crash_driver check HOME ACKS                      JSON {"acked","lost","half_states","notes"}; exit 0 or 1
//
// ACKS stands outside HOME, as a client's own notes would, and is written with O_SYNC after the acknowledgement.
// --ack-early writes the line before the commit: a wrong program on purpose, which the torture must catch.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "base/rng.hpp"
#include "store/archive.hpp"
#include "store/ledger.hpp"
#include "tests/torture/verdict.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kContentBytesMax = 40'000;
constexpr int64_t kItemsPerOpening = 3;  // the stores are closed and opened again after so many items

struct Stores {
  Archive archive;
  std::unique_ptr<Ledger> ledger;
};

Result<Stores> open_stores(const fs::path& home) {
  MINGLU_TRY(Archive archive, Archive::open(home / "archive"));
  MINGLU_TRY(auto ledger, Ledger::open({.url = "sqlite:" + (home / "ledger.db").string()}));
  return Stores{std::move(archive), std::move(ledger)};
}

/// The content of item `seq` after `acked` acknowledgements; some are empty. An item that was killed unacknowledged
/// comes again with the same content; one that was acknowledged and lost is followed by another content, which shows
/// the loss.
std::string content_of(int64_t seq, size_t acked, std::string_view what) {
  base::Rng rng(base::mix64(base::mix64(static_cast<uint64_t>(seq)) + acked) + what.size());
  std::string bytes(rng.chance(0.1) ? 0 : rng.below(kContentBytesMax), '\0');
  for (char& c : bytes) c = static_cast<char>('a' + rng.below(26));
  return bytes;
}

/// An acknowledged item, as the client notes it.
struct Ack {
  int64_t seq = 0;
  std::string hash, raw, outcome;
  int64_t first_id = 0;
};

Status write_ack(const fs::path& acks, const Ack& ack) {
  std::ostringstream line;
  line << ack.seq << ' ' << ack.hash << ' ' << ack.raw << ' ' << ack.outcome << ' ' << ack.first_id << '\n';
  const std::string text = line.str();
  const int fd = ::open(acks.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_SYNC | O_CLOEXEC, 0644);
  if (fd < 0) return base::internal_error("cannot open the list of acknowledgements");
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written ? ok_status() : Status{base::internal_error("cannot write the list of acknowledgements")};
}

std::vector<Ack> read_acks(const fs::path& acks) {
  std::vector<Ack> out;
  const auto text = base::read_file(acks);
  if (!text.ok()) return out;                                                      // nothing was acknowledged yet
  std::istringstream lines(text.value().substr(0, text.value().rfind('\n') + 1));  // a cut last line was not noted
  for (Ack ack; lines >> ack.seq >> ack.hash >> ack.raw >> ack.outcome >> ack.first_id;) out.push_back(ack);
  return out;
}

std::string payload_of(const std::string& raw, const std::string& outcome) {
  return nlohmann::json{{"outcome", outcome}, {"raw", raw}}.dump();
}

Status work_one(Stores& stores, const fs::path& acks, bool ack_early) {
  MINGLU_TRY(LedgerTx tx, stores.ledger->begin());
  const int64_t seq = tx.seq();
  const size_t acked = read_acks(acks).size();
  fs::path source = acks;
  source += ".source";
  std::ofstream(source, std::ios::binary | std::ios::trunc) << content_of(seq, acked, "raw");
  MINGLU_TRY(const ArchivedFile raw, stores.archive.put(source));
  const int64_t count = seq % 7 + 1;
  MINGLU_TRY(const int64_t first_id, tx.lease_ids("unit", count));
  MINGLU_TRY(
      const ArchivedFile outcome,
      stores.archive.put_bytes(ArchiveKind::kOutcomes, content_of(seq, acked, "outcome") + std::to_string(first_id)));
  CommitRequest request{.kind = "ingest"};
  request.payload_json = payload_of(raw.sha256, outcome.sha256);
  request.batches.push_back({.source = "source" + std::to_string(seq),
                             .source_date = "2026-01-31",
                             .digest = raw.sha256,
                             .file_name = source.filename().string(),
                             .bytes = static_cast<int64_t>(raw.bytes),
                             .rows_in = count,
                             .accepted = count});
  request.decisions.push_back({.kind = "merge", .subject = "s" + std::to_string(seq), .actor = "torture"});
  if (ack_early) MINGLU_CHECK(write_ack(acks, {seq, "early", raw.sha256, outcome.sha256, first_id}));
  MINGLU_TRY(const CommitReceipt receipt, tx.commit(request));
  return ack_early ? ok_status() : write_ack(acks, {seq, receipt.hash, raw.sha256, outcome.sha256, first_id});
}

Status work(const fs::path& home, const fs::path& acks, int64_t count, bool ack_early) {
  for (int64_t done = 0; done < count;) {
    MINGLU_TRY(Stores stores, open_stores(home));
    for (int64_t i = 0; i < kItemsPerOpening && done < count; ++i, ++done) {
      MINGLU_CHECK(work_one(stores, acks, ack_early));
    }
  }
  return ok_status();
}

/// Every acknowledged item is in the ledger and in the archive.
void check_acks(Stores& stores, const std::vector<Ack>& acks, torture::Verdict& verdict) {
  verdict.acked = static_cast<int64_t>(acks.size());
  for (const Ack& ack : acks) {
    const std::string name = "acknowledged item " + std::to_string(ack.seq);
    const auto row = stores.ledger->find_commit(ack.seq);
    if (!row.ok()) {
      verdict.lose(name + ": " + row.error().message);
    } else if (ack.hash != "early" && row.value().hash != ack.hash) {
      verdict.lose(name + " has another hash");
    } else if (row.value().payload_json != payload_of(ack.raw, ack.outcome)) {
      verdict.lose(name + " has another content");
    }
    if (const auto raw = stores.archive.read(ArchiveKind::kRaw, ack.raw); !raw.ok()) {
      verdict.lose(name + ": " + raw.error().message);
    }
    if (const auto outcome = stores.archive.read(ArchiveKind::kOutcomes, ack.outcome); !outcome.ok()) {
      verdict.lose(name + ": " + outcome.error().message);
    }
  }
}

/// Every commit refers to whole files, has its batch and its decision, and the leased ranges follow each other.
Status check_whole(Stores& stores, torture::Verdict& verdict) {
  MINGLU_TRY(const ChainReport chain, stores.ledger->verify_chain());
  if (chain.first_bad_seq) verdict.halve("chain: " + chain.reason);
  std::vector<ArchiveReference> references;
  MINGLU_CHECK(stores.ledger->for_each_commit(1, [&](const CommitRow& row) {
    const auto payload = nlohmann::json::parse(row.payload_json);
    references.push_back({ArchiveKind::kRaw, payload.at("raw").get<std::string>()});
    references.push_back({ArchiveKind::kOutcomes, payload.at("outcome").get<std::string>()});
    return ok_status();
  }));
  MINGLU_TRY(const ArchiveReport report, stores.archive.verify(references));
  for (const ArchiveDamage& damage : report.damages)
    verdict.halve("archive: " + damage.path.string() + " " + damage.detail);
  MINGLU_TRY(const auto batches, stores.ledger->batches());
  MINGLU_TRY(const auto decisions, stores.ledger->decisions());
  if (batches.size() * 2 != references.size()) verdict.halve("commits and batches differ in number");
  if (decisions.size() != batches.size()) verdict.halve("commits and decisions differ in number");
  MINGLU_TRY(const auto leases, stores.ledger->leases());
  int64_t next_id = 1;
  for (const LeaseRow& lease : leases) {
    if (lease.first_id != next_id) verdict.halve("ids leased by commit " + std::to_string(lease.seq) + " leave a gap");
    next_id = lease.first_id + lease.count;
  }
  return ok_status();
}

Status check(const fs::path& home, const fs::path& acks, torture::Verdict& verdict) {
  MINGLU_TRY(Stores stores, open_stores(home));
  for (const auto& entry : fs::recursive_directory_iterator(home)) {
    if (entry.path().extension() == ".part") verdict.halve("left over: " + entry.path().string());
  }
  check_acks(stores, read_acks(acks), verdict);
  return check_whole(stores, verdict);
}

int run_check(const fs::path& home, const fs::path& acks) {
  torture::Verdict verdict;
  if (const Status status = check(home, acks, verdict); !status.ok()) verdict.halve(status.error().message);
  return torture::print_verdict(verdict);
}

int run(const std::vector<std::string>& args) {
  if (args.size() == 3 && args[0] == "check") return run_check(args[1], args[2]);
  const bool ack_early = args.size() == 5 && args[4] == "--ack-early";
  if ((args.size() != 4 && !ack_early) || args[0] != "work") {
    std::fprintf(stderr, "usage: store_crash_driver work HOME ACKS COUNT [--ack-early] | check HOME ACKS\n");
    return 2;
  }
  const Status status = work(args[1], args[2], std::strtoll(args[3].c_str(), nullptr, 10), ack_early);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}

}  // namespace
}  // namespace minglu::store

int main(int argc, char** argv) { return minglu::store::run({argv + 1, argv + argc}); }
