// What the linkage says to people, in Chinese (the default) or English: names of levels from
// catalog/linkage/level_names.csv, and numbers as both languages write them.
//
//   MINGLU_TRY(const Wording wording, Wording::load(catalog, Language::kChinese));
//   wording.level(Kind::kAddress, "same door")      // "同一门牌"
//   wording.say("先验", "prior")                    // "先验"
//
// Errors (kInvalidArgument, naming file and line): a row of an unknown kind or level, a level twice or not at all.
// Thread-safety: immutable. Cost: load reads some sixty rows; level() is one look-up.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "match/comparison.hpp"

namespace minglu::match {

enum class Language : uint8_t { kChinese, kEnglish };

/// "zh" or "en"; null for another word.
std::optional<Language> parse_language(std::string_view name) noexcept;

class Wording {
 public:
  static Result<Wording> load(const std::filesystem::path& catalog, Language language);

  [[nodiscard]] Language language() const noexcept { return language_; }
  [[nodiscard]] std::string say(std::string_view chinese, std::string_view english) const {
    return std::string(language_ == Language::kChinese ? chinese : english);
  }
  /// A level as people call it; its English name when the catalog does not know it.
  [[nodiscard]] std::string level(Kind kind, std::string_view english) const;
  /// A comparison as people call it: the one that the engine adds for legal forms gets a name in the language.
  [[nodiscard]] std::string comparison(Kind kind, std::string_view name) const;
  /// A standardised value as people read it: classes of legal forms get a name in the language.
  [[nodiscard]] std::string value(Kind kind, std::string_view text) const;

 private:
  Language language_ = Language::kChinese;
  std::map<std::pair<Kind, std::string>, std::string, std::less<>> chinese_;
};

/// "+7.21", "-0.40"
std::string signed_bits(double bits);
/// "0.9737"; never "1.0000" or "0.0000" for what is neither: "> 0.9999", "< 0.0001".
std::string probability_text(double probability);
/// "1/5,045", for a probability that is small; "0.35" for one that is not.
std::string odds_text(double probability);
/// "12.5 %", "0.015 %": one decimal, or two significant digits of what is less than that.
std::string percent_text(double share);

}  // namespace minglu::match
