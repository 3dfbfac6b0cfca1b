// 评估: data quality of one batch, counted per field; ratios are formed only for display. Counts add up over batches in
// any order.
// Every figure counts rows. A row whose cell is empty counts in `rows` only. Plain values; not synchronised.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "codes/fields.hpp"

namespace minglu::ingest {

struct FieldQuality {
  uint64_t rows = 0;      // rows that could have carried the field
  uint64_t filled = 0;    // completeness 完整性 = filled / rows
  uint64_t invalid = 0;   // validity 有效性 = 1 - invalid / filled: failed its own check (not trusted)
  uint64_t repaired = 0;  // written in a way that cleaning had to change
};

struct QualityCounts {
  std::map<uint16_t, FieldQuality> fields;  // by FieldId
  uint64_t rows = 0;
  uint64_t key_repeats = 0;  // uniqueness 唯一性: rows whose key stood before in the batch
  void add(const QualityCounts& other) {
    for (const auto& [field, q] : other.fields) {
      FieldQuality& mine = fields[field];
      mine.rows += q.rows;
      mine.filled += q.filled;
      mine.invalid += q.invalid;
      mine.repaired += q.repaired;
    }
    rows += other.rows;
    key_repeats += other.key_repeats;
  }
};

}  // namespace minglu::ingest
