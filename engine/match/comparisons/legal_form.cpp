// Forms of organisation of two companies, read from their names. Added to every comparison of company names: a list of
// listed companies consists of 股份有限公司, whether or not it writes the form, and training finds that out. The levels are
// kinds of pairs, not an order.
#include <array>

#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 7> kLevels{{{"forms differ", 0},
                                        {"both without form", 0},
                                        {"one without, other limited company", 0},
                                        {"one without, other joint stock company", 0},
                                        {"one without, other partnership or cooperative", 0},
                                        {"one without, other of another form", 0},
                                        {"same form", 0}}};

class LegalFormComparison final : public Family<LegalFormComparison> {
 public:
  explicit LegalFormComparison(const LanguageTables& tables) : chars_(tables.chars), parser_(tables.names) {}

  uint32_t add(std::string_view utf8) override {
    if (!has_han(fold_tight(utf8, *chars_))) return 0;
    return intern(class_of(parser_->parse(utf8))).first;
  }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] bool is_ordered() const override { return false; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const {
    return {.level = static_cast<uint8_t>(view(value) == kNone ? 1 : 6)};
  }
  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    if (view(left) != kNone && view(right) != kNone) return {};
    const std::u16string_view form = view(left) == kNone ? view(right) : view(left);
    if (form == kLimited) return {.level = 2};
    if (form == kJointStock) return {.level = 3};
    return {.level = static_cast<uint8_t>(form == kPartnership ? 4 : 5)};
  }
  void terms(uint32_t, std::vector<Term>&) const override {}
  void keys(uint32_t, std::vector<uint64_t>&) const override {}

 private:
  static constexpr std::u16string_view kNone = u"NONE";
  static constexpr std::u16string_view kLimited = u"LIMITED COMPANY";
  static constexpr std::u16string_view kJointStock = u"JOINT STOCK COMPANY";
  static constexpr std::u16string_view kPartnership = u"PARTNERSHIP OR COOPERATIVE";
  static constexpr std::u16string_view kOther = u"OTHER";

  static std::u16string_view class_of(const text::CompanyNameParts& parts) {
    if (parts.is_branch) return kOther;
    switch (parts.legal_class) {
      case text::LegalClass::kNone: return kNone;
      case text::LegalClass::kCompany:
        return parts.legal_form.find("股份有限") != std::string::npos ? kJointStock : kLimited;
      case text::LegalClass::kPartnership:
      case text::LegalClass::kCooperative: return kPartnership;
      default: return kOther;
    }
  }

  std::shared_ptr<const text::CharTables> chars_;
  std::shared_ptr<const text::CompanyNameParser> parser_;
};

}  // namespace

std::unique_ptr<Comparison> make_legal_form(const LanguageTables& tables) {
  return std::make_unique<LegalFormComparison>(tables);
}

}  // namespace minglu::match
