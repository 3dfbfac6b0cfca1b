#include "flows/knowledge.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::flows {

namespace {

constexpr std::array kResolvingFiles{
    "chars/folding.csv",
    "chars/pinyin.csv",
    "chars/shapes.csv",
    "chars/simplified.csv",
    "codes/region_aliases.csv",
    "codes/regions.csv",
    "codes/regions_areas.csv",
    "fields.csv",
    "linkage/register.json",
    "names/address_terms.csv",
    "names/branch_words.csv",
    "names/legal_forms.csv",
    "names/parser_costs.csv",
    "names/region_suffixes.csv",
    "names/regions.csv",
    "names/towns.csv",
    "names/trade_singles.csv",
    "names/trades.csv",
    "rules/fuse/survivorship.csv",
};

// Regular files below `directory`, relative to `base`.
Result<std::vector<std::filesystem::path>> files_below(const std::filesystem::path& directory,
                                                       const std::filesystem::path& base) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(directory, error);
       it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (error) break;
    if (it->is_regular_file(error)) files.push_back(it->path().lexically_relative(base));
  }
  if (error) return base::not_found("cannot list the catalog \"" + directory.string() + "\": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> digest_files(const std::filesystem::path& directory,
                                 const std::vector<std::filesystem::path>& files) {
  base::Sha256 sha;
  for (const std::filesystem::path& file : files) {
    MINGLU_TRY(const std::string bytes, base::read_file(directory / file));
    sha.update(file.generic_string());
    sha.update(std::string_view("\0", 1));
    sha.update(std::to_string(bytes.size()));
    sha.update(bytes);
  }
  return sha.hex_digest();
}

}  // namespace

Result<std::string> digest_directory(const std::filesystem::path& directory) {
  MINGLU_TRY(const std::vector<std::filesystem::path> files, files_below(directory, directory));
  return digest_files(directory, files);
}

Result<std::vector<std::filesystem::path>> resolving_files(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(std::vector<std::filesystem::path> files, files_below(catalog_directory / "sources", catalog_directory));
  files.insert(files.end(), kResolvingFiles.begin(), kResolvingFiles.end());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::shared_ptr<const Knowledge>> Knowledge::load(const std::filesystem::path& catalog_directory) {
  auto knowledge = std::make_shared<Knowledge>();
  knowledge->directory_ = catalog_directory;
  MINGLU_TRY(knowledge->digest_, digest_directory(catalog_directory));
  MINGLU_TRY(const std::vector<std::filesystem::path> resolving, resolving_files(catalog_directory));
  MINGLU_TRY(knowledge->resolving_digest_, digest_files(catalog_directory, resolving));
  MINGLU_TRY(codes::Fields fields, codes::Fields::load(catalog_directory));
  knowledge->fields_ = std::make_unique<codes::Fields>(std::move(fields));
  MINGLU_TRY(knowledge->life_states_, codes::LifeStates::load(catalog_directory));
  MINGLU_TRY(knowledge->domain_, rules::Domain::load(catalog_directory));
  MINGLU_TRY(ingest::Sources sources, ingest::Sources::load(catalog_directory, *knowledge->fields_));
  std::vector<fuse::SourceTrust> trust;
  for (uint16_t s = 0; s < sources.size(); ++s) {
    const ingest::SourceDefinition& source = sources.at(units::SourceId{s});
    trust.push_back({source.id, source.department, source.trust});
  }
  MINGLU_TRY(fuse::Survivorship survivorship, fuse::Survivorship::load(catalog_directory, *knowledge->fields_, trust));
  knowledge->survivorship_ = std::make_unique<fuse::Survivorship>(std::move(survivorship));
  knowledge->sources_ = std::make_unique<ingest::Sources>(std::move(sources));
  MINGLU_TRY(rules::AuditRules audit_rules, rules::AuditRules::load(catalog_directory));
  knowledge->row_rules_ = std::make_unique<rules::AuditRules>(audit_rules.row_rules());
  knowledge->audit_rules_ = std::make_unique<rules::AuditRules>(std::move(audit_rules));
  const std::filesystem::path likeness = catalog_directory / "linkage" / "register.json";
  MINGLU_TRY(const std::string json, base::read_file(likeness));
  auto model = match::parse_link_model(json);
  if (!model.ok()) return base::invalid_argument(likeness.string() + ": " + model.error().message);
  if (!model->learned)
    return base::invalid_argument(likeness.string() + ": \"learned\" is missing; make it with: minglu learn");
  knowledge->likeness_model_ = std::move(model).value();
  return std::shared_ptr<const Knowledge>(std::move(knowledge));
}

}  // namespace minglu::flows
