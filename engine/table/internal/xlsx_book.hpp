// What a worksheet needs from its workbook: which part the sheet is, shared strings, which styles are dates, the epoch.
#pragma once

#include <string>
#include <vector>

#include "table/internal/spill.hpp"
#include "table/internal/xlsx_package.hpp"

namespace minglu::table::internal {

struct XlsxBook {
  struct Sheet {
    std::string name;
    std::string part;
  };
  std::vector<Sheet> sheets;
  bool date1904 = false;
  std::vector<bool> style_is_date;  // by cellXfs index
  StringPool strings;
};

/// kInvalidArgument when it is no workbook.
/// A shared string longer than cell_bytes_max is kept one byte longer than allowed: the cells that use it are refused.
Status load_book(ZipPackage& package, const ReadLimits& limits, XlsxBook& book);

}  // namespace minglu::table::internal
