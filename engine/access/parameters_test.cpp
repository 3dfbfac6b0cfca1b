#include "access/parameters.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/file.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

constexpr int64_t kMinute = 60 * kUsPerSecond;

const Parameters& parameters() {
  static const Parameters kParameters = Parameters::load(codes::catalog_directory()).value();
  return kParameters;
}

/// The shipped file with one text replaced.
Result<Parameters> load_changed(const std::string& from, const std::string& to) {
  std::string text = base::read_file(codes::catalog_directory() / "access/parameters.csv").value();
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  std::string name = (std::filesystem::temp_directory_path() / "minglu_access_XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  std::filesystem::create_directory(folder / "access");
  std::ofstream(folder / "access/parameters.csv") << text;
  Result<Parameters> result = Parameters::load(folder);
  std::filesystem::remove_all(folder);
  return result;
}

TEST(AccessParameters, AreReadInOurUnitsAndStrictly) {
  EXPECT_EQ(parameters().lockout_us, 15 * kMinute);
  EXPECT_EQ(parameters().session_idle_us, 30 * kMinute);
  EXPECT_EQ(parameters().session_absolute_us, 12 * 60 * kMinute);
  EXPECT_EQ(parameters().quota_window_us, 5 * kMinute);
  EXPECT_TRUE(load_changed("lockout_failures,5", "lockout_failures,6").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5", "lockout_failures,0").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5", "lockout_failures,5x").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5", "lockout_failures,").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5", "lockout_tries,5").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5", "lockout_minutes,5").ok());
  EXPECT_FALSE(load_changed("lockout_failures,5,failures,\"rulebook §12: lockout 5 failures\"\n", "").ok());
}

}  // namespace
}  // namespace minglu::access
