#include "rules/domain.hpp"

namespace minglu::rules {

Result<std::shared_ptr<const Domain>> Domain::load(const std::filesystem::path& catalog_dir) {
  MINGLU_TRY(codes::Catalog catalog, codes::Catalog::load(catalog_dir));
  MINGLU_TRY(codes::Regions loaded, codes::Regions::load(catalog_dir));
  auto regions = std::make_shared<const codes::Regions>(std::move(loaded));
  MINGLU_TRY(auto chars, text::CharTables::load(catalog_dir));
  MINGLU_TRY(auto lexicon, text::NameLexicon::load(catalog_dir, chars));
  MINGLU_TRY(auto addresses, text::AddressParser::create(regions, chars, catalog_dir));
  MINGLU_TRY(auto gazetteer, geo::Gazetteer::load(catalog_dir, *regions));
  return std::shared_ptr<const Domain>(
      new Domain(std::move(catalog), regions, chars, std::move(lexicon), std::move(addresses), std::move(gazetteer)));
}

}  // namespace minglu::rules
