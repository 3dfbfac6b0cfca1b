#include "match/explain_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace minglu::match {
namespace {

constexpr size_t kRefusedShown = 20;

std::string padded(const std::string& text, size_t width) {
  return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

std::string quoted(const std::string& text, const Wording& w) {
  return w.language() == Language::kChinese ? "“" + text + "”" : "\"" + text + "\"";
}

std::string shown(const std::string& value, const Wording& w) {
  return value.empty() ? w.say("缺失", "missing") : value;
}

std::string side_text(Side side, const Wording& w) {
  return side == Side::kLeft ? w.say("左", "left") : w.say("右", "right");
}

std::string step_text(const WaterfallStep& step, const Wording& w) {
  std::string out = "  " + padded(signed_bits(step.bits), 8) + "  = " + padded(signed_bits(step.running_bits), 8) +
                    "  " + w.comparison(step.kind, step.comparison) + w.say("：", ": ");
  out += step.level.empty() ? w.say("缺失", "missing") : w.level(step.kind, step.level);
  out += w.say("（", " (") + shown(w.value(step.kind, step.left), w) + " | " +
         shown(w.value(step.kind, step.right), w) + w.say("）", ")");
  if (!step.level.empty()) {
    char shares[96];
    std::snprintf(shares, sizeof shares, "  m %.4g  u %.4g", step.m, step.u);
    out += shares;
  }
  if (step.records_with_term > 0) {
    const std::string count = std::to_string(step.records_with_term);
    out += w.say("，此项见于 " + count + " 条记录", ", agreed term in " + count + " records");
  }
  return out + "\n";
}

bool shares_no_key(const PairExplanation& e) {
  return std::all_of(e.steps.begin(), e.steps.end(), [](const WaterfallStep& s) { return s.shared_keys == 0; });
}

std::string names_of(const ClusterExplanation& e, bool falls) {
  std::string out;
  for (uint32_t i = 0; i < e.members.size(); ++i) {
    if (std::binary_search(e.part.begin(), e.part.end(), i) == falls)
      out += (out.empty() ? "" : ", ") + e.members[i].id;
  }
  return "{" + out + "}";
}

std::string edge_text(const ClusterExplanation& e, const ClusterEdge& edge) {
  return e.members[edge.a].id + " — " + e.members[edge.b].id;
}

std::string weakest_text(const ClusterExplanation& e, const Wording& w) {
  const ClusterEdge& edge = e.tree.back();
  return w.say("最弱的连接：", "weakest edge: ") + edge_text(e, edge) + w.say("，", ", ") + signed_bits(edge.bits) +
         w.say(" 比特；没有它就分成 ", " bits; without it: ") + names_of(e, false) + w.say(" 与 ", " and ") +
         names_of(e, true) + w.say("，两部分之间平均 ", ", on average ") + signed_bits(e.between_bits) +
         w.say(" 比特\n", " bits between them\n");
}

}  // namespace

std::string counterfactual_text(const Counterfactual& c, const Wording& w) {
  const std::string name = w.comparison(c.kind, c.comparison);
  const std::string level = quoted(w.level(c.kind, c.level), w);
  const std::string total = signed_bits(c.bits);
  return c.is_missing
             ? w.say("若补上 " + name + " 且达到" + level + "，合计 " + total + " 比特，将会连接",
                     "if " + name + ", missing today, were " + level + ", the sum of " + total + " bits would link")
             : w.say("若 " + name + " 达到" + level + "，合计 " + total + " 比特，将会连接",
                     "if " + name + " were " + level + ", the sum of " + total + " bits would link");
}

std::string decision_text(const PairExplanation& e, const Wording& w) {
  if (e.forbidden) {
    return w.say("不可能是同一单位：两个有效的统一社会信用代码不同，或一方是另一方的分支机构",
                 "never one unit: two valid identifiers differ, or one is a branch of the other");
  }
  if (e.same_clean_source && e.decision != Decision::kLink) {
    return w.say("不可能是同一单位：同一来源中每个单位只出现一次",
                 "never one unit: their source names every unit once");
  }
  switch (e.decision) {
    case Decision::kLink:
      return e.bits >= e.link_bits
                 ? w.say("连接：同一单位", "link: one unit")
                 : w.say("连接：同一单位（经由组内其他记录）", "link: one unit, through other records");
    case Decision::kReview: return w.say("待人工核查", "review: people decide");
    case Decision::kRefused:
      return w.say("未连接：证据足够，但约束或组内其他记录不支持（用 --explain-cluster 查看）",
                   "refused: enough evidence, but a constraint or the rest of the group stands against it "
                   "(see --explain-cluster)");
    case Decision::kApart:
      return e.same_side ? w.say("不比较：两条记录在同一侧", "not compared: two records of one side")
                         : w.say("不连接", "apart");
    default: return w.say("未判定", "not decided");
  }
}

std::string pair_text(const PairExplanation& e, const Wording& w) {
  std::string out = "\n" + e.left_id + " ~ " + e.right_id + w.say("：", ": ") + decision_text(e, w) + "\n";
  out += "  " + padded(signed_bits(e.prior_bits), 8) + "  = " + padded(signed_bits(e.prior_bits), 8) +
         w.say("  先验\n", "  prior\n");
  for (const WaterfallStep& step : e.steps) out += step_text(step, w);
  if (e.dependence_bits != 0) {
    out +=
        "  " + padded(signed_bits(e.dependence_bits), 8) + "  = " + padded(signed_bits(e.bits), 8) +
        w.say("  相关项校正（一起相同的项不重复计算）\n", "  dependence (what agrees together is not counted twice)\n");
  }
  out += w.say("合计 ", "sum ") + signed_bits(e.bits) + w.say(" 比特，概率 ", " bits, probability ") +
         probability_text(e.probability) + w.say("；连接阈值 ", "; link threshold ") + signed_bits(e.link_bits) +
         w.say("，核查阈值 ", ", review threshold ") + signed_bits(e.review_bits) + "\n";
  if (shares_no_key(e)) {
    out += w.say("两条记录没有共同的分块键，连接时不会比较到\n",
                 "the records share no blocking key: linkage does not compare them\n");
  }
  for (const Counterfactual& c : e.would_link) out += counterfactual_text(c, w) + "\n";
  return out;
}

std::string refusal_text(const RefusedNeighbour& r, const Wording& w) {
  const std::string pair = w.say("（", " (") + r.against_left + " — " + r.against_right + w.say("）", ")");
  const std::string average = signed_bits(r.average_bits);
  switch (r.reason) {
    case RefusalReason::kSameCleanSource:
      return w.say("同一来源中每个单位只出现一次", "one clean source names every unit once") + pair;
    case RefusalReason::kForbidden: return w.say("不可能是同一单位的一对", "a pair that is never one unit") + pair;
    case RefusalReason::kAmbiguous:
      return w.say("有另一候选同样合适，差距不够，留给人决定", "a rival fits nearly as well: people choose");
    default: return w.say("两组之间平均只有 " + average + " 比特", "the two groups average only " + average + " bits");
  }
}

std::string cluster_text(const ClusterExplanation& e, const Wording& w) {
  const std::string count = std::to_string(e.members.size());
  std::string out =
      w.say("\n单位 " + e.cluster + "：" + count + " 条记录", "\nunit " + e.cluster + ": " + count + " records");
  if (e.pairs > 0) {
    const std::string pairs = std::to_string(e.pairs);
    out += w.say("，" + pairs + " 对平均 ", ", " + pairs + " pairs, average ") + signed_bits(e.average_bits) +
           w.say(" 比特，最低 ", " bits, lowest ") + signed_bits(e.lowest.bits) + w.say("（", " (") +
           edge_text(e, e.lowest) + w.say("）", ")");
  }
  out += "\n";
  if (!e.all_pairs_scored)
    out += w.say("成员太多，只用已知的连接\n", "too many members: only edges already known are used\n");
  for (const ClusterMember& member : e.members) {
    out += "  " + member.id + (e.two_sides ? w.say("（", " (") + side_text(member.side, w) + w.say("）", ")") : "");
    for (size_t at = 0; at < member.values.size(); ++at) {
      if (member.values[at].empty() || e.kinds[at] == Kind::kLegalForm) continue;
      out += "  " + w.comparison(e.kinds[at], e.comparisons[at]) + "=" + member.values[at];
    }
    out += "\n";
  }
  if (!e.tree.empty()) {
    out += w.say("把记录连在一起的最强证据：\n", "strongest evidence that holds them together:\n");
    for (const ClusterEdge& edge : e.tree)
      out += "  " + padded(signed_bits(edge.bits), 8) + "  " + edge_text(e, edge) + "\n";
    out += weakest_text(e, w);
  }
  if (!e.refused.empty()) out += w.say("未连接的外部记录：\n", "records kept out:\n");
  for (size_t i = 0; i < std::min(e.refused.size(), kRefusedShown); ++i) {
    const RefusedNeighbour& r = e.refused[i];
    out += "  " + padded(signed_bits(r.bits), 8) + "  " + e.members[r.member].id + " — " + r.other +
           w.say("（单位 ", " (unit ") + r.other_cluster + w.say("）：", "): ") + refusal_text(r, w) + "\n";
  }
  if (e.refused.size() > kRefusedShown) {
    const std::string more = std::to_string(e.refused.size() - kRefusedShown);
    out += w.say("  另有 " + more + " 条，见 --json\n", "  and " + more + " more, see --json\n");
  }
  return out;
}

std::string model_text(const LinkModel& model, const Wording& w) {
  const LearnedModel& learned = *model.learned;
  std::string out = w.say("先验 ", "prior ") + odds_text(learned.prior) + w.say("（", " (") +
                    signed_bits(std::log2(learned.prior / (1 - learned.prior))) + w.say(" 比特）", " bits)") +
                    w.say("，连接阈值 ", ", link threshold ") + signed_bits(model.thresholds.link_bits) +
                    w.say("，核查阈值 ", ", review threshold ") + signed_bits(model.thresholds.review_bits) +
                    w.say("，歧义差距 ", ", margin ") + signed_bits(model.thresholds.margin_bits) + "\n";
  for (size_t at = 0; at < model.comparisons.size(); ++at) {
    const ComparisonSpec& spec = model.comparisons[at];
    const auto comparison = make_comparison(spec.kind, {});
    out += w.comparison(spec.kind, spec.name) + w.say("（", " (") + std::string(kind_name(spec.kind)) +
           w.say("）\n", ")\n") +
           w.say("      比特         m         u  等级\n", "      bits         m         u  level\n");
    for (size_t level = comparison->levels().size(); level-- > 0;) {
      const double m = learned.comparisons[at].m[level];
      const double u = learned.comparisons[at].u[level];
      char numbers[96];
      std::snprintf(numbers, sizeof numbers, "  %8s  %8.4f  %8.6f  ", signed_bits(std::log2(m / u)).c_str(), m, u);
      out += numbers + w.level(spec.kind, comparison->levels()[level].name) + "\n";
    }
  }
  for (const Dependence& d : learned.dependences) {
    out += w.say("相关：", "dependent: ") +
           w.comparison(model.comparisons[d.first].kind, model.comparisons[d.first].name) + " ~ " +
           w.comparison(model.comparisons[d.second].kind, model.comparisons[d.second].name) + "\n";
  }
  return out;
}

}  // namespace minglu::match
