// Units and their parts as the API shows them; titles of codes from the catalog. Ids are text, since they may outgrow
// the whole numbers of a browser. What is unknown is left out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "flows/discrepancy_flow.hpp"
#include "flows/register_reader.hpp"
#include "server/api/api_call.hpp"

namespace minglu::server {

/// "罗湖区" of a region code, an industry's name, the words of a status; "" for an unknown code.
std::string region_title(const flows::Knowledge& knowledge, std::string_view code);
std::string industry_title(const flows::Knowledge& knowledge, std::string_view code);
std::string code_title(const flows::Knowledge& knowledge, std::string_view list, std::string_view code);

Json summary_json(const flows::Knowledge& knowledge, const flows::UnitSummary& unit);
/// What a department answered about one of its claims.
Json answer_json(const flows::Answer& answer);
/// A claim to that field; codes with their words.
Json claim_json(const flows::Knowledge& knowledge, const codes::FieldInfo& field, const flows::ClaimView& claim);
Json field_json(const flows::Knowledge& knowledge, const flows::FieldView& field);
Json unit_json(const flows::Knowledge& knowledge, const flows::UnitView& view);
/// {"items": …, "total": …, "next": …}; `next` when rows are left.
Json page_json(Json items, uint64_t offset, uint64_t limit, uint64_t total);
/// Adds the member unless the text is empty.
void put_text(Json& json, const char* name, std::string_view text);

}  // namespace minglu::server
