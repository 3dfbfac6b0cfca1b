#include "synth/noise.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/utf8.hpp"

namespace minglu::synth {
namespace {

constexpr double kDaysPerMonth = 30.4;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string out;
  std::string_view rest = text;
  for (size_t at = rest.find(from); at != std::string_view::npos; at = rest.find(from)) {
    out += rest.substr(0, at);
    out += to;
    rest.remove_prefix(at + from.size());
  }
  out += rest;
  text = std::move(out);
}

std::string concat(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

// One character replaced by another brand character: a typing error.
void mistype(base::Rng& rng, const Lexicon& lexicon, std::string& text) {
  std::u32string points = base::decode_utf8(text);
  if (points.size() < 4) return;
  const std::u32string other = base::decode_utf8(pick(rng, lexicon.brand_chars));
  points[2 + rng.below(points.size() - 3)] = other[0];
  text = base::encode_utf8(points);
}

// Which of the address forms a department writes; thresholds are the measured shares.
AddressStyle similar_style(base::Rng& rng) {
  AddressStyle style;
  switch (rng.below(5)) {
    case 0: style.community = false; break;
    case 1: style.building = false; break;
    case 2: style.room = false; break;
    case 3: style.street = false; break;
    default:
      style.room_word = true;
      style.community = false;
      break;
  }
  return style;
}

AddressStyle normalisable_style(base::Rng& rng) {
  AddressStyle style;
  const uint64_t way = rng.below(5);
  if (way == 0) style.province = true;
  if (way == 1) style.city = false;
  if (way == 2) style.wide_digits = true;
  if (way == 3) style.blanks = true;
  if (way == 4) style.room_word = true;
  return style;
}

AddressStyle rough_style(base::Rng& rng) {
  AddressStyle style;
  style.city = rng.below(2) == 0;
  style.district = rng.below(2) == 0;
  style.street = false;
  style.community = false;
  style.room = rng.below(2) == 0;
  return style;
}

}  // namespace

base::Rng Sight::rng(Stream purpose, uint64_t extra) const noexcept {
  return stream(scene_.seed, unit_.index, purpose, (uint64_t{static_cast<uint32_t>(department_)} << 32) + extra);
}

double Sight::fixed(uint64_t purpose) const noexcept { return rng(Stream::kNoiseRow, purpose).uniform(); }

uint64_t Sight::number_of(const Version& version) const noexcept {
  return static_cast<uint64_t>(&version - unit_.versions.data());
}

const Version& Sight::version(Date day) const {
  if (department_ == Department::kMarket) return unit_.at(day);
  // A version is a state as a whole: when a change has not arrived, the last one that has is shown.
  const Version* known = &unit_.versions.front();
  for (const Version& version : unit_.versions) {
    if (version.from > day) break;
    base::Rng delay = rng(Stream::kNoiseLag, number_of(version));
    if (number_of(version) > 0 && delay.chance(scene_.rates.stale_never)) continue;
    const double days = delay.uniform() * scene_.rates.stale_months_max * kDaysPerMonth;
    const bool arrived = number_of(version) == 0 || version.from.days + days <= day.days;
    if (arrived) known = &version;
  }
  return *known;
}

bool Sight::knows_closed(Date day) const {
  if (!unit_.closed || *unit_.closed > day) return false;
  if (department_ == Department::kMarket) return true;
  base::Rng delay = rng(Stream::kNoiseLag, 1000);
  if (delay.chance(scene_.rates.closed_unknown)) return false;
  return unit_.closed->days + delay.uniform() * 3 * kDaysPerMonth <= day.days;
}

std::string Sight::identifier(const std::string& code) const {
  base::Rng noise = rng(Stream::kNoiseId, 0);
  std::string text = code;
  const Rates& rates = scene_.rates;
  const double u = noise.uniform();
  // A code ends in X in about one of 31: the share among those is raised so that the share of all is as measured.
  if (code.back() == 'X' && u < rates.uscc_check_fails * rates.uscc_lower_case_share * 31) text.back() = 'x';
  if (u >= 1 - rates.uscc_check_fails * (1 - rates.uscc_lower_case_share)) {
    const size_t place = 9 + noise.below(8);
    text[place] = text[place] == '8' ? '3' : '8';
  }
  return text;
}

std::string Sight::name(const Version& version) const {
  std::string text = version.name;
  base::Rng noise = rng(Stream::kNoiseName, number_of(version));
  const Rates& rates = scene_.rates;
  if (noise.chance(rates.name_bracket_width)) {
    replace_all(text, "（", "(");
    replace_all(text, "）", ")");
  }
  if (department_ == Department::kMarket) return text;
  constexpr std::string_view kCity = "深圳市";
  if (noise.chance(rates.name_missing_city) && text.starts_with(kCity)) text.erase(0, kCity.size());
  if (noise.chance(rates.name_typing_error)) mistype(noise, scene_.lexicon, text);
  if (noise.chance(rates.name_traditional_space)) text.insert(text.size() - 12, 1, ' ');
  return text;
}

Sight::Written Sight::written(const Version& version) const {
  const Rates& rates = scene_.rates;
  Written out{version.address, {}};
  // The register's own wording, which the others are compared with.
  base::Rng own = stream(scene_.seed, unit_.index, Stream::kNoiseAddress, number_of(version));
  out.style.secretary_note = own.chance(rates.secretary_note);
  out.style.room_word = own.chance(0.3);
  if (department_ == Department::kMarket) return out;
  base::Rng noise = rng(Stream::kNoiseAddress, number_of(version));
  const double u = noise.uniform();
  if (u < rates.address_identical) return out;
  if (u < rates.address_identical_normalised) {
    out.style = normalisable_style(noise);
  } else if (u < rates.address_similar) {
    out.style = similar_style(noise);
    out.address.old_form = -1;
  } else if (u < 1 - rates.address_different) {
    out.style = rough_style(noise);
  } else {
    out.address = scene_.city.draw_address(noise);
    if (noise.below(4) > 0) out.style = rough_style(noise);
  }
  return out;
}

std::string Sight::address(const Version& version) const {
  const Written place = written(version);
  std::string text;
  scene_.city.format_address(place.address, place.style, text);
  return text;
}

std::string Sight::legal_rep(const Version& version) const {
  base::Rng noise = rng(Stream::kNoisePerson, number_of(version));
  if (department_ == Department::kMarket || noise.chance(scene_.rates.legal_rep_equal)) return version.legal_rep;
  return draw_person(noise, scene_.lexicon);
}

std::string Sight::region_code(const Version& version) const {
  base::Rng noise = rng(Stream::kNoiseCode, number_of(version));
  if (!noise.chance(scene_.rates.district_code_wrong)) return scene_.city.place(written(version).address.place).code12;
  return scene_.city.place(scene_.city.draw_address(noise).place).code12;
}

std::string Sight::district_code(const Version& version) const {
  base::Rng noise = rng(Stream::kNoiseCode, 500 + number_of(version));
  if (noise.chance(scene_.rates.registry_code_440399)) return "440399";
  return region_code(version).substr(0, 6);
}

std::string Sight::industry(const Version& version) const {
  base::Rng noise = rng(Stream::kNoiseCode, 900 + number_of(version));
  if (noise.chance(scene_.rates.missing_industry)) return {};
  if (department_ != Department::kMarket && noise.chance(scene_.rates.industry_differs)) {
    return scene_.lexicon.trades[pick_weighted(noise, scene_.lexicon.company_cumulative)].industry_code;
  }
  return version.trade->industry_code;
}

std::string Sight::phone() const {
  base::Rng noise = rng(Stream::kNoiseCode, 1900);
  return noise.chance(scene_.rates.missing_phone) ? std::string() : unit_.phone;
}

std::string write_capital(int64_t wan, std::string_view currency, uint64_t way) {
  const std::string number = std::to_string(wan);
  std::string grouped;
  for (size_t i = 0; i < number.size(); ++i) {
    if (i > 0 && (number.size() - i) % 3 == 0) grouped += ',';
    grouped += number[i];
  }
  switch (way % 8) {
    case 0: return concat({number, "万元", currency});
    case 1: return concat({number, "万", currency});
    case 2: return concat({number, "(万元", currency, ")"});
    case 3: return concat({grouped, ".0000(万元", currency, ")"});
    case 4: return concat({number, "(万元(", currency, "))"});
    case 5: return currency == "人民币" ? concat({number, "（万元）"}) : concat({number, "万", currency});
    case 6: return concat({grouped, "(万", currency, ")"});
    default: return concat({number, ".000000万", currency});
  }
}

std::string write_date(Date day, uint64_t way) {
  const base::CivilDate civil = base::civil_from_date(day);
  static constexpr std::array<const char*, 5> kForms = {"%04d-%02d-%02d", "%d/%d/%d", "%04d%02d%02d", "%d年%d月%d日",
                                                        "%04d.%02d.%02d"};
  std::array<char, 40> text{};
  const int size =
      std::snprintf(text.data(), text.size(), kForms[way % kForms.size()], civil.year, civil.month, civil.day);
  return {text.data(), static_cast<size_t>(size)};
}

std::string write_yuan(double yuan) {
  const auto fen = static_cast<int64_t>(yuan * 100 + (yuan < 0 ? -0.5 : 0.5));
  std::string text = std::to_string(fen / 100);
  const auto cents = static_cast<int>(std::abs(fen % 100));
  text += '.';
  text += static_cast<char>('0' + cents / 10);
  text += static_cast<char>('0' + cents % 10);
  return text;
}

}  // namespace minglu::synth
