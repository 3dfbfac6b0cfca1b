#include "flows/activity_versions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "flows/activity_inputs.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kModelKind = "activity_model";

Error unknown_version(const std::string& id, uint64_t version) {
  return base::not_found("没有模型“" + id + "”的第 " + std::to_string(version) + " 版（no such version of the model）");
}

Status apply(const store::CommitRow& commit, std::vector<ModelVersion>& versions) {
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  if (!payload.is_object())
    return base::data_loss("commit " + std::to_string(commit.seq) + " cannot be read; run: minglu verify");
  const std::string id = payload.value("model", "");
  const uint64_t number = payload.value("version", uint64_t{0});
  if (payload.value("action", "") == "draft") {
    ModelVersion version{.id = id, .version = number};
    version.title_zh = payload.value("title_zh", id);
    version.title_en = payload.value("title_en", id);
    version.document = payload.value("document", "");
    version.note = payload.value("note", "");
    version.drafted_by = payload.value("by", "");
    version.drafted_at = commit.created_at;
    version.seq = static_cast<uint64_t>(commit.seq);
    versions.push_back(std::move(version));
    return ok_status();
  }
  const auto it = std::find_if(versions.begin(), versions.end(),
                               [&](const ModelVersion& v) { return v.id == id && v.version == number; });
  if (it == versions.end())
    return base::data_loss("commit " + std::to_string(commit.seq) + " publishes a model that nobody drafted");
  it->is_published = true;
  it->published_by = payload.value("by", "");
  it->published_at = commit.created_at;
  it->base_period = {payload.value("base_period", 0)};
  it->state_seq = payload.value("state_seq", uint64_t{0});
  it->statistics = payload.value("outcome", "");
  it->seq = static_cast<uint64_t>(commit.seq);
  return ok_status();
}

Status commit_model(Home& home, const Json& payload) {
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  const Result<store::CommitReceipt> receipt =
      home.ledger().commit({.kind = std::string(kModelKind), .payload_json = canonical});
  return receipt.ok() ? ok_status() : Status{receipt.error()};
}

Result<std::string> learn_statistics(Home& home, const store::State& state, const RegisterModel& model, Period period) {
  MINGLU_TRY(ActivityInputs inputs, activity_inputs(home, state, model, {.period = period}));
  if (inputs.units.empty())
    return base::failed_precondition("模型的范围里没有单位，无法计算基期统计量（the population is empty）");
  MINGLU_TRY(const activity::Scores scores,
             activity::score(model.model, std::move(inputs.data), {.threads = home.threads()}));
  return activity::frozen_json(model.model, scores.frozen);
}

}  // namespace

Result<Period> parse_activity_period(const std::string& text) {
  if (const auto period = base::parse_period(text)) return *period;
  return base::invalid_argument("报告期“" + text + "”应为 2026-06 之类（a period is like 2026-06）");
}

Result<std::vector<ModelVersion>> model_versions(Home& home) {
  MINGLU_TRY(const std::vector<store::CommitRow> commits, home.commits_of_kind(kModelKind));
  std::vector<ModelVersion> versions;
  for (const store::CommitRow& commit : commits) MINGLU_CHECK(apply(commit, versions));
  std::stable_sort(versions.begin(), versions.end(), [](const ModelVersion& a, const ModelVersion& b) {
    return a.id != b.id ? a.id < b.id : a.version > b.version;
  });
  return versions;
}

Result<ModelVersion> find_model(Home& home, const std::string& id, uint64_t version) {
  MINGLU_TRY(const std::vector<ModelVersion> versions, model_versions(home));
  for (const ModelVersion& known : versions) {
    if (known.id == id && known.version == version) return known;
  }
  return unknown_version(id, version);
}

Result<ModelVersion> published_model(Home& home, const std::string& id) {
  MINGLU_TRY(const std::vector<ModelVersion> versions, model_versions(home));
  for (const ModelVersion& known : versions) {
    if (known.id == id && known.is_published) return known;
  }
  return base::not_found("模型“" + id + "”还没有发布的版本（no published version of the model）");
}

Result<ModelVersion> draft_model(Home& home, const DraftSpec& spec) {
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁起草的模型（who drafts it）");
  if (spec.document.size() > kModelBytesMax) return base::invalid_argument("模型文件超过 256 KB（too large）");
  if (base::count_code_points(spec.note) > kModelNoteCharsMax) return base::invalid_argument("说明最多 500 个字");
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), spec.document));
  MINGLU_TRY(const std::vector<ModelVersion> versions, model_versions(home));
  uint64_t number = 1;
  for (const ModelVersion& known : versions) {
    if (known.id == model.model.id) number = std::max(number, known.version + 1);
  }
  MINGLU_CHECK(commit_model(home, {{"action", "draft"},
                                   {"model", model.model.id},
                                   {"version", number},
                                   {"title_zh", model.title_zh},
                                   {"title_en", model.title_en},
                                   {"document", spec.document},
                                   {"note", spec.note},
                                   {"by", spec.actor}}));
  return find_model(home, model.model.id, number);
}

Result<ModelVersion> check_publish(Home& home, const PublishSpec& spec) {
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁发布的模型（who publishes it）");
  MINGLU_TRY(const ModelVersion version, find_model(home, spec.id, spec.version));
  if (version.is_published)
    return base::conflict("第 " + std::to_string(spec.version) + " 版已经发布，发布后不能再改（published already）");
  if (version.drafted_by == spec.actor)
    return Error{base::ErrorCode::kPermissionDenied, "发布须由起草人以外的人进行（a second person publishes a draft）"};
  return version;
}

Result<ModelVersion> publish_model(Home& home, const PublishSpec& spec) {
  MINGLU_TRY(const ModelVersion version, check_publish(home, spec));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return base::failed_precondition("名录里还没有单位（the register has no unit）");
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), version.document));
  MINGLU_TRY(const std::string document, learn_statistics(home, *state, model, spec.base_period));
  MINGLU_TRY(const store::ArchivedFile sealed, home.archive().put_bytes(store::ArchiveKind::kOutcomes, document));
  MINGLU_CHECK(commit_model(home, {{"action", "publish"},
                                   {"model", spec.id},
                                   {"version", spec.version},
                                   {"base_period", spec.base_period.yyyymm},
                                   {"state_seq", state->seq()},
                                   {"outcome", sealed.sha256},
                                   {"by", spec.actor}}));
  return find_model(home, spec.id, spec.version);
}

Result<activity::Frozen> frozen_statistics(Home& home, const ModelVersion& version, const activity::Model& model) {
  if (!version.is_published)
    return base::failed_precondition("草稿没有基期统计量，请先发布（a draft has no statistics: publish it first）");
  MINGLU_TRY(const std::string bytes, home.archive().read(store::ArchiveKind::kOutcomes, version.statistics));
  return activity::parse_frozen(model, bytes);
}

}  // namespace minglu::flows
