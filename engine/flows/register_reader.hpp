// The register as one person may see it: every question that the server answers about units goes through here, with the
// scope of who asks. What lies outside the scope is as if it did not exist, in counts, facets and lists too.
//
//   RegisterReader reader(service->home(), service->snapshot(), scope);
//   MINGLU_TRY(SearchPage page, reader.search(query));
//   MINGLU_TRY(UnitView view, reader.unit({.unit = 17}, false));    // values masked, classes not allowed left out
//
// Rules (rule book §12): a unit is visible when its region is, and the class of at least one of its sources; a value
// when its source's class and its field's class are; a value of a sensitive field is masked unless unmasked for a
// reason, which the caller records. Who does not see all classes gets units as the sources of his classes alone make
// them, may not filter by values that others may have made, and gets no facets of them: district and source only.
// Errors: kNotFound
// both for what does not exist and for what may not be seen, with the same words; kInvalidArgument for a malformed
// question. Thread-safety: const; any number of readers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/masking.hpp"
#include "access/scope.hpp"
#include "base/result.hpp"
#include "flows/change_feed.hpp"
#include "flows/register_snapshot.hpp"
#include "flows/unit_documents.hpp"
#include "flows/unit_group.hpp"
#include "flows/unit_history.hpp"
#include "flows/unit_view.hpp"
#include "units/ownership.hpp"

namespace minglu::flows {

/// A unit in a list. Empty text: unknown or not for this person.
struct UnitSummary {
  uint64_t unit = 0;
  std::string name;
  std::string uscc;
  std::string region;  // up to 12 digits
  std::string industry;
  StatusCode status;
  std::string address;
  std::string legal_rep;
  std::string founded;
  std::vector<std::string> sources;  // ids
  uint32_t conflicts = 0;
  uint32_t missing = 0;
  std::string match;  // search::match_kind_name
};

struct SearchPage {
  std::vector<UnitSummary> items;
  uint64_t total = 0;
  bool total_is_about = false;
  search::Facets facets;
  std::optional<search::MapCounts> map;  // of a query that asks for one
};

/// Where a unit is, as far as this person may know.
struct UnitPlace {
  geo::Place place;
  bool point_is_hidden = false;  // finer than a street, and addresses are masked for this person: the point is 0/0
};

struct FieldItem {
  UnitSummary unit;
  FieldView field;  // of conflicts: with every claim; of missing ones: code and title only
};

struct FieldCount {
  uint16_t field = 0;
  uint64_t count = 0;
};

struct FieldPage {
  std::vector<FieldItem> items;
  uint64_t total = 0;                // that pass the filter
  std::vector<FieldCount> by_field;  // of all that may be seen in the district, descending
};

struct FieldFilter {
  std::string field;     // code; empty: any
  std::string district;  // prefix of a region code; empty: any
  uint64_t offset = 0;
  uint64_t limit = 50;
};

struct UnitLink {
  std::string kind;   // "owner", "parent", "branch", "merged", "refused"
  uint64_t unit = 0;  // 0: not in the register, or not for this person
  std::string name;
  std::string uscc;
  std::string reason;  // of refused ones
  std::string record;  // own record, "source:key"
};

class RegisterReader {
 public:
  RegisterReader(Home& home, std::shared_ptr<const RegisterSnapshot> snapshot, access::Scope scope);

  [[nodiscard]] Result<SearchPage> search(const search::Query& query) const;
  /// may_use of the query is set here.
  [[nodiscard]] Result<UnitView> unit(UnitQuery query, bool unmask) const;
  [[nodiscard]] Result<UnitHistory> history(uint64_t unit) const;
  [[nodiscard]] Result<std::vector<UnitLink>> links(uint64_t unit) const;
  /// Owners and branches of it, theirs, and so on. kNotFound as summary.
  [[nodiscard]] Result<UnitGroup> group(uint64_t unit) const;
  /// Of the state shown. kNotFound as summary.
  [[nodiscard]] Result<UnitPlace> place(uint64_t unit) const;
  [[nodiscard]] Result<FieldPage> conflicts(const FieldFilter& filter) const;
  [[nodiscard]] Result<FieldPage> missing(const FieldFilter& filter) const;
  /// Units minted after that commit, ascending by unit; of the filter district, offset and limit count.
  [[nodiscard]] Result<SearchPage> minted_since(uint64_t seq, const FieldFilter& filter) const;
  /// kNotFound when the unit does not exist or may not be seen.
  [[nodiscard]] Result<UnitSummary> summary(uint64_t unit) const;
  /// The change as this person may see it: fields of other classes and a survivor elsewhere are left out. Empty when
  /// the unit was not for this person.
  [[nodiscard]] std::optional<UnitChange> shown(UnitChange change) const;
  /// One value of one field of that source, masked or withheld as in unit().
  [[nodiscard]] access::MaskedValue shown(codes::FieldId field, std::string_view value,
                                          const ingest::SourceDefinition& source) const;
  [[nodiscard]] const access::Scope& scope() const noexcept { return scope_; }
  [[nodiscard]] const RegisterSnapshot& snapshot() const noexcept { return *snapshot_; }

 private:
  [[nodiscard]] Result<FieldPage> listed(const ListedFields& all, const FieldFilter& filter, bool with_claims) const;
  [[nodiscard]] Result<FieldItem> listed_item(const ListedField& item, bool with_claims) const;
  [[nodiscard]] Status read_visible(uint64_t unit, store::UnitRow& row) const;
  [[nodiscard]] bool covers(std::string_view source_class) const;
  [[nodiscard]] bool sees_all_classes() const;
  [[nodiscard]] bool sees_any_source(uint64_t sources) const;
  [[nodiscard]] bool is_visible(const store::UnitRow& row) const;
  [[nodiscard]] uint64_t visible_sources() const;
  [[nodiscard]] Status check_filters(const search::Query& query) const;
  [[nodiscard]] bool is_conflict_here(const ListedField& item) const;
  [[nodiscard]] UnitSummary summary_of(const store::UnitRow& row) const;
  [[nodiscard]] UnitSummary summary_of_view(const store::UnitRow& row) const;
  [[nodiscard]] std::string shown(const store::UnitRow& row, codes::FieldId field) const;
  [[nodiscard]] UnitLink link_to(std::string_view kind, uint64_t unit) const;
  [[nodiscard]] UnitLink link_by_identifier(std::string_view kind, const std::string& uscc) const;
  /// The visible unit with that identifier; 0: none.
  [[nodiscard]] uint64_t unit_with(const std::string& uscc) const;
  Status links_up(const store::UnitRow& row, const std::string& uscc, units::GroupNeighbours& found,
                  std::vector<UnresolvedOwner>& unresolved) const;
  Status links_down(uint64_t unit, const std::string& uscc, units::GroupNeighbours& found) const;
  [[nodiscard]] MayUse may_use() const;
  void mask(UnitView& view, bool unmask) const;
  [[nodiscard]] search::Scope search_scope() const;
  [[nodiscard]] search::Scope region_scope() const;
  Home& home_;
  std::shared_ptr<const RegisterSnapshot> snapshot_;
  access::Scope scope_;
  DocumentMaker maker_;
};

}  // namespace minglu::flows
