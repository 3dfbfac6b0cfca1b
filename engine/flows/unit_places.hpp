// Where a fused unit is: its declared coordinates, else what its region code and addresses say (geo::locate).
//
//   const PlaceMaker places(knowledge);
//   const geo::Place place = places.place_of(row);      // {114.057900 E 22.543100 N, kStreet, 福田区}
//
// Declared coordinates count when both come from the same record and none is marked untrusted. The region is that of
// the location, else of the registration; the address likewise: the location's where it has one.
// Pure, so every state and every change gives the same place. Thread-safety: const; the knowledge must outlive it.
// Cost: 0.2 us, and 2 us more where an address must be read.
#pragma once

#include "flows/knowledge.hpp"
#include "geo/place.hpp"
#include "store/unit_segment.hpp"

namespace minglu::flows {

class PlaceMaker {
 public:
  explicit PlaceMaker(const Knowledge& knowledge);
  [[nodiscard]] geo::Place place_of(const store::UnitRow& row) const;

 private:
  const Knowledge& knowledge_;
  codes::FieldId longitude_, latitude_, region_, reg_region_, address_, reg_address_;
};

}  // namespace minglu::flows
