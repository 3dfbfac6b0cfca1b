#include "tiers/side_tables.hpp"

#include <algorithm>

#include "tiers/internal/cell_reading.hpp"

namespace minglu::tiers {
namespace {

using Columns = std::map<std::string, size_t, std::less<>>;

Columns index_of(std::span<const std::string> names) {
  Columns out;
  for (size_t i = 0; i < names.size(); ++i) out.emplace(names[i], i);
  return out;
}

Status need(const Columns& columns, std::string_view table, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    if (columns.find(field) == columns.end())
      return base::invalid_argument("the " + std::string(table) + " need a column \"" + std::string(field) + "\"");
  }
  return ok_status();
}

std::string cell(const table::RawBatch& batch, const Columns& columns, std::string_view field, size_t row) {
  const auto found = columns.find(field);
  return found == columns.end() ? std::string()
                                : std::string(internal::trimmed(batch.columns[found->second].view(row)));
}

Reason bad(std::string_view field, std::string_view text) {
  return {ReasonCode::kBadCell, {std::string(field), std::string(text)}};
}

std::optional<FigureKind> parse_kind(std::string_view word) noexcept {
  if (word.empty() || word == "ytd") return FigureKind::kYearToDate;
  if (word == "12m") return FigureKind::kTwelveMonths;
  return std::nullopt;
}

}  // namespace

Result<FigureBook> FigureBook::create(std::span<const std::string> names, const ReadSpec& spec) {
  FigureBook out(spec);
  out.columns_ = index_of(names);
  MINGLU_CHECK(need(out.columns_, "figures", {"id", "measure", "source", "period"}));
  bool found = false;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto suffix = internal::money_suffix(names[i]);
    const bool bare = names[i] == "amount" && spec.money_unit;
    if (!bare && (!suffix || suffix->stem != "amount")) continue;
    if (found) return base::invalid_argument("column \"" + names[i] + "\" says the same as another column");
    found = true;
    out.amount_column_ = i;
    out.amount_in_fen_ = suffix && suffix->column.in_fen;
    out.amount_unit_ = suffix ? suffix->column.unit : *spec.money_unit;
  }
  if (!found)
    return base::invalid_argument(
        "the figures need one column of money: amount_wan_yuan, amount_thousand_yuan, amount_yuan or amount_fen, or "
        "amount with --money-unit");
  return out;
}

void FigureBook::read(const table::RawBatch& batch) {
  for (size_t row = 0; row < batch.row_count(); ++row) {
    ++rows_;
    Entry& entry = entries_[cell(batch, columns_, "id", row)];
    const std::string measure_word = cell(batch, columns_, "measure", row);
    const std::string source_word = cell(batch, columns_, "source", row);
    const std::string kind_word = cell(batch, columns_, "kind", row);
    const auto measure = parse_measure(measure_word);
    const auto kind = parse_kind(kind_word);
    const size_t source = spec_.settings.source_index(source_word.empty() ? kSourceUnstated : source_word);
    if (!measure) entry.problems.push_back(bad("measure", measure_word));
    if (!kind) entry.problems.push_back(bad("kind", kind_word));
    if (source == spec_.settings.sources.size()) entry.problems.push_back(bad("source", source_word));
    const std::string period_word = cell(batch, columns_, "period", row);
    const auto period = internal::read_period(period_word, {"period", entry.problems});
    if (period_word.empty()) entry.problems.push_back(bad("period", period_word));
    const auto fen = internal::read_money(batch.columns[amount_column_].view(row), {amount_in_fen_, amount_unit_},
                                          {batch.names[amount_column_], entry.problems});
    if (!measure || !kind || source == spec_.settings.sources.size() || !period || !fen) continue;
    const auto same = std::find_if(entry.figures.begin(), entry.figures.end(), [&](const Figure& f) {
      return f.measure == *measure && f.source == source && f.period == *period && f.kind == *kind;
    });
    if (same == entry.figures.end()) {
      entry.figures.push_back({*measure, source, *period, *kind, *fen});
    } else if (same->fen != *fen) {
      entry.problems.push_back(bad(measure_word + " " + source_word + " " + base::format_period(*period), "≠"));
    }
  }
}

void FigureBook::join(std::vector<UnitRow>& rows) const {
  for (UnitRow& row : rows) {
    const auto found = entries_.find(row.unit.id);
    if (found == entries_.end()) continue;
    row.problems.insert(row.problems.end(), found->second.problems.begin(), found->second.problems.end());
    for (const Figure& figure : found->second.figures) {
      const auto same = std::find_if(row.unit.figures.begin(), row.unit.figures.end(), [&](const Figure& f) {
        return f.measure == figure.measure && f.source == figure.source && f.period == figure.period &&
               f.kind == figure.kind;
      });
      if (same == row.unit.figures.end()) {
        row.unit.figures.push_back(figure);
      } else if (same->fen != figure.fen) {
        row.problems.push_back(
            bad(std::string(measure_name(figure.measure)) + " " + base::format_period(figure.period), "≠"));
      }
    }
  }
}

uint64_t FigureBook::count_unmatched(const std::vector<UnitRow>& rows) const {
  std::set<std::string_view> ids;
  for (const UnitRow& row : rows) ids.insert(row.unit.id);
  uint64_t count = 0;
  for (const auto& [id, entry] : entries_) {
    if (ids.count(id) == 0) count += std::max<uint64_t>(entry.figures.size(), 1);
  }
  return count;
}

Result<CurrentList> CurrentList::create(std::span<const std::string> names) {
  CurrentList out;
  out.columns_ = index_of(names);
  for (const auto& [zh, field] :
       {std::pair{"统一社会信用代码", "uscc"}, {"专业类别", "category"}, {"单位详细名称", "name"}}) {
    const auto found = out.columns_.find(std::string_view(zh));
    if (found != out.columns_.end()) out.columns_.emplace(field, found->second);
  }
  if (out.columns_.count("id") == 0 && out.columns_.count("uscc") == 0)
    return base::invalid_argument("the list of 四上 needs a column \"id\" or \"uscc\"");
  return out;
}

void CurrentList::read(const table::RawBatch& batch) {
  for (size_t row = 0; row < batch.row_count(); ++row) {
    std::string key = cell(batch, columns_, "id", row);
    if (key.empty()) key = cell(batch, columns_, "uscc", row);
    if (key.empty()) {
      ++without_key_;
      continue;
    }
    Listing listing{cell(batch, columns_, "category", row), cell(batch, columns_, "name", row)};
    const auto [at, added] = listings_.emplace(key, listing);
    if (added) continue;
    if (at->second.category != listing.category) at->second.category.clear();
    if (at->second.name != listing.name) at->second.name.clear();
  }
}

void CurrentList::join(std::vector<UnitRow>& rows) {
  for (UnitRow& row : rows) {
    row.unit.listing.reset();
    for (const std::string* key : {&row.unit.id, &row.uscc}) {
      const auto found = listings_.find(*key);
      if (found == listings_.end()) continue;
      row.unit.listing = found->second;
      matched_.insert(*key);
    }
  }
}

std::vector<std::string> CurrentList::unmatched() const {
  std::vector<std::string> out;
  for (const auto& [key, listing] : listings_) {
    if (matched_.count(key) == 0) out.push_back(key);
  }
  return out;
}

Result<PreviousResult> PreviousResult::create(std::span<const std::string> names) {
  PreviousResult out;
  out.columns_ = index_of(names);
  MINGLU_CHECK(need(
      out.columns_, "previous results",
      {"id", "library", "band", "library_misses", "band_misses", "assessed_period", "sub_state", "sub_state_action"}));
  return out;
}

Status PreviousResult::read(const table::RawBatch& batch, Period today) {
  for (size_t row = 0; row < batch.row_count(); ++row) {
    const auto text = [&](std::string_view field) { return cell(batch, columns_, field, row); };
    std::vector<Reason> problems;
    Previous previous;
    const auto library = parse_library(text("library"));
    const auto band = parse_band(text("band"));
    const auto state = parse_sub_state(text("sub_state"));
    const auto period = base::parse_period(text("assessed_period"));
    const auto library_misses = internal::read_whole(text("library_misses"), {"library_misses", problems});
    const auto band_misses = internal::read_whole(text("band_misses"), {"band_misses", problems});
    if (!library || !band || !state || !period || !problems.empty())
      return base::invalid_argument("previous results, row " + std::to_string(batch.row_numbers[row]) +
                                    ": not a row that this command writes; give the file of its --out");
    if (*period > today)
      return base::invalid_argument("previous results are of " + base::format_period(*period) +
                                    ", after the date of this run; give those of an earlier period");
    // A row that could not be used says nothing about the unit.
    if (*library == Library::kRejected) continue;
    previous.library = *library;
    previous.band = *band;
    previous.sub_state = *state;
    previous.sub_state_action = text("sub_state_action");
    previous.period = *period;
    // Counts beyond any waiting period are alike.
    constexpr int64_t kMissesMax = 1'000'000;
    previous.library_misses = static_cast<int32_t>(std::min(library_misses.value_or(0), kMissesMax));
    previous.band_misses = static_cast<int32_t>(std::min(band_misses.value_or(0), kMissesMax));
    if (!results_.emplace(text("id"), previous).second)
      return base::invalid_argument("previous results: id \"" + text("id") + "\" stands twice");
  }
  return ok_status();
}

void PreviousResult::join(std::vector<UnitRow>& rows) const {
  for (UnitRow& row : rows) {
    const auto found = results_.find(row.unit.id);
    if (found != results_.end()) row.unit.previous = found->second;
  }
}

}  // namespace minglu::tiers
