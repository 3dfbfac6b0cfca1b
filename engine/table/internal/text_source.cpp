#include "table/internal/text_source.hpp"

#include <unicode/ucnv.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace minglu::table::internal {

struct TextSource::Converter {
  UConverter* handle = nullptr;
  std::vector<UChar> units = std::vector<UChar>(16384);
  char16_t pending_lead = 0;  // high surrogate at the end of a piece
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { ucnv_close(handle); }
};

namespace {

const char* converter_name(TextEncoding encoding) noexcept {
  switch (encoding) {
    case TextEncoding::kGb18030: return "gb18030";
    case TextEncoding::kUtf16le: return "UTF-16LE";
    case TextEncoding::kUtf16be: return "UTF-16BE";
    case TextEncoding::kUtf8: break;
  }
  return "UTF-8";
}

constexpr char kIllFormed = '\xFF';

void append_code_point(std::string& out, char32_t c) {
  if (c < 0x80)
    out.push_back(static_cast<char>(c));
  else
    base::append_utf8(out, c);
}

/// UTF-16 to UTF-8. ICU hands over whole characters, but a piece may end between the two halves of a pair.
void append_units(const UChar* unit, const UChar* end, char16_t& pending_lead, std::string& out) {
  for (; unit < end; ++unit) {
    const char16_t u = *unit;
    if (pending_lead != 0) {
      const char16_t lead = std::exchange(pending_lead, u'\0');
      if (u >= 0xDC00 && u <= 0xDFFF) {
        append_code_point(out, 0x10000 + ((static_cast<char32_t>(lead) - 0xD800) << 10) + (u - 0xDC00u));
        continue;
      }
      out.push_back(kIllFormed);
    }
    if (u >= 0xD800 && u <= 0xDBFF)
      pending_lead = u;
    else if (u >= 0xDC00 && u <= 0xDFFF)
      out.push_back(kIllFormed);
    else
      append_code_point(out, u);
  }
}

}  // namespace

Result<TextSource> TextSource::open(ByteSource bytes, std::string_view encoding) {
  MINGLU_TRY(const DetectedEncoding detected, detect_encoding(bytes, encoding));
  TextSource source(std::move(bytes), detected);
  if (detected.encoding != TextEncoding::kUtf8) {
    source.converter_ = std::make_unique<Converter>();
    UErrorCode code = U_ZERO_ERROR;
    source.converter_->handle = ucnv_open(converter_name(detected.encoding), &code);
    if (U_FAILURE(code)) return base::internal_error(std::string("ICU has no converter ") + u_errorName(code));
    ucnv_setToUCallBack(source.converter_->handle, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &code);
  }
  MINGLU_CHECK(source.rewind());
  return source;
}

TextSource::TextSource(ByteSource bytes, DetectedEncoding detected) : bytes_(std::move(bytes)), detected_(detected) {}
TextSource::TextSource(TextSource&&) noexcept = default;
TextSource::~TextSource() = default;

Status TextSource::rewind() {
  ended_ = false;
  if (converter_) {
    ucnv_resetToUnicode(converter_->handle);
    converter_->pending_lead = 0;
  }
  return bytes_.rewind(detected_.bom_bytes);
}

Result<bool> TextSource::read(std::string& out, size_t bytes_max) {
  if (!converter_) {
    MINGLU_TRY(const size_t got, bytes_.read(out, bytes_max));
    return got > 0;
  }
  const size_t before = out.size();
  while (!ended_ && out.size() == before) {  // a piece may end inside a character and give nothing yet
    raw_.clear();
    MINGLU_TRY(const size_t got, bytes_.read(raw_, bytes_max));
    ended_ = got == 0;
    MINGLU_CHECK(convert(raw_, ended_, out));
  }
  return out.size() > before;
}

Status TextSource::convert(std::string_view input, bool last, std::string& out) {
  Converter& c = *converter_;
  const char* from = input.data();
  const char* const from_end = from + input.size();
  for (;;) {
    UChar* to = c.units.data();
    UErrorCode code = U_ZERO_ERROR;
    ucnv_toUnicode(c.handle, &to, to + c.units.size(), &from, from_end, nullptr, last ? 1 : 0, &code);
    append_units(c.units.data(), to, c.pending_lead, out);
    if (code == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(code)) break;
    if (code != U_ILLEGAL_CHAR_FOUND && code != U_INVALID_CHAR_FOUND && code != U_TRUNCATED_CHAR_FOUND) {
      return base::internal_error("cannot convert \"" + bytes_.name() + "\": " + u_errorName(code));
    }
    out.push_back(kIllFormed);  // the converter stands after the ill-formed sequence
    if (from == from_end && last) break;
  }
  if (last && std::exchange(c.pending_lead, u'\0') != 0) out.push_back(kIllFormed);
  return ok_status();
}

}  // namespace minglu::table::internal
