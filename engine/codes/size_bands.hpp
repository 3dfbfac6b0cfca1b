// Size of an enterprise (大 1, 中 2, 小 3, 微 4) by the 统计上大中小微型企业划分办法(2017).
//
// Method: the highest class whose lower bounds of all measures of the industry are met; none: 4. Example: software with
// 103 persons and 15735.28 万元 is 2 (persons 100..300 medium, revenue above the large bound).
// Source: catalog/parameters/size_bands_2017.csv (rule book §5, §0a). Thread-safety: immutable. Cost: some 200 ns.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/industry.hpp"
#include "codes/validity.hpp"

namespace minglu::codes {

enum class SizeMeasure : uint8_t { kEmployees, kRevenue, kAssets };

/// Null = not known. Revenue is 主营业务收入 where the form has it.
struct SizeFigures {
  std::optional<int64_t> employees;  // persons
  std::optional<int64_t> revenue_fen;
  std::optional<int64_t> assets_fen;
};

/// One industry group and measure.
struct SizeBand {
  std::string group;  // "software"
  std::string name;   // 软件和信息技术服务业
  IndustryScope scope;
  SizeMeasure measure = SizeMeasure::kEmployees;
  std::array<int64_t, 3> lower_bounds{};  // large, medium, small; persons or fen
  Validity validity;
};

class SizeBands {
 public:
  /// kInvalidArgument for an unknown industry, measure or unit, bounds that do not fall, two bands for one industry,
  /// measure and day, or a gap between successive bands.
  static Result<SizeBands> load(const std::filesystem::path& catalog_directory, const Industries& industries);

  /// 1..4. Null when the method does not cover the industry (53, 66-69, 7040, 83, 84, 91-97, no 4-digit class) or a
  /// measure it needs is null. `day` null: the newest bands.
  [[nodiscard]] std::optional<int> classify_size(std::string_view industry_code, const SizeFigures& figures,
                                                 std::optional<Date> day = std::nullopt) const noexcept;
  [[nodiscard]] const std::vector<SizeBand>& all() const noexcept { return bands_; }

 private:
  std::vector<SizeBand> bands_;
};

}  // namespace minglu::codes
