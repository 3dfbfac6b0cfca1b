#include "flows/discrepancy_flow.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kListKind = "discrepancies";
constexpr std::string_view kAnswersKind = "answers";
constexpr uint64_t kPage = 1000;
constexpr size_t kTextCharsMax = 500;

Error unreadable(int64_t seq) {
  return base::data_loss("commit " + std::to_string(seq) + " cannot be read; run: minglu verify");
}

Result<std::vector<store::CommitRow>> commits_of_kind(Home& home, std::string_view kind) {
  MINGLU_TRY(const std::vector<Home::CommitHead> heads, home.commit_heads());
  std::vector<store::CommitRow> commits;
  for (const Home::CommitHead& head : heads) {
    if (head.kind != kind) continue;
    MINGLU_TRY(store::CommitRow commit, home.ledger().find_commit(static_cast<int64_t>(head.seq)));
    commits.push_back(std::move(commit));
  }
  return commits;
}

Result<std::string> commit(Home& home, std::string_view kind, const Json& payload, uint64_t& seq) {
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  MINGLU_TRY(const store::CommitReceipt receipt,
             home.ledger().commit({.kind = std::string(kind), .payload_json = canonical}));
  seq = static_cast<uint64_t>(receipt.seq);
  return receipt.created_at;
}

Json row_json(const Discrepancy& row) {
  return {{"unit", row.unit},     {"uscc", row.uscc},         {"name", row.name},
          {"field", row.field},   {"title", row.field_title}, {"key", row.key},
          {"theirs", row.theirs}, {"ours", row.ours},         {"why", row.why}};
}

// What the source says otherwise, of one conflict.
void add_rows(const FieldItem& item, const std::string& source, std::vector<Discrepancy>& rows) {
  for (const ClaimView& claim : item.field.claims) {
    if (claim.source != source || claim.wins || claim.agrees || !claim.trusted) continue;
    rows.push_back({item.unit.unit, item.unit.uscc, item.unit.name, item.field.code, item.field.title_zh, claim.key,
                    claim.value, item.field.value, item.field.why, std::nullopt});
  }
}

Result<std::vector<Discrepancy>> collect(const RegisterReader& reader, const IssueSpec& spec) {
  std::vector<Discrepancy> rows;
  FieldFilter filter{spec.field, spec.district, 0, kPage};
  for (;; filter.offset += kPage) {
    MINGLU_TRY(const FieldPage page, reader.conflicts(filter));
    for (const FieldItem& item : page.items) add_rows(item, spec.source, rows);
    if (rows.size() > kDiscrepanciesMax) {
      return base::invalid_argument("差异超过 " + std::to_string(kDiscrepanciesMax) +
                                    " 条，请按指标或区缩小范围后分次出清单");
    }
    if (filter.offset + kPage >= page.total) return rows;
  }
}

Result<DiscrepancyList> read_list(const store::CommitRow& row) {
  const Json payload = Json::parse(row.payload_json, nullptr, false);
  if (!payload.is_object()) return unreadable(row.seq);
  DiscrepancyList list;
  list.number = payload.value("number", "");
  list.source = payload.value("source", "");
  list.field = payload.value("field", "");
  list.district = payload.value("district", "");
  list.note = payload.value("note", "");
  list.created_by = payload.value("by", "");
  list.created_at = row.created_at;
  list.seq = static_cast<uint64_t>(row.seq);
  list.state_seq = payload.value("state_seq", uint64_t{0});
  list.digest = payload.value("outcome", "");
  list.rows = payload.value("rows", uint64_t{0});
  if (list.number.empty() || list.digest.empty()) return unreadable(row.seq);
  return list;
}

// By list and row, the last answer.
using Answers = std::map<std::string, std::map<uint64_t, Answer>>;

Result<Answers> all_answers(Home& home) {
  MINGLU_TRY(const std::vector<store::CommitRow> commits, commits_of_kind(home, kAnswersKind));
  Answers answers;
  for (const store::CommitRow& row : commits) {
    const Json payload = Json::parse(row.payload_json, nullptr, false);
    if (!payload.is_object() || !payload.contains("answers")) return unreadable(row.seq);
    for (const Json& item : payload["answers"]) {
      const auto verdict = parse_verdict(item.value("verdict", ""));
      if (!verdict) return unreadable(row.seq);
      const uint64_t place = item.value("row", uint64_t{0});
      answers[payload.value("number", "")][place] = {place,
                                                     *verdict,
                                                     item.value("value", ""),
                                                     item.value("reason", ""),
                                                     payload.value("by", ""),
                                                     row.created_at,
                                                     static_cast<uint64_t>(row.seq)};
    }
  }
  return answers;
}

std::string next_number(const std::string& source, const std::vector<DiscrepancyList>& lists) {
  const auto earlier =
      std::count_if(lists.begin(), lists.end(), [&](const auto& list) { return list.source == source; });
  char text[24];
  std::snprintf(text, sizeof text, "-%03lld", static_cast<long long>(earlier) + 1);
  return source + text;
}

Status check_answer(const Answer& answer, const DiscrepancyList& list) {
  const std::string row = std::to_string(answer.row);
  if (answer.row < 1 || answer.row > list.rows)
    return base::not_found("清单 " + list.number + " 没有第 " + row + " 条");
  if (answer.verdict == Verdict::kRejected && answer.reason.empty())
    return base::invalid_argument("第 " + row + " 条：不接受时请写明理由");
  if ((answer.verdict == Verdict::kCorrected) != !answer.value.empty())
    return base::invalid_argument("第 " + row + " 条：更正时、也只有更正时，请给出更正后的值");
  if (base::count_code_points(answer.value) > kTextCharsMax || base::count_code_points(answer.reason) > kTextCharsMax)
    return base::invalid_argument("第 " + row + " 条：值和理由最多 500 个字");
  return ok_status();
}

}  // namespace

std::string_view verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kAccepted: return "accepted";
    case Verdict::kRejected: return "rejected";
    case Verdict::kCorrected: return "corrected";
  }
  return "";
}

std::optional<Verdict> parse_verdict(std::string_view name) noexcept {
  for (const Verdict verdict : {Verdict::kAccepted, Verdict::kRejected, Verdict::kCorrected}) {
    if (verdict_name(verdict) == name) return verdict;
  }
  return std::nullopt;
}

Result<DiscrepancyList> issue_discrepancies(Home& home, const RegisterReader& reader, const IssueSpec& spec) {
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁出的清单");
  if (!home.knowledge().sources().find(spec.source)) return base::invalid_argument("没有来源“" + spec.source + "”");
  MINGLU_TRY(const std::vector<Discrepancy> rows, collect(reader, spec));
  if (rows.empty()) return base::failed_precondition("该来源在这个范围内与名录没有差异");
  MINGLU_TRY(const std::vector<DiscrepancyList> lists, discrepancy_lists(home));
  std::string lines;
  for (const Discrepancy& row : rows) lines += row_json(row).dump() + "\n";
  MINGLU_TRY(const store::ArchivedFile kept, home.archive().put_bytes(store::ArchiveKind::kOutcomes, lines));
  DiscrepancyList list;
  list.number = next_number(spec.source, lists);
  const Json payload{{"number", list.number}, {"source", spec.source},
                     {"field", spec.field},   {"district", spec.district},
                     {"note", spec.note},     {"by", spec.actor},
                     {"rows", rows.size()},   {"state_seq", reader.snapshot().state_seq()},
                     {"outcome", kept.sha256}};
  MINGLU_CHECK(commit(home, kListKind, payload, list.seq));
  return find_discrepancies(home, list.number);
}

Result<std::vector<DiscrepancyList>> discrepancy_lists(Home& home) {
  MINGLU_TRY(const std::vector<store::CommitRow> commits, commits_of_kind(home, kListKind));
  MINGLU_TRY(const Answers answers, all_answers(home));
  std::vector<DiscrepancyList> lists;
  for (auto row = commits.rbegin(); row != commits.rend(); ++row) {
    MINGLU_TRY(DiscrepancyList list, read_list(*row));
    if (const auto own = answers.find(list.number); own != answers.end()) {
      for (const auto& [place, answer] : own->second) ++list.answered[answer.verdict];
    }
    lists.push_back(std::move(list));
  }
  return lists;
}

Result<DiscrepancyList> find_discrepancies(Home& home, const std::string& number) {
  MINGLU_TRY(const std::vector<DiscrepancyList> lists, discrepancy_lists(home));
  const auto it = std::find_if(lists.begin(), lists.end(), [&](const auto& list) { return list.number == number; });
  if (it == lists.end()) return base::not_found("没有编号为“" + number + "”的差异清单");
  return *it;
}

Result<std::vector<Discrepancy>> discrepancies_of(Home& home, const DiscrepancyList& list) {
  MINGLU_TRY(const std::string lines, home.archive().read(store::ArchiveKind::kOutcomes, list.digest));
  MINGLU_TRY(Answers answers, all_answers(home));
  const std::map<uint64_t, Answer>& own = answers[list.number];
  std::vector<Discrepancy> rows;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const Json json = Json::parse(lines.begin() + static_cast<ptrdiff_t>(at),
                                  lines.begin() + static_cast<ptrdiff_t>(end), nullptr, false);
    at = end + 1;
    if (!json.is_object()) return unreadable(static_cast<int64_t>(list.seq));
    Discrepancy row{json.value("unit", uint64_t{0}), json.value("uscc", ""),
                    json.value("name", ""),          json.value("field", ""),
                    json.value("title", ""),         json.value("key", ""),
                    json.value("theirs", ""),        json.value("ours", ""),
                    json.value("why", ""),           std::nullopt};
    if (const auto answer = own.find(rows.size() + 1); answer != own.end()) row.answer = answer->second;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<uint64_t> answer_discrepancies(Home& home, const AnswerSpec& spec) {
  if (spec.actor.empty()) return base::invalid_argument("请写明是谁的答复");
  if (spec.answers.empty() || spec.answers.size() > kAnswersMax)
    return base::invalid_argument("一次请答复 1 到 " + std::to_string(kAnswersMax) + " 条");
  MINGLU_TRY(const DiscrepancyList list, find_discrepancies(home, spec.number));
  Json answers = Json::array();
  for (const Answer& answer : spec.answers) {
    MINGLU_CHECK(check_answer(answer, list));
    answers.push_back({{"row", answer.row},
                       {"verdict", verdict_name(answer.verdict)},
                       {"value", answer.value},
                       {"reason", answer.reason}});
  }
  uint64_t seq = 0;
  MINGLU_CHECK(
      commit(home, kAnswersKind, {{"number", spec.number}, {"by", spec.actor}, {"answers", std::move(answers)}}, seq));
  return seq;
}

Result<AnswersByClaim> answers_by_claim(Home& home) {
  AnswersByClaim out;
  MINGLU_TRY(const std::vector<DiscrepancyList> lists, discrepancy_lists(home));
  for (const DiscrepancyList& list : lists) {
    if (list.answered.empty()) continue;
    MINGLU_TRY(const std::vector<Discrepancy> rows, discrepancies_of(home, list));
    for (const Discrepancy& row : rows) {
      if (!row.answer) continue;
      std::pair<std::string, Answer>& kept = out[{list.source + ":" + row.key, row.field}];
      if (kept.second.seq < row.answer->seq) kept = {list.number, *row.answer};
    }
  }
  return out;
}

}  // namespace minglu::flows
