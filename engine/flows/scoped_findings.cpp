#include "flows/scoped_findings.hpp"

#include <algorithm>
#include <unordered_map>

namespace minglu::flows {
namespace {

/// The whole text counts as one value of the field; its class is not asked, since whoever sees the import may see it.
std::string masked(const codes::FieldInfo& field, std::string_view value, const access::Scope& scope) {
  return access::mask_value({field.code, field.kind, value, "PUBLIC", false}, scope).value;
}

struct Quote {
  size_t begin = 0;  // of the value
  size_t end = 0;
  const codes::FieldInfo* field = nullptr;
};

// “…” of the finding's own field.
void find_quoted(std::string_view text, const codes::FieldInfo& field, std::vector<Quote>& quotes) {
  constexpr std::string_view kOpen = "“";
  constexpr std::string_view kClose = "”";
  for (size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at)) {
    const size_t end = text.find(kClose, at);
    if (end == std::string_view::npos) return;
    at += kOpen.size();
    quotes.push_back({at, end, &field});
    at = end;
  }
}

// "(法定代表人=张三;移动电话=138…)": values end where the next title begins, whatever they contain.
void find_titled(std::string_view text, const codes::Fields& fields, std::vector<Quote>& quotes) {
  std::vector<Quote> titled;
  for (uint16_t i = 0; i < fields.size(); ++i) {
    const codes::FieldInfo& info = fields.info(codes::FieldId{i});
    const std::string title = info.title_zh + "=";
    for (size_t at = text.find(title); at != std::string_view::npos; at = text.find(title, at + 1)) {
      if (at > 0 && (text[at - 1] == '(' || text[at - 1] == ';')) titled.push_back({at + title.size(), at - 1, &info});
    }
  }
  std::sort(titled.begin(), titled.end(), [](const Quote& a, const Quote& b) { return a.begin < b.begin; });
  for (size_t i = 0; i < titled.size(); ++i) {
    const size_t last = text.ends_with(')') ? text.size() - 1 : text.size();
    quotes.push_back({titled[i].begin, i + 1 < titled.size() ? titled[i + 1].end : last, titled[i].field});
  }
}

}  // namespace

std::string masked_message(const Knowledge& knowledge, const access::Scope& scope, const table::Finding& finding) {
  const codes::Fields& fields = knowledge.fields();
  std::vector<Quote> quotes;
  const std::optional<codes::FieldId> own = fields.find(finding.field);
  if (own) find_quoted(finding.message, fields.info(*own), quotes);
  find_titled(finding.message, fields, quotes);
  std::sort(quotes.begin(), quotes.end(), [](const Quote& a, const Quote& b) { return a.begin < b.begin; });
  std::string out;
  size_t done = 0;
  for (const Quote& quote : quotes) {
    if (quote.begin < done) continue;  // Inside a value that is masked as a whole.
    out += finding.message.substr(done, quote.begin - done);
    out += masked(*quote.field, std::string_view(finding.message).substr(quote.begin, quote.end - quote.begin), scope);
    done = quote.end;
  }
  out += finding.message.substr(done);
  return access::mask_value({"", codes::FieldKind::kText, out, "PUBLIC", false}, scope).value;
}

Status for_each_finding_for(Home& home, const RegisterReader& reader, const store::BatchRow& batch,
                            const std::function<Status(const table::Finding&)>& fn) {
  const auto seq = static_cast<uint64_t>(batch.seq);
  const store::State* state = reader.snapshot().state();
  const bool is_scoped = !reader.scope().is_whole_city();
  std::unordered_map<uint64_t, uint64_t> entities;  // by row of the file
  if (is_scoped) {
    MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(seq));
    for (const store::RecordMeta& meta : segment->records()) entities.emplace(meta.row_number, meta.entity);
  }
  std::unordered_map<uint64_t, bool> visible;
  const auto sees_row = [&](uint64_t row) {
    const auto entity = entities.find(row);
    if (entity == entities.end() || state == nullptr) return false;
    const auto [known, is_new] = visible.try_emplace(row, false);
    if (!is_new) return known->second;
    const auto unit = state->unit_of(entity->second);
    known->second = unit && reader.summary(*unit).ok();
    return known->second;
  };
  return for_each_finding(home, seq, [&](const table::Finding& finding) -> Status {
    if (is_scoped && finding.row != 0 && !sees_row(finding.row)) return ok_status();
    table::Finding shown = finding;
    shown.message = masked_message(home.knowledge(), reader.scope(), finding);
    return fn(shown);
  });
}

}  // namespace minglu::flows
