// Seals a secret for storing: AES-256-GCM with a random nonce, bound to a context, so that a sealed text moved to
// another user's row does not open. Text: hex of nonce (12 bytes), ciphertext, tag (16 bytes). Internal to store/.
// Thread-safety: functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::store {

struct SealSpec {
  std::string_view key;      // kSealKeyBytes bytes
  std::string_view context;  // authenticated, not stored: "totp:7"
};

/// kInternal when the system gives no random bytes.
Result<std::string> seal(const SealSpec& spec, std::string_view secret);
/// Null when the text was not sealed with this key and context, or was changed.
std::optional<std::string> unseal(const SealSpec& spec, std::string_view sealed);

}  // namespace minglu::store
