// fuzz-folders: base table
// fuzz-libs: crypto xlsxwriter zip expat simdjson icui18n icuuc icudata
#include "fuzz/table_fuzz_support.hpp"

using namespace minglu;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  table::ReadSpec spec;
  spec.record_path = data[0] % 4 == 3 ? "a/b" : "";
  fuzz::same_at_every_read_size(
      [&](const table::ReadSpec& s) {
        return table::internal::open_xml(table::internal::ByteSource::from_memory(bytes), s);
      },
      spec, data[1]);
  return 0;
}
