// Writes sections one after another to a sink, then the table and the footer. One thread; a section at a time.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "search/builder.hpp"
#include "search/internal/checksum.hpp"
#include "search/internal/layout.hpp"

namespace minglu::search {

class SectionWriter {
 public:
  explicit SectionWriter(const IndexBuilder::Sink& sink) : sink_(sink) {}
  Status start() { return put({kIndexMagic.data(), kIndexMagic.size()}); }

  Status begin(Section section) {
    MINGLU_CHECK(align());
    open_ = static_cast<uint32_t>(section);
    table_[open_].offset = offset_;
    sum_ = SectionSum();
    return ok_status();
  }
  Status write(std::string_view bytes) {
    sum_.update(bytes);
    return put(bytes);
  }
  void end() {
    table_[open_].size = offset_ - table_[open_].offset;
    table_[open_].checksum = sum_.value();
  }
  template <typename T>
  Status array(Section section, const std::vector<T>& items) {
    MINGLU_CHECK(begin(section));
    MINGLU_CHECK(write({reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)}));
    end();
    return ok_status();
  }
  Status finish() {
    MINGLU_CHECK(align());
    const std::string_view table{reinterpret_cast<const char*>(table_.data()), sizeof(table_)};
    const IndexFooter footer{.table_offset = offset_, .table_checksum = base::hash64(table)};
    MINGLU_CHECK(put(table));
    return put({reinterpret_cast<const char*>(&footer), sizeof(footer)});
  }

 private:
  Status put(std::string_view bytes) {
    offset_ += bytes.size();
    return sink_(bytes);
  }
  Status align() {
    static constexpr std::array<char, 8> kZeros{};
    return put({kZeros.data(), (8 - offset_ % 8) % 8});
  }
  const IndexBuilder::Sink& sink_;
  uint64_t offset_ = 0;
  uint32_t open_ = 0;
  SectionSum sum_;
  std::array<SectionRow, kSectionCount> table_{};
};

}  // namespace minglu::search
