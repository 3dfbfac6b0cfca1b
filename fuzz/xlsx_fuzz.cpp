// fuzz-folders: base table
// fuzz-libs: crypto xlsxwriter zip expat simdjson icui18n icuuc icudata
//
// First byte even: the bytes are a whole workbook. Odd: they are a worksheet's XML, with a workbook around it.
#include "fuzz/table_fuzz_support.hpp"
#include "table/internal/xlsx_sheet.hpp"

using namespace minglu;
using namespace minglu::table::internal;

namespace {

const XlsxBook& fixed_book() {
  static XlsxBook book;
  if (book.sheets.empty()) {
    book.sheets.push_back({"s", "xl/worksheets/sheet1.xml"});
    book.style_is_date = {false, true};
    fuzz::require(book.strings.append("名称").ok() && book.strings.append("").ok() && book.strings.finish().ok());
  }
  return book;
}

void fuzz_sheet(const std::string& bytes, size_t piece_bytes) {
  table::ReadLimits limits;
  limits.cell_bytes_max = 128;
  limits.row_bytes_max = 512;
  limits.columns_max = 64;
  SheetEvents events(fixed_book(), limits);
  XmlParser parser(events, limits.depth_max);
  for (size_t at = 0; at <= bytes.size(); at += piece_bytes) {
    const std::string piece = bytes.substr(at, piece_bytes);
    if (!parser.feed(piece, at + piece_bytes > bytes.size()).ok()) break;
  }
  for (const SheetRow& row : events.rows()) {
    fuzz::require(row.cells.size() <= limits.columns_max);
    for (const SheetCell& cell : row.cells) fuzz::require(base::is_valid_utf8(cell.view()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  if (data[0] % 2 == 1) {
    fuzz_sheet(bytes, size_t{1} + data[1]);
    return 0;
  }
  table::ReadSpec spec;
  spec.limits.unzipped_bytes_max = 1 << 20;
  fuzz::drain(open_xlsx(ByteSource::from_memory(bytes), spec));
  return 0;
}
