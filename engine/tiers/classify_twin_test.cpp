// Random units: equal to the slow twin, better with more revenue, the same in any order and unit of money.
#include <algorithm>

#include "base/rng.hpp"
#include "reference/tiers/tier_twin.hpp"
#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

class Maker {
 public:
  explicit Maker(uint64_t seed) : rng_(seed) {}

  template <typename T, size_t n>
  T one_of(const T (&all)[n]) {
    return all[rng_.below(n)];
  }

  Date date() {
    static constexpr const char* kDays[] = {"2006-12-31", "2010-12-31", "2011-01-01", "2012-12-31", "2013-01-01",
                                            "2019-09-30", "2019-10-01", "2020-12-31", "2021-01-01", "2024-09-30",
                                            "2024-10-01", "2026-01-31", "2026-02-28", "2026-03-01", "2026-06-30",
                                            "2026-07-01", "2026-09-30", "2026-10-01", "2026-11-30", "2026-12-31"};
    return day(one_of(kDays));
  }

  Unit unit(Date today) {
    static constexpr const char* kIndustries[] = {"3911", "0610", "4690", "4710", "5090", "5111", "5211",
                                                  "6110", "6299", "7010", "7020", "6513", "5311", "6610",
                                                  "8310", "8511", "9090", "9100", "0111", "8411"};
    static constexpr const char* kStatus[] = {"1", "1", "1", "1", "1", "2", ""};
    static constexpr const char* kOrg[] = {"10", "10", "10", "20", ""};
    static constexpr const char* kAcct[] = {"1", "2", ""};
    static constexpr const char* kGrades[] = {"A", "B", "C", "U", ""};
    static constexpr const char* kQualified[] = {"建筑工程施工总承包", "专业承包", "劳务分包", "9999", ""};
    static constexpr UnitKind kKinds[] = {UnitKind::kLegal,         UnitKind::kLegal,        UnitKind::kLegal,
                                          UnitKind::kEstablishment, UnitKind::kSelfEmployed, UnitKind::kProject};
    Unit out;
    out.id = "U";
    out.industry_code = one_of(kIndustries);
    out.kind = one_of(kKinds);
    out.op_status = one_of(kStatus);
    out.org_type = one_of(kOrg);
    out.acct_std_class = one_of(kAcct);
    out.grade = one_of(kGrades);
    out.qualification = one_of(kQualified);
    if (rng_.chance(0.5)) out.qualification_to = Date{today.days + static_cast<int32_t>(rng_.below(3)) - 1};
    if (rng_.chance(0.3)) out.qualification_from = Date{today.days + static_cast<int32_t>(rng_.below(3)) - 1};
    if (rng_.chance(0.7)) out.development_activity = rng_.chance(0.5);
    if (rng_.chance(0.5)) out.employees = static_cast<int64_t>(rng_.below(4)) + 48;
    if (rng_.chance(0.7)) out.opened = Date{today.days - 178 - static_cast<int32_t>(rng_.below(8))};
    if (rng_.chance(0.2)) out.growth_mark = rng_.chance(0.5) ? GrowthMark::kYes : GrowthMark::kNo;
    if (rng_.chance(0.5)) out.project_investment_fen = amount();
    if (rng_.chance(0.3)) out.listing = Listing{};
    add_figures(out, today);
    if (rng_.chance(0.4)) add_previous(out, today);
    return out;
  }

  int64_t amount() {
    // Around the lines and their bands, one fen aside now and then.
    static constexpr int64_t kWan[] = {-100, 0, 100, 160, 200, 250, 400, 500, 800, 960, 1000, 1600, 2000, 2400, 5000};
    return one_of(kWan) * 1'000'000 + static_cast<int64_t>(rng_.below(3)) - 1;
  }

  uint64_t below(uint64_t n) { return rng_.below(n); }

 private:
  void add_figures(Unit& unit, Date today) {
    const Period now = period_of(today);
    const uint64_t count = rng_.below(14);
    for (uint64_t i = 0; i < count; ++i) {
      static constexpr Measure kMeasures[] = {Measure::kMainRevenue, Measure::kMainRevenue, Measure::kRevenue,
                                              Measure::kGoodsSales, Measure::kTurnover};
      Figure figure;
      figure.measure = one_of(kMeasures);
      figure.source = rng_.below(settings().sources.size());
      figure.kind = rng_.chance(0.2) ? FigureKind::kTwelveMonths : FigureKind::kYearToDate;
      const int32_t back[] = {0, 0, 1, 2, 3, 4, 5, 12, 13, 14, 24, -1};
      figure.period = base::add_months(now, -one_of(back));
      if (rng_.chance(0.2)) figure.period = Period{(now.yyyymm / 100 - 1) * 100 + 12};
      figure.fen = amount();
      const bool same = std::any_of(unit.figures.begin(), unit.figures.end(), [&](const Figure& f) {
        return f.measure == figure.measure && f.source == figure.source && f.kind == figure.kind &&
               f.period == figure.period;
      });
      if (!same) unit.figures.push_back(figure);
    }
  }

  void add_previous(Unit& unit, Date today) {
    static constexpr Library kLibraries[] = {Library::kSishang, Library::kQuasi, Library::kNurture, Library::kBelow};
    static constexpr Band kBands[] = {Band::kNone, Band::kNear, Band::kExitRisk};
    Previous previous;
    previous.library = one_of(kLibraries);
    previous.band = one_of(kBands);
    previous.library_misses = static_cast<int32_t>(rng_.below(2));
    previous.band_misses = static_cast<int32_t>(rng_.below(2));
    previous.period = base::add_months(period_of(today), rng_.chance(0.2) ? 0 : -1);
    unit.previous = previous;
  }

  base::Rng rng_;
};

reference::TierTwin::Answer answer_of(const Assessment& a) {
  return {a.library, a.band, a.comparison, a.line != nullptr ? a.line->id : "", a.library_misses, a.band_misses};
}

TEST(ClassifyTwin, RandomUnitsAgree) {
  Maker maker(20261110);
  std::map<Library, int> libraries;
  std::map<Band, int> bands;
  for (int i = 0; i < 6'000; ++i) {
    const Date today = maker.date();
    const Unit unit = maker.unit(today);
    const Context context{catalog(), settings(), today, "list"};
    const Assessment fast = classify(unit, context);
    const auto slow = reference::TierTwin{unit, context}.answer();
    ASSERT_EQ(answer_of(fast), slow) << "unit " << i << " on " << base::format_iso_date(today) << ": "
                                     << wording().reasons(fast.reasons, Language::kEnglish) << " but the twin says "
                                     << library_name(slow.library) << " " << band_name(slow.band);
    ++libraries[fast.library];
    ++bands[fast.band];
  }
  for (const Library library : {Library::kSishang, Library::kQuasi, Library::kNurture, Library::kBelow,
                                Library::kSurveyUnit, Library::kOutOfScope})
    EXPECT_GT(libraries[library], 20) << library_name(library);
  for (const Band band : {Band::kNear, Band::kExitRisk}) EXPECT_GT(bands[band], 20) << band_name(band);
}

// 四下 < 育苗 < 准四上; what a listed unit risks can only go away.
TEST(ClassifyTwin, MoreRevenueOfThisYearNeverMakesAUnitWorse) {
  Maker maker(7);
  const auto height = [](const Assessment& a) { return a.library == Library::kQuasi ? 2 : 0; };
  int risen = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Date today = maker.date();
    Unit unit = maker.unit(today);
    const Context context{catalog(), settings(), today, "list"};
    const Assessment before = classify(unit, context);
    const int32_t year = period_of(today).yyyymm / 100;
    for (Figure& f : unit.figures) {
      if (f.period.yyyymm / 100 == year) f.fen += wan(700);
    }
    const Assessment after = classify(unit, context);
    ASSERT_GE(height(after), height(before)) << i;
    ASSERT_GE(after.reached, before.reached) << i;
    if (before.band == Band::kNone && after.band == Band::kExitRisk) FAIL() << "risk rose with revenue, unit " << i;
    risen += height(after) > height(before) ? 1 : 0;
  }
  EXPECT_GT(risen, 100);
}

TEST(ClassifyTwin, TheOrderOfFiguresDoesNotMatter) {
  Maker maker(11);
  for (int i = 0; i < 5'000; ++i) {
    const Date today = maker.date();
    Unit unit = maker.unit(today);
    const Context context{catalog(), settings(), today, "list"};
    const Assessment before = classify(unit, context);
    for (size_t k = unit.figures.size(); k > 1; --k) std::swap(unit.figures[k - 1], unit.figures[maker.below(k)]);
    const Assessment after = classify(unit, context);
    ASSERT_EQ(answer_of(after), answer_of(before)) << i;
    ASSERT_EQ(after.reasons, before.reasons) << i;
  }
}

}  // namespace
}  // namespace minglu::tiers
