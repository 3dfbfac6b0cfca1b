// JSON and NDJSON as streams. A document is never held: the place of the records is found while reading, then one
// record after the other is cut out by its brackets (at most row_bytes_max bytes of it) and parsed by itself. So a
// record that is no JSON inside its brackets costs that record only.
#include <algorithm>

#include "table/internal/json_record.hpp"
#include "table/internal/readers.hpp"
#include "table/internal/text_source.hpp"

namespace minglu::table::internal {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Characters of a text, with one character of look-ahead.
class Cursor {
 public:
  Cursor(TextSource source, size_t read_bytes)
      : source_(std::move(source)), read_bytes_(std::max<size_t>(read_bytes, 1)) {}
  /// False at the end.
  Result<bool> fill() {
    if (at_ < buffer_.size()) return true;
    buffer_.clear();
    at_ = 0;
    return source_.read(buffer_, read_bytes_);
  }
  [[nodiscard]] char peek() const noexcept { return buffer_[at_]; }
  void advance() noexcept { ++at_; }
  [[nodiscard]] std::string_view rest() const noexcept { return std::string_view(buffer_).substr(at_); }
  void advance(size_t count) noexcept { at_ += count; }
  /// The next character that is no white space; NUL at the end.
  Result<char> next_sign() {
    for (;;) {
      MINGLU_TRY(const bool more, fill());
      if (!more) return '\0';
      if (!is_space(peek())) return peek();
      advance();
    }
  }
  [[nodiscard]] const TextSource& source() const noexcept { return source_; }

 private:
  TextSource source_;
  size_t read_bytes_;
  std::string buffer_;
  size_t at_ = 0;
};

enum class Cut { kWhole, kTooLong, kTruncated };

/// Cuts one value out: a string, a container by its brackets, or a word. `out` null = skip.
Result<Cut> cut_value(Cursor& cursor, std::string* out, size_t bytes_max) {
  size_t depth = 0;
  size_t bytes = 0;
  bool in_string = false;
  bool escaped = false;
  bool any = false;
  for (;;) {
    MINGLU_TRY(const bool more, cursor.fill());
    if (!more) return depth == 0 && !in_string && any ? Cut::kWhole : Cut::kTruncated;
    const std::string_view rest = cursor.rest();
    size_t i = 0;
    bool done = false;
    for (; i < rest.size() && !done; ++i) {
      const char c = rest[i];
      if (in_string) {
        if (escaped)
          escaped = false;
        else if (c == '\\')
          escaped = true;
        else if (c == '"') {
          in_string = false;
          done = depth == 0;
        }
        continue;
      }
      if (depth == 0 && any && (c == ',' || c == ']' || c == '}' || is_space(c))) break;  // behind a word
      any = true;
      if (c == '"')
        in_string = true;
      else if (c == '{' || c == '[')
        ++depth;
      else if (c == '}' || c == ']')
        done = depth == 0 || --depth == 0;
    }
    bytes += i;
    if (out != nullptr && bytes <= bytes_max) out->append(rest.substr(0, i));
    const bool stopped = done || i < rest.size();
    cursor.advance(i);
    if (stopped) return bytes <= bytes_max ? Cut::kWhole : Cut::kTooLong;
  }
}

class NdjsonSource final : public RecordSource {
 public:
  NdjsonSource(TextSource source, const ReadSpec& spec)
      : cursor_(std::move(source), spec.read_buffer_bytes), limits_(spec.limits) {}
  Result<bool> read(KeyedRecord& record) override {
    for (;;) {
      line_.clear();
      bytes_ = 0;
      MINGLU_TRY(const bool any, read_line());
      if (!any) return false;
      if (bytes_ > limits_.row_bytes_max) {
        record.clear();
        record.fatal = KeyedRecord::Problem{"row_too_long",
                                            "本行超过上限 " + std::to_string(limits_.row_bytes_max) + " 字节，已跳过"};
        return true;
      }
      if (std::all_of(line_.begin(), line_.end(), is_space)) continue;
      parse_json_record(line_, limits_.depth_max, record);
      return true;
    }
  }

 private:
  Result<bool> read_line() {
    bool any = false;
    for (;;) {
      MINGLU_TRY(const bool more, cursor_.fill());
      if (!more) return any;
      any = true;
      const std::string_view rest = cursor_.rest();
      const size_t end = rest.find('\n');
      const size_t count = std::min(end, rest.size());
      bytes_ += count;
      if (bytes_ <= limits_.row_bytes_max) line_.append(rest.substr(0, count));
      cursor_.advance(std::min(count + 1, rest.size()));
      if (end != std::string_view::npos) return true;
    }
  }
  Cursor cursor_;
  ReadLimits limits_;
  std::string line_;
  size_t bytes_ = 0;
};

class JsonSource final : public RecordSource {
 public:
  JsonSource(TextSource source, const ReadSpec& spec)
      : cursor_(std::move(source), spec.read_buffer_bytes), spec_(spec) {
    for (size_t from = 0; from < spec.record_path.size();) {
      const size_t end = std::min(spec.record_path.find('/', from), spec.record_path.size());
      if (end > from) path_.push_back(spec.record_path.substr(from, end - from));
      from = end + 1;
    }
  }
  /// Stands before the first record, or fails.
  Status find_records() {
    MINGLU_TRY(const bool found, descend(0));
    if (found) return ok_status();
    return base::invalid_argument("\"" + name() + "\" has no array of objects" +
                                  (path_.empty() ? std::string() : " at \"" + spec_.record_path + "\"") +
                                  "; name where the records are");
  }
  Result<bool> read(KeyedRecord& record) override;

 private:
  [[nodiscard]] const std::string& name() const noexcept { return cursor_.source().name(); }
  [[nodiscard]] Error broken(const std::string& what) const {
    return base::data_loss("\"" + name() + "\": " + what + " after record " + std::to_string(rows_) +
                           "; the records up to there are good");
  }
  Result<bool> descend(size_t depth);
  Result<bool> descend_object(size_t depth);
  Result<bool> descend_array();
  Status close_document();
  Cursor cursor_;
  ReadSpec spec_;
  std::vector<std::string> path_;
  size_t open_objects_ = 0;  // around the records
  uint64_t rows_ = 0;
  bool single_ = false;  // the path names one object
  bool first_ = true;
};

/// At a value: true when the cursor stands inside the array of records (or before the one record).
Result<bool> JsonSource::descend(size_t depth) {
  if (depth > spec_.limits.depth_max) return base::invalid_argument("\"" + name() + "\" is nested too deep");
  MINGLU_TRY(const char sign, cursor_.next_sign());
  const bool at_target = depth >= path_.size();
  if (sign == '[' && at_target) return descend_array();
  if (sign == '{' && at_target && !path_.empty()) {
    single_ = true;
    return true;
  }
  if (sign == '{') return descend_object(depth);
  if (sign == '\0') return base::invalid_argument("\"" + name() + "\" is empty or ends before any record");
  if (depth == 0 && sign != '[')
    return base::invalid_argument("\"" + name() + "\" is not JSON: it begins with '" + sign + "'");
  MINGLU_TRY(const Cut cut, cut_value(cursor_, nullptr, 0));
  if (cut == Cut::kTruncated) return base::data_loss("\"" + name() + "\" ends before any record");
  return false;
}

Result<bool> JsonSource::descend_array() {
  cursor_.advance();
  MINGLU_TRY(const char sign, cursor_.next_sign());
  if (sign == '{' || (sign == ']' && !path_.empty())) return true;
  // Not records: leave the array by skipping its values.
  for (;;) {
    MINGLU_TRY(const char next, cursor_.next_sign());
    if (next == '\0') return base::data_loss("\"" + name() + "\" ends before any record");
    if (next == ']' || next == ',') cursor_.advance();
    if (next == ']') return false;
    if (next == ',') continue;
    if (next == '}') return base::invalid_argument("\"" + name() + "\" is not JSON: '}' closes an array");
    MINGLU_TRY(const Cut cut, cut_value(cursor_, nullptr, 0));
    static_cast<void>(cut);
  }
}

Result<bool> JsonSource::descend_object(size_t depth) {
  cursor_.advance();
  ++open_objects_;
  for (;;) {
    MINGLU_TRY(const char sign, cursor_.next_sign());
    if (sign == '}' || sign == ',') cursor_.advance();
    if (sign == '}') break;
    if (sign == ',') continue;
    if (sign != '"') return base::invalid_argument("\"" + name() + "\" is not JSON: a key is expected in an object");
    std::string key;
    MINGLU_TRY(const Cut cut, cut_value(cursor_, &key, spec_.limits.cell_bytes_max));
    MINGLU_TRY(const char colon, cursor_.next_sign());
    if (cut != Cut::kWhole || colon != ':')
      return base::invalid_argument("\"" + name() + "\" is not JSON: ':' is expected");
    cursor_.advance();
    MINGLU_TRY(const char value_sign, cursor_.next_sign());
    if (value_sign == '}' || value_sign == ']' || value_sign == ',' || value_sign == '\0') {
      return base::invalid_argument("\"" + name() + "\" is not JSON: a value is missing");
    }
    KeyedRecord unescaped;
    parse_json_record("{" + key + ":null}", 1, unescaped);
    const bool wanted = path_.empty() || (!unescaped.fatal && unescaped.cells[0].first == path_[depth]);
    if (wanted) {
      MINGLU_TRY(const bool found, descend(depth + 1));
      if (found) return true;
    } else {
      MINGLU_TRY(const Cut skipped, cut_value(cursor_, nullptr, 0));
      if (skipped == Cut::kTruncated) return base::data_loss("\"" + name() + "\" ends before any record");
    }
  }
  --open_objects_;
  return false;
}

/// After the records: the brackets around them must close, else the file was cut off.
Status JsonSource::close_document() {
  while (open_objects_ > 0) {
    MINGLU_TRY(const char sign, cursor_.next_sign());
    if (sign == '\0') return broken("the file ends too early");
    if (sign == '}' || sign == ',' || sign == ':') {
      cursor_.advance();
      open_objects_ -= sign == '}' ? 1 : 0;
      continue;
    }
    if (sign == ']') return broken("']' stands where '}' is expected");
    MINGLU_TRY(const Cut cut, cut_value(cursor_, nullptr, 0));
    if (cut == Cut::kTruncated) return broken("the file ends too early");
  }
  MINGLU_TRY(const char sign, cursor_.next_sign());
  if (sign != '\0') return broken("something stands behind the document");
  return ok_status();
}

Result<bool> JsonSource::read(KeyedRecord& record) {
  record.clear();
  MINGLU_TRY(char sign, cursor_.next_sign());
  if (single_ ? !first_ : sign == ']') {
    if (!single_) cursor_.advance();
    MINGLU_CHECK(close_document());
    return false;
  }
  if (!first_) {
    if (sign == '\0') return broken("the file ends too early");
    if (sign != ',') return broken("a comma is missing");
    cursor_.advance();
    MINGLU_TRY(sign, cursor_.next_sign());
  }
  first_ = false;
  if (sign == '\0') return broken("the file ends too early");
  if (sign == ',' || sign == ']' || sign == '}') return broken("a value is missing");
  std::string text;
  MINGLU_TRY(const Cut cut, cut_value(cursor_, &text, spec_.limits.row_bytes_max));
  if (cut == Cut::kTruncated) return broken("the file ends too early");
  ++rows_;
  if (cut == Cut::kTooLong) {
    record.fatal = KeyedRecord::Problem{
        "row_too_long", "本条记录超过上限 " + std::to_string(spec_.limits.row_bytes_max) + " 字节，已跳过"};
    return true;
  }
  parse_json_record(text, spec_.limits.depth_max, record);
  return true;
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_json(ByteSource bytes, const ReadSpec& spec, bool ndjson) {
  MINGLU_TRY(TextSource source, TextSource::open(std::move(bytes), spec.encoding));
  const std::string name = source.name();
  std::vector<std::string> notes = {"编码 " + source.encoding().title()};
  if (ndjson) return KeyedReader::open(std::make_unique<NdjsonSource>(std::move(source), spec), spec, notes, name);
  auto records = std::make_unique<JsonSource>(std::move(source), spec);
  MINGLU_CHECK(records->find_records());
  return KeyedReader::open(std::move(records), spec, notes, name);
}

}  // namespace minglu::table::internal
