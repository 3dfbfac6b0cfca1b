// Inverts documents into lists by gram: counts per part of the documents, lays the lists out, fills them in order of
// document, and encodes. Memory: four bytes per posting plus the encoded lists.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "search/internal/section_writer.hpp"

namespace minglu::search {

/// Gives the grams of one document; repeats are allowed.
using GramsOf = std::function<void(uint32_t document, std::vector<uint32_t>& grams)>;

struct GramSpec {
  uint32_t documents = 0;
  size_t threads = 1;
  Section grams = Section::kNameGrams;
  Section postings = Section::kNamePostings;
};

Status write_grams(const GramSpec& spec, const GramsOf& grams_of, SectionWriter& writer);

}  // namespace minglu::search
