// A small program to be killed while it follows records that are posted one by one, as the server does: each is
// archived, committed, resolved live and shown by the next snapshot before it is acknowledged. Used by live_torture.py.
//
//   live_crash_driver feed HOME ACKS COUNT [--ack-early]   posts records 0 to COUNT-1; each acknowledged is a line of
//   ACKS live_crash_driver check HOME ACKS COUNT                JSON {"acked","lost","half_states","notes"}; exit 0 or
//   1
//
// The register follows changes live whatever its size (HomeSpec::live_entities_min 0), with one thread. Records already
// there are posted again: they are duplicates. ACKS stands outside HOME and is written with O_SYNC. The check demands
// that each acknowledged record is found; that posting all of them again ends in the register that a twin makes by
// resolving everything at once; and that nothing is left over. --ack-early acknowledges before posting: a wrong
// program.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "flows/live_records.hpp"
#include "flows/live_resolve.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/register_service.hpp"
#include "flows/resolve_flow.hpp"
#include "flows/state_summary.hpp"
#include "flows/unit_view.hpp"
#include "tests/torture/verdict.hpp"
#include "units/check_digits.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;

std::string uscc_of(int64_t number) {
  std::string org = std::to_string(10'000'000 + number);
  org.push_back(*units::org_code_check_char(org));
  std::string uscc = "91440300" + org;
  uscc.push_back(*units::uscc_check_char(uscc));
  return uscc;
}

struct Posted {
  const char* source;
  const char* date;
  LiveRecord record;
  std::string identifier;  // by which it is found afterwards
};

/// What is posted as number `n`: by turns a new unit, a second source of it, a new address, a source with figures.
Posted posted(int64_t n) {
  const std::string uscc = uscc_of(n / 4);
  const std::string name = "深圳市甲" + std::to_string(n / 4) + "科技有限公司";
  switch (n % 4) {
    case 0: return {"scjg_reg", "2024-03-01", {{"统一社会信用代码", uscc}, {"企业名称", name}}, uscc};
    case 1:
      return {"tax_reg", "2024-03-02", {{"纳税人识别号", uscc}, {"社会信用代码", uscc}, {"纳税人名称", name}}, uscc};
    case 2:
      return {
          "scjg_reg", "2024-03-03", {{"统一社会信用代码", uscc}, {"企业名称", name}, {"住所", "福田区新路9号"}}, uscc};
    default:
      return {"hrss",
              "2024-03-04",
              {{"单位编号", "N" + std::to_string(n)},
               {"统一社会信用代码", uscc},
               {"单位名称", name},
               {"参保月份", "2024-03"},
               {"参保人数", std::to_string(n)}},
              uscc};
  }
}

HomeSpec home_spec(const fs::path& home) { return {home, "", {}, 1, 0}; }

Status take(Home& home, int64_t n) {
  const Posted what = posted(n);
  const auto source = home.knowledge().sources().find(what.source);
  MINGLU_CHECK(take_records(home, {*source, *base::parse_iso_date(what.date), {what.record}}));
  return ok_status();
}

Status write_ack(const fs::path& acks, int64_t n) {
  const std::string line = std::to_string(n) + "\n";
  const int fd = ::open(acks.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_SYNC | O_CLOEXEC, 0644);
  if (fd < 0) return base::internal_error("cannot open the list of acknowledgements");
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(fd);
  return written ? ok_status() : Status{base::internal_error("cannot write the list of acknowledgements")};
}

/// Posts as the server does; the last resolve must have been a live one.
Status feed(const fs::path& home, int64_t count, const std::function<Status(int64_t)>& before,
            const std::function<Status(int64_t)>& after) {
  MINGLU_TRY(const auto service, RegisterService::start({.home = home_spec(home)}));
  for (int64_t n = 0; n < count; ++n) {
    MINGLU_CHECK(before(n));
    MINGLU_CHECK(
        service->run({.kind = "records", .title = "torture"}, [&](JobReporter&) { return take(service->home(), n); }));
    MINGLU_CHECK(after(n));
  }
  const auto state = service->snapshot()->state();
  if (count > 1 && state->seq() == state->whole_seq())
    return base::internal_error("the register was resolved as a whole, not live");
  service->stop();
  return ok_status();
}

Result<std::string> state_hash(Home& home) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return std::string("none");
  MINGLU_TRY(const StateSummary summary, parse_state_summary(state->summary_json()));
  return base::to_hex(summary.hash);
}

/// A unit that holds the record's identifier and lists its source.
Result<bool> is_found(Home& home, int64_t n) {
  const Posted what = posted(n);
  MINGLU_TRY(const std::vector<UnitHit> hits, find_units(home, what.identifier, 2));
  if (hits.size() != 1 || hits.front().rank != 0) return false;
  MINGLU_TRY(const UnitView view, view_unit(home, {.unit = hits.front().unit}));
  for (const MemberView& member : view.members) {
    if (member.source == what.source) return true;
  }
  return false;
}

Status check_acknowledged(const fs::path& folder, const fs::path& acks, torture::Verdict& verdict) {
  MINGLU_TRY(const std::unique_ptr<Home> home, Home::open(home_spec(folder)));
  MINGLU_CHECK(catch_up(*home));
  MINGLU_CHECK(resolve_pending(*home, {}));
  std::ifstream lines(acks);
  for (int64_t n = 0; lines >> n;) {
    ++verdict.acked;
    MINGLU_TRY(const bool found, is_found(*home, n));
    if (!found) verdict.lose("acknowledged record " + std::to_string(n) + " is not there");
  }
  MINGLU_TRY(const VerifyReport whole, verify(*home));
  for (const std::string& problem : whole.problems) verdict.halve(problem);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".part") verdict.halve("left over: " + entry.path().string());
  }
  return ok_status();
}

/// The register that looking at everything gives, made beside `folder`.
Result<std::string> hash_of_twin(const fs::path& folder, int64_t count) {
  fs::path twin = folder;
  twin += ".twin";
  fs::remove_all(twin);
  std::string hash;
  {
    MINGLU_TRY(const std::unique_ptr<Home> home, Home::open(home_spec(twin)));
    for (int64_t n = 0; n < count; ++n) MINGLU_CHECK(take(*home, n));
    MINGLU_CHECK(resolve_register(*home, {}));
    MINGLU_TRY(hash, state_hash(*home));
  }
  fs::remove_all(twin);
  return hash;
}

Status check(const fs::path& folder, const fs::path& acks, int64_t count, torture::Verdict& verdict) {
  MINGLU_CHECK(check_acknowledged(folder, acks, verdict));
  const auto nothing = [](int64_t) { return ok_status(); };
  MINGLU_CHECK(feed(folder, count, nothing, nothing));
  MINGLU_TRY(const std::unique_ptr<Home> home, Home::open(home_spec(folder)));
  MINGLU_TRY(const std::string found, state_hash(*home));
  MINGLU_TRY(const std::string wanted, hash_of_twin(folder, count));
  if (found != wanted) verdict.halve("the register is " + found + ", its twin " + wanted);
  return ok_status();
}

int run_check(const fs::path& home, const fs::path& acks, int64_t count) {
  torture::Verdict verdict;
  if (const Status status = check(home, acks, count, verdict); !status.ok()) verdict.halve(status.error().message);
  return torture::print_verdict(verdict);
}

int run(const std::vector<std::string>& args) {
  const bool ack_early = args.size() == 5 && args[4] == "--ack-early";
  if (args.size() != 4 && !ack_early) {
    std::fprintf(stderr, "usage: live_crash_driver feed HOME ACKS COUNT [--ack-early] | check HOME ACKS COUNT\n");
    return 2;
  }
  const int64_t count = std::strtoll(args[3].c_str(), nullptr, 10);
  if (args[0] == "check") return run_check(args[1], args[2], count);
  const auto acknowledge = [&](int64_t n) { return write_ack(args[2], n); };
  const auto nothing = [](int64_t) { return ok_status(); };
  const Status status =
      ack_early ? feed(args[1], count, acknowledge, nothing) : feed(args[1], count, nothing, acknowledge);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}

}  // namespace
}  // namespace minglu::flows

int main(int argc, char** argv) { return minglu::flows::run({argv + 1, argv + argc}); }
