#include "flows/quality_flow.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "fuse/fuse.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;
using Key = std::pair<std::string, std::string>;  // source id, field code

Status add_batches(Home& home, std::map<Key, QualityRow>& rows, std::map<std::string, Date>& latest) {
  return home.ledger().for_each_commit(1, [&](const store::CommitRow& commit) -> Status {
    if (commit.kind != "ingest") return ok_status();
    const Json payload = Json::parse(commit.payload_json, nullptr, false);
    if (payload.is_discarded())
      return base::data_loss("commit " + std::to_string(commit.seq) + " has no readable payload");
    const std::string source = payload.value("source", "");
    if (const auto date = base::parse_iso_date(payload.value("source_date", ""))) {
      const auto [it, fresh] = latest.try_emplace(source, *date);
      if (!fresh) it->second = std::max(it->second, *date);
    }
    const Json quality = payload.value("quality", Json::object());
    for (const auto& [field, q] : quality.items()) {
      QualityRow& row = rows[{source, field}];
      row.rows += q.value("rows", uint64_t{0});
      row.filled += q.value("filled", uint64_t{0});
      row.invalid += q.value("invalid", uint64_t{0});
      row.repaired += q.value("repaired", uint64_t{0});
    }
    return ok_status();
  });
}

Status add_agreement(Home& home, std::map<Key, QualityRow>& rows) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return ok_status();
  const Knowledge& knowledge = home.knowledge();
  const fuse::Fuser fuser(knowledge.fuse_context());
  std::vector<QualityRow*> slots(knowledge.sources().size() * knowledge.fields().size(), nullptr);
  store::UnitRow unit;
  store::RecordText text;
  for (const store::DirectoryEntry& entry : state->units()) {
    MINGLU_CHECK(home.read_unit(entry, unit));
    for (const store::UnitMember& member : unit.members) {
      MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(member.runs.back().segment_seq));
      MINGLU_CHECK(segment->read(member.runs.back().row, text));
      text.record().for_each([&](const units::FieldValue& value) {
        QualityRow*& slot = slots[member.source * knowledge.fields().size() + value.field.value];
        if (slot == nullptr) {
          slot = &rows[{knowledge.sources().at(units::SourceId{member.source}).id,
                        knowledge.fields().info(value.field).code}];
        }
        ++slot->claims;
        const auto winner = std::lower_bound(unit.fields.begin(), unit.fields.end(), value.field.value,
                                             [](const store::UnitField& f, uint16_t id) { return f.field < id; });
        if (winner != unit.fields.end() && value.trusted && fuser.agree(value.field, winner->value, value.text))
          ++slot->agreeing;
      });
    }
  }
  return ok_status();
}

}  // namespace

std::string ratio_text(uint64_t part, uint64_t whole) {
  if (whole == 0) return {};
  const uint64_t scaled = static_cast<uint64_t>(static_cast<__uint128_t>(part) * 10000 / whole);
  std::string digits = std::to_string(scaled % 10000);
  return std::to_string(scaled / 10000) + "." + std::string(4 - digits.size(), '0') + digits;
}

Result<std::vector<QualityRow>> assess_quality(Home& home) {
  std::map<Key, QualityRow> rows;
  std::map<std::string, Date> latest;
  MINGLU_CHECK(add_batches(home, rows, latest));
  MINGLU_CHECK(add_agreement(home, rows));
  Date newest{INT32_MIN};
  for (const auto& [source, date] : latest) newest = std::max(newest, date);
  std::vector<QualityRow> out;
  for (auto& [key, row] : rows) {
    row.source = key.first;
    row.field = key.second;
    if (const auto field = home.knowledge().fields().find(key.second))
      row.field_title = home.knowledge().fields().info(*field).title_zh;
    if (const auto it = latest.find(key.first); it != latest.end()) row.age_days = newest.days - it->second.days;
    out.push_back(row);
  }
  return out;
}

}  // namespace minglu::flows
