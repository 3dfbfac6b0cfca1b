#include "match/model_chart.hpp"

#include <algorithm>

#include "match/chart_style.hpp"
#include "match/svg.hpp"

namespace minglu::match {
namespace {

using chart::bits_text;
using chart::Scale;

constexpr double kMargin = 24;
constexpr double kLevelEnd = 250;
constexpr double kMBegin = 262;
constexpr double kUBegin = 412;
constexpr double kShareWidth = 78;
constexpr double kBitsBegin = 604;
constexpr double kBitsEnd = 828;
constexpr double kTop = 96;
constexpr double kHeadRow = 34;
constexpr double kRow = 24;
constexpr double kCurveHeight = 150;

double bits_of(const LearnedLevels& levels, size_t level) { return std::log2(levels.m[level] / levels.u[level]); }

Scale bits_scale(const LearnedModel& learned) {
  Scale scale{.low = -1, .high = 1, .left = kBitsBegin, .right = kBitsEnd};
  for (const LearnedLevels& levels : learned.comparisons) {
    for (size_t level = 0; level < levels.m.size(); ++level) {
      scale.low = std::min(scale.low, bits_of(levels, level));
      scale.high = std::max(scale.high, bits_of(levels, level));
    }
  }
  return scale;
}

void draw_share(Svg& svg, double x, double y, double share, std::string_view fill) {
  svg.rect({.x = x, .y = y + 5, .width = std::max(share * kShareWidth, 1.0), .height = 14, .fill = fill, .radius = 2});
  svg.text(x + std::max(share * kShareWidth, 1.0) + 5, y + 16, percent_text(share),
           {.size = 11, .fill = chart::kFaint});
}

void draw_level(Svg& svg, const std::string& name, const LearnedLevels& levels, size_t level, const Scale& scale,
                double y) {
  svg.text(kLevelEnd, y + 16, fit_text(name, kLevelEnd - kMargin, 12), {.size = 12, .anchor = Anchor::kEnd});
  draw_share(svg, kMBegin, y, levels.m[level], chart::kFor);
  draw_share(svg, kUBegin, y, levels.u[level], chart::kOther);
  const double bits = bits_of(levels, level);
  const double zero = scale.at(0);
  const double begin = std::min(zero, scale.at(bits));
  const double width = std::max(std::max(zero, scale.at(bits)) - begin, 1.0);
  svg.rect({.x = begin,
            .y = y + 5,
            .width = width,
            .height = 14,
            .fill = bits >= 0 ? chart::kFor : chart::kAgainst,
            .radius = 2});
  svg.text(bits >= 0 ? begin + width + 5 : begin - 5, y + 16, bits_text(bits),
           {.size = 11, .anchor = bits >= 0 ? Anchor::kStart : Anchor::kEnd});
}

/// Draws one comparison from `y` down and returns where it ends.
double draw_comparison(Svg& svg, const LinkModel& model, size_t at, const RunFigures* run, const Scale& scale, double y,
                       const Wording& w) {
  const ComparisonSpec& spec = model.comparisons[at];
  const auto comparison = make_comparison(spec.kind, {});
  const auto levels = comparison->levels();
  std::string title = w.comparison(spec.kind, spec.name);
  std::string detail(kind_name(spec.kind));
  if (run != nullptr) detail += w.say(" · 缺失 ", " · missing ") + percent_text(run->missing_shares[at]);
  svg.rect(
      {.x = 12, .y = y + 4, .width = chart::kWidth - 24, .height = kHeadRow - 8, .fill = chart::kBand, .radius = 4});
  title = fit_text(title, 480, 14);
  svg.text(kMargin, y + 22, title, {.size = 14, .bold = true});
  svg.text(chart::kWidth - kMargin, y + 22, detail, {.size = 12, .fill = chart::kFaint, .anchor = Anchor::kEnd});
  y += kHeadRow;
  const double end = y + kRow * static_cast<double>(levels.size());
  svg.line({.x1 = scale.at(0), .y1 = y, .x2 = scale.at(0), .y2 = end, .stroke = chart::kOther});
  for (size_t i = 0; i < levels.size(); ++i) {
    const size_t level = levels.size() - 1 - i;
    draw_level(svg, w.level(spec.kind, levels[level].name), model.learned->comparisons[at], level, scale,
               y + kRow * static_cast<double>(i));
  }
  return end + 6;
}

std::string dependence_text(const LinkModel& model, const Dependence& d, const Wording& w) {
  double strongest = 0;
  for (const auto& row : d.bits) {
    for (const double bits : row) strongest = std::fabs(bits) > std::fabs(strongest) ? bits : strongest;
  }
  const ComparisonSpec& first = model.comparisons[d.first];
  const ComparisonSpec& second = model.comparisons[d.second];
  return w.comparison(first.kind, first.name) + " ~ " + w.comparison(second.kind, second.name) +
         w.say("：一起相同时至多校正 ", ": together corrected by up to ") + bits_text(strongest) +
         w.say(" 比特", " bits");
}

void draw_unlinkable(Svg& svg, const LinkModel& model, const Unlinkable& unlinkable, double y, const Wording& w) {
  constexpr double kLeft = 72;
  constexpr double kRight = chart::kWidth - kMargin - 8;
  svg.text(kMargin, y,
           w.say("与自身完全相同的副本相比仍达不到阈值的记录",
                 "records that stay below a threshold against a copy of themselves"),
           {.size = 14, .bold = true});
  const double top = y + 18;
  const double bottom = top + kCurveHeight;
  const auto& curve = unlinkable.curve;
  const Scale scale{.low = std::min(curve.front().bits, model.thresholds.link_bits),
                    .high = std::max(curve.back().bits, model.thresholds.link_bits),
                    .left = kLeft,
                    .right = kRight};
  for (const double share : {0.0, 0.5, 1.0}) {
    const double line = bottom - share * kCurveHeight;
    svg.line({.x1 = kLeft, .y1 = line, .x2 = kRight, .y2 = line, .stroke = chart::kRule});
    svg.text(kLeft - 8, line + 4, percent_text(share), {.size = 11, .fill = chart::kFaint, .anchor = Anchor::kEnd});
  }
  const double step = chart::tick_step(scale.high - scale.low, 12);
  for (double tick = std::ceil(scale.low / step) * step; tick <= scale.high + 1e-9; tick += step) {
    std::string label = bits_text(tick);
    label = label.substr(0, label.find('.'));
    svg.text(scale.at(tick), bottom + 16, label, {.size = 11, .fill = chart::kFaint, .anchor = Anchor::kMiddle});
  }
  for (size_t i = 1; i < curve.size(); ++i) {
    svg.line({.x1 = scale.at(curve[i - 1].bits),
              .y1 = bottom - curve[i - 1].share * kCurveHeight,
              .x2 = scale.at(curve[i].bits),
              .y2 = bottom - curve[i].share * kCurveHeight,
              .stroke = chart::kFor,
              .width = 2});
  }
  const double x = scale.at(model.thresholds.link_bits);
  const double share = static_cast<double>(unlinkable.below_link) / static_cast<double>(unlinkable.records);
  svg.line({.x1 = x, .y1 = top, .x2 = x, .y2 = bottom, .stroke = chart::kThreshold, .width = 1.5, .dashed = true});
  const bool to_left = x > (kLeft + kRight) / 2;
  svg.text(to_left ? x - 8 : x + 8, top + 14, w.say("连接阈值处 ", "at the link threshold ") + percent_text(share),
           {.size = 12, .fill = chart::kThreshold, .anchor = to_left ? Anchor::kEnd : Anchor::kStart});
}

double height_of(const LinkModel& model, const RunFigures* run) {
  double height = kTop;
  for (const LearnedLevels& levels : model.learned->comparisons) {
    height += kHeadRow + kRow * static_cast<double>(levels.m.size()) + 6;
  }
  const size_t dependences = model.learned->dependences.size();
  if (dependences > 0) height += 40 + 20 * static_cast<double>(dependences);
  if (run != nullptr && !run->unlinkable.curve.empty()) height += kCurveHeight + 84;
  return height + 20;
}

}  // namespace

std::string model_chart(const LinkModel& model, const RunFigures* run, const Wording& w) {
  const LearnedModel& learned = *model.learned;
  const std::string title =
      model.name.empty() ? w.say("比对模型", "linkage model") : w.say("比对模型：", "linkage model: ") + model.name;
  const std::string prior = w.say("先验 ", "prior ") + odds_text(learned.prior) + w.say("（", " (") +
                            bits_text(std::log2(learned.prior / (1 - learned.prior))) +
                            w.say(" 比特） · 连接阈值 ", " bits) · link at ") + bits_text(model.thresholds.link_bits) +
                            w.say(" · 核查阈值 ", " · review from ") + bits_text(model.thresholds.review_bits);
  Svg svg(chart::kWidth, height_of(model, run), {.title = title, .description = prior});
  svg.text(kMargin, 34, fit_text(title, chart::kWidth - 2 * kMargin, 18), {.size = 18, .bold = true});
  svg.text(kMargin, 58, prior, {.size = 13, .fill = chart::kFaint});
  const TextStyle head{.size = 11, .fill = chart::kFaint};
  svg.text(kMBegin, kTop - 10, w.say("m 同一单位中", "m one unit"), head);
  svg.text(kUBegin, kTop - 10, w.say("u 不同单位中", "u two units"), head);
  svg.text(kBitsBegin, kTop - 10, w.say("权重 log₂(m/u)，比特", "weight log₂(m/u), bits"), head);
  const Scale scale = bits_scale(learned);
  double y = kTop;
  for (size_t at = 0; at < model.comparisons.size(); ++at) y = draw_comparison(svg, model, at, run, scale, y, w);
  if (!learned.dependences.empty()) {
    svg.text(kMargin, y + 26, w.say("相关的比对项", "dependent comparisons"), {.size = 14, .bold = true});
    y += 40;
    for (const Dependence& d : learned.dependences) {
      svg.text(kMargin, y + 8, fit_text(dependence_text(model, d, w), chart::kWidth - 2 * kMargin, 12), {.size = 12});
      y += 20;
    }
  }
  if (run != nullptr && !run->unlinkable.curve.empty()) draw_unlinkable(svg, model, run->unlinkable, y + 40, w);
  return svg.document();
}

}  // namespace minglu::match
