#include "synth/names.hpp"

namespace minglu::synth {
namespace {

// A multiplier that has no common factor with any count of words below: it visits every number once.
constexpr uint64_t kStride = 1000003;

std::string brand_of(const Lexicon& lexicon, uint64_t number, size_t characters) {
  std::string brand;
  for (size_t i = 0; i < characters; ++i) {
    brand += lexicon.brand_chars[number % lexicon.brand_chars.size()];
    number /= lexicon.brand_chars.size();
  }
  return brand;
}

struct CompanyWords {
  std::string brand;
  std::string trade;
  std::string generic;
};

CompanyWords company_words(const Scene& scene, const TrueUnit& unit, const Trade& trade, uint32_t generation) {
  const Lexicon& lexicon = scene.lexicon;
  base::Rng rng = stream(scene.seed, unit.index, Stream::kName, generation);
  const uint64_t pairs = lexicon.brand_chars.size() * lexicon.brand_chars.size();
  const uint64_t number = (unit.index + scene.seed) * kStride;
  // Two units with one pair of characters are a whole round apart; within a round table of trade words and generic
  // words the names of one trade then differ. Later rounds use a third character.
  const uint64_t round = unit.index / pairs;
  const uint64_t offset = base::mix64(number % pairs);
  const double shape = rng.uniform();
  CompanyWords words;
  if (generation > 0 || shape > 0.85) {
    words.brand = brand_of(lexicon, rng.next() >> 8, 4 - (shape < 0.97 ? 1 : 0));
  } else if (shape > 0.55 || round >= trade.words.size() * trade.generics.size()) {
    words.brand = brand_of(lexicon, number % pairs + pairs * rng.below(lexicon.brand_chars.size()), 3);
  } else {
    words.brand = brand_of(lexicon, number % pairs, 2);
  }
  words.trade = trade.words[(round + offset) % trade.words.size()];
  words.generic = trade.generics[(round / trade.words.size() + offset / 64) % trade.generics.size()];
  if (words.trade.ends_with(words.generic)) words.generic.clear();
  if (words.generic == "有限" || words.generic == "合伙") words.generic.clear();
  return words;
}

void company_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kName, 1000 + generation);
  const CompanyWords words = company_words(scene, unit, *version.trade, generation);
  const double place = rng.uniform();
  const std::string prefix = place < 0.78 ? "深圳市" : place < 0.90 ? "深圳" : place < 0.93 ? "" : "";
  const std::string& form = pick(rng, scene.lexicon.company_forms);
  if (place >= 0.93 && place < 0.985) {
    version.name = words.brand + "（深圳）" + words.trade + words.generic + form;
  } else {
    version.name = prefix + words.brand + words.trade + words.generic + form;
  }
  version.brand = words.brand;
  const double form_of_short = rng.uniform();
  if (form_of_short < scene.rates.short_name_brand_only) {
    version.short_name = words.brand;
  } else if (form_of_short < scene.rates.short_name_inside || words.generic.empty()) {
    version.short_name = words.brand + words.trade;
  } else {
    version.short_name = words.brand + words.generic;
  }
}

void shop_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kName, generation);
  const Lexicon& lexicon = scene.lexicon;
  const double shape = rng.uniform();
  if (shape < 0.25) {
    version.brand = version.legal_rep.substr(0, 3) + "记";
  } else {
    version.brand = brand_of(lexicon, rng.next() >> 8, shape < 0.6 ? 2 : 3);
  }
  const std::string& shop = pick(rng, version.trade->shop_words);
  const std::string& district = scene.city.place(version.address.place).district;
  version.name = "深圳市" + district + version.brand + shop;
  version.short_name = version.brand + shop;
}

void branch_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kName, generation);
  const Place& place = scene.city.place(version.address.place);
  const std::string& word = pick(rng, scene.lexicon.branch_words);
  const std::string& community = place.community;
  std::string local = rng.below(3) == 0 ? place.district.substr(0, 6) : community.substr(0, 6);
  if (!unit.parent) local = "深圳" + (rng.below(2) == 0 ? std::string() : local);
  version.name = unit.parent_name + local + word;
  version.brand = unit.parent_name;
  version.short_name = local + word;
}

void public_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version) {
  base::Rng rng = stream(scene.seed, unit.index, Stream::kName, generation);
  const Lexicon& lexicon = scene.lexicon;
  const Place& place = scene.city.place(version.address.place);
  version.brand = brand_of(lexicon, rng.next() >> 8, 2);
  switch (unit.kind) {
    case Kind::kGovernment:
      version.brand = place.district;
      version.name = "深圳市" + place.district + (rng.below(3) == 0 ? place.street : std::string()) +
                     pick(rng, lexicon.government_words);
      break;
    case Kind::kInstitution:
      version.brand = place.street;
      version.name = "深圳市" + place.district + place.street.substr(0, 6) + place.community.substr(0, 6) +
                     pick(rng, lexicon.institution_words);
      break;
    case Kind::kSociety: version.name = "深圳市" + version.brand + pick(rng, lexicon.society_words); break;
    case Kind::kCoop: version.name = "深圳市" + version.brand + pick(rng, lexicon.coop_words); break;
    default: version.name = "深圳市" + place.district + version.brand + pick(rng, lexicon.nonprofit_words); break;
  }
  version.short_name = version.name.substr(std::string_view("深圳市").size());
}

}  // namespace

void make_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version) {
  switch (unit.kind) {
    case Kind::kCompany: return company_name(scene, unit, generation, version);
    case Kind::kSelfEmployed: return shop_name(scene, unit, generation, version);
    case Kind::kBranch: return branch_name(scene, unit, generation, version);
    default: return public_name(scene, unit, generation, version);
  }
}

}  // namespace minglu::synth
