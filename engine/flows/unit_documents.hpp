// A unit as the search index knows it, made from its fused row.
//
// Codes: `size` and `status` of the document are the numbers of size_class and, where there is none, of op_status, else
// of reg_status shifted by kRegStatusBase; status_list tells them apart again. `rank` grows with size, employees and
// the number of sources, so that large and well-known units come first. Pure. Cost: about 3 us a unit. Thread-safety:
// const.
#pragma once

#include <string>
#include <string_view>

#include "flows/knowledge.hpp"
#include "flows/unit_places.hpp"
#include "search/document.hpp"
#include "store/unit_segment.hpp"

namespace minglu::flows {

inline constexpr uint8_t kRegStatusBase = 100;

class DocumentMaker {
 public:
  explicit DocumentMaker(const Knowledge& knowledge);
  [[nodiscard]] search::UnitDocument make(const store::UnitRow& row) const;
  /// The region that decides who may see the unit: street or district of its location, else of its registration.
  [[nodiscard]] std::string_view region_of(const store::UnitRow& row) const;
  [[nodiscard]] const PlaceMaker& places() const noexcept { return places_; }

 private:
  [[nodiscard]] std::string_view text(const store::UnitRow& row, codes::FieldId field) const;
  const Knowledge& knowledge_;
  PlaceMaker places_;
  codes::FieldId name_, short_name_, former_name_, legal_rep_, uscc_, reg_no_, tax_id_, org_code_, address_,
      reg_address_, region_, reg_region_, industry_, size_, op_status_, reg_status_, founded_, employees_, insured_;
};

struct StatusCode {
  std::string_view list;  // "op_status" or "reg_status"
  std::string code;
};
/// What a document's status stands for; an empty code for 0.
StatusCode status_of_document(uint8_t status);
/// The number of a code; 0 when it is none.
uint8_t status_number(std::string_view list, std::string_view code);

}  // namespace minglu::flows
