// Addresses. Chinese ones by level, from city to room; others by their words, where numbers and rare names weigh most.
#include <array>
#include <charconv>

#include "match/comparisons/family.hpp"
#include "match/comparisons/word_table.hpp"

namespace minglu::match {
namespace {

enum AddressLevel : uint8_t {
  kElsewhere = 0,
  kSameCity,
  kSameDistrict,
  kSameStreet,  // 街道, or some words
  kSameRoad,    // road or community
  kAlike,       // most pairs of characters
  kOtherRoom,   // same door or building, another room
  kSameDoor,    // same door or building, a room missing
  kEqual,
};
constexpr std::array<Level, 9> kLevels{{{"elsewhere", 0},
                                        {"same city", 0},
                                        {"same district", 0.5},
                                        {"same street office", 0.5},
                                        {"same road", 1},
                                        {"alike", 0.5},
                                        {"same door, other room", 1},
                                        {"same door", 1},
                                        {"equal", 1}}};
enum TermFamily : uint8_t { kWholeTerm = 0, kDoorTerm = 1, kRoadTerm = 2, kWordTerm = 3 };

struct AddressKeys {
  uint64_t whole = 0;
  uint64_t door = 0;
  uint64_t building = 0;
};
/// What nearly every pair looks at: one line of the processor's cache.
struct alignas(64) AddressFeatures {
  uint32_t whole = 0;  // numbers of parts; 0 = none. whole 0: not a Chinese address
  uint32_t door = 0;   // road and number
  uint32_t road = 0;
  uint32_t building = 0;
  uint64_t room = 0;     // hash of block, floor and room
  uint64_t numbers = 0;  // hash of every number of the text, in order
  uint32_t code6 = 0;
  uint32_t code9 = 0;
  uint64_t code12 = 0;
};

/// An address that is being added.
struct AddressBeingRead {
  struct Part {
    std::u16string text;
    uint32_t hash = 0;
  };
  FoldedText text;
  Part road, door, building, whole;
  [[nodiscard]] std::array<const Part*, 4> parts() const { return {&road, &door, &building, &whole}; }
  bool has_parts = false;
  std::u16string words;
  AddressFeatures features;
  AddressKeys keys;
};

class AddressComparison final : public GroupedFamily<AddressComparison, AddressBeingRead> {
 public:
  explicit AddressComparison(const LanguageTables& tables)
      : GroupedFamily(fold_table_of(tables.chars)), parser_(tables.addresses), features_(1), keys_(1), parts_() {}

  void read(std::string_view utf8, AddressBeingRead& address) {
    address.features = {};
    address.keys = {};
    address.has_parts = address.text.has_han;
    if (address.has_parts) {
      read_address(utf8, address);
    } else {
      address.words = address.text.words;
    }
    words_.prefetch_slots(address.words);
  }
  void prefetch_places(const AddressBeingRead& address) const {
    words_.prefetch_found(address.words);
    if (!address.has_parts) return;
    for (const Part* part : address.parts()) parts_.prefetch_place(part->hash);
  }
  void prefetch_known(const AddressBeingRead& address) const {
    if (!address.has_parts) return;
    for (const Part* part : address.parts()) parts_.prefetch_known(part->hash);
  }
  void take(const AddressBeingRead& address) {
    Features features = address.features;
    if (address.has_parts) {
      features.whole = number_of(address.whole);
      features.road = number_of(address.road);
      features.door = number_of(address.door);
      features.building = number_of(address.building);
    }
    features_.push_back(features);
    keys_.push_back(address.keys);
    words_.append(address.words);
  }
  void freeze() override { words_.freeze(); }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const { return {.level = kEqual, .term = 4 * whole_of(value)}; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    if (a.whole != 0 && b.whole != 0) return parts_level(left, right);
    return words_level(left, right);
  }

  void prefetch_features(uint32_t value) const {
    __builtin_prefetch(&features_[value]);
    words_.prefetch(value);
  }
  void prefetch_texts(uint32_t value) const { words_.prefetch_words(value); }

  void terms(uint32_t value, std::vector<Term>& out) const override {
    const Features& features = features_[value];
    out.push_back({4 * whole_of(value), kWholeTerm});
    if (features.door != 0) out.push_back({4 * features.door + kDoorTerm, kDoorTerm});
    if (features.building != 0) out.push_back({4 * features.building + kDoorTerm, kDoorTerm});
    if (features.road != 0) out.push_back({4 * features.road + kRoadTerm, kRoadTerm});
    for (const uint32_t word : words_.words(value)) out.push_back({4 * word + kWordTerm, kWordTerm});
  }
  [[nodiscard]] uint32_t term_count() const override {
    return 4 * std::max({size(), parts_.size(), words_.word_count()}) + 4;
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    const Features& features = features_[value];
    if (features.whole == 0) {
      out.push_back(key_of(KeyTag::kAddressWhole, view(value)));
      thread_local std::vector<uint32_t> rare;
      words_.rarest(value, 3, rare);
      for (const uint32_t word : rare) out.push_back(key_of(KeyTag::kToken, words_.word(word)));
      return;
    }
    const Keys& keys = keys_[value];
    out.push_back(keys.whole);
    if (features.door != 0) {
      out.push_back(keys.door);
      if (features.room != 0) out.push_back(base::mix64(keys.door) + features.room);
    }
    if (features.building != 0) {
      out.push_back(keys.building);
      if (features.room != 0) out.push_back(base::mix64(keys.building) + features.room);
    }
  }

 private:
  using Features = AddressFeatures;
  using Keys = AddressKeys;
  using Part = AddressBeingRead::Part;

  void make_ready(Part& part, std::string_view utf8) {
    folded_.assign(utf8, *fold_);
    part.text.clear();
    folded_.append_tight(0, folded_.units.size(), part.text);
    part.hash = Interner::hash_of(part.text);
    parts_.prefetch_slot(part.hash);
  }
  uint32_t number_of(const Part& part) { return parts_.intern(part.text, part.hash); }
  [[nodiscard]] uint32_t whole_of(uint32_t value) const {
    return features_[value].whole != 0 ? features_[value].whole : value;
  }

  void read_address(std::string_view utf8, AddressBeingRead& address) {
    const text::AddressParts parts = parser_->parse(utf8, key_);
    door_text_.clear();
    if (!parts.road.empty() && !parts.road_number.empty()) {
      door_text_.append(parts.road).append("N").append(parts.road_number);
    }
    make_ready(address.road, parts.road);
    make_ready(address.door, door_text_);
    make_ready(address.building, parts.building.size() >= 6 ? std::string_view(parts.building) : std::string_view());
    make_ready(address.whole, key_);
    address.words = folded_.has_han ? fold_words(key_, *fold_) : folded_.words;
    address.keys = {.whole = key_of(KeyTag::kAddressWhole, address.whole.text),
                    .door = key_of(KeyTag::kDoor, address.door.text),
                    .building = key_of(KeyTag::kBuilding, address.building.text)};
    Features& features = address.features;
    features.numbers = numbers_of(address.words);
    if (!parts.block.empty() || !parts.room.empty()) {
      features.room = key_of(KeyTag::kRoom, fold_tight(parts.block + parts.floor + "F" + parts.room, *fold_));
    }
    features.code6 = static_cast<uint32_t>(digits_of(parts.code6));
    features.code9 = static_cast<uint32_t>(digits_of(parts.code9));
    features.code12 = digits_of(parts.code12);
  }

  static uint64_t digits_of(const std::string& digits) {
    uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }

  static uint64_t numbers_of(std::u16string_view text) {
    std::u16string numbers;
    for (const char16_t c : text) {
      if (c >= u'0' && c <= u'9') {
        numbers.push_back(c);
      } else if (!numbers.empty() && numbers.back() != u'|') {
        numbers.push_back(u'|');
      }
    }
    while (!numbers.empty() && numbers.back() == u'|') numbers.pop_back();
    return numbers.empty() ? 0 : key_of(KeyTag::kRoom, numbers);
  }

  [[nodiscard]] Outcome parts_level(uint32_t left, uint32_t right) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    const bool same_place = a.code6 == b.code6 || a.code6 == 0 || b.code6 == 0 || a.code6 / 100 == b.code6 / 100;
    if (!same_place) return {};
    // Roads and compounds of one name stand in several districts of a city.
    const bool other_district = a.code6 != b.code6 && a.code6 % 100 != 0 && b.code6 % 100 != 0;
    if (other_district) return {.level = kSameCity};
    if (a.whole == b.whole) return {.level = kEqual, .term = 4 * a.whole};
    const bool same_door = a.door != 0 && a.door == b.door;
    const bool same_building = a.building != 0 && a.building == b.building;
    if (same_door || same_building) {
      const uint32_t term = 4 * (same_door ? a.door : a.building) + kDoorTerm;
      const bool conflict = a.room != 0 && b.room != 0 && a.room != b.room;
      if (!conflict && a.room != 0 && a.room == b.room) return {.level = kEqual, .term = term};
      return {.level = static_cast<uint8_t>(conflict ? kOtherRoom : kSameDoor), .term = term};
    }
    const WordMatch match = words_.match(left, right);
    const uint32_t word = match.rarest == 0 ? kNoTerm : 4 * match.rarest + kWordTerm;
    if (match.overlap() >= 0.75F && a.numbers == b.numbers) return {.level = kSameDoor, .term = word};
    if (match.overlap() >= 0.6F) return {.level = kAlike, .term = word};
    if (a.road != 0 && a.road == b.road) return {.level = kSameRoad, .term = 4 * a.road + kRoadTerm};
    if (a.code12 != 0 && a.code12 == b.code12) return {.level = kSameRoad};
    if (a.code9 != 0 && a.code9 == b.code9) return {.level = kSameStreet};
    if (a.code6 != 0 && a.code6 == b.code6) return {.level = kSameDistrict};
    const bool same_city = a.code6 != 0 && a.code6 / 100 == b.code6 / 100;
    return {.level = static_cast<uint8_t>(same_city ? kSameCity : kElsewhere)};
  }

  [[nodiscard]] Outcome words_level(uint32_t left, uint32_t right) const {
    const WordMatch match = words_.match(left, right);
    const uint32_t term = match.rarest == 0 ? kNoTerm : 4 * match.rarest + kWordTerm;
    if (match.overlap() > 0.99F) return {.level = kEqual, .term = term};
    if (match.containment() > 0.95F) return {.level = kSameDoor, .term = term};
    if (match.overlap() >= 0.75F) return {.level = kOtherRoom, .term = term};
    if (match.overlap() >= 0.5F) return {.level = kAlike, .term = term};
    if (match.overlap() >= 0.25F) return {.level = kSameRoad, .term = term};
    if (match.common > 0) return {.level = kSameStreet, .term = term};
    return {};
  }

  std::shared_ptr<const text::AddressParser> parser_;
  std::vector<Features> features_;
  std::vector<Keys> keys_;  // hashes made while the texts were at hand
  Interner parts_;
  WordTable words_;
  // Of the address that is being read.
  FoldedText folded_;
  std::string key_;
  std::string door_text_;
};

}  // namespace

std::unique_ptr<Comparison> make_address(const LanguageTables& tables) {
  return std::make_unique<AddressComparison>(tables);
}

}  // namespace minglu::match
