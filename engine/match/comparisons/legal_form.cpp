// Forms of organisation of two companies, as their names say (aspect of company_name). Added to every comparison of
// company names: a list of listed companies consists of 股份有限公司, whether or not it writes the form, and training
// finds that out. The levels are kinds of pairs, not an order.
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
constexpr std::u16string_view kNone = u"NONE";

class LegalFormComparison final : public Family<LegalFormComparison> {
 public:
  uint32_t add(std::string_view form) override { return intern(std::u16string(form.begin(), form.end())).first; }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] bool is_ordered() const override { return false; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const {
    return {.level = static_cast<uint8_t>(view(value) == kNone ? 1 : 6)};
  }
  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    if (view(left) != kNone && view(right) != kNone) return {};
    const std::u16string_view form = view(left) == kNone ? view(right) : view(left);
    if (form == u"LIMITED COMPANY") return {.level = 2};
    if (form == u"JOINT STOCK COMPANY") return {.level = 3};
    return {.level = static_cast<uint8_t>(form == u"PARTNERSHIP OR COOPERATIVE" ? 4 : 5)};
  }
  void terms(uint32_t, std::vector<Term>&) const override {}
  void keys(uint32_t, std::vector<uint64_t>&) const override {}
};

}  // namespace

std::unique_ptr<Comparison> make_legal_form(const LanguageTables&) { return std::make_unique<LegalFormComparison>(); }

}  // namespace minglu::match
