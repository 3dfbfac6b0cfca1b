#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "flows/pin_flow.hpp"
#include "flows/record_names.hpp"
#include "server/api/map_json.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

Result<std::vector<uint8_t>> number_list(const std::string& text, std::string_view name) {
  std::vector<uint8_t> numbers;
  for (const std::string& item : split_list(text)) {
    const size_t colon = item.find(':');  // a status may name its list: "reg_status:6"
    const std::string_view list = colon == std::string::npos ? "" : std::string_view(item).substr(0, colon);
    const std::string_view code =
        colon == std::string::npos ? std::string_view(item) : std::string_view(item).substr(colon + 1);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), value);
    if (error != std::errc() || end != code.data() + code.size() || value == 0 || value > 255)
      return base::invalid_argument(std::string(name) + " 应为代码，以逗号分隔");
    numbers.push_back(list == "reg_status" ? flows::status_number(list, code) : static_cast<uint8_t>(value));
  }
  return numbers;
}

Result<std::optional<bool>> flag_of(const ParameterOf& parameter, std::string_view name) {
  const std::optional<std::string> text = parameter(name);
  if (!text) return std::optional<bool>();
  if (*text != "true" && *text != "false") return base::invalid_argument(std::string(name) + " 应为 true 或 false");
  return std::optional<bool>(*text == "true");
}

Result<search::Query> query_of(const ApiCall& call) {
  MINGLU_TRY(search::Query query,
             parse_search(call, [&](std::string_view name) { return call.request.parameter(name); }));
  MINGLU_TRY(const uint64_t offset, call.cursor());
  if (offset > search::kOffsetMax) return base::invalid_argument("翻页最多到第 10,000 条；请缩小条件，或导出全部结果");
  query.offset = static_cast<uint32_t>(offset);
  MINGLU_TRY(const uint64_t limit, call.limit());
  query.limit = static_cast<uint32_t>(limit);
  MINGLU_TRY(query.want_facets, call.flag("facets", false));
  return query;
}

uint16_t number_of(std::string_view text) {
  uint16_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);  // Written by the index itself.
  return value;
}

std::string status_facet_code(const std::string& number) {
  const flows::StatusCode status = flows::status_of_document(static_cast<uint8_t>(number_of(number)));
  return status.list == "reg_status" ? "reg_status:" + status.code : status.code;
}

Json facet_json(const flows::Knowledge& knowledge, const char* name, const char* title,
                const std::vector<search::FacetCount>& counts) {
  Json values = Json::array();
  const std::string_view kind = name;
  for (const search::FacetCount& count : counts) {
    std::string code = count.code == "0" ? "" : count.code;
    std::string words;
    if (kind == "district") words = region_title(knowledge, code);
    if (kind == "industry") words = industry_title(knowledge, code);
    if (kind == "size") words = code_title(knowledge, "size_class", code);
    if (kind == "status" && !code.empty()) {
      const flows::StatusCode status = flows::status_of_document(static_cast<uint8_t>(number_of(code)));
      words = code_title(knowledge, status.list, status.code);
      code = status_facet_code(code);
    }
    if (kind == "source" && !code.empty()) {
      const ingest::SourceDefinition& source = knowledge.sources().at(units::SourceId{number_of(code)});
      code = source.id;
      words = source.title_zh;
    }
    values.push_back(
        {{"code", code}, {"title", words.empty() ? (code.empty() ? "未知" : code) : words}, {"count", count.count}});
  }
  return {{"name", name}, {"title", title}, {"values", std::move(values)}};
}

Result<Response> search_units(ApiCall& call) {
  MINGLU_TRY(const search::Query query, query_of(call));
  const int64_t started = now_us();
  MINGLU_TRY(const flows::SearchPage page, call.reader().search(query));
  Json items = Json::array();
  for (const flows::UnitSummary& unit : page.items) items.push_back(summary_json(call.knowledge(), unit));
  Json json = page_json(std::move(items), query.offset, query.limit, page.total);
  if (query.offset + query.limit > search::kOffsetMax) json.erase("next");
  json["total_is_exact"] = !page.total_is_about;
  json["took_us"] = now_us() - started;
  if (query.want_facets) {
    json["facets"] = {facet_json(call.knowledge(), "district", "区", page.facets.districts),
                      facet_json(call.knowledge(), "industry", "行业门类", page.facets.sections),
                      facet_json(call.knowledge(), "size", "规模", page.facets.sizes),
                      facet_json(call.knowledge(), "status", "状态", page.facets.statuses),
                      facet_json(call.knowledge(), "source", "来源", page.facets.sources)};
  }
  call.detail = {{"q", query.text}, {"total", page.total}};
  return json_response(200, json.dump());
}

// "12" is a commit; anything else a UTC time or its beginning.
Result<std::optional<uint64_t>> known_seq_of(ApiCall& call) {
  const std::optional<std::string> text = call.request.parameter("known_at");
  if (!text) return std::optional<uint64_t>();
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seq);
  if (error == std::errc() && end == text->data() + text->size() && text->size() != 4) {
    return std::optional<uint64_t>(seq);
  }
  MINGLU_TRY(const int64_t at, call.services.reg->home().ledger().seq_known_at(*text));
  return std::optional<uint64_t>(static_cast<uint64_t>(at));
}

Result<flows::UnitView> view_of(ApiCall& call, const flows::RegisterReader& reader, bool unmask) {
  flows::UnitQuery query;
  MINGLU_TRY(query.unit, call.path_number());
  call.object = "unit:" + std::to_string(query.unit);
  if (const auto name = call.request.parameter("pin")) {
    if (call.request.parameter("as_of") || call.request.parameter("known_at"))
      return base::invalid_argument("pin 已说明两个时间，不能再给 as_of 或 known_at");
    MINGLU_TRY(const flows::Pin pin, flows::find_pin(call.services.reg->home(), *name));
    query.as_of = pin.as_of;
    query.known_seq = pin.known_seq;
    return reader.unit(query, unmask);
  }
  if (const auto text = call.request.parameter("as_of")) {
    query.as_of = base::parse_iso_date(*text);
    if (!query.as_of) return base::invalid_argument("as_of 应为日期，例如 2025-06-30");
  }
  MINGLU_TRY(query.known_seq, known_seq_of(call));
  return reader.unit(query, unmask);
}

// Whether If-None-Match names the tag, or anything. Compared weakly, as RFC 9110 13.1.2 says.
bool names_tag(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    const size_t end = std::min(header.find(','), header.size());
    std::string_view one = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
  }
  return false;
}

Result<Response> get_unit(ApiCall& call) {
  const flows::RegisterReader reader = call.reader();  // One moment for the unit and its version.
  MINGLU_TRY(const flows::UnitView view, view_of(call, reader, false));
  const store::State* state = reader.snapshot().state();
  const store::DirectoryEntry* entry = state == nullptr ? nullptr : state->find(view.unit);
  Json json = unit_json(call.knowledge(), view);
  const std::string version = entry == nullptr ? "0" : base::to_hex({entry->hash_low, entry->hash_high});
  json["version"] = version;
  if (!view.as_of && !call.request.parameter("known_at")) {
    MINGLU_TRY(const flows::UnitPlace place, reader.place(view.unit));
    json["place"] = place_json(call.knowledge(), place);
  }
  // The answer depends on who asks and on the moments asked for, too.
  const std::string text = json.dump();
  const std::string tag = "\"" + base::to_hex(base::hash128(text)) + "\"";
  if (names_tag(call.request.header("if-none-match"), tag)) {
    Response unchanged;
    unchanged.status = 304;
    unchanged.with("ETag", tag);
    return unchanged;
  }
  Response response = json_response(200, text);
  response.with("ETag", tag);
  return response;
}

Result<Response> unmask_unit(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  call.reason = body.text("reason", 1, 500);
  MINGLU_CHECK(body.check());
  MINGLU_TRY(const flows::UnitView view, view_of(call, call.reader(), true));
  return json_response(200, unit_json(call.knowledge(), view).dump());
}

std::string event_title(flows::EventKind kind, const std::string& field_title) {
  switch (kind) {
    case flows::EventKind::kFirstSeen: return "首次出现";
    case flows::EventKind::kBirth: return "成立";
    case flows::EventKind::kDeath: return "消亡";
    case flows::EventKind::kReactivation: return "恢复";
    case flows::EventKind::kRelocation: return "迁移";
    case flows::EventKind::kActivityChange: return "行业变更";
    case flows::EventKind::kRename: return "更名";
    case flows::EventKind::kMerger: return "合并";
    case flows::EventKind::kSplit: return "拆分";
    case flows::EventKind::kValue: return field_title + "变更";
  }
  return field_title;
}

Json event_json(const flows::Knowledge& knowledge, const flows::UnitEvent& event) {
  Json json;
  json["kind"] = flows::event_kind_name(event.kind);
  std::string field_title;
  if (!event.field.empty()) field_title = knowledge.fields().info(knowledge.fields().require(event.field)).title_zh;
  json["title"] = event_title(event.kind, field_title);
  json["date"] = base::format_iso_date(event.date);
  if (event.known_seq != 0) json["known_seq"] = event.known_seq;
  put_text(json, "field", event.field);
  put_text(json, "field_title", field_title);
  put_text(json, "before", event.before);
  put_text(json, "after", event.after);
  put_text(json, "source", event.source);
  if (const auto source = knowledge.sources().find(event.source))
    json["source_title"] = knowledge.sources().at(*source).title_zh;
  return json;
}

Result<Response> get_unit_history(ApiCall& call) {
  MINGLU_TRY(const uint64_t unit, call.path_number());
  call.object = "unit:" + std::to_string(unit);
  MINGLU_TRY(const flows::UnitHistory history, call.reader().history(unit));
  Json json = {{"unit", std::to_string(history.unit)}};
  Json dates = Json::array();
  for (const Date date : history.dates) dates.push_back(base::format_iso_date(date));
  json["dates"] = std::move(dates);
  MINGLU_TRY(const auto commits, call.services.reg->home().commit_heads());
  Json known = Json::array();
  for (const uint64_t seq : history.known_seqs) {
    if (seq == 0 || seq > commits.size()) continue;
    known.push_back({{"seq", seq}, {"at", commits[seq - 1].created_at}});  // seq is gap-free from 1
  }
  json["known"] = std::move(known);
  Json events = Json::array();
  for (const flows::UnitEvent& event : history.events) events.push_back(event_json(call.knowledge(), event));
  json["events"] = std::move(events);
  return json_response(200, json.dump());
}

std::string link_title(std::string_view kind) {
  if (kind == "owner") return "归属法人";
  if (kind == "parent") return "上级法人";
  if (kind == "branch") return "下属单位";
  if (kind == "merged") return "已并入的单位";
  return "未合并的相似单位";
}

Result<Response> get_unit_links(ApiCall& call) {
  MINGLU_TRY(const uint64_t unit, call.path_number());
  call.object = "unit:" + std::to_string(unit);
  MINGLU_TRY(const std::vector<flows::UnitLink> links, call.reader().links(unit));
  Json items = Json::array();
  for (const flows::UnitLink& link : links) {
    Json item = {{"kind", link.kind}, {"title", link_title(link.kind)}, {"name", link.name}};
    if (link.unit != 0) item["unit"] = std::to_string(link.unit);
    put_text(item, "uscc", link.uscc);
    put_text(item, "reason", link.reason);
    put_text(item, "record", flows::shown_record(link.record));
    items.push_back(std::move(item));
  }
  return json_response(200, Json{{"unit", std::to_string(unit)}, {"links", std::move(items)}}.dump());
}

Result<Response> get_unit_group(ApiCall& call) {
  MINGLU_TRY(const uint64_t unit, call.path_number());
  call.object = "unit:" + std::to_string(unit);
  MINGLU_TRY(const flows::UnitGroup group, call.reader().group(unit));
  Json members = Json::array();
  for (const flows::UnitGroupMember& member : group.members) {
    Json item = {{"unit", std::to_string(member.unit)},
                 {"name", member.name},
                 {"steps", member.steps},
                 {"level", member.level},
                 {"in_cycle", member.in_cycle}};
    put_text(item, "uscc", member.uscc);
    put_text(item, "district_title", region_title(call.knowledge(), std::string_view(member.region).substr(0, 6)));
    members.push_back(std::move(item));
  }
  Json links = Json::array();
  for (const flows::UnitGroupLink& link : group.links) {
    links.push_back({{"child", std::to_string(link.child)},
                     {"parent", std::to_string(link.parent)},
                     {"kind", link.kind},
                     {"title", link_title(link.kind)},
                     {"in_cycle", link.in_cycle}});
  }
  Json unresolved = Json::array();
  for (const flows::UnresolvedOwner& owner : group.unresolved) {
    unresolved.push_back({{"unit", std::to_string(owner.unit)},
                          {"kind", owner.kind},
                          {"title", link_title(owner.kind)},
                          {"uscc", owner.uscc}});
  }
  return json_response(200, Json{{"unit", std::to_string(group.members.front().unit)},
                                 {"members", std::move(members)},
                                 {"links", std::move(links)},
                                 {"unresolved", std::move(unresolved)},
                                 {"truncated", group.truncated}}
                                .dump());
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (end > at) parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Result<search::Query> parse_search(const ApiCall& call, const ParameterOf& parameter) {
  const flows::Knowledge& knowledge = call.knowledge();
  search::Query query;
  query.text = parameter("q").value_or("");
  query.districts = split_list(parameter("district").value_or(""));
  query.industries = split_list(parameter("industry").value_or(""));
  MINGLU_TRY(query.sizes, number_list(parameter("size").value_or(""), "size"));
  MINGLU_TRY(query.statuses, number_list(parameter("status").value_or(""), "status"));
  for (const std::string& source : split_list(parameter("source").value_or(""))) {
    const auto id = knowledge.sources().find(source);
    if (!id) return base::invalid_argument("没有来源“" + source + "”");
    query.sources |= 1ULL << (id->value % 64U);
  }
  MINGLU_TRY(query.has_conflict, flag_of(parameter, "has_conflict"));
  MINGLU_TRY(query.has_missing, flag_of(parameter, "has_missing"));
  MINGLU_CHECK(parse_within(call, parameter, query));
  const std::string sort = parameter("sort").value_or("relevance");
  if (sort == "name")
    query.sort = search::Sort::kName;
  else if (sort == "founded")
    query.sort = search::Sort::kFoundedDown;
  else if (sort == "unit")
    query.sort = search::Sort::kUnit;
  else if (sort != "relevance")
    return base::invalid_argument("sort 应为 relevance、name、founded 或 unit");
  return query;
}

std::vector<ApiOperation> unit_operations() {
  return {
      {"search_units", "GET", "/search",
       "q,district,industry,size,status,source,has_conflict,has_missing,within,precision,sort,cursor,limit,facets",
       search_units},
      {"get_unit", "GET", "/units/{id}", "as_of,known_at,pin", get_unit},
      {"unmask_unit", "POST", "/units/{id}:unmask", "", unmask_unit},
      {"get_unit_history", "GET", "/units/{id}/history", "", get_unit_history},
      {"get_unit_links", "GET", "/units/{id}/links", "", get_unit_links},
      {"get_unit_group", "GET", "/units/{id}/group", "", get_unit_group},
  };
}

}  // namespace minglu::server
