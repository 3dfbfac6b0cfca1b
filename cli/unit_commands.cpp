// unit find, unit show.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/known_at.hpp"
#include "flows/pin_flow.hpp"
#include "flows/unit_view.hpp"

namespace minglu::cli {

Result<std::optional<uint64_t>> known_seq_of(flows::Home& home, const std::string& text) {
  if (text.empty()) return std::optional<uint64_t>();
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error == std::errc() && end == text.data() + text.size()) return std::optional<uint64_t>(seq);
  MINGLU_TRY(const int64_t known, home.ledger().seq_known_at(text));
  return std::optional<uint64_t>(static_cast<uint64_t>(known));
}

namespace {

using Json = nlohmann::json;

Result<uint64_t> unit_of_text(flows::Home& home, const std::string& text) {
  uint64_t unit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), unit);
  if (error == std::errc() && end == text.data() + text.size() && text.size() < 15) return unit;
  MINGLU_TRY(const std::vector<flows::UnitHit> hits, flows::find_units(home, text, 2));
  if (hits.empty()) return base::not_found("no unit \"" + text + "\"; search with: minglu unit find TEXT");
  if (hits.size() > 1 && hits[0].rank > 1) {
    return base::invalid_argument("\"" + text + "\" fits several units; choose one by id with: minglu unit find " +
                                  text);
  }
  return hits[0].unit;
}

Json claim_json(const flows::ClaimView& claim) {
  return {{"source", claim.source},
          {"source_title", claim.source_title},
          {"key", claim.key},
          {"value", claim.value},
          {"trusted", claim.trusted},
          {"wins", claim.wins},
          {"agrees", claim.agrees},
          {"since", base::format_iso_date(claim.since)},
          {"last_seen", base::format_iso_date(claim.last_seen)},
          {"seq", claim.seq},
          {"row", claim.row}};
}

Json view_json(const flows::UnitView& view) {
  Json json{
      {"unit", view.unit}, {"minted_seq", view.minted_seq}, {"known_seq", view.known_seq}, {"missing", view.missing}};
  json["as_of"] = view.as_of ? Json(base::format_iso_date(*view.as_of)) : Json(nullptr);
  json["merged_into"] = view.merged_into ? Json(*view.merged_into) : Json(nullptr);
  json["members"] = Json::array();
  for (const flows::MemberView& m : view.members) {
    json["members"].push_back(
        {{"source", m.source},
         {"source_title", m.source_title},
         {"key", m.key},
         {"versions", m.versions},
         {"since", base::format_iso_date(m.since)},
         {"last_seen", base::format_iso_date(m.last_seen)},
         {"not_seen_since", m.not_seen_since ? Json(base::format_iso_date(*m.not_seen_since)) : Json(nullptr)}});
  }
  json["fields"] = Json::object();
  for (const flows::FieldView& f : view.fields) {
    Json claims = Json::array();
    for (const flows::ClaimView& claim : f.claims) claims.push_back(claim_json(claim));
    json["fields"][f.code] = {{"title", f.title_zh},  {"value", f.value}, {"conflict", f.conflict},
                              {"trusted", f.trusted}, {"why", f.why},     {"claims", claims}};
  }
  json["refused"] = Json::array();
  for (const flows::RefusedView& r : view.refused) {
    json["refused"].push_back(
        {{"reason", r.reason}, {"key_kind", r.key_kind}, {"record", r.own_record}, {"other_unit", r.other_unit}});
  }
  return json;
}

// Printable width: a Chinese character takes two columns.
size_t display_width(const std::string& text) {
  size_t width = 0;
  for (unsigned char c : text) {
    if ((c & 0xC0) == 0x80) continue;
    width += c >= 0xE3 ? 2 : 1;
  }
  return width;
}

std::string padded(const std::string& text, size_t width) {
  const size_t now = display_width(text);
  return now >= width ? text : text + std::string(width - now, ' ');
}

void print_view(const flows::UnitView& view) {
  std::printf("单位 %llu  (编号产生于提交 %llu，按提交 %llu 的所知", static_cast<unsigned long long>(view.unit),
              static_cast<unsigned long long>(view.minted_seq), static_cast<unsigned long long>(view.known_seq));
  std::printf(view.as_of ? "，截至 %s)\n" : ")\n", view.as_of ? base::format_iso_date(*view.as_of).c_str() : "");
  if (view.merged_into) std::printf("所问编号已并入单位 %llu\n", static_cast<unsigned long long>(*view.merged_into));
  for (const flows::FieldView& f : view.fields) {
    std::printf("%s %s %s%s\n", padded(f.title_zh, 26).c_str(), f.conflict ? "!" : " ", f.value.c_str(),
                f.trusted ? "" : "  (未通过校验)");
    for (const flows::ClaimView& c : f.claims) {
      if (f.claims.size() > 1 && !c.wins && c.agrees) continue;
      std::printf("%s   %s %s  %s 起，见于 %s，提交 %llu 第 %u 行%s%s\n", std::string(26, ' ').c_str(),
                  c.wins ? "=" : "≠", c.source_title.c_str(), base::format_iso_date(c.since).c_str(),
                  base::format_iso_date(c.last_seen).c_str(), static_cast<unsigned long long>(c.seq), c.row,
                  c.wins ? "" : "：", c.wins ? "" : c.value.c_str());
    }
  }
  std::printf("\n来源记录\n");
  for (const flows::MemberView& m : view.members) {
    std::printf("  %s  %s  %llu 个版本，%s — %s", m.source.c_str(), m.key.c_str(),
                static_cast<unsigned long long>(m.versions), base::format_iso_date(m.since).c_str(),
                base::format_iso_date(m.last_seen).c_str());
    std::printf(m.not_seen_since ? "，%s 起不再列出\n" : "\n",
                m.not_seen_since ? base::format_iso_date(*m.not_seen_since).c_str() : "");
  }
  if (!view.missing.empty()) {
    std::printf("\n缺失:");
    for (const std::string& field : view.missing) std::printf(" %s", field.c_str());
    std::printf("\n");
  }
  for (const flows::RefusedView& r : view.refused) {
    std::printf("未合并: %s 与单位 %llu 的 %s 相同，因 %s 未合并\n", r.own_record.c_str(),
                static_cast<unsigned long long>(r.other_unit), r.key_kind.c_str(), r.reason.c_str());
  }
}

}  // namespace

int run_unit_find(const GlobalOptions& global, const UnitFindOptions& options) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto hits = flows::find_units(**home, options.text, options.limit);
  if (!hits.ok()) return fail(hits.error(), global);
  if (global.json) {
    Json list = Json::array();
    for (const flows::UnitHit& hit : *hits) {
      list.push_back({{"unit", hit.unit},
                      {"uscc", hit.uscc},
                      {"name", hit.name},
                      {"region", hit.region},
                      {"sources", hit.sources},
                      {"conflicts", hit.conflicts}});
    }
    print_json(list);
    return kExitOk;
  }
  if (hits->empty()) std::printf("没有找到“%s”\n", options.text.c_str());
  for (const flows::UnitHit& hit : *hits) {
    std::printf("%10llu  %s  %s  %u 个来源%s\n", static_cast<unsigned long long>(hit.unit),
                padded(hit.uscc, 18).c_str(), padded(hit.name, 40).c_str(), hit.sources,
                hit.conflicts > 0 ? "，有冲突" : "");
  }
  return kExitOk;
}

int run_unit_show(const GlobalOptions& global, const UnitShowOptions& options) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  flows::UnitQuery query;
  const auto unit = unit_of_text(**home, options.id);
  if (!unit.ok()) return fail(unit.error(), global);
  query.unit = *unit;
  const auto known = known_seq_of(**home, options.known_at);
  if (!known.ok()) return fail(known.error(), global);
  query.known_seq = *known;
  if (!options.pin.empty()) {
    const auto pin = flows::find_pin(**home, options.pin);
    if (!pin.ok()) return fail(pin.error(), global);
    query.as_of = pin->as_of;
    query.known_seq = pin->known_seq;
  }
  if (!options.as_of.empty()) {
    query.as_of = base::parse_iso_date(options.as_of);
    if (!query.as_of)
      return fail(base::invalid_argument("--as-of \"" + options.as_of + "\" is not a date like 2026-01-31"), global);
  }
  const auto view = flows::view_unit(**home, query);
  if (!view.ok()) return fail(view.error(), global);
  if (global.json)
    print_json(view_json(*view));
  else
    print_view(*view);
  return kExitOk;
}

}  // namespace minglu::cli
