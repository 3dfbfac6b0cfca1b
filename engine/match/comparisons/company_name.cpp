// Names of companies. Chinese names by their parts (行政区划 + 字号 + 行业 + 组织形式), as the registrar's rules on
// equal and near names look at them; short names by what they are short for; other names by their words without the
// legal form.
#include <array>
#include <bit>
#include <cstdlib>

#include "base/utf8.hpp"
#include "match/comparisons/family.hpp"
#include "match/comparisons/word_table.hpp"

namespace minglu::match {
namespace {

enum NameLevel : uint8_t {
  kDifferent = 0,
  kSomeWords,      // a quarter of the weighted pairs of characters
  kAlike,          // half of them, or same brand in another trade and another place
  kBrandOnly,      // same 字号, trade differs, places do not contradict each other
  kMostlyEqual,    // three quarters, or one character of the brand differs
  kConfusable,     // brand of the same sound, rest equal
  kSubsequence,    // a short name whose characters stand in the other in order
  kContained,      // a short name that stands in the other as it is, among more
  kShortFor,       // a short name that leaves at most two characters of the other's brand and trade
  kBrandAndTrade,  // 字号 and 行业 equal; place or form missing or written otherwise
  kSameParts,      // brackets, order of place and brand
  kEqual,
};
constexpr std::array<Level, 12> kLevels{{{"different", 0},
                                         {"some words", 0.25},
                                         {"alike", 0.25},
                                         {"same brand", 1},
                                         {"mostly equal", 0.5},
                                         {"brand of same sound", 0.5},
                                         {"characters in order", 0.5},
                                         {"one inside the other", 0.5},
                                         {"short for", 0.5},
                                         {"same brand and trade", 1},
                                         {"same parts", 1},
                                         {"equal", 1}}};
/// What comparisons/legal_form.cpp compares.
constexpr std::array<std::string_view, 6> kForms{
    "", "NONE", "LIMITED COMPANY", "JOINT STOCK COMPANY", "PARTNERSHIP OR COOPERATIVE", "OTHER"};
enum TermFamily : uint8_t { kWholeTerm = 0, kCoreTerm = 1, kBrandTerm = 2, kWordTerm = 3 };
constexpr size_t kGramKeysMax = 3;
constexpr size_t kShortNameMax = 6;
constexpr size_t kUncoveredMax = 2;

/// What nearly every pair looks at: one line of the processor's cache.
struct alignas(64) NameFeatures {
  uint32_t brand = 0;  // numbers of parts; 0 = none
  uint32_t industry = 0;
  uint32_t region = 0;           // without 省, 市, 区, 县
  uint32_t core = 0;             // brand and industry
  uint32_t branch = 0;           // 龙岗分公司
  uint32_t brand_signature = 0;  // a bit for each of its characters
  uint64_t sound = 0;            // key of the brand's reading
  uint64_t sorted = 0;           // of all parts, in no order
  uint64_t signature = 0;        // of the whole name
  uint32_t chars = 0;            // of the whole name
  bool has_form = false;         // a full registered name
  uint8_t form = 0;              // index into kForms
  uint16_t brand_chars = 0;
};

/// A name that is being added.
struct NameBeingRead {
  struct Part {
    std::u16string text;
    uint32_t hash = 0;
  };
  FoldedText text;
  Part brand, industry, core, region, form, branch;
  std::array<Part*, 6> parts() { return {&brand, &industry, &core, &region, &form, &branch}; }
  [[nodiscard]] std::array<const Part*, 6> parts() const { return {&brand, &industry, &core, &region, &form, &branch}; }
  bool has_parts = false;
  bool is_branch = false;
  std::u16string words;
  NameFeatures features;
  uint64_t whole_key = 0;  // hashes made while the texts are at hand
  uint64_t core_key = 0;
  uint64_t brand_key = 0;
};

class CompanyNameComparison final : public GroupedFamily<CompanyNameComparison, NameBeingRead> {
 public:
  explicit CompanyNameComparison(const LanguageTables& tables)
      : GroupedFamily(fold_table_of(tables.chars)),
        chars_(tables.chars),
        parser_(tables.names),
        features_(1),
        keys_(1),
        parts_() {}

  void read(std::string_view, NameBeingRead& name) {
    name.features = {};
    name.whole_key = key_of(KeyTag::kNameWhole, name.text.words);
    name.core_key = name.brand_key = 0;
    name.words = name.text.words;
    name.has_parts = name.text.has_han;
    if (name.has_parts) read_name(name);
    words_.prefetch_slots(name.words);
  }
  void prefetch_places(const NameBeingRead& name) const {
    words_.prefetch_found(name.words);
    if (!name.has_parts) return;
    for (const Part* part : name.parts()) parts_.prefetch_place(part->hash);
  }
  void prefetch_known(const NameBeingRead& name) const {
    if (!name.has_parts) return;
    for (const Part* part : name.parts()) parts_.prefetch_known(part->hash);
  }
  void take(const NameBeingRead& name) {
    Features features = name.features;
    features.signature = signatures_[features_.size()];
    features.chars = static_cast<uint32_t>(name.text.words.size());
    if (name.has_parts) {
      features.brand = number_of(name.brand);
      features.industry = number_of(name.industry);
      features.core = number_of(name.core);
      features.region = number_of(name.region);
      if (name.is_branch) features.branch = number_of(name.branch);
    }
    features_.push_back(features);
    keys_.push_back({.whole = name.whole_key, .core = name.core_key, .brand = name.brand_key});
    words_.append(name.words);
  }
  void freeze() override { words_.freeze(); }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const { return {.level = kEqual, .term = 4 * value}; }

  [[nodiscard]] std::string_view aspect(uint32_t value) const override { return kForms[features_[value].form]; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    if (a.brand == 0 || b.brand == 0) return words_level(left, right);
    Outcome outcome = parts_level(left, right);
    if (is_other_branch(a, b)) outcome.verdict = Verdict::kDifferent;
    return outcome;
  }

  void prefetch_features(uint32_t value) const {
    __builtin_prefetch(&features_[value]);
    words_.prefetch(value);
  }
  void prefetch_texts(uint32_t value) const { words_.prefetch_words(value); }

  void terms(uint32_t value, std::vector<Term>& out) const override {
    const Features& features = features_[value];
    out.push_back({4 * value, kWholeTerm});
    if (features.core != 0) out.push_back({4 * features.core + kCoreTerm, kCoreTerm});
    if (features.brand != 0) out.push_back({4 * features.brand + kBrandTerm, kBrandTerm});
    for (const uint32_t word : words_.words(value)) out.push_back({4 * word + kWordTerm, kWordTerm});
  }
  [[nodiscard]] uint32_t term_count() const override {
    return 4 * std::max({size(), parts_.size(), words_.word_count()}) + 4;
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    const Features& features = features_[value];
    out.push_back(keys_[value].whole);
    thread_local std::vector<uint32_t> rare;
    words_.rarest(value, kGramKeysMax, rare);
    std::array<char16_t, 4> buffer;
    for (const uint32_t word : rare) out.push_back(key_of(KeyTag::kNameGram, words_.word(word, buffer)));
    if (features.brand == 0) return;
    out.push_back(keys_[value].core);
    if (features.brand_chars >= 2) {
      out.push_back(keys_[value].brand);
      if (features.sound != 0) out.push_back(features.sound);
    }
  }

 private:
  using Features = NameFeatures;
  using Part = NameBeingRead::Part;
  struct Keys {
    uint64_t whole = 0;
    uint64_t core = 0;
    uint64_t brand = 0;
  };

  /// The stretches of one kind in the name, one after another.
  void gather(const FoldedText& text, text::NamePart kind, std::u16string& out) const {
    out.clear();
    for (const text::NamePiece& piece : reading_.pieces) {
      if (piece.part != kind) continue;
      const size_t bracket = kind == text::NamePart::kBracketRegion ? 1 : 0;
      text.append_tight(piece.begin + bracket, piece.end - bracket, out);
    }
  }
  uint32_t number_of(const Part& part) { return parts_.intern(part.text, part.hash); }
  [[nodiscard]] bool has_piece(text::NamePart kind) const {
    return std::any_of(reading_.pieces.begin(), reading_.pieces.end(), [&](const auto& p) { return p.part == kind; });
  }
  [[nodiscard]] text::NamePart region_kind() const {
    for (const text::NamePiece& piece : reading_.pieces) {
      if (piece.part == text::NamePart::kRegion) return piece.part;
    }
    // Brackets may be empty.
    for (const text::NamePiece& piece : reading_.pieces) {
      if (piece.part == text::NamePart::kBracketRegion && piece.end - piece.begin > 2) return piece.part;
    }
    return text::NamePart::kLaterRegion;
  }

  void read_name(NameBeingRead& name) {
    using text::NamePart;
    const FoldedText& text = name.text;
    folded_.resize(text.chars.size());
    for (size_t i = 0; i < folded_.size(); ++i) folded_[i] = chars_->fold(text.chars[i]);
    parser_->read(folded_, reading_);
    legal_form_.clear();
    for (const text::NamePiece& piece : reading_.pieces) {
      if (piece.part == NamePart::kLegalForm) legal_form_.append(text.chars, piece.begin, piece.end - piece.begin);
    }
    name.is_branch = reading_.is_branch;
    gather(text, NamePart::kBrand, name.brand.text);
    gather(text, NamePart::kIndustry, name.industry.text);
    name.core.text.assign(name.brand.text).append(name.industry.text);
    gather(text, region_kind(), name.region.text);
    gather(text, NamePart::kLegalForm, name.form.text);
    gather(text, NamePart::kBranch, name.branch.text);
    if (name.is_branch && !has_piece(NamePart::kBranch)) name.branch.text = u"分支机构";
    for (Part* part : name.parts()) {
      part->hash = Interner::hash_of(part->text);
      parts_.prefetch_slot(part->hash);
    }
    add_hashes(name);
    name.words = name.core.text.empty() ? text.words : name.core.text;
    if (name.is_branch && !name.branch.text.empty()) name.words.append(u" ").append(name.branch.text);
    name.features.has_form =
        name.is_branch || (!legal_form_.empty() && text.words.size() > kShortNameMax) || legal_form_.ends_with(U"公司");
    name.features.form = form_of(reading_, legal_form_);
  }

  /// What is hashed of the parts, while their texts are at hand.
  void add_hashes(NameBeingRead& name) const {
    Features& features = name.features;
    for (const Part* part : {&name.brand, &name.industry, &name.region, &name.form, &name.branch}) {
      if (part == &name.branch && !name.is_branch) continue;
      if (!part->text.empty()) features.sorted += base::mix64(key_of(KeyTag::kNameCore, part->text));
    }
    const std::u16string& brand = name.brand.text;
    if (brand.empty()) return;
    features.brand_chars = static_cast<uint16_t>(std::min<size_t>(brand.size(), UINT16_MAX));
    const uint64_t signature = text::char_signature(brand);
    features.brand_signature = static_cast<uint32_t>(signature | signature >> 32);
    name.core_key = key_of(KeyTag::kNameCore, name.core.text);
    if (brand.size() >= 2) name.brand_key = key_of(KeyTag::kNameBrand, brand);
    const std::u16string sound = sound_of(brand, *chars_);
    if (!sound.empty()) features.sound = key_of(KeyTag::kNameSound, sound);
  }

  static uint8_t form_of(const text::NameReading& reading, std::u32string_view legal_form) {
    if (reading.is_branch) return 5;
    switch (reading.legal_class) {
      case text::LegalClass::kNone: return 1;
      case text::LegalClass::kCompany: return legal_form.find(U"股份有限") != std::u32string_view::npos ? 3 : 2;
      case text::LegalClass::kPartnership:
      case text::LegalClass::kCooperative: return 4;
      default: return 5;
    }
  }

  /// A branch is never its head office, and two branches are two units when their own names differ by more than a slip
  /// or by a numeral, and neither holds the other (深圳龙岗分公司 may be 龙岗分公司).
  [[nodiscard]] bool is_other_branch(const Features& a, const Features& b) const {
    if ((a.branch == 0) != (b.branch == 0)) return true;
    if (a.branch == b.branch) return false;
    const std::u16string_view x = parts_.view(a.branch);
    const std::u16string_view y = parts_.view(b.branch);
    if (x.find(y) != std::u16string_view::npos || y.find(x) != std::u16string_view::npos) return false;
    return !text::is_one_slip(x, y) || numerals_of(x) != numerals_of(y);
  }
  static std::u16string numerals_of(std::u16string_view text) {
    std::u16string numerals;
    for (const char16_t c : text) {
      if ((c >= u'0' && c <= u'9') ||
          std::u16string_view(u"一二三四五六七八九十").find(c) != std::u16string_view::npos) {
        numerals.push_back(c);
      }
    }
    return numerals;
  }

  /// Regions contradict each other when both are named and neither begins the other (深圳 and 深圳市 do not).
  [[nodiscard]] bool regions_contradict(const Features& a, const Features& b) const {
    if (a.region == b.region || a.region == 0 || b.region == 0) return false;
    const std::u16string_view x = parts_.view(a.region);
    const std::u16string_view y = parts_.view(b.region);
    return x.find(y.substr(0, 2)) == std::u16string_view::npos && y.find(x.substr(0, 2)) == std::u16string_view::npos;
  }

  [[nodiscard]] Outcome parts_level(uint32_t left, uint32_t right) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    if (a.sorted == b.sorted) return {.level = kSameParts, .term = 4 * left, .other = 4 * right};
    const uint32_t brand_term = 4 * a.brand + kBrandTerm;
    const bool contradict = regions_contradict(a, b);
    if (a.core == b.core && !contradict) return {.level = kBrandAndTrade, .term = 4 * a.core + kCoreTerm};
    if (const Outcome shorter = short_name_level(left, right); shorter.level != kDifferent) return shorter;
    if (a.brand == b.brand) {
      return {.level = static_cast<uint8_t>(contradict ? kAlike : kBrandOnly), .term = brand_term};
    }
    if (a.industry == b.industry && !contradict) {
      if (a.sound != 0 && a.sound == b.sound)
        return {.level = kConfusable, .term = brand_term, .other = 4 * b.brand + kBrandTerm};
      if (brands_one_slip_apart(a, b) || names_one_slip_apart(left, right)) {
        return {.level = kMostlyEqual, .term = brand_term, .other = 4 * b.brand + kBrandTerm};
      }
    }
    return words_level(left, right);
  }

  [[nodiscard]] bool names_one_slip_apart(uint32_t left, uint32_t right) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    return text::osa_lower_bound(a.signature, a.chars, b.signature, b.chars) <= 1 &&
           text::is_one_slip(view(left), view(right));
  }

  /// Brands of three characters or more. Lengths and signatures tell most apart without their texts.
  [[nodiscard]] bool brands_one_slip_apart(const Features& a, const Features& b) const {
    if (std::max(a.brand_chars, b.brand_chars) < 3 || std::abs(a.brand_chars - b.brand_chars) > 1) return false;
    if (std::popcount(a.brand_signature & ~b.brand_signature) > 1) return false;
    if (std::popcount(b.brand_signature & ~a.brand_signature) > 1) return false;
    return text::is_one_slip(parts_.view(a.brand), parts_.view(b.brand));
  }

  /// A name of at most six characters that does not end in 公司 can be short for a longer one; 股份, 集团 and 控股 at
  /// its end say little.
  [[nodiscard]] Outcome short_name_level(uint32_t left, uint32_t right) const {
    uint32_t shorter = left;
    uint32_t longer = right;
    if (features_[shorter].chars == features_[longer].chars) return {};
    if (features_[shorter].chars > features_[longer].chars) std::swap(shorter, longer);
    const Features& brief = features_[shorter];
    if (brief.has_form || brief.chars > kShortNameMax || brief.chars < 2) return {};
    if (!features_[longer].has_form && features_[longer].brand == 0) return {};
    std::u16string_view s = view(shorter);
    const std::u16string_view l = view(longer);
    for (const std::u16string_view end : {u"股份", u"集团", u"控股"}) {
      if (s.size() >= 4 && s.ends_with(end)) s.remove_suffix(2);
    }
    if (l.find(s) != std::u16string_view::npos) {
      const std::u16string_view core = parts_.view(features_[longer].core);
      const size_t at = core.find(s);
      const bool covers = at != std::u16string_view::npos && core.size() - s.size() <= kUncoveredMax;
      return {.level = static_cast<uint8_t>(covers ? kShortFor : kContained), .term = 4 * shorter};
    }
    if (text::is_subsequence(s, l)) return {.level = kSubsequence, .term = 4 * shorter};
    return {};
  }

  [[nodiscard]] Outcome words_level(uint32_t left, uint32_t right) const {
    const WordMatch match = words_.match(left, right);
    const uint32_t term = match.rarest == 0 ? kNoTerm : 4 * match.rarest + kWordTerm;
    const bool latin = features_[left].brand == 0 && features_[right].brand == 0;
    if (latin && match.overlap() > 0.99F) return {.level = kSameParts, .term = term};
    if (latin && match.containment() > 0.95F) return {.level = kContained, .term = term};
    if (match.overlap() >= 0.75F) return {.level = kMostlyEqual, .term = term};
    if (match.overlap() >= 0.5F) return {.level = kAlike, .term = term};
    if (match.overlap() >= 0.25F) return {.level = kSomeWords, .term = term};
    return {};
  }

  std::shared_ptr<const text::CharTables> chars_;
  std::shared_ptr<const text::CompanyNameParser> parser_;
  std::vector<Features> features_;
  std::vector<Keys> keys_;  // hashes made while the texts were at hand
  Interner parts_;
  WordTable words_;
  // Of the name that is being read.
  std::u32string folded_;
  text::NameReading reading_;
  std::u32string legal_form_;
};

}  // namespace

std::unique_ptr<Comparison> make_company_name(const LanguageTables& tables) {
  return std::make_unique<CompanyNameComparison>(tables);
}

}  // namespace minglu::match
