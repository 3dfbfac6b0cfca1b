// What the tests of the flows share: temporary homes, small feeds written by hand, digests of derived files.
// For tests only. Thread-safety: none needed.
// Every home stands in a temporary folder of its own process and goes with its object.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "flows/home.hpp"
#include "flows/ingest_flow.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/resolve_flow.hpp"
#include "flows/unit_view.hpp"
#include "units/check_digits.hpp"

namespace minglu::flows::testing_support {

namespace fs = std::filesystem;

inline fs::path catalog() { return fs::path(MINGLU_SOURCE_DIR) / "catalog"; }

/// A folder of its own, removed at the end.
class TempFolder {
 public:
  TempFolder() {
    static int number = 0;
    path_ = fs::temp_directory_path() / ("minglu_flows_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  fs::path write(const std::string& name, std::string_view bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  fs::path path_;
};

/// Opens as the command line does: derived files are brought up to the ledger's head.
inline std::unique_ptr<Home> open_home(const fs::path& directory, size_t threads = 2,
                                       size_t live_entities_min = HomeSpec{}.live_entities_min) {
  auto home = Home::open({directory, "", catalog(), threads, live_entities_min});
  EXPECT_TRUE(home.ok()) << home.error().message;
  if (!home.ok()) return nullptr;
  const Status caught = catch_up(**home);
  EXPECT_TRUE(caught.ok()) << caught.error().message;
  return std::move(home).value();
}

inline std::string read_all(const fs::path& file) {
  auto bytes = base::read_file(file);
  EXPECT_TRUE(bytes.ok()) << file;
  return bytes.ok() ? std::move(bytes).value() : std::string();
}

/// Name below `folder` -> digest of the content.
inline std::map<std::string, std::string> digests(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      out[fs::relative(entry.path(), folder).string()] = base::sha256_hex(read_all(entry.path()));
  }
  return out;
}

/// A valid USCC of Shenzhen's market authority for an invented unit.
inline std::string uscc_of(int number) {
  std::string org = std::to_string(10000000 + number);
  org.push_back(*units::org_code_check_char(org));
  std::string uscc = "91440300" + org;
  uscc.push_back(*units::uscc_check_char(uscc));
  return uscc;
}

/// A home with the calls that tests make, each of which must succeed.
class TestHome {
 public:
  explicit TestHome(size_t threads = 2, size_t live_entities_min = HomeSpec{}.live_entities_min)
      : threads_(threads),
        live_entities_min_(live_entities_min),
        home_(open_home(folder_.path() / "home", threads, live_entities_min)) {}

  Home& operator*() { return *home_; }
  Home* operator->() { return home_.get(); }
  [[nodiscard]] fs::path directory() const { return folder_.path() / "home"; }
  [[nodiscard]] const TempFolder& folder() const { return folder_; }

  Result<IngestReport> try_ingest(const std::string& source, const fs::path& file, const std::string& date = "") {
    IngestSpec spec{*home_->knowledge().sources().find(source), file, std::nullopt};
    if (!date.empty()) spec.date = base::parse_iso_date(date);
    return ingest_file(*home_, spec);
  }
  IngestReport ingest(const std::string& source, const fs::path& file, const std::string& date = "") {
    auto report = try_ingest(source, file, date);
    EXPECT_TRUE(report.ok()) << file << ": " << report.error().message;
    if (!report.ok()) return {};
    EXPECT_TRUE(report->counts.balanced()) << file;
    return std::move(report).value();
  }
  /// Writes a feed and takes it in.
  IngestReport feed(const std::string& source, const std::string& name, std::string_view bytes,
                    const std::string& date = "") {
    return ingest(source, folder_.write("feeds/" + name, bytes), date);
  }
  ResolveReport resolve() {
    auto report = resolve_register(*home_, {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? std::move(report).value() : ResolveReport{};
  }
  UnitView view(const UnitQuery& query) {
    auto view = view_unit(*home_, query);
    EXPECT_TRUE(view.ok()) << view.error().message;
    return view.ok() ? std::move(view).value() : UnitView{};
  }
  /// The unit that holds this text as an identifier or a name; 0 when none or several do.
  uint64_t unit_of(const std::string& text) {
    auto hits = find_units(*home_, text, 10);
    EXPECT_TRUE(hits.ok());
    if (!hits.ok() || hits->empty() || hits->front().rank > 1) return 0;
    if (hits->size() > 1 && (*hits)[1].rank == hits->front().rank) return 0;
    return hits->front().unit;
  }
  [[nodiscard]] store::LedgerHead head() { return *home_->ledger().head(); }
  std::string state_hash() {
    const auto state = *home_->state(UINT64_MAX);
    const std::string summary(state ? state->summary_json() : std::string_view());
    const size_t at = summary.find("\"state_hash\":\"");
    return at == std::string::npos ? "" : summary.substr(at + 14, 32);
  }
  void close() { home_.reset(); }
  void reopen() {
    home_.reset();
    home_ = open_home(directory(), threads_, live_entities_min_);
  }

 private:
  TempFolder folder_;
  size_t threads_;
  size_t live_entities_min_;
  std::unique_ptr<Home> home_;
};

inline const FieldView* field(const UnitView& view, std::string_view code) {
  for (const FieldView& f : view.fields) {
    if (f.code == code) return &f;
  }
  return nullptr;
}
inline std::string value(const UnitView& view, std::string_view code) {
  const FieldView* found = field(view, code);
  return found == nullptr ? "" : found->value;
}
inline const MemberView* member(const UnitView& view, std::string_view source) {
  for (const MemberView& m : view.members) {
    if (m.source == source) return &m;
  }
  return nullptr;
}

/// One row each of three feeds, with the header; columns that a test does not need are left out (drift findings).
inline std::string register_row(const std::string& uscc, const std::string& name, const std::string& rest = ",") {
  return uscc + "," + name + "," + rest + "\n";
}
inline std::string power_row(const std::string& number, const std::string& name, const std::string& address) {
  return R"({"户号":")" + number + R"(","用户名称":")" + name + R"(","用电地址":")" + address +
         R"(","用电量":"10","月份":"2024-01"})" + "\n";
}
inline constexpr const char* kRegisterHead = "统一社会信用代码,企业名称,法定代表人,住所\n";
inline constexpr const char* kSocialHead = "单位编号,统一社会信用代码,单位名称,单位地址,联系电话,参保月份,参保人数\n";
inline constexpr const char* kDeclarationHead = "纳税人识别号,纳税人名称,所属期,销售额,应纳税额\n";

}  // namespace minglu::flows::testing_support
