// The ground of the city: real districts, streets and communities with invented roads and buildings; addresses on it.
// Districts, streets and communities come from catalog/codes; centres from catalog/synth/centres.csv.
// Roads and buildings belong to a street and are drawn from syllables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/rng.hpp"
#include "synth/lexicon.hpp"
#include "synth/rates.hpp"

namespace minglu::synth {

struct Place {
  std::string code12;
  std::string district_code;  // six digits
  std::string district;       // 南山区
  std::string street;         // 粤海街道
  std::string community;      // 高新区社区
  uint32_t street_index = 0;
  double longitude = 0;
  double latitude = 0;
};

struct Street {
  std::vector<std::string> roads;
  std::vector<std::string> buildings;
};

/// A point of the city down to the room. Value type; text is made by format_address.
struct Address {
  uint32_t place = 0;
  uint32_t road = 0;
  int32_t number = 1;
  int32_t building = -1;   // -1 = none
  int32_t block = 0;       // 0 = none, else 栋
  int32_t room = 0;        // 0 = none
  int32_t secretary = -1;  // number of the business secretary, -1 = none
  int32_t old_form = -1;   // index into the district's older names, -1 = today's name
  bool operator==(const Address&) const = default;
};

/// Parts of an address left out or written otherwise.
struct AddressStyle {
  bool province = false;  // 广东省 in front
  bool city = true;       // 深圳市
  bool district = true;
  bool street = true;
  bool community = true;
  bool building = true;
  bool room = true;
  bool room_word = false;      // 室 after the room
  bool wide_digits = false;    // １２３
  bool blanks = false;         // a blank between the parts
  bool secretary_note = true;  // （入驻…商务秘书有限公司）
};

/// Thread-safety: immutable after build.
class City {
 public:
  /// `units` sets the number of secretaries. kInvalidArgument when the catalog has no community of Shenzhen.
  static Result<City> build(const std::filesystem::path& catalog_dir, const Lexicon& lexicon, const Rates& rates,
                            uint64_t seed, uint64_t units);

  [[nodiscard]] const Place& place(uint32_t index) const noexcept { return places_[index]; }
  [[nodiscard]] size_t place_count() const noexcept { return places_.size(); }
  [[nodiscard]] Address draw_address(base::Rng& rng) const noexcept;
  /// Same district as `from`.
  [[nodiscard]] Address draw_nearby(base::Rng& rng, const Address& from) const noexcept;
  /// The address of a business secretary with a room number of its own per client.
  [[nodiscard]] Address secretary_address(base::Rng& rng) const noexcept;
  /// Gives the address an older district name when the district has one.
  void age(base::Rng& rng, Address& address) const noexcept;
  void format_address(const Address& address, const AddressStyle& style, std::string& out) const;
  [[nodiscard]] const std::string& secretary_name(int32_t number) const noexcept;

 private:
  Status load_places(const std::filesystem::path& catalog_dir);
  Status load_centres(const std::filesystem::path& catalog_dir);
  void make_streets(const Lexicon& lexicon);
  void make_secretaries(const Lexicon& lexicon, uint64_t count);
  [[nodiscard]] Address draw_in_place(base::Rng& rng, uint32_t place) const noexcept;

  uint64_t seed_ = 0;
  std::vector<Place> places_;
  std::vector<double> cumulative_;
  std::vector<std::pair<uint32_t, uint32_t>> district_range_;  // per place: first and one past last of its district
  std::vector<Street> streets_;
  std::vector<std::vector<std::string>> old_forms_;  // per place
  std::vector<Address> secretaries_;
  std::vector<std::string> secretary_names_;
};

}  // namespace minglu::synth
