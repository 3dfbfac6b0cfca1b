// Discrepancy lists: what a source says otherwise than the register, sent back to its department, and what it answers.
//
//   MINGLU_TRY(DiscrepancyList list, issue_discrepancies(home, reader, {.source = "hrss", .actor = "陈文静"}));
//   list.number                                     // "hrss-001"
//   MINGLU_TRY(uint64_t seq, answer_discrepancies(home, {.number = "hrss-001", .actor = "人社专员",
//                                                        .answers = {{.row = 1, .verdict = Verdict::kAccepted}}}));
//
// A list is a commit of kind "discrepancies" whose rows stand in the archive as they were sent, so that nothing learned
// later changes what a department was asked; answers are commits of kind "answers". Neither changes a unit nor asks for
// a resolve: a person sees the answer beside the conflict and decides. Of several answers to a row the last counts.
// Rows are what `reader` shows, so give it the scope of the department: values that it may not see are left out.
// Errors: kInvalidArgument (unknown source, verdict without value or reason, too many rows), kNotFound (no such list or
// row), kFailedPrecondition (nothing disagrees), kDataLoss. Cost: issuing reads every conflict that `reader` shows; one
// commit each. Thread-safety: as Home.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/register_reader.hpp"

namespace minglu::flows {

inline constexpr uint64_t kDiscrepanciesMax = 100'000;  // rows of a list
inline constexpr uint64_t kAnswersMax = 1000;           // of one commit

enum class Verdict : uint8_t {
  kAccepted,   // the department was wrong: our value holds
  kRejected,   // it stands by its value, for a reason
  kCorrected,  // neither: it gives another value
};
/// "accepted", "rejected", "corrected".
std::string_view verdict_name(Verdict verdict) noexcept;
std::optional<Verdict> parse_verdict(std::string_view name) noexcept;

struct Answer {
  uint64_t row = 0;  // from 1
  Verdict verdict = Verdict::kAccepted;
  std::string value;   // of kCorrected
  std::string reason;  // of kRejected at least
  std::string by;      // set when read
  std::string at;
  uint64_t seq = 0;
};

struct Discrepancy {
  uint64_t unit = 0;
  std::string uscc;
  std::string name;
  std::string field;
  std::string field_title;
  std::string key;     // of the department's record
  std::string theirs;  // what it says
  std::string ours;    // what holds
  std::string why;     // the rule that made it hold
  std::optional<Answer> answer;
};

struct DiscrepancyList {
  std::string number;  // "<source>-<three digits or more>"
  std::string source;
  std::string field;     // code; empty: all
  std::string district;  // prefix of a region code; empty: all
  std::string note;
  std::string created_by;
  std::string created_at;
  uint64_t seq = 0;
  uint64_t state_seq = 0;  // the state that was compared
  std::string digest;      // SHA-256 of the rows as archived
  uint64_t rows = 0;
  std::map<Verdict, uint64_t> answered;  // rows by their last answer
};

struct IssueSpec {
  std::string source;
  std::string field;
  std::string district;
  std::string note;
  std::string actor;
};
Result<DiscrepancyList> issue_discrepancies(Home& home, const RegisterReader& reader, const IssueSpec& spec);

/// All lists with their counts, the newest first.
Result<std::vector<DiscrepancyList>> discrepancy_lists(Home& home);
Result<DiscrepancyList> find_discrepancies(Home& home, const std::string& number);
/// The rows in their order, with their last answers.
Result<std::vector<Discrepancy>> discrepancies_of(Home& home, const DiscrepancyList& list);

struct AnswerSpec {
  std::string number;
  std::string actor;
  std::vector<Answer> answers;
};
/// The commit. All answers or none are kept.
Result<uint64_t> answer_discrepancies(Home& home, const AnswerSpec& spec);

/// The last answer about a record ("source:key") and a field, over all lists.
using AnswersByClaim = std::map<std::pair<std::string, std::string>, std::pair<std::string, Answer>>;  // -> number, it
Result<AnswersByClaim> answers_by_claim(Home& home);

}  // namespace minglu::flows
