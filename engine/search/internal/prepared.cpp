#include "search/internal/prepared.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "base/utf8.hpp"
#include "search/internal/text_forms.hpp"
#include "search/query.hpp"

namespace minglu::search {
namespace {

constexpr size_t kDictionaryMax = 65'535;

std::u16string utf16_of(std::u32string_view text) {
  std::u16string out;
  for (const char32_t c : text) {
    if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10U)));
      out.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FFU)));
    }
  }
  return out;
}

/// Begin and length << 8 of the 字号; 0 when the name has none.
uint16_t brand_place(std::u16string_view key, const text::CompanyNameParser& parser) {
  std::string utf8;
  for (const char16_t c : key) base::append_utf8(utf8, c);
  for (const text::NamePiece& piece : parser.parse(utf8).pieces) {
    if (piece.part != text::NamePart::kBrand || piece.end > key.size()) continue;
    return static_cast<uint16_t>(piece.begin | (piece.end - piece.begin) << 8U);
  }
  return 0;
}

void append_extra(std::string_view utf8, uint16_t flag, const text::CharTables& chars, std::u16string& blob) {
  const std::u16string key = key_of(utf8, chars, kTextCharsMax);
  if (key.empty()) return;
  blob.push_back(static_cast<char16_t>(key.size() | flag));
  blob.append(key);
}

void append_identifier(std::string_view utf8, MatchField field, std::vector<IdentifierEntry>& out) {
  const std::string form = identifier_form(utf8);
  if (form.empty()) return;
  const PackedIdentifier packed = pack_identifier(form);
  out.push_back({packed.head, packed.tail, static_cast<uint32_t>(field) << kDocumentBits});
}

template <size_t N>
void copy_code(std::string_view code, std::array<char, N>& out) {
  std::copy_n(code.begin(), std::min(code.size(), N), out.begin());
}

template <typename T>
Result<uint16_t> intern(std::map<T, uint16_t>& dictionary, const T& item, const char* what) {
  if (const auto found = dictionary.find(item); found != dictionary.end()) return found->second;
  if (dictionary.size() > kDictionaryMax) {
    return base::invalid_argument(std::string("search index: more than 65,535 different ") + what);
  }
  const auto number = static_cast<uint16_t>(dictionary.size());
  dictionary.emplace(item, number);
  return number;
}

/// Ascending list of the dictionary, and for each old number the new one.
template <typename T>
std::vector<uint16_t> settle(const std::map<T, uint16_t>& dictionary, std::vector<T>& list) {
  std::vector<uint16_t> renumbered(dictionary.size());
  list.clear();
  for (const auto& [item, number] : dictionary) {
    renumbered[number] = static_cast<uint16_t>(list.size());
    list.push_back(item);
  }
  return renumbered;
}

}  // namespace

PreparedTexts prepare_texts(const UnitDocument& document, const text::CharTables& chars,
                            const text::CompanyNameParser& parser) {
  PreparedTexts texts;
  std::u32string written = base::decode_utf8(document.name);
  const std::u16string name = key_of(written, chars, kTextCharsMax);
  texts.names = {static_cast<char16_t>(name.size()), static_cast<char16_t>(brand_place(name, parser))};
  texts.names.append(name);
  const size_t without_extras = texts.names.size();
  for (size_t i = 0; i < document.former_names.size() && i < kFormerNamesMax; ++i) {
    append_extra(document.former_names[i], 0, chars, texts.names);
  }
  append_extra(document.short_name, NameTexts::kShortFlag, chars, texts.names);
  if (texts.names.size() > without_extras) texts.names[0] |= NameTexts::kExtrasFlag;

  for (const std::string* text : {&document.legal_rep, &document.address}) {
    const std::u16string key = key_of(*text, chars, kTextCharsMax);
    texts.cold.push_back(static_cast<char16_t>(key.size()));
    texts.cold.append(key);
  }
  if (written.size() > kTextCharsMax) written.resize(kTextCharsMax);
  if (const std::u16string utf16 = utf16_of(written); utf16 != name) texts.cold.append(utf16);

  append_identifier(document.uscc, MatchField::kUscc, texts.identifiers);
  append_identifier(document.reg_no, MatchField::kRegNo, texts.identifiers);
  if (document.tax_id != document.uscc) append_identifier(document.tax_id, MatchField::kTaxId, texts.identifiers);
  append_identifier(document.org_code, MatchField::kOrgCode, texts.identifiers);
  return texts;
}

Status PreparedDocuments::add(UnitDocument document) {
  const uint64_t last = waiting_.empty() ? (units_.empty() ? 0 : units_.back()) : waiting_.back().unit;
  if ((!waiting_.empty() || !units_.empty()) && document.unit <= last) {
    return base::invalid_argument("search index: unit " + std::to_string(document.unit) + " after unit " +
                                  std::to_string(last) + "; units must ascend");
  }
  if (units_.size() + waiting_.size() >= kDocumentMask) {
    return base::invalid_argument("search index: more than " + std::to_string(kDocumentMask) + " units");
  }
  waiting_.push_back(std::move(document));
  return waiting_.size() == kChunk ? flush() : ok_status();
}

Status PreparedDocuments::flush() {
  constexpr size_t kSlice = 256;
  std::vector<PreparedTexts> prepared(waiting_.size());
  base::parallel_for((waiting_.size() + kSlice - 1) / kSlice, threads_, [&](size_t slice, size_t) {
    for (size_t i = slice * kSlice; i < std::min(waiting_.size(), (slice + 1) * kSlice); ++i) {
      prepared[i] = prepare_texts(waiting_[i], *language_.chars, parser_);
    }
  });
  for (size_t i = 0; i < waiting_.size(); ++i) {
    MINGLU_CHECK(append_attributes(waiting_[i]));
    append_texts(prepared[i], size());
    units_.push_back(waiting_[i].unit);
  }
  waiting_.clear();
  return ok_status();
}

Status PreparedDocuments::append_attributes(const UnitDocument& document) {
  Area area;
  copy_code(document.district, area.district);
  copy_code(document.street, area.street);
  IndustryCode industry{.section = document.industry_section};
  copy_code(document.industry, industry.code);
  MINGLU_TRY(const uint16_t area_number, intern(areas_, area, "regions"));
  MINGLU_TRY(const uint16_t industry_number, intern(industries_, industry, "industries"));
  attributes_.push_back({.sources = document.sources,
                         .area = area_number,
                         .industry = industry_number,
                         .founded_year = document.founded_year,
                         .rank = document.rank,
                         .conflicts = document.conflict_count,
                         .missing = document.missing_count,
                         .size = document.size,
                         .status = document.status,
                         .precision = static_cast<uint8_t>(document.place.precision),
                         .place_area = document.place.area});
  points_.push_back(document.place.point);
  return ok_status();
}

void PreparedDocuments::append_texts(const PreparedTexts& texts, uint32_t ordinal) {
  if (ordinal % kChunk == 0) chunks_.emplace_back();
  Chunk& chunk = chunks_.back();
  chunk.names.append(texts.names);
  chunk.cold.append(texts.cold);
  chunk.name_at.push_back(static_cast<uint32_t>(chunk.names.size()));
  chunk.cold_at.push_back(static_cast<uint32_t>(chunk.cold.size()));
  for (IdentifierEntry entry : texts.identifiers) {
    entry.document_and_field |= ordinal;
    identifiers_.push_back(entry);
  }
}

std::u16string_view PreparedDocuments::names(uint32_t ordinal) const noexcept {
  const Chunk& chunk = chunks_[ordinal / kChunk];
  const size_t at = ordinal % kChunk;
  return std::u16string_view(chunk.names).substr(chunk.name_at[at], chunk.name_at[at + 1] - chunk.name_at[at]);
}

std::u16string_view PreparedDocuments::cold(uint32_t ordinal) const noexcept {
  const Chunk& chunk = chunks_[ordinal / kChunk];
  const size_t at = ordinal % kChunk;
  return std::u16string_view(chunk.cold).substr(chunk.cold_at[at], chunk.cold_at[at + 1] - chunk.cold_at[at]);
}

void PreparedDocuments::settle_dictionaries() {
  const std::vector<uint16_t> area_numbers = settle(areas_, area_list_);
  const std::vector<uint16_t> industry_numbers = settle(industries_, industry_list_);
  for (Attributes& row : attributes_) {
    row.area = area_numbers[row.area];
    row.industry = industry_numbers[row.industry];
  }
}

}  // namespace minglu::search
