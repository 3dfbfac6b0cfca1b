#include "tiers/classify.hpp"

#include <algorithm>
#include <array>

#include "tiers/internal/eligibility.hpp"
#include "tiers/internal/line_reach.hpp"

namespace minglu::tiers {
namespace {

constexpr int64_t kFenPerWanYuan = 1'000'000;
constexpr std::array<std::string_view, 7> kLibraries = {"SISHANG",     "QUASI",        "NURTURE", "BELOW",
                                                        "SURVEY_UNIT", "OUT_OF_SCOPE", "REJECTED"};
constexpr std::array<std::string_view, 3> kBands = {"", "NEAR", "EXIT_RISK"};

template <typename Enum, size_t n>
std::optional<Enum> parse_name(const std::array<std::string_view, n>& names, std::string_view word) noexcept {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// One unit on one day. Steps: line, eligibility, test of the line, then by whether it is listed.
class Assessor {
 public:
  Assessor(const Unit& unit, const Context& context) : unit_(unit), context_(context) {}

  Assessment assess() {
    const internal::LineChoice choice = internal::choose_line(unit_, context_);
    out_.line = choice.line;
    out_.line_unit = choice.unit;
    const internal::Eligibility eligibility = internal::check_eligibility(unit_, choice, context_);
    out_.eligible = eligibility.grounds.empty();
    doubts_ = eligibility.doubts;
    if (out_.line != nullptr) test_ = internal::test_line(unit_, *out_.line, context_, out_.revenue);
    doubts_.insert(doubts_.end(), test_.doubts.begin(), test_.doubts.end());
    out_.reached = test_.legal;
    if (unit_.listing) {
      assess_listed(eligibility);
    } else {
      assess_unlisted(eligibility, choice);
    }
    finish();
    return std::move(out_);
  }

 private:
  const Parameters& parameters() const noexcept { return context_.settings.parameters; }
  void say(ReasonCode code, std::vector<std::string> values = {}) { out_.reasons.push_back({code, std::move(values)}); }
  void say_all(const std::vector<Reason>& reasons) {
    out_.reasons.insert(out_.reasons.end(), reasons.begin(), reasons.end());
  }

  void assess_listed(const internal::Eligibility& eligibility) {
    out_.library = Library::kSishang;
    out_.comparison = Comparison::kExisting;
    say(ReasonCode::kListed, {context_.list_version});
    std::vector<Reason> grounds = eligibility.grounds;
    grounds.insert(grounds.end(), test_.exit_grounds.begin(), test_.exit_grounds.end());
    say_all(test_.evidence);
    const MonthDay today = month_day_of(context_.day);
    const bool warns = today >= parameters().exit_warning_from;
    if (!grounds.empty()) {
      say_all(grounds);
      if (!warns) say(ReasonCode::kExitWarningClosed, {month_day_text(parameters().exit_warning_from)});
    }
    set_band(Band::kExitRisk, !grounds.empty() && warns, warns);
    const bool batch = today >= parameters().exit_proposal_from && today <= parameters().exit_proposal_to;
    if (!grounds.empty() && warns && batch) {
      out_.comparison = Comparison::kShouldExit;
      out_.proposal = Proposal::kExit;
    } else if (!grounds.empty() && warns) {
      say(ReasonCode::kExitBatchClosed,
          {month_day_text(parameters().exit_proposal_from), month_day_text(parameters().exit_proposal_to)});
    }
    propose_updates();
    if (out_.proposal != Proposal::kNone) out_.awaits = Awaits::kDecision;
  }

  void propose_updates() {
    const Listing& listing = *unit_.listing;
    if (!listing.category.empty() && out_.line != nullptr && listing.category != out_.line->category) {
      say(ReasonCode::kCategoryDiffers, {listing.category, out_.line->category});
      if (out_.proposal == Proposal::kNone) out_.proposal = Proposal::kCategoryChange;
    }
    if (!listing.name.empty() && !unit_.name.empty() && listing.name != unit_.name) {
      say(ReasonCode::kNameDiffers, {listing.name});
      if (out_.proposal == Proposal::kNone) out_.proposal = Proposal::kInfoChange;
    }
  }

  void assess_unlisted(const internal::Eligibility& eligibility, const internal::LineChoice& choice) {
    if (unit_.previous && unit_.previous->library == Library::kSishang)
      say(ReasonCode::kLeftList, {context_.list_version});
    if (out_.line == nullptr) {
      out_.library = choice.other_kind_has_line ? Library::kBelow : Library::kOutOfScope;
      say_all(eligibility.grounds);
      return;
    }
    if (!out_.eligible) {
      out_.library = Library::kBelow;
      say_all(eligibility.grounds);
      say_all(test_.evidence);
      return;
    }
    say_all(test_.evidence);
    if (internal::is_survey_only(*out_.line, *out_.line_unit, parameters())) {
      out_.library = test_.legal ? Library::kSurveyUnit : Library::kBelow;
      return;
    }
    if (test_.legal || test_.screened) {
      enter_quasi();
    } else if (out_.line->min_fen && held(Library::kQuasi)) {
      out_.library = Library::kQuasi;
      advance_sub_state();
    } else {
      assess_below();
    }
  }

  void enter_quasi() {
    out_.library = Library::kQuasi;
    if (test_.legal) out_.comparison = Comparison::kShouldEnter;
    if (!test_.legal) doubts_.push_back({ReasonCode::kScreeningOnly, {}});
    advance_sub_state();
    if (test_.legal && out_.sub_state != SubState::kRefused) out_.proposal = Proposal::kEntry;
  }

  void advance_sub_state() {
    out_.sub_state = SubState::kToVerify;
    if (unit_.previous && unit_.previous->sub_state != SubState::kNone) {
      out_.sub_state = unit_.previous->sub_state;
      out_.sub_state_action = unit_.previous->sub_state_action;
    }
    if (!unit_.action.empty()) {
      const Transition* step = context_.settings.sub_states.next(out_.sub_state, unit_.action);
      if (step != nullptr) {
        out_.sub_state = step->to;
        out_.sub_state_action = step->action;
      } else {
        say(ReasonCode::kBadAction, {"@sub_state." + std::string(sub_state_name(out_.sub_state)), unit_.action});
      }
    }
    switch (out_.sub_state) {
      case SubState::kToVerify: out_.awaits = Awaits::kSiteCheck; break;
      case SubState::kToFile: out_.awaits = Awaits::kFiling; break;
      case SubState::kInReview: out_.awaits = Awaits::kReview; break;
      case SubState::kApproved: out_.awaits = Awaits::kList; break;
      default: out_.awaits = Awaits::kNothing; break;
    }
  }

  void assess_below() {
    out_.library = Library::kBelow;
    const bool near =
        test_.best_fen && internal::at_percent(*test_.best_fen, *out_.line->min_fen, parameters().near_percent_min);
    set_band(Band::kNear, near, true);
    mark_growth();
    if (out_.growth_marked || held(Library::kNurture)) out_.library = Library::kNurture;
  }

  void mark_growth() {
    if (unit_.growth_mark == GrowthMark::kYes) {
      out_.growth_marked = true;
      say(ReasonCode::kMarkedByPerson);
      return;
    }
    if (unit_.growth_mark == GrowthMark::kNo) {
      say(ReasonCode::kUnmarkedByPerson);
      return;
    }
    const std::vector<Reason> rule = internal::growth_rule(unit_, *out_.line, out_.revenue, context_);
    out_.growth_marked = !rule.empty() && rule.front().code == ReasonCode::kMarkedByRule;
    say_all(rule);
  }

  // Whether the unit stays in a library whose rule it no longer meets: too few misses in a row.
  bool held(Library library) {
    if (!unit_.previous || unit_.previous->library != library) return false;
    if (library == Library::kNurture && unit_.growth_mark == GrowthMark::kNo) return false;
    const int32_t misses = count(unit_.previous->library_misses);
    if (misses >= parameters().leave_after_periods) return false;
    out_.library_misses = misses;
    say(ReasonCode::kHeld, {std::to_string(misses), std::to_string(parameters().leave_after_periods)});
    return true;
  }

  void set_band(Band band, bool met, bool may_hold) {
    if (met) {
      out_.band = band;
      return;
    }
    if (!may_hold || !unit_.previous || unit_.previous->band != band) return;
    const int32_t misses = count(unit_.previous->band_misses);
    if (misses >= parameters().leave_after_periods) return;
    out_.band = band;
    out_.band_misses = misses;
    say(ReasonCode::kHeld, {std::to_string(misses), std::to_string(parameters().leave_after_periods)});
  }

  // The same period assessed again is no further miss.
  int32_t count(int32_t before) const noexcept {
    return unit_.previous->period < period_of(context_.day) ? before + 1 : std::max(before, 1);
  }

  void finish() {
    out_.moved = !unit_.previous || unit_.previous->library != out_.library;
    const std::optional<Chosen>& used =
        out_.revenue.year_to_date ? out_.revenue.year_to_date : out_.revenue.twelve_months;
    out_.confidence = used ? context_.settings.sources[used->source].confidence : Confidence::kMedium;
    const bool doubtful =
        std::any_of(doubts_.begin(), doubts_.end(), [](const Reason& reason) { return is_doubt(reason.code); });
    if (doubtful) out_.confidence = Confidence::kLow;
    say_all(doubts_);
  }

  const Unit& unit_;
  const Context& context_;
  Assessment out_;
  internal::LineTest test_;
  std::vector<Reason> doubts_;
};

}  // namespace

std::string_view library_name(Library library) noexcept { return kLibraries[static_cast<size_t>(library)]; }
std::optional<Library> parse_library(std::string_view name) noexcept { return parse_name<Library>(kLibraries, name); }
std::string_view band_name(Band band) noexcept { return kBands[static_cast<size_t>(band)]; }
std::optional<Band> parse_band(std::string_view name) noexcept { return parse_name<Band>(kBands, name); }

std::string_view comparison_name(Comparison comparison) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"", "EXISTING", "SHOULD_ENTER", "SHOULD_EXIT"};
  return kNames[static_cast<size_t>(comparison)];
}
std::string_view proposal_name(Proposal proposal) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"", "ENTRY", "EXIT", "CATEGORY_CHANGE", "INFO_CHANGE"};
  return kNames[static_cast<size_t>(proposal)];
}
std::string_view awaits_name(Awaits awaits) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"", "SITE_CHECK", "FILING", "REVIEW", "LIST", "DECISION"};
  return kNames[static_cast<size_t>(awaits)];
}

Assessment classify(const Unit& unit, const Context& context) { return Assessor(unit, context).assess(); }

std::string ratio_text(int64_t fen, int64_t line_fen) {
  MINGLU_ASSERT(line_fen > 0);
  constexpr int64_t kScale = 10'000;
  const __int128 scaled = static_cast<__int128>(fen) * kScale;
  // Cut downwards, also below zero, so that the text never stands on a better side of a line than the amount.
  const __int128 cut = scaled / line_fen - (scaled < 0 && scaled % line_fen != 0 ? 1 : 0);
  const auto magnitude = static_cast<int64_t>(cut < 0 ? -cut : cut);
  const std::string digits = std::to_string(magnitude % kScale);
  return (cut < 0 ? "-" : "") + std::to_string(magnitude / kScale) + "." + std::string(4 - digits.size(), '0') + digits;
}

std::string wan_yuan_text(int64_t fen) {
  const int64_t magnitude = fen < 0 ? -fen : fen;
  std::string out = (fen < 0 ? "-" : "") + std::to_string(magnitude / kFenPerWanYuan);
  std::string digits = std::to_string(magnitude % kFenPerWanYuan);
  digits.insert(0, 6 - digits.size(), '0');
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits.empty() ? out : out + "." + digits;
}

std::string growth_text(int64_t now_fen, int64_t before_fen) {
  MINGLU_ASSERT(before_fen > 0);
  const __int128 tenths = (static_cast<__int128>(now_fen) - before_fen) * 1000 / before_fen;
  const __int128 magnitude = tenths < 0 ? -tenths : tenths;
  return (tenths < 0 ? "-" : "") + std::to_string(static_cast<int64_t>(magnitude / 10)) + "." +
         std::to_string(static_cast<int64_t>(magnitude % 10));
}

}  // namespace minglu::tiers
