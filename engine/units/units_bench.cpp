// Nanoseconds per cell of every cleaner, on clean and on dirty cells. Each answer is verified before it is timed.
#include <benchmark/benchmark.h>

#include "units/contacts.hpp"
#include "units/dates.hpp"
#include "units/identifiers.hpp"
#include "units/money.hpp"
#include "units/numbers.hpp"
#include "units/plain.hpp"

namespace minglu::units {
namespace {

struct Case {
  const char* name;
  Cleaned (*clean)(std::string_view);
  const char* cell;
  const char* value;
};

Cleaned clean_money_yuan(std::string_view text) { return clean_money(text, MoneyUnit::kYuan); }

constexpr Case kCases[] = {
    {"uscc", clean_uscc, "914403001922038216", "914403001922038216"},
    {"uscc_lower_case", clean_uscc, "9144030071526726xg", "9144030071526726XG"},
    {"org_code", clean_org_code, "192203821", "192203821"},
    {"reg_no", clean_reg_no, "440301103097413", "440301103097413"},
    {"tax_id_legacy", clean_tax_id, "44030071526726X", "44030071526726X"},
    {"date_iso", clean_date, "2019-07-14", "2019-07-14"},
    {"date_chinese", clean_date, "2019年7月4日", "2019-07-04"},
    {"money_wan", clean_money_yuan, "50万元人民币", "50000000"},
    {"money_brackets", clean_money_yuan, "39,076.8700(万元人民币)", "39076870000"},
    {"mobile", clean_mobile, "13812345678", "13812345678"},
    {"landline", clean_landline, "0755-26345678", "0755-26345678"},
    {"email", clean_email, "zhang.san@example.com", "zhang.san@example.com"},
    {"integer", clean_integer, "103", "103"},
    {"decimal", clean_decimal, "113.9427416667", "113.9427416667"},
    {"text", clean_text, "深圳市甲乙丙丁科技（集团）股份有限公司", "深圳市甲乙丙丁科技（集团）股份有限公司"},
    {"person", clean_person_name, "张三丰", "张三丰"},
};

void run_case(benchmark::State& state, const Case* c) {
  if (c->clean(c->cell).value != c->value) {
    state.SkipWithError("wrong answer");
    return;
  }
  for (auto step : state) {
    Cleaned cleaned = c->clean(c->cell);
    benchmark::DoNotOptimize(cleaned);
  }
}

}  // namespace
}  // namespace minglu::units

int main(int argc, char** argv) {
  for (const auto& c : minglu::units::kCases) benchmark::RegisterBenchmark(c.name, minglu::units::run_case, &c);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
