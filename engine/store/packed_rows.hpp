// Rows of a section file, each packed by itself: small on disk, and any one of them is read without its neighbours.
//
//   PackedRowsWriter rows(file, "row");                 // begins to stream the section
//   MINGLU_CHECK(rows.add(bytes));                      // the n-th call is row n
//   MINGLU_CHECK(rows.finish());                        // rows.offset(n): where row n stands
//   MINGLU_TRY(PackedRows packed, PackedRows::open(section_file, "row"));
//   MINGLU_TRY(std::string_view bytes, packed.read(offset, buffer));
//
// Method: Zstandard, every row a frame of its own with a dictionary learned from rows before it (ZDICT, FastCover),
// anew every 128 MiB, because what comes later may be of another kind. Rows of a few hundred bytes shrink to a third;
// without a dictionary they would not shrink at all. Sections of less than 64 KiB (one posted record, one changed unit)
// are kept as they are.
// Layout: section NAME holds, row after row, varint n and n bytes (the row, or its frame without the four bytes that
// start every frame); section NAME_dict holds, stretch after stretch, varint where it begins in NAME, varint n and the
// n bytes of its dictionary, none where rows are kept as they are.
// Same rows, same bytes, as long as the library has the same version; nothing that is pinned depends on them.
// Cost: about 2 us to pack and 0.6 us to read a row of 300 bytes; 2 MiB of rows are held until the dictionary is
// learned (about 0.2 s each time). Thread-safety: one writer; a PackedRows is read by any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/section_file.hpp"

namespace minglu::store {

class PackedRowsWriter {
 public:
  /// `file` is borrowed, and no other section may be added to it before `finish`.
  static Result<PackedRowsWriter> create(SectionFileWriter& file, std::string name);
  PackedRowsWriter(PackedRowsWriter&&) noexcept;
  PackedRowsWriter& operator=(PackedRowsWriter&&) = delete;
  ~PackedRowsWriter();
  Status add(std::string_view row);
  Status finish();
  [[nodiscard]] uint64_t row_count() const noexcept;
  /// Of a row in the section; after `finish`.
  [[nodiscard]] uint64_t offset(uint64_t row) const { return offsets_[row]; }
  /// Bytes that the row takes in the section; after `finish`.
  [[nodiscard]] uint64_t size(uint64_t row) const { return offsets_[row + 1] - offsets_[row]; }

 private:
  struct Packer;
  PackedRowsWriter(SectionFileWriter& file, std::string name);
  Status learn();
  Status stream(std::string_view row);
  SectionFileWriter* file_;
  std::string name_;
  std::string waiting_;                // rows until the dictionary is learned, end to end
  std::vector<size_t> waiting_sizes_;  // theirs
  std::unique_ptr<Packer> packer_;     // null: rows are kept as they are
  std::string dictionaries_;           // section NAME_dict so far
  bool learned_ = false;
  uint64_t stretch_bytes_ = 0;  // of the rows streamed since the dictionary was learned
  std::string scratch_;
  std::vector<uint64_t> offsets_;  // of each row streamed, and the end
};

class PackedRows {
 public:
  /// kDataLoss when a section is absent.
  static Result<PackedRows> open(const SectionFile& file, const std::string& name);
  PackedRows();
  PackedRows(PackedRows&&) noexcept;
  PackedRows& operator=(PackedRows&&) noexcept;
  ~PackedRows();
  /// The row at `offset`; borrowed from the file, or from `buffer` when it was packed. kDataLoss when damaged.
  Result<std::string_view> read(uint64_t offset, std::string& buffer) const;
  /// Of the row behind the one at `offset`; `byte_count()` behind the last.
  [[nodiscard]] Result<uint64_t> next(uint64_t offset) const;
  [[nodiscard]] uint64_t byte_count() const noexcept { return bytes_.size(); }

 private:
  struct Stretch;
  struct Place {
    uint64_t begin = 0;
    uint64_t size = 0;
  };
  [[nodiscard]] Result<Place> place(uint64_t offset) const;
  std::string_view bytes_;          // borrowed from the mapped file
  std::vector<Stretch> stretches_;  // ascending
};

/// Unsigned LEB128.
void append_varint(std::string& out, uint64_t value);
/// Takes it from the front of `bytes`; false when it ends early or is longer than 64 bits.
bool take_varint(std::string_view& bytes, uint64_t& value) noexcept;

}  // namespace minglu::store
