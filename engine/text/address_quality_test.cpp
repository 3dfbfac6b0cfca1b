// Measures the parser on real addresses when ../shared/data is there, and holds the bounds that were reached.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "text/address.hpp"

namespace minglu::text {
namespace {

const std::filesystem::path kData = MINGLU_SOURCE_DIR "/../shared/data";

// RFC 4180 without line ends inside cells: enough for these files.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      cells.emplace_back();
    else if (c != '\r')
      cells.back().push_back(c);
  }
  return cells;
}

template <typename Visit>
bool for_each_row(const std::filesystem::path& path, const Visit& visit) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return false;
  const std::vector<std::string> header = cells_of(line);
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() == header.size()) visit(header, cells);
  }
  return true;
}

size_t column(const std::vector<std::string>& header, const std::string& name) {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return i;
  }
  ADD_FAILURE() << "no column " << name;
  return 0;
}

double share(size_t part, size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

const AddressParser& parser() {
  static const AddressParser kParser = AddressParser::load(MINGLU_SOURCE_DIR "/catalog").value();
  return kParser;
}

TEST(AddressQuality, DistrictAgainstTheRegistryCodeAndPartsAgainstWeakLabels) {
  size_t labelled = 0, found = 0, right = 0, shenshan = 0, streets = 0, same_street = 0, weak = 0, same_weak = 0,
         coded = 0, coded_differ = 0;
  const bool present =
      for_each_row(kData / "address/sz_address_weak_labels.csv", [&](const auto& header, const auto& row) {
        static const size_t kAddress = column(header, "address"), kCode = column(header, "registry_area_code"),
                            kStreet = column(header, "street_txt"), kCode12 = column(header, "code12_from_text"),
                            kLevel = column(header, "level");
        const AddressParts parts = parser().parse(row[kAddress]);
        if (row[kCode] != "440399") {  // functional zones and unclassified
          ++labelled;
          if (parts.level >= codes::RegionLevel::kDistrict) {
            ++found;
            if (parts.code6 == row[kCode])
              ++right;
            else if (parts.area == "shenshan")
              ++shenshan;
          }
        }
        if (!row[kStreet].empty()) {
          ++streets;
          if (parts.street == row[kStreet]) ++same_street;
        }
        if (row[kLevel] == "community") {
          coded += row[kCode] != "440399" ? 1U : 0U;
          coded_differ += row[kCode] != "440399" && parts.code6 != row[kCode] ? 1U : 0U;
          ++weak;
          if (parts.code12 == row[kCode12]) ++same_weak;
        }
      });
  if (!present) GTEST_SKIP() << "../shared/data/address is not here: nothing to measure";
  const size_t wrong = found - right - shenshan;
  std::printf("district: %zu labelled, coverage %.4f, accuracy %.4f; differ %zu (%.2f %%) and %zu more in 深汕\n",
              labelled, share(found, labelled), share(right, found), wrong, 100 * share(wrong, found), shenshan);
  std::printf("of rows with a listed community: %zu of %zu registry codes differ (%.2f %%)\n", coded_differ, coded,
              100 * share(coded_differ, coded));
  std::printf("street as in the weak label %.4f of %zu; community %.4f of %zu\n", share(same_street, streets), streets,
              share(same_weak, weak), weak);
  EXPECT_GE(share(found, labelled), 0.999);
  EXPECT_GE(share(right, found), 0.995);
  EXPECT_LE(share(wrong, found), 0.0035);
  EXPECT_NEAR(100 * share(coded_differ, coded), 0.24, 0.01);  // as measured independently
  EXPECT_GE(share(same_street, streets), 0.999);
  EXPECT_GE(share(same_weak, weak), 0.999);
}

// Without 街道 and 社区 the same codes must come out, or none: a short name may cost coverage, not correctness.
TEST(AddressQuality, ShortNamesGiveTheSameCodeOrNone) {
  size_t rows = 0, same = 0, other = 0;
  const auto without = [](std::string text, const std::string& word) {
    if (const size_t at = text.find(word); at != std::string::npos) text.erase(at, word.size());
    return text;
  };
  const bool present =
      for_each_row(kData / "address/sz_address_weak_labels.csv", [&](const auto& header, const auto& row) {
        static const size_t kAddress = column(header, "address");
        const AddressParts full = parser().parse(row[kAddress]);
        if (full.code12.empty()) return;
        ++rows;
        const AddressParts brief = parser().parse(without(without(row[kAddress], "街道"), "社区"));
        if (brief.code12 == full.code12)
          ++same;
        else if (!brief.code12.empty())
          ++other;
      });
  if (!present) GTEST_SKIP() << "../shared/data/address is not here: nothing to measure";
  std::printf("short names: same community %.4f, another %.4f of %zu\n", share(same, rows), share(other, rows), rows);
  EXPECT_GE(share(same, rows), 0.80);
  EXPECT_LE(share(other, rows), 0.01);
}

struct Coverage {
  size_t rows = 0, city = 0, district = 0, street = 0, city_wrong = 0;
};

bool measure(const std::string& file, const std::string& address, const std::string& city, Coverage& out) {
  return for_each_row(kData / file, [&](const auto& header, const auto& row) {
    const size_t at = column(header, address);
    if (row[at].empty() || row[at] == "nan" || row[at] == "N/A") return;
    const AddressParts parts = parser().parse(row[at]);
    ++out.rows;
    out.city += parts.level >= codes::RegionLevel::kCity ? 1U : 0U;
    out.district += parts.level >= codes::RegionLevel::kDistrict ? 1U : 0U;
    out.street += parts.level >= codes::RegionLevel::kStreet ? 1U : 0U;
    if (!city.empty() && !parts.city.empty() && !parts.city.starts_with(row[column(header, city)])) ++out.city_wrong;
  });
}

TEST(AddressQuality, CoverageOfRegistersAndListedCompanies) {
  struct Case {
    std::string file, address, city;
    double city_min, district_min;
  };
  const std::vector<Case> cases = {{"registers/reg_imh_sz.csv", "注册地址", "地区", 0.98, 0.975},
                                   {"registers/reg_new_sz_2019_0708.csv", "address", "", 0.999, 0.999},
                                   {"registers/reg_imh_gd_other.csv", "注册地址", "地区", 0.97, 0.56},
                                   {"listed/listed_sz_2019_2020.csv", "注册地址", "", 0.97, 0.90}};
  for (const Case& c : cases) {
    Coverage got;
    if (!measure(c.file, c.address, c.city, got)) GTEST_SKIP() << "../shared/data/" << c.file << " is not here";
    std::printf("%s: %zu rows, city %.4f (wrong %.5f), district %.4f, street %.4f\n", c.file.c_str(), got.rows,
                share(got.city, got.rows), share(got.city_wrong, got.rows), share(got.district, got.rows),
                share(got.street, got.rows));
    EXPECT_GE(share(got.city, got.rows), c.city_min) << c.file;
    EXPECT_GE(share(got.district, got.rows), c.district_min) << c.file;
    EXPECT_LE(share(got.city_wrong, got.rows), 0.0005) << c.file;
  }
}

}  // namespace
}  // namespace minglu::text
