#include "base/sm3.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace minglu::base {

std::string sm3_hex(std::string_view bytes) {
  // Fetched once: asking OpenSSL for the algorithm costs more than hashing a short text.
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SM3", nullptr);
  MINGLU_ASSERT(kAlgorithm != nullptr);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest, &length, kAlgorithm, nullptr);
  MINGLU_ASSERT(done == 1);
  return hex_of({reinterpret_cast<const char*>(digest), length});
}

}  // namespace minglu::base
