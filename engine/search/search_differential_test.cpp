// The index beside its slow twin on random units and queries; changes beside a rebuilt index; scope beside an index
// that never knew the others; damaged bytes.
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "reference/search/search_twin.hpp"
#include "search/delta.hpp"
#include "search/search_test_support.hpp"
#include "search/searcher.hpp"

namespace minglu::search {
namespace {

/// Few words, so that random units have much in common.
class RandomUnits {
 public:
  explicit RandomUnits(uint64_t seed) : rng_(seed) {}

  UnitDocument unit(uint64_t id) {
    UnitDocument document;
    document.unit = id;
    document.name = name();
    for (uint64_t i = rng_.below(4); i > 2; --i) document.former_names.push_back(name());
    if (rng_.chance(0.3)) document.short_name = brand() + pick(kTrades);
    if (rng_.chance(0.8)) document.legal_rep = pick(kPersons);
    document.uscc = "9144030" + std::to_string(rng_.below(30)) + "MA5K" + std::to_string(rng_.below(90'000));
    if (rng_.chance(0.5)) document.reg_no = "4403" + std::to_string(rng_.below(1'000'000));
    document.tax_id = rng_.chance(0.5) ? document.uscc : "44-0301 x" + std::to_string(rng_.below(100));
    document.org_code = document.uscc.substr(8, 8);
    if (rng_.chance(0.8)) document.address = pick(kRegions) + pick(kRoads) + std::to_string(rng_.below(50)) + "号";
    document.district = pick(kDistricts);
    if (!document.district.empty() && rng_.chance(0.7)) document.street = document.district + pick(kStreets);
    document.industry = pick(kIndustries);
    document.industry_section = document.industry.empty() ? '\0' : document.industry[0] == '6' ? 'I' : 'C';
    document.size = static_cast<uint8_t>(rng_.below(4));
    document.status = static_cast<uint8_t>(rng_.below(3));
    document.sources = rng_.below(32);
    document.founded_year = static_cast<uint16_t>(rng_.chance(0.2) ? 0 : 1990 + rng_.below(20));
    document.conflict_count = static_cast<uint16_t>(rng_.below(2));
    document.missing_count = static_cast<uint16_t>(rng_.below(3));
    document.rank = static_cast<uint16_t>(rng_.below(6));
    return document;
  }

  std::vector<UnitDocument> units(size_t count) {
    std::vector<UnitDocument> documents;
    uint64_t id = 1;
    while (documents.size() < count) documents.push_back(unit(id += 1 + rng_.below(3)));
    return documents;
  }

  Query query() {
    Query query;
    query.text = text();
    query.want_facets = true;
    if (rng_.chance(0.2)) query.districts = {pick(kScopes), pick(kScopes)};
    if (rng_.chance(0.1)) query.industries = {rng_.chance(0.5) ? "I" : "65"};
    if (rng_.chance(0.1)) query.sizes = {1, 3};
    if (rng_.chance(0.1)) query.statuses = {0};
    if (rng_.chance(0.1)) query.sources = 1 + rng_.below(31);
    if (rng_.chance(0.1)) query.has_conflict = rng_.chance(0.5);
    if (rng_.chance(0.1)) query.has_missing = rng_.chance(0.5);
    if (rng_.chance(0.1)) query.founded_min = 1995;
    if (rng_.chance(0.1)) query.founded_max = 2003;
    if (rng_.chance(0.3)) query.sort = static_cast<Sort>(rng_.below(5));
    query.offset = static_cast<uint32_t>(rng_.chance(0.8) ? 0 : rng_.below(40));
    query.limit = static_cast<uint32_t>(rng_.chance(0.5) ? 20 : rng_.below(300));
    return query;
  }
  Scope scope() {
    Scope scope = Scope::everything();
    if (rng_.chance(0.6)) scope = Scope::regions({pick(kScopes), pick(kScopes)});
    if (rng_.chance(0.05)) scope = Scope::regions({});
    for (const MatchField field :
         {MatchField::kUscc, MatchField::kTaxId, MatchField::kLegalRep, MatchField::kAddress}) {
      if (rng_.chance(0.15)) scope.hide(field);
    }
    return scope;
  }
  bool chance(double probability) { return rng_.chance(probability); }

 private:
  using Words = std::vector<std::string>;
  inline static const Words kRegions = {"深圳市", "广州", "深圳市南山区", "", "", "廣東省"};
  inline static const Words kBrandChars = {"华", "化", "韵", "运", "甲", "申", "达", "達", "云", "A", "K", "末", "未"};
  inline static const Words kTrades = {"科技", "枝术", "技术", "贸易", "餐饮", "商务服务", ""};
  inline static const Words kForms = {"有限公司", "股份有限公司", "店", "", "（有限合伙）", "有限公司龙岗分公司"};
  inline static const Words kPersons = {"李明", "甲华", "欧阳 达", "John", "达"};
  inline static const Words kRoads = {"科技园路", "甲申路", "华达大厦", "南山大道"};
  inline static const Words kDistricts = {"440305", "440306", "440106", "", "110101"};
  inline static const Words kStreets = {"001", "002", "001003", "00"};
  inline static const Words kIndustries = {"6513", "6510", "3911", "", "65"};
  inline static const Words kScopes = {"4403", "440305", "440305001", "44", "110101", "9", "440106002"};

  const std::string& pick(const Words& words) { return words[rng_.below(words.size())]; }
  std::string brand() {
    std::string made;
    for (uint64_t i = 1 + rng_.below(5); i > 0; --i) made += pick(kBrandChars);
    return made;
  }
  std::string name() {
    if (rng_.chance(0.03)) return "";
    if (rng_.chance(0.03)) return "\xFF 甲\xE4\xB8" + brand();
    said_.push_back(pick(kRegions) + brand() + (rng_.chance(0.1) ? "(深圳)" : "") + pick(kTrades) + pick(kForms));
    return said_.back();
  }
  std::string part_of(const std::string& whole) {
    const std::u32string text = base::decode_utf8(whole);
    if (text.empty()) return "";
    const size_t begin = rng_.below(text.size());
    return base::encode_utf8(text.substr(begin, 1 + rng_.below(5)));
  }
  std::string mistyped(const std::string& whole) {
    std::u32string text = base::decode_utf8(whole);
    for (uint64_t i = rng_.below(3); i > 0 && !text.empty(); --i) {
      const size_t at = rng_.below(text.size());
      const char32_t c = base::decode_utf8(pick(kBrandChars))[0];
      const uint64_t kind = rng_.below(4);
      if (kind == 0) text[at] = c;
      if (kind == 1) text.erase(at, 1);
      if (kind == 2) text.insert(at, 1, c);
      if (kind == 3 && at + 1 < text.size()) std::swap(text[at], text[at + 1]);
    }
    return base::encode_utf8(text);
  }
  std::string text() {
    static const Words kFixed = {"",          "huayun",  "hy",        "sz",      "hda",  "9144",  "44030",
                                 "MA5K",      "12",      "k",         "科技园",  "李明", "john",  "  ",
                                 "华韵 科技", "hy 科技", "甲华 科技", "南山 华", "gz",   "yunda", "4403 01x1"};
    switch (rng_.below(9)) {
      case 7: return ("9144030" + std::to_string(rng_.below(30)) + "MA5K").substr(rng_.below(9), 4 + rng_.below(8));
      case 0: return pick(kFixed);
      case 6: return said_.empty() ? "" : pick(said_);
      case 1: return name();
      case 2: return part_of(name());
      case 3: return part_of(name()) + " " + part_of(name());
      case 4: return mistyped(name());
      case 5: return mistyped(brand());
      default: return brand();
    }
  }

  base::Rng rng_;
  Words said_;  // names so far, so that queries meet them
};

std::string shown(const Query& query) { return "text \"" + query.text + "\" offset " + std::to_string(query.offset); }

std::vector<reference::TwinHit> bare(const Hits& hits) {
  std::vector<reference::TwinHit> bare;
  for (const Hit& hit : hits.hits) bare.push_back({hit.unit, hit.kind});
  return bare;
}

void expect_equal(const Hits& a, const Hits& b, const Query& query) {
  EXPECT_EQ(a.total, b.total) << shown(query);
  EXPECT_EQ(bare(a), bare(b)) << shown(query);
  EXPECT_EQ(a.facets, b.facets) << shown(query);
}

TEST(SearchDifferential, AnswersEqualThoseOfTheSlowTwin) {
  std::map<MatchKind, size_t> kinds;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RandomUnits random(seed);
    const std::vector<UnitDocument> units = random.units(400);
    const BuiltIndex built = build_index(units, 2);
    const Searcher searcher(test_language(), built.index());
    const reference::SearchTwin twin(units, test_language());
    for (int i = 0; i < 200; ++i) {
      const Query query = random.query();
      const Scope scope = random.scope();
      const Hits hits = *searcher.search(query, scope);
      const reference::TwinHits slow = twin.search(query, scope);
      ASSERT_EQ(hits.total, slow.total) << shown(query);
      ASSERT_EQ(bare(hits), slow.hits) << shown(query);
      ASSERT_EQ(hits.facets, slow.facets) << shown(query);
      ASSERT_FALSE(hits.total_is_about);
      for (const Hit& hit : hits.hits) ++kinds[hit.kind];
    }
  }
  EXPECT_EQ(kinds.size(), 12U) << "the random queries no longer reach every kind of match";
}

TEST(SearchDifferential, SuggestionsAreTheFirstHitsOfTheWholeAnswer) {
  RandomUnits random(29);
  const BuiltIndex built = build_index(random.units(400), 1);
  const Searcher searcher(test_language(), built.index());
  for (int i = 0; i < 300; ++i) {
    Query query = random.query();
    query.sort = Sort::kRelevance;
    query.want_facets = false;
    const Scope scope = random.scope();
    const Hits whole = *searcher.search(query, scope);
    query.want_total = false;
    const Hits suggested = *searcher.search(query, scope);
    ASSERT_EQ(bare(suggested), bare(whole)) << shown(query);
    ASSERT_LE(suggested.total, whole.total) << shown(query);
    ASSERT_EQ(suggested.total == 0, whole.total == 0) << shown(query);
  }
}

TEST(SearchDifferential, BytesDoNotDependOnThreads) {
  const std::vector<UnitDocument> units = RandomUnits(5).units(20'000);
  const std::string one = build_bytes(units, 1);
  EXPECT_EQ(one, build_bytes(units, 2));
  EXPECT_EQ(one, build_bytes(units, 5));
  EXPECT_TRUE(BuiltIndex(one).index().verify().ok());
}

TEST(SearchDifferential, ChangesAnswerLikeARebuiltIndex) {
  RandomUnits random(11);
  const std::vector<UnitDocument> old_units = random.units(300);
  std::map<uint64_t, UnitDocument> now;
  for (const UnitDocument& unit : old_units) now[unit.unit] = unit;
  DeltaIndex delta;
  for (uint64_t unit = 1; unit < 700; ++unit) {
    if (random.chance(0.2)) {
      now[unit] = random.unit(unit);
      delta.put(now[unit]);
    } else if (random.chance(0.1)) {
      now.erase(unit);
      delta.remove(unit);
    }
  }
  std::vector<UnitDocument> new_units;
  for (const auto& [unit, document] : now) new_units.push_back(document);
  const BuiltIndex base = build_index(old_units, 1);
  const BuiltIndex rebuilt = build_index(new_units, 1);
  const Searcher changed(test_language(), base.index(), *delta.freeze(test_language(), base.index()));
  const Searcher fresh(test_language(), rebuilt.index());
  for (int i = 0; i < 400; ++i) {
    const Query query = random.query();
    const Scope scope = random.scope();
    expect_equal(*changed.search(query, scope), *fresh.search(query, scope), query);
  }
}

TEST(SearchDifferential, ScopeAnswersAsIfTheOthersDidNotExist) {
  RandomUnits random(17);
  const std::vector<UnitDocument> units = random.units(400);
  std::vector<UnitDocument> seen;
  for (const UnitDocument& unit : units) {
    if (unit.district.starts_with("440305") || unit.street.starts_with("440106002")) seen.push_back(unit);
  }
  const BuiltIndex all = build_index(units, 1);
  const BuiltIndex only = build_index(seen, 1);
  const Searcher scoped(test_language(), all.index());
  const Searcher ignorant(test_language(), only.index());
  const Scope scope = Scope::regions({"440305", "440106002"});
  for (int i = 0; i < 400; ++i) {
    const Query query = random.query();
    expect_equal(*scoped.search(query, scope), *ignorant.search(query, Scope::everything()), query);
  }
}

TEST(SearchIndex, DamagedBytesAreRefusedOrAnsweredWithoutCrash) {
  RandomUnits random(23);
  const std::string bytes = build_bytes(random.units(60), 1);
  base::Rng rng(1);
  size_t refused = 0;
  for (int i = 0; i < 60; ++i) {
    std::string damaged = bytes;
    for (int flips = 0; flips < 40; ++flips)
      damaged[rng.below(damaged.size())] ^= static_cast<char>(1 + rng.below(255));
    const BuiltIndex built(damaged);
    const auto opened = built.open();
    if (!opened.ok() || !opened->verify().ok()) ++refused;
    if (!opened.ok()) continue;
    const Searcher searcher(test_language(), *opened);
    for (int asked = 0; asked < 20; ++asked) EXPECT_TRUE(searcher.search(random.query(), random.scope()).ok());
  }
  EXPECT_EQ(refused, 60U);
  for (const size_t kept : {size_t{0}, size_t{7}, size_t{100}, bytes.size() - 1, bytes.size() - 8}) {
    EXPECT_FALSE(BuiltIndex(bytes.substr(0, kept)).open().ok());
  }
}

}  // namespace
}  // namespace minglu::search
