// What the domain functions of the rule language know: code lists, industries, thresholds, size bands, divisions and
// their borders, and the parsers of names and addresses.
// Load once, share between threads: immutable. Cost of load: some 200 ms. Errors name file and line of the catalog.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "codes/catalog.hpp"
#include "codes/regions.hpp"
#include "geo/gazetteer.hpp"
#include "text/address.hpp"
#include "text/chars.hpp"
#include "text/company_name_parser.hpp"

namespace minglu::rules {

class Domain {
 public:
  /// `catalog_dir` is catalog/ itself. Errors: those of its files.
  static Result<std::shared_ptr<const Domain>> load(const std::filesystem::path& catalog_dir);

  [[nodiscard]] const codes::Catalog& catalog() const noexcept { return catalog_; }
  [[nodiscard]] const codes::Regions& regions() const noexcept { return *regions_; }
  [[nodiscard]] const text::CharTables& chars() const noexcept { return *chars_; }
  [[nodiscard]] const text::CompanyNameParser& names() const noexcept { return names_; }
  [[nodiscard]] const text::AddressParser& addresses() const noexcept { return addresses_; }
  [[nodiscard]] const geo::Gazetteer& gazetteer() const noexcept { return gazetteer_; }
  /// To be kept by what outlives the domain.
  [[nodiscard]] std::shared_ptr<const text::CharTables> shared_chars() const noexcept { return chars_; }
  [[nodiscard]] std::shared_ptr<const text::NameLexicon> shared_lexicon() const noexcept { return lexicon_; }

 private:
  Domain(codes::Catalog catalog, std::shared_ptr<const codes::Regions> regions,
         std::shared_ptr<const text::CharTables> chars, std::shared_ptr<const text::NameLexicon> lexicon,
         text::AddressParser addresses, geo::Gazetteer gazetteer)
      : catalog_(std::move(catalog)),
        regions_(std::move(regions)),
        chars_(std::move(chars)),
        lexicon_(std::move(lexicon)),
        names_(lexicon_),
        addresses_(std::move(addresses)),
        gazetteer_(std::move(gazetteer)) {}

  codes::Catalog catalog_;
  std::shared_ptr<const codes::Regions> regions_;
  std::shared_ptr<const text::CharTables> chars_;
  std::shared_ptr<const text::NameLexicon> lexicon_;
  text::CompanyNameParser names_;
  text::AddressParser addresses_;
  geo::Gazetteer gazetteer_;
};

}  // namespace minglu::rules
