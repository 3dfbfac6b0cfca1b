#include "flows/register_reader.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "access/masking.hpp"

namespace minglu::flows {
namespace {

Error unknown_unit(uint64_t unit) { return base::not_found("没有编号为 " + std::to_string(unit) + " 的单位"); }

std::string_view text_of(const store::UnitRow& row, codes::FieldId field) {
  for (const store::UnitField& f : row.fields) {
    if (f.field == field.value) return f.value;
  }
  return {};
}

// A facet of sources is named by the bit of its source; the index wrote it.
uint32_t bit_of(const search::FacetCount& count) {
  uint32_t bit = 0;
  std::from_chars(count.code.data(), count.code.data() + count.code.size(), bit);
  return bit % 64U;
}

}  // namespace

RegisterReader::RegisterReader(Home& home, std::shared_ptr<const RegisterSnapshot> snapshot, access::Scope scope)
    : home_(home), snapshot_(std::move(snapshot)), scope_(std::move(scope)), maker_(home.knowledge()) {}

bool RegisterReader::covers(std::string_view source_class) const {
  const std::optional<access::SourceClass> known = access::find_source_class(source_class);
  return known && scope_.covers_class(*known);
}

bool RegisterReader::sees_all_classes() const {
  using enum access::SourceClass;
  return scope_.covers_class(kPublic) && scope_.covers_class(kDeptAdmin) && scope_.covers_class(kSurvey) &&
         scope_.covers_class(kDeclaration);
}

// As bits of search::UnitDocument::sources. A bit that a hidden source shares is hidden.
uint64_t RegisterReader::visible_sources() const {
  const ingest::Sources& sources = home_.knowledge().sources();
  uint64_t visible = 0;
  uint64_t hidden = 0;
  for (uint16_t i = 0; i < sources.size(); ++i)
    (covers(sources.at(units::SourceId{i}).source_class) ? visible : hidden) |= 1ULL << (i % 64U);
  return visible & ~hidden;
}

bool RegisterReader::sees_any_source(uint64_t sources) const {
  return sees_all_classes() || (sources & visible_sources()) != 0;
}

search::Scope RegisterReader::region_scope() const {
  if (scope_.is_whole_city()) return search::Scope::everything();
  return search::Scope::regions(scope_.regions()).without(scope_.excluded_streets());
}

// Who sees a value only in part, or not at all, must not learn it by asking for it.
search::Scope RegisterReader::search_scope() const {
  search::Scope scope = region_scope();
  if (!scope_.may_unmask() || !sees_all_classes())
    scope.hide(search::MatchField::kLegalRep).hide(search::MatchField::kAddress);
  if (!scope_.covers_class(access::SourceClass::kDeptAdmin)) scope.hide(search::MatchField::kTaxId);
  return scope;
}

MayUse RegisterReader::may_use() const {
  return [this](const ingest::SourceDefinition& source) { return covers(source.source_class); };
}

Status RegisterReader::read_visible(uint64_t unit, store::UnitRow& row) const {
  if (snapshot_->state() == nullptr) return unknown_unit(unit);
  const store::UnitRange units = snapshot_->state()->units();
  if (units.size() == 0) return unknown_unit(unit);
  // What is not there takes the reads of what is not theirs: the first unit stands in, and nothing of it is told.
  const store::DirectoryEntry* entry = snapshot_->state()->find(survivor_of(*snapshot_->state(), unit));
  MINGLU_CHECK(home_.read_unit(entry == nullptr ? *units.begin() : *entry, row));
  const bool visible = is_visible(row);
  return visible && entry != nullptr ? ok_status() : Status(unknown_unit(unit));
}

bool RegisterReader::is_visible(const store::UnitRow& row) const {
  uint64_t sources = 0;
  for (const store::UnitMember& member : row.members) sources |= 1ULL << (member.source % 64U);
  return scope_.covers_region(maker_.region_of(row)) && sees_any_source(sources);
}

std::optional<UnitChange> RegisterReader::shown(UnitChange change) const {
  if (!scope_.covers_region(change.region) || !sees_any_source(change.sources)) return std::nullopt;
  const codes::Fields& fields = home_.knowledge().fields();
  std::erase_if(change.fields,
                [&](uint16_t field) { return !covers(fields.info(codes::FieldId{field}).source_class); });
  if (change.survivor != 0 && !summary(change.survivor).ok()) change.survivor = 0;
  return change;
}

access::MaskedValue RegisterReader::shown(codes::FieldId field, std::string_view value,
                                          const ingest::SourceDefinition& source) const {
  const codes::FieldInfo& info = home_.knowledge().fields().info(field);
  if (!covers(info.source_class)) return {};
  return access::mask_value({info.code, info.kind, value, source.source_class, false}, scope_);
}

// The fused value as this person may see it; the class of the winner's source counts.
std::string RegisterReader::shown(const store::UnitRow& row, codes::FieldId field) const {
  for (const store::UnitField& f : row.fields) {
    if (f.field != field.value) continue;
    return shown(field, f.value, home_.knowledge().sources().at(units::SourceId{row.members[f.winner].source})).value;
  }
  return {};
}

// As the sources of the caller's classes alone make the unit: costs a fusion.
UnitSummary RegisterReader::summary_of_view(const store::UnitRow& row) const {
  UnitSummary summary;
  summary.unit = row.head.unit;
  const Result<UnitView> view = unit({.unit = row.head.unit}, false);
  if (!view.ok()) return summary;
  std::map<std::string_view, std::string_view> values;
  for (const FieldView& field : view->fields) {
    values[field.code] = field.value;
    if (field.conflict) ++summary.conflicts;
  }
  const auto first_of = [&](std::string_view a, std::string_view b) {
    return std::string(values[a].empty() ? values[b] : values[a]);
  };
  summary.name = first_of("name", "short_name");
  summary.uscc = values["uscc"];
  summary.region = first_of("region_code", "reg_region_code");
  summary.industry = values["industry_code"];
  const std::string_view operating = values["op_status"];
  summary.status = operating.empty() ? StatusCode{"reg_status", std::string(values["reg_status"])}
                                     : StatusCode{"op_status", std::string(operating)};
  summary.address = first_of("address", "reg_address");
  summary.legal_rep = values["legal_rep"];
  summary.founded = values["founded"];
  std::set<std::string> sources;
  for (const MemberView& member : view->members) sources.insert(member.source);
  summary.sources.assign(sources.begin(), sources.end());
  summary.missing = static_cast<uint32_t>(view->missing.size());
  return summary;
}

UnitSummary RegisterReader::summary_of(const store::UnitRow& row) const {
  if (!sees_all_classes()) return summary_of_view(row);
  const codes::Fields& fields = home_.knowledge().fields();
  UnitSummary summary;
  summary.unit = row.head.unit;
  summary.name = shown(row, fields.require("name"));
  if (summary.name.empty()) summary.name = shown(row, fields.require("short_name"));
  summary.uscc = shown(row, fields.require("uscc"));
  summary.region = maker_.region_of(row);
  summary.industry = shown(row, fields.require("industry_code"));
  const std::string operating = shown(row, fields.require("op_status"));
  summary.status = operating.empty() ? StatusCode{"reg_status", shown(row, fields.require("reg_status"))}
                                     : StatusCode{"op_status", operating};
  summary.address = shown(row, fields.require("address"));
  if (summary.address.empty()) summary.address = shown(row, fields.require("reg_address"));
  summary.legal_rep = shown(row, fields.require("legal_rep"));
  summary.founded = shown(row, fields.require("founded"));
  std::set<std::string> sources;
  for (const store::UnitMember& member : row.members) {
    sources.insert(home_.knowledge().sources().at(units::SourceId{member.source}).id);
  }
  summary.sources.assign(sources.begin(), sources.end());
  summary.conflicts = row.head.conflict_count;
  summary.missing = static_cast<uint32_t>(row.missing.size());
  return summary;
}

Result<UnitSummary> RegisterReader::summary(uint64_t unit) const {
  store::UnitRow row;
  MINGLU_CHECK(read_visible(unit, row));
  return summary_of(row);
}

// The index holds values of all classes. A filter by one of them would tell it, unit by unit.
Status RegisterReader::check_filters(const search::Query& query) const {
  const bool asks_values = !query.industries.empty() || !query.sizes.empty() || !query.statuses.empty() ||
                           !query.precisions.empty() || query.has_conflict || query.has_missing || query.founded_min ||
                           query.founded_max;
  if (asks_values)
    return base::invalid_argument("您的账号只能按区和来源筛选：行业、规模、状态、冲突和缺失可能出自统计调查");
  const ingest::Sources& sources = home_.knowledge().sources();
  const uint64_t hidden = query.sources & ~visible_sources();
  for (uint16_t i = 0; i < sources.size() && hidden != 0; ++i) {
    if ((hidden >> (i % 64U) & 1U) != 0)
      return base::invalid_argument("没有来源“" + sources.at(units::SourceId{i}).id + "”");
  }
  return ok_status();
}

Result<SearchPage> RegisterReader::search(const search::Query& asked) const {
  SearchPage page;
  search::Query query = asked;
  if (!sees_all_classes()) {
    MINGLU_CHECK(check_filters(query));
    if (query.sources == 0) query.sources = visible_sources();
    if (query.sort == search::Sort::kFoundedDown || query.sort == search::Sort::kFoundedUp)
      query.sort = search::Sort::kUnit;
  }
  if (snapshot_->searcher() == nullptr) return page;
  MINGLU_TRY(search::Hits hits, snapshot_->searcher()->search(query, search_scope()));
  if (!sees_all_classes()) {
    search::Facets open;
    open.districts = std::move(hits.facets.districts);
    for (search::FacetCount& count : hits.facets.sources) {
      if ((visible_sources() >> bit_of(count) & 1U) != 0) open.sources.push_back(std::move(count));
    }
    hits.facets = std::move(open);
    if (hits.map) hits.map->precisions = {};
  }
  page.total = hits.total;
  page.total_is_about = hits.total_is_about;
  page.facets = std::move(hits.facets);
  page.map = std::move(hits.map);
  store::UnitRow row;
  for (const search::Hit& hit : hits.hits) {
    if (!read_visible(hit.unit, row).ok()) continue;
    page.items.push_back(summary_of(row));
    page.items.back().match = search::match_kind_name(hit.kind);
  }
  return page;
}

Result<UnitPlace> RegisterReader::place(uint64_t unit) const {
  store::UnitRow row;
  MINGLU_CHECK(read_visible(unit, row));
  UnitPlace found{maker_.places().place_of(row), false};
  if (found.place.is_fine() && search_scope().hides(search::MatchField::kAddress)) {
    found.place.point = {};
    found.point_is_hidden = true;
  }
  return found;
}

void RegisterReader::mask(UnitView& view, bool unmask) const {
  const codes::Fields& fields = home_.knowledge().fields();
  const ingest::Sources& sources = home_.knowledge().sources();
  std::erase_if(view.fields,
                [&](const FieldView& field) { return !covers(fields.info(fields.require(field.code)).source_class); });
  for (FieldView& field : view.fields) {
    const codes::FieldInfo& info = fields.info(fields.require(field.code));
    const auto mask_one = [&](std::string& value, const std::string& source) {
      const auto id = sources.find(source);
      const std::string& source_class = id ? sources.at(*id).source_class : info.source_class;
      access::MaskedValue masked = access::mask_value({info.code, info.kind, value, source_class, unmask}, scope_);
      if (masked.visibility == access::Visibility::kMasked) field.is_masked = true;
      value = std::move(masked.value);
    };
    if (!field.claims.empty()) mask_one(field.value, field.claims.front().source);
    for (ClaimView& claim : field.claims) mask_one(claim.value, claim.source);
  }
}

Result<UnitView> RegisterReader::unit(UnitQuery query, bool unmask) const {
  store::UnitRow now;
  MINGLU_CHECK(read_visible(query.unit, now));
  query.may_use = may_use();
  Result<UnitView> view =
      query.known_seq ? view_unit(home_, query) : view_unit(home_, *snapshot_->state(), snapshot_->state_seq(), query);
  if (!view.ok() && view.error().code == ErrorCode::kNotFound)
    return base::not_found("编号为 " + std::to_string(query.unit) + " 的单位当时尚无来源记录");
  if (!view.ok()) return view;
  mask(*view, unmask);
  return view;
}

Result<UnitHistory> RegisterReader::history(uint64_t unit) const {
  store::UnitRow row;
  MINGLU_CHECK(read_visible(unit, row));
  MINGLU_TRY(UnitHistory history, unit_history(home_, *snapshot_->state(), unit, may_use()));
  const codes::Fields& fields = home_.knowledge().fields();
  const ingest::Sources& sources = home_.knowledge().sources();
  std::erase_if(history.events, [&](UnitEvent& event) {
    if (event.field.empty()) return false;
    const codes::FieldInfo& info = fields.info(fields.require(event.field));
    const auto source = sources.find(event.source);
    const std::string& source_class = source ? sources.at(*source).source_class : info.source_class;
    if (!covers(info.source_class) || !covers(source_class)) return true;
    event.before = access::mask_value({info.code, info.kind, event.before, source_class, false}, scope_).value;
    event.after = access::mask_value({info.code, info.kind, event.after, source_class, false}, scope_).value;
    return false;
  });
  return history;
}

UnitLink RegisterReader::link_to(std::string_view kind, uint64_t unit) const {
  UnitLink link;
  link.kind = kind;
  const Result<UnitSummary> other = summary(unit);
  if (!other.ok()) return link;
  link.unit = unit;
  link.name = other->name;
  link.uscc = other->uscc;
  return link;
}

UnitLink RegisterReader::link_by_identifier(std::string_view kind, const std::string& uscc) const {
  search::Query query;
  query.text = uscc;
  query.limit = 1;
  const Result<SearchPage> found = search(query);
  if (found.ok() && !found->items.empty() && found->items.front().uscc == uscc)
    return link_to(kind, found->items.front().unit);
  UnitLink link;
  link.kind = kind;
  link.uscc = uscc;
  return link;
}

Result<std::vector<UnitLink>> RegisterReader::links(uint64_t unit) const {
  constexpr size_t kLinksMax = 200;
  store::UnitRow row;
  MINGLU_CHECK(read_visible(unit, row));
  std::vector<UnitLink> links;
  const codes::Fields& fields = home_.knowledge().fields();
  const std::string uscc(text_of(row, fields.require("uscc")));
  for (const auto& [kind, field] : {std::pair("owner", "owner_uscc"), std::pair("parent", "parent_uscc")}) {
    const std::string other(text_of(row, fields.require(field)));
    if (!other.empty() && other != uscc) links.push_back(link_by_identifier(kind, other));
  }
  for (const uint64_t owned : uscc.empty() ? std::vector<uint64_t>() : snapshot_->owned_by(uscc)) {
    if (links.size() == kLinksMax) break;
    if (owned == row.head.unit) continue;
    UnitLink link = link_to("branch", owned);
    if (link.unit != 0) links.push_back(std::move(link));
  }
  for (const store::Tombstone& tombstone : snapshot_->state()->tombstones()) {
    if (tombstone.survivor == row.head.unit) links.push_back({"merged", tombstone.unit, {}, {}, {}, {}});
  }
  MINGLU_TRY(const UnitView view, view_unit(home_, *snapshot_->state(), snapshot_->state_seq(), {.unit = unit}));
  for (const RefusedView& refused : view.refused) {
    UnitLink link = link_to("refused", refused.other_unit);
    link.reason = refused.reason;
    link.record = refused.own_record;
    if (link.unit != 0) links.push_back(std::move(link));
  }
  return links;
}

// Whether the sources that this person may use differ about it.
bool RegisterReader::is_conflict_here(const ListedField& item) const {
  store::UnitRow row;
  if (!read_visible(item.unit, row).ok()) return false;
  const Result<UnitView> view = unit({.unit = item.unit}, false);
  const std::string& code = home_.knowledge().fields().info(codes::FieldId{item.field}).code;
  return view.ok() && std::any_of(view->fields.begin(), view->fields.end(),
                                  [&](const FieldView& field) { return field.code == code && field.conflict; });
}

Result<FieldPage> RegisterReader::listed(const ListedFields& all, const FieldFilter& filter, bool with_claims) const {
  const codes::Fields& fields = home_.knowledge().fields();
  const std::optional<codes::FieldId> wanted = filter.field.empty() ? std::nullopt : fields.find(filter.field);
  if (!filter.field.empty() && !wanted) return base::invalid_argument("没有名为“" + filter.field + "”的指标项");
  const auto is_meant = [&](std::string_view region, uint16_t field) {
    return region.starts_with(filter.district) && scope_.covers_region(region) &&
           covers(fields.info(codes::FieldId{field}).source_class);
  };
  const auto is_wanted = [&](uint16_t field) { return !wanted || wanted->value == field; };
  // What is a conflict depends on the sources that this person may use: the counts made beforehand know all of them.
  const auto is_here = [&](const ListedField& item) {
    return is_meant(item.region_text(), item.field) && (sees_all_classes() || (with_claims && is_conflict_here(item)));
  };
  FieldPage page;
  std::map<uint16_t, int64_t> counts;
  if (sees_all_classes()) {
    all.for_each_count([&](const RegionFieldCount& count) {
      if (is_meant(count.region_text(), count.field)) counts[count.field] += count.count;
    });
  } else {
    all.for_each([&](const ListedField& item) {
      if (is_here(item)) ++counts[item.field];
      return true;
    });
  }
  for (const auto& [field, count] : counts) {
    if (is_wanted(field)) page.total += static_cast<uint64_t>(count);
  }
  std::vector<ListedField> chosen;
  uint64_t place = 0;
  const uint64_t end = std::min(page.total, filter.offset + filter.limit);
  all.for_each([&](const ListedField& item) {
    if (place >= end) return false;
    if (is_wanted(item.field) && is_here(item) && place++ >= filter.offset) chosen.push_back(item);
    return true;
  });
  for (const ListedField& item : chosen) {
    MINGLU_TRY(FieldItem out, listed_item(item, with_claims));
    page.items.push_back(std::move(out));
  }
  for (const auto& [field, count] : counts) {
    if (count > 0) page.by_field.push_back({field, static_cast<uint64_t>(count)});
  }
  std::stable_sort(page.by_field.begin(), page.by_field.end(),
                   [](const FieldCount& a, const FieldCount& b) { return a.count > b.count; });
  return page;
}

Result<FieldItem> RegisterReader::listed_item(const ListedField& item, bool with_claims) const {
  const codes::FieldInfo& info = home_.knowledge().fields().info(codes::FieldId{item.field});
  store::UnitRow row;
  MINGLU_CHECK(read_visible(item.unit, row));
  FieldItem out{summary_of(row), {}};
  out.field.code = info.code;
  out.field.title_zh = info.title_zh;
  if (!with_claims) return out;
  MINGLU_TRY(UnitView view, unit({.unit = item.unit}, false));
  for (FieldView& field : view.fields) {
    if (field.code == info.code) out.field = std::move(field);
  }
  return out;
}

Result<FieldPage> RegisterReader::conflicts(const FieldFilter& filter) const {
  return listed(snapshot_->conflicts(), filter, true);
}

Result<FieldPage> RegisterReader::missing(const FieldFilter& filter) const {
  return listed(snapshot_->missing(), filter, false);
}

Result<SearchPage> RegisterReader::minted_since(uint64_t seq, const FieldFilter& filter) const {
  SearchPage page;
  if (snapshot_->state() == nullptr) return page;
  store::UnitRow row;
  for (const store::DirectoryEntry& entry : snapshot_->state()->changed_since(seq)) {  // a new unit has a new row
    if (entry.minted_seq <= seq) continue;
    const bool is_on_page = page.total >= filter.offset && page.items.size() < filter.limit;
    if (is_on_page || !scope_.is_whole_city() || !filter.district.empty() || !sees_all_classes()) {
      MINGLU_CHECK(home_.read_unit(entry, row));
      if (!maker_.region_of(row).starts_with(filter.district) || !is_visible(row)) continue;
    }
    ++page.total;
    if (is_on_page) page.items.push_back(summary_of(row));
  }
  return page;
}

}  // namespace minglu::flows
