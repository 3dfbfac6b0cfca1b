#include "tiers/wording.hpp"

#include <algorithm>

#include "codes/catalog_file.hpp"

namespace minglu::tiers {
namespace {

constexpr int64_t kFenPerWanYuan = 1'000'000;

std::string_view unit_word(codes::ThresholdUnit unit) noexcept {
  for (const std::string_view word :
       {"LEGAL", "SELF_EMPLOYED", "NONTRADE_ESTABLISHMENT", "NONCATERING_ESTABLISHMENT", "PROJECT"}) {
    if (codes::parse_threshold_unit(word) == unit) return word;
  }
  return {};
}

}  // namespace

Result<Wording> Wording::load(const std::filesystem::path& catalog_directory, const Settings& settings) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog_directory / "tiers" / "wording.csv", {"key", "zh", "en"}));
  Wording out;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    const bool added = out.texts_.emplace(cells[0], std::pair{cells[1], cells[2]}).second;
    if (!added) return codes::catalog_error(file, row, "key \"" + cells[0] + "\" stands twice");
  }
  for (const RevenueSource& source : settings.sources)
    out.texts_.emplace("source." + source.code, std::pair{source.zh, source.en});
  for (size_t i = 0; i < kReasonCodes; ++i) {
    const std::string key = "reason." + std::string(reason_name(static_cast<ReasonCode>(i)));
    if (!out.has(key))
      return base::invalid_argument("catalog file \"" + file.path.string() + "\": key \"" + key + "\" is missing");
  }
  MINGLU_TRY(const codes::CatalogFile lines,
             codes::load_catalog_file(
                 catalog_directory / "parameters" / "sishang_thresholds.csv",
                 {"id", "category", "scope", "unit_types", "measure", "fallback", "condition", "op", "min_wan_yuan",
                  "alternative_measure", "alternative_min", "valid_from", "valid_to", "source", "mark"}));
  for (const std::vector<std::string>& cells : lines.rows) out.scopes_.emplace(cells[0], cells[2]);
  return out;
}

std::string Wording::text(std::string_view key, Language language, const std::vector<std::string>& values) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return std::string(key);
  const std::string& form = language == Language::kChinese ? found->second.first : found->second.second;
  std::string out;
  for (size_t at = 0; at < form.size(); ++at) {
    const bool place = form[at] == '{' && at + 2 < form.size() && form[at + 2] == '}';
    const size_t number = place ? static_cast<size_t>(form[at + 1] - '0') : values.size();
    if (number >= values.size()) {
      out += form[at];
      continue;
    }
    const std::string& value = values[number];
    out += value.starts_with("@") ? text(std::string_view(value).substr(1), language) : value;
    at += 2;
  }
  return out;
}

std::string Wording::reason(const Reason& reason, Language language) const {
  return text("reason." + std::string(reason_name(reason.code)), language, reason.values);
}

std::string Wording::reasons(const std::vector<Reason>& reasons, Language language) const {
  std::string out;
  for (const Reason& r : reasons) {
    if (!out.empty()) out += language == Language::kChinese ? "；" : "; ";
    out += reason(r, language);
  }
  return out;
}

std::string Wording::rule(const codes::Threshold& line, codes::ThresholdUnit unit, Language language) const {
  const auto scope = scopes_.find(line.id);
  MINGLU_ASSERT(scope != scopes_.end());  // both come from one catalog
  const std::string industries = scope->second == "*" ? text("rule.any_industry", language) : scope->second;
  std::string out =
      text("rule.head", language,
           {line.id, "@category." + line.category, industries, "@unit_type." + std::string(unit_word(unit))});
  if (line.min_fen) {
    out += text("rule.amount", language, {"@measure." + line.measure, std::to_string(*line.min_fen / kFenPerWanYuan)});
  } else {
    out += text("measure." + line.measure, language);
  }
  if (!line.condition.empty()) {
    std::string kinds;
    for (size_t at = 0; at <= line.condition.size();) {
      const size_t end = std::min(line.condition.find('|', at), line.condition.size());
      if (!kinds.empty()) kinds += text("text.or", language);
      kinds += text("kind." + line.condition.substr(at, end - at), language);
      at = end + 1;
    }
    out += text("rule.kinds", language, {kinds});
  }
  if (!line.fallback.empty()) out += text("rule.fallback", language, {"@measure." + line.fallback});
  if (line.alternative_min)
    out += text("rule.alternative", language,
                {"@measure." + line.alternative_measure, std::to_string(*line.alternative_min)});
  const std::string from = line.validity.from ? base::format_iso_date(*line.validity.from) : "@rule.open_from";
  const std::string to = line.validity.to ? base::format_iso_date(*line.validity.to) : "@rule.open_to";
  return out + text("rule.validity", language, {from, to, line.source, line.mark});
}

}  // namespace minglu::tiers
