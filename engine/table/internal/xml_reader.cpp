// XML as a stream of records. First pass (over the first kSurveyBytes only): which element repeats. Second pass: each
// such element becomes a record; its attributes, leaf elements and their attributes become cells named by their path
// inside it
// ("地址.街道"); a leaf that repeats is joined with "|"; an empty element is null.
#include <algorithm>
#include <deque>
#include <map>

#include "table/internal/header.hpp"
#include "table/internal/keyed_reader.hpp"
#include "table/internal/readers.hpp"
#include "table/internal/text_source.hpp"
#include "table/internal/xml_parser.hpp"

namespace minglu::table::internal {
namespace {

constexpr size_t kSurveyBytes = size_t{4} << 20;
constexpr size_t kSurveyPathsMax = 10000;

/// Encoding of the XML declaration, lower case; "" when there is none.
std::string declared_encoding(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (!head.starts_with("<?xml")) return {};
  const std::string_view declaration = head.substr(0, head.find("?>"));
  size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const size_t end = declaration.find(declaration[at], at + 1);
  return end == std::string_view::npos ? std::string() : std::string(declaration.substr(at + 1, end - at - 1));
}

Result<TextSource> open_text(ByteSource bytes) {
  std::string head;
  MINGLU_TRY(const size_t got, bytes.read(head, 1024));
  static_cast<void>(got);
  MINGLU_CHECK(bytes.rewind());
  std::string encoding = declared_encoding(head);
  // A declaration that can be read byte by byte is not UTF-16, whatever it says.
  if (encoding.starts_with("UTF-16") || encoding.starts_with("utf-16")) encoding.clear();
  return TextSource::open(std::move(bytes), encoding.empty() ? "auto" : encoding);
}

/// Counts elements by path.
class Survey final : public XmlEvents {
 public:
  struct Seen {
    size_t depth = 0;
    uint64_t count = 0;
    bool structured = false;  // has attributes or child elements
    size_t order = 0;
  };
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (seen_.size() < kSurveyPathsMax || seen_.count(path_) > 0) seen_[path_].structured |= !path_.empty();
    lengths_.push_back(path_.size());
    if (!path_.empty()) path_ += '/';
    path_ += name;
    if (seen_.size() >= kSurveyPathsMax && seen_.count(path_) == 0) return;
    Seen& seen = seen_[path_];
    if (seen.count == 0) seen.order = seen_.size();
    seen.depth = lengths_.size();
    ++seen.count;
    seen.structured |= !attributes.empty();
  }
  void end(std::string_view) override {
    path_.resize(lengths_.back());
    lengths_.pop_back();
  }
  void text(std::string_view) override {}

  /// The shallowest structured element that repeats, the commonest of that depth; else the first structured element
  /// below the root that holds no other structured element; else the root.
  [[nodiscard]] std::string best() const {
    std::string found;
    Seen best;
    for (const auto& [path, seen] : seen_) {
      if (path.empty() || seen.count < 2 || !seen.structured || seen.depth < 2) continue;
      const bool better = best.count == 0 || seen.depth < best.depth ||
                          (seen.depth == best.depth && seen.count > best.count) ||
                          (seen.depth == best.depth && seen.count == best.count && seen.order < best.order);
      if (!better) continue;
      best = seen;
      found = path;
    }
    if (!found.empty()) return found;
    for (const auto& [path, seen] : seen_) {
      if (path.empty() || !seen.structured || seen.depth < best.depth) continue;
      best = seen;
      found = path;
    }
    return found;
  }

 private:
  std::map<std::string, Seen> seen_;
  std::string path_;
  std::vector<size_t> lengths_;
};

/// Collects records.
class Collector final : public XmlEvents {
 public:
  Collector(std::string path, const ReadLimits& limits) : record_path_(std::move(path)), limits_(limits) {
    holder_path_ = record_path_.substr(0, std::min(record_path_.rfind('/'), record_path_.size()));
  }
  void start(std::string_view name, const XmlAttributes& attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view text) override;
  std::deque<KeyedRecord>& records() noexcept { return records_; }
  /// The document holds the element around the records and nothing in it: an empty list, not another document.
  [[nodiscard]] bool is_empty_list() const noexcept { return holder_seen_ && !other_seen_; }

 private:
  struct Element {
    size_t path_size = 0;  // of path_ before it
    std::string key;       // path inside the record
    std::string text;
    bool has_children = false;
  };
  void add(std::string key, std::string value);
  std::string record_path_;
  std::string holder_path_;  // of the element around the records
  bool holder_seen_ = false;
  bool other_seen_ = false;  // an element in the holder that is no record
  ReadLimits limits_;
  std::string path_;
  std::vector<size_t> outside_;  // path sizes outside records
  std::vector<Element> inside_;
  KeyedRecord record_;
  std::map<std::string, size_t> cell_of_key_;
  size_t bytes_ = 0;
  std::deque<KeyedRecord> records_;
};

void Collector::add(std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  if (bytes_ > limits_.row_bytes_max) return;
  std::optional<std::string> cell;
  if (!value.empty()) cell = std::move(value);
  const auto [at, fresh] = cell_of_key_.emplace(key, record_.cells.size());
  if (fresh) {
    record_.cells.emplace_back(std::move(key), std::move(cell));
    return;
  }
  std::optional<std::string>& old = record_.cells[at->second].second;
  old = old.value_or("") + "|" + cell.value_or("");
}

void Collector::start(std::string_view name, const XmlAttributes& attributes) {
  if (inside_.empty()) {
    outside_.push_back(path_.size());
    if (!path_.empty()) path_ += '/';
    path_ += name;
    holder_seen_ |= path_ == holder_path_;
    if (path_ != record_path_) {
      other_seen_ |= path_.size() > holder_path_.size() && path_.starts_with(holder_path_ + "/");
      return;
    }
    record_.clear();
    cell_of_key_.clear();
    bytes_ = 0;
    inside_.push_back({0, {}, {}, false});
    for (const auto& [key, value] : attributes) add(std::string(key), std::string(value));
    return;
  }
  inside_.back().has_children = true;
  std::string key = inside_.back().key;
  if (!key.empty()) key += '.';
  key += name;
  for (const auto& [attribute, value] : attributes) {
    if (attribute != "nil") add(key + "." + std::string(attribute), std::string(value));
  }
  inside_.push_back({0, std::move(key), {}, false});
}

void Collector::text(std::string_view text) {
  if (inside_.empty()) return;
  bytes_ += text.size();
  if (bytes_ <= limits_.row_bytes_max) inside_.back().text.append(text);
}

void Collector::end(std::string_view name) {
  if (inside_.empty()) {
    path_.resize(outside_.back());
    outside_.pop_back();
    return;
  }
  Element element = std::move(inside_.back());
  inside_.pop_back();
  const bool blank = trim_name(element.text).empty();
  const bool is_record = inside_.empty();
  if (is_record ? !blank : !element.has_children || !blank) {
    bytes_ -= std::min(bytes_, element.text.size());
    add(is_record ? std::string(name) : element.key, std::move(element.text));
  }
  if (!is_record) return;
  path_.resize(outside_.back());
  outside_.pop_back();
  if (bytes_ > limits_.row_bytes_max) {
    record_.clear();
    record_.fatal = KeyedRecord::Problem{"row_too_long",
                                         "本条记录超过上限 " + std::to_string(limits_.row_bytes_max) + " 字节，已跳过"};
  }
  records_.push_back(std::move(record_));
  record_ = {};
}

class XmlSource final : public RecordSource {
 public:
  XmlSource(TextSource source, std::string path, const ReadSpec& spec)
      : source_(std::move(source)),
        read_bytes_(std::clamp<size_t>(spec.read_buffer_bytes, 1, size_t{64} << 10)),
        record_path_(path),
        collector_(std::move(path), spec.limits),
        parser_(collector_, spec.limits.depth_max) {}
  Result<bool> read(KeyedRecord& record) override {
    record.clear();
    while (collector_.records().empty()) {
      if (error_) return *error_;
      if (ended_ && rows_ == 0 && !collector_.is_empty_list()) return no_records();
      if (ended_) return false;
      feed();
    }
    record = std::move(collector_.records().front());
    collector_.records().pop_front();
    ++rows_;
    return true;
  }

 private:
  [[nodiscard]] Error no_records() const {
    return base::invalid_argument("\"" + source_.name() + "\" has no element \"" + record_path_ +
                                  "\"; name where the records are");
  }
  /// Keeps an error until the records before it are taken.
  void feed() {
    piece_.clear();
    auto more = source_.read(piece_, read_bytes_);
    if (!more.ok()) {
      error_ = more.error();
      return;
    }
    ended_ = !more.value();
    const Status status = parser_.feed(piece_, ended_);
    if (status.ok()) return;
    const uint64_t good = rows_ + collector_.records().size();
    error_ = status.error();
    error_->message = "\"" + source_.name() + "\": " + error_->message + ", after record " + std::to_string(good);
    if (good > 0) error_->code = ErrorCode::kDataLoss;
  }
  TextSource source_;
  size_t read_bytes_;
  std::string record_path_;
  Collector collector_;
  XmlParser parser_;
  std::string piece_;
  uint64_t rows_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

/// The record element of the first kSurveyBytes. What is broken there or later, the second pass tells.
Result<std::string> find_record_path(TextSource& source, const ReadSpec& spec) {
  Survey survey;
  XmlParser parser(survey, spec.limits.depth_max);
  std::string piece;
  for (size_t bytes = 0; bytes < kSurveyBytes; bytes += piece.size()) {
    piece.clear();
    MINGLU_TRY(const bool more, source.read(piece, size_t{64} << 10));
    if (const Status status = parser.feed(piece, !more); !status.ok()) {
      if (survey.best().empty())
        return Error{status.error().code, "\"" + source.name() + "\": " + status.error().message};
      break;
    }
    if (!more) break;
  }
  MINGLU_CHECK(source.rewind());
  std::string path = survey.best();
  if (path.empty()) return base::invalid_argument("\"" + source.name() + "\" has no element that could be a record");
  return path;
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_xml(ByteSource bytes, const ReadSpec& spec) {
  if (bytes.byte_count() == 0) return base::invalid_argument("\"" + bytes.name() + "\" is empty");
  MINGLU_TRY(TextSource source, open_text(std::move(bytes)));
  const std::string name = source.name();
  std::string path = spec.record_path;
  if (path.empty()) { MINGLU_TRY(path, find_record_path(source, spec)); }
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  std::vector<std::string> notes = {"编码 " + source.encoding().title(), "记录元素 " + path};
  return KeyedReader::open(std::make_unique<XmlSource>(std::move(source), path, spec), spec, std::move(notes), name);
}

}  // namespace minglu::table::internal
