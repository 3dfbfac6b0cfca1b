#include "access/totp.hpp"

#include <algorithm>

#include "access/bytes.hpp"

namespace minglu::access {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr size_t kCodeDigits = 6;
constexpr uint32_t kCodeModulus = 1'000'000;

bool is_code(std::string_view code) noexcept {
  return code.size() == kCodeDigits &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string totp_secret(std::span<const uint8_t, kTotpSecretBytes> random) { return std::string(as_text(random)); }

std::string base32_encode(std::string_view bytes) { return spell(bytes, kBase32, 5); }

std::optional<std::string> base32_decode(std::string_view text) {
  std::string out;
  uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const size_t value = kBase32.find(upper);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 5U) | static_cast<uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>((pending >> bits) & 255U));
    }
    pending &= 255U;
  }
  return out;
}

std::string totp_uri(const TotpUriSpec& spec) {
  const std::string issuer = percent_encoded(spec.issuer);
  return "otpauth://totp/" + issuer + ":" + percent_encoded(spec.account) + "?secret=" + base32_encode(spec.secret) +
         "&issuer=" + issuer + "&algorithm=SHA1&digits=6&period=30";
}

std::string totp_code(std::string_view secret, int64_t step) {
  std::string counter(8, '\0');
  for (size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<char>(static_cast<uint64_t>(step) >> (8 * (counter.size() - 1 - i)));
  }
  const std::string mac = hmac_sha1(secret, counter);
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(mac[i])); };
  const size_t at = byte(mac.size() - 1) & 15U;
  const uint32_t number = ((byte(at) & 127U) << 24U) | (byte(at + 1) << 16U) | (byte(at + 2) << 8U) | byte(at + 3);
  char code[kCodeDigits + 1];
  std::snprintf(code, sizeof code, "%06u", number % kCodeModulus);
  return code;
}

std::optional<int64_t> accept_totp(std::string_view secret, std::string_view code, const TotpMoment& moment,
                                   const Parameters& parameters) {
  if (secret.empty() || !is_code(code)) return std::nullopt;
  const int64_t now = moment.now_s / parameters.totp_step_s;
  std::optional<int64_t> accepted;
  for (int64_t step = now - parameters.totp_window_steps; step <= now + parameters.totp_window_steps; ++step) {
    // Every step is compared, so that the time does not tell which one was close.
    const bool is_equal = equal_in_constant_time(totp_code(secret, step), code);
    if (is_equal && step > moment.last_step && !accepted) accepted = step;
  }
  return accepted;
}

}  // namespace minglu::access
