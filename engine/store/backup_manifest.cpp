// The text of a manifest: lines "key value", then one "file" line per file, then the digest of everything before.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.hpp"
#include "store/archive.hpp"
#include "store/backup_pool.hpp"

namespace minglu::store {
namespace {

constexpr std::string_view kFormat = "minglu-backup 1\n";

struct TextKey {
  std::string_view key;
  std::string BackupManifest::*value;
};
struct NumberKey {
  std::string_view key;
  int64_t BackupManifest::*value;
};
constexpr std::array<TextKey, 8> kTexts = {{{"name", &BackupManifest::name},
                                            {"created_at", &BackupManifest::created_at},
                                            {"software", &BackupManifest::software},
                                            {"catalog", &BackupManifest::catalog},
                                            {"ledger", &BackupManifest::ledger},
                                            {"history_hash", &BackupManifest::history_hash},
                                            {"state_hash", &BackupManifest::state_hash},
                                            {"audit_hash", &BackupManifest::audit_hash}}};
constexpr std::array<NumberKey, 2> kNumbers = {
    {{"seq", &BackupManifest::seq}, {"audit_seq", &BackupManifest::audit_seq}}};

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// The text up to the separator, which is taken off with it.
std::string_view take(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return head;
}

// A path that stays below the home: no "..", no empty part, not absolute.
bool is_inside(std::string_view path) {
  if (path.empty()) return false;
  while (!path.empty()) {
    const std::string_view part = take(path, '/');
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

Status read_file_line(std::string_view line, BackupManifest& manifest) {
  BackupFile file;
  file.sha256 = take(line, ' ');
  const bool has_bytes = read_number(take(line, ' '), file.bytes);
  file.path = line;
  if (!is_sha256_hex(file.sha256) || !has_bytes || !is_inside(file.path))
    return base::data_loss("a line of a file is malformed");
  if (!manifest.files.empty() && manifest.files.back().path >= file.path)
    return base::data_loss("its files are out of order at \"" + file.path + "\"");
  manifest.files.push_back(std::move(file));
  return ok_status();
}

Status read_line(std::string_view line, BackupManifest& manifest) {
  const std::string_view key = take(line, ' ');
  if (key == "file") return read_file_line(line, manifest);
  for (const TextKey& text : kTexts) {
    if (text.key != key) continue;
    manifest.*text.value = line;
    return ok_status();
  }
  for (const NumberKey& number : kNumbers) {
    if (number.key == key && read_number(line, manifest.*number.value)) return ok_status();
  }
  return base::data_loss("a line begins with \"" + std::string(key.substr(0, 40)) + "\"");
}

}  // namespace

uint64_t BackupManifest::bytes() const noexcept {
  uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.bytes;
  return sum;
}

const BackupFile* BackupManifest::find(std::string_view path) const noexcept {
  const auto it = std::lower_bound(files.begin(), files.end(), path,
                                   [](const BackupFile& file, std::string_view wanted) { return file.path < wanted; });
  return it != files.end() && it->path == path ? &*it : nullptr;
}

std::string manifest_text(const BackupManifest& manifest) {
  std::string text(kFormat);
  const auto line = [&](std::string_view key, std::string_view value) {
    text.append(key).append(" ").append(value).append("\n");
  };
  for (const TextKey& key : kTexts) line(key.key, manifest.*key.value);
  for (const NumberKey& key : kNumbers) line(key.key, std::to_string(manifest.*key.value));
  for (const BackupFile& file : manifest.files)
    line("file", file.sha256 + " " + std::to_string(file.bytes) + " " + file.path);
  line("end", base::sha256_hex(text));
  return text;
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  constexpr std::string_view kEnd = "\nend ";
  const size_t end = text.rfind(kEnd);
  if (!text.starts_with(kFormat) || end == std::string_view::npos)
    return base::data_loss("it is no manifest of a backup, or cut short");
  const std::string_view body = text.substr(0, end + 1);
  if (text.substr(end + 1) != "end " + base::sha256_hex(body) + "\n")
    return base::data_loss("its bytes are not those that its last line states");
  BackupManifest manifest;
  manifest.digest = base::sha256_hex(text);
  std::string_view rest = body.substr(kFormat.size());
  while (!rest.empty()) MINGLU_CHECK(read_line(take(rest, '\n'), manifest));
  return manifest;
}

}  // namespace minglu::store
