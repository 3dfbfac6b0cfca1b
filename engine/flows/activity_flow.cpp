#include "flows/activity_flow.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "base/file.hpp"
#include "flows/activity_data.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The shortest text that reads back as the same number; empty for null.
std::string number_text(double value) {
  if (activity::is_null(value)) return {};
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value).ptr;
  return {text.data(), end};
}

struct OutNumbers {
  std::string name;
  const std::vector<double>* column;
};

std::vector<OutNumbers> number_columns(const activity::Model& model, const activity::Scores& scores, bool detail) {
  std::vector<OutNumbers> columns;
  for (size_t at = 0; at + 1 < model.groups.size(); ++at) {
    columns.push_back({"group:" + model.groups[at].code, &scores.groups[at]});
  }
  for (size_t at = 0; detail && at < model.indicators.size(); ++at) {
    columns.push_back({"indicator:" + model.indicators[at].code, &scores.normalised[at]});
  }
  return columns;
}

Status write_scores(const std::filesystem::path& path, const activity::Model& model, const activity::Scores& scores,
                    const std::vector<std::string>& ids, bool detail) {
  const std::vector<OutNumbers> numbers = number_columns(model, scores, detail);
  std::vector<table::OutColumn> columns{{"id"}, {"score"}, {"rank"}, {"grade"}, {"coverage"}};
  for (const OutNumbers& column : numbers) columns.push_back({column.name});
  MINGLU_TRY(std::unique_ptr<table::TableWriter> writer, table::create_csv(path, columns, {}));
  std::vector<std::string> texts(columns.size());
  std::vector<std::optional<std::string_view>> cells(columns.size());
  for (size_t row = 0; row < ids.size(); ++row) {
    texts[0] = ids[row];
    texts[1] = number_text(scores.score[row]);
    texts[2] = scores.rank[row] == 0 ? std::string() : std::to_string(scores.rank[row]);
    const bool scored = !activity::is_null(scores.score[row]);
    const std::string_view grade = scores.grade.empty() ? std::string_view() : scores.grade_of(row);
    texts[3] = std::string(scored ? grade : activity::kNoGrade);
    texts[4] = number_text(scores.coverage[row]);
    for (size_t at = 0; at < numbers.size(); ++at) texts[5 + at] = number_text((*numbers[at].column)[row]);
    for (size_t at = 0; at < texts.size(); ++at) {
      cells[at] = texts[at].empty() ? std::nullopt : std::optional<std::string_view>(texts[at]);
    }
    MINGLU_CHECK(writer->row(cells));
  }
  return writer->finish();
}

void count_grades(ActivityFlowReport& report) {
  for (size_t row = 0; row < report.scores.score.size(); ++row) {
    const bool scored = !activity::is_null(report.scores.score[row]);
    report.scored += scored ? 1 : 0;
    if (!scored) {
      ++report.grades[std::string(activity::kNoGrade)];
    } else if (!report.scores.grade.empty()) {
      ++report.grades[std::string(report.scores.grade_of(row))];
    }
  }
}

}  // namespace

Result<ActivityFlowReport> score_file(const ActivityFlowSpec& spec) {
  auto start = std::chrono::steady_clock::now();
  MINGLU_TRY(const std::string text, base::read_file(spec.model));
  MINGLU_TRY(const std::string presets, base::read_file(spec.catalog / "activity" / "presets.json"));
  ActivityFlowReport report;
  MINGLU_TRY(report.model, activity::parse_model(text, presets));
  activity::Frozen frozen;
  if (!spec.statistics.empty()) {
    MINGLU_TRY(const std::string document, base::read_file(spec.statistics));
    MINGLU_TRY(frozen, activity::parse_frozen(report.model, document));
  }
  MINGLU_TRY(ActivityTable table, read_activity_table(spec.data, report.model, spec.id_column));
  report.rows = table.data.rows;
  report.findings = std::move(table.findings);
  report.finding_count = table.finding_count;
  report.read_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  const std::vector<std::string> ids = table.data.ids;
  MINGLU_TRY(report.scores,
             activity::score(report.model, std::move(table.data),
                             {.threads = spec.threads, .frozen = spec.statistics.empty() ? nullptr : &frozen}));
  if (!spec.statistics.empty()) report.scores.frozen = std::move(frozen);
  report.score_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  if (!spec.statistics_out.empty()) {
    const std::string document = activity::frozen_json(report.model, report.scores.frozen);
    MINGLU_CHECK(base::write_file_durably(spec.statistics_out, document));
  }
  MINGLU_CHECK(write_scores(spec.out, report.model, report.scores, ids, spec.detail));
  report.write_seconds = seconds_since(start);
  count_grades(report);
  return report;
}

}  // namespace minglu::flows
