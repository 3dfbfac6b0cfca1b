#include "store/account_seal.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::optional<std::string> from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) return std::nullopt;
    out.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return out;
}

}  // namespace

Result<std::string> seal(const SealSpec& spec, std::string_view secret) {
  MINGLU_ASSERT(spec.key.size() == kSealKeyBytes);
  std::string nonce(kNonceBytes, '\0');
  if (RAND_bytes(bytes_of(nonce), static_cast<int>(kNonceBytes)) != 1) {
    return base::internal_error("accounts: the system gives no random bytes");
  }
  const Context context(EVP_CIPHER_CTX_new());
  std::string cipher(secret.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int length = 0;
  const bool done =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(spec.key), bytes_of(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(spec.context),
                        static_cast<int>(spec.context.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(cipher), &length, bytes_of(secret), static_cast<int>(secret.size())) ==
          1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(tag), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1;
  if (!done) return base::internal_error("accounts: sealing a secret failed");
  return base::hex_of(nonce + cipher + tag);
}

std::optional<std::string> unseal(const SealSpec& spec, std::string_view sealed) {
  MINGLU_ASSERT(spec.key.size() == kSealKeyBytes);
  const std::optional<std::string> bytes = from_hex(sealed);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view cipher = all.substr(kNonceBytes, all.size() - kNonceBytes - kTagBytes);
  std::string tag(all.substr(all.size() - kTagBytes));
  const Context context(EVP_CIPHER_CTX_new());
  std::string secret(cipher.size(), '\0');
  int length = 0;
  std::string rest(kTagBytes, '\0');
  const bool done =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(spec.key), bytes_of(all)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(spec.context),
                        static_cast<int>(spec.context.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(secret), &length, bytes_of(cipher), static_cast<int>(cipher.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(rest), &length) == 1;
  if (!done) return std::nullopt;
  return secret;
}

}  // namespace minglu::store
