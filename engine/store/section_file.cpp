#include "store/section_file.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace minglu::store {
namespace {

constexpr char kMagic[9] = "MINGLU03";  // 01 had no checksum of streamed sections, 02 kept rows as they are
constexpr size_t kChecksumBlockBytes = size_t{1} << 16;

struct Footer {
  uint64_t table_offset = 0;
  uint64_t table_checksum = 0;
  uint32_t section_count = 0;
  uint32_t reserved = 0;
  char magic[8] = {};
};

template <typename T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Error damaged(const std::filesystem::path& path, const std::string& what) {
  return base::data_loss("derived file \"" + path.filename().string() + "\" is damaged (" + what +
                         "); run: minglu rebuild");
}

}  // namespace

void SectionChecksum::update(std::string_view bytes) {
  while (block_.size() + bytes.size() > kChecksumBlockBytes) {
    const size_t taken = kChecksumBlockBytes - block_.size();
    block_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    before_ = base::hash64(block_, before_);
    block_.clear();
  }
  block_.append(bytes);
}

uint64_t SectionChecksum::value() const { return base::hash64(block_, before_); }

uint64_t SectionChecksum::of(std::string_view bytes) {
  uint64_t before = 0;
  for (; bytes.size() > kChecksumBlockBytes; bytes.remove_prefix(kChecksumBlockBytes))
    before = base::hash64(bytes.substr(0, kChecksumBlockBytes), before);
  return base::hash64(bytes, before);
}

Result<SectionFileWriter> SectionFileWriter::create(const std::filesystem::path& path) {
  MINGLU_TRY(base::FileWriter file, base::FileWriter::create(path));
  MINGLU_CHECK(file.append({kMagic, 8}));
  return SectionFileWriter{std::move(file)};
}

Status SectionFileWriter::align() {
  const uint64_t over = file_.bytes_written() % 8;
  if (over == 0) return ok_status();
  return file_.append(std::string(8 - over, '\0'));
}

Status SectionFileWriter::close_stream() {
  if (streaming_) {
    entries_.back().size = streamed_bytes();
    entries_.back().checksum = checksum_.value();
    streaming_ = false;
  }
  return align();
}

Status SectionFileWriter::begin_stream(std::string_view name) {
  MINGLU_CHECK(close_stream());
  MINGLU_ASSERT(name.size() < sizeof SectionEntry::name);
  SectionEntry entry;
  std::memcpy(entry.name, name.data(), name.size());
  entry.offset = file_.bytes_written();
  entries_.push_back(entry);
  checksum_ = SectionChecksum();
  streaming_ = true;
  return ok_status();
}

Status SectionFileWriter::stream(std::string_view bytes) {
  MINGLU_ASSERT(streaming_);
  checksum_.update(bytes);
  return file_.append(bytes);
}

Status SectionFileWriter::add(std::string_view name, std::string_view bytes) {
  MINGLU_CHECK(begin_stream(name));
  MINGLU_CHECK(stream(bytes));
  return close_stream();
}

Status SectionFileWriter::finish() {
  MINGLU_CHECK(close_stream());
  Footer footer;
  footer.table_offset = file_.bytes_written();
  footer.section_count = static_cast<uint32_t>(entries_.size());
  const std::string_view table{reinterpret_cast<const char*>(entries_.data()), entries_.size() * sizeof(SectionEntry)};
  footer.table_checksum = base::hash64(table);
  std::memcpy(footer.magic, kMagic, 8);
  MINGLU_CHECK(file_.append(table));
  MINGLU_CHECK(file_.append(bytes_of(footer)));
  return file_.finish();
}

Result<SectionFile> SectionFile::open(const std::filesystem::path& path) {
  SectionFile file;
  file.path_ = path;
  MINGLU_TRY(file.map_, base::MappedFile::open(path));
  const std::string_view bytes = file.map_.bytes();
  Footer footer;
  if (bytes.size() < 8 + sizeof footer) return damaged(path, "too short");
  std::memcpy(&footer, bytes.data() + bytes.size() - sizeof footer, sizeof footer);
  if (std::memcmp(footer.magic, kMagic, 8) != 0) return damaged(path, "no end mark");
  const uint64_t table_bytes = uint64_t{footer.section_count} * sizeof(SectionEntry);
  if (footer.table_offset > bytes.size() || table_bytes > bytes.size() - footer.table_offset)
    return damaged(path, "table");
  const std::string_view table = bytes.substr(footer.table_offset, table_bytes);
  if (base::hash64(table) != footer.table_checksum) return damaged(path, "table checksum");
  file.entries_.resize(footer.section_count);
  if (!table.empty()) std::memcpy(file.entries_.data(), table.data(), table.size());
  for (const SectionEntry& entry : file.entries_) {
    if (entry.offset > bytes.size() || entry.size > bytes.size() - entry.offset) return damaged(path, "section bounds");
  }
  return file;
}

Result<std::string_view> SectionFile::section(std::string_view name) const {
  for (const SectionEntry& entry : entries_) {
    if (name == entry.name) return map_.bytes().substr(entry.offset, entry.size);
  }
  return damaged(path_, "no section " + std::string(name));
}

Status SectionFile::verify() const {
  for (const SectionEntry& entry : entries_) {
    if (SectionChecksum::of(map_.bytes().substr(entry.offset, entry.size)) != entry.checksum) {
      return damaged(path_, "checksum of section " + std::string(entry.name));
    }
  }
  return ok_status();
}

}  // namespace minglu::store
