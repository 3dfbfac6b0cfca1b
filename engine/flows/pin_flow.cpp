#include "flows/pin_flow.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kPinKind = "pin";

Status check_text(const PinSpec& spec) {
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/'; };
  const size_t chars = base::count_code_points(spec.name);
  if (chars == 0 || chars > kPinNameCharsMax || std::any_of(spec.name.begin(), spec.name.end(), bad))
    return base::invalid_argument("定格的名称应为 1 到 64 个字，不含“/”和控制字符");
  if (spec.name.front() == ' ' || spec.name.back() == ' ') return base::invalid_argument("定格的名称首尾不能是空格");
  if (base::count_code_points(spec.note) > kPinNoteCharsMax) return base::invalid_argument("说明最多 500 个字");
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁的定格");
  return ok_status();
}

Result<std::string> state_hash_at(Home& home, uint64_t seq) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(seq));
  const Json summary = state ? Json::parse(state->summary_json(), nullptr, false) : Json();
  const std::string hash = summary.is_object() ? summary.value("state_hash", "") : "";
  if (hash.empty())
    return base::data_loss("state of commit " + std::to_string(seq) + " has no hash; run: minglu verify");
  return hash;
}

Result<Pin> read_pin(const store::CommitRow& commit) {
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  const std::string day = payload.is_object() ? payload.value("as_of", "") : "";
  const auto as_of = base::parse_iso_date(day);
  if (!as_of)
    return base::data_loss("commit " + std::to_string(commit.seq) + " is no readable pin; run: minglu verify");
  Pin pin;
  pin.name = payload.value("name", "");
  pin.as_of = *as_of;
  pin.known_seq = payload.value("known_seq", uint64_t{0});
  pin.state_hash = payload.value("state_hash", "");
  pin.note = payload.value("note", "");
  pin.created_by = payload.value("by", "");
  pin.created_at = commit.created_at;
  pin.seq = static_cast<uint64_t>(commit.seq);
  return pin;
}

Result<Date> day_of_commit(Home& home, uint64_t seq) {
  MINGLU_TRY(const store::CommitRow commit, home.ledger().find_commit(static_cast<int64_t>(seq)));
  const auto day = base::parse_iso_date(std::string_view(commit.created_at).substr(0, 10));
  if (!day) return base::data_loss("commit " + std::to_string(seq) + " has no time; run: minglu verify");
  return *day;
}

}  // namespace

Result<std::vector<Pin>> all_pins(Home& home) {
  MINGLU_TRY(const std::vector<store::CommitRow> commits, home.commits_of_kind(kPinKind));
  std::vector<Pin> pins;
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
    MINGLU_TRY(Pin pin, read_pin(*commit));
    pins.push_back(std::move(pin));
  }
  return pins;
}

Result<Pin> find_pin(Home& home, const std::string& name) {
  MINGLU_TRY(const std::vector<Pin> pins, all_pins(home));
  const auto it = std::find_if(pins.begin(), pins.end(), [&](const Pin& pin) { return pin.name == name; });
  if (it == pins.end()) return base::not_found("没有名为“" + name + "”的定格");
  return *it;
}

Result<Pin> add_pin(Home& home, const PinSpec& spec) {
  MINGLU_CHECK(check_text(spec));
  const Result<Pin> known = find_pin(home, spec.name);
  if (known.ok()) return base::conflict("已有名为“" + spec.name + "”的定格，定格不能改，请换一个名称");
  if (known.error().code != ErrorCode::kNotFound) return known.error();
  MINGLU_TRY(const uint64_t seq, home.state_seq(spec.known_seq.value_or(UINT64_MAX)));
  if (seq == 0) return base::failed_precondition("那时名录里还没有单位，没有可以定格的内容");
  MINGLU_TRY(const std::string hash, state_hash_at(home, seq));
  Date as_of = spec.as_of.value_or(Date{});
  if (!spec.as_of) { MINGLU_TRY(as_of, day_of_commit(home, seq)); }
  const Json payload{{"name", spec.name}, {"as_of", base::format_iso_date(as_of)},
                     {"known_seq", seq},  {"state_hash", hash},
                     {"note", spec.note}, {"by", spec.actor}};
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  MINGLU_TRY(const store::CommitReceipt receipt,
             home.ledger().commit({.kind = std::string(kPinKind), .payload_json = canonical}));
  return Pin{
      spec.name, as_of, seq, hash, spec.note, spec.actor, receipt.created_at, static_cast<uint64_t>(receipt.seq)};
}

Result<std::vector<std::string>> verify_pins(Home& home) {
  MINGLU_TRY(const std::vector<Pin> pins, all_pins(home));
  std::vector<std::string> problems;
  for (const Pin& pin : pins) {
    const Result<std::string> hash = state_hash_at(home, pin.known_seq);
    if (!hash.ok()) problems.push_back("pin \"" + pin.name + "\": " + hash.error().message);
    if (hash.ok() && *hash != pin.state_hash)
      problems.push_back("pin \"" + pin.name + "\" was taken of state " + pin.state_hash + ", but commit " +
                         std::to_string(pin.known_seq) + " has " + *hash);
  }
  return problems;
}

}  // namespace minglu::flows
