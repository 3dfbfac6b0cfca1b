#include "flows/pin_flow.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Json pin_json(const flows::Pin& pin) {
  Json json = {{"name", pin.name},
               {"as_of", base::format_iso_date(pin.as_of)},
               {"known_seq", pin.known_seq},
               {"state_hash", pin.state_hash},
               {"created_by", pin.created_by},
               {"created_at", pin.created_at},
               {"seq", pin.seq}};
  put_text(json, "note", pin.note);
  return json;
}

Result<Response> list_pins(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(const std::vector<flows::Pin> pins, flows::all_pins(call.services.reg->home()));
  Json items = Json::array();
  for (uint64_t i = offset; i < pins.size() && i < offset + limit; ++i) items.push_back(pin_json(pins[i]));
  return json_response(200, page_json(std::move(items), offset, limit, pins.size()).dump());
}

Result<Response> get_pin(ApiCall& call) {
  MINGLU_TRY(const flows::Pin pin, flows::find_pin(call.services.reg->home(), call.request.parts.at(0)));
  return json_response(200, pin_json(pin).dump());
}

Result<Response> create_pin(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::PinSpec spec;
  spec.name = body.text("name", 1, flows::kPinNameCharsMax);
  spec.note = body.optional_text("note", 0, flows::kPinNoteCharsMax).value_or("");
  if (const auto day = body.optional_text("as_of", 10, 10)) {
    spec.as_of = base::parse_iso_date(*day);
    if (!spec.as_of) body.complain("/as_of", "应为日期，例如 2025-06-30");
  }
  if (const auto seq = body.optional_number("known_seq", 1, INT64_MAX)) spec.known_seq = static_cast<uint64_t>(*seq);
  MINGLU_CHECK(body.check());
  spec.actor = call.who.name();
  call.object = "pin:" + spec.name;
  flows::Home& home = call.services.reg->home();
  flows::Pin pin;
  MINGLU_CHECK(call.services.reg->run({.kind = "pin", .title = "定格", .owner = call.who.user->id},
                                      [&](flows::JobReporter&) -> Status {
                                        MINGLU_TRY(pin, flows::add_pin(home, spec));
                                        return ok_status();
                                      }));
  call.detail = {{"as_of", base::format_iso_date(pin.as_of)}, {"known_seq", pin.known_seq}};
  return json_response(201, pin_json(pin).dump());
}

}  // namespace

std::vector<ApiOperation> pin_operations() {
  return {
      {"list_pins", "GET", "/pins", "cursor,limit", list_pins},
      {"create_pin", "POST", "/pins", "", create_pin},
      {"get_pin", "GET", "/pins/{name}", "", get_pin},
  };
}

}  // namespace minglu::server
