#include "store/packed_rows.hpp"

#include <zdict.h>

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "store/zstd_context.hpp"

namespace minglu::store {
namespace {

constexpr size_t kSampleBytes = size_t{2} << 20;
constexpr uint64_t kStretchBytes = uint64_t{128} << 20;
constexpr size_t kPackedFrom = size_t{64} << 10;
constexpr size_t kDictionaryMax = size_t{32} << 10;
constexpr size_t kDictionaryShare = 32;  // of the sample: a small file is not given a large dictionary
constexpr size_t kLearnRowsMin = 100;
constexpr int kLevel = 3;
constexpr std::string_view kFrameStart("\x28\xB5\x2F\xFD", 4);
constexpr uint64_t kRowBytesMax = uint64_t{1} << 30;

Error damaged() { return base::data_loss("a packed row is damaged; run: minglu rebuild"); }

ZSTD_DCtx* decompressor_of_this_thread() {
  thread_local const ZstdUnpacker context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7F) | 0x80));
  out.push_back(static_cast<char>(value));
}

bool take_varint(std::string_view& bytes, uint64_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

struct PackedRowsWriter::Packer {
  explicit Packer(std::string_view dictionary) : context(ZSTD_createCCtx()) {
    MINGLU_ASSERT(context != nullptr);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_loadDictionary(context.get(), dictionary.data(), dictionary.size());
  }
  /// The frame without its start.
  std::string_view pack(std::string_view row) {
    frame.resize(ZSTD_compressBound(row.size()));
    const size_t size = ZSTD_compress2(context.get(), frame.data(), frame.size(), row.data(), row.size());
    MINGLU_ASSERT(ZSTD_isError(size) == 0);  // the target has room for the worst case
    return std::string_view(frame).substr(kFrameStart.size(), size - kFrameStart.size());
  }
  ZstdPacker context;
  std::string frame;
};

PackedRowsWriter::PackedRowsWriter(SectionFileWriter& file, std::string name) : file_(&file), name_(std::move(name)) {}
PackedRowsWriter::PackedRowsWriter(PackedRowsWriter&&) noexcept = default;
PackedRowsWriter::~PackedRowsWriter() = default;

Result<PackedRowsWriter> PackedRowsWriter::create(SectionFileWriter& file, std::string name) {
  MINGLU_CHECK(file.begin_stream(name));
  return PackedRowsWriter(file, std::move(name));
}

uint64_t PackedRowsWriter::row_count() const noexcept { return offsets_.size() + waiting_sizes_.size(); }

Status PackedRowsWriter::add(std::string_view row) {
  if (row.size() > kRowBytesMax) return base::invalid_argument("a row of more than 1 GiB cannot be kept");
  if (learned_) return stream(row);
  waiting_.append(row);
  waiting_sizes_.push_back(row.size());
  return waiting_.size() < kSampleBytes ? ok_status() : learn();
}

/// Decides how rows of the stretch are kept, and streams those that waited for it.
Status PackedRowsWriter::learn() {
  learned_ = true;
  stretch_bytes_ = 0;
  packer_.reset();
  std::string dictionary;
  if (waiting_.size() >= kPackedFrom && waiting_sizes_.size() >= kLearnRowsMin) {
    dictionary.resize(std::min(kDictionaryMax, waiting_.size() / kDictionaryShare));
    const size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), waiting_.data(),
                                              waiting_sizes_.data(), static_cast<unsigned>(waiting_sizes_.size()));
    dictionary.resize(ZDICT_isError(size) != 0 ? 0 : size);  // rows too much alike or unlike to learn from
    if (!dictionary.empty()) packer_ = std::make_unique<Packer>(dictionary);
  }
  append_varint(dictionaries_, file_->streamed_bytes());
  append_varint(dictionaries_, dictionary.size());
  dictionaries_.append(dictionary);
  size_t at = 0;
  for (const size_t size : waiting_sizes_) {
    MINGLU_CHECK(stream(std::string_view(waiting_).substr(at, size)));
    at += size;
  }
  waiting_ = std::string();
  waiting_sizes_.clear();
  return ok_status();
}

Status PackedRowsWriter::stream(std::string_view row) {
  offsets_.push_back(file_->streamed_bytes());
  const std::string_view kept = packer_ ? packer_->pack(row) : row;
  scratch_.clear();
  append_varint(scratch_, kept.size());
  scratch_.append(kept);
  stretch_bytes_ += row.size();
  if (stretch_bytes_ >= kStretchBytes) learned_ = false;
  return file_->stream(scratch_);
}

Status PackedRowsWriter::finish() {
  if (!waiting_sizes_.empty()) MINGLU_CHECK(learn());
  offsets_.push_back(file_->streamed_bytes());
  return file_->add(name_ + "_dict", dictionaries_);
}

struct PackedRows::Stretch {
  uint64_t begin = 0;
  ZstdDictionary dictionary;  // null: rows are kept as they are
};

PackedRows::PackedRows() = default;
PackedRows::PackedRows(PackedRows&&) noexcept = default;
PackedRows& PackedRows::operator=(PackedRows&&) noexcept = default;
PackedRows::~PackedRows() = default;

Result<PackedRows> PackedRows::open(const SectionFile& file, const std::string& name) {
  PackedRows rows;
  MINGLU_TRY(rows.bytes_, file.section(name));
  MINGLU_TRY(std::string_view rest, file.section(name + "_dict"));
  while (!rest.empty()) {
    Stretch stretch;
    uint64_t size = 0;
    if (!take_varint(rest, stretch.begin) || !take_varint(rest, size) || size > rest.size()) return damaged();
    if (size > 0) {
      stretch.dictionary.reset(ZSTD_createDDict(rest.data(), size));
      if (!stretch.dictionary) return damaged();
    }
    rest.remove_prefix(size);
    rows.stretches_.push_back(std::move(stretch));
  }
  return rows;
}

Result<PackedRows::Place> PackedRows::place(uint64_t offset) const {
  if (offset >= bytes_.size()) return damaged();
  std::string_view rest = bytes_.substr(offset);
  uint64_t size = 0;
  if (!take_varint(rest, size) || size > rest.size()) return damaged();
  return Place{bytes_.size() - rest.size(), size};
}

Result<uint64_t> PackedRows::next(uint64_t offset) const {
  MINGLU_TRY(const Place row, place(offset));
  return row.begin + row.size;
}

Result<std::string_view> PackedRows::read(uint64_t offset, std::string& buffer) const {
  MINGLU_TRY(const Place row, place(offset));
  const std::string_view kept = bytes_.substr(row.begin, row.size);
  const auto behind = std::upper_bound(stretches_.begin(), stretches_.end(), offset,
                                       [](uint64_t at, const Stretch& stretch) { return at < stretch.begin; });
  if (behind == stretches_.begin()) return damaged();
  const ZSTD_DDict* const dictionary = std::prev(behind)->dictionary.get();
  if (dictionary == nullptr) return kept;
  thread_local std::string frame;
  frame.assign(kFrameStart);
  frame.append(kept);
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size > kRowBytesMax) return damaged();  // also when the frame does not say
  buffer.resize(size);
  const size_t got = ZSTD_decompress_usingDDict(decompressor_of_this_thread(), buffer.data(), buffer.size(),
                                                frame.data(), frame.size(), dictionary);
  if (ZSTD_isError(got) != 0 || got != size) return damaged();
  return std::string_view(buffer);
}

}  // namespace minglu::store
