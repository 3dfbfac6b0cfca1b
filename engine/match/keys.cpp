#include "match/keys.hpp"

#include <string>

#include "base/hash.hpp"
#include "units/identifiers.hpp"

namespace minglu::match {
namespace {

uint64_t key_hash(KeyKind kind, std::string_view text) {
  return base::hash64(text, 0x6D61746368ULL + static_cast<uint64_t>(kind));
}

void add(std::vector<MatchKey>& out, KeyKind kind, std::string_view text) {
  out.push_back({key_hash(kind, text), kind});
}

struct Identity {
  std::string_view uscc, org_code, reg_no, tax_id, name, region, reg_region, unit_type;
};

Identity identity_of(const units::RecordView& record, const codes::Fields& fields) {
  static thread_local const codes::Fields* cached_for = nullptr;
  static thread_local codes::FieldId uscc, org_code, reg_no, tax_id, name, region, reg_region, unit_type;
  if (cached_for != &fields) {
    uscc = fields.require("uscc");
    org_code = fields.require("org_code");
    reg_no = fields.require("reg_no");
    tax_id = fields.require("tax_id");
    name = fields.require("name");
    region = fields.require("region_code");
    reg_region = fields.require("reg_region_code");
    unit_type = fields.require("unit_type");
    cached_for = &fields;
  }
  Identity found;
  record.for_each([&](const units::FieldValue& v) {
    if (!v.trusted) return;
    if (v.field == uscc)
      found.uscc = v.text;
    else if (v.field == org_code)
      found.org_code = v.text;
    else if (v.field == reg_no)
      found.reg_no = v.text;
    else if (v.field == tax_id)
      found.tax_id = v.text;
    else if (v.field == name)
      found.name = v.text;
    else if (v.field == region)
      found.region = v.text;
    else if (v.field == reg_region)
      found.reg_region = v.text;
    else if (v.field == unit_type)
      found.unit_type = v.text;
  });
  return found;
}

// A tax id of 18 characters is the USCC; the legacy form of 15 ends in the organisation code.
void add_identifier_keys(const Identity& id, std::string_view uscc, std::string_view name_key,
                         std::vector<MatchKey>& out) {
  std::string joined;
  if (!uscc.empty()) {
    if (!name_key.empty()) {
      joined.assign(uscc).append("|").append(name_key);
      add(out, KeyKind::kUsccName, joined);
    }
    add(out, KeyKind::kUscc, uscc);
  }
  std::optional<std::string> org_code;
  if (!id.org_code.empty())
    org_code = std::string(id.org_code);
  else if (!uscc.empty())
    org_code = units::org_code_of_uscc(uscc);
  else if (id.tax_id.size() == 15)
    org_code = units::org_code_of_tax_id(id.tax_id);
  if (org_code && units::is_valid_org_code(*org_code)) add(out, KeyKind::kOrgCode, *org_code);
  if (!id.reg_no.empty()) add(out, KeyKind::kRegNo, id.reg_no);
}

void add_name_keys(const Identity& id, std::string_view name_key, const text::CompanyNameParts& parts,
                   std::vector<MatchKey>& out) {
  std::string joined;
  std::string_view district = id.reg_region.size() >= 6 ? id.reg_region.substr(0, 6) : std::string_view();
  const std::string_view located = id.region.size() >= 6 ? id.region.substr(0, 6) : std::string_view();
  for (std::string_view code : {district, located == district ? std::string_view() : located}) {
    if (code.empty() || code.ends_with("00")) continue;
    joined.assign(name_key).append("|").append(code);
    add(out, KeyKind::kNameDistrict, joined);
  }
  const bool full_name = !parts.legal_form.empty() && !parts.brand.empty() && !parts.is_self_employed_form &&
                         (!parts.region.empty() || !parts.bracket_region.empty());
  if (full_name) add(out, KeyKind::kName, name_key);
}

}  // namespace

RecordTraits match_keys(const units::RecordView& record, const KeyContext& context, std::vector<MatchKey>& out) {
  const Identity id = identity_of(record, context.fields);
  std::string_view uscc = id.uscc;
  if (uscc.empty() && id.tax_id.size() == 18 && units::is_valid_uscc(id.tax_id)) uscc = id.tax_id;
  RecordTraits traits;
  if (!uscc.empty()) traits.uscc = key_hash(KeyKind::kUscc, uscc);
  const std::string name_key = id.name.empty() ? std::string() : text::normalise_company_name(id.name, context.chars);
  add_identifier_keys(id, uscc, name_key, out);
  if (name_key.empty()) return traits;
  const text::CompanyNameParts parts = context.names.parse(id.name);
  add_name_keys(id, name_key, parts, out);
  traits.branch = parts.is_branch ? Branch::kBranch : (parts.legal_form.empty() ? Branch::kUnknown : Branch::kHead);
  return traits;
}

}  // namespace minglu::match
