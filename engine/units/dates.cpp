#include "units/dates.hpp"

#include <array>
#include <cstdint>

#include "base/date.hpp"
#include "base/utf8.hpp"
#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::is_digit;
using internal::quoted;
using table::Severity;

Cleaned refuse(Cleaned out, std::string code, Severity severity, std::string message) {
  out.value.reset();
  out.trusted = false;
  add_flag(out, std::move(code), severity, std::move(message));
  return out;
}

int han_digit(char32_t c) noexcept {
  switch (c) {
    case U'〇':
    case U'零':
    case U'○':
    case U'Ｏ': return 0;
    case U'一':
    case U'壹': return 1;
    case U'二':
    case U'贰': return 2;
    case U'三':
    case U'叁': return 3;
    case U'四':
    case U'肆': return 4;
    case U'五':
    case U'伍': return 5;
    case U'六':
    case U'陆': return 6;
    case U'七':
    case U'柒': return 7;
    case U'八':
    case U'捌': return 8;
    case U'九':
    case U'玖': return 9;
    case U'十':
    case U'拾': return 10;
    default: return -1;
  }
}

// "二〇一九" -> 2019, "十二" -> 12, "二十一" -> 21, "三十" -> 30. -1 when it is no such number.
int han_number(std::u32string_view run) noexcept {
  int value = 0;
  int unit = 0;
  for (size_t i = 0; i < run.size(); ++i) {
    const int digit = han_digit(run[i]);
    if (digit < 10) {
      unit = unit * 10 + digit;
    } else {
      value += (i == 0 ? 1 : unit) * 10;
      unit = 0;
    }
    if (value + unit > 9999) return -1;
  }
  return value + unit;
}

// Chinese numerals to digits, 年 月 to '-', 日 and 号 dropped, '/' and '.' to '-'. Other Chinese text is kept and fails
// later.
std::string to_ascii_parts(std::string_view folded) {
  const std::u32string text = base::decode_utf8(folded);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (han_digit(text[i]) >= 0) {
      size_t end = i;
      while (end < text.size() && han_digit(text[end]) >= 0) ++end;
      out += std::to_string(han_number(std::u32string_view(text).substr(i, end - i)));
      i = end;
      continue;
    }
    const char32_t c = text[i++];
    if (c == U'年' || c == U'月' || c == '/' || c == '.') {
      out.push_back('-');
    } else if (c != U'日' && c != U'号') {
      base::append_utf8(out, c);
    }
  }
  return out;
}

struct Parts {
  std::array<int, 3> number{};
  std::array<size_t, 3> digits{};
  size_t count = 0;
};

// "2019-7-4", "2019 - 7 - 4", "2019-7-": up to three numbers. False for anything else.
bool split_parts(std::string_view text, Parts& parts) {
  constexpr size_t kDigitsMax = 8;
  bool open = false;
  for (const char c : text) {
    if (is_digit(c)) {
      if (!open && parts.count == parts.number.size()) return false;
      if (!open) ++parts.count;
      open = true;
      const size_t i = parts.count - 1;
      if (++parts.digits[i] > kDigitsMax) return false;
      parts.number[i] = parts.number[i] * 10 + (c - '0');
    } else if (c == '-' || c == ' ') {
      if (c == '-' && parts.count == 0) return false;
      open = false;
    } else {
      return false;
    }
  }
  return parts.count > 0;
}

// Cuts the time of day off "2019-07-14 10:20:30.000+08:00" and remembers what it said.
struct Clock {
  bool present = false;
  bool midnight = true;
  bool other_zone = false;
};

std::string_view cut_clock(std::string_view text, Clock& clock) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2) return text;
  const size_t start = text.find_last_of(" T", colon);
  if (start == std::string_view::npos) return text;
  std::string_view time = text.substr(start + 1);
  for (const char c : time) {
    if (!is_digit(c) && std::string_view(":.+-Z ").find(c) == std::string_view::npos) return text;
  }
  clock.present = true;
  const size_t zone = time.find_first_of("+-Z", 1);
  if (zone != std::string_view::npos) {
    const std::string_view name = time.substr(zone);
    clock.other_zone = name != "+08:00" && name != "+0800" && name != "+08";
    time = time.substr(0, zone);
  }
  clock.midnight = time.find_first_of("123456789") == std::string_view::npos;
  const size_t end = text.find_last_not_of(' ', start == 0 ? 0 : start - 1);
  return text.substr(0, end + 1);
}

void flag_clock(const Clock& clock, Cleaned& out) {
  if (clock.other_zone) {
    add_flag(out, "date_time_zone", Severity::kVerify, "时间带有非北京时间的时区，日期可能相差一天，请核实");
  }
  if (clock.present && !clock.midnight) add_flag(out, "date_time_dropped", Severity::kInfo, "已去除时刻，仅保留日期");
}

Cleaned accept(Cleaned out, const base::CivilDate& civil, std::string_view written) {
  constexpr int kYearMin = 1800;
  constexpr int kYearMax = 2199;
  if (civil.year == 0 || civil.year == 1 || civil.year == 9999) {
    return refuse(std::move(out), "date_sentinel", Severity::kVerify, quoted(written) + "是占位日期，视为空值");
  }
  if (civil.year < kYearMin || civil.year > kYearMax) {
    return refuse(std::move(out), "date_out_of_range", Severity::kMandatory,
                  "日期" + quoted(written) + "超出范围，年份应在1800至2199之间");
  }
  if (!base::is_valid_civil(civil)) {
    return refuse(std::move(out), "date_invalid", Severity::kMandatory, "日期" + quoted(written) + "不存在");
  }
  out.value = base::format_iso_date(base::date_from_civil(civil));
  if (*out.value == "1900-01-01" || *out.value == "1899-12-30" || *out.value == "1899-12-31") {
    out.trusted = false;
    add_flag(out, "date_sentinel", Severity::kVerify, quoted(written) + "疑似系统占位日期，请核实");
  } else if (*out.value == "1970-01-01") {
    add_flag(out, "date_epoch", Severity::kVerify, "1970-01-01疑似系统零值，请核实");
  }
  return out;
}

Cleaned accept_month(Cleaned out, int year, int month, std::string_view written) {
  out = accept(std::move(out), {year, month, 1}, written);
  if (out.value) add_flag(out, "date_month_only", Severity::kInfo, quoted(written) + "只有年月，按当月1日记录");
  return out;
}

// A spreadsheet's day number, "43660" or "43660.5": the date it would be is only proposed.
Cleaned refuse_serial(Cleaned out, int serial, std::string_view written) {
  constexpr int kSerialOfUnixEpoch = 25569;
  const std::string proposal = base::format_iso_date(base::Date{serial - kSerialOfUnixEpoch});
  return refuse(std::move(out), "date_excel_serial", Severity::kVerify,
                quoted(written) + "疑似电子表格日期序号（对应" + proposal + "），未自动转换，请核实");
}

Cleaned read_one_number(Cleaned out, const Parts& parts, std::string_view written) {
  const int n = parts.number[0];
  switch (parts.digits[0]) {
    case 8: return accept(std::move(out), {n / 10000, n / 100 % 100, n % 100}, written);
    case 6:
      if (n / 100 >= 1800 && n / 100 < 2200 && n % 100 >= 1 && n % 100 <= 12) {
        return accept_month(std::move(out), n / 100, n % 100, written);
      }
      break;
    case 5: return refuse_serial(std::move(out), n, written);
    case 4:
      out = accept(std::move(out), {n, 1, 1}, written);
      if (out.value) add_flag(out, "date_year_only", Severity::kInfo, quoted(written) + "只有年份，按1月1日记录");
      return out;
    default: break;
  }
  return refuse(std::move(out), "date_format", Severity::kMandatory, "无法识别日期" + quoted(written));
}

Cleaned read_parts(Cleaned out, const Parts& parts, std::string_view written) {
  if (parts.count == 1) return read_one_number(std::move(out), parts, written);
  if (parts.digits[0] == 4 && parts.digits[1] <= 2 && parts.digits[2] <= 2) {
    if (parts.count == 2) return accept_month(std::move(out), parts.number[0], parts.number[1], written);
    return accept(std::move(out), {parts.number[0], parts.number[1], parts.number[2]}, written);
  }
  if (parts.digits[0] == 5 && parts.count == 2) return refuse_serial(std::move(out), parts.number[0], written);
  if (parts.count == 3 && parts.digits[0] <= 2 && (parts.digits[2] == 4 || parts.digits[2] == 2)) {
    return refuse(std::move(out), "date_order", Severity::kMandatory,
                  "日期" + quoted(written) + "的年月日次序不明确，应写成2019-07-14的形式");
  }
  return refuse(std::move(out), "date_format", Severity::kMandatory, "无法识别日期" + quoted(written));
}

Cleaned clean_date_slowly(std::string_view text) {
  Cleaned out;
  const internal::Folded folded = internal::fold(text);
  if (folded.text.empty()) return out;
  if (internal::is_placeholder(folded.text)) {
    internal::set_placeholder(out, folded.text);
    return out;
  }
  internal::add_fold_flags(folded, out);
  if (folded.text == "长期" || folded.text == "永久" || folded.text == "永续" || folded.text == "无固定期限") {
    add_flag(out, "date_open_ended", Severity::kInfo, quoted(folded.text) + "表示无截止日期");
    return out;
  }
  Clock clock;
  const std::string_view day = cut_clock(folded.text, clock);
  Parts parts;
  if (!split_parts(to_ascii_parts(day), parts)) {
    return refuse(std::move(out), "date_format", Severity::kMandatory, "无法识别日期" + quoted(folded.text));
  }
  out = read_parts(std::move(out), parts, folded.text);
  if (out.value) flag_clock(clock, out);
  return out;
}

}  // namespace

Cleaned clean_date(std::string_view text) {
  if (const std::optional<base::Date> date = base::parse_iso_date(text); date && civil_from_date(*date).year > 1970) {
    Cleaned out;
    out.value = std::string(text);
    return out;
  }
  return clean_date_slowly(text);
}

}  // namespace minglu::units
