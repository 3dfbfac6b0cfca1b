// Slow, obvious twins of engine/units/check_digits: each standard's own words, one step per line. Used by tests only.
#pragma once

#include <string>

namespace minglu::reference {

// GB 32100-2015, 5: "C18 = 31 - MOD(sum Ci x Wi, 31), Wi = 3^(i-1) mod 31"; 31 counts as 0. '?' for illegal input.
inline char uscc_check(const std::string& payload) {
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (payload.size() != 17) return '?';
  unsigned long long sum = 0;
  for (int i = 1; i <= 17; ++i) {
    const size_t value = alphabet.find(payload[static_cast<size_t>(i - 1)]);
    if (value == std::string::npos) return '?';
    unsigned long long power = 1;
    for (int k = 1; k < i; ++k) power *= 3;
    sum += value * (power % 31);
  }
  unsigned long long check = 31 - sum % 31;
  if (check == 31) check = 0;
  return alphabet[check];
}

// GB 11714: "C9 = 11 - MOD(sum Ci x Wi, 11)", weights 3 7 9 10 5 8 4 2; 10 is written X, 11 is written 0.
inline char org_code_check(const std::string& payload) {
  const std::string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  if (payload.size() != 8) return '?';
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    const size_t value = alphabet.find(payload[i]);
    if (value == std::string::npos) return '?';
    sum += static_cast<int>(value) * weights[i];
  }
  const int check = 11 - sum % 11;
  if (check == 10) return 'X';
  if (check == 11) return '0';
  return alphabet[static_cast<size_t>(check)];
}

// ISO 7064 MOD 11,10 (GS 15-2006): the check digit is the one that makes (P15 + C) mod 10 = 1.
inline char reg_no_check(const std::string& payload) {
  if (payload.size() != 14) return '?';
  int p = 10;
  for (const char c : payload) {
    if (c < '0' || c > '9') return '?';
    int s = (p + (c - '0')) % 10;
    if (s == 0) s = 10;
    p = (s * 2) % 11;
  }
  for (char check = '0'; check <= '9'; ++check) {
    if ((p + (check - '0')) % 10 == 1) return check;
  }
  return '?';
}

// GB 11643: ISO 7064 MOD 11-2: the check character makes sum(ai x 2^(i-1)) = 1 mod 11, counted from the right; 10 is X.
inline char personal_id_check(const std::string& payload) {
  if (payload.size() != 17) return '?';
  for (int check = 0; check <= 10; ++check) {
    unsigned long long sum = static_cast<unsigned long long>(check);
    unsigned long long power = 1;
    for (size_t i = 17; i-- > 0;) {
      if (payload[i] < '0' || payload[i] > '9') return '?';
      power *= 2;
      sum += static_cast<unsigned long long>(payload[i] - '0') * power;
    }
    if (sum % 11 == 1) return check == 10 ? 'X' : static_cast<char>('0' + check);
  }
  return '?';
}

}  // namespace minglu::reference
