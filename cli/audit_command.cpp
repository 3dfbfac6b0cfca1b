#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "codes/catalog_file.hpp"
#include "flows/audit_flow.hpp"
#include "table/writer.hpp"

namespace minglu::cli {
namespace {

Date today() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + std::chrono::hours(8));
  return Date{static_cast<int32_t>(days.time_since_epoch().count())};
}

Status write_findings(const std::vector<table::Finding>& findings, const std::filesystem::path& out) {
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer,
             table::create_csv(out, {{"row"}, {"field"}, {"rule"}, {"severity"}, {"message"}}, {.bom = true}));
  for (const table::Finding& f : findings) {
    const std::string row = std::to_string(f.row);
    const char severity = static_cast<char>(f.severity);
    MINGLU_CHECK(writer->row({row, f.field, f.rule, std::string_view(&severity, 1), f.message}));
  }
  return writer->finish();
}

void print_findings(const std::vector<table::Finding>& findings) {
  std::printf("row,field,rule,severity,message\n");
  for (const table::Finding& f : findings) {
    std::string message;
    for (char c : f.message) message += c == '"' ? std::string("\"\"") : std::string(1, c);
    std::printf("%llu,%s,%s,%c,\"%s\"\n", static_cast<unsigned long long>(f.row), f.field.c_str(), f.rule.c_str(),
                static_cast<char>(f.severity), message.c_str());
  }
}

}  // namespace

int run_audit_rules(const GlobalOptions& global, const AuditOptions& options) {
  Date day = today();
  if (!options.date.empty()) {
    const auto parsed = base::parse_iso_date(options.date);
    if (!parsed)
      return fail(base::invalid_argument("--date \"" + options.date + "\" is not a date like 2026-01-31"), global);
    day = *parsed;
  }
  const auto knowledge = flows::Knowledge::load(global.catalog.empty() ? codes::catalog_directory()
                                                                       : std::filesystem::path(global.catalog));
  if (!knowledge.ok()) return fail(knowledge.error(), global);
  const auto report = flows::audit_file(**knowledge, {options.file, day});
  if (!report.ok()) return fail(report.error(), global);
  if (!options.out.empty()) {
    const Status written = write_findings(report->findings, options.out);
    if (!written.ok()) return fail(written.error(), global);
  }
  if (global.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const table::Finding& f : report->findings) {
      list.push_back({{"row", f.row},
                      {"field", f.field},
                      {"rule", f.rule},
                      {"severity", std::string(1, static_cast<char>(f.severity))},
                      {"message", f.message}});
    }
    print_json({{"rows", report->rows},
                {"findings", list},
                {"fired", report->fired},
                {"not_applicable", report->not_applicable}});
  } else if (options.out.empty()) {
    print_findings(report->findings);
  }
  std::fprintf(stderr, "%s rows, %s findings; %zu rules not applicable (fields missing)\n",
               with_commas(report->rows).c_str(), with_commas(report->findings.size()).c_str(),
               report->not_applicable.size());
  return kExitOk;
}

}  // namespace minglu::cli
