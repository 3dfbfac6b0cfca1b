// What the libraries say to people, in Chinese and English: names of libraries, bands and states, reasons with their
// figures, and the quotation of a line with its dates, source and mark.
//
//   wording.reason(reason, Language::kChinese)   // "本年累计主营业务收入2350万元，为标准的1.1750倍，达到标准"
//   wording.rule(*line, unit, Language::kEnglish)
//
// Source: catalog/tiers/wording.csv; names of revenue sources from revenue_sources.csv. Errors (kInvalidArgument,
// naming file and line): a key twice, or none for a reason. A value that begins with @ is itself a key
// ("@measure.revenue"). Thread-safety: immutable. Cost: load reads some 120 rows; a text is one look-up and one copy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "codes/thresholds.hpp"
#include "tiers/parameters.hpp"
#include "tiers/reason.hpp"

namespace minglu::tiers {

enum class Language : uint8_t { kChinese, kEnglish };

class Wording {
 public:
  static Result<Wording> load(const std::filesystem::path& catalog_directory, const Settings& settings);

  /// The words of a key such as "library.QUASI", with values filled in; the key itself when there are none.
  [[nodiscard]] std::string text(std::string_view key, Language language,
                                 const std::vector<std::string>& values = {}) const;
  [[nodiscard]] std::string reason(const Reason& reason, Language language) const;
  /// All reasons, one after the other, separated by a semicolon of the language.
  [[nodiscard]] std::string reasons(const std::vector<Reason>& reasons, Language language) const;
  /// The line in words: who, which industries, what is measured, how much, from when to when, by which source.
  [[nodiscard]] std::string rule(const codes::Threshold& line, codes::ThresholdUnit unit, Language language) const;
  [[nodiscard]] bool has(std::string_view key) const noexcept { return texts_.find(key) != texts_.end(); }

 private:
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> texts_;
  std::map<std::string, std::string, std::less<>> scopes_;  // by id of the line, as the thresholds file writes them
};

}  // namespace minglu::tiers
