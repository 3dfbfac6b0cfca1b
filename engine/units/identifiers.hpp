// Identifiers of units: 统一社会信用代码, 组织机构代码, 工商注册号, 纳税人识别号; and detection of 公民身份号码.
//
//   Cleaned c = clean_uscc(" 9144030071526726xg ");   // value 9144030071526726XG, flags trimmed, uscc_lower_case
//
// All cleaners: trim, full-width to half-width, inner blanks, hyphens and a spreadsheet's leading apostrophe out (flag
// "separator_removed"), upper case. A code whose check fails keeps its text with trusted = false. A confusion of
// letters and digits (O/0, I/1, S/5, Z/2) is proposed, never applied. A filler such as 000000000 passes the arithmetic
// and is still untrusted. Values of placeholders are null with flag "placeholder"; an empty cell is null without a
// flag.
//
// Sources: GB 32100-2015, GB 11714, GS 15-2006, GB 11643; rule book §2. Pure, thread-safe, some 100 ns for a clean
// cell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "units/cleaned.hpp"

namespace minglu::units {

/// 18 characters. Flags: uscc_lower_case (V), uscc_format (M), uscc_check_digit (M), uscc_repair_proposed (V),
/// uscc_org_part (V: characters 9-17 fail GB 11714; a few issued codes do), uscc_category (V: unknown characters 1-2),
/// filler (M), personal_id (M: a citizen's number, masked in the message).
Cleaned clean_uscc(std::string_view text);
/// 9 characters without hyphen. Flags: org_code_lower_case (V), org_code_format (M), org_code_check_digit (M),
/// org_code_repair_proposed (V), org_code_establishment (V: ninth character B, the old mark of a 本部), filler (M).
Cleaned clean_org_code(std::string_view text);
/// 15 digits. Flags: reg_no_format (M), reg_no_check_digit (M), reg_no_repair_proposed (V), reg_no_old (V: the 13
/// digits of before 2007, no check digit), reg_no_is_uscc (V: proposal to move it), filler (M).
Cleaned clean_reg_no(std::string_view text);
/// 18 characters = USCC; 15 = 6 region + 9 organisation code. Flags: as clean_uscc, and tax_id_format (M),
/// tax_id_check_digit (M), tax_id_ambiguous (V: 15 digits that are also a registration number: for a person to decide),
/// tax_id_is_reg_no (V), tax_id_temporary (V: L-prefixed), tax_id_person (V: a citizen's number plus two digits).
Cleaned clean_tax_id(std::string_view text);

/// Length, alphabet and check character of canonical (upper-case, half-width) text. Nothing else is judged.
bool is_valid_uscc(std::string_view canonical) noexcept;
bool is_valid_org_code(std::string_view canonical) noexcept;
bool is_valid_reg_no(std::string_view canonical) noexcept;

/// Characters 9-17 of a valid USCC (whether or not they pass GB 11714). Null for an invalid one.
std::optional<std::string> org_code_of_uscc(std::string_view uscc);
/// Last nine of a valid legacy tax id (15), or org_code_of_uscc (18). Null otherwise.
std::optional<std::string> org_code_of_tax_id(std::string_view tax_id);

/// True when the whole text has the form of an 18-character citizen's number: province, a real date of birth, check
/// character ('x' allowed). For detection only: such a text must be masked and never used as a key.
bool looks_like_personal_id(std::string_view text) noexcept;
/// Replaces every citizen's number inside `text`, keeping its first and last character: "1****************X".
std::string mask_personal_id(std::string_view text);

}  // namespace minglu::units
