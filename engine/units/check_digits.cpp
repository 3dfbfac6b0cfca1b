#include "units/check_digits.hpp"

#include <array>
#include <cstdint>

namespace minglu::units {
namespace {

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr uint32_t kUsccModulus = 31;

constexpr std::array<int8_t, 256> make_uscc_values() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kUsccAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kUsccAlphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}
constexpr std::array<int8_t, 256> kUsccValues = make_uscc_values();

constexpr std::array<uint32_t, 17> make_uscc_weights() {
  std::array<uint32_t, 17> weights{};
  uint32_t weight = 1;
  for (uint32_t& w : weights) {
    w = weight;
    weight = weight * 3 % kUsccModulus;
  }
  return weights;
}
constexpr std::array<uint32_t, 17> kUsccWeights = make_uscc_weights();
constexpr std::array<uint32_t, 8> kOrgWeights = {3, 7, 9, 10, 5, 8, 4, 2};
constexpr std::array<uint32_t, 17> kPersonWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};

}  // namespace

std::optional<char> uscc_check_char(std::string_view payload) noexcept {
  if (payload.size() != kUsccWeights.size()) return std::nullopt;
  uint32_t sum = 0;
  int signs = 0;  // Negative when any character is outside the alphabet: tested once, after the loop.
  for (size_t i = 0; i < kUsccWeights.size(); ++i) {
    const int value = kUsccValues[static_cast<unsigned char>(payload[i])];
    signs |= value;
    sum += static_cast<uint32_t>(value) * kUsccWeights[i];
  }
  if (signs < 0) return std::nullopt;
  return kUsccAlphabet[(kUsccModulus - sum % kUsccModulus) % kUsccModulus];
}

std::optional<char> org_code_check_char(std::string_view payload) noexcept {
  if (payload.size() != kOrgWeights.size()) return std::nullopt;
  uint32_t sum = 0;
  for (size_t i = 0; i < kOrgWeights.size(); ++i) {
    const char c = payload[i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'A' && c <= 'Z')) return std::nullopt;
    sum += static_cast<uint32_t>(digit ? c - '0' : c - 'A' + 10) * kOrgWeights[i];
  }
  const uint32_t check = 11 - sum % 11;
  if (check == 10) return 'X';
  return check == 11 ? '0' : static_cast<char>('0' + check);
}

std::optional<char> reg_no_check_char(std::string_view payload) noexcept {
  constexpr size_t kPayloadDigits = 14;
  if (payload.size() != kPayloadDigits) return std::nullopt;
  uint32_t p = 10;
  for (const char c : payload) {
    if (c < '0' || c > '9') return std::nullopt;
    const uint32_t s = (p + static_cast<uint32_t>(c - '0')) % 10;
    p = (s == 0 ? 10 : s) * 2 % 11;
  }
  return static_cast<char>('0' + (11 - p) % 10);
}

std::optional<char> personal_id_check_char(std::string_view payload) noexcept {
  if (payload.size() != kPersonWeights.size()) return std::nullopt;
  uint32_t sum = 0;
  for (size_t i = 0; i < kPersonWeights.size(); ++i) {
    if (payload[i] < '0' || payload[i] > '9') return std::nullopt;
    sum += static_cast<uint32_t>(payload[i] - '0') * kPersonWeights[i];
  }
  return std::string_view("10X98765432")[sum % 11];
}

}  // namespace minglu::units
