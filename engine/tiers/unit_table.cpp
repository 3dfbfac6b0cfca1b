#include "tiers/unit_table.hpp"

#include <algorithm>
#include <array>

#include "tiers/internal/cell_reading.hpp"

namespace minglu::tiers {
namespace {

using internal::CellContext;

struct ColumnName {
  std::string_view field;
  std::string_view zh;
};
constexpr std::array<ColumnName, 24> kColumns = {{{"id", "单位标识"},
                                                  {"uscc", "统一社会信用代码"},
                                                  {"name", "单位详细名称"},
                                                  {"industry_code", "行业代码"},
                                                  {"unit_type", "单位类型"},
                                                  {"op_status", "运营状态"},
                                                  {"org_type", "机构类型"},
                                                  {"acct_std_class", "执行会计标准类别"},
                                                  {"employees", "从业人员期末人数"},
                                                  {"opened", "开业时间"},
                                                  {"grade", "活跃度等级"},
                                                  {"growth_mark", "成长企业标记"},
                                                  {"qualification", "建筑业资质"},
                                                  {"qualification_from", "资质生效日期"},
                                                  {"qualification_to", "资质有效期至"},
                                                  {"development_activity", "有房地产开发经营活动"},
                                                  {"in_sishang", "在四上库"},
                                                  {"consolidated_tax", "汇总纳税"},
                                                  {"period", "报告期"},
                                                  {"source", "收入来源"},
                                                  {"action", "办理结果"},
                                                  {"street", "街道"},
                                                  {"owner", "负责人"},
                                                  {"batch", "批次"}}};

std::optional<std::string_view> field_of(std::string_view name) noexcept {
  for (const ColumnName& c : kColumns) {
    if (c.field == name || c.zh == name) return c.field;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, UnitKind>, 13> kKinds = {
    {{"1", UnitKind::kLegal},
     {"LEGAL", UnitKind::kLegal},
     {"法人单位", UnitKind::kLegal},
     {"2", UnitKind::kEstablishment},
     {"ESTABLISHMENT", UnitKind::kEstablishment},
     {"NONTRADE_ESTABLISHMENT", UnitKind::kEstablishment},
     {"NONCATERING_ESTABLISHMENT", UnitKind::kEstablishment},
     {"产业活动单位", UnitKind::kEstablishment},
     {"3", UnitKind::kSelfEmployed},
     {"SELF_EMPLOYED", UnitKind::kSelfEmployed},
     {"个体经营户", UnitKind::kSelfEmployed},
     {"PROJECT", UnitKind::kProject},
     {"投资项目", UnitKind::kProject}}};

constexpr std::array<std::pair<std::string_view, Measure>, 4> kMeasuresZh = {{{"主营业务收入", Measure::kMainRevenue},
                                                                              {"营业收入", Measure::kRevenue},
                                                                              {"商品销售额", Measure::kGoodsSales},
                                                                              {"营业额", Measure::kTurnover}}};

std::optional<Measure> measure_of(std::string_view stem) noexcept {
  for (const auto& [zh, measure] : kMeasuresZh) {
    if (zh == stem) return measure;
  }
  return parse_measure(stem);
}

Error no_unit(std::string_view name) {
  return base::invalid_argument(
      "column \"" + std::string(name) + "\" is money without a unit: name it like " + std::string(name) +
      "_wan_yuan (万元), _thousand_yuan (千元), _yuan (元) or _fen (分), or give --money-unit");
}

}  // namespace

bool UnitReader::has(std::string_view field) const noexcept { return columns_.find(field) != columns_.end(); }

Status UnitReader::plan_money(std::string_view name, size_t column, bool& known) {
  const auto suffix = internal::money_suffix(name);
  std::string_view stem = suffix ? suffix->stem : name;
  Money money;
  money.column = column;
  constexpr std::string_view kYtdLastYear = "_ytd_last_year";
  constexpr std::string_view kLastYear = "_last_year";
  constexpr std::string_view kTwelveMonths = "_12m";
  constexpr std::string_view kYearToDate = "_ytd";
  if (stem.ends_with(kYtdLastYear)) {
    money.last_year = true;
    stem.remove_suffix(kYtdLastYear.size());
  } else if (stem.ends_with(kLastYear)) {
    money.whole_year = true;
    stem.remove_suffix(kLastYear.size());
  } else if (stem.ends_with(kTwelveMonths)) {
    money.kind = FigureKind::kTwelveMonths;
    stem.remove_suffix(kTwelveMonths.size());
  } else if (stem.ends_with(kYearToDate)) {
    stem.remove_suffix(kYearToDate.size());
  }
  const auto measure = measure_of(stem);
  money.investment = stem == "project_investment" || stem == "在建项目计划总投资";
  known = measure.has_value() || money.investment;
  if (!known) return ok_status();
  if (measure) money.measure = *measure;
  if (!suffix && !spec_.money_unit) return no_unit(name);
  money.unit = suffix ? suffix->column.unit : *spec_.money_unit;
  money.in_fen = suffix && suffix->column.in_fen;
  for (const Money& other : money_) {
    const bool same = other.measure == money.measure && other.kind == money.kind &&
                      other.last_year == money.last_year && other.whole_year == money.whole_year &&
                      other.investment == money.investment;
    if (same) return base::invalid_argument("column \"" + std::string(name) + "\" says the same as another column");
  }
  money_.push_back(money);
  return ok_status();
}

Result<UnitReader> UnitReader::create(std::span<const std::string> names, const ReadSpec& spec) {
  UnitReader out(spec);
  for (size_t i = 0; i < names.size(); ++i) {
    if (const auto field = field_of(names[i])) {
      if (!out.columns_.emplace(*field, i).second)
        return base::invalid_argument("column \"" + names[i] + "\" stands twice, also by another name");
      continue;
    }
    bool known = false;
    MINGLU_CHECK(out.plan_money(names[i], i, known));
    if (!known) out.ignored_.push_back(names[i]);
  }
  if (!out.has("id") && !out.has("uscc"))
    return base::invalid_argument("the data need a column \"id\" or \"uscc\" that names the unit");
  if (!out.has("industry_code"))
    return base::invalid_argument("the data need a column \"industry_code\": 4-digit class of GB/T 4754-2017");
  return out;
}

std::string_view UnitReader::cell(const table::RawBatch& batch, std::string_view field, size_t row) const noexcept {
  const auto found = columns_.find(field);
  return found == columns_.end() ? std::string_view() : internal::trimmed(batch.columns[found->second].view(row));
}

void UnitReader::read_identity(const table::RawBatch& batch, size_t row, UnitRow& out) const {
  Unit& unit = out.unit;
  out.uscc = cell(batch, "uscc", row);
  unit.id = cell(batch, "id", row);
  if (unit.id.empty()) unit.id = out.uscc;
  if (unit.id.empty()) out.problems.push_back({ReasonCode::kBadId, {}});
  unit.name = cell(batch, "name", row);
  unit.industry_code = cell(batch, "industry_code", row);
  if (!spec_.catalog.industries().is_class(unit.industry_code))
    out.problems.push_back({ReasonCode::kBadIndustry, {unit.industry_code}});
  const std::string_view kind = cell(batch, "unit_type", row);
  const auto known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& k) { return k.first == kind; });
  if (known != kKinds.end()) {
    unit.kind = known->second;
  } else if (!kind.empty()) {
    out.problems.push_back({ReasonCode::kBadCell, {"unit_type", std::string(kind)}});
  }
}

void UnitReader::read_traits(const table::RawBatch& batch, size_t row, UnitRow& out) const {
  Unit& unit = out.unit;
  const auto code = [&](std::string_view field) {
    const std::string_view word = cell(batch, field, row);
    if (word.empty()) return std::string();
    const auto found = spec_.catalog.list(field)->code_of_name_or_alias(word);
    if (!found) out.problems.push_back({ReasonCode::kBadCell, {std::string(field), std::string(word)}});
    return std::string(found.value_or(""));
  };
  const auto context = [&](std::string_view field) { return CellContext{field, out.problems}; };
  unit.op_status = code("op_status");
  unit.org_type = code("org_type");
  unit.acct_std_class = code("acct_std_class");
  unit.employees = internal::read_whole(cell(batch, "employees", row), context("employees"));
  unit.opened = internal::read_date(cell(batch, "opened", row), context("opened"));
  unit.grade = cell(batch, "grade", row);
  if (unit.grade.size() > 1 ||
      (!unit.grade.empty() && std::string_view("ABCDEU").find(unit.grade) == std::string::npos))
    out.problems.push_back({ReasonCode::kBadCell, {"grade", unit.grade}});
  if (const auto mark = internal::read_yes_no(cell(batch, "growth_mark", row), context("growth_mark")))
    unit.growth_mark = *mark ? GrowthMark::kYes : GrowthMark::kNo;
  unit.qualification = cell(batch, "qualification", row);
  unit.qualification_from = internal::read_date(cell(batch, "qualification_from", row), context("qualification_from"));
  unit.qualification_to = internal::read_date(cell(batch, "qualification_to", row), context("qualification_to"));
  unit.development_activity =
      internal::read_yes_no(cell(batch, "development_activity", row), context("development_activity"));
  unit.consolidated_tax =
      internal::read_yes_no(cell(batch, "consolidated_tax", row), context("consolidated_tax")).value_or(false);
  if (internal::read_yes_no(cell(batch, "in_sishang", row), context("in_sishang")).value_or(false))
    unit.listing = Listing{};
  unit.action = cell(batch, "action", row);
  out.street = cell(batch, "street", row);
  out.owner = cell(batch, "owner", row);
  out.batch = cell(batch, "batch", row);
}

void UnitReader::read_money(const table::RawBatch& batch, size_t row, UnitRow& out) const {
  const auto stated = internal::read_period(cell(batch, "period", row), {"period", out.problems});
  const std::string_view source = cell(batch, "source", row);
  const size_t index = spec_.settings.source_index(source.empty() ? kSourceUnstated : source);
  if (index == spec_.settings.sources.size())
    out.problems.push_back({ReasonCode::kBadCell, {"source", std::string(source)}});
  const Period period = stated.value_or(spec_.period);
  for (const Money& money : money_) {
    const std::string_view text = batch.columns[money.column].view(row);
    const auto fen = internal::read_money(text, {money.in_fen, money.unit}, {batch.names[money.column], out.problems});
    if (!fen) continue;
    if (money.investment) {
      out.unit.project_investment_fen = *fen;
      continue;
    }
    Period covered = period;
    if (money.last_year) covered = base::add_months(period, -12);
    if (money.whole_year) covered = Period{(period.yyyymm / 100 - 1) * 100 + 12};
    // December is the whole year: the same months of the year before are then that year, said twice.
    const auto same = std::find_if(out.unit.figures.begin(), out.unit.figures.end(), [&](const Figure& f) {
      return f.measure == money.measure && f.period == covered && f.kind == money.kind;
    });
    if (same != out.unit.figures.end()) {
      if (same->fen != *fen)
        out.problems.push_back({ReasonCode::kBadCell, {batch.names[money.column], std::string(text)}});
      continue;
    }
    out.unit.figures.push_back({money.measure, index, covered, money.kind, *fen});
  }
}

void UnitReader::read(const table::RawBatch& batch, std::vector<UnitRow>& out) const {
  for (size_t row = 0; row < batch.row_count(); ++row) {
    UnitRow unit;
    unit.row = batch.row_numbers[row];
    for (const table::RowProblem& problem : batch.problems) {
      if (problem.row == unit.row && problem.fatal) unit.problems.push_back({ReasonCode::kBadRow, {problem.message}});
    }
    read_identity(batch, row, unit);
    read_traits(batch, row, unit);
    read_money(batch, row, unit);
    out.push_back(std::move(unit));
  }
}

void reject_duplicates(std::vector<UnitRow>& rows) {
  std::map<std::string_view, size_t> count;
  for (const UnitRow& row : rows) ++count[row.unit.id];
  for (UnitRow& row : rows) {
    if (!row.unit.id.empty() && count[row.unit.id] > 1) row.problems.push_back({ReasonCode::kDuplicateId, {}});
  }
}

}  // namespace minglu::tiers
