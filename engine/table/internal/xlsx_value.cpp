#include "table/internal/xlsx_value.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/date.hpp"
#include "base/utf8.hpp"

namespace minglu::table::internal {
namespace {

constexpr double kSerialMax = 2958465;  // 9999-12-31
constexpr int32_t kDaysTo1970 = 25569;  // serial of 1970-01-01, 1900 count
constexpr int32_t kDays1900To1904 = 1462;
constexpr int32_t kSecondsPerDay = 86400;
constexpr size_t kExactDigits = 15;

std::string two_digits(int value) { return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)}; }

std::string clock_text(int32_t seconds) {
  return two_digits(seconds / 3600) + ":" + two_digits(seconds / 60 % 60) + ":" + two_digits(seconds % 60);
}

bool is_digits(std::string_view text) noexcept {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

}  // namespace

bool is_date_format(std::string_view code) noexcept {
  for (size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"' || c == '[') {
      const size_t end = code.find(c == '"' ? '"' : ']', i + 1);
      if (end == std::string_view::npos) return false;
      // [h], [mm] and [ss] are elapsed time: a duration, no date; [$-804] and [Red] say nothing.
      i = end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == ';') {
      return false;  // only the first section counts
    } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool is_builtin_date_format(int id) noexcept {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 || (id >= 50 && id <= 58);
}

std::optional<std::string> format_serial(double serial, bool date1904) {
  if (!(serial >= 0) || serial > kSerialMax + 1) return std::nullopt;
  auto day = static_cast<int32_t>(std::floor(serial));
  auto seconds = static_cast<int32_t>(std::lround((serial - day) * kSecondsPerDay));
  if (seconds == kSecondsPerDay) {
    ++day;
    seconds = 0;
  }
  if (day == 0 && !date1904) return clock_text(seconds);
  if (date1904) {
    day += kDays1900To1904;
  } else {
    if (day == 60) return std::nullopt;
    if (day < 60) ++day;
  }
  if (day > static_cast<int32_t>(kSerialMax)) return std::nullopt;
  std::string text = base::format_iso_date(base::Date{day - kDaysTo1970});
  if (seconds != 0) text += " " + clock_text(seconds);
  return text;
}

std::optional<NumberText> format_number(std::string_view literal) {
  std::string_view unsigned_part = literal;
  if (unsigned_part.starts_with('-')) unsigned_part.remove_prefix(1);
  if (is_digits(unsigned_part)) {
    const size_t zeros = std::min(unsigned_part.find_first_not_of('0'), unsigned_part.size() - 1);
    return NumberText{std::string(literal), unsigned_part.size() - zeros <= kExactDigits};
  }
  double value = 0;
  const auto parsed = std::from_chars(literal.data(), literal.data() + literal.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != literal.data() + literal.size() || !std::isfinite(value))
    return std::nullopt;
  char buffer[512];
  const bool fixed = value == 0 || (std::fabs(value) < 1e22 && std::fabs(value) >= 1e-9);
  const auto written = fixed ? std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed)
                             : std::to_chars(buffer, buffer + sizeof buffer, value);
  NumberText out{std::string(buffer, written.ptr), true};
  // Spreadsheet programs write 0.1 as 0.10000000000000001: only whole numbers tell that digits were lost.
  out.exact = std::fabs(value) < 1e15 || value != std::floor(value);
  return out;
}

void decode_escapes(std::string& text) {
  for (size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at)) {
    uint32_t code = 0;
    const char* begin = text.data() + at + 2;
    if (at + 7 > text.size() || text[at + 6] != '_' || std::from_chars(begin, begin + 4, code, 16).ptr != begin + 4) {
      at += 2;
      continue;
    }
    if (code >= 0xD800 && code <= 0xDFFF) code = 0xFFFD;
    std::string character;
    if (code != 0) base::append_utf8(character, code);
    text.replace(at, 7, character);
    at += character.size();
  }
}

std::optional<CellReference> parse_reference(std::string_view text) noexcept {
  CellReference out;
  size_t i = 0;
  for (; i < text.size() && text[i] >= 'A' && text[i] <= 'Z'; ++i) {
    if (i == 3) return std::nullopt;
    out.column = out.column * 26 + static_cast<size_t>(text[i] - 'A' + 1);
  }
  if (i == 0 || i == text.size()) return std::nullopt;
  const auto parsed = std::from_chars(text.data() + i, text.data() + text.size(), out.row);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || out.row == 0) return std::nullopt;
  --out.column;
  return out;
}

}  // namespace minglu::table::internal
