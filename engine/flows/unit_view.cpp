#include "flows/unit_view.hpp"

#include <algorithm>
#include <charconv>

#include "fuse/fuse.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {
namespace {

struct LoadedMember {
  const store::UnitMember* member = nullptr;
  const store::UnitRun* run = nullptr;
  store::RecordText text = {};
  uint32_t row_number = 0;
};

const store::UnitRun* run_at(const store::UnitMember& member, std::optional<Date> as_of) {
  if (!as_of) return &member.runs.back();
  const store::UnitRun* found = nullptr;
  for (const store::UnitRun& run : member.runs) {
    if (run.since_days <= as_of->days) found = &run;
  }
  return found;
}

Result<std::vector<LoadedMember>> load_members(Home& home, const store::UnitRow& row, const UnitQuery& query) {
  std::vector<LoadedMember> loaded;
  const ingest::Sources& sources = home.knowledge().sources();
  for (const store::UnitMember& member : row.members) {
    if (query.may_use && !query.may_use(sources.at(units::SourceId{member.source}))) continue;
    const store::UnitRun* run = run_at(member, query.as_of);
    if (run == nullptr) continue;
    MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(run->segment_seq));
    loaded.push_back({&member, run});
    MINGLU_CHECK(segment->read(run->row, loaded.back().text));
    loaded.back().row_number = segment->records()[run->row].row_number;
  }
  return loaded;
}

std::vector<fuse::Member> fuse_members(const std::vector<LoadedMember>& loaded, const ValuePins& pins) {
  std::vector<fuse::Member> members;
  for (const LoadedMember& m : loaded) {
    members.push_back({units::EntityId{m.member->entity}, units::SourceId{m.member->source}, m.text.record(),
                       Date{m.run->since_days}, Date{m.run->last_seen_days}, pins.of(m.member->entity)});
  }
  return members;
}

ClaimView claim_of(const LoadedMember& m, const units::FieldValue& value, const ingest::Sources& sources) {
  ClaimView claim;
  const ingest::SourceDefinition& source = sources.at(units::SourceId{m.member->source});
  claim.source = source.id;
  claim.source_title = source.title_zh;
  claim.key = std::string(m.text.key());
  claim.value = std::string(value.text);
  claim.trusted = value.trusted;
  claim.since = Date{m.run->since_days};
  claim.last_seen = Date{m.run->last_seen_days};
  claim.seq = m.run->segment_seq;
  claim.row = m.row_number;
  return claim;
}

std::string why(const FieldView& field) {
  if (field.claims.size() == 1) return "唯一来源";
  if (!field.trusted) return "各来源的值均未通过校验";
  return field.conflict ? "来源优先级最高，同级取最近日期；其他来源有不同说法" : "各来源一致";
}

FieldView field_view(const fuse::FusedField& fused, const std::vector<LoadedMember>& loaded, const Knowledge& knowledge,
                     const fuse::Fuser& fuser) {
  FieldView field;
  const codes::FieldInfo& info = knowledge.fields().info(fused.field);
  field.code = info.code;
  field.title_zh = info.title_zh;
  field.value = std::string(fused.value);
  field.conflict = fused.conflict;
  field.trusted = fused.trusted;
  for (size_t m = 0; m < loaded.size(); ++m) {
    const auto value = loaded[m].text.record().value(fused.field);
    if (!value) continue;
    ClaimView claim = claim_of(loaded[m], *value, knowledge.sources());
    claim.wins = m == fused.winner;
    claim.agrees = value->trusted && fuser.agree(fused.field, fused.value, value->text);
    field.claims.push_back(std::move(claim));
  }
  std::stable_sort(field.claims.begin(), field.claims.end(),
                   [](const ClaimView& a, const ClaimView& b) { return a.wins > b.wins; });
  field.why = fused.decided ? "人工决定" : why(field);
  return field;
}

MemberView member_view(const LoadedMember& m, const ingest::Sources& sources) {
  MemberView view;
  const ingest::SourceDefinition& source = sources.at(units::SourceId{m.member->source});
  view.source = source.id;
  view.source_title = source.title_zh;
  view.key = std::string(m.text.key());
  view.versions = m.member->runs.size();
  view.since = Date{m.run->since_days};
  view.last_seen = Date{m.run->last_seen_days};
  if (m.member->not_seen_since_days != store::kStillSeen) view.not_seen_since = Date{m.member->not_seen_since_days};
  return view;
}

void add_refused(const store::State& state, const store::UnitRow& row, const std::vector<LoadedMember>& loaded,
                 const ingest::Sources& sources, UnitView& view) {
  for (const LoadedMember& m : loaded) {
    for (const store::RefusedLink& link : state.refused_of(m.member->entity)) {
      RefusedView refused;
      refused.reason = refusal_name(link.reason);
      refused.key_kind = key_kind_name(link.kind);
      refused.own_record = sources.at(units::SourceId{m.member->source}).id + ":" + std::string(m.text.key());
      const bool is_a = link.entity_a == m.member->entity;
      refused.other_unit = state.unit_of(is_a ? link.entity_b : link.entity_a).value_or(0);
      if (refused.other_unit != row.head.unit) view.refused.push_back(std::move(refused));
    }
  }
}

}  // namespace

// A survivor may itself have been merged later. A survivor's id is smaller than the merged one, so this ends.
uint64_t survivor_of(const store::State& state, uint64_t unit) {
  for (;;) {
    const store::Tombstone* tombstone = state.find_tombstone(unit);
    if (tombstone == nullptr || tombstone->survivor >= unit) return unit;
    unit = tombstone->survivor;
  }
}

std::string_view refusal_name(uint8_t reason) noexcept {
  switch (static_cast<match::Refusal>(reason)) {
    case match::Refusal::kDifferentUscc: return "different_uscc";
    case match::Refusal::kSameSource: return "same_source";
    case match::Refusal::kBranchAndHead: return "branch_and_head";
    case match::Refusal::kAmbiguousName: return "ambiguous_name";
    case match::Refusal::kHub: return "hub";
    case match::Refusal::kDecision: return "decision";
  }
  return "unknown";
}

std::string_view key_kind_name(uint8_t kind) noexcept {
  switch (static_cast<match::KeyKind>(kind)) {
    case match::KeyKind::kUsccName: return "uscc_name";
    case match::KeyKind::kUscc: return "uscc";
    case match::KeyKind::kOrgCode: return "org_code";
    case match::KeyKind::kRegNo: return "reg_no";
    case match::KeyKind::kNameDistrict: return "name_district";
    case match::KeyKind::kName: return "name";
    case match::KeyKind::kLikeness: return "likeness";
  }
  return "unknown";
}

Result<UnitView> view_unit(Home& home, const UnitQuery& query) {
  const uint64_t seq_to = query.known_seq.value_or(UINT64_MAX);
  MINGLU_TRY(const uint64_t state_seq, home.state_seq(seq_to));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(seq_to));
  if (!state) return base::not_found("the register was empty then");
  return view_unit(home, *state, state_seq, query);
}

Result<UnitView> view_unit(Home& home, const store::State& state, uint64_t state_seq, const UnitQuery& query) {
  UnitView view;
  view.as_of = query.as_of;
  view.known_seq = state_seq;
  view.unit = survivor_of(state, query.unit);
  if (view.unit != query.unit) view.merged_into = view.unit;
  store::UnitRow row;
  MINGLU_CHECK(home.read_unit(state, view.unit, row));
  view.minted_seq = row.head.minted_seq;
  MINGLU_TRY(const std::vector<LoadedMember> loaded, load_members(home, row, query));
  if (loaded.empty())
    return base::not_found("unit " + std::to_string(view.unit) + " was not known to any source" +
                           (query.as_of ? " at " + base::format_iso_date(*query.as_of) : std::string()));
  const Knowledge& knowledge = home.knowledge();
  fuse::Fuser fuser(knowledge.fuse_context());
  fuse::FusedUnit fused;
  MINGLU_TRY(const std::shared_ptr<const ValuePins> pins, home.value_pins(state_seq));
  fuser.fuse(fuse_members(loaded, *pins), fused);
  for (const LoadedMember& m : loaded) view.members.push_back(member_view(m, knowledge.sources()));
  for (const fuse::FusedField& field : fused.fields) view.fields.push_back(field_view(field, loaded, knowledge, fuser));
  for (codes::FieldId field : fused.missing) view.missing.push_back(knowledge.fields().info(field).code);
  add_refused(state, row, loaded, knowledge.sources(), view);
  return view;
}

namespace {

struct FindContext {
  std::string text;
  std::string name_key;
  std::vector<codes::FieldId> identifiers;
  std::vector<codes::FieldId> names;
  const text::CharTables& chars;
};

int32_t rank_of(const store::UnitRow& row, const FindContext& context) {
  int32_t best = INT32_MAX;
  if (std::to_string(row.head.unit) == context.text) best = 0;
  for (const store::UnitField& field : row.fields) {
    for (codes::FieldId id : context.identifiers) {
      if (field.field == id.value && field.value == context.text) best = 0;
    }
    if (context.name_key.empty()) continue;
    for (codes::FieldId id : context.names) {
      if (field.field != id.value) continue;
      const std::string key = text::normalise_company_name(field.value, context.chars);
      const size_t at = key.find(context.name_key);
      if (at == std::string::npos) continue;
      best = std::min(best, key.size() == context.name_key.size() ? 1 : (at == 0 ? 2 : 3));
    }
  }
  return best;
}

UnitHit hit_of(const store::UnitRow& row, int32_t rank, const codes::Fields& fields) {
  UnitHit hit;
  hit.unit = row.head.unit;
  hit.rank = rank;
  hit.sources = static_cast<uint32_t>(row.members.size());
  hit.conflicts = row.head.conflict_count;
  const codes::FieldId uscc = fields.require("uscc");
  const codes::FieldId name = fields.require("name");
  const codes::FieldId region = fields.require("region_code");
  const codes::FieldId reg_region = fields.require("reg_region_code");
  for (const store::UnitField& field : row.fields) {
    if (field.field == uscc.value) hit.uscc = field.value;
    if (field.field == name.value) hit.name = field.value;
    if (field.field == region.value) hit.region = field.value;
    if (field.field == reg_region.value && hit.region.empty()) hit.region = field.value;
  }
  return hit;
}

}  // namespace

Result<std::vector<UnitHit>> find_units(Home& home, const std::string& text, size_t limit) {
  std::vector<UnitHit> hits;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return hits;
  const Knowledge& knowledge = home.knowledge();
  const codes::Fields& fields = knowledge.fields();
  FindContext context{text, text::normalise_company_name(text, knowledge.chars()), {}, {}, knowledge.chars()};
  for (const char* code : {"uscc", "org_code", "reg_no", "tax_id"}) context.identifiers.push_back(fields.require(code));
  for (const char* code : {"name", "short_name", "former_name"}) context.names.push_back(fields.require(code));
  store::UnitRow row;
  for (const store::DirectoryEntry& entry : state->units()) {
    MINGLU_CHECK(home.read_unit(entry, row));
    const int32_t rank = rank_of(row, context);
    if (rank != INT32_MAX) hits.push_back(hit_of(row, rank, fields));
  }
  std::sort(hits.begin(), hits.end(), [](const UnitHit& a, const UnitHit& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.sources != b.sources) return a.sources > b.sources;
    return a.unit < b.unit;
  });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

}  // namespace minglu::flows
