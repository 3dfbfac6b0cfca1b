#include "flows/activity_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "activity/compare.hpp"
#include "activity/grade.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kScoresKind = "activity_scores";
constexpr std::string_view kMagic = "MLSCORE1";

template <typename T>
void put_array(std::string& out, const std::vector<T>& items) {
  out.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
  out.resize((out.size() + 7) / 8 * 8, '\0');
}

// Magic, length of the head, head as JSON, then the arrays, each padded to eight bytes.
std::string encode(const ActivityInputs& inputs, const activity::Scores& scores) {
  const size_t rows = inputs.units.size();
  std::string head = Json{{"units", rows},
                          {"grades", scores.grade_names},
                          {"regions", inputs.region.words},
                          {"industries", inputs.industry.words}}
                         .dump();
  head.resize((head.size() + 7) / 8 * 8, ' ');
  std::string out(kMagic);
  const uint64_t length = head.size();
  out.append(reinterpret_cast<const char*>(&length), sizeof length);
  out += head;
  std::vector<int64_t> billionths(rows);
  std::vector<uint32_t> coverage(rows);
  for (size_t row = 0; row < rows; ++row) {
    billionths[row] = activity::is_null(scores.score[row]) ? INT64_MIN : activity::score_billionths(scores.score[row]);
    coverage[row] = static_cast<uint32_t>(std::lround(scores.coverage[row] * 1e6));
  }
  put_array(out, inputs.units);
  put_array(out, billionths);
  put_array(out, coverage);
  put_array(out, inputs.region.codes);
  put_array(out, inputs.industry.codes);
  put_array(out, scores.grade);
  return out;
}

Result<ScoreRun> read_run(const store::CommitRow& commit) {
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  if (!payload.is_object() || payload.value("outcome", "").empty())
    return base::data_loss("commit " + std::to_string(commit.seq) + " holds no scores; run: minglu verify");
  ScoreRun run;
  run.model = payload.value("model", "");
  run.version = payload.value("version", uint64_t{0});
  run.period = {payload.value("period", 0)};
  run.revision = payload.value("revision", uint64_t{1});
  run.state_seq = payload.value("state_seq", uint64_t{0});
  run.digest = payload.value("outcome", "");
  run.units = payload.value("units", uint64_t{0});
  run.grades = payload.value("grades", std::map<std::string, uint64_t>{});
  run.mean = static_cast<double>(payload.value("mean_millionths", int64_t{0})) / 1e6;
  run.drift = static_cast<double>(payload.value("drift_millionths", int64_t{0})) / 1e6;
  run.changed = payload.value("changed", uint64_t{0});
  run.reason = payload.value("reason", "");
  run.by = payload.value("by", "");
  run.at = commit.created_at;
  run.seq = static_cast<uint64_t>(commit.seq);
  return run;
}

std::vector<uint64_t> classes_of(const SealedScores& sealed) {
  std::vector<double> scores(sealed.rows());
  for (size_t row = 0; row < scores.size(); ++row) scores[row] = sealed.score(row);
  return activity::score_classes(scores);
}

uint64_t count_changed(const SealedScores& before, const ActivityInputs& inputs, const activity::Scores& scores) {
  uint64_t changed = 0;
  for (size_t row = 0; row < inputs.units.size(); ++row) {
    const auto old = before.find(inputs.units[row]);
    const int64_t now =
        activity::is_null(scores.score[row]) ? INT64_MIN : activity::score_billionths(scores.score[row]);
    const double then = old ? before.score(*old) : activity::kNull;
    const int64_t was = activity::is_null(then) ? INT64_MIN : activity::score_billionths(then);
    changed += !old || now != was ? 1 : 0;
  }
  return changed;
}

// The last revision of the period, and the first run of the version: what drift is measured against.
struct Earlier {
  std::optional<ScoreRun> revision;
  std::optional<ScoreRun> first;
};

Result<Earlier> earlier_of(Home& home, const ModelVersion& version, Period period) {
  MINGLU_TRY(const std::vector<ScoreRun> runs, score_runs(home));
  Earlier earlier;
  for (const ScoreRun& run : runs) {
    if (run.model != version.id) continue;
    if (run.period == period && run.version != version.version) {
      return base::conflict(base::format_period(period) + " 已由第 " + std::to_string(run.version) +
                            " 版计算并封存，不用别的版本重算（the period is sealed by another version）");
    }
    if (run.version != version.version) continue;
    if (run.period == period && !earlier.revision) earlier.revision = run;
    earlier.first = run;
  }
  return earlier;
}

Json payload_of(const RunSpec& spec, const ModelVersion& version, const ActivityInputs& inputs,
                const activity::Scores& scores) {
  std::map<std::string, uint64_t> grades;
  double sum = 0;
  uint64_t scored = 0;
  for (size_t row = 0; row < inputs.units.size(); ++row) {
    ++grades[std::string(scores.grade_of(row))];
    if (activity::is_null(scores.score[row])) continue;
    sum += scores.score[row];
    ++scored;
  }
  const double mean = scored == 0 ? 0 : sum / static_cast<double>(scored);
  return {{"model", version.id},
          {"version", version.version},
          {"period", spec.period.yyyymm},
          {"by", spec.actor},
          {"reason", spec.reason},
          {"units", inputs.units.size()},
          {"grades", grades},
          {"mean_millionths", std::llround(mean * 1e6)},
          {"statistics", version.statistics}};
}

}  // namespace

Result<std::vector<ScoreRun>> score_runs(Home& home) {
  MINGLU_TRY(const std::vector<store::CommitRow> commits, home.commits_of_kind(kScoresKind));
  std::vector<ScoreRun> runs;
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
    MINGLU_TRY(ScoreRun run, read_run(*commit));
    runs.push_back(std::move(run));
  }
  return runs;
}

Result<ScoreRun> latest_run(Home& home, const std::string& model) {
  MINGLU_TRY(const std::vector<ScoreRun> runs, score_runs(home));
  const ScoreRun* latest = nullptr;
  for (const ScoreRun& run : runs) {
    if (run.model == model && (latest == nullptr || run.period > latest->period)) latest = &run;
  }
  if (latest == nullptr) return base::not_found("模型“" + model + "”还没有计算过（no scores of the model yet）");
  return *latest;
}

Status check_run(Home& home, const RunSpec& spec) {
  MINGLU_TRY(const ModelVersion version, published_model(home, spec.model));
  MINGLU_TRY(const Earlier earlier, earlier_of(home, version, spec.period));
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁计算的（who runs it）");
  if (!earlier.revision || !spec.reason.empty()) return ok_status();
  return base::invalid_argument(base::format_period(spec.period) +
                                " 已经封存，重算是一次修订，请写明原因（a revision needs a reason）");
}

Result<ScoreRun> run_scores(Home& home, const RunSpec& spec) {
  MINGLU_CHECK(check_run(home, spec));
  MINGLU_TRY(const ModelVersion version, published_model(home, spec.model));
  MINGLU_TRY(const Earlier earlier, earlier_of(home, version, spec.period));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return base::failed_precondition("名录里还没有单位（the register has no unit）");
  MINGLU_TRY(const RegisterModel model, parse_register_model(home.knowledge(), version.document));
  MINGLU_TRY(const activity::Frozen frozen, frozen_statistics(home, version, model.model));
  MINGLU_TRY(ActivityInputs inputs, activity_inputs(home, *state, model, {.period = spec.period}));
  if (inputs.units.empty()) return base::failed_precondition("模型的范围里没有单位（the population is empty）");
  activity::ActivityData data = std::move(inputs.data);
  MINGLU_TRY(const activity::Scores scores,
             activity::score(model.model, std::move(data), {.threads = home.threads(), .frozen = &frozen}));
  MINGLU_TRY(const store::ArchivedFile sealed,
             home.archive().put_bytes(store::ArchiveKind::kOutcomes, encode(inputs, scores)));
  Json payload = payload_of(spec, version, inputs, scores);
  payload["state_seq"] = state->seq();
  payload["outcome"] = sealed.sha256;
  payload["revision"] = earlier.revision ? earlier.revision->revision + 1 : 1;
  if (earlier.revision) {
    if (earlier.revision->digest == sealed.sha256)
      return base::conflict("与上一次封存的结果完全相同，无须修订（nothing changed since the last revision）");
    MINGLU_TRY(const auto before, SealedScores::open(home, *earlier.revision));
    payload["changed"] = count_changed(*before, inputs, scores);
  }
  if (earlier.first) {
    MINGLU_TRY(const auto first, SealedScores::open(home, *earlier.first));
    const double drift = activity::stability_index(classes_of(*first), activity::score_classes(scores.score));
    payload["drift_millionths"] = std::llround(drift * 1e6);
  }
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  MINGLU_TRY(const store::CommitReceipt receipt,
             home.ledger().commit({.kind = std::string(kScoresKind), .payload_json = canonical}));
  MINGLU_TRY(const store::CommitRow commit, home.ledger().find_commit(receipt.seq));
  return read_run(commit);
}

// ---- sealed files ----

Result<std::shared_ptr<const SealedScores>> SealedScores::open(Home& home, const ScoreRun& run) {
  const Error damaged = base::data_loss("the sealed scores " + run.digest + " are damaged; run: minglu verify");
  MINGLU_TRY(store::ReadableFile content, home.archive().open_content(store::ArchiveKind::kOutcomes, run.digest));
  auto sealed = std::make_shared<SealedScores>();
  sealed->content_.emplace(std::move(content));
  MINGLU_TRY(sealed->file_, base::MappedFile::open(sealed->content_->path()));
  const std::string_view bytes = sealed->file_.bytes();
  if (bytes.size() < 16 || !bytes.starts_with(kMagic)) return damaged;
  uint64_t length = 0;
  std::memcpy(&length, bytes.data() + 8, sizeof length);
  if (length > bytes.size() - 16) return damaged;
  const Json head = Json::parse(bytes.substr(16, length), nullptr, false);
  if (!head.is_object() || !head.contains("units")) return damaged;
  const auto rows = head.value("units", size_t{0});
  sealed->grade_names_ = head.value("grades", std::vector<std::string>{});
  sealed->regions_ = head.value("regions", std::vector<std::string>{});
  sealed->industries_ = head.value("industries", std::vector<std::string>{});
  size_t at = 16 + length;
  bool whole = true;
  const auto take = [&]<typename T>(std::span<const T>& out) {
    const size_t size = rows * sizeof(T);
    whole = whole && rows <= bytes.size() && size <= bytes.size() - std::min(at, bytes.size());
    if (!whole) return;
    out = {reinterpret_cast<const T*>(bytes.data() + at), rows};
    at += (size + 7) / 8 * 8;
  };
  take(sealed->units_);
  take(sealed->scores_);
  take(sealed->coverages_);
  take(sealed->region_codes_);
  take(sealed->industry_codes_);
  take(sealed->grades_);
  const auto below = [](std::span<const uint32_t> codes, size_t size) {
    return std::all_of(codes.begin(), codes.end(), [&](uint32_t code) { return code < size; });
  };
  whole = whole && below(sealed->region_codes_, sealed->regions_.size()) &&
          below(sealed->industry_codes_, sealed->industries_.size()) &&
          std::all_of(sealed->grades_.begin(), sealed->grades_.end(),
                      [&](uint8_t grade) { return grade < sealed->grade_names_.size(); });
  if (!whole) return damaged;
  return std::shared_ptr<const SealedScores>(std::move(sealed));
}

std::optional<size_t> SealedScores::find(uint64_t unit) const {
  const auto it = std::lower_bound(units_.begin(), units_.end(), unit);
  if (it == units_.end() || *it != unit) return std::nullopt;
  return static_cast<size_t>(it - units_.begin());
}

double SealedScores::score(size_t row) const {
  return scores_[row] == INT64_MIN ? activity::kNull : static_cast<double>(scores_[row]) / 1e9;
}

}  // namespace minglu::flows
