#include "synth/true_unit.hpp"

#include <algorithm>
#include <array>

#include "synth/names.hpp"
#include "units/check_digits.hpp"

namespace minglu::synth {
namespace {

constexpr std::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr uint64_t kOldCodes = 100000000;                  // eight digits
constexpr uint64_t kNewCodes = 31ULL * 31 * 31 * 31 * 31;  // five characters after MA5
constexpr double kDaysPerYear = 365.25;
constexpr std::array<std::string_view, 8> kKindNames = {"company",    "self_employed", "branch",    "institution",
                                                        "government", "society",       "nonprofit", "coop"};
constexpr std::array<std::string_view, 8> kUsccPrefix = {"91", "92", "91", "12", "11", "51", "52", "93"};
constexpr std::array<std::string_view, 7> kChangeNames = {"birth",   "rename",   "move", "representative",
                                                          "capital", "industry", "death"};

struct Identity {
  Kind kind;
  Date founded;
};

Kind draw_kind(base::Rng& rng, const Rates& rates, bool born) {
  double u = rng.uniform();
  const std::array<std::pair<double, Kind>, 7> shares = {{
      {born ? rates.birth_self_employed : rates.share_self_employed, Kind::kSelfEmployed},
      {rates.share_branch, Kind::kBranch},
      {rates.share_institution, Kind::kInstitution},
      {rates.share_government, Kind::kGovernment},
      {rates.share_society, Kind::kSociety},
      {rates.share_nonprofit, Kind::kNonprofit},
      {rates.share_coop, Kind::kCoop},
  }};
  for (const auto& [share, kind] : shares) {
    if (u < share) return kind;
    u -= share;
  }
  return Kind::kCompany;
}

// Kind and founding date are drawn first: a branch looks them up for the unit it takes as its parent.
Identity draw_identity(const Scene& scene, uint64_t index) {
  base::Rng rng = stream(scene.seed, index, Stream::kKind);
  const double years = scene.calendar.periods / 12.0;
  const bool born = rng.chance(std::min(0.9, scene.rates.birth_year * years));
  Identity identity{draw_kind(rng, scene.rates, born), {}};
  const double u = rng.uniform();
  const Date begin = scene.calendar.begin();
  if (born) {
    const auto days = static_cast<double>(scene.calendar.end().days - begin.days);
    identity.founded.days = begin.days + 1 + static_cast<int32_t>(u * (days - 1));
  } else {
    identity.founded.days = begin.days - static_cast<int32_t>(u * u * 38 * kDaysPerYear);
  }
  return identity;
}

void make_codes(const Scene& scene, const Identity& identity, TrueUnit& unit) {
  static const Date kUsccReform = base::date_from_civil({2015, 10, 1});
  const uint64_t number = unit.index + scene.seed % 1000003;
  std::string payload;
  if (identity.founded < kUsccReform) {
    std::string digits = std::to_string(number * 61803399 % kOldCodes);
    payload = std::string(8 - digits.size(), '0') + digits;
  } else {
    uint64_t serial = number * 11400719 % kNewCodes;
    payload = "MA5";
    std::string tail;
    for (int i = 0; i < 5; ++i, serial /= 31) tail += kUsccAlphabet[serial % 31];
    payload.append(tail.rbegin(), tail.rend());
  }
  unit.org_code = payload + *units::org_code_check_char(payload);
  const std::string first17 = std::string(kUsccPrefix[static_cast<size_t>(unit.kind)]) + "440300" + unit.org_code;
  unit.uscc = first17 + *units::uscc_check_char(first17);
}

void make_reg_no(const Scene& scene, TrueUnit& unit) {
  unit.reg_no.clear();
  const bool registered = unit.kind == Kind::kCompany || unit.kind == Kind::kSelfEmployed ||
                          unit.kind == Kind::kBranch || unit.kind == Kind::kCoop;
  if (!registered) return;
  const std::string& district = scene.city.place(unit.versions.front().address.place).district_code;
  const uint64_t first_digit = (unit.kind == Kind::kSelfEmployed ? 6 : 1) + unit.index / 10000000;
  const std::string serial = std::to_string((unit.index + scene.seed % 1000003) * 6180339 % 10000000);
  const std::string payload = district + std::to_string(first_digit) + std::string(7 - serial.size(), '0') + serial;
  unit.reg_no = payload + *units::reg_no_check_char(payload);
}

Address first_address(const Scene& scene, const TrueUnit& unit, Date founded) {
  static const Date kRenamed = base::date_from_civil({2018, 9, 19});
  base::Rng rng = stream(scene.seed, unit.index, Stream::kAddress);
  const bool company = unit.kind == Kind::kCompany;
  if (company && rng.chance(scene.rates.secretary_address)) return scene.city.secretary_address(rng);
  Address address = scene.city.draw_address(rng);
  // Older registrations keep the older names; three in ten of them reach the stated share of all.
  const double share = founded < kRenamed ? scene.rates.old_district_name * 2.6 : 0.0;
  if (rng.chance(share)) scene.city.age(rng, address);
  return address;
}

const Trade* draw_trade(const Scene& scene, const TrueUnit& unit, uint64_t generation) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kTrade, generation);
  const bool shop = unit.kind == Kind::kSelfEmployed;
  return &scene.lexicon
              .trades[pick_weighted(rng, shop ? scene.lexicon.self_cumulative : scene.lexicon.company_cumulative)];
}

int64_t draw_capital(base::Rng& rng, Kind kind) {
  if (kind == Kind::kSelfEmployed) return static_cast<int64_t>(1 + rng.below(20));
  if (kind == Kind::kBranch) return 0;
  static constexpr std::array<int64_t, 12> kUsual = {10, 20, 30, 50, 50, 100, 100, 100, 200, 500, 1000, 5000};
  const int64_t usual = kUsual[rng.below(kUsual.size())];
  return rng.below(6) == 0 ? usual + static_cast<int64_t>(rng.below(90)) : usual;
}

std::string representative(const Scene& scene, const TrueUnit& unit, uint64_t generation) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kPerson, generation);
  if (generation == 0 && rng.chance(scene.rates.repeat_owner)) {
    // The owner of another company: the same person for the same number of a small set.
    base::Rng owner = stream(scene.seed, rng.below(1 + scene.units / 20), Stream::kPerson, 1u << 20);
    return draw_person(owner, scene.lexicon);
  }
  return draw_person(rng, scene.lexicon);
}

void find_parent(const Scene& scene, TrueUnit& unit) {
  unit.parent.reset();
  unit.parent_uscc.clear();
  unit.parent_name.clear();
  if (unit.kind != Kind::kBranch) return;
  base::Rng rng = stream(scene.seed, unit.index, Stream::kParent);
  const bool elsewhere = rng.chance(scene.rates.branch_parent_elsewhere);
  for (int attempt = 0; attempt < 64 && !elsewhere; ++attempt) {
    const uint64_t candidate = rng.below(scene.units);
    const Identity identity = draw_identity(scene, candidate);
    if (identity.kind != Kind::kCompany || identity.founded > unit.founded) continue;
    TrueUnit parent;
    parent.index = candidate;
    parent.kind = identity.kind;
    make_codes(scene, identity, parent);
    Version version;
    version.trade = draw_trade(scene, parent, 0);
    make_name(scene, parent, 0, version);
    unit.parent = candidate;
    unit.parent_uscc = parent.uscc;
    unit.parent_name = version.name;
    return;
  }
  const Lexicon& lexicon = scene.lexicon;
  const size_t city = rng.below(lexicon.other_provinces.size());
  unit.parent_name = lexicon.other_provinces[city];
  unit.parent_name += pick(rng, lexicon.brand_chars);
  unit.parent_name += pick(rng, lexicon.brand_chars);
  unit.parent_name += pick(rng, lexicon.trades).words.front();
  unit.parent_name += "有限公司";
  std::string payload = "MA";
  while (payload.size() < 8) payload += kUsccAlphabet[rng.below(kUsccAlphabet.size())];
  const std::string first17 =
      "91" + lexicon.other_province_codes[city] + payload + *units::org_code_check_char(payload);
  unit.parent_uscc = first17 + *units::uscc_check_char(first17);
}

void make_contacts(const Scene& scene, TrueUnit& unit) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kContact);
  static constexpr std::array<std::string_view, 10> kMobiles = {"135", "136", "137", "138", "139",
                                                                "158", "159", "186", "188", "199"};
  uint64_t number = base::mix64(scene.seed ^ (unit.index * 2 + 1));
  if (rng.chance(scene.rates.agent_phone)) {
    const double clients = static_cast<double>(scene.units) * scene.rates.agent_phone;
    const auto agents = static_cast<uint64_t>(1 + clients / std::max(1.0, scene.rates.units_per_agent));
    number = base::mix64(scene.seed ^ (rng.below(agents) * 2));
  }
  const std::string tail = std::to_string(number / 16 % kOldCodes);
  unit.phone = std::string(kMobiles[number % kMobiles.size()]) + std::string(8 - tail.size(), '0') + tail;
  unit.landline.clear();
  if (rng.chance(0.4)) unit.landline = "0755-" + std::to_string(20000000 + rng.below(69999999));
  unit.email.clear();
  if (rng.chance(0.3)) unit.email = "u" + std::to_string(number % 1000000007) + "@example.com";
}

void make_scale(const Scene& scene, TrueUnit& unit) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kScale);
  const Trade& trade = *unit.versions.front().trade;
  unit.dormant = unit.kind != Kind::kGovernment && unit.kind != Kind::kInstitution && rng.chance(scene.rates.dormant);
  const bool small = unit.kind == Kind::kSelfEmployed;
  // Most firms are far below the medians of firms that report: the median firm of the city has a twelfth of them.
  const double scale = small ? 0.05 : 0.08;
  const double size = lognormal(rng, scale, small ? 0.9 : 1.75);
  unit.revenue_year = unit.dormant ? 0 : size * trade.revenue_wan_median * 10000;
  const double persons = lognormal(rng, std::max(1.0, trade.persons_median * std::pow(size, 0.75)), 0.35);
  unit.persons = unit.dormant ? static_cast<int32_t>(rng.below(2)) : static_cast<int32_t>(std::min(persons, 60000.0));
  if (unit.kind == Kind::kGovernment || unit.kind == Kind::kInstitution) {
    unit.persons = 20 + static_cast<int32_t>(rng.below(180));
    unit.revenue_year = 0;
  }
  unit.persons = std::max(unit.persons, unit.dormant ? 0 : 1);
  unit.growth_year = 0.04 + 0.16 * normal(rng);
  unit.general_taxpayer = unit.revenue_year > 5e6 || rng.chance(scene.rates.coverage_tax_monthly * 0.6);
  const bool foreign = unit.kind == Kind::kCompany && rng.chance(scene.rates.foreign_capital);
  unit.capital_currency = !foreign ? "人民币" : rng.below(2) == 0 ? "美元" : "港元";
}

void add_change(const Scene& scene, TrueUnit& unit, Date day, Change change, uint32_t generation) {
  Version next = unit.versions.back();
  next.from = day;
  next.change = change;
  base::Rng rng = stream(scene.seed, unit.index, Stream::kEvents, 100 + generation);
  switch (change) {
    case Change::kRename: make_name(scene, unit, generation, next); break;
    case Change::kMove:
      next.address = rng.chance(scene.rates.move_same_district) ? scene.city.draw_nearby(rng, next.address)
                                                                : scene.city.draw_address(rng);
      break;
    case Change::kRep: next.legal_rep = representative(scene, unit, generation); break;
    case Change::kCapital:
      next.capital_wan = std::max<int64_t>(1, next.capital_wan) * (2 + static_cast<int64_t>(rng.below(9)));
      break;
    case Change::kIndustry: next.trade = draw_trade(scene, unit, generation); break;
    default: break;
  }
  unit.versions.push_back(std::move(next));
}

void make_life(const Scene& scene, TrueUnit& unit) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kEvents);
  const Rates& rates = scene.rates;
  const Date start = std::max(unit.founded, scene.calendar.begin());
  const double hazard = unit.kind == Kind::kGovernment ? 0.002 : rates.death_year;
  const double years_to_death = -std::log(1.0 - rng.uniform()) / std::max(hazard, 1e-9);
  const double days_to_death = std::min(years_to_death * kDaysPerYear, 1e6);
  unit.closed.reset();
  unit.revoked = rng.chance(rates.revoked_of_deaths);
  Date last = scene.calendar.end();
  if (start.days + 30 + days_to_death <= last.days) {
    unit.closed = Date{start.days + 30 + static_cast<int32_t>(days_to_death)};
    last = *unit.closed;
  }
  const std::array<std::pair<Change, double>, 5> yearly = {{{Change::kRename, rates.rename_year},
                                                            {Change::kMove, rates.move_year},
                                                            {Change::kRep, rates.rep_change_year},
                                                            {Change::kCapital, rates.capital_change_year},
                                                            {Change::kIndustry, rates.industry_change_year}}};
  std::vector<std::pair<Date, Change>> events;
  const double years = (last.days - start.days) / kDaysPerYear;
  for (const auto& [change, rate] : yearly) {
    if (!rng.chance(std::min(1.0, rate * years))) continue;
    const Date day{start.days + 1 + static_cast<int32_t>(rng.uniform() * (last.days - start.days - 1))};
    if (day > start && day < last) events.emplace_back(day, change);
  }
  std::sort(events.begin(), events.end());
  uint32_t generation = 0;
  for (const auto& [day, change] : events) add_change(scene, unit, day, change, ++generation);
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept { return kKindNames[static_cast<size_t>(kind)]; }
std::string_view change_name(Change change) noexcept { return kChangeNames[static_cast<size_t>(change)]; }

const Version& TrueUnit::at(Date day) const noexcept {
  size_t i = versions.size();
  while (i > 1 && versions[i - 1].from > day) --i;
  return versions[i - 1];
}

std::string draw_person(base::Rng& rng, const Lexicon& lexicon) {
  // Common surnames come first in the list; the smaller of two draws makes them frequent.
  const size_t n = lexicon.surnames.size();
  std::string name = lexicon.surnames[std::min(rng.below(n), rng.below(n))];
  name += pick(rng, lexicon.given_chars);
  if (rng.below(100) < 78) name += pick(rng, lexicon.given_chars);
  return name;
}

void make_unit(const Scene& scene, uint64_t index, TrueUnit& unit) {
  const Identity identity = draw_identity(scene, index);
  unit.index = index;
  unit.kind = identity.kind;
  unit.founded = identity.founded;
  unit.versions.resize(1);
  Version& first = unit.versions.front();
  first.from = identity.founded;
  first.change = Change::kBirth;
  make_codes(scene, identity, unit);
  find_parent(scene, unit);
  first.trade = draw_trade(scene, unit, 0);
  first.address = first_address(scene, unit, identity.founded);
  first.legal_rep = representative(scene, unit, 0);
  base::Rng capital = stream(scene.seed, index, Stream::kCapital);
  first.capital_wan = draw_capital(capital, unit.kind);
  make_name(scene, unit, 0, first);
  make_reg_no(scene, unit);
  make_contacts(scene, unit);
  make_scale(scene, unit);
  make_life(scene, unit);
}

double sales_of_month(const Scene& scene, const TrueUnit& unit, int32_t period_index) {
  if (unit.revenue_year <= 0) return 0;
  base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, static_cast<uint64_t>(period_index));
  static constexpr std::array<double, 12> kSeason = {0.93, 0.72, 1.02, 0.98, 0.99, 1.04,
                                                     0.99, 1.00, 1.05, 1.01, 1.08, 1.19};
  const int32_t month = scene.calendar.period(period_index).yyyymm % 100;
  const double trend = 1.0 + unit.growth_year * period_index / 12.0;
  const double value = unit.revenue_year / 12 * kSeason[static_cast<size_t>(month - 1)] * std::max(0.05, trend);
  return value * std::max(0.0, 1.0 + 0.18 * normal(rng));
}

int32_t persons_of_month(const Scene& scene, const TrueUnit& unit, int32_t period_index) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kPeriod, 4096 + static_cast<uint64_t>(period_index / 3));
  const double trend = 1.0 + 0.6 * unit.growth_year * period_index / 12.0;
  const double value = unit.persons * std::max(0.1, trend) * (1.0 + 0.04 * normal(rng));
  return std::max(0, static_cast<int32_t>(value + 0.5));
}

}  // namespace minglu::synth
