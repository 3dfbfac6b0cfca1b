#include "synth/real_row.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "synth/random.hpp"
#include "synth/true_unit.hpp"
#include "units/identifiers.hpp"

namespace minglu::synth {
namespace {

constexpr std::array<std::string_view, 2> kCityWords = {"深圳市", "深圳"};
constexpr size_t kShortNameMax = 4;  // characters of a short name that is cut from a long one

std::optional<size_t> find_column(const std::vector<std::string>& names,
                                  std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    const auto it = std::find(names.begin(), names.end(), word);
    if (it != names.end()) return static_cast<size_t>(it - names.begin());
  }
  return std::nullopt;
}

std::string cell_text(const std::optional<size_t>& column, const table::RawBatch& batch, size_t row) {
  if (!column || batch.columns[*column].is_null(row)) return {};
  std::string text(batch.columns[*column].view(row));
  return text == "N/A" || text == "nan" ? std::string() : text;
}

std::string drop_city(const std::string& text) {
  for (const std::string_view word : kCityWords) {
    if (text.starts_with(word) && text.size() > word.size()) return text.substr(word.size());
  }
  return text;
}

std::string widen_digits(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      base::append_utf8(out, static_cast<char32_t>(0xFF10 + (c - '0')));
    else
      out += c;
  }
  return out;
}

// The text behind the last of the words, or the text itself when none stands in it.
std::string after_last(const std::string& text, std::initializer_list<std::string_view> words) {
  size_t cut = 0;
  for (const std::string_view word : words) {
    const size_t at = text.rfind(word);
    if (at != std::string::npos && at + word.size() < text.size()) cut = std::max(cut, at + word.size());
  }
  return text.substr(cut);
}

// Drops the community: what stands between the street and the word 社区.
std::string drop_community(const std::string& text) {
  constexpr std::string_view kStreet = "街道";
  constexpr std::string_view kCommunity = "社区";
  const size_t street = text.find(kStreet);
  if (street == std::string::npos) return text;
  const size_t from = street + kStreet.size();
  const size_t community = text.find(kCommunity, from);
  if (community == std::string::npos) return text;
  return text.substr(0, from) + text.substr(community + kCommunity.size());
}

std::string drop_tail(const std::string& text, size_t characters) {
  std::u32string points = base::decode_utf8(text);
  if (points.size() > characters + 8) points.resize(points.size() - characters);
  return base::encode_utf8(points);
}

std::string flip_brackets(const std::string& text) {
  std::u32string points = base::decode_utf8(text);
  for (char32_t& c : points) {
    if (c == U'（')
      c = U'(';
    else if (c == U'）')
      c = U')';
    else if (c == U'(')
      c = U'（';
    else if (c == U')')
      c = U'）';
  }
  return base::encode_utf8(points);
}

}  // namespace

Result<RealColumns> detect_columns(const std::vector<std::string>& names) {
  RealColumns columns;
  columns.uscc = find_column(names, {"统一社会信用代码", "uscc"});
  columns.name = find_column(names, {"企业名称", "name", "单位名称"});
  columns.reg_no = find_column(names, {"注册号", "reg_no"});
  columns.legal_rep = find_column(names, {"法人代表", "法定代表人", "oper_name"});
  columns.address = find_column(names, {"注册地址", "住所", "address"});
  columns.founded = find_column(names, {"注册日期", "成立日期", "start_date"});
  columns.region_code = find_column(names, {"行政区划", "area_code"});
  if (!columns.name || !columns.uscc) {
    return base::invalid_argument(
        "the register file needs a column of names (企业名称, name, 单位名称) and one of identifiers "
        "(统一社会信用代码, "
        "uscc)");
  }
  columns.name_in_key = !find_column(names, {"uscc"}).has_value();
  columns.source_id = columns.name_in_key ? "reg_imh" : "reg_new2019";
  return columns;
}

void read_row(const RealColumns& columns, const table::RawBatch& batch, size_t row, RealRow& out) {
  const units::Cleaned uscc = units::clean_uscc(cell_text(columns.uscc, batch, row));
  out.uscc = uscc.value.value_or("");
  out.uscc_trusted = uscc.value.has_value() && uscc.trusted;
  out.reg_no = cell_text(columns.reg_no, batch, row);
  out.name = cell_text(columns.name, batch, row);
  out.legal_rep = cell_text(columns.legal_rep, batch, row);
  out.address = cell_text(columns.address, batch, row);
  out.founded = cell_text(columns.founded, batch, row);
  out.region_code = cell_text(columns.region_code, batch, row);
}

std::string rewrite_address(base::Rng& rng, const Rates& rates, const std::string& address, const std::string& other) {
  const double u = rng.uniform();
  const uint64_t way = rng.below(4);
  if (u < rates.address_identical) return address;
  if (u < rates.address_identical_normalised) {
    if (way == 0) return "广东省" + address;
    if (way == 1) return drop_city(address);
    if (way == 2) return widen_digits(address);
    const std::string flipped = flip_brackets(address);
    return flipped == address ? "广东省" + address : flipped;
  }
  if (u < rates.address_similar) return way < 2 ? drop_community(address) : drop_tail(address, 2 + rng.below(3));
  if (u < 1 - rates.address_different) return after_last(drop_tail(address, 2), {"社区", "街道", "镇", "区"});
  return other.empty() ? drop_tail(address, 6) : other;
}

std::string rewrite_name(base::Rng& rng, const Rates& rates, const std::string& name) {
  std::string text = name;
  if (rng.chance(rates.name_bracket_width)) text = flip_brackets(text);
  if (rng.chance(rates.name_missing_city)) text = drop_city(text);
  if (rng.chance(rates.name_typing_error)) {
    std::u32string points = base::decode_utf8(text);
    if (points.size() > 6) std::swap(points[points.size() / 2], points[points.size() / 2 - 1]);
    text = base::encode_utf8(points);
  }
  return text;
}

std::string rewrite_person(base::Rng& rng, const Rates& rates, const Lexicon& lexicon, const std::string& person) {
  return rng.chance(rates.legal_rep_equal) ? person : draw_person(rng, lexicon);
}

std::string rewrite_identifier(base::Rng& rng, const Rates& rates, const std::string& uscc) {
  std::string text = uscc;
  const double u = rng.uniform();
  constexpr double kShareEndingInX = 31;  // one code in 31 ends in X
  if (!text.empty() && text.back() == 'X' &&
      u < rates.uscc_check_fails * rates.uscc_lower_case_share * kShareEndingInX) {
    text.back() = 'x';
  }
  return text;
}

std::string shorten_name(base::Rng& rng, const Rates& rates, const Lexicon& lexicon, const std::string& name) {
  std::string text = drop_city(name);
  for (const std::string& form : lexicon.company_forms) {
    if (text.ends_with(form) && text.size() > form.size()) {
      text.resize(text.size() - form.size());
      break;
    }
  }
  std::u32string points = base::decode_utf8(text);
  std::erase_if(points, [](char32_t c) { return c == U'（' || c == U'）' || c == U'(' || c == U')'; });
  if (points.size() <= kShortNameMax) return base::encode_utf8(points);
  // The brand and the kind of business around what lies between them, or simply the beginning.
  const bool inside = rng.chance(rates.short_name_inside);
  std::u32string out = points.substr(0, inside ? kShortNameMax : 2);
  if (!inside) out += points.substr(points.size() - 2);
  return base::encode_utf8(out);
}

}  // namespace minglu::synth
