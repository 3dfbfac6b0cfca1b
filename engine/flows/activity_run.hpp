// Scores of a period, computed with a published model and sealed.
//
//   MINGLU_TRY(ScoreRun run, run_scores(home, {.model = "sixia", .period = {202606}, .actor = "陈文静"}));
//   MINGLU_TRY(auto sealed, SealedScores::open(home, run));
//   if (const auto row = sealed->find(unit)) sealed->score(*row);
//
// A run is a commit of kind "activity_scores" whose scores stand in the archive: they are never computed again. The
// same period again is a new revision beside the old one, with the number of units that late data moved; a period that
// was sealed by one version is never scored by another. Errors: kNotFound (no published model, no run), kConflict
// (nothing changed since the last revision; or sealed by another version), kDataLoss (the file is damaged). Cost: that
// of the inputs (flows/activity_inputs.hpp) and of scoring; a sealed file is mapped, 29 bytes a unit. Thread-safety: as
// Home; SealedScores is immutable.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "flows/activity_inputs.hpp"
#include "flows/activity_versions.hpp"
#include "store/packed_file.hpp"

namespace minglu::flows {

struct ScoreRun {
  std::string model;
  uint64_t version = 0;
  Period period;
  uint64_t revision = 1;
  uint64_t state_seq = 0;
  std::string digest;
  uint64_t units = 0;
  std::map<std::string, uint64_t> grades;
  double mean = 0;       // of the scores there are
  double drift = 0;      // stability index against the base period's first run of the version
  uint64_t changed = 0;  // units whose score differs from the revision before
  std::string reason;    // of a revision
  std::string by;
  std::string at;
  uint64_t seq = 0;
};

struct RunSpec {
  std::string model;
  Period period;
  std::string actor;
  std::string reason;  // required for a revision
};

/// What run_scores would refuse, without its work.
Status check_run(Home& home, const RunSpec& spec);
Result<ScoreRun> run_scores(Home& home, const RunSpec& spec);
/// The newest first.
Result<std::vector<ScoreRun>> score_runs(Home& home);
/// The last revision of the last period of a model. kNotFound.
Result<ScoreRun> latest_run(Home& home, const std::string& model);

class SealedScores {
 public:
  static Result<std::shared_ptr<const SealedScores>> open(Home& home, const ScoreRun& run);
  [[nodiscard]] size_t rows() const noexcept { return units_.size(); }
  [[nodiscard]] std::span<const uint64_t> units() const noexcept { return units_; }  // ascending
  [[nodiscard]] std::optional<size_t> find(uint64_t unit) const;
  /// Null where there is none.
  [[nodiscard]] double score(size_t row) const;
  [[nodiscard]] double coverage(size_t row) const { return static_cast<double>(coverages_[row]) / 1e6; }
  [[nodiscard]] uint8_t grade(size_t row) const { return grades_[row]; }
  [[nodiscard]] std::span<const uint8_t> grades() const noexcept { return grades_; }
  [[nodiscard]] const std::vector<std::string>& grade_names() const noexcept { return grade_names_; }
  [[nodiscard]] const std::vector<std::string>& region_words() const noexcept { return regions_; }
  [[nodiscard]] const std::vector<std::string>& industry_words() const noexcept { return industries_; }
  [[nodiscard]] uint32_t region(size_t row) const { return region_codes_[row]; }
  [[nodiscard]] uint32_t industry(size_t row) const { return industry_codes_[row]; }

 private:
  std::optional<store::ReadableFile> content_;
  base::MappedFile file_;
  std::span<const uint64_t> units_;
  std::span<const int64_t> scores_;  // billionths; INT64_MIN: none
  std::span<const uint32_t> coverages_;
  std::span<const uint32_t> region_codes_;
  std::span<const uint32_t> industry_codes_;
  std::span<const uint8_t> grades_;
  std::vector<std::string> grade_names_;
  std::vector<std::string> regions_;
  std::vector<std::string> industries_;
};

}  // namespace minglu::flows
