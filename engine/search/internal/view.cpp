#include "search/internal/view.hpp"

#include <algorithm>
#include <cstring>

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "search/internal/checksum.hpp"

namespace minglu::search {
namespace {

std::u16string_view slice(std::u16string_view blob, std::span<const uint32_t> offsets, uint32_t document) noexcept {
  const size_t begin = std::min<size_t>(offsets[document], blob.size());
  const size_t end = std::min<size_t>(offsets[document + 1], blob.size());
  return end < begin ? std::u16string_view() : blob.substr(begin, end - begin);
}

/// Takes a text with its length in front off the blob.
std::u16string_view take_text(std::u16string_view& blob) noexcept {
  if (blob.empty()) return {};
  const size_t length = std::min<size_t>(blob[0], blob.size() - 1);
  const std::u16string_view text = blob.substr(1, length);
  blob.remove_prefix(1 + length);
  return text;
}

std::string utf8_of(std::u16string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10U) + (text[++i] - 0xDC00U);
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    base::append_utf8(out, c);
  }
  return out;
}

const GramEntry* find_gram(std::span<const GramEntry> grams, uint32_t key) noexcept {
  const auto at = std::lower_bound(grams.begin(), grams.end(), key,
                                   [](const GramEntry& entry, uint32_t wanted) { return entry.key < wanted; });
  return at == grams.end() || at->key != key ? nullptr : &*at;
}

ListCursor list_of(std::string_view postings, const GramEntry& entry) noexcept {
  return entry.offset > postings.size() ? ListCursor() : ListCursor(postings.substr(entry.offset), entry.count);
}

}  // namespace

NameTexts::NameTexts(std::u16string_view blob) noexcept {
  if (blob.size() < 2) return;
  const uint16_t head = blob[0];
  const uint16_t brand = blob[1];
  const size_t length = std::min<size_t>(head & 0xFFU, blob.size() - 2);
  name_ = blob.substr(2, length);
  brand_begin_ = std::min<size_t>(brand & 0xFFU, length);
  brand_length_ = std::min<size_t>(brand >> 8U, length - brand_begin_);
  if ((head & kExtrasFlag) != 0) extras_ = blob.substr(2 + length);
}

bool NameTexts::contain(std::u16string_view part) const noexcept {
  if (name_.find(part) != std::u16string_view::npos) return true;
  bool found = false;
  extras([&](std::u16string_view text, bool) {
    found = text.find(part) != std::u16string_view::npos;
    return !found;
  });
  return found;
}

Result<IndexView> IndexView::open(std::span<const std::byte> bytes) {
  IndexView view;
  view.bytes_ = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 8 != 0) {
    return base::invalid_argument("search index: the bytes must be aligned to 8");
  }
  MINGLU_CHECK(view.read_table());
  MINGLU_CHECK(view.read_sections());
  return view;
}

Status IndexView::read_table() {
  const size_t table_bytes = kSectionCount * sizeof(SectionRow);
  if (bytes_.size() < kIndexMagic.size() + table_bytes + sizeof(IndexFooter)) {
    return base::data_loss("search index: " + std::to_string(bytes_.size()) + " bytes are too few");
  }
  IndexFooter footer;
  std::memcpy(&footer, bytes_.data() + bytes_.size() - sizeof(footer), sizeof(footer));
  if (std::memcmp(bytes_.data(), kIndexMagic.data(), kIndexMagic.size()) != 0 || footer.magic != kIndexMagic) {
    return base::data_loss("search index: the bytes do not begin and end as an index");
  }
  const uint64_t table_end = bytes_.size() - sizeof(footer);
  if (footer.table_offset % 8 != 0 || footer.table_offset > table_end ||
      table_end - footer.table_offset != table_bytes) {
    return base::data_loss("search index: no table of sections at byte " + std::to_string(footer.table_offset));
  }
  const std::string_view table = bytes_.substr(footer.table_offset, table_bytes);
  if (base::hash64(table) != footer.table_checksum) {
    return base::data_loss("search index: the table of sections is damaged");
  }
  table_ = {reinterpret_cast<const SectionRow*>(table.data()), kSectionCount};
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const SectionRow& row = table_[i];
    if (row.offset % 8 != 0 || row.offset > footer.table_offset || row.size > footer.table_offset - row.offset) {
      return base::data_loss("search index: section " + std::to_string(i) + " lies outside the bytes");
    }
  }
  return ok_status();
}

std::string_view IndexView::section(Section section) const noexcept {
  const SectionRow& row = table_[static_cast<uint32_t>(section)];
  return bytes_.substr(row.offset, row.size);
}

Status IndexView::read_sections() {
  const auto heads = typed<IndexHead>(Section::kHead);
  if (heads.size() != 1) return base::data_loss("search index: no head");
  if (heads[0].version != kIndexVersion) {
    return base::data_loss("search index: version " + std::to_string(heads[0].version) + ", this program reads " +
                           std::to_string(kIndexVersion));
  }
  documents_ = heads[0].documents;
  attributes_ = typed<Attributes>(Section::kAttributes);
  points_ = typed<geo::Point>(Section::kPoints);
  units_ = typed<uint64_t>(Section::kUnits);
  by_unit_ = typed<uint32_t>(Section::kByUnit);
  by_name_ = typed<uint32_t>(Section::kByName);
  name_at_ = typed<uint32_t>(Section::kNameAt);
  cold_at_ = typed<uint32_t>(Section::kColdAt);
  const auto names = typed<char16_t>(Section::kNames);
  const auto cold = typed<char16_t>(Section::kCold);
  names_ = {names.data(), names.size()};
  cold_ = {cold.data(), cold.size()};
  areas_ = typed<Area>(Section::kAreas);
  industries_ = typed<IndustryCode>(Section::kIndustries);
  identifiers_ = typed<IdentifierEntry>(Section::kIdentifiers);
  reading_keys_ = typed<uint64_t>(Section::kReadingKeys);
  reading_documents_ = typed<uint32_t>(Section::kReadingDocs);
  hash_at_ = typed<uint32_t>(Section::kHashAt);
  hashes_ = section(Section::kHashes);
  name_grams_ = typed<GramEntry>(Section::kNameGrams);
  address_grams_ = typed<GramEntry>(Section::kAddressGrams);
  name_postings_ = section(Section::kNamePostings);
  address_postings_ = section(Section::kAddressPostings);
  const size_t n = documents_;
  const bool sizes_fit = n < kNoDocument && attributes_.size() == n && points_.size() == n && units_.size() == n &&
                         by_unit_.size() == n && by_name_.size() == n && name_at_.size() == n + 1 &&
                         cold_at_.size() == n + 1 && reading_keys_.size() == reading_documents_.size() &&
                         hash_at_.size() == (size_t{1} << kHashBucketBits) + 1 && !areas_.empty() &&
                         !industries_.empty();
  if (!sizes_fit) return base::data_loss("search index: the sizes of its sections contradict each other");
  return ok_status();
}

Status IndexView::verify() const {
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    if (checksum_of(section(static_cast<Section>(i))) != table_[i].checksum) {
      return base::data_loss("search index: section " + std::to_string(i) + " is damaged");
    }
  }
  return ok_status();
}

NameTexts IndexView::names(uint32_t document) const noexcept { return NameTexts(slice(names_, name_at_, document)); }

ColdTexts IndexView::cold(uint32_t document) const noexcept {
  std::u16string_view blob = slice(cold_, cold_at_, document);
  ColdTexts texts;
  texts.legal_rep = take_text(blob);
  texts.address = take_text(blob);
  texts.written_name = blob;
  return texts;
}

std::string IndexView::written_name(uint32_t document) const {
  const std::u16string_view written = cold(document).written_name;
  return utf8_of(written.empty() ? names(document).name() : written);
}

uint32_t IndexView::document_of(uint64_t unit) const noexcept {
  const auto at = std::lower_bound(by_unit_.begin(), by_unit_.end(), unit, [&](uint32_t document, uint64_t wanted) {
    return document < documents_ && units_[document] < wanted;
  });
  if (at == by_unit_.end() || *at >= documents_ || units_[*at] != unit) return kNoDocument;
  return *at;
}

std::vector<uint32_t> IndexView::documents_hashed(uint32_t hash) const {
  const uint32_t bucket = hash >> (32U - kHashBucketBits);
  const size_t entries = hashes_.size() / kHashEntryBytes;
  const auto entry = [&](size_t at) {
    uint64_t value = 0;
    std::memcpy(&value, hashes_.data() + at * kHashEntryBytes, kHashEntryBytes);
    return value;
  };
  const uint64_t wanted = hash & ((1U << (32U - kHashBucketBits)) - 1);
  size_t low = std::min<size_t>(hash_at_[bucket], entries);
  const size_t end = std::min<size_t>(hash_at_[bucket + 1], entries);
  for (size_t high = end; low < high;) {
    const size_t middle = (low + high) / 2;
    if (entry(middle) >> kDocumentBits < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::vector<uint32_t> documents;
  for (; low < end && entry(low) >> kDocumentBits == wanted; ++low) {
    const auto document = static_cast<uint32_t>(entry(low) & kDocumentMask);
    if (document < documents_) documents.push_back(document);
  }
  return documents;
}

const GramEntry* IndexView::name_gram(uint32_t gram) const noexcept { return find_gram(name_grams_, gram); }
const GramEntry* IndexView::address_gram(uint32_t gram) const noexcept { return find_gram(address_grams_, gram); }
ListCursor IndexView::name_list(const GramEntry& entry) const noexcept { return list_of(name_postings_, entry); }
ListCursor IndexView::address_list(const GramEntry& entry) const noexcept { return list_of(address_postings_, entry); }

}  // namespace minglu::search
