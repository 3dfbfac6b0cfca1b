#include "ingest/prepare.hpp"

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "geo/place.hpp"
#include "text/company_name.hpp"

namespace minglu::ingest {
namespace {

using table::Finding;
using table::Severity;

// In place of a code list: the column is computed from another one.
constexpr const char* kDerived = "derived";

struct CleanColumn {
  table::TextColumn values;
  std::vector<uint8_t> trusted;
};

std::optional<size_t> find_name(const std::vector<std::string>& names, std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return std::nullopt;
  return static_cast<size_t>(it - names.begin());
}

void note_drift(ColumnPlan& plan, const std::vector<std::string>& file_columns) {
  const SourceDefinition& source = *plan.source;
  for (const std::string& name : file_columns) {
    const bool mapped =
        std::any_of(source.columns.begin(), source.columns.end(), [&](const ColumnMap& c) { return c.from == name; });
    const bool ignored = std::find(source.ignore.begin(), source.ignore.end(), name) != source.ignore.end();
    if (mapped || ignored || name == source.period_column) continue;
    plan.findings.push_back({0, "", "column_unknown", Severity::kVerify,
                             "文件中的列“" + name + "”未在来源定义中说明，未使用；请在来源定义中映射或忽略"});
  }
}

void plan_one(ColumnPlan& plan, const ColumnMap& map, const std::vector<std::string>& file_columns) {
  PlannedColumn column{map.field, find_name(file_columns, map.from), &map, {}, plan.fields->info(map.field).list};
  if (!column.file_column) {
    plan.findings.push_back({0, plan.fields->info(map.field).code, "column_missing", Severity::kVerify,
                             "文件缺少来源定义中的列“" + map.from + "”"});
  }
  (map.indicator ? plan.indicators : plan.identity).push_back(std::move(column));
}

bool has_field(const std::vector<PlannedColumn>& columns, codes::FieldId field) {
  return std::any_of(columns.begin(), columns.end(), [&](const PlannedColumn& c) { return c.field == field; });
}

// A region code that the source does not carry is read from its address: a derived claim of the same record.
void plan_derived(ColumnPlan& plan) {
  const codes::Fields& fields = *plan.fields;
  for (const auto& [address, region] :
       {std::pair("address", "region_code"), std::pair("reg_address", "reg_region_code")}) {
    if (has_field(plan.identity, fields.require(address)) && !has_field(plan.identity, fields.require(region))) {
      plan.identity.push_back({fields.require(region), std::nullopt, nullptr, {}, kDerived});
    }
  }
}

void append_cleaned(const units::Cleaned& cleaned, const PlannedColumn& column, uint64_t row_number,
                    const codes::FieldInfo& info, CleanColumn& out, FieldQuality& quality,
                    std::vector<Finding>& findings) {
  ++quality.rows;
  for (const units::Flag& flag : cleaned.flags) {
    findings.push_back({row_number, info.code, flag.code, flag.severity, flag.message});
  }
  if (!cleaned.value) {
    out.values.append_null();
    out.trusted.push_back(1);
    return;
  }
  ++quality.filled;
  if (!cleaned.trusted) ++quality.invalid;
  if (cleaned.trusted && !cleaned.flags.empty()) ++quality.repaired;
  out.values.append(*cleaned.value);
  out.trusted.push_back(cleaned.trusted ? 1 : 0);
  (void)column;
}

CleanColumn clean_column(const table::RawBatch& raw, const PlannedColumn& column, const ColumnPlan& plan,
                         const CleanContext& context, PreparedBatch& batch) {
  CleanColumn out;
  const codes::FieldInfo& info = plan.fields->info(column.field);
  FieldQuality& quality = batch.quality.fields[column.field.value];
  const size_t rows = raw.row_count();
  out.trusted.reserve(rows);
  for (size_t row = 0; row < rows; ++row) {
    if (column.map == nullptr) {
      out.values.append(column.constant);
      out.trusted.push_back(1);
      continue;
    }
    const auto cell = column.file_column ? raw.columns[*column.file_column].cell(row) : std::nullopt;
    const units::Cleaned cleaned = cell ? column.map->cleaner->fn(*cell, column.list, context) : units::Cleaned{};
    append_cleaned(cleaned, column, raw.row_numbers[row], info, out, quality, batch.findings);
  }
  return out;
}

std::string region_of_address(std::string_view address, const CleanContext& context) {
  const text::AddressParts parts = context.addresses.parse(address);
  // A province or city alone says nothing that a unit's place needs.
  return parts.level >= codes::RegionLevel::kDistrict ? parts.padded_code() : std::string();
}

CleanColumn derive_region(const CleanColumn& address, const CleanContext& context) {
  CleanColumn out;
  for (size_t row = 0; row < address.values.size(); ++row) {
    const auto cell = address.values.cell(row);
    const std::string code = cell ? region_of_address(*cell, context) : std::string();
    if (code.empty())
      out.values.append_null();
    else
      out.values.append(code);
    out.trusted.push_back(1);
  }
  return out;
}

std::vector<CleanColumn> clean_identity(const table::RawBatch& raw, const ColumnPlan& plan, const CleanContext& context,
                                        PreparedBatch& batch) {
  std::vector<CleanColumn> columns(plan.identity.size());
  for (size_t i = 0; i < plan.identity.size(); ++i) {
    if (plan.identity[i].list != kDerived) columns[i] = clean_column(raw, plan.identity[i], plan, context, batch);
  }
  for (size_t i = 0; i < plan.identity.size(); ++i) {
    if (plan.identity[i].list != kDerived) continue;
    const bool registered = plan.identity[i].field == plan.fields->require("reg_region_code");
    const codes::FieldId from = plan.fields->require(registered ? "reg_address" : "address");
    for (size_t j = 0; j < plan.identity.size(); ++j) {
      if (plan.identity[j].field == from) columns[i] = derive_region(columns[j], context);
    }
  }
  return columns;
}

// Coordinates of another datum become those of the register; what is no point stays as it stands and is not trusted.
void convert_datum(const ColumnPlan& plan, std::vector<CleanColumn>& columns) {
  if (plan.source->datum == geo::Datum::kWgs84) return;
  CleanColumn* east = nullptr;
  CleanColumn* north = nullptr;
  for (size_t i = 0; i < plan.identity.size(); ++i) {
    if (plan.identity[i].field == plan.fields->require("longitude")) east = &columns[i];
    if (plan.identity[i].field == plan.fields->require("latitude")) north = &columns[i];
  }
  if (east == nullptr || north == nullptr) return;
  CleanColumn new_east{{}, east->trusted};
  CleanColumn new_north{{}, north->trusted};
  const auto keep = [](const CleanColumn& from, size_t row, CleanColumn& to) {
    const auto cell = from.values.cell(row);
    if (cell) to.values.append(*cell);
    if (!cell) to.values.append_null();
    to.trusted[row] = 0;
  };
  for (size_t row = 0; row < east->values.size(); ++row) {
    const auto point = geo::declared_point(east->values.view(row), north->values.view(row));
    if (!point) {
      keep(*east, row, new_east);
      keep(*north, row, new_north);
      continue;
    }
    const geo::Point converted = geo::to_wgs84(*point);
    new_east.values.append(geo::degrees_text(converted.longitude));
    new_north.values.append(geo::degrees_text(converted.latitude));
  }
  *east = std::move(new_east);
  *north = std::move(new_north);
}

int64_t scaled_value(std::string_view canonical, codes::FieldKind kind) {
  const size_t dot = canonical.find('.');
  int64_t whole = 0;
  std::from_chars(canonical.data(), canonical.data() + std::min(dot, canonical.size()), whole);
  if (kind != codes::FieldKind::kDecimal) return whole;
  const bool negative = canonical.starts_with('-');
  int64_t thousandths = 0;
  int64_t unit = 100;
  for (size_t i = dot == std::string_view::npos ? canonical.size() : dot + 1; i < canonical.size() && unit > 0; ++i) {
    thousandths += (canonical[i] - '0') * unit;
    unit /= 10;
  }
  return whole * 1000 + (negative ? -thousandths : thousandths);
}

// The form in which a value takes part in a key: names by their comparison form, so that a bracket variant is the
// same entity.
std::string key_part(std::string_view value, const codes::FieldInfo& info, const CleanContext& context) {
  if (info.compare == codes::FieldCompare::kName) return text::normalise_company_name(value, context.chars);
  return std::string(value);
}

void reject(PreparedBatch& batch, PreparedRow& row, Finding finding) {
  row.rejected = true;
  batch.findings.push_back(std::move(finding));
}

void form_key(const std::vector<CleanColumn>& columns, size_t r, const ColumnPlan& plan, const CleanContext& context,
              std::string& key) {
  key.clear();
  bool any = false;
  for (size_t place : plan.key) {
    if (!key.empty()) key.push_back('\x1f');
    const auto cell = columns[place].values.cell(r);
    if (!cell || cell->empty()) continue;
    any = true;
    key += key_part(*cell, plan.fields->info(plan.identity[place].field), context);
  }
  if (!any) key.clear();
}

void append_indicators(const std::vector<CleanColumn>& figures, size_t r, const ColumnPlan& plan, PreparedBatch& batch,
                       PreparedRow& row) {
  const size_t from = batch.indicator_values.size();
  for (size_t i = 0; i < figures.size(); ++i) {
    const auto cell = figures[i].values.cell(r);
    batch.indicator_valid.push_back(cell ? 1 : 0);
    batch.indicator_values.push_back(cell ? scaled_value(*cell, plan.fields->info(plan.indicators[i].field).kind) : 0);
  }
  const size_t count = figures.size();
  row.indicator_content =
      base::hash64({reinterpret_cast<const char*>(batch.indicator_values.data() + from), count * sizeof(int64_t)},
                   base::hash64({reinterpret_cast<const char*>(batch.indicator_valid.data() + from), count}));
}

int32_t period_of_row(const table::RawBatch& raw, size_t r, const ColumnPlan& plan, const PrepareSpec& spec) {
  if (plan.indicators.empty()) return 0;
  if (!plan.period_column) {
    const base::CivilDate civil = base::civil_from_date(spec.source_date);
    return civil.year * 100 + civil.month;
  }
  const auto cell = raw.columns[*plan.period_column].cell(r);
  if (!cell) return -1;
  std::string digits;
  for (char c : *cell) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  if (digits.size() == 4) digits += "12";  // A yearly figure belongs to the year's last month.
  if (digits.size() > 6) digits.resize(6);
  const auto period = base::parse_period(digits);
  return period ? period->yyyymm : -1;
}

void audit_columns(const table::RawBatch& raw, const std::vector<CleanColumn>& identity,
                   const std::vector<CleanColumn>& figures, const ColumnPlan& plan, const PrepareSpec& spec,
                   PreparedBatch& batch) {
  std::vector<AuditColumn> columns;
  for (size_t i = 0; i < identity.size(); ++i) {
    // What was derived here is not something that the source reported.
    if (plan.identity[i].list != kDerived) columns.push_back({plan.identity[i].field, &identity[i].values});
  }
  for (size_t i = 0; i < figures.size(); ++i) columns.push_back({plan.indicators[i].field, &figures[i].values});
  audit_batch(columns, raw.row_numbers, *plan.fields, spec.audit, batch.findings);
}

// A district code against the district that the address itself names. 深汕 has no code of its own: registries file its
// addresses under other districts, which is no contradiction.
void compare_region(const CleanColumn& address, const CleanColumn& region, codes::FieldId field,
                    const table::RawBatch& raw, const ColumnPlan& plan, const CleanContext& context,
                    PreparedBatch& batch) {
  for (size_t r = 0; r < raw.row_count(); ++r) {
    const auto text = address.values.cell(r);
    const auto code = region.values.cell(r);
    if (!text || !code || code->size() < 6 || region.trusted[r] == 0 || code->substr(4, 2) == "00") continue;
    const text::AddressParts parts = context.addresses.parse(*text);
    const bool silent = parts.code6.empty() || parts.level < codes::RegionLevel::kDistrict ||
                        parts.has(text::AddressFlag::kConflictWithinText) || parts.area == "shenshan";
    if (silent || code->starts_with(parts.code6)) continue;
    batch.findings.push_back(
        {raw.row_numbers[r], plan.fields->info(field).code, "region_address_differ", Severity::kVerify,
         "区划代码 " + std::string(*code) + " 与地址所在的 " + parts.district + "（" + parts.code6 + "）不一致"});
  }
}

void compare_regions(const table::RawBatch& raw, const std::vector<CleanColumn>& columns, const ColumnPlan& plan,
                     const CleanContext& context, PreparedBatch& batch) {
  for (const auto& [address, region] :
       {std::pair("address", "region_code"), std::pair("reg_address", "reg_region_code")}) {
    const CleanColumn* addresses = nullptr;
    const CleanColumn* regions = nullptr;
    for (size_t i = 0; i < plan.identity.size(); ++i) {
      if (plan.identity[i].field == plan.fields->require(address)) addresses = &columns[i];
      if (plan.identity[i].field == plan.fields->require(region) && plan.identity[i].map != nullptr) {
        regions = &columns[i];
      }
    }
    if (addresses == nullptr || regions == nullptr) continue;
    compare_region(*addresses, *regions, plan.fields->require(region), raw, plan, context, batch);
  }
}

// What the reader met: every problem becomes a finding, a fatal one rejects its row.
void note_problems(const table::RawBatch& raw, PreparedBatch& batch) {
  for (const table::RowProblem& problem : raw.problems) {
    batch.findings.push_back(
        {problem.row, "", problem.code, problem.fatal ? Severity::kMandatory : Severity::kVerify, problem.message});
    const auto it = std::lower_bound(raw.row_numbers.begin(), raw.row_numbers.end(), problem.row);
    if (!problem.fatal || it == raw.row_numbers.end() || *it != problem.row) continue;
    batch.rows[static_cast<size_t>(it - raw.row_numbers.begin())].rejected = true;
  }
}

void encode_row(const std::vector<CleanColumn>& columns, size_t r, const ColumnPlan& plan, std::string_view key,
                units::RecordBuilder& builder, PreparedBatch& batch, PreparedRow& row) {
  builder.clear();
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto cell = columns[i].values.cell(r);
    if (cell && !cell->empty()) builder.add(plan.identity[i].field, *cell, columns[i].trusted[r] != 0);
  }
  row.entity = entity_of(plan.source->id, key);
  row.content = base::hash64(builder.bytes());
  row.key_offset = batch.blob.size();
  row.key_size = static_cast<uint32_t>(key.size());
  row.record_size = static_cast<uint32_t>(builder.bytes().size());
  batch.blob.append(key);
  batch.blob.append(builder.bytes());
}

}  // namespace

units::EntityId entity_of(std::string_view source_id, std::string_view key) {
  return {base::hash64(key, base::hash64(source_id))};
}

Result<ColumnPlan> plan_columns(const SourceDefinition& source, const codes::Fields& fields,
                                const std::vector<std::string>& file_columns) {
  ColumnPlan plan;
  plan.source = &source;
  plan.fields = &fields;
  for (const ColumnMap& map : source.columns) plan_one(plan, map, file_columns);
  for (const ConstantField& constant : source.constants) {
    plan.identity.push_back({constant.field, std::nullopt, nullptr, constant.value, {}});
  }
  plan_derived(plan);
  const auto by_field = [](const PlannedColumn& a, const PlannedColumn& b) { return a.field < b.field; };
  std::sort(plan.identity.begin(), plan.identity.end(), by_field);
  std::sort(plan.indicators.begin(), plan.indicators.end(), by_field);
  note_drift(plan, file_columns);
  for (const std::string& key : source.key) {
    const auto it = std::find_if(plan.identity.begin(), plan.identity.end(),
                                 [&](const PlannedColumn& c) { return c.map != nullptr && c.map->from == key; });
    if (it == plan.identity.end() || !it->file_column) {
      return base::invalid_argument("source \"" + source.id + "\": the file has no key column \"" + key +
                                    "\"; check that it is the right file, or correct catalog/sources/" + source.id +
                                    ".json");
    }
    plan.key.push_back(static_cast<size_t>(it - plan.identity.begin()));
  }
  if (!source.period_column.empty()) {
    plan.period_column = find_name(file_columns, source.period_column);
    if (!plan.period_column) {
      return base::invalid_argument("source \"" + source.id + "\": the file has no period column \"" +
                                    source.period_column + "\"");
    }
  }
  return plan;
}

PreparedBatch prepare_batch(const table::RawBatch& raw, const ColumnPlan& plan, const PrepareSpec& spec,
                            const CleanContext& context) {
  PreparedBatch batch;
  const size_t rows = raw.row_count();
  std::vector<CleanColumn> identity = clean_identity(raw, plan, context, batch);
  convert_datum(plan, identity);
  std::vector<CleanColumn> figures;
  for (const PlannedColumn& column : plan.indicators)
    figures.push_back(clean_column(raw, column, plan, context, batch));
  batch.rows.resize(rows);
  batch.quality.rows = rows;
  note_problems(raw, batch);
  audit_columns(raw, identity, figures, plan, spec, batch);
  compare_regions(raw, identity, plan, context, batch);
  std::string key;
  units::RecordBuilder builder;
  for (size_t r = 0; r < rows; ++r) {
    PreparedRow& row = batch.rows[r];
    row.row_number = raw.row_numbers[r];
    form_key(identity, r, plan, context, key);
    append_indicators(figures, r, plan, batch, row);
    row.period_yyyymm = period_of_row(raw, r, plan, spec);
    if (!row.rejected && key.empty()) {
      reject(batch, row,
             {row.row_number, "", "key_missing", Severity::kMandatory, "关键字段为空，无法识别该行属于哪个单位"});
    }
    if (!row.rejected && row.period_yyyymm < 0) {
      reject(batch, row,
             {row.row_number, "", "period_invalid", Severity::kMandatory, "所属期为空或无法识别，应为 2026-01 之类"});
    }
    if (!row.rejected) encode_row(identity, r, plan, key, builder, batch, row);
  }
  return batch;
}

}  // namespace minglu::ingest
