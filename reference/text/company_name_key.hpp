// Slow obvious twin of text::normalise_company_name: decode everything, fold or drop each character, encode.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "text/chars.hpp"

namespace minglu::reference {

inline std::string company_name_key(std::string_view utf8, const text::CharTables& chars) {
  std::u32string kept;
  for (const char32_t c : base::decode_utf8(utf8)) {
    const char32_t half = text::to_half_width(c);
    if (chars.key_char(half) == 0) continue;
    char32_t folded = chars.to_simplified(half);
    if (std::u32string_view(U"([{【〔〖﹙").find(folded) != std::u32string_view::npos) folded = U'(';
    if (std::u32string_view(U")]}】〕〗﹚").find(folded) != std::u32string_view::npos) folded = U')';
    if (folded >= U'a' && folded <= U'z') folded -= 0x20;
    kept.push_back(folded);
  }
  return base::encode_utf8(kept);
}

}  // namespace minglu::reference
