// A bad cell is data, not a failure: one Finding per cell (or row, or set of rows) and rule. Every folder that judges
// data reports in this form, so that one list, one screen and one export show them all.
// The message is for people; programs look at rule and severity. Thread-safety: values.
#pragma once

#include <cstdint>
#include <string>

namespace minglu::table {

/// M 强制性 blocks, Q 准强制性 needs approval, V 核实性 needs an explanation, I 提示 tells what cleaning did.
enum class Severity : char { kMandatory = 'M', kQuasi = 'Q', kVerify = 'V', kInfo = 'I' };

struct Finding {
  uint64_t row = 0;        // 1-based data row of the file or batch; 0 = the batch as a whole
  std::string field = {};  // field code of catalog/fields.csv; empty = the row
  std::string rule = {};   // "R003", or a cleaning code such as "uscc_lower_case"
  Severity severity = Severity::kVerify;
  std::string message = {};  // a sentence in the user's language (zh) naming the value and what is allowed
};

}  // namespace minglu::table
