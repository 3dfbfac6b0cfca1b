// Versions of the models of activity in the register: drafted by one person, published by another, never edited.
//
//   MINGLU_TRY(ModelVersion draft, draft_model(home, {.document = text, .actor = "陈文静"}));
//   MINGLU_TRY(ModelVersion live, publish_model(home, {"sixia", draft.version, {202606}, "李强"}));   // four eyes
//   MINGLU_TRY(activity::Frozen frozen, frozen_statistics(home, live, model));
//
// Each step is a commit of kind "activity_model": part of the history hash, kept by backup and rebuild. Publishing
// computes the statistics of the base period over the units of the model's population and seals them in the archive:
// they belong to (version, base period) for ever. Neither step changes a unit. Errors: kInvalidArgument (document,
// period), kNotFound, kConflict (published already), kPermissionDenied (the same person), kFailedPrecondition (no unit
// to learn from). Cost: drafting a commit; publishing a run of the model. Thread-safety: as Home; one writer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "activity/score.hpp"
#include "flows/activity_model.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

inline constexpr size_t kModelBytesMax = 256 * 1024;
inline constexpr size_t kModelNoteCharsMax = 500;

struct ModelVersion {
  std::string id;
  uint64_t version = 0;  // 1, 2, ... per id
  std::string title_zh;
  std::string title_en;
  std::string document;
  std::string note;
  std::string drafted_by;
  std::string drafted_at;
  bool is_published = false;
  std::string published_by;
  std::string published_at;
  Period base_period;
  uint64_t state_seq = 0;  // state that the statistics were learned from
  std::string statistics;  // SHA-256 of the sealed document
  uint64_t seq = 0;        // of the last commit about it
};

struct DraftSpec {
  std::string document;
  std::string note;
  std::string actor;
};

struct PublishSpec {
  std::string id;
  uint64_t version = 0;
  Period base_period;
  std::string actor;
};

Result<ModelVersion> draft_model(Home& home, const DraftSpec& spec);
/// What publish_model would refuse, without its work.
Result<ModelVersion> check_publish(Home& home, const PublishSpec& spec);
Result<ModelVersion> publish_model(Home& home, const PublishSpec& spec);

/// By id ascending, then the newest first.
Result<std::vector<ModelVersion>> model_versions(Home& home);
Result<ModelVersion> find_model(Home& home, const std::string& id, uint64_t version);
/// The newest published version of a model. kNotFound.
Result<ModelVersion> published_model(Home& home, const std::string& id);

/// The sealed statistics. kFailedPrecondition for a draft; kDataLoss when they are damaged.
Result<activity::Frozen> frozen_statistics(Home& home, const ModelVersion& version, const activity::Model& model);

/// "2026-06", "202606". kInvalidArgument.
Result<Period> parse_activity_period(const std::string& text);

}  // namespace minglu::flows
