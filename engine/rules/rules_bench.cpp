// All audit rules over a generated table of units: one pass, one thread.
//   bench_rules --benchmark_counters_tabular=true
// Before timing, every rule's count over the first rows is compared with the same rule evaluated alone.
#include <benchmark/benchmark.h>

#include <array>

#include "base/rng.hpp"
#include "codes/catalog_file.hpp"
#include "rules/audit.hpp"
#include "rules/domain.hpp"
#include "units/check_digits.hpp"

namespace minglu::rules {
namespace {

using base::Rng;

struct Units {
  std::vector<std::string> names;
  std::vector<table::TextColumn> columns;
  RuleTable table;
};

template <size_t N>
std::string pick(Rng& rng, const std::array<const char*, N>& list) {
  return list[rng.below(N)];
}

std::string number(Rng& rng, uint64_t bound) { return std::to_string(rng.below(bound)); }

std::string digits(uint64_t value, size_t width) {
  std::string text = std::to_string(value);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

std::string uscc_of(uint64_t i) {
  std::string code = "91440300";
  const std::string org = "MA" + digits(i, 6);
  code += org + units::org_code_check_char(org).value();
  return code + units::uscc_check_char(code).value();
}

// Cell of one field for unit `i`: about as long and as varied as in a register. Empty = null.
std::string cell_of(const std::string& field, uint64_t i, Rng& rng) {
  constexpr std::array kBrands = {"甲乙", "丙丁", "子丑寅", "天地", "玄黄", "宇宙", "日月"};
  constexpr std::array kTrades = {"电子科技", "贸易", "餐饮管理", "建筑工程", "物业管理"};
  constexpr std::array kIndustries = {"6513", "6513", "7210", "6513", "3911"};
  constexpr std::array kRegions = {"440303001001", "440307013008", "440305001001"};
  constexpr std::array kPlaces = {"深圳市罗湖区桂园街道甲路", "深圳市龙岗区坂田街道乙路", "深圳市南山区粤海街道丙路"};
  if (field == "uscc") return uscc_of(i);
  if (field == "name")
    return "深圳市" + pick(rng, kBrands) + pick(rng, kBrands) + digits(i, 7) + pick(rng, kTrades) + "有限公司";
  if (field == "unit_type" || field == "op_status") return rng.chance(0.9) ? "1" : "2";
  if (field == "org_type") return "10";
  if (field == "main_activity") return pick(rng, kTrades) + "服务";
  if (field == "industry_code") return pick(rng, kIndustries);
  if (field == "region_code" || field == "reg_region_code") {
    return kRegions[rng.chance(0.95) ? i % kRegions.size() : 0];
  }
  if (field == "address" || field == "reg_address") {
    return kPlaces[i % kPlaces.size()] + number(rng, 300) + "号" + number(rng, 900) + "室";
  }
  if (field == "legal_rep" || field == "responsible_person") return "张三";
  if (field == "founded" || field == "opened")
    return std::string(field == "founded" ? "2001-0" : "2002-0") + std::to_string(1 + rng.below(9)) + "-15";
  if (field == "mobile") return rng.chance(0.5) ? "139" + digits(rng.below(50'000'000), 8) : "";
  if (field == "landline") return "0755-2" + digits(rng.below(10'000'000), 7);
  if (field == "postcode") return "518000";
  if (field == "reg_stat_class") return "112";
  if (field == "holding") return rng.chance(0.95) ? "3" : "1";
  if (field == "acct_std_class" || field == "ent_acct_std") return "1";
  if (field == "employees") return std::to_string(100 + rng.below(90));
  if (field == "employees_f") return std::to_string(rng.below(103));
  if (field == "insured") return std::to_string(90 + rng.below(110));
  if (field == "revenue" || field == "tax_sales") return std::to_string(5'000'000'000 + rng.below(1'100'000'000));
  if (field == "main_revenue") return std::to_string(4'000'000'000 + rng.below(1'100'000'000));
  if (field == "in_sishang") return rng.chance(0.05) ? "1" : "2";
  if (field == "survey_category") return rng.chance(0.5) ? "F" : "E";
  if (field == "size_class") return rng.chance(0.95) ? "2" : "3";
  if (field == "owner_uscc" || field == "parent_uscc") return rng.chance(0.1) ? uscc_of(rng.below(i + 1)) : "";
  return number(rng, 10'000'000'000);  // money
}

const Units& units(size_t rows, const AuditRules& rules) {
  static std::unique_ptr<Units> cached;
  if (cached && cached->table.row_count() == rows) return *cached;
  cached = std::make_unique<Units>();
  cached->names = {"uscc",
                   "name",
                   "unit_type",
                   "org_type",
                   "op_status",
                   "main_activity",
                   "industry_code",
                   "region_code",
                   "reg_region_code",
                   "address",
                   "reg_address",
                   "legal_rep",
                   "responsible_person",
                   "founded",
                   "opened",
                   "mobile",
                   "landline",
                   "postcode",
                   "reg_stat_class",
                   "holding",
                   "acct_std_class",
                   "ent_acct_std",
                   "employees",
                   "employees_f",
                   "insured",
                   "revenue",
                   "main_revenue",
                   "assets",
                   "tax_sales",
                   "in_sishang",
                   "survey_category",
                   "size_class",
                   "owner_uscc",
                   "parent_uscc"};
  cached->columns.resize(cached->names.size());
  Rng rng(7);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t c = 0; c < cached->names.size(); ++c) cached->columns[c].append(cell_of(cached->names[c], i, rng));
  }
  std::vector<FieldType> types;
  std::vector<const table::TextColumn*> pointers;
  for (size_t c = 0; c < cached->names.size(); ++c) {
    types.push_back(rules.schema().fields[rules.schema().find(cached->names[c]).value()].type);
    pointers.push_back(&cached->columns[c]);
  }
  cached->table = RuleTable::from_text(cached->names, pointers, types).value();
  return *cached;
}

// Rules together give what each gives alone.
bool answers_agree(const AuditRules& rules, const Units& data, const AuditContext& context) {
  const auto together = rules.run(data.table, context, [](table::Finding) {}).value();
  for (size_t i = 0; i < rules.list().size(); ++i) {
    const auto alone = AuditRules::create({rules.list()[i]}, rules.schema()).value();
    if (alone.run(data.table, context, [](table::Finding) {}).value()[0].fired != together[i].fired) return false;
  }
  return true;
}

void all_audit_rules(benchmark::State& state) {
  const AuditRules rules = AuditRules::load(codes::catalog_directory()).value();
  const auto domain = Domain::load(codes::catalog_directory()).value();
  AuditContext context;
  context.context.today = base::parse_iso_date("2026-11-25").value();
  context.context.domain = domain.get();
  const auto rows = static_cast<size_t>(state.range(0));
  if (rows <= 10'000 && !answers_agree(rules, units(rows, rules), context)) {
    state.SkipWithError("rules together and alone disagree");
    return;
  }
  const Units& data = units(rows, rules);
  uint64_t findings = 0;
  uint64_t ran = 0;
  for (auto _ : state) {
    findings = 0;
    ran = 0;
    const auto report =
        rules.run(data.table, context, [&](table::Finding finding) { findings += finding.row > 0 ? 1 : 0; }).value();
    for (const RuleApplicability& rule : report) ran += rule.ran ? 1 : 0;
  }
  const auto count = static_cast<double>(rows);
  state.counters["rows/s"] = benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["s/row"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["rules"] = static_cast<double>(ran);
  state.counters["findings/row"] = static_cast<double>(findings) / count;
}
BENCHMARK(all_audit_rules)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace minglu::rules

BENCHMARK_MAIN();
