#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/file.hpp"
#include "synth/real_row.hpp"
#include "synth/synth.hpp"

namespace minglu::synth {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path;
  explicit Folder(const std::string& name)
      : path(fs::temp_directory_path() / ("minglu_derive_" + std::to_string(::getpid()) + "_" + name)) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] fs::path write(const std::string& text) const {
    std::ofstream(path / "in.csv") << text;
    return path / "in.csv";
  }
};

DeriveSpec spec_for(const Folder& folder, const fs::path& from) {
  DeriveSpec spec;
  spec.from_csv = from;
  spec.out_dir = folder.path / "out";
  spec.catalog = fs::path(MINGLU_SOURCE_DIR) / "catalog";
  return spec;
}

std::map<std::string, std::string> read_truth(const fs::path& file) {
  std::map<std::string, std::string> truth;
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const size_t comma = line.rfind(',');
    truth[line.substr(0, comma)] = line.substr(comma + 1);
  }
  return truth;
}

// Invented companies; the identifiers are the published examples of the standard.
constexpr const char* kRows =
    "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址,源文件\n"
    "深圳市甲乙丙科技有限公司,91350100M000100Y43,2001-01-01,N/A,张三,1万,软件,广东,深圳,深圳市南山区一路1号,x\n"
    "深圳市甲乙丙科技有限公司,91350100M000100Y43,2001-01-01,N/A,张三,1万,软件,广东,深圳,深圳市南山区一路1号,x\n"
    "丁戊己电子加工厂,91350100M000100Y43,2002-01-01,N/A,李四,1万,加工,广东,深圳,深圳市宝安区二路2号,x\n"
    "没有代码的公司,,2002-01-01,N/A,王五,1万,加工,广东,深圳,,x\n"
    "坏代码的公司,91350100M000100Y4Z,2002-01-01,N/A,王五,1万,加工,广东,深圳,,x\n";

TEST(DeriveFeeds, OneIdentifierOnTwoNamesIsTwoUnitsAndARepeatedRowOne) {
  const Folder folder("two");
  const auto report = derive_feeds(spec_for(folder, folder.write(kRows)));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->units, 4u);
  std::set<std::string> clusters;
  for (const auto& [id, cluster] : read_truth(folder.path / "out" / "truth.csv")) {
    if (id.starts_with("reg_imh:")) clusters.insert(cluster);
    EXPECT_TRUE(!id.starts_with("tax_reg:") || cluster == "u1") << id;
  }
  EXPECT_EQ(clusters, (std::set<std::string>{"u1", "u3", "u4", "u5"}));
}

TEST(DeriveFeeds, HeaderWithoutNamesIsRefusedWithTheNamesKnown) {
  const Folder folder("header");
  const auto report = derive_feeds(spec_for(folder, folder.write("a,b\n1,2\n")));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(report.error().message.find("企业名称"), std::string::npos);
}

TEST(DeriveFeeds, MissingFileIsAnError) {
  const Folder folder("missing");
  EXPECT_FALSE(derive_feeds(spec_for(folder, folder.path / "none.csv")).ok());
}

TEST(DeriveFeeds, RealRegistersGiveTruthForEveryRowTwiceTheSame) {
  const fs::path data = fs::path(MINGLU_SOURCE_DIR) / "../shared/data/registers/reg_new_sz_2019_0708.csv";
  if (!fs::exists(data)) GTEST_SKIP() << "the shared data folder is absent";
  const Folder a("real_a");
  const Folder b("real_b");
  const auto report = derive_feeds(spec_for(a, data));
  ASSERT_TRUE(report.ok()) << report.error().message;
  ASSERT_TRUE(derive_feeds(spec_for(b, data)).ok());
  EXPECT_EQ(*base::read_file(a.path / "out" / "truth.csv"), *base::read_file(b.path / "out" / "truth.csv"));
  std::map<std::string, size_t> rows;
  for (const auto& [id, cluster] : read_truth(a.path / "out" / "truth.csv")) ++rows[id.substr(0, id.find(':'))];
  EXPECT_GT(rows["reg_new2019"], 23000u);
  for (const char* source : {"tax_reg", "hrss", "scjg_annual", "power", "web_jobs"})
    EXPECT_GT(rows[source], 500u) << source;
}

TEST(RewriteAddress, SharesAreThoseMeasured) {
  const auto rates = load_rates(fs::path(MINGLU_SOURCE_DIR) / "catalog");
  ASSERT_TRUE(rates.ok());
  const std::string address = "深圳市龙岗区甲乙街道丙丁社区戊己路12号庚辛大厦3栋1204";
  size_t same = 0;
  size_t other = 0;
  constexpr size_t kDraws = 20000;
  for (size_t i = 0; i < kDraws; ++i) {
    base::Rng rng(i);
    const std::string text = rewrite_address(rng, *rates, address, "别处");
    same += text == address ? 1 : 0;
    other += text == "别处" ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(same) / kDraws, 0.52, 0.015);
  EXPECT_NEAR(static_cast<double>(other) / kDraws, 0.09, 0.01);
}

}  // namespace
}  // namespace minglu::synth
