// A file as a stream of UTF-8, whatever its encoding: UTF-8 with or without BOM, GB18030 (hence GBK and GB2312),
// UTF-16.
//
// How the encoding is found (encoding "auto"): a byte order mark decides. Else zero bytes on one side only of the
// 16-bit units mean UTF-16. Else the file is scanned in pieces, and every line with bytes above 0x7F votes with the
// number of those bytes: for UTF-8 when it is well-formed UTF-8, else for GB18030 when it is that. So a first GB18030
// character after megabytes of ASCII is seen, and a few damaged lines do not turn a whole file. The scan stops early
// once kEvidenceBytes of non-ASCII agree without a counter-vote. A file where most such bytes fit neither is refused.
//
// Ill-formed bytes never stop the stream: UTF-8 input is passed through unchanged, and in converted input each
// ill-formed sequence becomes one byte 0xFF, which no UTF-8 contains. The consumer checks each row with is_clean_utf8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "table/internal/byte_source.hpp"

namespace minglu::table::internal {

enum class TextEncoding { kUtf8, kGb18030, kUtf16le, kUtf16be };

struct DetectedEncoding {
  TextEncoding encoding = TextEncoding::kUtf8;
  size_t bom_bytes = 0;
  /// For people: "UTF-8 (BOM)", "GB18030".
  [[nodiscard]] std::string title() const;
};

/// `name` as in ReadSpec::encoding ("auto", "utf-8", "gb18030", "gbk", "gb2312", "utf-16", "utf-16le", "utf-16be", any
/// case). kInvalidArgument for another name, or when nothing fits. Leaves the source rewound to its start.
Result<DetectedEncoding> detect_encoding(ByteSource& source, std::string_view name);

/// Well-formed UTF-8. Fast: tens of GB/s on ASCII.
bool is_clean_utf8(std::string_view text) noexcept;

class TextSource {
 public:
  /// Detects the encoding and stands after the byte order mark.
  static Result<TextSource> open(ByteSource bytes, std::string_view encoding);
  TextSource(TextSource&&) noexcept;
  TextSource& operator=(TextSource&&) = delete;
  ~TextSource();
  /// Appends UTF-8 made of about `bytes_max` input bytes to `out`; false at the end, when nothing was appended.
  Result<bool> read(std::string& out, size_t bytes_max);
  /// Back to the first character.
  Status rewind();
  [[nodiscard]] const DetectedEncoding& encoding() const noexcept { return detected_; }
  [[nodiscard]] const std::string& name() const noexcept { return bytes_.name(); }

 private:
  struct Converter;
  TextSource(ByteSource bytes, DetectedEncoding detected);
  Status convert(std::string_view input, bool last, std::string& out);
  ByteSource bytes_;
  DetectedEncoding detected_;
  std::unique_ptr<Converter> converter_;  // null for UTF-8
  std::string raw_;
  bool ended_ = false;
};

}  // namespace minglu::table::internal
