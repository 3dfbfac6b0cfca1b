#include "codes/life_states.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

std::filesystem::path folder_with(const std::string& rows) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("life_states_" + std::to_string(std::hash<std::string>{}(rows)));
  std::filesystem::create_directories(folder / "codes");
  std::ofstream(folder / "codes" / "life_states.csv") << "# source: a test\n# version: 1\nlist,code,life\n" << rows;
  return folder;
}

TEST(LifeStates, TheCatalogTellsDeadFromDormant) {
  const Result<LifeStates> states = LifeStates::load(catalog_directory());
  ASSERT_TRUE(states.ok()) << states.error().message;
  EXPECT_EQ(states->find("reg_status", "6"), Life::kDead);
  EXPECT_EQ(states->find("op_status", "2"), Life::kDormant);
  EXPECT_EQ(states->find("op_status", "1"), Life::kAlive);
  EXPECT_FALSE(states->find("reg_status", "9").has_value());
  EXPECT_FALSE(states->find("no_list", "1").has_value());
}

TEST(LifeStates, AnUnknownWordOrARepeatedCodeIsRefusedWithItsLine) {
  const Result<LifeStates> word = LifeStates::load(folder_with("op_status,1,asleep\n"));
  ASSERT_FALSE(word.ok());
  EXPECT_NE(word.error().message.find("asleep"), std::string::npos);
  const Result<LifeStates> twice = LifeStates::load(folder_with("op_status,1,alive\nop_status,1,dead\n"));
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().message.find("twice"), std::string::npos);
}

}  // namespace
}  // namespace minglu::codes
