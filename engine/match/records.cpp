#include "match/records.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/hash.hpp"
#include "base/parallel.hpp"

namespace minglu::match {
namespace {

constexpr size_t kRowsForThreads = 256;  // fewer rows are done before another thread has started
constexpr uint32_t kPending = 1U << 31;  // no value yet; the other bits are a place in a list

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
  static uint64_t hash_of(std::string_view raw) { return base::hash64(raw) | 1; }
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots[hash & (slots.size() - 1)]); }
  /// The value under the hash. Where there is none, `fresh` is put there and returned.
  uint32_t find_or_put(uint64_t hash, uint32_t fresh) {
    Slot* slot = &locate(hash);
    if (slot->hash != 0) return slot->value;
    if (++used * 3 > slots.size() * 2) {
      grow();
      slot = &locate(hash);
    }
    *slot = {hash, fresh};
    return fresh;
  }
  void set(uint64_t hash, uint32_t value) { locate(hash).value = value; }
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
  if (!column.cache) return column.comparison->add(text);
  const uint64_t hash = RawCache::hash_of(text);
  uint32_t value = column.cache->find_or_put(hash, kPending);
  if (value != kPending) return value;
  value = column.comparison->add(text);
  column.cache->set(hash, value);
  return value;
}

/// Cells that were not seen before, until they are taken in together. A row that waits for one holds its place in the
/// list.
class Records::NewCells {
 public:
  explicit NewCells(Column& column) : column_(column), first_row_(column.values.size()) {}

  void take(std::string_view text, uint64_t hash) {
    const auto here = kPending | static_cast<uint32_t>(texts_.size());
    const uint32_t value = column_.cache->find_or_put(hash, here);
    column_.values.push_back(value);
    if (value != here) return;
    texts_.push_back(text);
    hashes_.push_back(hash);
    if (texts_.size() == kTogether) flush();
  }
  void flush() {
    values_.resize(texts_.size());
    column_.comparison->add_many(texts_, values_);
    for (size_t i = 0; i < texts_.size(); ++i) column_.cache->set(hashes_[i], values_[i]);
    for (; first_row_ < column_.values.size(); ++first_row_) {
      uint32_t& value = column_.values[first_row_];
      if ((value & kPending) != 0) value = values_[value & ~kPending];
    }
    texts_.clear();
    hashes_.clear();
  }

 private:
  static constexpr size_t kTogether = 256;
  Column& column_;
  size_t first_row_;  // rows before have their values
  std::vector<std::string_view> texts_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> values_;
};

/// One cell a value. The cache is larger than the processor's: its lines are asked for some cells ahead.
void Records::append_cells(Column& column, const table::TextColumn& cells) {
  constexpr size_t kAhead = 16;
  std::array<uint64_t, kAhead> hashes{};
  const size_t rows = cells.size();
  NewCells fresh(column);
  for (size_t row = 0; row < rows + kAhead; ++row) {
    uint64_t& hash = hashes[row % kAhead];
    if (row >= kAhead) fresh.take(cells.view(row - kAhead), hash);
    if (row >= rows) continue;
    hash = RawCache::hash_of(cells.view(row));
    column.cache->prefetch(hash);
  }
  fresh.flush();
}

void Records::append_column(Column& column, const table::RawBatch& batch, std::span<const size_t> cells) {
  if (column.base != SIZE_MAX) return;
  if (column.cache && cells.size() == 1 && column.width == 1) return append_cells(column, batch.columns[cells[0]]);
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

/// Where a batch has the columns of the model.
struct Records::BatchColumns {
  std::vector<std::vector<size_t>> cells;  // by comparison
  const table::TextColumn* id = nullptr;
  const table::TextColumn* source = nullptr;
};

Result<Records::BatchColumns> Records::find_columns(const table::RawBatch& batch, Side side) const {
  BatchColumns found;
  for (const Column& column : columns_) {
    found.cells.emplace_back();
    for (const std::string& name : side == Side::kLeft ? column.spec->left : column.spec->right) {
      MINGLU_TRY(const size_t at, column_index(batch, name));
      found.cells.back().push_back(at);
    }
  }
  const std::string& id_name = side == Side::kLeft ? model_.id_left : model_.id_right;
  if (!id_name.empty()) {
    MINGLU_TRY(const size_t at, column_index(batch, id_name));
    found.id = &batch.columns[at];
  }
  if (!model_.source.empty()) {
    MINGLU_TRY(const size_t at, column_index(batch, model_.source));
    found.source = &batch.columns[at];
  }
  return found;
}

void Records::append_ids(const table::RawBatch& batch, Side side, const BatchColumns& columns) {
  const std::string_view file = side == Side::kLeft ? "left" : "right";
  for (size_t row = 0; row < batch.row_count(); ++row) {
    sides_.push_back(side);
    ids_.emplace_back(columns.id != nullptr ? std::string(columns.id->view(row))
                                            : std::to_string(batch.row_numbers[row]));
    sources_.push_back(source_number(columns.source != nullptr ? columns.source->view(row) : file));
  }
}

namespace {

/// The dearest columns start first, so that threads end together.
bool is_dear(Kind kind) { return kind == Kind::kCompanyName || kind == Kind::kAddress; }

}  // namespace

Status Records::append(const table::RawBatch& batch, Side side, const std::function<void()>& meanwhile) {
  const size_t first_row = sides_.size();
  MINGLU_TRY(const BatchColumns found, find_columns(batch, side));
  two_sides_ = two_sides_ || side == Side::kRight;
  std::vector<size_t> order(columns_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](size_t at) { return is_dear(columns_[at].spec->kind); });
  const size_t threads = batch.row_count() < kRowsForThreads ? 1 : threads_;
  base::parallel_for(columns_.size() + 2, threads, [&](size_t piece, size_t) {
    if (piece < columns_.size()) {
      append_column(columns_[order[piece]], batch, found.cells[order[piece]]);
    } else if (piece == columns_.size()) {
      append_ids(batch, side, found);
    } else if (meanwhile) {
      meanwhile();
    }
  });
  if (is_finished_) extend_rows(first_row);
  return ok_status();
}

void Records::derive(Column& column) {
  const Column& base = columns_[column.base];
  std::vector<uint32_t> of_value(base.comparison->size(), 0);
  std::vector<std::pair<std::string_view, uint32_t>> known;  // a handful
  for (uint32_t value = 1; value < of_value.size(); ++value) {
    const std::string_view aspect = base.comparison->aspect(value);
    auto at = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == aspect; });
    if (at == known.end()) at = known.insert(at, {aspect, column.comparison->add(aspect)});
    of_value[value] = at->second;
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

void Records::count_terms(Column& column) {
  std::vector<uint32_t> value_counts(column.comparison->size(), 0);
  column.present = 0;
  for (size_t begin = 0; begin < column.values.size(); begin += column.width) {
    bool any = false;
    for (size_t i = begin; i < begin + column.width; ++i) {
      const uint32_t value = column.values[i];
      const auto cell = column.values.begin() + static_cast<ptrdiff_t>(begin);
      const auto here = column.values.begin() + static_cast<ptrdiff_t>(i);
      if (std::find(cell, here, value) == here) ++value_counts[value];
      any = any || value != 0;
    }
    column.present += any ? 1 : 0;
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
  constexpr size_t kRows = 65536;
  offsets_.assign(1, 0);
  for (const Column& column : columns_) offsets_.push_back(offsets_.back() + static_cast<uint32_t>(column.width));
  row_width_ = offsets_.back();
  cells_.resize(sides_.size() * row_width_);
  base::parallel_for((sides_.size() + kRows - 1) / kRows, threads_, [&](size_t chunk, size_t) {
    const size_t end = std::min(sides_.size(), (chunk + 1) * kRows);
    for (size_t row = chunk * kRows; row < end; ++row) {
      uint32_t* cell = &cells_[row * row_width_];
      for (const Column& column : columns_) {
        for (size_t i = 0; i < column.width; ++i) *cell++ = column.values[row * column.width + i];
      }
    }
  });
}

void Records::finish() {
  for (Column& column : columns_) {
    column.cache.reset();
    if (column.base != SIZE_MAX) derive(column);
  }
  base::parallel_for(columns_.size(), threads_, [&](size_t at, size_t) {
    columns_[at].comparison->freeze();
    count_terms(columns_[at]);
  });
  join_rows();
  for (Column& column : columns_) column.values = {};
  is_finished_ = true;
}

}  // namespace minglu::match
