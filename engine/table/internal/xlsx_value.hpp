// The value of one worksheet cell as text: dates as ISO, numbers in their shortest exact form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace minglu::table::internal {

/// Does a number format show a date or a time? Looks at the code outside quotes, brackets and escapes ("yyyy年m月").
bool is_date_format(std::string_view code) noexcept;
/// The built-in number formats that are dates, those of Chinese systems (27-36, 50-58) included. Source:
/// ECMA-376 18.8.30.
bool is_builtin_date_format(int id) noexcept;

/// "2019-07-14", "2019-07-14 08:30:00" or, for a serial below 1, "08:30:00". Null outside 0 .. 9999-12-31.
/// `date1904`: the workbook counts from 1904-01-01. Serial 60 of the 1900 count is the day that never was (1900-02-29)
/// and gives null.
std::optional<std::string> format_serial(double serial, bool date1904);

struct NumberText {
  std::string text;
  bool exact = true;  // false: more than 15 digits, which spreadsheet programs do not keep
};
/// "1.5E3" -> "1500"; null when `literal` is no number. An integer of digits only keeps them.
std::optional<NumberText> format_number(std::string_view literal);

/// "_x000D_" in shared and inline strings stands for that character.
void decode_escapes(std::string& text);

/// "BC12" -> column 54 (0-based) and row 12; null when it is no cell reference.
struct CellReference {
  size_t column = 0;
  uint64_t row = 0;
};
std::optional<CellReference> parse_reference(std::string_view text) noexcept;

}  // namespace minglu::table::internal
