#include "flows/activity_backtest.hpp"

#include "flows/unit_panel.hpp"

namespace minglu::flows {
namespace {

struct Facts {
  std::vector<uint64_t> units;  // ascending
  std::vector<uint8_t> dead;
  std::vector<uint8_t> entered;  // in 四上
};

Result<Facts> facts_of(Home& home, const store::State& state) {
  MINGLU_TRY(const UnitPanel panel,
             make_unit_panel(home, state, {.fields = {"op_status", "reg_status", "in_sishang"}}));
  const codes::LifeStates& lives = home.knowledge().life_states();
  const auto is_dead = [&](std::string_view list, std::string_view code) {
    return lives.find(list, code) == codes::Life::kDead;
  };
  Facts facts{.units = panel.units};
  for (size_t row = 0; row < panel.rows(); ++row) {
    const bool dead = is_dead("op_status", panel.texts[0].at(row)) || is_dead("reg_status", panel.texts[1].at(row));
    facts.dead.push_back(dead ? 1 : 0);
    facts.entered.push_back(panel.texts[2].at(row) == "1" ? 1 : 0);
  }
  return facts;
}

}  // namespace

Result<BackTestReport> back_test_run(Home& home, const store::State& state, const ScoreRun& run) {
  if (state.seq() <= run.state_seq)
    return base::failed_precondition("计算以后名录还没有变化，无从回测（nothing is known since the run）");
  MINGLU_TRY(const std::shared_ptr<const store::State> before, home.state(run.state_seq));
  MINGLU_TRY(const auto sealed, SealedScores::open(home, run));
  MINGLU_TRY(const Facts then, facts_of(home, *before));
  MINGLU_TRY(const Facts now, facts_of(home, state));
  std::vector<double> scores;
  std::vector<uint8_t> grades;
  std::vector<uint8_t> died;
  std::vector<uint8_t> entered;
  for (size_t old = 0, recent = 0; old < then.units.size(); ++old) {
    const uint64_t unit = then.units[old];
    while (recent < now.units.size() && now.units[recent] < unit) ++recent;
    const auto row = sealed->find(unit);
    if (recent == now.units.size() || now.units[recent] != unit || !row || then.dead[old] != 0) continue;
    scores.push_back(sealed->score(*row));
    grades.push_back(sealed->grade(*row));
    died.push_back(now.dead[recent]);
    entered.push_back(then.entered[old] == 0 && now.entered[recent] != 0 ? 1 : 0);
  }
  BackTestReport report{.grade_names = sealed->grade_names()};
  const size_t count = report.grade_names.size();
  report.deaths = activity::back_test(scores, grades, count, died);
  report.entries = activity::back_test(scores, grades, count, entered);
  return report;
}

}  // namespace minglu::flows
