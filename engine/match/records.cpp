#include "match/records.hpp"

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "base/parallel.hpp"

namespace minglu::match {
namespace {

constexpr size_t kRowsForThreads = 256;  // fewer rows are done before another thread has started

}  // namespace

/// Value numbers by the hash of the raw cell. Two texts with equal 64-bit hashes would be taken for one: below one in a
/// million for a city's worth of names.
struct Records::RawCache {
  struct Slot {
    uint64_t hash = 0;
    uint32_t value = 0;
  };
  std::vector<Slot> slots = std::vector<Slot>(1024);
  size_t used = 0;

  Slot& locate(uint64_t hash) {
    const size_t mask = slots.size() - 1;
    size_t at = hash & mask;
    while (slots[at].hash != 0 && slots[at].hash != hash) at = (at + 1) & mask;
    return slots[at];
  }
  void grow() {
    std::vector<Slot> old(slots.size() * 2);
    old.swap(slots);
    for (const Slot& slot : old) {
      if (slot.hash != 0) locate(slot.hash) = slot;
    }
  }
  uint32_t find_or_add(std::string_view raw, Comparison& comparison) {
    const uint64_t hash = base::hash64(raw) | 1;
    Slot* slot = &locate(hash);
    if (slot->hash != 0) return slot->value;
    if (++used * 3 > slots.size() * 2) {
      grow();
      slot = &locate(hash);
    }
    *slot = {hash, comparison.add(raw)};
    return slot->value;
  }
};

namespace {

/// The company names whose forms a derived comparison looks at; parse_link_model has checked that they are there.
size_t base_of(const LinkModel& model, const ComparisonSpec& derived) {
  for (size_t at = 0; at < model.comparisons.size(); ++at) {
    const ComparisonSpec& spec = model.comparisons[at];
    if (spec.kind == Kind::kCompanyName && spec.left == derived.left && spec.right == derived.right) return at;
  }
  return SIZE_MAX;
}

}  // namespace

Records::Records(const LinkModel& model, const LanguageTables& tables, size_t threads)
    : model_(model), threads_(threads) {
  for (const ComparisonSpec& spec : model.comparisons) {
    Column column;
    column.spec = &spec;
    column.comparison = make_comparison(spec.kind, tables);
    column.width = spec.combine == Combine::kAny ? std::max(spec.left.size(), spec.right.size()) : 1;
    column.cache = std::make_unique<RawCache>();
    if (spec.kind == Kind::kLegalForm) column.base = base_of(model, spec);
    columns_.push_back(std::move(column));
  }
}
Records::Records(Records&&) noexcept = default;
Records::~Records() = default;

namespace {

Result<size_t> column_index(const table::RawBatch& batch, const std::string& name) {
  if (const auto at = batch.find(name)) return *at;
  std::string known;
  for (const std::string& column : batch.names) known += (known.empty() ? "" : "、") + column;
  return base::invalid_argument("文件中没有列 \"" + name + "\"，有：" + known);
}

}  // namespace

uint32_t Records::source_number(std::string_view name) {
  for (size_t i = 0; i < source_names_.size(); ++i) {
    if (source_names_[i] == name) return static_cast<uint32_t>(i);
  }
  source_names_.emplace_back(name);
  const auto& clean = model_.clean_sources;
  clean_.push_back(std::any_of(clean.begin(), clean.end(), [&](const auto& c) { return c == "*" || c == name; }));
  return static_cast<uint32_t>(source_names_.size() - 1);
}

uint32_t Records::value_of(Column& column, std::string_view text) {
  return column.cache ? column.cache->find_or_add(text, *column.comparison) : column.comparison->add(text);
}

void Records::append_column(Column& column, const table::RawBatch& batch, std::span<const size_t> cells) {
  if (column.base != SIZE_MAX) return;
  std::string joined;
  for (size_t row = 0; row < batch.row_count(); ++row) {
    if (column.spec->combine == Combine::kAny) {
      for (size_t i = 0; i < column.width; ++i) {
        const bool absent = i >= cells.size();
        column.values.push_back(absent ? 0 : value_of(column, batch.columns[cells[i]].view(row)));
      }
      continue;
    }
    std::string_view text = batch.columns[cells[0]].view(row);
    if (cells.size() > 1) {
      joined.assign(text);
      for (const size_t cell : cells.subspan(1)) (joined += ' ').append(batch.columns[cell].view(row));
      text = joined;
    }
    column.values.push_back(value_of(column, text));
  }
}

Status Records::append(const table::RawBatch& batch, Side side) {
  const size_t first_row = sides_.size();
  two_sides_ = two_sides_ || side == Side::kRight;
  std::vector<std::vector<size_t>> cells;
  for (const Column& column : columns_) {
    cells.emplace_back();
    for (const std::string& name : side == Side::kLeft ? column.spec->left : column.spec->right) {
      MINGLU_TRY(const size_t at, column_index(batch, name));
      cells.back().push_back(at);
    }
  }
  const std::string& id_name = side == Side::kLeft ? model_.id_left : model_.id_right;
  const table::TextColumn* id_column = nullptr;
  if (!id_name.empty()) {
    MINGLU_TRY(const size_t at, column_index(batch, id_name));
    id_column = &batch.columns[at];
  }
  const table::TextColumn* source_column = nullptr;
  if (!model_.source.empty()) {
    MINGLU_TRY(const size_t at, column_index(batch, model_.source));
    source_column = &batch.columns[at];
  }
  for (size_t row = 0; row < batch.row_count(); ++row) {
    sides_.push_back(side);
    ids_.emplace_back(id_column != nullptr ? std::string(id_column->view(row))
                                           : std::to_string(batch.row_numbers[row]));
    const std::string_view file = side == Side::kLeft ? "left" : "right";
    sources_.push_back(source_number(source_column != nullptr ? source_column->view(row) : file));
  }
  const size_t threads = batch.row_count() < kRowsForThreads ? 1 : threads_;
  base::parallel_for(columns_.size(), threads,
                     [&](size_t at, size_t) { append_column(columns_[at], batch, cells[at]); });
  if (is_finished_) extend_rows(first_row);
  return ok_status();
}

void Records::derive(Column& column) {
  const Column& base = columns_[column.base];
  std::vector<uint32_t> of_value(base.comparison->size(), 0);
  for (uint32_t value = 1; value < of_value.size(); ++value) {
    of_value[value] = column.comparison->add(base.comparison->aspect(value));
  }
  column.width = base.width;
  column.values.resize(base.values.size());
  for (size_t i = 0; i < base.values.size(); ++i) column.values[i] = of_value[base.values[i]];
}

void Records::extend_rows(size_t first_row) {
  cells_.resize(sides_.size() * row_width_, 0);
  for (size_t at = 0; at < columns_.size(); ++at) {
    Column& column = columns_[at];
    for (size_t row = first_row; row < sides_.size(); ++row) {
      uint32_t* cell = &cells_[row * row_width_ + offsets_[at]];
      for (size_t i = 0; i < column.width; ++i) {
        if (column.base == SIZE_MAX) {
          cell[i] = column.values[(row - first_row) * column.width + i];
          continue;
        }
        const uint32_t of_base = cells_[row * row_width_ + offsets_[column.base] + i];
        cell[i] = of_base == 0 ? 0 : column.comparison->add(columns_[column.base].comparison->aspect(of_base));
      }
    }
    column.values.clear();
  }
}

void Records::count_terms(size_t at) {
  Column& column = columns_[at];
  std::vector<uint32_t> value_counts(column.comparison->size(), 0);
  column.present = 0;
  for (uint32_t record = 0; record < size(); ++record) {
    const auto cell = values(record, at);
    for_each_value(record, at, [&](uint32_t value) { ++value_counts[value]; });
    column.present += std::any_of(cell.begin(), cell.end(), [](uint32_t v) { return v != 0; }) ? 1 : 0;
  }
  column.term_counts.assign(column.comparison->term_count(), 0);
  std::vector<Term> terms;
  for (uint32_t value = 1; value < value_counts.size(); ++value) {
    terms.clear();
    column.comparison->terms(value, terms);
    for (const Term& term : terms) column.term_counts[term.id] += value_counts[value];
  }
}

void Records::join_rows() {
  offsets_.assign(1, 0);
  for (const Column& column : columns_) offsets_.push_back(offsets_.back() + static_cast<uint32_t>(column.width));
  row_width_ = offsets_.back();
  cells_.resize(sides_.size() * row_width_);
  for (size_t at = 0; at < columns_.size(); ++at) {
    Column& column = columns_[at];
    for (size_t row = 0; row < sides_.size(); ++row) {
      for (size_t i = 0; i < column.width; ++i) {
        cells_[row * row_width_ + offsets_[at] + i] = column.values[row * column.width + i];
      }
    }
    column.values = {};
  }
}

void Records::finish() {
  for (Column& column : columns_) {
    column.cache.reset();
    if (column.base != SIZE_MAX) derive(column);
  }
  join_rows();
  is_finished_ = true;
  base::parallel_for(columns_.size(), threads_, [&](size_t at, size_t) {
    columns_[at].comparison->freeze();
    count_terms(at);
  });
}

}  // namespace minglu::match
