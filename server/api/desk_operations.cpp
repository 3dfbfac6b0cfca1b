#include <algorithm>
#include <span>

#include "access/masking.hpp"
#include "flows/decision_flow.hpp"
#include "flows/record_names.hpp"
#include "match/explain.hpp"
#include "match/scoring.hpp"
#include "match/wording.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Result<flows::FieldFilter> filter_of(const ApiCall& call) {
  flows::FieldFilter filter;
  filter.field = call.request.parameter("field").value_or("");
  filter.district = call.request.parameter("district").value_or("");
  MINGLU_TRY(filter.offset, call.cursor());
  MINGLU_TRY(filter.limit, call.limit());
  return filter;
}

Json field_item_json(const ApiCall& call, const flows::FieldItem& item, const flows::AnswersByClaim& answers) {
  Json json = {{"unit", std::to_string(item.unit.unit)},
               {"name", item.unit.name},
               {"field", item.field.code},
               {"field_title", item.field.title_zh}};
  put_text(json, "district", std::string_view(item.unit.region).substr(0, 6));
  if (item.field.claims.empty()) return json;
  json["value"] = item.field.value;
  const codes::FieldInfo& info = call.knowledge().fields().info(call.knowledge().fields().require(item.field.code));
  Json claims = Json::array();
  for (const flows::ClaimView& claim : item.field.claims) {
    Json json_claim = claim_json(call.knowledge(), info, claim);
    if (const auto answer = answers.find({claim.source + ":" + claim.key, item.field.code}); answer != answers.end()) {
      json_claim["answer"] = answer_json(answer->second.second);
      json_claim["answer"]["number"] = answer->second.first;
    }
    claims.push_back(std::move(json_claim));
  }
  json["claims"] = std::move(claims);
  return json;
}

Response field_page(const ApiCall& call, const flows::FieldFilter& filter, const flows::FieldPage& page,
                    const flows::AnswersByClaim& answers) {
  Json items = Json::array();
  for (const flows::FieldItem& item : page.items) items.push_back(field_item_json(call, item, answers));
  Json json = page_json(std::move(items), filter.offset, filter.limit, page.total);
  Json by_field = Json::array();
  for (const flows::FieldCount& count : page.by_field) {
    const codes::FieldInfo& info = call.knowledge().fields().info(codes::FieldId{count.field});
    by_field.push_back({{"code", info.code}, {"title", info.title_zh}, {"count", count.count}});
  }
  json["by_field"] = std::move(by_field);
  return json_response(200, json.dump());
}

Result<Response> list_conflicts(ApiCall& call) {
  MINGLU_TRY(const flows::FieldFilter filter, filter_of(call));
  MINGLU_TRY(const flows::FieldPage page, call.reader().conflicts(filter));
  MINGLU_TRY(const flows::AnswersByClaim answers, flows::answers_by_claim(call.services.reg->home()));
  return field_page(call, filter, page, answers);
}

Result<Response> list_missing(ApiCall& call) {
  MINGLU_TRY(const flows::FieldFilter filter, filter_of(call));
  MINGLU_TRY(const flows::FieldPage page, call.reader().missing(filter));
  return field_page(call, filter, page, {});
}

Result<Response> list_new(ApiCall& call) {
  const uint64_t now = call.reader().snapshot().state_seq();
  MINGLU_TRY(const uint64_t since, call.number("since", now == 0 ? 0 : now - 1, 0, kNumberMax));
  MINGLU_TRY(const flows::FieldFilter filter, filter_of(call));
  MINGLU_TRY(const flows::SearchPage page, call.reader().minted_since(since, filter));
  Json items = Json::array();
  for (const flows::UnitSummary& unit : page.items) items.push_back(summary_json(call.knowledge(), unit));
  Json json = page_json(std::move(items), filter.offset, filter.limit, page.total);
  json["since"] = since;
  return json_response(200, json.dump());
}

// A person decides about units that he or she may see; about others there is nothing to decide.
Status check_visible(ApiCall& call, const std::string& record) {
  MINGLU_TRY(const uint64_t entity, flows::entity_named(call.knowledge(), record));
  const flows::RegisterReader reader = call.reader();
  const store::State* state = reader.snapshot().state();
  const auto unit = state == nullptr ? std::optional<uint64_t>() : state->unit_of(entity);
  if (!unit || !reader.summary(*unit).ok()) return base::not_found("名录中没有记录“" + record + "”");
  return ok_status();
}

// A decision names its records, so it is for those who may see all of them.
bool is_visible(ApiCall& call, const flows::DecisionView& decision) {
  return call.who.scope.is_whole_city() || (check_visible(call, decision.record_a).ok() &&
                                            (decision.record_b.empty() || check_visible(call, decision.record_b).ok()));
}

Response receipt(ApiCall& call, uint64_t seq) {
  const Json json = {{"seq", seq}, {"visible_seq", call.services.reg->visible_seq()}};
  return json_response(201, json.dump());
}

Result<Response> decide(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string kind = body.text("kind", 1, 20);
  const bool is_value = kind == "value";
  if (!is_value && kind != "same" && kind != "different") body.complain("/kind", "应为 same、different 或 value");
  const std::string record_a = flows::shown_record(body.text(is_value ? "record" : "record_a", 3, 200));
  const std::string second = is_value ? body.text("field", 1, 64) : flows::shown_record(body.text("record_b", 3, 200));
  call.reason = body.text("reason", 1, 500);
  MINGLU_CHECK(body.check());
  MINGLU_CHECK(check_visible(call, record_a));
  if (!is_value) MINGLU_CHECK(check_visible(call, second));
  call.object = record_a + " | " + second;
  call.detail = {{"kind", kind}};
  uint64_t seq = 0;
  flows::Home& home = call.services.reg->home();
  const std::string actor = call.who.name();
  MINGLU_CHECK(call.services.reg->run(
      {.kind = "decision", .title = "人工决定", .owner = call.who.user->id}, [&](flows::JobReporter&) -> Status {
        if (is_value) {
          MINGLU_TRY(seq, flows::decide_value(home, {record_a, second, actor, call.reason}));
        } else {
          MINGLU_TRY(seq, flows::decide_pair(home, {kind == "same", record_a, second, actor, call.reason}));
        }
        return ok_status();
      }));
  return receipt(call, seq);
}

Result<Response> undo_decision(ApiCall& call) {
  MINGLU_TRY(const uint64_t seq, call.path_number());
  MINGLU_TRY(Body body, Body::parse(call.request));
  call.reason = body.text("reason", 1, 500);
  MINGLU_CHECK(body.check());
  call.object = "decision:" + std::to_string(seq);
  flows::Home& home = call.services.reg->home();
  MINGLU_TRY(const std::vector<flows::DecisionView> all, flows::all_decisions(home));
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& decision) { return decision.seq == seq; });
  if (it == all.end() || !is_visible(call, *it))
    return base::not_found("没有编号为 " + std::to_string(seq) + " 的决定");
  uint64_t undone = 0;
  MINGLU_CHECK(call.services.reg->run(
      {.kind = "decision", .title = "撤销决定", .owner = call.who.user->id}, [&](flows::JobReporter&) -> Status {
        MINGLU_TRY(undone, flows::undo_decision(home, {seq, call.who.name(), call.reason}));
        return ok_status();
      }));
  return receipt(call, undone);
}

Result<Response> list_decisions(ApiCall& call) {
  MINGLU_TRY(std::vector<flows::DecisionView> all, flows::all_decisions(call.services.reg->home()));
  MINGLU_TRY(const auto commits, call.services.reg->home().commit_heads());
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  std::erase_if(all, [&](const auto& decision) { return !is_visible(call, decision); });
  Json items = Json::array();
  for (uint64_t i = offset; i < all.size() && i < offset + limit; ++i) {
    const flows::DecisionView& decision = all[i];
    Json item = {{"seq", decision.seq},
                 {"kind", decision.kind},
                 {"actor", decision.actor},
                 {"reason", decision.reason},
                 {"at", decision.seq <= commits.size() ? commits[decision.seq - 1].created_at : ""},
                 {"undone", decision.is_undone}};
    put_text(item, decision.kind == "value" ? "record" : "record_a", flows::shown_record(decision.record_a));
    put_text(item, "record_b", flows::shown_record(decision.record_b));
    put_text(item, "field", decision.field);
    items.push_back(std::move(item));
  }
  return json_response(200, page_json(std::move(items), offset, limit, all.size()).dump());
}

Result<Response> list_reviews(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  const flows::RegisterReader reader = call.reader();
  Json items = Json::array();
  uint64_t place = 0;
  MINGLU_TRY(const auto waiting, call.services.reg->waiting_pairs(reader.snapshot()));
  for (const uint32_t link_place : *waiting) {
    const store::State& state = *reader.snapshot().state();
    const store::LikenessLink& link = state.likeness()[link_place];
    const auto is_seen = [&](uint64_t entity) { return reader.summary(state.unit_of(entity).value_or(0)).ok(); };
    if (!reader.scope().is_whole_city() && (!is_seen(link.entity_a) || !is_seen(link.entity_b))) continue;
    const uint64_t at = place++;
    if (at < offset || items.size() >= limit) continue;
    MINGLU_TRY(const flows::ReviewPair pair, flows::review_pair(call.services.reg->home(), state, link));
    items.push_back({{"record_a", flows::shown_record(pair.record_a)},
                     {"name_a", pair.name_a},
                     {"unit_a", std::to_string(pair.unit_a)},
                     {"record_b", flows::shown_record(pair.record_b)},
                     {"name_b", pair.name_b},
                     {"unit_b", std::to_string(pair.unit_b)},
                     {"weight_bits", pair.bits},
                     {"probability", match::probability_of(pair.bits)}});
  }
  return json_response(200, page_json(std::move(items), offset, limit, place).dump());
}

// Values of persons are masked here as on the unit's page.
std::string compared_value(const ApiCall& call, match::Kind kind, const std::string& value) {
  codes::FieldKind field = codes::FieldKind::kText;
  if (kind == match::Kind::kPersonName) field = codes::FieldKind::kPerson;
  if (kind == match::Kind::kAddress) field = codes::FieldKind::kAddress;
  if (kind == match::Kind::kPhone) field = codes::FieldKind::kPhone;
  return access::mask_value({"", field, value, "PUBLIC", false}, call.who.scope).value;
}

// What was compared as people call it: in Chinese the title of its first field, in English the name of the model.
std::string comparison_title(const flows::Knowledge& knowledge, const match::Wording& words,
                             const match::WaterfallStep& step) {
  const std::string name = words.comparison(step.kind, step.comparison);
  if (words.language() == match::Language::kEnglish) return name;
  for (const match::ComparisonSpec& spec : knowledge.likeness_model().comparisons) {
    const auto field = spec.left.empty() ? std::nullopt : knowledge.fields().find(spec.left.front());
    if (!field || !name.starts_with(spec.name)) continue;
    if (name == spec.name || step.kind == match::Kind::kLegalForm)
      return knowledge.fields().info(*field).title_zh + name.substr(spec.name.size());
  }
  return name;
}

Json step_json(const ApiCall& call, const match::Wording& words, const match::WaterfallStep& step) {
  Json json = {{"title", comparison_title(call.knowledge(), words, step)},
               {"bits", step.bits},
               {"running_bits", step.running_bits}};
  put_text(json, "value_a", words.value(step.kind, compared_value(call, step.kind, step.left)));
  put_text(json, "value_b", words.value(step.kind, compared_value(call, step.kind, step.right)));
  if (!step.level.empty()) json["level"] = words.level(step.kind, step.level);
  const std::string count = std::to_string(step.records_with_term);
  if (step.records_with_term > 0)
    json["note"] = words.say("有 " + count + " 条记录含有这个词", "this term stands in " + count + " records");
  return json;
}

// The values that staff compare side by side, masked as on the unit's page.
Result<Json> pair_side(ApiCall& call, const std::string& record, Json& titles) {
  MINGLU_TRY(const uint64_t entity, flows::entity_named(call.knowledge(), record));
  const flows::RegisterReader reader = call.reader();
  const store::State* state = reader.snapshot().state();
  const uint64_t unit = state == nullptr ? 0 : state->unit_of(entity).value_or(0);
  MINGLU_TRY(const flows::UnitView view, reader.unit({.unit = unit}, false));
  const std::string shown = flows::shown_record(record);
  Json side = {{"record", shown}, {"unit", std::to_string(view.unit)}, {"source_title", ""}};
  Json values = Json::object();
  for (const flows::FieldView& field : view.fields) {
    for (const flows::ClaimView& claim : field.claims) {
      if (flows::shown_record(claim.source + ":" + claim.key) != shown) continue;
      side["source_title"] = claim.source_title;
      values[field.code] = claim.value;
      titles[field.code] = field.title_zh;
    }
  }
  side["values"] = std::move(values);
  return side;
}

Result<Response> explain_pair(ApiCall& call) {
  const std::string record_a = call.request.parameter("record_a").value_or("");
  const std::string record_b = call.request.parameter("record_b").value_or("");
  MINGLU_CHECK(check_visible(call, record_a));
  MINGLU_CHECK(check_visible(call, record_b));
  const auto desk = call.services.reg->match_desk();
  if (!desk) return base::unavailable("相似比对正在计算，请稍后再看");
  MINGLU_TRY(const match::PairExplanation why, desk->explain(record_a, record_b));
  Json titles = Json::object();
  Json json;
  MINGLU_TRY(json["a"], pair_side(call, record_a, titles));
  MINGLU_TRY(json["b"], pair_side(call, record_b, titles));
  const match::Language language = wants_english(call.request) ? match::Language::kEnglish : match::Language::kChinese;
  MINGLU_TRY(const match::Wording words, match::Wording::load(call.knowledge().directory(), language));
  Json steps = Json::array(
      {{{"title", words.say("先验", "prior")}, {"bits", why.prior_bits}, {"running_bits", why.prior_bits}}});
  for (const match::WaterfallStep& step : why.steps) steps.push_back(step_json(call, words, step));
  if (why.dependence_bits != 0) {
    steps.push_back({{"title", words.say("相关性修正", "correction for dependence")},
                     {"bits", why.dependence_bits},
                     {"running_bits", why.bits}});
  }
  json["steps"] = std::move(steps);
  json["weight_bits"] = why.bits;
  json["probability"] = why.probability;
  json["threshold_bits"] = why.link_bits;
  json["field_titles"] = std::move(titles);
  put_text(json, "verdict", match::decision_name(why.decision));
  return json_response(200, json.dump());
}

}  // namespace

std::vector<ApiOperation> desk_operations() {
  return {
      {"list_conflicts", "GET", "/conflicts", "field,district,cursor,limit", list_conflicts},
      {"list_missing", "GET", "/missing", "field,district,cursor,limit", list_missing},
      {"list_new", "GET", "/new", "since,district,cursor,limit", list_new},
      {"decide", "POST", "/decisions", "", decide},
      {"list_decisions", "GET", "/decisions", "cursor,limit", list_decisions},
      {"undo_decision", "POST", "/decisions/{seq}:undo", "", undo_decision},
      {"explain_pair", "GET", "/pairs", "record_a,record_b", explain_pair},
      {"list_reviews", "GET", "/reviews", "cursor,limit", list_reviews},
  };
}

}  // namespace minglu::server
