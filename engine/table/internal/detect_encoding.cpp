#include <simdjson.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <vector>

#include "table/internal/text_source.hpp"

namespace minglu::table::internal {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr size_t kHeadBytes = size_t{64} << 10;
constexpr uint64_t kEvidenceBytes = uint64_t{1} << 20;

struct Mark {
  std::string_view bytes;
  TextEncoding encoding;
};
constexpr std::array<Mark, 4> kMarks = {{{"\xEF\xBB\xBF", TextEncoding::kUtf8},
                                         {"\x84\x31\x95\x33", TextEncoding::kGb18030},
                                         {"\xFF\xFE", TextEncoding::kUtf16le},
                                         {"\xFE\xFF", TextEncoding::kUtf16be}}};

const Mark* find_mark(std::string_view head) noexcept {
  for (const Mark& mark : kMarks) {
    if (head.substr(0, mark.bytes.size()) == mark.bytes) return &mark;
  }
  return nullptr;
}

/// Every table has separators, line ends and digits. In UTF-16 each has its zero byte on the same side; a Han character
/// whose low byte is zero (一 is U+4E00) puts one on the other side, but pairs with no such sign.
bool looks_like_utf16(std::string_view head, TextEncoding& encoding) noexcept {
  const auto is_sign = [](char c) { return c != '\0' && std::strchr("\t\n\r,;|\"0123456789", c) != nullptr; };
  size_t little = 0;
  size_t big = 0;
  for (size_t i = 0; i + 1 < head.size(); i += 2) {
    little += head[i + 1] == '\0' && is_sign(head[i]) ? 1 : 0;
    big += head[i] == '\0' && is_sign(head[i + 1]) ? 1 : 0;
  }
  const size_t more = std::max(little, big);
  if (more * 50 < head.size() / 2 || more <= 4 * std::min(little, big)) return false;
  encoding = little > big ? TextEncoding::kUtf16le : TextEncoding::kUtf16be;
  return true;
}

size_t count_high(std::string_view text) noexcept {
  size_t count = 0;
  for (const char c : text) count += static_cast<unsigned char>(c) >> 7;
  return count;
}

/// Two- and four-byte forms of GB18030-2005, by ranges: enough to tell it from UTF-8; ICU judges each character later.
bool is_gb18030(std::string_view text) noexcept {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (size_t i = 0; i < text.size();) {
    if (at(i) < 0x80) {
      ++i;
      continue;
    }
    if (at(i) == 0x80 || at(i) == 0xFF) return false;
    if (at(i + 1) >= 0x40 && at(i + 1) <= 0xFE && at(i + 1) != 0x7F) {
      i += 2;
      continue;
    }
    const bool four = at(i + 1) >= 0x30 && at(i + 1) <= 0x39 && at(i + 2) >= 0x81 && at(i + 2) <= 0xFE &&
                      at(i + 3) >= 0x30 && at(i + 3) <= 0x39;
    if (!four) return false;
    i += 4;
  }
  return true;
}

struct Votes {
  uint64_t utf8 = 0;
  uint64_t gb18030 = 0;
  uint64_t neither = 0;

  void count_lines(std::string_view text) {
    if (is_clean_utf8(text)) {
      utf8 += count_high(text);
      return;
    }
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end);
      const size_t high = count_high(line);
      if (high == 0) continue;
      (is_clean_utf8(line) ? utf8 : is_gb18030(line) ? gb18030 : neither) += high;
    }
  }
  [[nodiscard]] bool decided() const noexcept {
    return neither == 0 && (utf8 == 0) != (gb18030 == 0) && utf8 + gb18030 >= kEvidenceBytes;
  }
};

Result<Votes> scan(ByteSource& source) {
  Votes votes;
  std::string piece;
  MINGLU_CHECK(source.rewind());
  for (;;) {
    MINGLU_TRY(const size_t got, source.read(piece, kPieceBytes));
    if (got == 0) break;
    // Lines go whole to the vote; a line longer than two pieces is cut, which costs one stray vote.
    size_t whole = piece.rfind('\n') + 1;
    if (whole == 0 && piece.size() >= 2 * kPieceBytes) whole = piece.size();
    votes.count_lines(std::string_view(piece).substr(0, whole));
    piece.erase(0, whole);
    if (votes.decided()) return votes;
  }
  votes.count_lines(piece);
  return votes;
}

Result<DetectedEncoding> detect_auto(ByteSource& source, std::string_view head) {
  DetectedEncoding detected;
  if (looks_like_utf16(head, detected.encoding)) return detected;
  MINGLU_TRY(const Votes votes, scan(source));
  if (votes.neither > votes.utf8 + votes.gb18030) {
    return base::invalid_argument("\"" + source.name() +
                                  "\" is neither UTF-8 nor GB18030 nor UTF-16; save it as UTF-8 and try again");
  }
  detected.encoding = votes.gb18030 > votes.utf8 ? TextEncoding::kGb18030 : TextEncoding::kUtf8;
  return detected;
}

struct Name {
  std::string_view text;
  TextEncoding encoding;
};
constexpr std::array<Name, 9> kNames = {{{"utf8", TextEncoding::kUtf8},
                                         {"usascii", TextEncoding::kUtf8},
                                         {"ascii", TextEncoding::kUtf8},
                                         {"gb18030", TextEncoding::kGb18030},
                                         {"gbk", TextEncoding::kGb18030},
                                         {"gb2312", TextEncoding::kGb18030},
                                         {"utf16", TextEncoding::kUtf16le},
                                         {"utf16le", TextEncoding::kUtf16le},
                                         {"utf16be", TextEncoding::kUtf16be}}};

}  // namespace

std::string DetectedEncoding::title() const {
  const char* name = "UTF-8";
  if (encoding == TextEncoding::kGb18030) name = "GB18030";
  if (encoding == TextEncoding::kUtf16le) name = "UTF-16LE";
  if (encoding == TextEncoding::kUtf16be) name = "UTF-16BE";
  return std::string(name) + (bom_bytes > 0 ? " (BOM)" : "");
}

bool is_clean_utf8(std::string_view text) noexcept {
  // Short ASCII cells are the common case, and simdjson's dispatch costs more than looking at them.
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  if (i + 8 > text.size()) {
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    if (i == text.size()) return true;
  }
  return simdjson::validate_utf8(text.data() + i, text.size() - i);
}

Result<DetectedEncoding> detect_encoding(ByteSource& source, std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-' && c != '_' && c != ' ')
      plain.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  std::string head;
  MINGLU_CHECK(source.rewind());
  MINGLU_TRY(const size_t got, source.read(head, kHeadBytes));
  static_cast<void>(got);
  const Mark* mark = find_mark(head);
  if (plain.empty() || plain == "auto") {
    if (mark != nullptr) return DetectedEncoding{mark->encoding, mark->bytes.size()};
    auto detected = detect_auto(source, head);
    MINGLU_CHECK(source.rewind());
    return detected;
  }
  for (const Name& known : kNames) {
    if (known.text != plain) continue;
    if (plain == "utf16" && mark != nullptr && mark->encoding == TextEncoding::kUtf16be) {
      return DetectedEncoding{TextEncoding::kUtf16be, 2};
    }
    const bool marked = mark != nullptr && mark->encoding == known.encoding;
    return DetectedEncoding{known.encoding, marked ? mark->bytes.size() : 0};
  }
  return base::invalid_argument("encoding \"" + std::string(name) +
                                "\" is not known; use auto, utf-8, gb18030, utf-16le or utf-16be");
}

}  // namespace minglu::table::internal
