// Reads a Chinese address: which division it names, and the road, number, building, floor and room behind it. Knows the
// divisions of the home city down to the community, old and functional names, and the rest of the country down to the
// district.
//
//   MINGLU_TRY(AddressParser parser, AddressParser::load(codes::catalog_directory()));
//   const AddressParts parts = parser.parse("深圳市龙岗区坂田街道五和社区永香路8号甲大厦3层301室");
//   parts.code12 == "440307013008"; parts.road == "永香路"; parts.road_number == "8"; parts.room == "301"
//
// Method: characters are folded (CharTables::fold, spaces dropped), then a cursor walks the division words from the
// left by longest match in a trie, each candidate checked against what is known already; the rest is cut by word
// endings of catalog/names/address_terms.csv. No regular expression, no statistics: every code comes from a word of the
// text, and what was concluded rather than read is a flag. See README-address.md for the rules and measured figures.
// Ill-formed UTF-8 and text of any length are accepted; only the first 400 characters are read.
// Thread-safety: immutable after load; parse may run in many threads at once. Cost: 2 to 5 us per address.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "codes/regions.hpp"
#include "text/chars.hpp"

namespace minglu::text {

enum class AddressFlag : uint32_t {
  kOldName = 1U << 0,       // an abolished or former name was used (龙华新区, 布吉镇, 宝安区 for 光明区)
  kCityInferred = 1U << 1,  // no city in the text; follows from the district, or the home city was assumed
  kDistrictInferred = 1U << 2,    // no district in the text; follows from street, community or zone
  kStreetInferred = 1U << 3,      // no street in the text; follows from the community
  kShortName = 1U << 4,           // a division was recognised without its kind (布吉 for 布吉街道)
  kStreetAmbiguous = 1U << 5,     // the old street is several now; code9 empty unless the name still exists
  kCommunityAmbiguous = 1U << 6,  // the community name exists more than once here; code12 empty
  kDistrictAmbiguous = 1U << 7,   // the district name exists more than once, or an old county is several now
  kCommunityNotListed = 1U << 8,  // the text names a community that the list does not have under this street
  kConflictWithinText = 1U << 9,  // street outside the named district, two districts, city outside the province
  kOutsideCity = 1U << 10,        // not in the home city
  kZone = 1U << 11,               // a functional zone (前海, 深汕) stands in the division prefix
  kSecretaryAddress = 1U << 12,   // hosted address of a secretary firm (商务秘书, 入驻, 托管)
  kRepeatedPrefix = 1U << 13,     // 深圳市深圳市
  kFoundInside = 1U << 14,        // the divisions stand behind other words
  kTooLong = 1U << 15,            // text behind character 400 was not read
};

/// Division strings hold the official name where a code was found, else the folded words of the text; empty = none.
struct AddressParts {
  std::string province, city, district, street, community;
  std::string road;                  // 永香路, 大园二区二巷
  std::string road_number;           // Arabic digits: 8, 12-14
  std::string building;              // 甲大厦, 径贝新村: the first named place
  std::string block;                 // 7栋, A座, 3栋2单元
  std::string floor;                 // 3, -1, 4-6
  std::string room;                  // 301
  std::string rest;                  // whatever was not used, brackets included
  std::string old_name;              // the former names as written (龙华新区), several joined by a comma
  std::string code6, code9, code12;  // 6, 9, 12 digits; "" when unknown
  std::string area;  // management area id (Regions::management_area), also where only 大鹏新区 was written
  codes::RegionLevel level = codes::RegionLevel::kNone;  // deepest level that has a code
  uint32_t flags = 0;
  [[nodiscard]] bool has(AddressFlag flag) const noexcept { return (flags & static_cast<uint32_t>(flag)) != 0; }
  void set(AddressFlag flag) noexcept { flags |= static_cast<uint32_t>(flag); }
  void clear(AddressFlag flag) noexcept { flags &= ~static_cast<uint32_t>(flag); }
  /// The deepest code padded to twelve digits; "" when not even a province is known.
  [[nodiscard]] std::string padded_code() const;
};

class AddressLexicon;

class AddressParser {
 public:
  /// Regions and character tables are read from the same catalog. Errors: those of the catalog files.
  static Result<AddressParser> load(const std::filesystem::path& catalog_dir);
  /// With tables that are already in memory.
  static Result<AddressParser> create(std::shared_ptr<const codes::Regions> regions,
                                      std::shared_ptr<const CharTables> chars,
                                      const std::filesystem::path& catalog_dir);

  [[nodiscard]] AddressParts parse(std::string_view utf8) const;

  /// Comparison key: two spellings of one address give the same key. Width, case, brackets and punctuation are dropped
  /// (with their content when it is a remark: 仅限办公); province, city and district are removed from the front;
  /// numbers become Arabic; 号, 室, 房, 第, 社区, 街道 are dropped, 幢 = 栋. "" when nothing is left. Equal keys do not
  /// prove equal districts: compare code6 as well.
  [[nodiscard]] std::string normalise_address(std::string_view utf8) const;

  /// parse() and normalise_address() of one text, which is folded once.
  AddressParts parse(std::string_view utf8, std::string& key) const;

  [[nodiscard]] const codes::Regions& regions() const noexcept;

 private:
  [[nodiscard]] AddressParts parse_folded(std::u32string_view text, bool cut) const;
  void append_address_key(std::u32string_view folded, std::string& key) const;
  explicit AddressParser(std::shared_ptr<const AddressLexicon> lexicon) : lexicon_(std::move(lexicon)) {}
  std::shared_ptr<const AddressLexicon> lexicon_;
};

}  // namespace minglu::text
