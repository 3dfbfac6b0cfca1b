// pin add, pin list: named moments of both times.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/known_at.hpp"
#include "flows/pin_flow.hpp"

namespace minglu::cli {
namespace {

nlohmann::json pin_json(const flows::Pin& pin) {
  return {{"name", pin.name},
          {"as_of", base::format_iso_date(pin.as_of)},
          {"known_seq", pin.known_seq},
          {"state_hash", pin.state_hash},
          {"note", pin.note},
          {"created_by", pin.created_by},
          {"created_at", pin.created_at},
          {"seq", pin.seq}};
}

void print_pin(const flows::Pin& pin) {
  std::printf("%s  截至 %s，按提交 %llu 所知  %s  %s %s%s%s\n", pin.name.c_str(),
              base::format_iso_date(pin.as_of).c_str(), static_cast<unsigned long long>(pin.known_seq),
              pin.state_hash.c_str(), pin.created_by.c_str(), pin.created_at.substr(0, 10).c_str(),
              pin.note.empty() ? "" : "  ", pin.note.c_str());
}

}  // namespace

int run_pin_add(const GlobalOptions& global, const PinOptions& options) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  flows::PinSpec spec{.name = options.name, .note = options.note, .actor = options.by};
  if (!options.as_of.empty()) {
    spec.as_of = base::parse_iso_date(options.as_of);
    if (!spec.as_of)
      return fail(base::invalid_argument("--as-of \"" + options.as_of + "\" is not a date like 2026-01-31"), global);
  }
  const auto known = known_seq_of(**home, options.known_at);
  if (!known.ok()) return fail(known.error(), global);
  spec.known_seq = *known;
  const auto pin = flows::add_pin(**home, spec);
  if (!pin.ok()) return fail(pin.error(), global);
  if (global.json)
    print_json(pin_json(*pin));
  else
    print_pin(*pin);
  return kExitOk;
}

int run_pin_list(const GlobalOptions& global) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto pins = flows::all_pins(**home);
  if (!pins.ok()) return fail(pins.error(), global);
  if (global.json) {
    nlohmann::json items = nlohmann::json::array();
    for (const flows::Pin& pin : *pins) items.push_back(pin_json(pin));
    print_json({{"pins", std::move(items)}});
    return kExitOk;
  }
  if (pins->empty()) std::printf("还没有定格；用 minglu pin add 名称 --by 姓名 建立\n");
  for (const flows::Pin& pin : *pins) print_pin(pin);
  return kExitOk;
}

}  // namespace minglu::cli
