#include "tiers/side_tables.hpp"

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;
using Rows = std::vector<std::vector<std::string>>;

table::RawBatch batch_of(const std::vector<std::string>& names, const Rows& rows) {
  table::RawBatch out;
  out.names = names;
  out.columns.resize(names.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    out.row_numbers.push_back(r + 1);
    for (size_t c = 0; c < names.size(); ++c) out.columns[c].append(rows[r][c]);
  }
  return out;
}

UnitRow unit_row(const std::string& id, const std::string& uscc = "") {
  UnitRow row;
  row.unit.id = id;
  row.uscc = uscc;
  return row;
}

const std::vector<std::string> kFigures = {"id", "measure", "source", "period", "amount_wan_yuan"};
ReadSpec spec() { return {catalog(), settings(), std::nullopt, Period{202610}}; }

TEST(FigureBook, JoinsMonthsToTheirUnit) {
  FigureBook book = FigureBook::create(kFigures, spec()).value();
  book.read(batch_of(kFigures, {{"1", "revenue", "vat", "2026-10", "2000"},
                                {"1", "revenue", "vat", "2026-10", "2000"},
                                {"1", "revenue", "增值税(不含税)", "2025-10", "1500"},
                                {"7", "revenue", "vat", "2026-10", "1"}}));
  std::vector<UnitRow> rows = {unit_row("1"), unit_row("2")};
  book.join(rows);
  EXPECT_EQ(rows[0].unit.figures.size(), 2U);
  EXPECT_TRUE(rows[0].problems.empty());
  EXPECT_TRUE(rows[1].unit.figures.empty());
  EXPECT_EQ(book.count_unmatched(rows), 1U);
}

TEST(FigureBook, TwoAmountsForOneMonthMakeTheUnitUnusable) {
  FigureBook book = FigureBook::create(kFigures, spec()).value();
  book.read(
      batch_of(kFigures, {{"1", "revenue", "vat", "2026-10", "2000"}, {"1", "revenue", "vat", "2026-10", "2001"}}));
  std::vector<UnitRow> rows = {unit_row("1")};
  book.join(rows);
  EXPECT_EQ(rows[0].problems.size(), 1U);
}

TEST(FigureBook, ABrokenFigureMakesTheUnitUnusable) {
  for (const std::vector<std::string>& bad : Rows{{"1", "profit", "vat", "2026-10", "1"},
                                                  {"1", "revenue", "rumour", "2026-10", "1"},
                                                  {"1", "revenue", "vat", "", "1"},
                                                  {"1", "revenue", "vat", "2026-10", "many"}}) {
    FigureBook book = FigureBook::create(kFigures, spec()).value();
    book.read(batch_of(kFigures, {bad}));
    std::vector<UnitRow> rows = {unit_row("1")};
    book.join(rows);
    EXPECT_EQ(rows[0].problems.size(), 1U) << bad[1] << bad[2] << bad[3] << bad[4];
  }
}

TEST(FigureBook, MoneyNeedsItsUnit) {
  const std::vector<std::string> bare = {"id", "measure", "source", "period", "amount"};
  EXPECT_FALSE(FigureBook::create(bare, spec()).ok());
  ReadSpec stated{catalog(), settings(), units::MoneyUnit::kThousandYuan, Period{202610}};
  FigureBook book = FigureBook::create(bare, stated).value();
  book.read(batch_of(bare, {{"1", "revenue", "vat", "2026-10", "20000"}}));
  std::vector<UnitRow> rows = {unit_row("1")};
  book.join(rows);
  EXPECT_EQ(rows[0].unit.figures.at(0).fen, wan(2000));
  EXPECT_FALSE(FigureBook::create(std::vector<std::string>{"id", "amount_yuan"}, spec()).ok());
}

TEST(CurrentList, AloneDecidesWhoIsListed) {
  const std::vector<std::string> names = {"统一社会信用代码", "专业类别"};
  CurrentList list = CurrentList::create(names).value();
  list.read(batch_of(names, {{"U1", "B"}, {"U9", "F"}, {"", "B"}}));
  std::vector<UnitRow> rows = {unit_row("1", "U1"), unit_row("2")};
  rows[1].unit.listing = Listing{};
  list.join(rows);
  EXPECT_EQ(rows[0].unit.listing->category, "B");
  EXPECT_FALSE(rows[1].unit.listing);
  EXPECT_EQ(list.unmatched(), std::vector<std::string>{"U9"});
  EXPECT_EQ(list.without_key(), 1U);
  EXPECT_FALSE(CurrentList::create(std::vector<std::string>{"name"}).ok());
}

TEST(CurrentList, AUnitWithTwoSpecialtiesKeepsNeither) {
  const std::vector<std::string> names = {"id", "category"};
  for (const Rows& order : {Rows{{"1", "B"}, {"1", "F"}}, Rows{{"1", "F"}, {"1", "B"}}}) {
    CurrentList list = CurrentList::create(names).value();
    list.read(batch_of(names, order));
    std::vector<UnitRow> rows = {unit_row("1")};
    list.join(rows);
    EXPECT_EQ(rows[0].unit.listing->category, "");
  }
}

const std::vector<std::string> kPrevious = {"id",          "library",         "band",      "library_misses",
                                            "band_misses", "assessed_period", "sub_state", "sub_state_action"};

TEST(PreviousResult, IsReadBack) {
  PreviousResult previous = PreviousResult::create(kPrevious).value();
  ASSERT_TRUE(previous
                  .read(batch_of(kPrevious, {{"1", "QUASI", "", "1", "0", "2026-09", "TO_FILE", "CONFIRMED"},
                                             {"2", "REJECTED", "", "0", "0", "2026-09", "", ""}}),
                        Period{202610})
                  .ok());
  std::vector<UnitRow> rows = {unit_row("1"), unit_row("2")};
  previous.join(rows);
  EXPECT_EQ(rows[0].unit.previous->sub_state, SubState::kToFile);
  EXPECT_EQ(rows[0].unit.previous->library_misses, 1);
  EXPECT_FALSE(rows[1].unit.previous);
}

TEST(PreviousResult, OfALaterPeriodOrForeignFormIsRefused) {
  for (const std::vector<std::string>& bad : Rows{{"1", "QUASI", "", "0", "0", "2026-11", "", ""},
                                                  {"1", "QUASY", "", "0", "0", "2026-09", "", ""},
                                                  {"1", "QUASI", "", "x", "0", "2026-09", "", ""}}) {
    PreviousResult previous = PreviousResult::create(kPrevious).value();
    EXPECT_FALSE(previous.read(batch_of(kPrevious, {bad}), Period{202610}).ok());
  }
  EXPECT_FALSE(PreviousResult::create(std::vector<std::string>{"id"}).ok());
}

}  // namespace
}  // namespace minglu::tiers
