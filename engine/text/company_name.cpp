#include "text/company_name.hpp"

#include "base/utf8.hpp"
#include "text/name_lexicon.hpp"

namespace minglu::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

constexpr bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0U) == 0x80U; }

// The next character and how many bytes it takes; an ill-formed byte is one replacement character. Two- and three-byte
// forms, nearly all of Chinese text, are decoded here; the rare four-byte forms go the general way.
struct Step {
  char32_t c;
  size_t bytes;
};

Step next_character(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t left = text.size() - at;
  if (lead >= 0xE0 && lead < 0xF0 && left >= 3 && is_continuation(byte(1)) && is_continuation(byte(2))) {
    const char32_t c = ((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
    return {kReplacement, 1};
  }
  if (lead >= 0xC2 && lead < 0xE0 && left >= 2 && is_continuation(byte(1))) {
    return {((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
  }
  if (lead >= 0xF0 && left >= 4 && base::is_valid_utf8(text.substr(at, 4))) {
    return {base::decode_utf8(text.substr(at, 4))[0], 4};
  }
  return {kReplacement, 1};
}

}  // namespace

void normalise_company_name(std::string_view utf8, const CharTables& chars, std::string& out) {
  out.clear();
  out.reserve(utf8.size() + 2);
  for (size_t at = 0; at < utf8.size();) {
    const Step step = next_character(utf8, at);
    at += step.bytes;
    const char32_t c = chars.key_char(step.c);
    if (c >= 0x800 && c < 0x10000) {
      const char encoded[3] = {static_cast<char>(0xE0U | (c >> 12U)), static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
                               static_cast<char>(0x80U | (c & 0x3FU))};
      out.append(encoded, 3);
    } else if (c != 0) {
      base::append_utf8(out, c);
    }
  }
}

std::string normalise_company_name(std::string_view utf8, const CharTables& chars) {
  std::string out;
  normalise_company_name(utf8, chars, out);
  return out;
}

std::string company_name_core_key(std::string_view utf8, const CharTables& chars, const NameLexicon& lexicon) {
  const std::u32string key = base::decode_utf8(normalise_company_name(utf8, chars));
  std::u32string core;
  for (size_t at = 0; at < key.size();) {
    const size_t close = key[at] == U'(' ? key.find(U')', at) : std::u32string::npos;
    if (close == std::u32string::npos) {
      core.push_back(key[at++]);
      continue;
    }
    const std::u32string_view inside = std::u32string_view(key).substr(at + 1, close - at - 1);
    const bool droppable = lexicon.is_region_text(inside) || lexicon.is_legal_text(inside);
    if (droppable) {
      core.append(inside);
    } else {
      core.append(key, at, close - at + 1);
    }
    at = close + 1;
  }
  return base::encode_utf8(core);
}

}  // namespace minglu::text
