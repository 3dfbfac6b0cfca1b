#include "rules/audit.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "codes/catalog_file.hpp"
#include "rules/domain.hpp"

namespace minglu::rules {
namespace {

const std::filesystem::path kCatalog = MINGLU_SOURCE_DIR "/catalog";

const Domain& domain() {
  static const std::shared_ptr<const Domain> loaded = Domain::load(kCatalog).value();
  return *loaded;
}

const AuditRules& rules() {
  static const AuditRules loaded = [] {
    auto result = AuditRules::load(kCatalog);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    return std::move(result).value();
  }();
  return loaded;
}

using CellMap = std::map<std::string, std::string>;

// Owns the columns behind a RuleTable.
struct OwnedTable {
  std::vector<std::string> names;
  std::vector<table::TextColumn> columns;
  RuleTable table;
};

std::unique_ptr<OwnedTable> table_of(const std::vector<CellMap>& rows, const std::set<std::string>& fields,
                                     const Schema& schema) {
  auto out = std::make_unique<OwnedTable>();
  std::vector<FieldType> types;
  out->columns.resize(fields.size());
  std::vector<const table::TextColumn*> pointers;
  for (const std::string& name : fields) {
    table::TextColumn& column = out->columns[out->names.size()];
    for (const CellMap& row : rows) {
      const auto it = row.find(name);
      if (it == row.end()) {
        column.append_null();
      } else {
        column.append(it->second);
      }
    }
    out->names.push_back(name);
    types.push_back(schema.fields[schema.find(name).value()].type);
    pointers.push_back(&column);
  }
  out->table = RuleTable::from_text(out->names, pointers, types).value();
  return out;
}

CellMap parse_cells(const std::string& text) {
  CellMap out;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('|', start), text.size());
    const std::string cell = text.substr(start, end - start);
    const size_t equal = cell.find('=');
    out[cell.substr(0, equal)] = cell.substr(equal + 1);
    start = end + 1;
  }
  return out;
}

struct ExampleTable {
  std::string rule;
  std::vector<CellMap> rows;
  std::vector<std::string> fires;
};

AuditContext context_of(std::vector<CellMap>& rows) {
  AuditContext out;
  out.context.today = base::parse_iso_date("2026-11-25").value();
  out.context.domain = &domain();
  for (CellMap& row : rows) {
    out.context.table_is_whole = out.context.table_is_whole || row.erase("@whole") > 0;
    const auto it = row.find("@register");
    if (it == row.end()) continue;
    std::map<std::string, bool> live;
    for (size_t start = 0; start < it->second.size();) {
      const size_t end = std::min(it->second.find(',', start), it->second.size());
      const std::string entry = it->second.substr(start, end - start);
      live[entry.substr(0, entry.find(':'))] = entry.substr(entry.find(':') + 1) == "live";
      start = end + 1;
    }
    row.erase(it);
    out.context.register_lookup = [live](std::string_view uscc) -> std::optional<RegisterUnit> {
      const auto found = live.find(std::string(uscc));
      return found == live.end() ? std::nullopt : std::optional(RegisterUnit{found->second});
    };
  }
  return out;
}

std::map<std::string, ExampleTable> examples() {
  const auto file =
      codes::load_catalog_file(kCatalog / "rules/audit/examples.csv", {"table", "rule", "fires", "cells"});
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message);
  EXPECT_EQ(file->meta.at("today"), "2026-11-25");
  std::map<std::string, ExampleTable> out;
  for (const auto& row : file->rows) {
    ExampleTable& table = out[row[0]];
    EXPECT_TRUE(table.rule.empty() || table.rule == row[1]) << "table " << row[0];
    table.rule = row[1];
    table.fires.push_back(row[2]);
    table.rows.push_back(parse_cells(row[3]));
  }
  return out;
}

const AuditRule& rule_of(const std::string& id) {
  for (const AuditRule& rule : rules().list()) {
    if (rule.id == id) return rule;
  }
  ADD_FAILURE() << "no rule " << id;
  return rules().list().front();
}

TEST(Audit, HasAllRulesOfTheRulebook) {
  ASSERT_EQ(rules().list().size(), 84U);
  for (size_t i = 0; i < rules().list().size(); ++i) {
    const std::string number = std::to_string(i + 1);
    EXPECT_EQ(rules().list()[i].id, "R" + std::string(3 - number.size(), '0') + number);
  }
}

TEST(Audit, EveryRuleFiresAndKeepsSilentAsItsExamplesSay) {
  std::map<std::string, std::set<std::string>> seen;
  for (auto& [number, example] : examples()) {
    AuditContext context = context_of(example.rows);
    const AuditRule& rule = rule_of(example.rule);
    std::set<std::string> fields(rule.fields.begin(), rule.fields.end());
    for (const CellMap& row : example.rows) {
      for (const auto& [name, value] : row) fields.insert(name);
    }
    const auto owned = table_of(example.rows, fields, rules().schema());
    const auto report = rules().run(owned->table, context);
    ASSERT_TRUE(report.ok()) << report.error().message;
    std::vector<std::string> fired(example.rows.size(), "0");
    for (const table::Finding& finding : report->findings) {
      if (finding.rule == example.rule) fired[finding.row - 1] = "1";
    }
    EXPECT_EQ(fired, example.fires) << example.rule << " table " << number << ": " << rule.when;
    seen[example.rule].insert(example.fires.begin(), example.fires.end());
  }
  for (const AuditRule& rule : rules().list()) {
    EXPECT_EQ(seen[rule.id].size(), 2U) << rule.id << " needs an example that fires and one that does not";
  }
}

TEST(Audit, CoversEveryOfficialRule) {
  const std::string path = MINGLU_SOURCE_DIR "/../shared/data/ref/codes/mlk_audit_rules.csv";
  std::ifstream in(path);
  if (!in) GTEST_SKIP() << "official rule texts are not here: " << path;
  std::set<std::string> ours;
  for (const AuditRule& rule : rules().list()) ours.insert(rule.official);
  size_t official = 0;
  std::string line;
  std::getline(in, line);  // header
  while (std::getline(in, line)) {
    const std::string number = line.substr(0, line.find(','));
    EXPECT_EQ(ours.count(number), 1U) << line;
    ++official;
  }
  EXPECT_EQ(official, 15U);
}

TEST(Audit, SaysWhichFieldAndSourceARuleWaitsFor) {
  const auto owned = table_of({{{"uscc", "1"}}}, {"uscc", "employees"}, rules().schema());
  AuditContext context;
  context.context.domain = &domain();
  const AuditReport report = rules().run(owned->table, context).value();
  ASSERT_EQ(report.rules.size(), 84U);
  for (const RuleApplicability& rule : report.rules) {
    EXPECT_EQ(rule.ran, rule.missing_fields.empty()) << rule.rule;
    EXPECT_EQ(rule.ran, rule.note.empty()) << rule.rule << rule.note;
  }
  EXPECT_TRUE(report.rules[1].ran);
  EXPECT_EQ(report.rules[1].fired, 1U);
  EXPECT_EQ(report.rules[72].note, "缺少字段:insured;等待来源:社保部门参保人数");
  EXPECT_EQ(report.rules[0].rows, 1U);
}

TEST(Audit, NamesTheValuesAndHidesCitizensNumbers) {
  const auto owned =
      table_of({{{"unit_type", "1"},
                 {"legal_rep", "张三11010519491231002X"},
                 {"employees", "3"},
                 {"employees_f", "5"},
                 {"revenue", "123456"},
                 {"main_revenue", "1000000"}}},
               {"unit_type", "legal_rep", "employees", "employees_f", "revenue", "main_revenue"}, rules().schema());
  const AuditReport report = rules().run(owned->table, {}).value();
  std::map<std::string, std::string> messages;
  for (const table::Finding& finding : report.findings) messages[finding.rule] = finding.message;
  EXPECT_EQ(messages["R066"], "女性人数大于从业人员(其中女性=5;从业人员期末人数=3)");
  EXPECT_EQ(messages["R069"], "主营业务收入大于营业收入(主营业务收入=1万元;营业收入=1234.56元)");
  EXPECT_EQ(messages["R036"].find("19491231"), std::string::npos) << messages["R036"];
}

TEST(Audit, KeepsToTheScopeOfARule) {
  Schema schema{{{"employees", {TypeKind::kInt, {}}, "人数"}, {"unit_type", {TypeKind::kCode, {}}, ""}}};
  AuditRule rule;
  rule.id = "T1";
  rule.field = "employees";
  rule.when = "employees > 1";
  rule.message = "多";
  rule.unit_types = {"1"};
  rule.states = {"EXIT"};
  rule.levels = {"city"};
  const AuditRules one = AuditRules::create({rule}, schema).value();
  const auto owned = table_of(
      {{{"employees", "2"}, {"unit_type", "1"}}, {{"employees", "2"}, {"unit_type", "2"}}, {{"employees", "2"}}},
      {"employees", "unit_type"}, schema);
  EXPECT_EQ(one.run(owned->table, {}).value().rules[0].note, "仅用于层级:city");
  AuditContext context;
  context.state = "EXIT";
  context.level = "city";
  const AuditReport report = one.run(owned->table, context).value();
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].row, 1U);
  EXPECT_EQ(report.rules[0].unknown, 1U);
}

TEST(Audit, RefusesFaultyRulesByName) {
  Schema schema{{{"employees", {TypeKind::kInt, {}}, ""}}};
  const auto error_of = [&](const char* id, const char* field, const char* when) {
    AuditRule rule;
    rule.id = id;
    rule.field = field;
    rule.when = when;
    rule.message = "错";
    const auto result = AuditRules::create({rule}, schema);
    return result.ok() ? std::string() : result.error().message;
  };
  EXPECT_EQ(error_of("T1", "employees", "{\"op\":\">\",\"args\":[{\"field\":\"employees\"},{\"int\":1}]}"), "");
  EXPECT_NE(error_of("T1", "employees", "employees >").find("audit rule T1: rule text"), std::string::npos);
  EXPECT_NE(error_of("T1", "employees", "employees + 1").find("allowed: bool"), std::string::npos);
  EXPECT_NE(error_of("T1", "nobody", "employees > 1").find("'nobody' is not known"), std::string::npos);
  EXPECT_NE(error_of("", "employees", "employees > 1"), "");
}

TEST(Audit, HandsFindingsOverByRowThenRule) {
  std::vector<CellMap> rows(3000, CellMap{{"employees", "1"}, {"employees_f", "2"}, {"op_status", "8"}});
  const auto owned = table_of(rows, {"employees", "employees_f", "org_type", "unit_type"}, rules().schema());
  const AuditReport report = rules().run(owned->table, {}).value();
  ASSERT_GT(report.findings.size(), 3000U);
  for (size_t i = 1; i < report.findings.size(); ++i) {
    const auto& a = report.findings[i - 1];
    const auto& b = report.findings[i];
    ASSERT_LT(std::pair(a.row, a.rule), std::pair(b.row, b.rule));
  }
}

TEST(Audit, GivesTheSameFromSeveralThreads) {
  std::vector<CellMap> rows;
  for (int i = 0; i < 3000; ++i) {
    rows.push_back({{"name", "深圳市甲乙" + std::to_string(i % 90) + "有限公司"},
                    {"uscc", "91440300192203821" + std::to_string(i % 10)},
                    {"industry_code", i % 2 == 0 ? "6513" : "9999"},
                    {"region_code", "440303001001"},
                    {"address", "深圳市南山区甲路" + std::to_string(i) + "号"}});
  }
  const auto owned = table_of(rows, {"name", "uscc", "industry_code", "region_code", "address"}, rules().schema());
  AuditContext context;
  context.context.domain = &domain();
  const AuditReport expected = rules().run(owned->table, context).value();
  EXPECT_GT(expected.findings.size(), 3000U);
  std::vector<AuditReport> reports(3);
  std::vector<std::thread> threads;
  for (AuditReport& report : reports) {
    threads.emplace_back([&] { report = rules().run(owned->table, context).value(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const AuditReport& report : reports) {
    ASSERT_EQ(report.findings.size(), expected.findings.size());
    for (size_t i = 0; i < report.findings.size(); ++i) {
      ASSERT_EQ(report.findings[i].message, expected.findings[i].message);
    }
  }
}

}  // namespace
}  // namespace minglu::rules
