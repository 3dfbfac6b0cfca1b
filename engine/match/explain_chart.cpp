#include "match/explain_chart.hpp"

#include <algorithm>

#include "match/chart_style.hpp"
#include "match/explain_text.hpp"
#include "match/svg.hpp"

namespace minglu::match {
namespace {

using chart::bits_text;
using chart::Scale;

constexpr double kMargin = 24;
constexpr double kLabelEnd = 250;  // names and levels end here
constexpr double kBarsBegin = 312;
constexpr double kBarsEnd = 588;
constexpr double kValuesBegin = 656;
constexpr double kTop = 108;
constexpr double kRow = 54;
constexpr double kFoot = 44;
constexpr size_t kCounterfactualsShown = 6;

/// One bar of the waterfall.
struct Bar {
  std::string name;
  std::string detail;
  std::string note;
  std::string left;
  std::string right;
  double from = 0;
  double to = 0;
  bool is_missing = false;
  bool is_total = false;
};

std::vector<Bar> bars_of(const PairExplanation& e, const Wording& w) {
  std::vector<Bar> bars;
  bars.push_back({.name = w.say("先验", "prior"),
                  .detail = w.say("随机两条记录为同一单位的可能", "two records drawn at random"),
                  .note = odds_text(probability_of(e.prior_bits)),
                  .left = {},
                  .right = {},
                  .from = 0,
                  .to = e.prior_bits});
  double running = e.prior_bits;
  for (const WaterfallStep& step : e.steps) {
    Bar bar{.name = w.comparison(step.kind, step.comparison),
            .detail = step.level.empty() ? w.say("缺失，不计", "missing, not counted") : w.level(step.kind, step.level),
            .note = {},
            .left = w.value(step.kind, step.left),
            .right = w.value(step.kind, step.right),
            .from = running,
            .to = running + step.bits,
            .is_missing = step.level.empty()};
    if (step.records_with_term > 0) {
      const std::string count = std::to_string(step.records_with_term);
      bar.note = w.say("此项见于 " + count + " 条记录", "agreed term in " + count + " records");
    }
    running = bar.to;
    bars.push_back(std::move(bar));
  }
  if (e.dependence_bits != 0) {
    bars.push_back({.name = w.say("相关项校正", "dependence"),
                    .detail = w.say("一起相同的项不重复计算", "what agrees together counts once"),
                    .note = {},
                    .left = {},
                    .right = {},
                    .from = running,
                    .to = running + e.dependence_bits});
  }
  bars.push_back({.name = w.say("合计", "sum"),
                  .detail = w.say("概率 ", "probability ") + probability_text(e.probability),
                  .note = {},
                  .left = {},
                  .right = {},
                  .from = 0,
                  .to = e.bits,
                  .is_total = true});
  return bars;
}

Scale scale_of(const std::vector<Bar>& bars, const PairExplanation& e) {
  Scale scale{.low = std::min({0.0, e.link_bits, e.review_bits}),
              .high = std::max({0.0, e.link_bits, e.review_bits}),
              .left = kBarsBegin,
              .right = kBarsEnd};
  for (const Bar& bar : bars) {
    scale.low = std::min({scale.low, bar.from, bar.to});
    scale.high = std::max({scale.high, bar.from, bar.to});
  }
  return scale;
}

void draw_bar(Svg& svg, const Bar& bar, const Scale& scale, double y) {
  svg.text(kMargin, y + 17, fit_text(bar.name, kLabelEnd - kMargin, 14), {.size = 14, .bold = true});
  svg.text(kMargin, y + 33, fit_text(bar.detail, kLabelEnd - kMargin, 12), {.size = 12, .fill = chart::kInk});
  svg.text(kMargin, y + 47, fit_text(bar.note, kLabelEnd - kMargin, 11), {.size = 11, .fill = chart::kFaint});
  constexpr double kValueWidth = chart::kWidth - kMargin - kValuesBegin;
  if (!bar.left.empty()) svg.text(kValuesBegin, y + 20, fit_text(bar.left, kValueWidth, 12), {.size = 12});
  if (!bar.right.empty()) svg.text(kValuesBegin, y + 38, fit_text(bar.right, kValueWidth, 12), {.size = 12});
  if (bar.is_missing) {
    svg.circle(scale.at(bar.from), y + 25, 3, chart::kOther);
    return;
  }
  const double begin = std::min(scale.at(bar.from), scale.at(bar.to));
  const double end = std::max(scale.at(bar.from), scale.at(bar.to));
  const bool rises = bar.to >= bar.from;
  const std::string_view fill = bar.is_total ? chart::kTotal : rises ? chart::kFor : chart::kAgainst;
  svg.rect({.x = begin, .y = y + 14, .width = std::max(end - begin, 1.5), .height = 22, .fill = fill, .radius = 2});
  svg.text(rises ? end + 6 : begin - 6, y + 30, bits_text(bar.to - bar.from),
           {.size = 12, .fill = chart::kInk, .anchor = rises ? Anchor::kStart : Anchor::kEnd, .bold = bar.is_total});
}

void draw_axis(Svg& svg, const Scale& scale, double bottom, const Wording& w) {
  const double step = chart::tick_step(scale.high - scale.low, 8);
  for (double tick = std::ceil(scale.low / step) * step; tick <= scale.high + 1e-9; tick += step) {
    const double x = scale.at(tick);
    svg.line({.x1 = x, .y1 = kTop - 4, .x2 = x, .y2 = bottom, .stroke = tick == 0 ? chart::kOther : chart::kRule});
    std::string label = bits_text(tick);
    label = label.substr(0, label.find('.'));
    svg.text(x, bottom + 16, label, {.size = 11, .fill = chart::kFaint, .anchor = Anchor::kMiddle});
  }
  svg.text(kBarsEnd + 34, bottom + 16, w.say("比特", "bits"), {.size = 11, .fill = chart::kFaint});
}

void draw_threshold(Svg& svg, const PairExplanation& e, const Scale& scale, double bottom, const Wording& w) {
  const double x = scale.at(e.link_bits);
  svg.line({.x1 = x, .y1 = kTop - 8, .x2 = x, .y2 = bottom, .stroke = chart::kThreshold, .width = 1.5, .dashed = true});
  svg.text(x, kTop - 14, w.say("连接阈值 ", "link at ") + bits_text(e.link_bits),
           {.size = 11, .fill = chart::kThreshold, .anchor = Anchor::kMiddle});
}

// The tree of a cluster, one row a member.

struct TreeRow {
  uint32_t member = 0;
  uint32_t depth = 0;
  double bits = 0;    // of the edge to the row's parent
  size_t parent = 0;  // row; meaningless at depth 0
  bool is_weakest = false;
};

void add_rows(const ClusterExplanation& e, const std::vector<std::vector<size_t>>& edges_of, std::vector<bool>& seen,
              uint32_t root, std::vector<TreeRow>& rows) {
  std::vector<TreeRow> waiting{{.member = root}};
  seen[root] = true;
  while (!waiting.empty()) {
    const TreeRow row = waiting.back();
    waiting.pop_back();
    rows.push_back(row);
    const size_t here = rows.size() - 1;
    for (size_t i = edges_of[row.member].size(); i-- > 0;) {  // the strongest edge is taken from the end first
      const size_t at = edges_of[row.member][i];
      const uint32_t other = e.tree[at].a == row.member ? e.tree[at].b : e.tree[at].a;
      if (seen[other]) continue;
      seen[other] = true;
      waiting.push_back({.member = other,
                         .depth = row.depth + 1,
                         .bits = e.tree[at].bits,
                         .parent = here,
                         .is_weakest = at + 1 == e.tree.size()});
    }
  }
}

std::vector<TreeRow> tree_rows(const ClusterExplanation& e) {
  std::vector<std::vector<size_t>> edges_of(e.members.size());
  for (size_t at = 0; at < e.tree.size(); ++at) {
    edges_of[e.tree[at].a].push_back(at);
    edges_of[e.tree[at].b].push_back(at);
  }
  std::vector<bool> seen(e.members.size(), false);
  std::vector<TreeRow> rows;
  for (uint32_t member = 0; member < e.members.size(); ++member) {
    if (!seen[member]) add_rows(e, edges_of, seen, member, rows);
  }
  return rows;
}

std::string values_text(const ClusterExplanation& e, const ClusterMember& member) {
  std::string out;
  for (size_t at = 0; at < member.values.size(); ++at) {
    if (member.values[at].empty() || e.kinds[at] == Kind::kLegalForm) continue;
    out += (out.empty() ? "" : "  ·  ") + member.values[at];
  }
  return out;
}

constexpr double kNodeRow = 46;
constexpr double kIndent = 44;
constexpr uint32_t kDepthDrawn = 8;  // deeper members stand in one column

double node_x(uint32_t depth) { return kMargin + 14 + kIndent * std::min(depth, kDepthDrawn); }

void draw_tree(Svg& svg, const ClusterExplanation& e, const std::vector<TreeRow>& rows, double top) {
  double strongest = 1;
  for (const ClusterEdge& edge : e.tree) strongest = std::max(strongest, edge.bits);
  const auto y_of = [&](size_t row) { return top + kNodeRow * static_cast<double>(row) + kNodeRow / 2; };
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].depth == 0) continue;
    const double x = node_x(rows[i].depth - 1);
    const double width = 1 + 5 * std::max(rows[i].bits, 0.0) / strongest;
    const std::string_view stroke = rows[i].is_weakest ? chart::kThreshold : chart::kOther;
    const bool dashed = rows[i].is_weakest;
    svg.line({.x1 = x,
              .y1 = y_of(rows[i].parent),
              .x2 = x,
              .y2 = y_of(i),
              .stroke = stroke,
              .width = width,
              .dashed = dashed});
    svg.line({.x1 = x,
              .y1 = y_of(i),
              .x2 = node_x(rows[i].depth),
              .y2 = y_of(i),
              .stroke = stroke,
              .width = width,
              .dashed = dashed});
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const ClusterMember& member = e.members[rows[i].member];
    const bool falls = std::binary_search(e.part.begin(), e.part.end(), rows[i].member);
    const double x = node_x(rows[i].depth);
    svg.circle(x, y_of(i), 9, falls ? chart::kAgainst : chart::kFor);
    const double begin = x + 18;
    const double label_width = chart::kWidth - kMargin - 90 - begin;
    svg.text(begin, y_of(i) - 3, fit_text(member.id, label_width, 13), {.size = 13, .bold = true});
    svg.text(begin, y_of(i) + 14, fit_text(values_text(e, member), label_width, 12),
             {.size = 12, .fill = chart::kFaint});
    if (rows[i].depth == 0) continue;
    svg.text(chart::kWidth - kMargin, y_of(i) + 4, bits_text(rows[i].bits),
             {.size = 13,
              .fill = rows[i].is_weakest ? chart::kThreshold : chart::kInk,
              .anchor = Anchor::kEnd,
              .bold = true});
  }
}

std::string cluster_subtitle(const ClusterExplanation& e, const Wording& w) {
  if (e.tree.empty()) return w.say("只有一条记录", "one record");
  const ClusterEdge& edge = e.tree.back();
  return w.say("平均 ", "average ") + bits_text(e.average_bits) +
         w.say(" 比特 · 最弱的连接 ", " bits · weakest edge ") + e.members[edge.a].id + " — " + e.members[edge.b].id +
         " " + bits_text(edge.bits) +
         w.say("，去掉它橙色部分脱落 · 两部分之间平均 ",
               ", without it the orange part falls off · between the parts ") +
         bits_text(e.between_bits);
}

}  // namespace

std::string pair_chart(const PairExplanation& e, const Wording& w) {
  const std::vector<Bar> bars = bars_of(e, w);
  const Scale scale = scale_of(bars, e);
  const size_t notes = std::min(e.would_link.size(), kCounterfactualsShown);
  const double bottom = kTop + kRow * static_cast<double>(bars.size());
  const std::string title = e.left_id + " ~ " + e.right_id;
  const std::string decision = decision_text(e, w);
  Svg svg(chart::kWidth, bottom + kFoot + 20 * static_cast<double>(notes), {.title = title, .description = decision});
  svg.text(kMargin, 34, fit_text(title, chart::kWidth - 2 * kMargin, 18), {.size = 18, .bold = true});
  svg.text(kMargin, 58, fit_text(decision, chart::kWidth - 2 * kMargin, 13), {.size = 13, .fill = chart::kFaint});
  for (size_t i = 0; i < bars.size(); i += 2) {
    svg.rect({.x = 12,
              .y = kTop + kRow * static_cast<double>(i),
              .width = chart::kWidth - 24,
              .height = kRow,
              .fill = chart::kBand,
              .radius = 4});
  }
  svg.text(kMargin, kTop - 14, w.say("比对项", "comparison"), {.size = 11, .fill = chart::kFaint});
  svg.text(kValuesBegin, kTop - 14, w.say("左值 / 右值", "left value / right value"),
           {.size = 11, .fill = chart::kFaint});
  draw_axis(svg, scale, bottom, w);
  for (size_t i = 0; i < bars.size(); ++i) {
    const double y = kTop + kRow * static_cast<double>(i);
    draw_bar(svg, bars[i], scale, y);
    const double x = scale.at(bars[i].to);
    if (i + 1 < bars.size())
      svg.line({.x1 = x, .y1 = y + 36, .x2 = x, .y2 = y + kRow + 14, .stroke = chart::kOther, .dashed = true});
  }
  draw_threshold(svg, e, scale, bottom, w);
  for (size_t i = 0; i < notes; ++i) {
    const std::string line = counterfactual_text(e.would_link[i], w);
    svg.text(kMargin, bottom + kFoot + 20 * static_cast<double>(i), fit_text(line, chart::kWidth - 2 * kMargin, 12),
             {.size = 12});
  }
  return svg.document();
}

std::string cluster_chart(const ClusterExplanation& e, const Wording& w) {
  constexpr double kTreeTop = 84;
  constexpr size_t kRefusedShown = 12;
  const std::vector<TreeRow> rows = tree_rows(e);
  const size_t refused = std::min(e.refused.size(), kRefusedShown);
  const double tree_end = kTreeTop + kNodeRow * static_cast<double>(rows.size());
  const double height = tree_end + (refused > 0 ? 44 + 22 * static_cast<double>(refused) : 20);
  const std::string title = w.say("单位 ", "unit ") + e.cluster + w.say("：", ": ") + std::to_string(e.members.size()) +
                            w.say(" 条记录", " records");
  const std::string subtitle = cluster_subtitle(e, w);
  Svg svg(chart::kWidth, height, {.title = title, .description = subtitle});
  svg.text(kMargin, 34, fit_text(title, chart::kWidth - 2 * kMargin, 18), {.size = 18, .bold = true});
  svg.text(kMargin, 58, fit_text(subtitle, chart::kWidth - 2 * kMargin, 13), {.size = 13, .fill = chart::kFaint});
  draw_tree(svg, e, rows, kTreeTop);
  if (refused > 0) {
    svg.line(
        {.x1 = kMargin, .y1 = tree_end + 8, .x2 = chart::kWidth - kMargin, .y2 = tree_end + 8, .stroke = chart::kRule});
    svg.text(kMargin, tree_end + 30, w.say("未连接的外部记录", "records kept out"), {.size = 13, .bold = true});
  }
  for (size_t i = 0; i < refused; ++i) {
    const RefusedNeighbour& r = e.refused[i];
    const double y = tree_end + 52 + 22 * static_cast<double>(i);
    const std::string line = e.members[r.member].id + " — " + r.other + w.say("：", ": ") + refusal_text(r, w);
    svg.text(kMargin, y, fit_text(line, chart::kWidth - 2 * kMargin - 70, 12), {.size = 12});
    svg.text(chart::kWidth - kMargin, y, bits_text(r.bits),
             {.size = 12, .fill = chart::kFaint, .anchor = Anchor::kEnd});
  }
  return svg.document();
}

}  // namespace minglu::match
