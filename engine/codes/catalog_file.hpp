// Reads one catalog CSV strictly. Domain knowledge lives in catalog/; a file that is not exactly as declared is
// refused.
//
// Format: UTF-8, comma, RFC 4180. Leading lines "# key: value" are its meta data; "source" and "version" are required:
//   # source: 国统字〔2017〕213号, via ../shared/data/ref/codes
//   # version: 2017
//   code,name,...
// Errors (kInvalidArgument, naming file and line): missing meta, unknown or missing column, wrong cell count, bad
// UTF-8. Thread-safety: values. Cost: O(bytes).
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::codes {

struct CatalogFile {
  std::filesystem::path path;
  std::map<std::string, std::string> meta;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // every row has columns.size() cells
  std::vector<size_t> lines;                   // 1-based line at which each row begins
};

/// `columns` is the exact header expected, in order.
Result<CatalogFile> load_catalog_file(const std::filesystem::path& path, const std::vector<std::string>& columns);

/// kInvalidArgument naming the file and the line of rows[row]: for what the reader of a certain file finds wrong in it.
Error catalog_error(const CatalogFile& file, size_t row, const std::string& what);

/// Where catalog/ is: $MINGLU_CATALOG, else beside the program (share/minglu/catalog, ../catalog...), else the source
/// tree.
std::filesystem::path catalog_directory();

}  // namespace minglu::codes
