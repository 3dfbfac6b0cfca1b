// What the tests of search share: the tables of the catalog, and an index that owns its bytes.
// Used by tests only. The tables are loaded once per process.
// Thread-safety: as SearchIndex.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "codes/catalog_file.hpp"
#include "search/builder.hpp"
#include "search/index.hpp"

namespace minglu::search {

inline const SearchLanguage& test_language() {
  static const SearchLanguage kLanguage = [] {
    SearchLanguage language;
    auto chars = text::CharTables::load(codes::catalog_directory());
    MINGLU_ASSERT(chars.ok());
    language.chars = *chars;
    auto lexicon = text::NameLexicon::load(codes::catalog_directory(), language.chars);
    MINGLU_ASSERT(lexicon.ok());
    language.lexicon = *lexicon;
    return language;
  }();
  return kLanguage;
}

/// Aligned bytes and the index over them.
class BuiltIndex {
 public:
  BuiltIndex() = default;
  explicit BuiltIndex(const std::string& bytes) : words_((bytes.size() + 7) / 8), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(words_.data(), bytes.data(), bytes.size());
  }
  [[nodiscard]] Result<SearchIndex> open() const {
    return SearchIndex::open({reinterpret_cast<const std::byte*>(words_.data()), size_});
  }
  [[nodiscard]] SearchIndex index() const {
    auto opened = open();
    MINGLU_ASSERT(opened.ok());
    return *opened;
  }

 private:
  std::vector<uint64_t> words_;
  size_t size_ = 0;
};

inline std::string build_bytes(const std::vector<UnitDocument>& units, size_t threads) {
  IndexBuilder builder(test_language(), threads);
  for (const UnitDocument& unit : units) MINGLU_ASSERT(builder.add(unit).ok());
  auto bytes = builder.finish_bytes();
  MINGLU_ASSERT(bytes.ok());
  return *bytes;
}

inline BuiltIndex build_index(const std::vector<UnitDocument>& units, size_t threads) {
  return BuiltIndex(build_bytes(units, threads));
}

}  // namespace minglu::search
