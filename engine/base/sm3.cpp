#include "base/sm3.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"

namespace minglu::base {

std::string sm3_hex(std::string_view bytes) {
  // Fetched once: asking OpenSSL for the algorithm costs more than hashing a short text.
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SM3", nullptr);
  MINGLU_ASSERT(kAlgorithm != nullptr);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest, &length, kAlgorithm, nullptr);
  MINGLU_ASSERT(done == 1);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(size_t{length} * 2, '0');
  for (size_t i = 0; i < length; ++i) {
    out[2 * i] = kHex[digest[i] >> 4];
    out[2 * i + 1] = kHex[digest[i] & 15];
  }
  return out;
}

}  // namespace minglu::base
