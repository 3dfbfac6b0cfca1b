#include "flows/unit_panel.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/parallel.hpp"
#include "flows/panel_source.hpp"
#include "flows/unit_documents.hpp"
#include "store/hash_order.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kUnitsPerBlock = 4096;
constexpr size_t kUnitsLookedUpMax = 1000;  // above, reading the segments through is cheaper

// A column as asked for, with what the source's definition says of it.
struct ColumnPlan {
  uint16_t source = 0;
  SourceColumn column;
  bool is_delivered = false;
};

Result<ColumnPlan> plan_column(const Knowledge& knowledge, const PanelColumn& asked) {
  const auto source = knowledge.sources().find(asked.source);
  if (!source) return base::invalid_argument("没有来源“" + asked.source + "”（unknown source）");
  const ingest::SourceDefinition& definition = knowledge.sources().at(*source);
  const auto field = knowledge.fields().find(asked.field);
  const auto map = std::find_if(definition.columns.begin(), definition.columns.end(), [&](const ingest::ColumnMap& c) {
    return field && c.indicator && c.field.value == field->value;
  });
  if (map == definition.columns.end()) {
    return base::invalid_argument("来源“" + asked.source + "”没有指标“" + asked.field +
                                  "”（the source has no such indicator; see minglu sources）");
  }
  ColumnPlan plan;
  plan.source = source->value;
  plan.column = {*field,
                 asked.field,
                 map->figure,
                 map->zero_is_missing,
                 asked.reduce,
                 month_number(asked.from),
                 month_number(asked.to)};
  const int32_t months = plan.column.to - plan.column.from + 1;
  if (months < 1 || months > kPanelMonthsMax) {
    return base::invalid_argument("指标“" + asked.field + "”的时间窗应为 1 到 " + std::to_string(kPanelMonthsMax) +
                                  " 个月（a window has 1 to " + std::to_string(kPanelMonthsMax) + " months）");
  }
  if (asked.reduce == Reduce::kSum && map->figure == ingest::FigureKind::kLevel) {
    return base::invalid_argument(
        "“" + asked.source + "." + asked.field +
        "”是时点数，各月不能相加，请取最近一期（a level is never added over months; take the last）");
  }
  return plan;
}

// One record linked to a unit.
struct Link {
  uint64_t entity = 0;
  uint32_t row = 0;  // of the panel
  uint16_t source = 0;
};

// What one pass over the unit rows finds, block by block.
struct UnitBlock {
  std::vector<Link> links;
  std::vector<PanelText> texts;  // per field, with words of the block's own: a row's bytes do not outlive its reading
  std::vector<int32_t> founded;  // month numbers; 0: unknown
  std::vector<int32_t> cancelled;
};

class UnitPass {
 public:
  UnitPass(Home& home, const PanelSpec& spec, std::span<const uint8_t> source_is_wanted)
      : home_(home), documents_(home.knowledge()), wanted_(source_is_wanted) {
    const codes::Fields& fields = home.knowledge().fields();
    for (const std::string& code : spec.fields) fields_.push_back(fields.find(code));
    founded_ = fields.require("founded");
    cancelled_ = fields.require("cancelled");
  }

  Status read(std::span<const store::DirectoryEntry> entries, size_t first, size_t count, UnitBlock& block) const {
    store::UnitRow row;
    block.texts.resize(fields_.size());
    std::vector<std::unordered_map<std::string, uint32_t>> known(fields_.size());
    for (size_t i = first; i < first + count; ++i) {
      MINGLU_CHECK(home_.read_unit(entries[i], row));
      for (const store::UnitMember& member : row.members) {
        if (member.source < wanted_.size() && wanted_[member.source] != 0)
          block.links.push_back({member.entity, static_cast<uint32_t>(i), member.source});
      }
      for (size_t f = 0; f < fields_.size(); ++f) {
        const std::string_view text = fields_[f] ? text_of(row, *fields_[f]) : documents_.region_of(row);
        const auto [it, is_new] =
            known[f].emplace(std::string(text), static_cast<uint32_t>(block.texts[f].words.size()));
        if (is_new) block.texts[f].words.push_back(it->first);
        block.texts[f].codes.push_back(it->second);
      }
      block.founded.push_back(month_of(text_of(row, founded_)));
      block.cancelled.push_back(month_of(text_of(row, cancelled_)));
    }
    return ok_status();
  }

 private:
  static std::string_view text_of(const store::UnitRow& row, codes::FieldId field) {
    const auto it = std::lower_bound(row.fields.begin(), row.fields.end(), field.value,
                                     [](const store::UnitField& f, uint16_t id) { return f.field < id; });
    return it != row.fields.end() && it->field == field.value ? it->value : std::string_view();
  }
  static int32_t month_of(std::string_view date) {
    const auto period = base::parse_period(date.substr(0, std::min<size_t>(date.size(), 7)));
    return period ? month_number(*period) : 0;
  }
  Home& home_;
  DocumentMaker documents_;
  std::span<const uint8_t> wanted_;
  std::vector<std::optional<codes::FieldId>> fields_;  // none: the region
  codes::FieldId founded_;
  codes::FieldId cancelled_;
};

class PanelMaker {
 public:
  PanelMaker(Home& home, const store::State& state, const PanelSpec& spec) : home_(home), state_(state), spec_(spec) {}

  Result<UnitPanel> make() {
    MINGLU_CHECK(plan());
    MINGLU_CHECK(choose_units());
    MINGLU_CHECK(read_units());
    for (size_t source = 0; source < wanted_.size(); ++source) {
      if (wanted_[source] != 0) read_source(static_cast<uint16_t>(source));
    }
    return std::move(panel_);
  }

 private:
  Status plan() {
    const Knowledge& knowledge = home_.knowledge();
    wanted_.assign(knowledge.sources().size(), 0);
    for (const std::string& code : spec_.fields) {
      if (code != "region" && !knowledge.fields().find(code))
        return base::invalid_argument("没有字段“" + code + "”（unknown field）");
    }
    for (const PanelColumn& asked : spec_.columns) {
      MINGLU_TRY(ColumnPlan plan, plan_column(knowledge, asked));
      wanted_[plan.source] = 1;
      plans_.push_back(std::move(plan));
    }
    MINGLU_TRY(const std::vector<const store::RecordSegment*> all, home_.record_segments(state_.seq()));
    segments_.resize(wanted_.size());
    for (const store::RecordSegment* segment : all) {
      const auto source = knowledge.sources().find(segment->info().source);
      if (!source)
        return base::failed_precondition("the catalog knows the source \"" + segment->info().source + "\" no more");
      if (wanted_[source->value] != 0) segments_[source->value].push_back(segment);
    }
    for (ColumnPlan& plan : plans_) plan.is_delivered = is_delivered(segments_[plan.source], plan.column);
    return ok_status();
  }

  Status choose_units() {
    if (spec_.units.empty()) {
      entries_.assign(state_.units().begin(), state_.units().end());
    } else {
      for (const uint64_t unit : spec_.units) {
        const store::DirectoryEntry* entry = state_.find(unit);
        if (entry == nullptr) return base::not_found("没有编号为 " + std::to_string(unit) + " 的单位");
        entries_.push_back(*entry);
      }
    }
    panel_.state_seq = state_.seq();
    panel_.units.reserve(entries_.size());
    for (const store::DirectoryEntry& entry : entries_) panel_.units.push_back(entry.unit);
    return ok_status();
  }

  Status read_units() {
    const UnitPass pass(home_, spec_, wanted_);
    const size_t blocks = (entries_.size() + kUnitsPerBlock - 1) / kUnitsPerBlock;
    std::vector<UnitBlock> found(blocks);
    std::mutex mutex;
    Status failed = ok_status();
    base::parallel_for(blocks, home_.threads(), [&](size_t b, size_t) {
      const size_t first = b * kUnitsPerBlock;
      const Status status = pass.read(entries_, first, std::min(kUnitsPerBlock, entries_.size() - first), found[b]);
      const std::scoped_lock lock(mutex);
      if (!status.ok() && failed.ok()) failed = status;
    });
    MINGLU_CHECK(failed);
    take_texts(found);
    links_.resize(wanted_.size());
    for (UnitBlock& block : found) {
      for (const Link& link : block.links) links_[link.source].push_back(link);
      founded_.insert(founded_.end(), block.founded.begin(), block.founded.end());
      cancelled_.insert(cancelled_.end(), block.cancelled.begin(), block.cancelled.end());
      block = {};
    }
    return ok_status();
  }

  void take_texts(const std::vector<UnitBlock>& blocks) {
    panel_.texts.resize(spec_.fields.size());
    base::parallel_for(spec_.fields.size(), home_.threads(), [&](size_t f, size_t) {
      PanelText& text = panel_.texts[f];
      text.words.emplace_back();
      text.codes.reserve(entries_.size());
      std::unordered_map<std::string, uint32_t> known;
      known.emplace(std::string(), 0);
      for (const UnitBlock& block : blocks) {
        std::vector<uint32_t> code_of_word;
        for (const std::string& word : block.texts[f].words) {
          const auto [it, is_new] = known.emplace(word, static_cast<uint32_t>(text.words.size()));
          if (is_new) text.words.push_back(word);
          code_of_word.push_back(it->second);
        }
        for (const uint32_t code : block.texts[f].codes) text.codes.push_back(code_of_word[code]);
      }
    });
  }

  // ---- figures ----

  void read_source(uint16_t source) {
    std::vector<size_t> own;
    std::vector<SourceColumn> columns;
    for (size_t c = 0; c < plans_.size(); ++c) {
      if (plans_[c].source != source) continue;
      own.push_back(c);
      columns.push_back(plans_[c].column);
    }
    std::vector<Link>& links = links_[source];
    std::vector<uint64_t> hashes;
    hashes.reserve(links.size());
    for (const Link& link : links) hashes.push_back(link.entity);
    const std::vector<uint32_t> order = store::hash_order(hashes);
    std::vector<uint64_t> entities;
    entities.reserve(order.size());
    for (const uint32_t place : order) entities.push_back(hashes[place]);
    const std::vector<RecordCell> cells = scan(source, columns, entities);
    std::vector<uint32_t> place_of(order.size());  // of a link among the entities
    for (size_t i = 0; i < order.size(); ++i) place_of[order[i]] = static_cast<uint32_t>(i);
    panel_.figures.resize(plans_.size());
    base::parallel_for(own.size(), home_.threads(), [&](size_t c, size_t) {
      fill(own[c], {links, place_of, cells, c, columns.size()});
    });
    links = {};
    for (const store::RecordSegment* segment : segments_[source]) segment->release_pages();
  }

  std::vector<RecordCell> scan(uint16_t source, std::span<const SourceColumn> columns,
                               std::span<const uint64_t> entities) const {
    const bool look_up = !spec_.units.empty() && spec_.units.size() <= kUnitsLookedUpMax;
    const size_t parts = look_up ? 1 : std::max<size_t>(home_.threads(), 1);
    std::vector<std::vector<RecordCell>> found(parts);
    base::parallel_for(parts, parts, [&](size_t p, size_t) {
      const size_t from = entities.size() * p / parts;
      const size_t to = entities.size() * (p + 1) / parts;
      found[p] = scan_source({segments_[source], columns, entities.subspan(from, to - from), look_up});
    });
    std::vector<RecordCell> cells = std::move(found[0]);
    for (size_t p = 1; p < parts; ++p) cells.insert(cells.end(), found[p].begin(), found[p].end());
    return cells;
  }

  struct SourceCells {
    std::span<const Link> links;  // ascending by row
    std::span<const uint32_t> place_of;
    std::span<const RecordCell> cells;
    size_t column = 0;
    size_t width = 0;
    [[nodiscard]] const RecordCell& of(size_t link) const { return cells[place_of[link] * width + column]; }
  };

  // The records of one unit become one cell.
  void fill(size_t c, const SourceCells& source) {
    const ColumnPlan& plan = plans_[c];
    PanelFigures& out = panel_.figures[c];
    const size_t rows = panel_.units.size();
    out.values.assign(rows, 0);
    out.kinds.assign(rows, CellKind::kNotLinked);
    out.periods.assign(rows, 0);
    out.scale = scale_of(plan.column);
    out.source_class = class_of(plan);
    size_t link = 0;
    for (size_t row = 0; row < rows; ++row) {
      const size_t first = link;
      while (link < source.links.size() && source.links[link].row == row) ++link;
      const RecordCell cell = first == link ? RecordCell{} : combine(plan, source, first, link);
      const CellKind kind = kind_of(plan, cell, first != link, row);
      out.kinds[row] = kind;
      out.periods[row] = cell.last_month == 0 ? 0 : period_of_month(cell.last_month).yyyymm;
      if (has_number(kind)) out.values[row] = number_of(plan.column, cell.value);
    }
  }

  RecordCell combine(const ColumnPlan& plan, const SourceCells& source, size_t first, size_t last) const {
    const ingest::SourceDefinition& definition = home_.knowledge().sources().at(units::SourceId{plan.source});
    const bool takes_latest = definition.figures_of_unit == ingest::FiguresOfUnit::kLatest;
    RecordCell all = source.of(first);
    for (size_t i = first + 1; i < last; ++i) {
      const RecordCell& cell = source.of(i);
      if (cell.last_month == 0) continue;
      if (all.last_month == 0) {
        all = cell;
      } else if (takes_latest) {
        const auto order = [](const RecordCell& x) { return std::tuple(x.last_month, x.date_days, x.value); };
        if (order(cell) > order(all)) all = cell;
      } else {
        join(plan.column.reduce, cell, all);
      }
    }
    return all;
  }

  static void join(Reduce reduce, const RecordCell& cell, RecordCell& all) {
    switch (reduce) {
      case Reduce::kMonths:
      case Reduce::kMonthsPositive:
      case Reduce::kQuarters: all.value |= cell.value; break;
      case Reduce::kLast:
        if (cell.last_month < all.last_month) return;
        if (cell.last_month > all.last_month) {
          all = cell;
          return;
        }
        [[fallthrough]];
      case Reduce::kSum:
        if (__builtin_add_overflow(all.value, cell.value, &all.value)) all.value = INT64_MAX;
    }
    all.last_month = std::max(all.last_month, cell.last_month);
    all.date_days = std::max(all.date_days, cell.date_days);
    all.incomplete = all.incomplete || cell.incomplete;
  }

  [[nodiscard]] CellKind kind_of(const ColumnPlan& plan, const RecordCell& cell, bool linked, size_t row) const {
    if (linked && cell.incomplete) return CellKind::kIncomplete;
    if (linked && cell.last_month != 0) return CellKind::kValue;
    const bool too_early = founded_[row] != 0 && plan.column.to < founded_[row];
    const bool too_late = cancelled_[row] != 0 && plan.column.from > cancelled_[row];
    if (too_early || too_late) return CellKind::kNotApplicable;
    if (!plan.is_delivered) return CellKind::kNotDelivered;
    return linked ? CellKind::kZero : CellKind::kNotLinked;
  }

  static int64_t number_of(const SourceColumn& column, int64_t value) {
    if (column.reduce == Reduce::kSum || column.reduce == Reduce::kLast) return value;
    const auto months = static_cast<uint64_t>(value);
    if (column.reduce != Reduce::kQuarters) return std::popcount(months);
    std::array<bool, kPanelMonthsMax / 3 + 2> quarters = {};
    for (int32_t m = 0; m < kPanelMonthsMax; ++m) {
      if ((months >> m & 1U) != 0) quarters[static_cast<size_t>((column.from + m) / 3 - column.from / 3)] = true;
    }
    return std::count(quarters.begin(), quarters.end(), true);
  }

  [[nodiscard]] double scale_of(const SourceColumn& column) const {
    if (column.reduce != Reduce::kSum && column.reduce != Reduce::kLast) return 1;
    switch (home_.knowledge().fields().info(column.field).kind) {
      case codes::FieldKind::kMoney: return 0.01;
      case codes::FieldKind::kDecimal: return 0.001;
      default: return 1;
    }
  }

  [[nodiscard]] access::SourceClass class_of(const ColumnPlan& plan) const {
    const Knowledge& knowledge = home_.knowledge();
    const auto of_source = access::find_source_class(knowledge.sources().at(units::SourceId{plan.source}).source_class);
    const auto of_field = access::find_source_class(knowledge.fields().info(plan.column.field).source_class);
    return std::max(of_source.value_or(access::SourceClass::kDeclaration),
                    of_field.value_or(access::SourceClass::kDeclaration));
  }

  Home& home_;
  const store::State& state_;
  const PanelSpec& spec_;
  std::vector<ColumnPlan> plans_;                                   // as spec.columns
  std::vector<uint8_t> wanted_;                                     // per source
  std::vector<std::vector<const store::RecordSegment*>> segments_;  // per source
  std::vector<store::DirectoryEntry> entries_;
  std::vector<std::vector<Link>> links_;  // per source
  std::vector<int32_t> founded_;          // per row
  std::vector<int32_t> cancelled_;
  UnitPanel panel_;
};

}  // namespace

std::string_view cell_kind_name(CellKind kind) noexcept {
  switch (kind) {
    case CellKind::kValue: return "VALUE";
    case CellKind::kZero: return "ZERO";
    case CellKind::kNotLinked: return "NOT_LINKED";
    case CellKind::kNotApplicable: return "NOT_APPLICABLE";
    case CellKind::kNotDelivered: return "NOT_DELIVERED";
    case CellKind::kIncomplete: return "INCOMPLETE";
  }
  return "";
}

Window window_before(Period end, int32_t months, int32_t shift) noexcept {
  const Period to = base::add_months(end, -shift);
  return {base::add_months(to, 1 - months), to};
}

Result<UnitPanel> make_unit_panel(Home& home, const store::State& state, const PanelSpec& spec) {
  return PanelMaker(home, state, spec).make();
}

}  // namespace minglu::flows
