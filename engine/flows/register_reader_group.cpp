// RegisterReader::group. Units out of scope are neither shown nor walked through.
#include <array>
#include <utility>

#include "flows/register_reader.hpp"
#include "units/ownership.hpp"

namespace minglu::flows {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 2> kOwners = {
    {{"owner", "owner_uscc"}, {"parent", "parent_uscc"}}};

}  // namespace

uint64_t RegisterReader::unit_with(const std::string& uscc) const {
  search::Query query;
  query.text = uscc;
  query.limit = 20;
  query.identifiers_only = true;
  const Result<SearchPage> found = search(query);
  if (!found.ok()) return 0;
  for (const UnitSummary& item : found->items) {
    if (item.uscc == uscc) return item.unit;
  }
  return 0;
}

Status RegisterReader::links_up(const store::UnitRow& row, const std::string& uscc, units::GroupNeighbours& found,
                                std::vector<UnresolvedOwner>& unresolved) const {
  const codes::Fields& fields = home_.knowledge().fields();
  for (size_t kind = 0; kind < kOwners.size(); ++kind) {
    const std::string owner = shown(row, fields.require(kOwners[kind].second));
    if (owner.empty() || owner == uscc) continue;
    if (const uint64_t parent = unit_with(owner); parent != 0)
      found.links.push_back({row.head.unit, parent, static_cast<uint8_t>(kind)});
    else
      unresolved.push_back({row.head.unit, kOwners[kind].first, owner});
  }
  return ok_status();
}

Status RegisterReader::links_down(uint64_t unit, const std::string& uscc, units::GroupNeighbours& found) const {
  const codes::Fields& fields = home_.knowledge().fields();
  store::UnitRow row;
  size_t children = 0;
  for (const uint64_t child : uscc.empty() ? std::vector<uint64_t>() : snapshot_->owned_by(uscc)) {
    if (child == unit || !read_visible(child, row).ok()) continue;
    if (children == kGroupUnitsMax) {
      found.truncated = true;
      return ok_status();
    }
    bool names = false;
    for (size_t kind = 0; kind < kOwners.size(); ++kind) {
      // A collision of hashes is told apart here.
      if (shown(row, fields.require(kOwners[kind].second)) != uscc) continue;
      found.links.push_back({row.head.unit, unit, static_cast<uint8_t>(kind)});
      names = true;
    }
    children += names ? 1 : 0;
  }
  return ok_status();
}

Result<UnitGroup> RegisterReader::group(uint64_t unit) const {
  store::UnitRow asked;
  MINGLU_CHECK(read_visible(unit, asked));
  UnitGroup out;
  const auto neighbours = [&](uint64_t at) -> Result<units::GroupNeighbours> {
    units::GroupNeighbours found;
    store::UnitRow row;
    MINGLU_CHECK(read_visible(at, row));
    const std::string uscc = shown(row, home_.knowledge().fields().require("uscc"));
    MINGLU_CHECK(links_up(row, uscc, found, out.unresolved));
    MINGLU_CHECK(links_down(at, uscc, found));
    return found;
  };
  MINGLU_TRY(const units::Group group,
             units::trace_group(asked.head.unit, {kGroupUnitsMax, kGroupStepsMax}, neighbours));
  out.truncated = group.truncated;
  for (const units::GroupMember& member : group.members) {
    MINGLU_TRY(const UnitSummary shown_unit, summary(member.unit));
    out.members.push_back({member.unit, shown_unit.name, shown_unit.uscc, shown_unit.region, member.steps, member.level,
                           member.in_cycle});
  }
  for (const units::GroupLink& link : group.links)
    out.links.push_back({link.link.child, link.link.parent, kOwners.at(link.link.kind).first, link.in_cycle});
  return out;
}

}  // namespace minglu::flows
