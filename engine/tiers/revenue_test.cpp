#include "tiers/revenue.hpp"

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

const codes::Threshold& line_of(std::string_view industry) {
  return *catalog().thresholds().threshold_for(industry, codes::ThresholdUnit::kLegal, day("2026-11-10"));
}
Revenue choose(const std::vector<Figure>& figures, std::string_view industry = "3911",
               std::string_view date = "2026-11-10") {
  return choose_revenue(figures, line_of(industry), settings(), day(date));
}
bool remarks(const Revenue& revenue, ReasonCode code) {
  for (const Reason& r : revenue.remarks) {
    if (r.code == code) return true;
  }
  return false;
}
constexpr Measure kMain = Measure::kMainRevenue;

TEST(ChooseRevenue, NothingGivesNothing) {
  const Revenue none = choose({});
  EXPECT_FALSE(none.year_to_date);
  EXPECT_FALSE(none.twelve_months);
  EXPECT_FALSE(none.projected_fen);
  EXPECT_TRUE(none.remarks.empty());
}

TEST(ChooseRevenue, TwelveMonthsComeFromCumulativeFigures) {
  const Revenue r = choose({ytd(kMain, "vat", 202610, wan(2000)), ytd(kMain, "vat", 202510, wan(1500)),
                            ytd(kMain, "vat", 202512, wan(1900))});
  EXPECT_EQ(r.twelve_months->fen, wan(2400));
  EXPECT_EQ(r.twelve_months->period, Period{202610});
  EXPECT_EQ(*r.projected_fen, wan(2000) * 19 / 15);
  EXPECT_EQ(*r.same_months_last_year_fen, wan(1500));
}

TEST(ChooseRevenue, AYearWithoutJanuaryIsWhole) {
  // January was never reported: February holds both months.
  const Revenue r = choose({ytd(kMain, "survey", 202602, wan(300)), ytd(kMain, "survey", 202502, wan(200)),
                            ytd(kMain, "survey", 202512, wan(1000))},
                           "3911", "2026-03-20");
  EXPECT_EQ(r.year_to_date->fen, wan(300));
  EXPECT_EQ(r.twelve_months->fen, wan(1100));
}

TEST(ChooseRevenue, AGapFallsBackToTheLatestMonthThatCanBeFormed) {
  // October of last year is missing, September is there.
  const Revenue r = choose({ytd(kMain, "survey", 202610, wan(900)), ytd(kMain, "survey", 202609, wan(800)),
                            ytd(kMain, "survey", 202509, wan(700)), ytd(kMain, "survey", 202512, wan(1000))});
  EXPECT_EQ(r.year_to_date->period, Period{202610});
  EXPECT_EQ(r.twelve_months->period, Period{202609});
  EXPECT_EQ(r.twelve_months->fen, wan(1100));
  EXPECT_TRUE(remarks(r, ReasonCode::kTwelveMonthsOlder));
}

TEST(ChooseRevenue, TheOrderOfTrustIsSurveyThenIncomeTaxThenVatThenInvoices) {
  std::vector<Figure> all = {ytd(kMain, "invoice", 202610, 4), ytd(kMain, "vat", 202610, 3),
                             ytd(kMain, "income_tax", 202610, 2), ytd(kMain, "survey", 202610, 1)};
  for (int64_t wanted = 1; wanted <= 4; ++wanted) {
    EXPECT_EQ(choose(all).year_to_date->fen, wanted);
    all.pop_back();
  }
}

TEST(ChooseRevenue, RecencyCountsWithinTrust) {
  const Revenue r = choose({ytd(kMain, "survey", 202608, 1), ytd(kMain, "filing", 202609, 2)});
  EXPECT_EQ(r.year_to_date->fen, 2);
}

TEST(ChooseRevenue, AnOldFigureOfATrustedSourceGivesWay) {
  // Three months behind still counts, four do not.
  EXPECT_EQ(choose({ytd(kMain, "survey", 202607, 1), ytd(kMain, "vat", 202610, 2)}).year_to_date->fen, 1);
  const Revenue r = choose({ytd(kMain, "survey", 202606, 1), ytd(kMain, "vat", 202610, 2)});
  EXPECT_EQ(r.year_to_date->fen, 2);
  EXPECT_TRUE(remarks(r, ReasonCode::kStaleSource));
}

TEST(ChooseRevenue, SourcesAreNeverMixed) {
  const Revenue r = choose({ytd(kMain, "survey", 202610, wan(900)), ytd(kMain, "vat", 202510, wan(700)),
                            ytd(kMain, "vat", 202512, wan(1000))});
  EXPECT_EQ(r.year_to_date->fen, wan(900));
  EXPECT_FALSE(r.same_months_last_year_fen);
  EXPECT_EQ(*r.projected_fen, wan(900) * 12 / 10);
  EXPECT_EQ(r.twelve_months->period, Period{202512});
}

TEST(ChooseRevenue, RevenueStandsInOnlyForSourcesThatKnowNoOther) {
  const Revenue tax = choose({ytd(Measure::kRevenue, "vat", 202610, 5)}, "5211");
  EXPECT_EQ(tax.year_to_date->fen, 5);
  EXPECT_TRUE(remarks(tax, ReasonCode::kSubstitutedMeasure));
  EXPECT_FALSE(choose({ytd(Measure::kRevenue, "survey", 202610, 5)}, "5211").year_to_date);
}

TEST(ChooseRevenue, LaterFiguresAreNotUsed) {
  const Revenue r = choose({ytd(kMain, "vat", 202612, 5)});
  EXPECT_FALSE(r.year_to_date);
  EXPECT_TRUE(remarks(r, ReasonCode::kFutureFigure));
}

TEST(ChooseRevenue, NegativeAndFallingFiguresAreSaid) {
  const Revenue r = choose({ytd(kMain, "vat", 202610, -5), ytd(kMain, "vat", 202609, 7)});
  EXPECT_TRUE(remarks(r, ReasonCode::kNegativeRevenue));
  EXPECT_TRUE(remarks(r, ReasonCode::kCumulativeFell));
  EXPECT_EQ(*r.projected_fen, -6);
}

TEST(ChooseRevenue, TheLargestAmountsDoNotOverflow) {
  const Revenue r =
      choose({ytd(kMain, "vat", 202610, kFenMax), ytd(kMain, "vat", 202510, 1), ytd(kMain, "vat", 202512, kFenMax)});
  EXPECT_EQ(r.twelve_months->fen, 2 * kFenMax - 1);
  EXPECT_EQ(*r.projected_fen, 10 * kFenMax);
}

TEST(ChooseRevenue, MonthsAreCounted) {
  EXPECT_EQ(months_between(Period{202512}, Period{202601}), 1);
  EXPECT_EQ(months_between(Period{202601}, Period{202512}), -1);
  EXPECT_EQ(period_of(day("2026-02-28")), Period{202602});
}

}  // namespace
}  // namespace minglu::tiers
