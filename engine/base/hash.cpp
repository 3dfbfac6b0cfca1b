#include "base/hash.hpp"

#define XXH_INLINE_ALL
#include <openssl/evp.h>
#include <xxhash.h>

#include <charconv>
#include <cstdio>

#include "base/assert.hpp"

namespace minglu::base {

uint64_t hash64(std::string_view bytes, uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 hash128(std::string_view bytes) noexcept {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return {h.low64, h.high64};
}

std::string to_hex(const Hash128& hash) {
  char buffer[33];
  std::snprintf(buffer, sizeof buffer, "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return buffer;
}

std::optional<Hash128> parse_hash128(std::string_view hex) noexcept {
  Hash128 hash;
  if (hex.size() != 32) return std::nullopt;
  for (uint64_t* part : {&hash.high, &hash.low}) {
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + 16, *part, 16);
    if (error != std::errc() || end != hex.data() + 16) return std::nullopt;
    hex.remove_prefix(16);
  }
  return hash;
}

Hash128 operator+(const Hash128& a, const Hash128& b) noexcept {
  Hash128 sum{a.low + b.low, a.high + b.high};
  if (sum.low < a.low) ++sum.high;
  return sum;
}

Hash128 operator-(const Hash128& a, const Hash128& b) noexcept {
  return {a.low - b.low, a.high - b.high - (a.low < b.low ? 1 : 0)};
}

std::string hex_of(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15U]);
  }
  return out;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  MINGLU_ASSERT(context_ != nullptr);
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

std::string Sha256::hex_digest() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest, &length);
  return hex_of({reinterpret_cast<const char*>(digest), length});
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.hex_digest();
}

}  // namespace minglu::base
