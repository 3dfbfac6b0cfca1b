// fuzz-folders: base table
// fuzz-libs: crypto xlsxwriter zip expat simdjson icui18n icuuc icudata
#include "fuzz/table_fuzz_support.hpp"

using namespace minglu;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  static const char* const kEncodings[] = {"auto", "utf-8", "gb18030", "utf-16le", "utf-16be"};
  table::ReadSpec spec;
  spec.encoding = kEncodings[data[0] % 5];
  spec.delimiter = "\0,;\t"[data[0] / 8 % 4];
  spec.header_row = data[0] / 64;
  fuzz::same_at_every_read_size(
      [&](const table::ReadSpec& s) {
        return table::internal::open_csv(table::internal::ByteSource::from_memory(bytes), s);
      },
      spec, data[1]);
  return 0;
}
