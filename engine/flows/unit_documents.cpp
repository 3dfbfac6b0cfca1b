#include "flows/unit_documents.hpp"

#include <algorithm>
#include <charconv>

namespace minglu::flows {
namespace {

uint32_t number_of(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(";|", at), text.size());
    if (end > at) names.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// Large, well-known units first: a logarithm of people, plus a little for every source.
uint16_t rank_of(uint32_t people, uint32_t size_class, size_t sources) {
  uint32_t rank = 0;
  while (people > 0) {
    rank += 100;
    people /= 2;
  }
  if (size_class >= 1 && size_class <= 4) rank += (5 - size_class) * 200;
  return static_cast<uint16_t>(std::min<uint32_t>(rank + static_cast<uint32_t>(sources) * 20, UINT16_MAX));
}

uint16_t count16(size_t count) { return static_cast<uint16_t>(std::min<size_t>(count, UINT16_MAX)); }

}  // namespace

DocumentMaker::DocumentMaker(const Knowledge& knowledge) : knowledge_(knowledge), places_(knowledge) {
  const codes::Fields& f = knowledge.fields();
  name_ = f.require("name");
  short_name_ = f.require("short_name");
  former_name_ = f.require("former_name");
  legal_rep_ = f.require("legal_rep");
  uscc_ = f.require("uscc");
  reg_no_ = f.require("reg_no");
  tax_id_ = f.require("tax_id");
  org_code_ = f.require("org_code");
  address_ = f.require("address");
  reg_address_ = f.require("reg_address");
  region_ = f.require("region_code");
  reg_region_ = f.require("reg_region_code");
  industry_ = f.require("industry_code");
  size_ = f.require("size_class");
  op_status_ = f.require("op_status");
  reg_status_ = f.require("reg_status");
  founded_ = f.require("founded");
  employees_ = f.require("employees");
  insured_ = f.require("insured");
}

std::string_view DocumentMaker::text(const store::UnitRow& row, codes::FieldId field) const {
  const auto it = std::lower_bound(row.fields.begin(), row.fields.end(), field.value,
                                   [](const store::UnitField& f, uint16_t id) { return f.field < id; });
  return it != row.fields.end() && it->field == field.value ? it->value : std::string_view();
}

std::string_view DocumentMaker::region_of(const store::UnitRow& row) const {
  const std::string_view region = text(row, region_);
  return region.empty() ? text(row, reg_region_) : region;
}

search::UnitDocument DocumentMaker::make(const store::UnitRow& row) const {
  search::UnitDocument d;
  d.unit = row.head.unit;
  d.name = text(row, name_);
  d.former_names = split_names(text(row, former_name_));
  d.short_name = text(row, short_name_);
  d.legal_rep = text(row, legal_rep_);
  d.uscc = text(row, uscc_);
  d.reg_no = text(row, reg_no_);
  d.tax_id = text(row, tax_id_);
  d.org_code = text(row, org_code_);
  d.address = text(row, address_).empty() ? text(row, reg_address_) : text(row, address_);
  const std::string_view region = region_of(row);
  d.district = region.substr(0, 6);
  d.street = region.size() > 6 ? region : std::string_view();
  d.industry = text(row, industry_);
  const std::string_view section = knowledge_.domain().catalog().industries().section_of(d.industry);
  d.industry_section = section.empty() ? '\0' : section.front();
  d.size = static_cast<uint8_t>(number_of(text(row, size_)));
  const std::string_view operating = text(row, op_status_);
  d.status =
      operating.empty() ? status_number("reg_status", text(row, reg_status_)) : status_number("op_status", operating);
  for (const store::UnitMember& member : row.members) d.sources |= 1ULL << (member.source % 64U);
  d.founded_year = static_cast<uint16_t>(number_of(text(row, founded_).substr(0, 4)));
  d.conflict_count = count16(row.head.conflict_count);
  d.missing_count = count16(row.missing.size());
  d.place = places_.place_of(row);
  const uint32_t people = std::max(number_of(text(row, employees_)), number_of(text(row, insured_)));
  d.rank = rank_of(people, d.size, row.members.size());
  return d;
}

StatusCode status_of_document(uint8_t status) {
  if (status == 0) return {"op_status", ""};
  if (status > kRegStatusBase) return {"reg_status", std::to_string(status - kRegStatusBase)};
  return {"op_status", std::to_string(status)};
}

uint8_t status_number(std::string_view list, std::string_view code) {
  const uint32_t number = number_of(code);
  if (number == 0 || number >= kRegStatusBase) return 0;
  return static_cast<uint8_t>(list == "reg_status" ? kRegStatusBase + number : number);
}

}  // namespace minglu::flows
