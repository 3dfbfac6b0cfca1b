#include "search/builder.hpp"

#include <algorithm>
#include <numeric>

#include "base/parallel.hpp"
#include "search/internal/gram_builder.hpp"
#include "search/internal/parallel_sort.hpp"
#include "search/internal/prepared.hpp"
#include "search/internal/section_writer.hpp"
#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

/// Documents by number, over the prepared ordinals.
struct Numbered {
  PreparedDocuments& prepared;
  const text::CharTables& chars;
  size_t threads;
  std::vector<uint32_t> ordinal_of;   // by document
  std::vector<uint32_t> document_of;  // by ordinal

  [[nodiscard]] uint32_t size() const { return prepared.size(); }
  [[nodiscard]] NameTexts names(uint32_t document) const { return NameTexts(prepared.names(ordinal_of[document])); }
  [[nodiscard]] ColdTexts cold(uint32_t document) const {
    std::u16string_view blob = prepared.cold(ordinal_of[document]);
    ColdTexts texts;
    texts.legal_rep = blob.substr(1, blob[0]);
    blob.remove_prefix(1 + texts.legal_rep.size());
    texts.address = blob.substr(1, blob[0]);
    return texts;
  }
};

/// Numbers by descending rank, then ascending unit; a counting sort, since ranks are small and ordinals ascend by unit.
void number_documents(Numbered& numbered) {
  const uint32_t count = numbered.size();
  std::vector<uint32_t> next(65'537);
  for (uint32_t ordinal = 0; ordinal < count; ++ordinal) {
    ++next[65'536U - numbered.prepared.attributes(ordinal).rank];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  numbered.ordinal_of.resize(count);
  numbered.document_of.resize(count);
  for (uint32_t ordinal = 0; ordinal < count; ++ordinal) {
    const uint32_t document = next[65'535U - numbered.prepared.attributes(ordinal).rank]++;
    numbered.ordinal_of[document] = ordinal;
    numbered.document_of[ordinal] = document;
  }
}

/// Calls make(document, out) for every document on several threads and joins what it appends.
template <typename T, typename Make>
std::vector<T> collect(const Numbered& numbered, const Make& make) {
  constexpr uint32_t kSlice = 1U << 16U;
  const size_t slices = (numbered.size() + kSlice - 1) / kSlice;
  std::vector<std::vector<T>> parts(slices);
  base::parallel_for(slices, numbered.threads, [&](size_t slice, size_t) {
    const auto begin = static_cast<uint32_t>(slice * kSlice);
    for (uint32_t document = begin; document < std::min(numbered.size(), begin + kSlice); ++document) {
      make(document, parts[slice]);
    }
  });
  size_t total = 0;
  for (const auto& part : parts) total += part.size();
  std::vector<T> all;
  all.reserve(total);
  for (auto& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
    part = std::vector<T>();
  }
  return all;
}

template <typename T>
void sort_unique(std::vector<T>& items, size_t threads) {
  parallel_sort(items, threads);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

template <typename TextOf>
Status write_texts(const Numbered& numbered, Section at, Section texts, const TextOf& text_of, SectionWriter& writer) {
  std::vector<uint32_t> offsets{0};
  offsets.reserve(numbered.size() + size_t{1});
  uint64_t total = 0;
  for (uint32_t document = 0; document < numbered.size(); ++document) {
    total += text_of(numbered.ordinal_of[document]).size();
    if (total > UINT32_MAX) return base::invalid_argument("search index: more than 4,294,967,295 characters of text");
    offsets.push_back(static_cast<uint32_t>(total));
  }
  MINGLU_CHECK(writer.array(at, offsets));
  MINGLU_CHECK(writer.begin(texts));
  for (uint32_t document = 0; document < numbered.size(); ++document) {
    const std::u16string_view text = text_of(numbered.ordinal_of[document]);
    MINGLU_CHECK(writer.write({reinterpret_cast<const char*>(text.data()), text.size() * sizeof(char16_t)}));
  }
  writer.end();
  return ok_status();
}

struct NameOrder {
  std::array<uint64_t, 3> prefix{};  // first 12 characters
  uint32_t ordinal = 0;
};

Status write_name_order(const Numbered& numbered, SectionWriter& writer) {
  std::vector<NameOrder> order(numbered.size());
  for (uint32_t ordinal = 0; ordinal < numbered.size(); ++ordinal) {
    const std::u16string_view name = NameTexts(numbered.prepared.names(ordinal)).name();
    order[ordinal].ordinal = ordinal;
    for (size_t i = 0; i < 12; ++i) {
      uint64_t& word = order[ordinal].prefix[i / 4];
      word = word << 16U | (i < name.size() ? name[i] : 0);
    }
  }
  parallel_sort(order, numbered.threads, [&](const NameOrder& a, const NameOrder& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const int compared = NameTexts(numbered.prepared.names(a.ordinal))
                             .name()
                             .compare(NameTexts(numbered.prepared.names(b.ordinal)).name());
    return compared != 0 ? compared < 0 : a.ordinal < b.ordinal;
  });
  std::vector<uint32_t> places(numbered.size());
  for (uint32_t place = 0; place < numbered.size(); ++place) {
    places[numbered.document_of[order[place].ordinal]] = place;
  }
  return writer.array(Section::kByName, places);
}

Status write_documents(const Numbered& numbered, SectionWriter& writer) {
  std::vector<Attributes> attributes;
  std::vector<uint64_t> units;
  std::vector<geo::Point> points;
  attributes.reserve(numbered.size());
  points.reserve(numbered.size());
  units.reserve(numbered.size());
  for (const uint32_t ordinal : numbered.ordinal_of) {
    attributes.push_back(numbered.prepared.attributes(ordinal));
    units.push_back(numbered.prepared.unit(ordinal));
    points.push_back(numbered.prepared.point(ordinal));
  }
  const PreparedDocuments& prepared = numbered.prepared;
  MINGLU_CHECK(writer.array(Section::kHead, std::vector<IndexHead>{{.documents = numbered.size()}}));
  MINGLU_CHECK(writer.array(Section::kAttributes, attributes));
  MINGLU_CHECK(writer.array(Section::kPoints, points));
  MINGLU_CHECK(writer.array(Section::kUnits, units));
  MINGLU_CHECK(writer.array(Section::kByUnit, numbered.document_of));
  MINGLU_CHECK(writer.array(Section::kAreas, prepared.areas()));
  MINGLU_CHECK(writer.array(Section::kIndustries, prepared.industries()));
  MINGLU_CHECK(write_texts(
      numbered, Section::kNameAt, Section::kNames, [&](uint32_t ordinal) { return prepared.names(ordinal); }, writer));
  return write_texts(
      numbered, Section::kColdAt, Section::kCold, [&](uint32_t ordinal) { return prepared.cold(ordinal); }, writer);
}

Status write_identifiers(const Numbered& numbered, SectionWriter& writer) {
  std::vector<IdentifierEntry> entries = std::move(numbered.prepared.identifiers());
  for (IdentifierEntry& entry : entries) {
    const uint32_t ordinal = entry.document_and_field & kDocumentMask;
    entry.document_and_field = (entry.document_and_field & ~kDocumentMask) | numbered.document_of[ordinal];
  }
  sort_unique(entries, numbered.threads);
  return writer.array(Section::kIdentifiers, entries);
}

struct ReadingEntry {
  uint64_t key = 0;
  uint32_t document = 0;
  auto operator<=>(const ReadingEntry&) const = default;
};

Status write_readings(const Numbered& numbered, SectionWriter& writer) {
  const auto make = [&](uint32_t document, std::vector<ReadingEntry>& out) {
    const NameTexts names = numbered.names(document);
    const auto add = [&](const std::string& letters) {
      if (!letters.empty()) out.push_back({pack_letters(letters), document});
    };
    add(reading_of(names.tail(), numbered.chars));
    add(initials_of(names.tail(), numbered.chars));
    if (names.brand_begin() != 0) add(initials_of(names.name(), numbered.chars));
  };
  auto entries = collect<ReadingEntry>(numbered, make);
  sort_unique(entries, numbered.threads);
  std::vector<uint64_t> keys;
  std::vector<uint32_t> documents;
  keys.reserve(entries.size());
  documents.reserve(entries.size());
  for (const ReadingEntry& entry : entries) {
    keys.push_back(entry.key);
    documents.push_back(entry.document);
  }
  MINGLU_CHECK(writer.array(Section::kReadingKeys, keys));
  return writer.array(Section::kReadingDocs, documents);
}

uint64_t hash_entry(uint32_t hash, uint32_t document) { return static_cast<uint64_t>(hash) << 32U | document; }

/// Entries of a 字号 that stand once, for the first document that has it.
void append_brand_hashes(std::u16string_view brand, uint32_t document, const text::CharTables& chars,
                         std::vector<uint64_t>& out) {
  if (brand.size() >= 2 && brand.size() <= kVariantBrandMax) {
    for_each_variant(brand, [&](std::u16string_view variant) {
      out.push_back(hash_entry(hash_of(variant, HashKind::kBrandVariant), document));
    });
  }
  out.push_back(hash_entry(hash_of(syllables_of(brand, chars), HashKind::kBrandSyllables), document));
  out.push_back(hash_entry(hash_of(reading_of(brand, chars), HashKind::kBrandReading), document));
  out.push_back(hash_entry(hash_of(initials_of(brand, chars), HashKind::kBrandReading), document));
}

Status pack_hashes(const std::vector<uint64_t>& hashes, SectionWriter& writer) {
  constexpr uint32_t kBucketShift = 64 - kHashBucketBits;
  std::vector<uint32_t> at((size_t{1} << kHashBucketBits) + 1);
  if (hashes.size() > UINT32_MAX) return base::invalid_argument("search index: more than 4,294,967,295 hashes");
  for (const uint64_t hash : hashes) ++at[(hash >> kBucketShift) + 1];
  std::partial_sum(at.begin(), at.end(), at.begin());
  MINGLU_CHECK(writer.array(Section::kHashAt, at));
  std::string packed;
  packed.reserve(hashes.size() * kHashEntryBytes);
  for (const uint64_t hash : hashes) {
    const uint64_t low = (hash >> 32U & ((uint64_t{1} << (32U - kHashBucketBits)) - 1)) << kDocumentBits;
    const uint64_t entry = low | (hash & kDocumentMask);
    packed.append(reinterpret_cast<const char*>(&entry), kHashEntryBytes);
  }
  MINGLU_CHECK(writer.begin(Section::kHashes));
  MINGLU_CHECK(writer.write(packed));
  writer.end();
  return ok_status();
}

Status write_hashes(const Numbered& numbered, SectionWriter& writer) {
  struct Brand {
    uint64_t hash = 0;
    uint32_t document = 0;
    auto operator<=>(const Brand&) const = default;
  };
  auto brands = collect<Brand>(numbered, [&](uint32_t document, std::vector<Brand>& out) {
    const std::u16string_view brand = numbered.names(document).brand();
    const std::string_view bytes{reinterpret_cast<const char*>(brand.data()), brand.size() * sizeof(char16_t)};
    if (!brand.empty()) out.push_back({base::hash64(bytes), document});
  });
  sort_unique(brands, numbered.threads);
  brands.erase(
      std::unique(brands.begin(), brands.end(), [](const Brand& a, const Brand& b) { return a.hash == b.hash; }),
      brands.end());
  auto hashes = collect<uint64_t>(numbered, [&](uint32_t document, std::vector<uint64_t>& out) {
    const NameTexts names = numbered.names(document);
    const auto add = [&](std::u16string_view text, HashKind kind) {
      if (!text.empty()) out.push_back(hash_entry(hash_of(text, kind), document));
    };
    add(names.name(), HashKind::kWhole);
    add(names.brand(), HashKind::kWhole);
    names.extras([&](std::u16string_view text, bool) {
      add(text, HashKind::kWhole);
      return true;
    });
    add(numbered.cold(document).legal_rep, HashKind::kLegalRep);
  });
  for (const Brand& brand : brands) {
    append_brand_hashes(numbered.names(brand.document).brand(), brand.document, numbered.chars, hashes);
  }
  sort_unique(hashes, numbered.threads);
  return pack_hashes(hashes, writer);
}

void append_name_grams(std::u16string_view text, std::vector<uint32_t>& grams) {
  for (size_t i = 0; i < text.size(); ++i) {
    grams.push_back(gram(kAnywhere, text[i]));
    if (i + 1 < text.size()) grams.push_back(gram(text[i], text[i + 1]));
  }
}

Status write_all_grams(const Numbered& numbered, SectionWriter& writer) {
  const GramsOf name_grams = [&](uint32_t document, std::vector<uint32_t>& grams) {
    const NameTexts names = numbered.names(document);
    append_name_grams(names.name(), grams);
    names.extras([&](std::u16string_view text, bool) {
      append_name_grams(text, grams);
      return true;
    });
    if (!names.name().empty()) grams.push_back(gram(kNameStart, names.name()[0]));
    if (!names.brand().empty()) grams.push_back(gram(kBrandStart, names.brand()[0]));
  };
  const GramsOf address_grams = [&](uint32_t document, std::vector<uint32_t>& grams) {
    const std::u16string_view address = numbered.cold(document).address;
    for (size_t i = 0; i + 1 < address.size(); ++i) grams.push_back(gram(address[i], address[i + 1]));
  };
  GramSpec spec{.documents = numbered.size(), .threads = numbered.threads};
  MINGLU_CHECK(write_grams(spec, name_grams, writer));
  spec.grams = Section::kAddressGrams;
  spec.postings = Section::kAddressPostings;
  return write_grams(spec, address_grams, writer);
}

}  // namespace

struct IndexBuilder::State {
  State(SearchLanguage tables, size_t count)
      : language(std::move(tables)), threads(std::max<size_t>(1, count)), prepared(language, threads) {}
  SearchLanguage language;
  size_t threads;
  PreparedDocuments prepared;
};

IndexBuilder::IndexBuilder(SearchLanguage language, size_t threads)
    : state_(std::make_unique<State>(std::move(language), threads)) {}
IndexBuilder::~IndexBuilder() = default;
IndexBuilder::IndexBuilder(IndexBuilder&&) noexcept = default;
IndexBuilder& IndexBuilder::operator=(IndexBuilder&&) noexcept = default;

Status IndexBuilder::add(UnitDocument document) { return state_->prepared.add(std::move(document)); }

Status IndexBuilder::finish(const Sink& sink) {
  const std::unique_ptr<State> state =
      std::exchange(state_, std::make_unique<State>(state_->language, state_->threads));
  MINGLU_CHECK(state->prepared.flush());
  state->prepared.settle_dictionaries();
  Numbered numbered{state->prepared, *state->language.chars, state->threads, {}, {}};
  number_documents(numbered);
  SectionWriter writer(sink);
  MINGLU_CHECK(writer.start());
  // The packed identifiers go first: they are the largest thing that writing frees.
  MINGLU_CHECK(write_identifiers(numbered, writer));
  MINGLU_CHECK(write_documents(numbered, writer));
  MINGLU_CHECK(write_name_order(numbered, writer));
  MINGLU_CHECK(write_readings(numbered, writer));
  MINGLU_CHECK(write_hashes(numbered, writer));
  MINGLU_CHECK(write_all_grams(numbered, writer));
  return writer.finish();
}

Result<std::string> IndexBuilder::finish_bytes() {
  std::string bytes;
  MINGLU_CHECK(finish([&](std::string_view piece) {
    bytes.append(piece);
    return ok_status();
  }));
  return bytes;
}

}  // namespace minglu::search
