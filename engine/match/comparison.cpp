#include "match/comparison.hpp"

#include "text/name_lexicon.hpp"

namespace minglu::match {

Result<LanguageTables> LanguageTables::load(const std::filesystem::path& catalog) {
  LanguageTables tables;
  MINGLU_TRY(tables.chars, text::CharTables::load(catalog));
  MINGLU_TRY(auto lexicon, text::NameLexicon::load(catalog, tables.chars));
  tables.names = std::make_shared<const text::CompanyNameParser>(std::move(lexicon));
  MINGLU_TRY(text::AddressParser addresses, text::AddressParser::load(catalog));
  tables.addresses = std::make_shared<const text::AddressParser>(std::move(addresses));
  return tables;
}

void Comparison::compare(uint32_t left, std::span<const uint32_t> rights, std::span<Outcome> out,
                         CompareScratch& scratch) const {
  scratch.pairs.clear();
  for (const uint32_t right : rights) scratch.pairs.push_back({left, right});
  compare(scratch.pairs, out, scratch);
}

}  // namespace minglu::match
