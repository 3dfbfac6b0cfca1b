// Everything of catalog/ that the flows need, loaded and checked once.
// Errors are those of the catalog's files and name file and line; nothing is loaded in part.
// Immutable afterwards; safe from several threads, which share it by pointer.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "codes/fields.hpp"
#include "codes/life_states.hpp"
#include "fuse/fuse.hpp"
#include "fuse/survivorship.hpp"
#include "ingest/source.hpp"
#include "match/keys.hpp"
#include "match/link_model.hpp"
#include "rules/audit.hpp"
#include "rules/domain.hpp"

namespace minglu::flows {

class Knowledge {
 public:
  /// Any error of the catalog, naming file and line. Cost: about 0.3 s.
  static Result<std::shared_ptr<const Knowledge>> load(const std::filesystem::path& catalog_directory);

  [[nodiscard]] const codes::Fields& fields() const { return *fields_; }
  [[nodiscard]] const codes::LifeStates& life_states() const { return life_states_; }
  [[nodiscard]] const rules::Domain& domain() const { return *domain_; }
  [[nodiscard]] const text::CharTables& chars() const { return domain_->chars(); }
  [[nodiscard]] const ingest::Sources& sources() const { return *sources_; }
  [[nodiscard]] const rules::AuditRules& audit_rules() const { return *audit_rules_; }
  /// The audit rules that need nothing but the row.
  [[nodiscard]] const rules::AuditRules& row_rules() const { return *row_rules_; }
  [[nodiscard]] ingest::CleanContext clean_context() const {
    return {domain_->catalog(), domain_->regions(), domain_->chars(), domain_->addresses(), domain_->names()};
  }
  [[nodiscard]] match::KeyContext key_context() const { return {*fields_, domain_->chars(), domain_->names()}; }
  [[nodiscard]] match::LanguageTables language_tables() const {
    return {{domain_, &domain_->chars()}, {domain_, &domain_->names()}, {domain_, &domain_->addresses()}};
  }
  /// Weights by which records without identifier are attached (catalog/linkage/register.json).
  [[nodiscard]] const match::LinkModel& likeness_model() const { return likeness_model_; }
  [[nodiscard]] fuse::FuseContext fuse_context() const {
    return {*fields_, *survivorship_, domain_->chars(), domain_->addresses()};
  }
  /// Digest of every file below the catalog: pinned in commits.
  [[nodiscard]] const std::string& digest() const { return digest_; }
  /// Digest of resolving_files(): units fused under the same one need not be fused again.
  [[nodiscard]] const std::string& resolving_digest() const { return resolving_digest_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::string digest_;
  std::string resolving_digest_;
  match::LinkModel likeness_model_;
  codes::LifeStates life_states_;
  std::unique_ptr<codes::Fields> fields_;
  std::shared_ptr<const rules::Domain> domain_;
  std::unique_ptr<ingest::Sources> sources_;
  std::unique_ptr<fuse::Survivorship> survivorship_;
  std::unique_ptr<rules::AuditRules> audit_rules_;
  std::unique_ptr<rules::AuditRules> row_rules_;
};

/// SHA-256 over relative paths and contents of all regular files below `directory`, in order of path.
Result<std::string> digest_directory(const std::filesystem::path& directory);

/// What matching and fusing read of the catalog, relative to it and in order of path: a declared list, and the sources.
/// knowledge_test.cpp proves it: with these files alone all they need loads, and each one is needed.
Result<std::vector<std::filesystem::path>> resolving_files(const std::filesystem::path& catalog_directory);

}  // namespace minglu::flows
