#include "match/wording.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "codes/catalog_file.hpp"

namespace minglu::match {
namespace {

std::string decimal(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string with_commas(std::string digits) {
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

bool has_level(Kind kind, std::string_view name) {
  for (const Level& level : make_comparison(kind, {})->levels()) {
    if (level.name == name) return true;
  }
  return false;
}

}  // namespace

std::optional<Language> parse_language(std::string_view name) noexcept {
  if (name == "zh") return Language::kChinese;
  if (name == "en") return Language::kEnglish;
  return std::nullopt;
}

Result<Wording> Wording::load(const std::filesystem::path& catalog, Language language) {
  Wording wording;
  wording.language_ = language;
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog / "linkage" / "level_names.csv", {"kind", "level", "zh"}));
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    const Result<Kind> kind = parse_kind(cells[0]);
    if (!kind.ok()) return codes::catalog_error(file, row, "unknown kind \"" + cells[0] + "\"");
    if (!has_level(*kind, cells[1])) {
      return codes::catalog_error(file, row, "kind " + cells[0] + " has no level \"" + cells[1] + "\"");
    }
    if (cells[2].empty()) return codes::catalog_error(file, row, "zh is empty");
    if (!wording.chinese_.emplace(std::pair(*kind, cells[1]), cells[2]).second) {
      return codes::catalog_error(file, row, "level \"" + cells[1] + "\" occurs twice");
    }
  }
  return wording;
}

std::string Wording::level(Kind kind, std::string_view english) const {
  if (language_ == Language::kEnglish) return std::string(english);
  const auto at = chinese_.find(std::pair(kind, std::string(english)));
  return at == chinese_.end() ? std::string(english) : at->second;
}

std::string Wording::comparison(Kind kind, std::string_view name) const {
  constexpr std::string_view kAdded = " (legal form)";
  if (language_ == Language::kEnglish || kind != Kind::kLegalForm || !name.ends_with(kAdded)) return std::string(name);
  return std::string(name.substr(0, name.size() - kAdded.size())) + "（组织形式）";
}

std::string Wording::value(Kind kind, std::string_view text) const {
  constexpr std::pair<std::string_view, std::string_view> kForms[] = {{"NONE", "未写"},
                                                                      {"LIMITED COMPANY", "有限公司"},
                                                                      {"JOINT STOCK COMPANY", "股份公司"},
                                                                      {"PARTNERSHIP OR COOPERATIVE", "合伙或合作社"},
                                                                      {"OTHER", "其他形式"}};
  if (language_ == Language::kEnglish || kind != Kind::kLegalForm) return std::string(text);
  for (const auto& [english, chinese] : kForms) {
    if (english == text) return std::string(chinese);
  }
  return std::string(text);
}

std::string signed_bits(double bits) {
  const std::string text = decimal("%+.2f", bits);
  return text == "-0.00" ? "+0.00" : text;
}

std::string probability_text(double probability) {
  if (probability > 0.99995 && probability < 1) return "> 0.9999";
  if (probability < 0.00005 && probability > 0) return "< 0.0001";
  return decimal("%.4f", probability);
}

std::string odds_text(double probability) {
  if (!(probability > 0)) return "0";
  if (probability > 0.05) return decimal("%.2f", probability);
  return "1/" + with_commas(decimal("%.0f", std::round(1 / probability)));
}

std::string percent_text(double share) {
  const double percent = 100 * share;
  if (percent >= 1 || percent <= 0) return decimal("%.1f %%", percent);
  const int decimals = std::min(1 - static_cast<int>(std::floor(std::log10(percent))), 9);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f %%", decimals, percent);
  return buffer;
}

}  // namespace minglu::match
