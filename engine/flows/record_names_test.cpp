#include "flows/record_names.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

using testing_support::catalog;

constexpr const char* kTrader = "tax_reg:11010519491231002X01";  // an identity number and two digits more

TEST(RecordNames, ShowNoIdentityNumberAndStillNameTheRecord) {
  const auto knowledge = *Knowledge::load(catalog());
  const std::string shown = shown_record(kTrader);
  EXPECT_EQ(shown.size(), std::string("tax_reg:#").size() + 16);
  EXPECT_EQ(shown.find("1949"), std::string::npos);
  EXPECT_EQ(*entity_named(*knowledge, shown), *entity_named(*knowledge, kTrader));
  EXPECT_EQ(*entity_named(*knowledge, kTrader), ingest::entity_of("tax_reg", "11010519491231002X01").value);
  EXPECT_EQ(shown_record(shown), shown) << "shown twice";
}

TEST(RecordNames, OfUnitsAreShownAsTheyAre) {
  for (const char* record : {"scjg_reg:91440300MA5FRF8GXW", "tax_reg:110105194912310021", "power:#1", "no colon"})
    EXPECT_EQ(shown_record(record), record);
}

TEST(RecordNames, SayWhatIsWrong) {
  const auto knowledge = *Knowledge::load(catalog());
  for (const char* bad : {"", ":", "tax_reg:", ":7", "tax_reg"})
    EXPECT_EQ(entity_named(*knowledge, bad).error().code, ErrorCode::kInvalidArgument) << bad;
  EXPECT_EQ(entity_named(*knowledge, "no_source:7").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*entity_named(*knowledge, "tax_reg:#123456789ABCDEFG"),
            ingest::entity_of("tax_reg", "#123456789ABCDEFG").value)
      << "no hex digits: a key";
}

}  // namespace
}  // namespace minglu::flows
