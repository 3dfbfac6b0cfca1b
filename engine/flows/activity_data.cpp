#include "flows/activity_data.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_set>

#include "table/reader.hpp"
#include "units/numbers.hpp"

namespace minglu::flows {
namespace {

using activity::MissingKind;
constexpr size_t kFindingsMax = 100;
constexpr std::array<std::string_view, 11> kEmptyWords{"NA",   "N/A", "n/a", "NaN", "nan", "null",
                                                       "NULL", "..",  "...", "-",   "—"};

struct Cell {
  double value = activity::kNull;
  bool not_applicable = false;
  bool bad = false;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

Cell missing(MissingKind kind) {
  return {.value = kind == MissingKind::kZero ? 0.0 : activity::kNull,
          .not_applicable = kind == MissingKind::kNotApplicable};
}

bool parse_plain(std::string_view text, double& value) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

Cell parse_cell(std::string_view raw, MissingKind empty) {
  const std::string_view text = trimmed(raw);
  Cell cell;
  if (parse_plain(text, cell.value)) return cell;
  if (text.empty() || std::find(kEmptyWords.begin(), kEmptyWords.end(), text) != kEmptyWords.end()) {
    return missing(empty);
  }
  if (text == "NOT_LINKED") return missing(MissingKind::kNotLinked);
  if (text == "ZERO") return missing(MissingKind::kZero);
  if (text == "NOT_APPLICABLE") return missing(MissingKind::kNotApplicable);
  const units::Cleaned cleaned = units::clean_decimal(text);
  if (cleaned.value && parse_plain(*cleaned.value, cell.value)) return cell;
  return {.bad = true};
}

/// Where the columns of a model stand in the file.
struct Places {
  size_t id = 0;
  std::vector<size_t> values;
  std::vector<std::optional<size_t>> base;
  std::vector<size_t> peers;
  std::vector<size_t> caps;
  std::vector<size_t> factors;
};

Result<size_t> place_of(const std::vector<std::string>& names, const std::string& name, const std::string& whose) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  std::string known;
  for (const std::string& column : names) known += (known.empty() ? "" : ", ") + column;
  return base::invalid_argument("数据没有列 \"" + name + "\"（" + whose + "），现有：" + known +
                                " / the data have no column \"" + name + "\" (" + whose + "); there are: " + known);
}

Result<Places> find_places(const std::vector<std::string>& names, const activity::Model& model,
                           const std::string& id_column) {
  Places places;
  if (names.empty()) return base::invalid_argument("数据没有列 / the data have no columns");
  const std::string id = id_column.empty() ? model.id_column : id_column;
  if (!id.empty()) { MINGLU_TRY(places.id, place_of(names, id, "id")); }
  for (const activity::Indicator& indicator : model.indicators) {
    MINGLU_TRY(const size_t place, place_of(names, indicator.column, indicator.code));
    places.values.push_back(place);
    places.base.emplace_back();
    if (!indicator.normaliser->needs_base) continue;
    MINGLU_TRY(places.base.back(), place_of(names, indicator.base_column, indicator.code));
  }
  for (const std::string& column : model.peer_columns) {
    MINGLU_TRY(const size_t place, place_of(names, column, "peers"));
    places.peers.push_back(place);
  }
  for (const activity::Cap& cap : model.caps) {
    MINGLU_TRY(const size_t place, place_of(names, cap.column, "caps"));
    places.caps.push_back(place);
  }
  for (const activity::Factor& factor : model.factors) {
    MINGLU_TRY(const size_t place, place_of(names, factor.column, "factors"));
    places.factors.push_back(place);
  }
  return places;
}

class Collector {
 public:
  Collector(const activity::Model& model, Places places, ActivityTable& table)
      : model_(model), places_(std::move(places)), table_(table) {
    table_.data.indicators.resize(model.indicators.size());
    table_.data.capped.resize(model.caps.size());
    table_.data.factors.resize(model.factors.size());
    words_.resize(model.factors.size());
  }

  Status add(const table::RawBatch& batch) {
    for (size_t row = 0; row < batch.row_count(); ++row) {
      MINGLU_CHECK(add_id(batch, row));
      for (size_t at = 0; at < model_.indicators.size(); ++at) add_values(batch, row, at);
      if (!places_.peers.empty()) add_peer(batch, row);
      for (size_t at = 0; at < model_.caps.size(); ++at) {
        const std::string_view value = trimmed(batch.columns[places_.caps[at]].view(row));
        const std::vector<std::string>& values = model_.caps[at].values;
        table_.data.capped[at].push_back(std::find(values.begin(), values.end(), value) != values.end() ? 1 : 0);
      }
      for (size_t at = 0; at < places_.factors.size(); ++at) add_word(batch, row, at);
      ++table_.data.rows;
    }
    return ok_status();
  }

  /// Every id once.
  Status check_ids() const {
    std::unordered_set<std::string_view> seen;
    seen.reserve(table_.data.ids.size());
    for (const std::string& id : table_.data.ids) {
      if (seen.insert(id).second) continue;
      return base::invalid_argument("标识 \"" + id + "\" 出现两次，每个单位只能有一行 / the id \"" + id +
                                    "\" occurs twice; a unit has one row");
    }
    return ok_status();
  }

 private:
  Status add_id(const table::RawBatch& batch, size_t row) {
    const std::string_view id = trimmed(batch.columns[places_.id].view(row));
    if (id.empty()) {
      const std::string number = std::to_string(batch.row_numbers[row]);
      return base::invalid_argument("第 " + number + " 行没有标识（列 " + batch.names[places_.id] + "）/ row " +
                                    number + " has no id (column " + batch.names[places_.id] + ")");
    }
    table_.data.ids.emplace_back(id);
    return ok_status();
  }

  Cell read(const table::RawBatch& batch, size_t row, size_t column, MissingKind empty) {
    const Cell cell = parse_cell(batch.columns[column].view(row), empty);
    if (!cell.bad) return cell;
    if (++table_.finding_count <= kFindingsMax) {
      const std::string text(batch.columns[column].view(row).substr(0, 40));
      table_.findings.push_back(
          {.row = batch.row_numbers[row],
           .field = batch.names[column],
           .rule = "number_format",
           .severity = table::Severity::kVerify,
           .message = "\"" + text + "\" 不是数字，按 NOT_LINKED 处理 / is no number; counts as NOT_LINKED"});
    }
    return {};
  }

  void add_values(const table::RawBatch& batch, size_t row, size_t at) {
    activity::IndicatorData& data = table_.data.indicators[at];
    const MissingKind empty = model_.indicators[at].missing;
    const Cell cell = read(batch, row, places_.values[at], empty);
    data.values.push_back(cell.value);
    if (cell.not_applicable) data.not_applicable.resize(data.values.size() - 1, 0);
    if (cell.not_applicable || !data.not_applicable.empty()) data.not_applicable.push_back(cell.not_applicable ? 1 : 0);
    if (places_.base[at]) data.base.push_back(read(batch, row, *places_.base[at], empty).value);
  }

  void add_peer(const table::RawBatch& batch, size_t row) {
    std::vector<std::string> combination;
    for (const size_t place : places_.peers) combination.emplace_back(trimmed(batch.columns[place].view(row)));
    const auto [found, added] = peer_numbers_.emplace(combination, static_cast<uint32_t>(peer_numbers_.size()));
    if (added) table_.data.peers.push_back(std::move(combination));
    table_.data.peer_of_row.push_back(found->second);
  }

  void add_word(const table::RawBatch& batch, size_t row, size_t at) {
    activity::FactorColumn& column = table_.data.factors[at];
    const std::string word(trimmed(batch.columns[places_.factors[at]].view(row)));
    const auto [found, added] = words_[at].emplace(word, static_cast<uint32_t>(column.words.size()));
    if (added) column.words.push_back(word);
    column.of_row.push_back(found->second);
  }

  const activity::Model& model_;
  Places places_;
  ActivityTable& table_;
  std::map<std::vector<std::string>, uint32_t> peer_numbers_;
  std::vector<std::map<std::string, uint32_t>> words_;  // per factor
};

}  // namespace

Result<ActivityTable> read_activity_table(const std::filesystem::path& path, const activity::Model& model,
                                          const std::string& id_column) {
  MINGLU_TRY(auto reader, table::open_table(path, {}));
  MINGLU_TRY(Places places, find_places(reader->names(), model, id_column));
  ActivityTable result;
  Collector collector(model, std::move(places), result);
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) break;
    for (const table::RowProblem& problem : batch.problems) {
      if (!problem.fatal) continue;
      return base::invalid_argument("第 " + std::to_string(problem.row) + " 行不可用：" + problem.message + " / row " +
                                    std::to_string(problem.row) + " cannot be used (" + problem.code + ")");
    }
    MINGLU_CHECK(collector.add(batch));
  }
  MINGLU_CHECK(collector.check_ids());
  return result;
}

}  // namespace minglu::flows
