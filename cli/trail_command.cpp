// `minglu audit head` and `minglu audit verify`: the head of the audit trail to be noted elsewhere, and the trail held
// against what was noted.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "flows/trail_flow.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

flows::HomeSpec home_spec(const GlobalOptions& global) {
  return {global.home, global.ledger, global.catalog, global.threads};
}

}  // namespace

int run_audit_head(const GlobalOptions& global, const TrailOptions& options) {
  const auto head = flows::trail_head(home_spec(global));
  if (!head.ok()) return fail(head.error(), global);
  if (!options.heads.empty()) {
    if (const Status noted = flows::note_head(options.heads, *head); !noted.ok()) return fail(noted.error(), global);
  }
  if (global.json)
    print_json(Json{{"at", head->at}, {"seq", head->seq}, {"hash", head->hash}});
  else
    std::printf("%s\n", flows::to_text(*head).c_str());
  return kExitOk;
}

int run_audit_verify(const GlobalOptions& global, const TrailOptions& options) {
  std::vector<flows::TrailHead> notes;
  if (!options.heads.empty()) {
    const auto text = base::read_file(options.heads);
    if (!text.ok()) return fail(text.error(), global);
    auto heads = flows::parse_heads(*text);
    if (!heads.ok()) return fail(base::invalid_argument(options.heads + ": " + heads.error().message), global);
    notes = std::move(heads).value();
  }
  const auto check = flows::check_trail(home_spec(global), notes);
  if (!check.ok()) return fail(check.error(), global);
  const bool is_whole = check->problems.empty();
  if (global.json) {
    print_json(
        Json{{"whole", is_whole}, {"entries", check->entries}, {"heads", check->heads}, {"problems", check->problems}});
  } else {
    for (const std::string& problem : check->problems) std::printf("%s\n", problem.c_str());
    std::printf("audit trail: %s entries, %s noted heads compared: %s\n",
                with_commas(static_cast<uint64_t>(check->entries)).c_str(), with_commas(check->heads).c_str(),
                is_whole ? "whole" : "NOT whole");
  }
  return is_whole ? kExitOk : kExitInternal;
}

}  // namespace minglu::cli
