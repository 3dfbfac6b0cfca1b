#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::expect_levels;

TEST(Identifier, ValidUsccsDecide) {
  expect_levels(Kind::kIdentifier,
                {{"914403001922038216", " 914403001922038216", "equal", Verdict::kSame},
                 {"９１４４０３００１９２２０３８２１６", "914403001922038216", "equal", Verdict::kSame},
                 {"9144030071526726xg", "9144030071526726XG", "equal", Verdict::kSame},
                 {"914403001922038216", "9144030071526726XG", "different", Verdict::kDifferent},
                 {"91440300192317458F", "91440300192181490G", "different", Verdict::kDifferent},
                 {"914403001922038217", "914403001922038217", "equal"},
                 {"914403001922038217", "914403001922038216", "one slip"},
                 {"91350100M000100Y43", "91350100M000100Y4Z", "one slip"}});
}

TEST(Identifier, SlipsAndParts) {
  expect_levels(Kind::kIdentifier, {{"192203821", "914403001922038216", "one inside the other"},
                                    {"97", "1997", "one inside the other"},
                                    {"AB-1234", "ab1234", "equal"},
                                    {"1234", "1235", "one slip"},
                                    {"12345678", "12345687", "one slip"},
                                    {"12345678", "12345699", "two slips"},
                                    {"123", "124", "different"},
                                    {"1", "2", "different"},
                                    {"粤B12345", "粤B12346", "one slip"},
                                    {"", "1", "missing"},
                                    {"--", "1", "missing"}});
}

}  // namespace
}  // namespace minglu::match
