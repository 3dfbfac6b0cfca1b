#include "fuse/fuse.hpp"

#include <algorithm>

#include "text/company_name.hpp"

namespace minglu::fuse {
namespace {

// "440305000000" is 南山区 as a whole: a finer code inside it says the same, only more exactly.
std::string_view significant_region(std::string_view code) {
  for (size_t length : {size_t{6}, size_t{9}}) {
    if (code.size() == 12 && code.substr(length).find_first_not_of('0') == std::string_view::npos)
      return code.substr(0, length);
  }
  return code;
}

bool region_contains(std::string_view outer, std::string_view inner) {
  return significant_region(inner).starts_with(significant_region(outer));
}

bool is_pinned(const Member& member, const units::FieldValue& value) {
  return std::any_of(member.pinned.begin(), member.pinned.end(),
                     [&](const PinnedValue& pin) { return pin.field == value.field && pin.value == value.text; });
}

}  // namespace

bool Fuser::agree(codes::FieldId field, std::string_view a, std::string_view b) const {
  if (a == b) return true;
  const codes::FieldInfo& info = context_.fields.info(field);
  if (info.list == "region") return region_contains(a, b) || region_contains(b, a);
  switch (info.compare) {
    case codes::FieldCompare::kExact: return false;
    case codes::FieldCompare::kNone: return true;
    case codes::FieldCompare::kName:
      return text::normalise_company_name(a, context_.chars) == text::normalise_company_name(b, context_.chars);
    case codes::FieldCompare::kAddress:
      return context_.addresses.normalise_address(a) == context_.addresses.normalise_address(b);
  }
  return false;
}

void Fuser::fuse_field(std::span<const Claim> claims, FusedUnit& out) const {
  const Claim* best = &claims.front();
  FusedField field{best->field, best->text, best->member, static_cast<uint16_t>(claims.size()), best->trusted, false};
  field.decided = best->pinned;
  const bool is_region = context_.fields.info(best->field).list == "region";
  for (const Claim& claim : claims.subspan(1)) {
    if (!claim.trusted || field.decided) continue;
    if (!agree(best->field, field.value, claim.text)) {
      field.conflict = true;
    } else if (is_region && significant_region(claim.text).size() > significant_region(field.value).size()) {
      field.value = claim.text;
      field.winner = claim.member;
    }
  }
  out.claim_count += field.claims;
  out.conflict_count += field.conflict ? 1 : 0;
  out.fields.push_back(field);
}

void Fuser::fuse(std::span<const Member> members, FusedUnit& out) {
  out.fields.clear();
  out.missing.clear();
  out.claim_count = 0;
  out.conflict_count = 0;
  claims_.clear();
  for (size_t m = 0; m < members.size(); ++m) {
    members[m].record.for_each([&](const units::FieldValue& v) {
      claims_.push_back({v.field, v.text, v.trusted, context_.survivorship.rank(v.field, members[m].source),
                         members[m].last_seen, static_cast<uint16_t>(m), is_pinned(members[m], v)});
    });
  }
  std::sort(claims_.begin(), claims_.end(), [&](const Claim& a, const Claim& b) {
    if (a.field != b.field) return a.field < b.field;
    if (a.pinned != b.pinned) return a.pinned;
    if (a.trusted != b.trusted) return a.trusted;
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.last_seen != b.last_seen) return a.last_seen > b.last_seen;
    if (a.text != b.text) return a.text < b.text;
    return members[a.member].entity < members[b.member].entity;
  });
  uint16_t next_required = 0;
  const auto note_missing_before = [&](uint16_t field) {
    for (; next_required < field; ++next_required) {
      if (context_.fields.info(codes::FieldId{next_required}).required)
        out.missing.push_back(codes::FieldId{next_required});
    }
  };
  for (size_t i = 0; i < claims_.size();) {
    size_t j = i + 1;
    while (j < claims_.size() && claims_[j].field == claims_[i].field) ++j;
    note_missing_before(claims_[i].field.value);
    next_required = static_cast<uint16_t>(claims_[i].field.value + 1);
    fuse_field(std::span(claims_).subspan(i, j - i), out);
    i = j;
  }
  note_missing_before(static_cast<uint16_t>(context_.fields.size()));
}

}  // namespace minglu::fuse
