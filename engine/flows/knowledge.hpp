// Everything of catalog/ that the flows need, loaded and checked once. Immutable afterwards; safe from several threads.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "codes/catalog.hpp"
#include "codes/fields.hpp"
#include "codes/regions.hpp"
#include "fuse/fuse.hpp"
#include "fuse/survivorship.hpp"
#include "ingest/source.hpp"
#include "match/keys.hpp"
#include "text/address.hpp"
#include "text/chars.hpp"
#include "text/company_name_parser.hpp"

namespace minglu::flows {

class Knowledge {
 public:
  /// Any error of the catalog, naming file and line. Cost: about 0.3 s.
  static Result<std::shared_ptr<const Knowledge>> load(const std::filesystem::path& catalog_directory);

  [[nodiscard]] const codes::Fields& fields() const { return *fields_; }
  [[nodiscard]] const codes::Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] const codes::Regions& regions() const { return *regions_; }
  [[nodiscard]] const text::CharTables& chars() const { return *chars_; }
  [[nodiscard]] const ingest::Sources& sources() const { return *sources_; }
  [[nodiscard]] ingest::CleanContext clean_context() const {
    return {*catalog_, *regions_, *chars_, *addresses_, *names_};
  }
  [[nodiscard]] match::KeyContext key_context() const { return {*fields_, *chars_, *names_}; }
  [[nodiscard]] fuse::FuseContext fuse_context() const { return {*fields_, *survivorship_, *chars_, *addresses_}; }
  /// Digest of every file below the catalog: pinned in commits; derived files of another digest are rebuilt.
  [[nodiscard]] const std::string& digest() const { return digest_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::string digest_;
  std::unique_ptr<codes::Fields> fields_;
  std::unique_ptr<codes::Catalog> catalog_;
  std::shared_ptr<const codes::Regions> regions_;
  std::shared_ptr<const text::CharTables> chars_;
  std::unique_ptr<text::AddressParser> addresses_;
  std::unique_ptr<text::CompanyNameParser> names_;
  std::unique_ptr<ingest::Sources> sources_;
  std::unique_ptr<fuse::Survivorship> survivorship_;
};

/// SHA-256 over relative paths and contents of all regular files below `directory`, in order of path.
Result<std::string> digest_directory(const std::filesystem::path& directory);

}  // namespace minglu::flows
