// Sources without identifiers: 供电 (accounts and consumption by month) and the internet (job advertisements).
#include <algorithm>
#include <array>
#include <cstdio>

#include "synth/feeds/feeds.hpp"

namespace minglu::synth {
namespace {

std::string decimals(double value, int places) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", places, value);
  return {text.data(), static_cast<size_t>(size)};
}

struct Account {
  std::string number;
  std::string user;  // empty: the unit's own name
  double share = 1;
};

std::vector<Account> accounts_of(const Scene& scene, const TrueUnit& unit, const Sight& sight) {
  std::vector<Account> accounts;
  Account first{own_number(scene, unit, "03", 10), "", 1.0};
  if (sight.fixed(2) < scene.rates.power_landlord) {
    base::Rng rng = stream(scene.seed, unit.index, Stream::kKey, 1);
    first.user = rng.below(2) == 0 ? draw_person(rng, scene.lexicon)
                                   : "深圳市" + pick(rng, scene.lexicon.brand_chars) +
                                         pick(rng, scene.lexicon.brand_chars) + "物业管理有限公司";
  }
  accounts.push_back(std::move(first));
  if (sight.fixed(3) < scene.rates.power_second_account) {
    accounts.push_back({own_number(scene, unit, "06", 10), "", 0.3});
  }
  return accounts;
}

void emit_power(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  const Sight sight(scene, unit, Department::kPower);
  if (sight.fixed(1) >= scene.rates.coverage_power) return;
  const std::vector<Account> accounts = accounts_of(scene, unit, sight);
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    const Date day = scene.calendar.end_of(i);
    if (!unit.alive_on(day)) continue;
    const Version& version = sight.version(day);
    base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 6000 + static_cast<uint64_t>(i));
    const double month_kwh =
        unit.dormant ? 3.0 + 12 * rng.uniform()
                     : persons_of_month(scene, unit, i) * version.trade->kwh_per_person * (0.8 + 0.4 * rng.uniform());
    for (size_t a = 0; a < accounts.size(); ++a) {
      Cells& row = sink.row();
      row.add(accounts[a].number);
      row.add(accounts[a].user.empty() ? sight.name(version) : accounts[a].user);
      row.add(sight.address(version));
      row.add(version.trade->category == 'B' ? "大工业" : "一般工商业");
      row.add(base::format_period(scene.calendar.period(i)));
      row.add(decimals(month_kwh * accounts[a].share, 1));
      sink.put(static_cast<size_t>(i), unit, a);
    }
    any = true;
  }
  if (!any) return;
  for (const Account& account : accounts) {
    // An account in the landlord's name is the landlord's: nothing in it says who uses the power.
    if (account.user.empty())
      sink.truth(account.number, unit.index);
    else
      sink.truth_other(account.number, "landlord" + std::to_string(unit.index));
  }
}

void emit_web(const Scene& scene, const TrueUnit& unit, FeedSink& sink) {
  if (unit.kind != Kind::kCompany || unit.dormant) return;
  const Sight sight(scene, unit, Department::kWeb);
  if (sight.fixed(1) >= scene.rates.coverage_web / 0.4) return;
  const std::string number = own_number(scene, unit, "", 9);
  const bool full_name = sight.fixed(2) < scene.rates.web_full_name;
  base::Rng place_rng = stream(scene.seed, unit.index, Stream::kWeb);
  const bool elsewhere = place_rng.chance(scene.rates.web_wrong_place);
  const Address office = elsewhere ? scene.city.draw_address(place_rng) : Address{};
  size_t file = 0;
  bool any = false;
  for (int32_t i = 0; i < scene.calendar.periods; ++i) {
    if (scene.calendar.period(i).yyyymm % 100 % 3 != 0) continue;
    const size_t this_file = file++;
    const Date day = scene.calendar.end_of(i);
    if (!unit.alive_on(day) || sight.fixed(100 + static_cast<uint64_t>(i)) < 0.3) continue;
    const Version& version = sight.version(day);
    const Place& place = scene.city.place(elsewhere ? office.place : version.address.place);
    base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 5000 + static_cast<uint64_t>(i));
    Cells& row = sink.row();
    row.add(number);
    row.add(version.short_name);
    row.add_optional(full_name, version.name);
    row.add(version.trade->words.front());
    row.add("深圳");
    row.add(place.district);
    row.add(decimals(place.longitude + 0.004 * rng.uniform(), 6));
    row.add(decimals(place.latitude + 0.004 * rng.uniform(), 6));
    row.add(pick(rng, scene.lexicon.job_titles));
    row.add(std::to_string(1 + rng.below(static_cast<uint64_t>(1 + unit.persons / 4))));
    sink.put(this_file, unit, 0);
    any = true;
  }
  if (any) sink.truth(number, unit.index);
}

}  // namespace

Feed power_feed() {
  Layout layout;
  layout.source_id = "power";
  layout.format = Format::kNdjson;
  layout.columns = {{"户号"}, {"用户名称"}, {"用电地址"}, {"用电类别"}, {"月份"}, {"用电量", true}};
  return {std::move(layout), monthly_files, emit_power};
}

Feed web_feed() {
  Layout layout;
  layout.source_id = "web_jobs";
  layout.format = Format::kNdjson;
  layout.columns = {{"公司编号"}, {"公司简称"},   {"公司全称"},   {"行业领域"}, {"城市"},
                    {"区"},       {"经度", true}, {"纬度", true}, {"职位"},     {"在招岗位数", true}};
  return {std::move(layout), quarterly_files, emit_web};
}

}  // namespace minglu::synth
