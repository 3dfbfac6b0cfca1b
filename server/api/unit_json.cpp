#include "server/api/unit_json.hpp"

#include "flows/record_names.hpp"

namespace minglu::server {

void put_text(Json& json, const char* name, std::string_view text) {
  if (!text.empty()) json[name] = text;
}

std::string region_title(const flows::Knowledge& knowledge, std::string_view code) {
  return std::string(knowledge.domain().regions().name(code));
}

std::string industry_title(const flows::Knowledge& knowledge, std::string_view code) {
  return std::string(knowledge.domain().catalog().industries().name(code));
}

std::string code_title(const flows::Knowledge& knowledge, std::string_view list, std::string_view code) {
  if (list == "region") return region_title(knowledge, code);
  if (list == "industry") return industry_title(knowledge, code);
  const codes::CodeList* known = knowledge.domain().catalog().list(list);
  return known == nullptr ? std::string() : std::string(known->name_of(code).value_or(""));
}

Json summary_json(const flows::Knowledge& knowledge, const flows::UnitSummary& unit) {
  Json json;
  json["unit"] = std::to_string(unit.unit);
  json["name"] = unit.name;
  put_text(json, "uscc", unit.uscc);
  const std::string_view district = std::string_view(unit.region).substr(0, 6);
  put_text(json, "district", district);
  put_text(json, "district_title", region_title(knowledge, district));
  put_text(json, "industry", unit.industry);
  put_text(json, "industry_title", industry_title(knowledge, unit.industry));
  put_text(json, "status", unit.status.code);
  put_text(json, "status_title", code_title(knowledge, unit.status.list, unit.status.code));
  put_text(json, "address", unit.address);
  put_text(json, "legal_rep", unit.legal_rep);
  put_text(json, "founded", unit.founded);
  json["sources"] = unit.sources;
  json["conflicts"] = unit.conflicts;
  json["missing"] = unit.missing;
  put_text(json, "match", unit.match);
  return json;
}

Json claim_json(const flows::Knowledge& knowledge, const codes::FieldInfo& field, const flows::ClaimView& claim) {
  Json json = {{"source", claim.source},
               {"source_title", claim.source_title},
               {"key", flows::shown_key(claim.source, claim.key)},
               {"value", claim.value},
               {"wins", claim.wins},
               {"agrees", claim.agrees},
               {"trusted", claim.trusted},
               {"since", base::format_iso_date(claim.since)},
               {"last_seen", base::format_iso_date(claim.last_seen)},
               {"seq", claim.seq},
               {"row", claim.row}};
  if (field.kind == codes::FieldKind::kCode)
    put_text(json, "value_title", code_title(knowledge, field.list, claim.value));
  return json;
}

Json field_json(const flows::Knowledge& knowledge, const flows::FieldView& field) {
  Json json = {{"code", field.code},         {"title", field.title_zh},  {"value", field.value},
               {"conflict", field.conflict}, {"trusted", field.trusted}, {"why", field.why},
               {"masked", field.is_masked}};
  const codes::FieldInfo& info = knowledge.fields().info(knowledge.fields().require(field.code));
  json["source_class"] = info.source_class;
  if (info.kind == codes::FieldKind::kCode)
    put_text(json, "value_title", code_title(knowledge, info.list, field.value));
  Json claims = Json::array();
  for (const flows::ClaimView& claim : field.claims) claims.push_back(claim_json(knowledge, info, claim));
  json["claims"] = std::move(claims);
  return json;
}

Json unit_json(const flows::Knowledge& knowledge, const flows::UnitView& view) {
  Json json = {{"unit", std::to_string(view.unit)}, {"known_seq", view.known_seq}, {"minted_seq", view.minted_seq}};
  if (view.merged_into) json["merged_into"] = std::to_string(*view.merged_into);
  if (view.as_of) json["as_of"] = base::format_iso_date(*view.as_of);
  Json fields = Json::array();
  Json masked = Json::array();
  std::string name;
  for (const flows::FieldView& field : view.fields) {
    fields.push_back(field_json(knowledge, field));
    if (field.is_masked) masked.push_back(field.code);
    if (field.code == "name") name = field.value;
    if (field.code == "region_code") json["district"] = field.value.substr(0, 6);
  }
  json["name"] = name;
  json["masked_fields"] = std::move(masked);
  json["fields"] = std::move(fields);
  Json members = Json::array();
  for (const flows::MemberView& member : view.members) {
    Json item = {{"source", member.source},
                 {"source_title", member.source_title},
                 {"key", flows::shown_key(member.source, member.key)},
                 {"versions", member.versions},
                 {"since", base::format_iso_date(member.since)},
                 {"last_seen", base::format_iso_date(member.last_seen)}};
    if (member.not_seen_since) item["not_seen_since"] = base::format_iso_date(*member.not_seen_since);
    members.push_back(std::move(item));
  }
  json["members"] = std::move(members);
  Json missing = Json::array();
  for (const std::string& code : view.missing) {
    missing.push_back({{"code", code}, {"title", knowledge.fields().info(knowledge.fields().require(code)).title_zh}});
  }
  json["missing"] = std::move(missing);
  return json;
}

Json page_json(Json items, uint64_t offset, uint64_t limit, uint64_t total) {
  Json json = {{"total", total}};
  if (offset + limit < total && !items.empty()) json["next"] = std::to_string(offset + limit);
  json["items"] = std::move(items);
  return json;
}

}  // namespace minglu::server
