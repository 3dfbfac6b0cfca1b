// Two hashes for two purposes: hash64 (XXH3) for keys and tables inside one home; sha256 for digests that people and
// other systems see and that must resist forging. Both are stable across machines and versions: they are stored.
// Thread-safety: functions without state. Cost: hash64 several GB/s, sha256 about 1.8 GB/s.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace minglu::base {

uint64_t hash64(std::string_view bytes, uint64_t seed = 0) noexcept;

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  auto operator<=>(const Hash128&) const = default;
};
Hash128 hash128(std::string_view bytes) noexcept;
/// 32 lower-case hex digits.
std::string to_hex(const Hash128& hash);
/// Null unless exactly that.
std::optional<Hash128> parse_hash128(std::string_view hex) noexcept;
/// Modulo 2^128: a sum of hashes says what a set holds, whatever its order, and can be brought up to date.
Hash128 operator+(const Hash128& a, const Hash128& b) noexcept;
Hash128 operator-(const Hash128& a, const Hash128& b) noexcept;
/// Two lower-case hex digits a byte.
std::string hex_of(std::string_view bytes);

/// Incremental SHA-256. Not thread-safe; one per stream.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  /// 64 lower-case hex digits. Call once.
  std::string hex_digest();

 private:
  void* context_;
};
std::string sha256_hex(std::string_view bytes);

}  // namespace minglu::base
