// A question to the search index and its answer.
//
//   Query q;  q.text = "深圳 科技 华";  q.districts = {"440305"};  q.want_facets = true;
//   MINGLU_TRY(const Hits hits, searcher.search(q, Scope::regions({"4403"})));
//
// TEXT is folded (width, traditional forms, case; spaces and dots dropped) and cut at white space into terms (at most
// kTermsMax). A unit answers when every term does. The term rules stand in README.md; in short a term is
//   an identifier (uscc, registration number, tax id, organisation code, whole or from 4 characters on, or the unit
//   id), a part of a name (current, former, short; any part, also one character), the whole name of the legal
//   representative, Latin letters that begin the reading of the name or of its 字号, written out or as initials
//   (huawei, hwjs).
// Only when nothing answers so, parts of addresses count too; only when still nothing does, names that are written
// nearly alike (typing errors, homophones, similar shapes). FILTERS are all applied; within one list any entry
// suffices; an empty list filters nothing. SCOPE is what the asker may see. It applies to everything: hits, totals,
// facets, and whether a later step is tried. ORDER by relevance: match kind as in MatchKind, then nearness, then static
// rank (larger first), then unit id. Thread-safety: values.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/place.hpp"
#include "geo/shape_index.hpp"

namespace minglu::search {

inline constexpr size_t kQueryCharsMax = 200;
inline constexpr size_t kTermsMax = 8;
inline constexpr uint32_t kOffsetMax = 10'000;
inline constexpr uint32_t kLimitMax = 1'000;

enum class MatchField : uint8_t {
  kNone,
  kUnitId,
  kUscc,
  kRegNo,
  kTaxId,
  kOrgCode,
  kName,
  kFormerName,
  kShortName,
  kLegalRep,
  kAddress,
};
/// Catalog's word of the field: "uscc", "name", ...; "" for kNone.
std::string_view match_field_name(MatchField field) noexcept;

/// What the asker may see: regions, by prefix of district (up to 6 digits) or street code (longer), and fields.
class Scope {
 public:
  /// Every unit, also those without a region.
  static Scope everything() { return Scope(true, {}); }
  /// Units whose code starts with one of these. An empty list sees nothing; so does an empty prefix.
  static Scope regions(std::vector<std::string> prefixes) { return Scope(false, std::move(prefixes)); }
  /// Less the units whose code starts with one of these: streets of a district that somebody else looks after.
  Scope& without(std::vector<std::string> prefixes) {
    excluded_ = std::move(prefixes);
    return *this;
  }
  /// The field is not searched: who may not see a value must not learn it by asking. Of kUscc, kRegNo, kTaxId,
  /// kOrgCode, kLegalRep and kAddress; names are always searched.
  Scope& hide(MatchField field) noexcept {
    hidden_ |= 1U << static_cast<uint32_t>(field);
    return *this;
  }
  [[nodiscard]] bool hides(MatchField field) const noexcept {
    return (hidden_ >> static_cast<uint32_t>(field) & 1U) != 0;
  }
  /// Every region; fields may be hidden all the same.
  [[nodiscard]] bool sees_everything() const noexcept { return everything_; }
  [[nodiscard]] const std::vector<std::string>& prefixes() const noexcept { return prefixes_; }
  [[nodiscard]] const std::vector<std::string>& excluded() const noexcept { return excluded_; }

 private:
  Scope(bool everything, std::vector<std::string> prefixes) : everything_(everything), prefixes_(std::move(prefixes)) {}
  bool everything_;
  std::vector<std::string> prefixes_;
  std::vector<std::string> excluded_;
  uint32_t hidden_ = 0;  // bit per MatchField
};

/// What a map wants to know of the hits: counts by area, by street, by precision, and by the cells of a grid.
struct MapSpec {
  geo::Box box;          // of the grid; both corners belong to it
  uint16_t columns = 1;  // at most kMapCellsMax each
  uint16_t rows = 1;
};
inline constexpr uint16_t kMapCellsMax = 64;

enum class Sort : uint8_t {
  kRelevance,
  kName,         // by the characters of the folded name
  kFoundedDown,  // youngest first, unknown last
  kFoundedUp,    // oldest first, unknown last
  kUnit,
};

struct Query {
  std::string text;                     // empty: every unit that passes the filters, by static rank
  std::vector<std::string> districts;   // prefixes of district or street codes, as in Scope
  std::vector<std::string> industries;  // section letters or prefixes of industry codes: "I", "65", "6513"
  std::vector<uint8_t> sizes;
  std::vector<uint8_t> statuses;
  uint64_t sources = 0;  // any of these sources; 0 = all
  std::optional<bool> has_conflict;
  std::optional<bool> has_missing;
  std::optional<uint16_t> founded_min;  // years, both ends belong; unknown years fail either
  std::optional<uint16_t> founded_max;
  // Where the unit is: in one of these areas, or in one of these shapes; both empty = anywhere. Shapes are asked of the
  // point, so who may not see addresses may not ask them.
  std::vector<uint8_t> within_areas;  // geo::AreaNumber, kNoArea and kOutside included
  std::vector<std::shared_ptr<const geo::ShapeIndex>> within_shapes;
  std::vector<uint8_t> precisions;  // geo::Precision
  Sort sort = Sort::kRelevance;
  uint32_t offset = 0;            // at most kOffsetMax
  uint32_t limit = 20;            // at most kLimitMax
  bool identifiers_only = false;  // the text is an identifier and nothing else is tried
  bool want_facets = false;
  std::optional<MapSpec> map;
  bool want_total = true;  // false: for suggestions while typing; total then counts what was come across and is "about"

  /// Whether every hit must be counted by what it is.
  [[nodiscard]] bool counts_kinds() const noexcept { return want_facets || map.has_value(); }
};

/// Best first.
enum class MatchKind : uint8_t {
  kIdentifier,
  kExactName,
  kShortName,   // the text is the 字号 or the short name
  kFormerName,  // the text is a former or alias name
  kPrefix,      // the name starts with the text
  kBrandStart,  // the text starts where the 字号 starts
  kContains,    // every term is a part of some name
  kPinyin,
  kLegalRep,
  kAddress,
  kNear,    // typing error, homophone, similar shape
  kListed,  // no text was asked
};
/// Stable lower-case word for interfaces: "identifier", "exact_name", ...
std::string_view match_kind_name(MatchKind kind) noexcept;

/// Characters [begin, end) of a text, in code points.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

struct Hit {
  uint64_t unit = 0;
  uint32_t score = 0;  // larger is better; comparable within one answer only
  MatchKind kind = MatchKind::kListed;
  MatchField field = MatchField::kNone;  // where the first term was found
  std::vector<Span> spans;               // stretches of `name` to highlight, in order of the terms; may overlap
  std::string name;                      // current name as written
  std::string district;                  // as in the document
  std::string street;
  std::string industry;
};

struct FacetCount {
  std::string code;  // region, industry, or the number of size, status, source; "" = unknown
  uint64_t count = 0;
  bool operator==(const FacetCount&) const = default;
};

/// Counts over all hits, not only those returned. Descending by count, then ascending by code; zero counts are left
/// out.
struct Facets {
  std::vector<FacetCount> districts;
  std::vector<FacetCount> sections;
  std::vector<FacetCount> divisions;
  std::vector<FacetCount> sizes;
  std::vector<FacetCount> statuses;
  std::vector<FacetCount> sources;  // bit numbers
  bool operator==(const Facets&) const = default;
};

/// Units whose own point (community or finer) lies in one cell of the grid.
struct MapCell {
  geo::Point middle;  // mean of the points
  uint64_t count = 0;
  uint64_t unit = 0;  // of a cell with one unit; else 0
  bool operator==(const MapCell&) const = default;
};

/// Counts over all hits. Areas, streets and precisions each sum up to the total; streets descend by count.
struct MapCounts {
  std::array<uint64_t, 256> areas{};  // by geo::AreaNumber
  std::array<uint64_t, geo::kPrecisions> precisions{};
  std::vector<FacetCount> streets;  // nine digits; "" = unknown
  std::vector<MapCell> cells;       // by row from the south, then by column from the west; empty cells are left out
  bool cells_are_hidden = false;    // the asker may not see addresses
  bool operator==(const MapCounts&) const = default;
};

struct Hits {
  uint64_t total = 0;
  bool total_is_about = false;  // 约: estimated from an even sample, or search gave up at a cap
  bool facets_are_about = false;
  bool order_is_about = false;  // sorted by another key than relevance among the best-ranked candidates only
  std::vector<Hit> hits;
  Facets facets;  // empty unless asked for
  std::optional<MapCounts> map;
};

}  // namespace minglu::search
