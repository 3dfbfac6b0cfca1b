// The plain list of comparison families.
#include <array>

#include "match/comparison.hpp"

namespace minglu::match {
namespace {

struct Family {
  Kind kind;
  std::string_view name;
  std::unique_ptr<Comparison> (*make)(const LanguageTables&);
};

constexpr std::array kFamilies{
    Family{Kind::kPersonName, "person_name", make_person_name},
    Family{Kind::kCompanyName, "company_name", make_company_name},
    Family{Kind::kAddress, "address", make_address},
    Family{Kind::kIdentifier, "identifier", make_identifier},
    Family{Kind::kDate, "date", make_date},
    Family{Kind::kPhone, "phone", make_phone},
    Family{Kind::kNumber, "number", make_number},
    Family{Kind::kText, "text", make_text},
    Family{Kind::kLegalForm, "legal_form", make_legal_form},
};

}  // namespace

std::string_view kind_name(Kind kind) noexcept { return kFamilies[static_cast<size_t>(kind)].name; }

Result<Kind> parse_kind(std::string_view name) {
  std::string known;
  for (const Family& family : kFamilies) {
    if (family.name == name) return family.kind;
    known += known.empty() ? "" : ", ";
    known += family.name;
  }
  return base::invalid_argument("未知的比对类型 \"" + std::string(name) + "\"，可用的是：" + known);
}

std::unique_ptr<Comparison> make_comparison(Kind kind, const LanguageTables& tables) {
  return kFamilies[static_cast<size_t>(kind)].make(tables);
}

}  // namespace minglu::match
