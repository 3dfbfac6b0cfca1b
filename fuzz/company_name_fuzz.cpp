// Any bytes as a company name: the parser never fails, its pieces concatenate to the input, the key is idempotent.
// fuzz-folders: base codes text
// fuzz-libs: xxhash crypto
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "codes/catalog_file.hpp"
#include "text/company_name.hpp"
#include "text/company_name_parser.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto chars = text::CharTables::load(codes::catalog_directory()).value();
  static const auto lexicon = text::NameLexicon::load(codes::catalog_directory(), chars).value();
  static const text::CompanyNameParser parser(lexicon);
  const std::string_view name(reinterpret_cast<const char*>(data), size);

  const text::CompanyNameParts parts = parser.parse(name);
  uint32_t character = 0;
  uint32_t byte = 0;
  for (const text::NamePiece& piece : parts.pieces) {
    MINGLU_ASSERT(piece.begin == character && piece.end > piece.begin);
    MINGLU_ASSERT(piece.byte_begin == byte && piece.byte_end > piece.byte_begin);
    character = piece.end;
    byte = piece.byte_end;
  }
  MINGLU_ASSERT(byte == size);
  MINGLU_ASSERT(parser.is_branch_name(name) == parts.is_branch);

  const std::string key = text::normalise_company_name(name, *chars);
  MINGLU_ASSERT(text::normalise_company_name(key, *chars) == key);
  text::company_name_core_key(name, *chars, *lexicon);
  return 0;
}
