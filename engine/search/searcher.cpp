#include "search/searcher.hpp"

#include <algorithm>
#include <map>

#include "base/utf8.hpp"
#include "search/internal/evaluate.hpp"
#include "search/internal/near.hpp"
#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

constexpr size_t kDivisionDigits = 2;
constexpr size_t kStreetDigits = 9;

/// One index with its answer: the base, or the changes since.
struct Side {
  const IndexView* view;
  const FrozenDelta* hides;
  Answer answer;
};

struct Ranked {
  size_t side;
  Found found;
};

Status check_page(const Query& query) {
  if (query.offset > kOffsetMax) {
    return base::invalid_argument("offset " + std::to_string(query.offset) + " 超过 " + std::to_string(kOffsetMax) +
                                  "，请缩小查询范围");
  }
  if (query.limit > kLimitMax) {
    return base::invalid_argument("limit " + std::to_string(query.limit) + " 超过 " + std::to_string(kLimitMax));
  }
  return ok_status();
}

Status check_map(const Query& query, const Scope& scope) {
  if (!query.within_shapes.empty() && scope.hides(MatchField::kAddress)) {
    return Error{base::ErrorCode::kPermissionDenied, "按自定义区域查询会暴露单位的准确位置，需要查看完整地址的权限"};
  }
  if (!query.map) return ok_status();
  const MapSpec& map = *query.map;
  const bool fits = map.columns >= 1 && map.columns <= kMapCellsMax && map.rows >= 1 && map.rows <= kMapCellsMax;
  if (!fits) return base::invalid_argument("地图网格每边 1 至 " + std::to_string(kMapCellsMax) + " 格");
  if (map.box.low.longitude > map.box.high.longitude || map.box.low.latitude > map.box.high.latitude)
    return base::invalid_argument("地图范围应为 西,南,东,北");
  return ok_status();
}

/// The order of query.hpp between documents of any side.
class Before {
 public:
  Before(const std::vector<Side>& sides, Sort sort) : sides_(sides), sort_(sort) {}
  bool operator()(const Ranked& a, const Ranked& b) const {
    const IndexView& left = *sides_[a.side].view;
    const IndexView& right = *sides_[b.side].view;
    const Attributes& x = left.attributes(a.found.document);
    const Attributes& y = right.attributes(b.found.document);
    const uint64_t unit_x = left.unit(a.found.document);
    const uint64_t unit_y = right.unit(b.found.document);
    const auto up = [](const Attributes& row) { return row.founded_year == 0 ? 65'536U : row.founded_year; };
    switch (sort_) {
      case Sort::kRelevance:
        return std::tuple(a.found.order, a.found.cost, y.rank, unit_x) <
               std::tuple(b.found.order, b.found.cost, x.rank, unit_y);
      case Sort::kName: {
        const int compared = left.names(a.found.document).name().compare(right.names(b.found.document).name());
        return compared != 0 ? compared < 0 : unit_x < unit_y;
      }
      case Sort::kFoundedDown: return std::pair(y.founded_year, unit_x) < std::pair(x.founded_year, unit_y);
      case Sort::kFoundedUp: return std::pair(up(x), unit_x) < std::pair(up(y), unit_y);
      case Sort::kUnit: break;
    }
    return unit_x < unit_y;
  }

 private:
  const std::vector<Side>& sides_;
  Sort sort_;
};

std::vector<FacetCount> facet_list(const std::map<std::string, uint64_t, std::less<>>& counts) {
  std::vector<FacetCount> list;
  for (const auto& [code, count] : counts) {
    if (count > 0) list.push_back({code, count});
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const FacetCount& a, const FacetCount& b) { return a.count > b.count; });
  return list;
}

template <size_t N>
std::vector<FacetCount> number_list(const std::vector<Side>& sides, std::array<uint64_t, N> Counts::*member) {
  std::map<std::string, uint64_t, std::less<>> counts;
  for (const Side& side : sides) {
    for (size_t code = 0; code < N; ++code) {
      if (const uint64_t count = (side.answer.counts.*member)[code]; count > 0) counts[std::to_string(code)] += count;
    }
  }
  return facet_list(counts);
}

Facets merge_facets(const std::vector<Side>& sides) {
  std::map<std::string, uint64_t, std::less<>> districts;
  std::map<std::string, uint64_t, std::less<>> sections;
  std::map<std::string, uint64_t, std::less<>> divisions;
  for (const Side& side : sides) {
    const Counts& counts = side.answer.counts;
    for (size_t i = 0; i < counts.areas.size(); ++i) {
      districts[std::string(code_text(side.view->areas()[i].district))] += counts.areas[i];
    }
    for (size_t i = 0; i < counts.industries.size(); ++i) {
      const IndustryCode& industry = side.view->industries()[i];
      sections[industry.section == 0 ? std::string() : std::string(1, industry.section)] += counts.industries[i];
      divisions[std::string(code_text(industry.code).substr(0, kDivisionDigits))] += counts.industries[i];
    }
  }
  Facets facets;
  facets.districts = facet_list(districts);
  facets.sections = facet_list(sections);
  facets.divisions = facet_list(divisions);
  facets.sizes = number_list(sides, &Counts::sizes);
  facets.statuses = number_list(sides, &Counts::statuses);
  facets.sources = number_list(sides, &Counts::sources);
  return facets;
}

MapCounts merge_map(const std::vector<Side>& sides, const Scope& scope) {
  MapCounts map;
  MapGrid grid;
  std::map<std::string, uint64_t, std::less<>> streets;
  for (const Side& side : sides) {
    const Counts& counts = side.answer.counts;
    for (size_t i = 0; i < counts.areas.size(); ++i) {
      const std::string_view street = code_text(side.view->areas()[i].street);
      streets[std::string(street.size() < kStreetDigits ? "" : street.substr(0, kStreetDigits))] += counts.areas[i];
    }
    for (size_t i = 0; i < map.areas.size(); ++i) map.areas[i] += counts.places[i];
    for (size_t i = 0; i < map.precisions.size(); ++i) map.precisions[i] += counts.precisions[i];
    grid.merge(counts.grid);
  }
  map.streets = facet_list(streets);
  map.cells = grid.cells();
  map.cells_are_hidden = scope.hides(MatchField::kAddress);
  return map;
}

/// From places in the folded name to code points of the written one: folding drops characters.
std::vector<Span> written_spans(const std::vector<Span>& folded, const std::string& name,
                                const text::CharTables& chars) {
  std::vector<uint32_t> place;  // in the written name, by place in the folded one
  uint32_t at = 0;
  for (const char32_t c : base::decode_utf8(name)) {
    if (chars.key_char(c) >= 0x20) place.push_back(at);
    ++at;
  }
  std::vector<Span> spans;
  for (const Span& span : folded) {
    if (span.begin < span.end && span.end <= place.size())
      spans.push_back({place[span.begin], place[span.end - 1] + 1});
  }
  return spans;
}

Hit describe(const Side& side, Found found, const Matcher& matcher, const text::CharTables& chars) {
  const IndexView& view = *side.view;
  if (found.order == Order::kContains) found.order = matcher.order_of(view, found.document, Reach::kNames);
  const Attributes& row = view.attributes(found.document);
  Hit hit;
  hit.unit = view.unit(found.document);
  hit.score = (0xFFU - static_cast<uint32_t>(found.order)) << 24U | (0xFFU - found.cost) << 16U | row.rank;
  hit.kind = kind_of(found.order);
  hit.name = view.written_name(found.document);
  const Area area = row.area < view.areas().size() ? view.areas()[row.area] : Area{};
  hit.district = code_text(area.district);
  hit.street = code_text(area.street);
  if (row.industry < view.industries().size()) hit.industry = code_text(view.industries()[row.industry].code);
  if (found.order != Order::kIdentifier) {
    Place place = matcher.place_of(view, found.document, found.order);
    hit.field = place.field;
    hit.spans = written_spans(place.spans, hit.name, chars);
  }
  return hit;
}

/// Names the identifiers of those hits of one side that were found by one.
void name_identifiers(const std::vector<Side>& sides, const std::vector<Ranked>& page, const Matcher& matcher,
                      std::vector<Hit>& hits) {
  for (size_t side = 0; side < sides.size(); ++side) {
    std::vector<uint32_t> documents;
    std::vector<size_t> places;
    for (size_t i = 0; i < page.size(); ++i) {
      if (page[i].side != side || page[i].found.order != Order::kIdentifier) continue;
      documents.push_back(page[i].found.document);
      places.push_back(i);
    }
    const std::vector<MatchField> fields =
        identified_by(*sides[side].view, matcher.question(), matcher.scope(), documents);
    for (size_t i = 0; i < fields.size(); ++i) hits[places[i]].field = fields[i];
  }
}

std::vector<Ranked> page_of(const std::vector<Side>& sides, const Query& query) {
  std::vector<Ranked> all;
  for (size_t side = 0; side < sides.size(); ++side) {
    for (const Found& found : sides[side].answer.top) all.push_back({side, found});
  }
  std::sort(all.begin(), all.end(), Before(sides, query.sort));
  const size_t begin = std::min<size_t>(query.offset, all.size());
  const size_t end = std::min<size_t>(begin + query.limit, all.size());
  return {all.begin() + static_cast<ptrdiff_t>(begin), all.begin() + static_cast<ptrdiff_t>(end)};
}

uint64_t total_of(const std::vector<Side>& sides) {
  uint64_t total = 0;
  for (const Side& side : sides) total += side.answer.total;
  return total;
}

void evaluate(std::vector<Side>& sides, const Query& query, const Matcher& matcher, const SearchLanguage& language) {
  const auto each = [&](const auto& step) {
    for (Side& side : sides) {
      const Evaluator evaluator(*side.view, side.hides, query, matcher);
      side.answer = step(evaluator, side);
    }
  };
  if (matcher.question().terms.empty()) {
    each([](const Evaluator& evaluator, const Side&) { return evaluator.answer_all(); });
    return;
  }
  if (query.identifiers_only) {
    each([](const Evaluator& evaluator, const Side&) { return evaluator.answer_identified(); });
    return;
  }
  each([](const Evaluator& evaluator, const Side&) { return evaluator.answer_terms(Reach::kPersons); });
  if (total_of(sides) > 0) return;
  if (!matcher.scope().hides(MatchField::kAddress)) {
    each([](const Evaluator& evaluator, const Side&) { return evaluator.answer_terms(Reach::kAddresses); });
  }
  if (total_of(sides) > 0) return;
  const NearRule rule(matcher.question(), *language.chars, text::CompanyNameParser(language.lexicon));
  each([&](const Evaluator& evaluator, const Side& side) {
    const auto passes = [&](uint32_t document) { return evaluator.passes(document); };
    const NearDocuments near = near_documents(*side.view, rule, passes);
    return evaluator.answer_near(near.found, near.was_cut);
  });
}

}  // namespace

Searcher::Searcher(SearchLanguage language, SearchIndex base, std::shared_ptr<const FrozenDelta> delta)
    : language_(std::move(language)), base_(std::move(base)), delta_(std::move(delta)) {}

Result<Hits> Searcher::search(const Query& query, const Scope& scope) const {
  MINGLU_CHECK(check_page(query));
  MINGLU_CHECK(check_map(query, scope));
  MINGLU_TRY(const Question question, read_question(query.text, *language_.chars));
  const Matcher matcher(question, scope, *language_.chars);
  std::vector<Side> sides{{&base_.view(), delta_.get(), {}}};
  if (delta_) sides.push_back({&delta_->index().view(), nullptr, {}});
  evaluate(sides, query, matcher, language_);

  Hits hits;
  hits.total = total_of(sides);
  for (const Side& side : sides) {
    hits.total_is_about = hits.total_is_about || side.answer.is_about;
    hits.order_is_about = hits.order_is_about || side.answer.order_is_about;
  }
  const std::vector<Ranked> page = page_of(sides, query);
  for (const Ranked& ranked : page) {
    hits.hits.push_back(describe(sides[ranked.side], ranked.found, matcher, *language_.chars));
  }
  name_identifiers(sides, page, matcher, hits.hits);
  if (query.want_facets) {
    hits.facets = merge_facets(sides);
    hits.facets_are_about = hits.total_is_about;
  }
  if (query.map) hits.map = merge_map(sides, scope);
  return hits;
}

}  // namespace minglu::search
