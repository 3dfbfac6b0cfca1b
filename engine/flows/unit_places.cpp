#include "flows/unit_places.hpp"

#include <algorithm>
#include <optional>

namespace minglu::flows {
namespace {

const store::UnitField* field_of(const store::UnitRow& row, codes::FieldId field) {
  const auto it = std::lower_bound(row.fields.begin(), row.fields.end(), field.value,
                                   [](const store::UnitField& f, uint16_t id) { return f.field < id; });
  return it != row.fields.end() && it->field == field.value ? &*it : nullptr;
}

std::string_view text_of(const store::UnitRow& row, codes::FieldId field, codes::FieldId otherwise) {
  const store::UnitField* first = field_of(row, field);
  if (first != nullptr && !first->value.empty()) return first->value;
  const store::UnitField* second = field_of(row, otherwise);
  return second == nullptr ? std::string_view() : second->value;
}

}  // namespace

PlaceMaker::PlaceMaker(const Knowledge& knowledge) : knowledge_(knowledge) {
  const codes::Fields& fields = knowledge.fields();
  longitude_ = fields.require("longitude");
  latitude_ = fields.require("latitude");
  region_ = fields.require("region_code");
  reg_region_ = fields.require("reg_region_code");
  address_ = fields.require("address");
  reg_address_ = fields.require("reg_address");
}

geo::Place PlaceMaker::place_of(const store::UnitRow& row) const {
  const rules::Domain& domain = knowledge_.domain();
  geo::PlaceSpec spec;
  const store::UnitField* east = field_of(row, longitude_);
  const store::UnitField* north = field_of(row, latitude_);
  if (east != nullptr && north != nullptr && east->winner == north->winner && east->trusted && north->trusted)
    spec.declared = geo::declared_point(east->value, north->value);
  spec.region = text_of(row, region_, reg_region_);
  const std::string_view address = text_of(row, address_, reg_address_);
  std::optional<text::AddressParts> parts;
  const codes::Region* region = domain.regions().find(spec.region);
  const bool is_settled =
      region != nullptr && region->level == codes::RegionLevel::kCommunity;  // No address says more.
  if (!address.empty() && !spec.declared && !is_settled) parts = domain.addresses().parse(address);
  spec.address = parts ? &*parts : nullptr;
  return geo::locate(spec, domain.gazetteer(), domain.regions());
}

}  // namespace minglu::flows
