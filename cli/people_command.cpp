// people sync: organisations and their people, as the platform of the bureau lists them.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "flows/people_sync.hpp"
#include "server/api/services.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

Json counts_json(const flows::SyncCounts& counts) {
  return {{"rows", counts.rows},           {"created", counts.created},   {"changed", counts.changed},
          {"unchanged", counts.unchanged}, {"rejected", counts.rejected}, {"ended", counts.ended}};
}

void print_counts(const char* title, const flows::SyncCounts& counts) {
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("%s %llu 行 = 新增 %llu + 变更 %llu + 不变 %llu + 拒绝 %llu；停用 %llu\n", title, number(counts.rows),
              number(counts.created), number(counts.changed), number(counts.unchanged), number(counts.rejected),
              number(counts.ended));
}

void print_report(const flows::SyncReport& report, const GlobalOptions& global) {
  if (global.json) {
    Json rejects = Json::array();
    for (const flows::SyncReject& reject : report.rejects)
      rejects.push_back({{"kind", reject.kind}, {"row", reject.row}, {"key", reject.key}, {"reason", reject.reason}});
    return print_json(Json{{"organisations", counts_json(report.organisations)},
                           {"people", counts_json(report.people)},
                           {"rejects", std::move(rejects)}});
  }
  print_counts("机构", report.organisations);
  print_counts("用户", report.people);
  for (const flows::SyncReject& reject : report.rejects)
    std::printf("拒绝 %s 第 %llu 行 %s：%s\n", reject.kind == "person" ? "用户" : "机构",
                static_cast<unsigned long long>(reject.row), reject.key.c_str(), reject.reason.c_str());
}

}  // namespace

int run_people_sync(const GlobalOptions& global, const PeopleOptions& options) {
  const auto list = flows::read_sync_list(options.organisations, options.people);
  if (!list.ok()) return fail(list.error(), global);
  const auto services = server::Services::open({.home = {global.home, global.ledger, global.catalog, global.threads}});
  if (!services.ok()) return fail(services.error(), global);
  server::Services& open = **services;
  const flows::SyncSpec spec{options.complete, options.dry_run, options.may_end_many};
  const auto report = flows::sync_people(*open.accounts, open.reg->home().knowledge(), *list, spec, server::now_us());
  store::AuditEntry entry;
  entry.actor = "minglu people sync";
  entry.operation = "sync_organisations";
  entry.outcome = report.ok() ? store::AuditOutcome::kOk : store::AuditOutcome::kFailed;
  entry.reason = report.ok() ? "" : report.error().message;
  if (report.ok()) entry.detail_json = Json{{"dry_run", spec.dry_run}, {"people", counts_json(report->people)}}.dump();
  if (const auto written = open.audit->append(std::move(entry)); !written.ok()) return fail(written.error(), global);
  if (!report.ok()) return fail(report.error(), global);
  print_report(*report, global);
  return report->rejects.empty() ? kExitOk : kExitRejected;
}

}  // namespace minglu::cli
