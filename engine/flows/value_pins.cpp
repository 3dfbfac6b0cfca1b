#include "flows/value_pins.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "ingest/prepare.hpp"

namespace minglu::flows {

using Json = nlohmann::json;

Result<uint64_t> entity_named(const Knowledge& knowledge, const std::string& record) {
  const size_t colon = record.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == record.size()) {
    return base::invalid_argument("记录 \"" + record + "\" 应写作 来源:键，例如 power:0755001");
  }
  const std::string source = record.substr(0, colon);
  if (!knowledge.sources().find(source))
    return base::not_found("没有来源 \"" + source + "\"；可用 minglu sources 查看");
  return ingest::entity_of(source, std::string_view(record).substr(colon + 1)).value;
}

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
