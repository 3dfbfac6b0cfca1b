#include "flows/value_pins.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "flows/record_names.hpp"

namespace minglu::flows {

using Json = nlohmann::json;

Result<ValuePins> ValuePins::load(store::Ledger& ledger, const Knowledge& knowledge, uint64_t seq_to) {
  MINGLU_TRY(const std::vector<store::DecisionRow> rows, ledger.decisions(1, static_cast<int64_t>(seq_to)));
  std::set<uint64_t> undone;
  for (const store::DecisionRow& row : rows) {
    const Json payload = Json::parse(row.payload_json, nullptr, false);
    if (payload.is_discarded())
      return base::data_loss("decision of commit " + std::to_string(row.seq) + " is not JSON");
    if (row.kind == "undo") undone.insert(payload.value("seq", uint64_t{0}));
  }
  std::map<std::pair<uint64_t, uint16_t>, std::string> last;
  for (const store::DecisionRow& row : rows) {
    if (row.kind != "value" || undone.contains(static_cast<uint64_t>(row.seq))) continue;
    const Json payload = Json::parse(row.payload_json, nullptr, false);
    const auto field = knowledge.fields().find(payload.value("field", ""));
    const Result<uint64_t> entity = entity_named(knowledge, payload.value("record", ""));
    if (field && entity.ok()) last[{*entity, field->value}] = payload.value("value", "");
  }
  ValuePins pins;
  for (const auto& [key, value] : last) pins.pins_[key.first].push_back({codes::FieldId{key.second}, value});
  return pins;
}

}  // namespace minglu::flows
