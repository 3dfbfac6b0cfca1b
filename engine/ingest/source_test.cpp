#include "ingest/source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace minglu::ingest {
namespace {

const std::filesystem::path kCatalog = MINGLU_SOURCE_DIR "/catalog";

// A catalog folder with one source file in it.
class OneSource {
 public:
  explicit OneSource(const std::string& json)
      : folder_(std::filesystem::temp_directory_path() / ("minglu_source_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_ / "sources");
    std::ofstream(folder_ / "sources" / "one.json") << json;
  }
  ~OneSource() { std::filesystem::remove_all(folder_); }
  Result<Sources> load() const { return Sources::load(folder_, codes::Fields::load(kCatalog).value()); }

 private:
  std::filesystem::path folder_;
};

std::string refusal(const std::string& json) {
  const auto loaded = OneSource(json).load();
  return loaded.ok() ? "" : loaded.error().message;
}

TEST(Sources, EverySourceOfTheCatalogLoads) {
  const Sources sources = Sources::load(kCatalog, codes::Fields::load(kCatalog).value()).value();
  EXPECT_GE(sources.size(), 20U);
  EXPECT_TRUE(sources.find("tax_decl").has_value());
  EXPECT_FALSE(sources.find("nobody").has_value());
}

TEST(Sources, WhatIsNotKnownIsRefusedByName) {
  EXPECT_NE(refusal(R"({"id":"one","colour":1})").find("colour"), std::string::npos);
  EXPECT_NE(refusal(R"({"id":"two"})").find("differs from the file's name"), std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","key":["a"],"columns":[{"from":"a","to":"nofield"}]})").find("nofield"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","key":["a"],"columns":[{"from":"a","to":"name","clean":"polish"}]})").find("polish"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","key":["b"],"columns":[{"from":"a","to":"name"}]})").find("key column"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","columns":[{"from":"a","to":"name"}]})").find("no key"), std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","datum":"bd09","key":["a"],"columns":[{"from":"a","to":"name"}]})").find("bd09"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","key":["a"],"figures_of_unit":"mean","columns":[{"from":"a","to":"name"}]})")
                .find("sum or latest"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","columns":[{"from":"a","to":"revenue","indicator":true,"figure":"weekly"}]})")
                .find("weekly"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"id":"one","columns":[{"from":"a","to":"name","figure":"level"}]})").find("no indicator"),
            std::string::npos);
  EXPECT_NE(refusal("{").find("one.json"), std::string::npos);
}

TEST(Sources, AFileFindsItsSourceAndDateByName) {
  const Sources sources = Sources::load(kCatalog, codes::Fields::load(kCatalog).value()).value();
  const auto found = sources.match_file("feeds/tax_decl_2025-02.csv");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(sources.at(*found).id, "tax_decl");
  EXPECT_EQ(base::format_iso_date(source_date_of(sources.at(*found), "feeds/tax_decl_2025-02.csv", {}).value()),
            "2025-02-28");
  EXPECT_EQ(base::format_iso_date(source_date_of(sources.at(*found), "tax_decl_2024-02.part2.csv", {}).value()),
            "2024-02-29");
  EXPECT_FALSE(source_date_of(sources.at(*found), "whatever.csv", {}).ok());
  EXPECT_EQ(source_date_of(sources.at(*found), "whatever.csv", Date{7}).value().days, 7);
  EXPECT_FALSE(sources.match_file("feeds/unknown_2025-02.csv").has_value());
}

}  // namespace
}  // namespace minglu::ingest
