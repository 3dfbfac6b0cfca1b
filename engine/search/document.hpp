// What the search index knows of one unit, and the tables of language that building and asking share.
//
//   UnitDocument d;
//   d.unit = 17;  d.name = "深圳市甲乙科技有限公司";  d.uscc = "91440300MA5EXAMPLE";  d.district = "440305";
//
// Texts are UTF-8 as written; ill-formed bytes become U+FFFD and match nothing. Empty text = unknown. Numbers: 0 =
// unknown unless said otherwise. Texts above kTextCharsMax characters are cut there; that is far above any registered
// name. Thread-safety: values; the tables behind SearchLanguage are immutable and shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "geo/place.hpp"
#include "text/chars.hpp"
#include "text/name_lexicon.hpp"

namespace minglu::search {

/// Characters of one text that are indexed.
inline constexpr size_t kTextCharsMax = 255;
/// Former and alias names of one unit that are indexed; the first ones are kept.
inline constexpr size_t kFormerNamesMax = 15;

struct UnitDocument {
  uint64_t unit = 0;
  std::string name;
  std::vector<std::string> former_names;  // former and alias names
  std::string short_name;                 // as a source gives it; the 字号 is found in the name by itself
  std::string legal_rep;
  std::string uscc;
  std::string reg_no;
  std::string tax_id;
  std::string org_code;
  std::string address;
  std::string district;       // six digits
  std::string street;         // up to twelve digits
  std::string industry;       // GB/T 4754 code: "6513"; digits of any level
  char industry_section = 0;  // 'A'..'T' of that code, 0 = unknown (codes::Industries::section_of)
  uint8_t size = 0;           // the caller's code of the size class
  uint8_t status = 0;         // the caller's code of the operating status
  uint64_t sources = 0;       // bit i = source i of the caller has a record of it
  uint16_t founded_year = 0;
  uint16_t conflict_count = 0;
  uint16_t missing_count = 0;
  geo::Place place;   // where it is, how well that is known, and in which area
  uint16_t rank = 0;  // static weight, larger comes first: employees, size, number of sources
};

/// Tables that fold characters, give readings and shapes, and take names apart. An index must be asked with the tables
/// it was built with; others make matches fail but nothing break.
struct SearchLanguage {
  std::shared_ptr<const text::CharTables> chars;
  std::shared_ptr<const text::NameLexicon> lexicon;
};

}  // namespace minglu::search
