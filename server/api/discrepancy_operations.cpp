#include <algorithm>

#include "flows/discrepancy_flow.hpp"
#include "flows/record_names.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

// A department sees and answers the lists of its own sources, one of a district those of its district only; staff all
// of them.
bool sees_list(const ApiCall& call, const flows::DiscrepancyList& list) {
  const access::Scope& scope = call.who.scope;
  const bool is_near = scope.is_whole_city() || (!list.district.empty() && scope.covers_region(list.district));
  return is_near && sees_source(call, list.source);
}

Result<flows::DiscrepancyList> list_named(ApiCall& call) {
  const std::string& number = call.request.parts.at(0);
  call.object = "discrepancies:" + number;
  MINGLU_TRY(flows::DiscrepancyList list, flows::find_discrepancies(call.services.reg->home(), number));
  if (!sees_list(call, list)) return base::not_found("没有编号为“" + number + "”的差异清单");
  return list;
}

Json list_json(const ApiCall& call, const flows::DiscrepancyList& list) {
  const auto count = [&](flows::Verdict verdict) {
    const auto it = list.answered.find(verdict);
    return it == list.answered.end() ? uint64_t{0} : it->second;
  };
  const auto source = call.knowledge().sources().find(list.source);
  Json json = {{"number", list.number},
               {"source", list.source},
               {"source_title", source ? call.knowledge().sources().at(*source).title_zh : list.source},
               {"rows", list.rows},
               {"accepted", count(flows::Verdict::kAccepted)},
               {"rejected", count(flows::Verdict::kRejected)},
               {"corrected", count(flows::Verdict::kCorrected)},
               {"created_by", list.created_by},
               {"created_at", list.created_at},
               {"seq", list.seq}};
  put_text(json, "field", list.field);
  put_text(json, "district", list.district);
  put_text(json, "note", list.note);
  return json;
}

// The department knows its record by its own key; staff see that as on the unit's page.
Json row_json(const ApiCall& call, const flows::DiscrepancyList& list, const flows::Discrepancy& row, uint64_t place) {
  Json json = {{"row", place},
               {"unit", std::to_string(row.unit)},
               {"name", row.name},
               {"field", row.field},
               {"field_title", row.field_title},
               {"key", is_department(*call.who.user) ? row.key : flows::shown_key(list.source, row.key)},
               {"theirs", row.theirs},
               {"ours", row.ours},
               {"why", row.why}};
  put_text(json, "uscc", row.uscc);
  if (row.answer) json["answer"] = answer_json(*row.answer);
  return json;
}

Result<Response> list_discrepancies(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(std::vector<flows::DiscrepancyList> lists, flows::discrepancy_lists(call.services.reg->home()));
  std::erase_if(lists, [&](const auto& list) { return !sees_list(call, list); });
  Json items = Json::array();
  for (uint64_t i = offset; i < lists.size() && i < offset + limit; ++i) items.push_back(list_json(call, lists[i]));
  return json_response(200, page_json(std::move(items), offset, limit, lists.size()).dump());
}

// The rows are what the department itself may see: a value of another that is not for it stays here.
Result<Response> issue_discrepancies(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::IssueSpec spec;
  spec.source = body.text("source", 1, 64);
  spec.field = body.optional_text("field", 1, 64).value_or("");
  spec.district = body.optional_text("district", 1, 12).value_or("");
  spec.note = body.optional_text("note", 0, 500).value_or("");
  MINGLU_CHECK(body.check());
  spec.actor = call.who.name();
  MINGLU_TRY(const access::Scope scope, scope_of_account(call.knowledge(), {"department"}, {}, {}, false));
  flows::Home& home = call.services.reg->home();
  const flows::RegisterReader reader(home, call.services.reg->snapshot(), scope);
  flows::DiscrepancyList list;
  MINGLU_CHECK(call.services.reg->run({.kind = "discrepancies", .title = "出差异清单", .owner = call.who.user->id},
                                      [&](flows::JobReporter&) -> Status {
                                        MINGLU_TRY(list, flows::issue_discrepancies(home, reader, spec));
                                        return ok_status();
                                      }));
  call.object = "discrepancies:" + list.number;
  call.detail = {{"rows", list.rows}};
  return json_response(201, list_json(call, list).dump());
}

Result<Response> get_discrepancies(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(const flows::DiscrepancyList list, list_named(call));
  MINGLU_TRY(const std::vector<flows::Discrepancy> rows, flows::discrepancies_of(call.services.reg->home(), list));
  Json items = Json::array();
  for (uint64_t i = offset; i < rows.size() && i < offset + limit; ++i)
    items.push_back(row_json(call, list, rows[i], i + 1));
  Json json = page_json(std::move(items), offset, limit, rows.size());
  json["list"] = list_json(call, list);
  return json_response(200, json.dump());
}

Result<std::vector<flows::Answer>> answers_of(Body& body) {
  std::vector<flows::Answer> answers;
  const Json* items = body.member("answers");
  if (items == nullptr || !items->is_array() || items->empty() || items->size() > flows::kAnswersMax) {
    body.complain("/answers", "应为 1 到 1000 条答复");
    return answers;
  }
  for (size_t i = 0; i < items->size(); ++i) {
    const Json& item = (*items)[i];
    const std::string at = "/answers/" + std::to_string(i);
    const auto text = [&](const char* name) {
      const auto it = item.find(name);
      if (it == item.end()) return std::string();
      if (!it->is_string()) body.complain(at + "/" + name, "应为文字");
      return it->is_string() ? it->get<std::string>() : std::string();
    };
    if (!item.is_object()) return base::invalid_argument("/answers 的每一项应为对象");
    flows::Answer answer;
    const auto row = item.find("row");
    if (row != item.end() && row->is_number_unsigned()) answer.row = row->get<uint64_t>();
    if (answer.row == 0) body.complain(at + "/row", "应为清单中的序号，从 1 起");
    const auto verdict = flows::parse_verdict(text("verdict"));
    if (!verdict) body.complain(at + "/verdict", "应为 accepted、rejected 或 corrected");
    answer.verdict = verdict.value_or(flows::Verdict::kAccepted);
    answer.value = text("value");
    answer.reason = text("reason");
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<Response> answer_discrepancies(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  MINGLU_TRY(std::vector<flows::Answer> answers, answers_of(body));
  MINGLU_CHECK(body.check());
  MINGLU_TRY(const flows::DiscrepancyList list, list_named(call));
  const size_t count = answers.size();
  flows::Home& home = call.services.reg->home();
  const std::string actor = call.who.name();
  MINGLU_CHECK(call.services.reg->run(
      {.kind = "answers", .title = "答复差异清单", .owner = call.who.user->id}, [&](flows::JobReporter&) -> Status {
        MINGLU_CHECK(flows::answer_discrepancies(home, {list.number, actor, std::move(answers)}));
        return ok_status();
      }));
  call.detail = {{"answers", count}};
  MINGLU_TRY(const flows::DiscrepancyList now, list_named(call));
  return json_response(201, list_json(call, now).dump());
}

}  // namespace

Json answer_json(const flows::Answer& answer) {
  Json json = {{"verdict", flows::verdict_name(answer.verdict)}, {"by", answer.by}, {"at", answer.at}};
  put_text(json, "value", answer.value);
  put_text(json, "reason", answer.reason);
  return json;
}

std::vector<ApiOperation> discrepancy_operations() {
  return {
      {"list_discrepancies", "GET", "/discrepancies", "cursor,limit", list_discrepancies},
      {"issue_discrepancies", "POST", "/discrepancies", "", issue_discrepancies},
      {"get_discrepancies", "GET", "/discrepancies/{number}", "cursor,limit", get_discrepancies},
      {"answer_discrepancies", "POST", "/discrepancies/{number}/answers", "", answer_discrepancies},
  };
}

}  // namespace minglu::server
