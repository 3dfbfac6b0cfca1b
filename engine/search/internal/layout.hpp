// Sections of the index and their records. All little-endian; the sizes are asserted because they are the format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "geo/point.hpp"

namespace minglu::search {

inline constexpr std::array<char, 8> kIndexMagic = {'M', 'G', 'S', 'E', 'A', 'R', 'C', 'H'};
/// Raise when a section changes its meaning.
inline constexpr uint32_t kIndexVersion = 2;

enum class Section : uint32_t {
  kHead,
  kAttributes,    // Attributes per document
  kUnits,         // u64 unit per document
  kByUnit,        // u32 documents, ascending by unit
  kByName,        // u32 place of each document in the order of folded names
  kNameAt,        // u32 per document and one more: offset into kNames in characters
  kNames,         // u16 texts, see internal/text_blob.hpp
  kColdAt,        // likewise into kCold
  kCold,          // u16 texts that only verification and display read
  kAreas,         // Area dictionary; 0 = unknown
  kIndustries,    // IndustryCode dictionary; 0 = unknown
  kIdentifiers,   // IdentifierEntry ascending
  kReadingKeys,   // u64 first letters of a reading, ascending
  kReadingDocs,   // u32 document of that reading
  kHashAt,        // u32 per bucket and one more: first entry of kHashes with those upper kHashBucketBits of the hash
  kHashes,        // kHashEntryBytes each, ascending: lower bits of the hash, 28 bits of document
  kNameGrams,     // GramEntry ascending by key
  kNamePostings,  // bytes of the lists
  kAddressGrams,  // as above, for addresses
  kAddressPostings,
  kPoints,  // geo::Point per document; 0/0 without one
  kCount
};
inline constexpr uint32_t kSectionCount = static_cast<uint32_t>(Section::kCount);

struct IndexHead {
  uint32_t version = kIndexVersion;
  uint32_t documents = 0;
};
static_assert(sizeof(IndexHead) == 8);

struct SectionRow {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;  // hash64 over blocks of kChecksumBlock bytes, each seeded with the one before
};
inline constexpr size_t kChecksumBlock = size_t{1} << 20U;

/// Last bytes of the index: where the table stands, its checksum, the magic again.
struct IndexFooter {
  uint64_t table_offset = 0;
  uint64_t table_checksum = 0;
  std::array<char, 8> magic = kIndexMagic;
};
static_assert(sizeof(IndexFooter) == 24);

struct Attributes {
  uint64_t sources = 0;
  uint16_t area = 0;
  uint16_t industry = 0;
  uint16_t founded_year = 0;
  uint16_t rank = 0;
  uint16_t conflicts = 0;
  uint16_t missing = 0;
  uint8_t size = 0;
  uint8_t status = 0;
  uint8_t precision = 0;   // geo::Precision
  uint8_t place_area = 0;  // geo::AreaNumber
};
static_assert(sizeof(Attributes) == 24);

static_assert(sizeof(geo::Point) == 8);

/// Codes padded with NUL.
struct Area {
  std::array<char, 6> district{};
  std::array<char, 12> street{};
  auto operator<=>(const Area&) const = default;
};
static_assert(sizeof(Area) == 18);

struct IndustryCode {
  std::array<char, 7> code{};
  char section = 0;
  auto operator<=>(const IndustryCode&) const = default;
};
static_assert(sizeof(IndustryCode) == 8);

/// An identifier as digits of base 37: 12 characters in `head`, 6 in `tail`; the rest is not compared.
struct IdentifierEntry {
  uint64_t head = 0;
  uint32_t tail = 0;
  uint32_t document_and_field = 0;  // document in the lower 28 bits, MatchField above
  auto operator<=>(const IdentifierEntry&) const = default;
};
static_assert(sizeof(IdentifierEntry) == 16);
inline constexpr uint32_t kDocumentBits = 28;
inline constexpr uint32_t kDocumentMask = (1U << kDocumentBits) - 1;

struct GramEntry {
  uint32_t key = 0;
  uint32_t count = 0;   // documents
  uint64_t offset = 0;  // into the postings
};
static_assert(sizeof(GramEntry) == 16);

inline constexpr uint32_t kHashBucketBits = 20;
inline constexpr size_t kHashEntryBytes = 5;

/// What a hash of kHashes was made of; seeds the hash.
enum class HashKind : uint8_t {
  kWhole = 1,         // a name, former name, short name or 字号 as a whole
  kLegalRep = 2,      // a legal representative as a whole
  kBrandVariant = 3,  // a 字号 of 2 to 6 characters, itself and with one character left out; one document per 字号
  kBrandSyllables = 4,  // syllables of a 字号, marked off; one document per 字号
  kBrandReading = 5,    // letters of its reading, and the first letters alone; one document per 字号
};

}  // namespace minglu::search
