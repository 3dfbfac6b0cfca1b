// A small index with bytes changed as the input says: opening refuses it, or every query gets some answer.
// The input: one byte that chooses the query, then {u8 section, u16 place in it, u8 byte} again and again.
// fuzz-folders: base codes text units search
// fuzz-libs: xxhash crypto icuuc icudata
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "codes/catalog_file.hpp"
#include "search/internal/layout.hpp"
#include "search/search_test_support.hpp"
#include "search/searcher.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

namespace {

std::vector<search::UnitDocument> units() {
  std::vector<search::UnitDocument> units(200);
  const char* brands[] = {"华韵", "甲乙", "云达", "达云华", "末未韵达"};
  for (size_t i = 0; i < units.size(); ++i) {
    units[i].unit = 3 * i + 1;
    units[i].name = std::string("深圳市") + brands[i % 5] + (i % 3 == 0 ? "科技" : "贸易") + "有限公司";
    units[i].former_names = {std::string("老") + brands[i % 4]};
    units[i].legal_rep = "李明";
    units[i].uscc = "9144030" + std::to_string(10'000'000 + i) + "MA5K";
    units[i].address = "南山区科技园路" + std::to_string(i) + "号";
    units[i].district = i % 2 == 0 ? "440305" : "440306";
    units[i].rank = static_cast<uint16_t>(i % 7);
  }
  return units;
}

/// Sections that hold anything, so that the input does not spend itself on the empty buckets of hashes.
std::vector<std::pair<uint64_t, uint64_t>> interesting(const std::string& bytes) {
  search::IndexFooter footer;
  std::memcpy(&footer, bytes.data() + bytes.size() - sizeof(footer), sizeof(footer));
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (uint32_t i = 0; i < search::kSectionCount; ++i) {
    search::SectionRow row;
    std::memcpy(&row, bytes.data() + footer.table_offset + i * sizeof(row), sizeof(row));
    if (row.size > 0) ranges.emplace_back(row.offset, row.size);
  }
  return ranges;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string kBytes = search::build_bytes(units(), 1);
  static const auto kRanges = interesting(kBytes);
  static std::vector<uint64_t> words((kBytes.size() + 7) / 8);
  static const char* const kTexts[] = {
      "华韵", "深圳市甲以科技有限公司", "huayun", "9144", "科技园", "", "李明", "达 科", "hy", "有限公司"};
  if (size < 1) return 0;
  if (words[0] == 0) std::memcpy(words.data(), kBytes.data(), kBytes.size());
  auto* target = reinterpret_cast<uint8_t*>(words.data());
  std::vector<std::pair<uint64_t, uint8_t>> undo;
  for (size_t at = 1; at + 4 <= size; at += 4) {
    const auto& [offset, length] = kRanges[data[at] % kRanges.size()];
    const uint64_t place = offset + (static_cast<uint64_t>(data[at + 1]) << 8U | data[at + 2]) * length / 65'536;
    undo.emplace_back(place, target[place]);
    target[place] = data[at + 3];
  }
  const auto index = search::SearchIndex::open({reinterpret_cast<const std::byte*>(words.data()), kBytes.size()});
  if (index.ok()) {
    search::Query query;
    query.text = kTexts[data[0] % 10];
    query.want_facets = true;
    query.sort = static_cast<search::Sort>(data[0] / 10 % 5);
    const search::Searcher searcher(search::test_language(), *index);
    MINGLU_ASSERT(searcher.search(query, search::Scope::everything()).ok());
    MINGLU_ASSERT(searcher.search(query, search::Scope::regions({"440305"})).ok());
  }
  for (size_t i = undo.size(); i > 0; --i) target[undo[i - 1].first] = undo[i - 1].second;
  return 0;
}
