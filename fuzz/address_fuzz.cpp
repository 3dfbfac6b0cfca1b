// Any bytes: parse and the comparison key must not crash, and the codes must agree with each other.
// fuzz-folders: base codes text
// fuzz-libs: xxhash crypto
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "codes/catalog_file.hpp"
#include "text/address.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const minglu::text::AddressParser kParser =
      minglu::text::AddressParser::load(minglu::codes::catalog_directory()).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const minglu::text::AddressParts parts = kParser.parse(text);
  MINGLU_ASSERT(parts.code12.empty() || parts.code12.starts_with(parts.code9));
  MINGLU_ASSERT(parts.code9.empty() || parts.code9.starts_with(parts.code6));
  MINGLU_ASSERT(parts.code6.empty() || kParser.regions().find(parts.code6) != nullptr);
  (void)kParser.normalise_address(text);
  return 0;
}
