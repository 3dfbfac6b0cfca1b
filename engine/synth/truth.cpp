#include "synth/truth.hpp"

#include "synth/feed.hpp"
#include "synth/noise.hpp"

namespace minglu::synth {
namespace {

// No cell of these files holds a comma or a quote: names and addresses are made of words without them.
void add(std::string& out, std::string_view cell) {
  out += cell;
  out += ',';
}

void end_row(std::string& out) { out.back() = '\n'; }

void append_event(const Scene& scene, const TrueUnit& unit, const Version& version, Date day, Change change,
                  std::string& out) {
  std::string address;
  scene.city.format_address(version.address, {}, address);
  add(out, unit_label(unit.index));
  add(out, base::format_iso_date(day));
  add(out, change_name(change));
  add(out, version.name);
  add(out, version.legal_rep);
  add(out, address);
  add(out, scene.city.place(version.address.place).code12);
  add(out, std::to_string(version.capital_wan));
  add(out, version.trade->industry_code);
  end_row(out);
}

}  // namespace

void append_truth(const Scene& scene, const TrueUnit& unit, std::string& units, std::string& events) {
  const Version& first = unit.versions.front();
  std::string address;
  scene.city.format_address(first.address, {}, address);
  add(units, unit_label(unit.index));
  add(units, kind_name(unit.kind));
  add(units, unit.uscc);
  add(units, unit.reg_no);
  add(units, base::format_iso_date(unit.founded));
  add(units, unit.closed ? base::format_iso_date(*unit.closed) : "");
  add(units, unit.closed && unit.revoked ? "1" : "0");
  add(units, unit.dormant ? "1" : "0");
  add(units, unit.parent ? unit_label(*unit.parent) : "");
  add(units, unit.parent_uscc);
  add(units, first.name);
  add(units, first.legal_rep);
  add(units, address);
  add(units, scene.city.place(first.address.place).code12);
  add(units, first.trade->industry_code);
  add(units, std::to_string(first.capital_wan));
  add(units, unit.capital_currency);
  add(units, write_yuan(unit.revenue_year));
  add(units, std::to_string(unit.persons));
  end_row(units);
  for (const Version& version : unit.versions) {
    if (version.change == Change::kBirth && version.from <= scene.calendar.begin()) continue;
    append_event(scene, unit, version, version.from, version.change, events);
  }
  if (unit.closed) append_event(scene, unit, unit.at(*unit.closed), *unit.closed, Change::kDeath, events);
}

}  // namespace minglu::synth
