#include "codes/industry.hpp"

#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

constexpr size_t kClassDigits = 4;

IndustryLevel level_of_word(std::string_view word) noexcept {
  if (word == "门类") return IndustryLevel::kSection;
  if (word == "大类") return IndustryLevel::kDivision;
  if (word == "中类") return IndustryLevel::kGroup;
  if (word == "小类") return IndustryLevel::kClass;
  return IndustryLevel::kNone;
}

// Length of a code: 1 letter, then 2, 3, 4 digits.
size_t code_length(IndustryLevel level) noexcept { return static_cast<size_t>(level); }

Status check_industry(const Industry& industry, const Industry* parent) {
  const std::string label = "industry \"" + industry.code + "\"";
  if (industry.level == IndustryLevel::kNone)
    return base::invalid_argument(label + " has a level other than 门类, 大类, 中类, 小类");
  if (industry.name.empty()) return base::invalid_argument(label + " has no name");
  if (industry.code.size() != code_length(industry.level))
    return base::invalid_argument(label + " does not have the length of its level");
  if (industry.level == IndustryLevel::kSection) {
    return industry.parent.empty() ? ok_status() : base::invalid_argument(label + " is a section and has a parent");
  }
  if (parent == nullptr) return base::invalid_argument(label + " has the unknown parent \"" + industry.parent + "\"");
  const bool below = static_cast<int>(parent->level) + 1 == static_cast<int>(industry.level);
  const bool begins = parent->level == IndustryLevel::kSection || industry.code.starts_with(parent->code);
  if (!below || !begins || parent->section != industry.section) {
    return base::invalid_argument(label + " does not fit its parent \"" + parent->code + "\"");
  }
  return ok_status();
}

std::optional<uint16_t> class_number(std::string_view code, char fill) noexcept {
  if (code.empty() || code.size() > kClassDigits) return std::nullopt;
  uint16_t number = 0;
  for (size_t i = 0; i < kClassDigits; ++i) {
    const char c = i < code.size() ? code[i] : fill;
    if (c < '0' || c > '9') return std::nullopt;
    number = static_cast<uint16_t>(number * 10 + (c - '0'));
  }
  return number;
}

}  // namespace

Result<Industries> Industries::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const CatalogFile file, load_catalog_file(catalog_directory / "codes/gbt4754_2017.csv",
                                                       {"code", "level", "name", "parent", "section", "note"}));
  Industries out;
  out.industries_.reserve(file.rows.size());
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    Industry industry{cells[0], level_of_word(cells[1]), cells[2], cells[3], cells[4], cells[5]};
    const Status fits = check_industry(industry, out.find(industry.parent));
    if (!fits.ok()) return catalog_error(file, row, fits.error().message);
    if (!out.by_code_.emplace(industry.code, static_cast<uint32_t>(row)).second) {
      return catalog_error(file, row, "industry \"" + industry.code + "\" stands twice");
    }
    out.industries_.push_back(std::move(industry));
  }
  return out;
}

const Industry* Industries::find(std::string_view code) const noexcept {
  const auto it = by_code_.find(code);
  return it == by_code_.end() ? nullptr : &industries_[it->second];
}

IndustryLevel Industries::level(std::string_view code) const noexcept {
  const Industry* industry = find(code);
  return industry == nullptr ? IndustryLevel::kNone : industry->level;
}

std::string_view Industries::name(std::string_view code) const noexcept {
  const Industry* industry = find(code);
  return industry == nullptr ? std::string_view() : industry->name;
}

std::string_view Industries::parent(std::string_view code) const noexcept {
  const Industry* industry = find(code);
  return industry == nullptr ? std::string_view() : industry->parent;
}

std::string_view Industries::section_of(std::string_view code) const noexcept {
  const Industry* industry = find(code);
  return industry == nullptr ? std::string_view() : industry->section;
}

std::string_view Industries::ancestor(std::string_view code, IndustryLevel level) const noexcept {
  const Industry* industry = find(code);
  if (industry == nullptr || industry->level < level) return {};
  return std::string_view(industry->code).substr(0, code_length(level));
}

std::string_view Industries::division_of(std::string_view code) const noexcept {
  return ancestor(code, IndustryLevel::kDivision);
}

std::string_view Industries::group_of(std::string_view code) const noexcept {
  return ancestor(code, IndustryLevel::kGroup);
}

Result<IndustryScope> IndustryScope::parse(std::string_view text, const Industries& industries) {
  IndustryScope scope;
  if (text == "*") {
    scope.ranges_.push_back({0, 9999});
    return scope;
  }
  while (!text.empty()) {
    const size_t end = text.find(';');
    const std::string_view item = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const size_t dash = item.find('-');
    const std::string_view first = item.substr(0, dash);
    const std::string_view last = dash == std::string_view::npos ? first : item.substr(dash + 1);
    const std::optional<uint16_t> low = class_number(first, '0');
    const std::optional<uint16_t> high = class_number(last, '9');
    const bool known = low && high && industries.find(first) != nullptr && industries.find(last) != nullptr;
    if (!known || first.size() != last.size() || *low > *high) {
      return base::invalid_argument("industry scope \"" + std::string(item) +
                                    "\" is not a known code or range of codes");
    }
    scope.ranges_.push_back({*low, *high});
  }
  if (scope.ranges_.empty()) return base::invalid_argument("an empty industry scope");
  return scope;
}

bool IndustryScope::contains(std::string_view code) const noexcept {
  if (code.size() != kClassDigits) return false;
  const std::optional<uint16_t> number = class_number(code, '0');
  if (!number) return false;
  for (const Range& range : ranges_) {
    if (range.low <= *number && *number <= range.high) return true;
  }
  return false;
}

}  // namespace minglu::codes
