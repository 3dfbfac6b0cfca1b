#include "flows/activity_inputs.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "base/parallel.hpp"
#include "rules/evaluate.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kRowsPerBlock = 65'536;

/// What one block of panel rows gives.
struct Block {
  std::vector<uint32_t> rows;  // of the panel, in the population
  std::vector<activity::IndicatorData> indicators;
  std::vector<std::vector<std::string>> attributes;  // per attribute, per row
};

class BlockMaker {
 public:
  BlockMaker(const RegisterModel& model, const UnitPanel& panel, const rules::Context& context,
             std::span<const size_t> text_places)
      : model_(model), panel_(panel), context_(context), text_places_(text_places) {}

  Result<Block> make(size_t first, size_t count) {
    first_ = first;
    count_ = count;
    texts_.clear();
    texts_.resize(model_.fields.size());
    MINGLU_TRY(const rules::RuleTable table, fill_table());
    Block block;
    std::vector<uint8_t> inside(count, 1);
    if (model_.population) {
      MINGLU_TRY(const rules::Column truth, rules::evaluate(model_.population->typed, table, context_));
      for (size_t i = 0; i < count; ++i) inside[i] = truth.truth[i] == rules::Tri::kTrue ? 1 : 0;
    }
    for (size_t i = 0; i < count; ++i) {
      if (inside[i] != 0) block.rows.push_back(static_cast<uint32_t>(first + i));
    }
    for (const ModelAttribute& attribute : model_.attributes) {
      MINGLU_TRY(const rules::Column words, rules::evaluate(attribute.expression.typed, table, context_));
      std::vector<std::string>& out = block.attributes.emplace_back();
      for (const uint32_t row : block.rows) out.emplace_back(words.texts.view(row - first));
    }
    for (size_t at = 0; at < model_.indicators.size(); ++at) {
      MINGLU_TRY(activity::IndicatorData data, indicator(at, table, block.rows));
      block.indicators.push_back(std::move(data));
    }
    return block;
  }

 private:
  Result<rules::RuleTable> fill_table() {
    std::vector<std::string> names;
    std::vector<rules::TableColumn> columns;
    for (size_t c = 0; c < model_.columns.size(); ++c) {
      names.push_back(model_.columns[c].name);
      columns.push_back(figures_column(c));
    }
    for (size_t f = 0; f < model_.fields.size(); ++f) {
      for (size_t i = 0; i < count_; ++i) texts_[f].append(panel_.texts[text_places_[f]].at(first_ + i));
    }
    std::vector<const table::TextColumn*> sources;
    std::vector<rules::FieldType> types;
    for (size_t f = 0; f < model_.fields.size(); ++f) {
      sources.push_back(&texts_[f]);
      types.push_back(model_.schema.fields[*model_.schema.find(model_.fields[f])].type);
    }
    MINGLU_TRY(const rules::RuleTable units, rules::RuleTable::from_text(model_.fields, sources, types));
    for (size_t f = 0; f < model_.fields.size(); ++f) {
      names.push_back(model_.fields[f]);
      columns.push_back(units.column(f));
    }
    return rules::RuleTable::from_columns(names, std::move(columns));
  }

  rules::TableColumn figures_column(size_t c) const {
    const PanelFigures& figures = panel_.figures[c];
    rules::TableColumn column;
    column.type = model_.columns[c].type;
    const bool is_double = column.type.kind == rules::TypeKind::kDouble;
    column.valid.resize(count_);
    if (is_double) column.doubles.resize(count_);
    if (!is_double) column.ints.resize(count_);
    for (size_t i = 0; i < count_; ++i) {
      const size_t row = first_ + i;
      column.valid[i] = has_number(figures.kinds[row]) ? 1 : 0;
      if (is_double) {
        column.doubles[i] = static_cast<double>(figures.values[row]) * figures.scale;
      } else {
        column.ints[i] = figures.values[row];
      }
    }
    return column;
  }

  static double number_at(const rules::Column& column, size_t row) {
    if (column.is_null(row)) return activity::kNull;
    if (column.type.kind == rules::TypeKind::kDouble) return column.doubles[row];
    const auto value = static_cast<double>(column.ints[row]);
    return column.type.kind == rules::TypeKind::kMoney ? value / 100 : value;
  }

  bool is_not_applicable(const ModelExpression& expression, uint32_t row) const {
    for (size_t c = 0; c < model_.columns.size(); ++c) {
      if (panel_.figures[c].kinds[row] != CellKind::kNotApplicable) continue;
      if (std::find(expression.names.begin(), expression.names.end(), model_.columns[c].name) != expression.names.end())
        return true;
    }
    return false;
  }

  Result<activity::IndicatorData> indicator(size_t at, const rules::RuleTable& table,
                                            std::span<const uint32_t> rows) const {
    const IndicatorSource& source = model_.indicators[at];
    activity::IndicatorData data;
    MINGLU_TRY(const rules::Column values, rules::evaluate(source.value.typed, table, context_));
    std::optional<rules::Column> base;
    std::optional<rules::Column> applies;
    if (source.base) { MINGLU_TRY(base, rules::evaluate(source.base->typed, table, context_)); }
    if (source.applies) { MINGLU_TRY(applies, rules::evaluate(source.applies->typed, table, context_)); }
    data.not_applicable.resize(rows.size(), 0);
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows[i] - first_;
      double value = number_at(values, row);
      if (applies && applies->truth[row] != rules::Tri::kTrue) {
        value = activity::kNull;
        data.not_applicable[i] = 1;
      } else if (activity::is_null(value)) {
        data.not_applicable[i] = is_not_applicable(source.value, rows[i]) ? 1 : 0;
      }
      data.values.push_back(value);
      if (!base) continue;
      data.base.push_back(number_at(*base, row));
      if (activity::is_null(data.base.back()) && is_not_applicable(*source.base, rows[i])) data.not_applicable[i] = 1;
    }
    return data;
  }

  const RegisterModel& model_;
  const UnitPanel& panel_;
  const rules::Context& context_;
  std::span<const size_t> text_places_;
  std::vector<table::TextColumn> texts_;
  size_t first_ = 0;
  size_t count_ = 0;
};

/// Puts blocks one after another and numbers the words of attributes.
class Collector {
 public:
  Collector(const RegisterModel& model, ActivityInputs& out) : model_(model), out_(out) {
    out_.data.indicators.resize(model.indicators.size());
    out_.data.capped.resize(model.model.caps.size());
    out_.data.factors.resize(model.model.factors.size());
    factor_words_.resize(model.model.factors.size());
  }

  void add(const UnitPanel& panel, Block block) {
    out_.data.rows += block.rows.size();
    for (const uint32_t row : block.rows) out_.units.push_back(panel.units[row]);
    for (size_t at = 0; at < block.indicators.size(); ++at) {
      activity::IndicatorData& to = out_.data.indicators[at];
      const activity::IndicatorData& from = block.indicators[at];
      to.values.insert(to.values.end(), from.values.begin(), from.values.end());
      to.base.insert(to.base.end(), from.base.begin(), from.base.end());
      to.not_applicable.insert(to.not_applicable.end(), from.not_applicable.begin(), from.not_applicable.end());
    }
    for (size_t i = 0; i < block.rows.size(); ++i) add_attributes(block, i);
  }

 private:
  const std::string& word(const Block& block, const std::string& name, size_t row) const {
    size_t at = 0;
    while (model_.attributes[at].name != name) ++at;  // parse_register_model has seen that it is there
    return block.attributes[at][row];
  }

  void add_attributes(const Block& block, size_t row) {
    const activity::Model& model = model_.model;
    if (!model.peer_columns.empty()) {
      std::vector<std::string> peer;
      for (const std::string& name : model.peer_columns) peer.push_back(word(block, name, row));
      const auto [found, added] = peers_.emplace(peer, static_cast<uint32_t>(peers_.size()));
      if (added) out_.data.peers.push_back(std::move(peer));
      out_.data.peer_of_row.push_back(found->second);
    }
    for (size_t at = 0; at < model.caps.size(); ++at) {
      const std::vector<std::string>& values = model.caps[at].values;
      const bool holds =
          std::find(values.begin(), values.end(), word(block, model.caps[at].column, row)) != values.end();
      out_.data.capped[at].push_back(holds ? 1 : 0);
    }
    for (size_t at = 0; at < model.factors.size(); ++at) {
      activity::FactorColumn& column = out_.data.factors[at];
      const std::string& text = word(block, model.factors[at].column, row);
      const auto [found, added] = factor_words_[at].emplace(text, static_cast<uint32_t>(column.words.size()));
      if (added) column.words.push_back(text);
      column.of_row.push_back(found->second);
    }
  }

  const RegisterModel& model_;
  ActivityInputs& out_;
  std::vector<std::map<std::string, uint32_t>> factor_words_;
  std::map<std::vector<std::string>, uint32_t> peers_;
};

PanelSpec panel_spec(const RegisterModel& model, const InputsSpec& spec, std::vector<size_t>& text_places) {
  PanelSpec panel{.units = spec.units};
  for (const ModelColumn& column : model.columns) {
    const Window window = window_before(spec.period, column.months, column.shift);
    panel.columns.push_back({column.source, column.field, column.reduce, window.from, window.to});
  }
  panel.fields = {"region", "industry_code"};
  for (const std::string& field : model.fields) {
    const auto it = std::find(panel.fields.begin(), panel.fields.end(), field);
    text_places.push_back(static_cast<size_t>(it - panel.fields.begin()));
    if (it == panel.fields.end()) panel.fields.push_back(field);
  }
  return panel;
}

void keep_rows(const std::vector<uint32_t>& rows, const UnitPanel& panel, bool with_kinds, ActivityInputs& out) {
  for (const auto& [from, to] : {std::pair(&panel.texts[0], &out.region), std::pair(&panel.texts[1], &out.industry)}) {
    to->words = from->words;
    for (const uint32_t row : rows) to->codes.push_back(from->codes[row]);
  }
  for (size_t c = 0; c < panel.figures.size() && with_kinds; ++c) {
    out.kinds.emplace_back();
    out.periods.emplace_back();
    for (const uint32_t row : rows) {
      out.kinds.back().push_back(panel.figures[c].kinds[row]);
      out.periods.back().push_back(panel.figures[c].periods[row]);
    }
  }
}

}  // namespace

Result<ActivityInputs> activity_inputs(Home& home, const store::State& state, const RegisterModel& model,
                                       const InputsSpec& spec) {
  std::vector<size_t> text_places;
  const PanelSpec wanted = panel_spec(model, spec, text_places);
  MINGLU_TRY(const UnitPanel panel, make_unit_panel(home, state, wanted));
  const rules::Context context{.today = base::last_day_of(spec.period), .domain = &home.knowledge().domain()};
  const size_t blocks = (panel.rows() + kRowsPerBlock - 1) / kRowsPerBlock;
  std::vector<std::optional<Block>> made(blocks);
  std::mutex mutex;
  Status failed = ok_status();
  base::parallel_for(blocks, home.threads(), [&](size_t b, size_t) {
    const size_t first = b * kRowsPerBlock;
    Result<Block> block =
        BlockMaker(model, panel, context, text_places).make(first, std::min(kRowsPerBlock, panel.rows() - first));
    const std::scoped_lock lock(mutex);
    if (block.ok()) {
      made[b] = std::move(block).value();
    } else {
      failed = block.error();
    }
  });
  MINGLU_CHECK(failed);
  ActivityInputs out;
  Collector collector(model, out);
  std::vector<uint32_t> rows;
  for (std::optional<Block>& block : made) {
    rows.insert(rows.end(), block->rows.begin(), block->rows.end());
    collector.add(panel, std::move(*block));
    block.reset();
  }
  keep_rows(rows, panel, spec.with_kinds, out);
  return out;
}

}  // namespace minglu::flows
