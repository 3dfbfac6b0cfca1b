// Where a unit is: a point with a stated precision, from what sources declare and what its address says.
//
//   locate({.declared = {}, .region = "440306022020", .address = parser.parse("深圳市宝安区沙井街道沙井社区…")}, ...)
//     -> the gazetteer's point of 沙井, Precision::kCommunity, area 宝安区
//
// Rules, the first that gives a point wins:
//   1. coordinates that a source declares (both of one record, on the globe, not 0/0);
//   2. the deepest code with a known point: the unit's region code, and where the address names something below it,
//   that.
//      A street or community of the address counts only inside the unit's region: fused codes are judged by trust, the
//      text of an address is not;
//   3. the centre of its area, or of the district its code names.
// The area is the one whose border holds the point; where the unit's own area has no border (深汕), that one.
// Nothing is guessed: without a district there is no point. Pure. Thread-safety: functions without state. Cost: 0.2 us.
#pragma once

#include <optional>
#include <string_view>

#include "codes/regions.hpp"
#include "geo/gazetteer.hpp"
#include "geo/point.hpp"
#include "text/address.hpp"

namespace minglu::geo {

/// How well the point is known, coarse to fine.
enum class Precision : uint8_t { kNone, kDistrict, kStreet, kCommunity, kSource };
inline constexpr size_t kPrecisions = 5;
/// "none", "district", "street", "community", "source".
std::string_view precision_name(Precision precision) noexcept;
/// 来源坐标, 社区, 街道, 区, 无坐标.
std::string_view precision_title(Precision precision) noexcept;

struct Place {
  Point point;  // 0/0 without one
  Precision precision = Precision::kNone;
  AreaNumber area = kNoArea;
  [[nodiscard]] bool has_point() const noexcept { return precision != Precision::kNone; }
  /// Known to within an address's neighbourhood: what confidential addresses must not be told by.
  [[nodiscard]] bool is_fine() const noexcept { return precision >= Precision::kCommunity; }
  bool operator==(const Place&) const = default;
};

struct PlaceSpec {
  std::optional<Point> declared;  // WGS-84
  std::string_view region;        // the unit's code, up to 12 digits; may be padded with zeros; "" = unknown
  const text::AddressParts* address = nullptr;  // null: no address
};

Place locate(const PlaceSpec& spec, const Gazetteer& gazetteer, const codes::Regions& regions);

/// Coordinates as a source writes them: null unless both are degrees on the globe and not both zero.
std::optional<Point> declared_point(std::string_view longitude, std::string_view latitude) noexcept;

}  // namespace minglu::geo
