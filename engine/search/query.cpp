#include "search/query.hpp"

namespace minglu::search {

std::string_view match_kind_name(MatchKind kind) noexcept {
  switch (kind) {
    case MatchKind::kIdentifier: return "identifier";
    case MatchKind::kExactName: return "exact_name";
    case MatchKind::kShortName: return "short_name";
    case MatchKind::kFormerName: return "former_name";
    case MatchKind::kPrefix: return "prefix";
    case MatchKind::kBrandStart: return "brand_start";
    case MatchKind::kContains: return "contains";
    case MatchKind::kPinyin: return "pinyin";
    case MatchKind::kLegalRep: return "legal_rep";
    case MatchKind::kAddress: return "address";
    case MatchKind::kNear: return "near";
    case MatchKind::kListed: break;
  }
  return "listed";
}

std::string_view match_field_name(MatchField field) noexcept {
  switch (field) {
    case MatchField::kUnitId: return "unit";
    case MatchField::kUscc: return "uscc";
    case MatchField::kRegNo: return "reg_no";
    case MatchField::kTaxId: return "tax_id";
    case MatchField::kOrgCode: return "org_code";
    case MatchField::kName: return "name";
    case MatchField::kFormerName: return "former_name";
    case MatchField::kShortName: return "short_name";
    case MatchField::kLegalRep: return "legal_rep";
    case MatchField::kAddress: return "address";
    case MatchField::kNone: break;
  }
  return "";
}

}  // namespace minglu::search
