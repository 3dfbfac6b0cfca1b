#include "search/internal/gram_builder.hpp"

#include <algorithm>
#include <memory>

#include "base/parallel.hpp"
#include "search/internal/postings.hpp"

namespace minglu::search {
namespace {

/// Gram to a count (or an ordinal), open addressing. A slot is free while its count is 0.
class GramMap {
 public:
  struct Slot {
    uint32_t key = 0;
    uint32_t count = 0;
    uint32_t last = kNoDocument;
  };
  GramMap() : slots_(size_t{1} << 12U) {}
  /// The slot of the gram, claimed with count 0 when new: the caller must raise the count.
  Slot& slot(uint32_t key) {
    if (used_ * 2 > slots_.size()) grow();
    Slot& found = slots_[place(key)];
    if (found.count == 0) {
      found.key = key;
      ++used_;
    }
    return found;
  }
  [[nodiscard]] const Slot& at(uint32_t key) const { return slots_[place(key)]; }
  [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }

 private:
  [[nodiscard]] size_t place(uint32_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t at = (key * 0x9E3779B97F4A7C15ULL) >> 32U & mask;
    while (slots_[at].count != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.count != 0) slots_[place(slot.key)] = slot;
    }
  }
  std::vector<Slot> slots_;
  size_t used_ = 0;
};

struct Inversion {
  std::vector<GramEntry> entries;
  std::vector<uint64_t> starts;  // into postings
  std::unique_ptr<uint32_t[]> postings;
};

uint32_t part_begin(const GramSpec& spec, size_t part, size_t parts) {
  return static_cast<uint32_t>(static_cast<uint64_t>(spec.documents) * part / parts);
}

std::vector<GramMap> count_parts(const GramSpec& spec, const GramsOf& grams_of, size_t parts) {
  std::vector<GramMap> counts(parts);
  base::parallel_for(parts, spec.threads, [&](size_t part, size_t) {
    std::vector<uint32_t> grams;
    for (uint32_t document = part_begin(spec, part, parts); document < part_begin(spec, part + 1, parts); ++document) {
      grams.clear();
      grams_of(document, grams);
      for (const uint32_t key : grams) {
        GramMap::Slot& slot = counts[part].slot(key);
        if (slot.last != document) ++slot.count;
        slot.last = document;
      }
    }
  });
  return counts;
}

std::vector<GramEntry> merge_counts(const std::vector<GramMap>& counts) {
  std::vector<GramEntry> entries;
  for (const GramMap& map : counts) {
    for (const GramMap::Slot& slot : map.slots()) {
      if (slot.count != 0) entries.push_back({.key = slot.key, .count = slot.count});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const GramEntry& a, const GramEntry& b) { return a.key < b.key; });
  size_t kept = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].key == entries[i].key) {
      entries[kept - 1].count += entries[i].count;
    } else {
      entries[kept++] = entries[i];
    }
  }
  entries.resize(kept);
  return entries;
}

void fill_part(const GramSpec& spec, const GramsOf& grams_of, size_t part, const std::vector<GramMap>& counts,
               Inversion& inversion) {
  // Each part writes behind what the parts before it write into the same list.
  GramMap places;
  std::vector<uint64_t> next(inversion.entries.size());
  for (uint32_t ordinal = 0; ordinal < inversion.entries.size(); ++ordinal) {
    const uint32_t key = inversion.entries[ordinal].key;
    next[ordinal] = inversion.starts[ordinal];
    for (size_t before = 0; before < part; ++before) next[ordinal] += counts[before].at(key).count;
    places.slot(key).count = ordinal + 1;
  }
  const std::vector<uint64_t> first = next;
  std::vector<uint32_t> grams;
  const size_t parts = counts.size();
  for (uint32_t document = part_begin(spec, part, parts); document < part_begin(spec, part + 1, parts); ++document) {
    grams.clear();
    grams_of(document, grams);
    for (const uint32_t key : grams) {
      const uint32_t ordinal = places.at(key).count - 1;
      uint64_t& at = next[ordinal];
      if (at == first[ordinal] || inversion.postings[at - 1] != document) inversion.postings[at++] = document;
    }
  }
}

Status write_postings(const GramSpec& spec, Inversion& inversion, SectionWriter& writer) {
  constexpr size_t kPieces = 64;
  const size_t lists = inversion.entries.size();
  std::vector<std::string> pieces(kPieces);
  base::parallel_for(kPieces, spec.threads, [&](size_t piece, size_t) {
    for (size_t list = lists * piece / kPieces; list < lists * (piece + 1) / kPieces; ++list) {
      GramEntry& entry = inversion.entries[list];
      entry.offset = pieces[piece].size();
      encode_postings({inversion.postings.get() + inversion.starts[list], entry.count}, pieces[piece]);
    }
  });
  MINGLU_CHECK(writer.begin(spec.postings));
  uint64_t offset = 0;
  for (size_t piece = 0; piece < kPieces; ++piece) {
    for (size_t list = lists * piece / kPieces; list < lists * (piece + 1) / kPieces; ++list) {
      inversion.entries[list].offset += offset;
    }
    MINGLU_CHECK(writer.write(pieces[piece]));
    offset += pieces[piece].size();
    pieces[piece] = std::string();
  }
  MINGLU_CHECK(writer.write(std::string(kPostingsPadding, '\0')));
  writer.end();
  return writer.array(spec.grams, inversion.entries);
}

}  // namespace

Status write_grams(const GramSpec& spec, const GramsOf& grams_of, SectionWriter& writer) {
  const size_t parts = std::max<size_t>(1, spec.threads);
  const std::vector<GramMap> counts = count_parts(spec, grams_of, parts);
  Inversion inversion;
  inversion.entries = merge_counts(counts);
  uint64_t total = 0;
  for (const GramEntry& entry : inversion.entries) {
    inversion.starts.push_back(total);
    total += entry.count;
  }
  inversion.postings = std::make_unique_for_overwrite<uint32_t[]>(total);
  base::parallel_for(parts, spec.threads,
                     [&](size_t part, size_t) { fill_part(spec, grams_of, part, counts, inversion); });
  return write_postings(spec, inversion, writer);
}

}  // namespace minglu::search
