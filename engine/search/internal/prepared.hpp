// Documents as the builder keeps them until all are known: folded texts in chunks, attributes, packed identifiers.
// "Ordinal" is the place in order of adding (ascending unit), "document" the number by static rank.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "search/document.hpp"
#include "search/internal/view.hpp"
#include "text/company_name_parser.hpp"

namespace minglu::search {

/// The two text blobs of one document (NameTexts, ColdTexts) and its identifiers.
struct PreparedTexts {
  std::u16string names;
  std::u16string cold;
  std::vector<IdentifierEntry> identifiers;  // with the field, without the document
};
PreparedTexts prepare_texts(const UnitDocument& document, const text::CharTables& chars,
                            const text::CompanyNameParser& parser);

/// Prepares documents as they come and gives access by ordinal.
class PreparedDocuments {
 public:
  explicit PreparedDocuments(const SearchLanguage& language, size_t threads)
      : language_(language), parser_(language.lexicon), threads_(threads) {}
  Status add(UnitDocument document);
  /// Prepares what waits. Call before reading.
  Status flush();

  [[nodiscard]] uint32_t size() const noexcept { return static_cast<uint32_t>(units_.size()); }
  [[nodiscard]] uint64_t unit(uint32_t ordinal) const noexcept { return units_[ordinal]; }
  [[nodiscard]] const Attributes& attributes(uint32_t ordinal) const noexcept { return attributes_[ordinal]; }
  [[nodiscard]] geo::Point point(uint32_t ordinal) const noexcept { return points_[ordinal]; }
  [[nodiscard]] std::u16string_view names(uint32_t ordinal) const noexcept;
  [[nodiscard]] std::u16string_view cold(uint32_t ordinal) const noexcept;
  [[nodiscard]] std::vector<IdentifierEntry>& identifiers() noexcept { return identifiers_; }
  /// Sorts the dictionaries, so that the bytes do not depend on the order of adding, and renumbers the attributes.
  void settle_dictionaries();
  [[nodiscard]] const std::vector<Area>& areas() const noexcept { return area_list_; }
  [[nodiscard]] const std::vector<IndustryCode>& industries() const noexcept { return industry_list_; }

 private:
  static constexpr size_t kChunk = 8192;
  struct Chunk {
    std::u16string names;
    std::u16string cold;
    std::vector<uint32_t> name_at{0};
    std::vector<uint32_t> cold_at{0};
  };
  Status append_attributes(const UnitDocument& document);
  void append_texts(const PreparedTexts& texts, uint32_t ordinal);

  const SearchLanguage& language_;
  text::CompanyNameParser parser_;
  size_t threads_;
  std::vector<UnitDocument> waiting_;
  std::vector<Chunk> chunks_;
  std::vector<uint64_t> units_;
  std::vector<Attributes> attributes_;
  std::vector<geo::Point> points_;
  std::vector<IdentifierEntry> identifiers_;
  std::map<Area, uint16_t> areas_{{Area{}, 0}};
  std::map<IndustryCode, uint16_t> industries_{{IndustryCode{}, 0}};
  std::vector<Area> area_list_;
  std::vector<IndustryCode> industry_list_;
};

}  // namespace minglu::search
