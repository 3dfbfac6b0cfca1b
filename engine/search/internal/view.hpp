// The sections of an index as typed spans, and everything that reads one document. Every access is checked, so damaged
// content gives empty texts, never a read outside the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "search/internal/layout.hpp"
#include "search/internal/postings.hpp"

namespace minglu::search {

/// One document's texts of kNames: u16 length of the name, with kExtrasFlag when more texts follow | u16 begin of the
/// 字号 and its length << 8 | name | for each further text: u16 length, with kShortFlag for a short name | text.
class NameTexts {
 public:
  static constexpr uint16_t kExtrasFlag = 0x100;
  static constexpr uint16_t kShortFlag = 0x100;

  NameTexts() = default;
  explicit NameTexts(std::u16string_view blob) noexcept;
  [[nodiscard]] std::u16string_view name() const noexcept { return name_; }
  [[nodiscard]] std::u16string_view brand() const noexcept { return name_.substr(brand_begin_, brand_length_); }
  [[nodiscard]] size_t brand_begin() const noexcept { return brand_begin_; }
  /// From the 字号 on; the whole name when it has none.
  [[nodiscard]] std::u16string_view tail() const noexcept { return name_.substr(brand_begin_); }
  /// visit(text, is_short) -> bool, false ends.
  template <typename Visit>
  void extras(const Visit& visit) const {
    std::u16string_view rest = extras_;
    while (!rest.empty()) {
      const size_t length = std::min<size_t>(rest[0] & 0xFFU, rest.size() - 1);
      if (!visit(rest.substr(1, length), (rest[0] & kShortFlag) != 0)) return;
      rest.remove_prefix(1 + length);
    }
  }
  /// Whether some text of the document holds `part`.
  [[nodiscard]] bool contain(std::u16string_view part) const noexcept;

 private:
  std::u16string_view name_;
  std::u16string_view extras_;
  size_t brand_begin_ = 0;
  size_t brand_length_ = 0;
};

/// One document's texts of kCold: u16 length, legal representative | u16 length, address | name as written in UTF-16
/// when it is not the folded one.
struct ColdTexts {
  std::u16string_view legal_rep;
  std::u16string_view address;
  std::u16string_view written_name;
};

class IndexView {
 public:
  static Result<IndexView> open(std::span<const std::byte> bytes);
  [[nodiscard]] Status verify() const;

  [[nodiscard]] uint32_t documents() const noexcept { return documents_; }
  /// Precondition of the following: document < documents().
  [[nodiscard]] const Attributes& attributes(uint32_t document) const noexcept { return attributes_[document]; }
  [[nodiscard]] const geo::Point& point(uint32_t document) const noexcept { return points_[document]; }
  [[nodiscard]] uint64_t unit(uint32_t document) const noexcept { return units_[document]; }
  [[nodiscard]] uint32_t name_place(uint32_t document) const noexcept { return by_name_[document]; }
  [[nodiscard]] NameTexts names(uint32_t document) const noexcept;
  [[nodiscard]] ColdTexts cold(uint32_t document) const noexcept;
  [[nodiscard]] std::string written_name(uint32_t document) const;
  // Ask the memory for what a document needs, in this order, some documents ahead of its use.
  void prefetch_row(uint32_t document) const noexcept {
    if (document < documents_) __builtin_prefetch(&attributes_[document]);
  }
  void prefetch_offset(uint32_t document) const noexcept {
    if (document < documents_) __builtin_prefetch(&name_at_[document]);
  }
  void prefetch_names(uint32_t document) const noexcept {
    if (document < documents_ && name_at_[document] < names_.size()) __builtin_prefetch(&names_[name_at_[document]]);
  }
  /// kNoDocument when absent.
  [[nodiscard]] uint32_t document_of(uint64_t unit) const noexcept;

  [[nodiscard]] std::span<const Area> areas() const noexcept { return areas_; }
  [[nodiscard]] std::span<const IndustryCode> industries() const noexcept { return industries_; }
  [[nodiscard]] std::span<const IdentifierEntry> identifiers() const noexcept { return identifiers_; }
  [[nodiscard]] std::span<const uint64_t> reading_keys() const noexcept { return reading_keys_; }
  [[nodiscard]] std::span<const uint32_t> reading_documents() const noexcept { return reading_documents_; }
  /// Documents of a hash, ascending. Not verified against the text.
  [[nodiscard]] std::vector<uint32_t> documents_hashed(uint32_t hash) const;

  /// Null when no document has the gram.
  [[nodiscard]] const GramEntry* name_gram(uint32_t gram) const noexcept;
  [[nodiscard]] const GramEntry* address_gram(uint32_t gram) const noexcept;
  [[nodiscard]] ListCursor name_list(const GramEntry& entry) const noexcept;
  [[nodiscard]] ListCursor address_list(const GramEntry& entry) const noexcept;

 private:
  [[nodiscard]] std::string_view section(Section section) const noexcept;
  template <typename T>
  [[nodiscard]] std::span<const T> typed(Section which) const noexcept {
    const std::string_view bytes = section(which);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  Status read_table();
  Status read_sections();

  std::string_view bytes_;
  std::span<const SectionRow> table_;
  uint32_t documents_ = 0;
  std::span<const Attributes> attributes_;
  std::span<const geo::Point> points_;
  std::span<const uint64_t> units_;
  std::span<const uint32_t> by_unit_;
  std::span<const uint32_t> by_name_;
  std::span<const uint32_t> name_at_;
  std::span<const uint32_t> cold_at_;
  std::u16string_view names_;
  std::u16string_view cold_;
  std::span<const Area> areas_;
  std::span<const IndustryCode> industries_;
  std::span<const IdentifierEntry> identifiers_;
  std::span<const uint64_t> reading_keys_;
  std::span<const uint32_t> reading_documents_;
  std::span<const uint32_t> hash_at_;
  std::string_view hashes_;
  std::span<const GramEntry> name_grams_;
  std::span<const GramEntry> address_grams_;
  std::string_view name_postings_;
  std::string_view address_postings_;
};

}  // namespace minglu::search
