// One comparison family of the linkage engine: how values of a kind are standardised, which terms they consist of,
// under which keys they are looked up, and how alike two of them are.
//
// A family keeps every distinct standardised value once, under a number (0 = missing), with the features comparing
// needs, so a record is a row of numbers. Likeness is a level: 0 = different, the highest = equal; levels are ordered,
// names say what each means. A level may name the term that was agreed on (the whole value, a brand, a door number):
// rare terms prove more than common ones (term frequency).
//
//   auto names = make_comparison(Kind::kCompanyName, tables);
//   const uint32_t a = names->add("深圳市甲乙科技有限公司"), b = names->add("甲乙科技");
//   names->compare(a, std::array{b}, out, scratch);   // out[0].level: "contained", out[0].term: the shorter name
//
// Thread-safety: add() needs exclusive access; the rest may run in many threads between two add() calls, each with its
// own scratch. Cost: add some microseconds for a new value; compare 20 to 400 ns a pair.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "text/address.hpp"
#include "text/chars.hpp"
#include "text/company_name_parser.hpp"
#include "text/similarity.hpp"

namespace minglu::match {

enum class Kind : uint8_t {
  kPersonName,
  kCompanyName,
  kAddress,
  kIdentifier,
  kDate,
  kPhone,
  kNumber,
  kText,
  kLegalForm
};

/// "person_name", "company_name", "address", "identifier", "date", "phone", "number", "text",
/// "legal_form".
std::string_view kind_name(Kind kind) noexcept;
Result<Kind> parse_kind(std::string_view name);

/// Tables of the language, shared by all families. Nothing is borrowed.
struct LanguageTables {
  /// Reads `catalog`. Errors: those of its files. Cost: about 0.2 s.
  static Result<LanguageTables> load(const std::filesystem::path& catalog);

  std::shared_ptr<const text::CharTables> chars;
  std::shared_ptr<const text::CompanyNameParser> names;
  std::shared_ptr<const text::AddressParser> addresses;
};

constexpr uint32_t kNoTerm = 0;
constexpr size_t kLevelsMax = 14;  // a level and "missing" fit into four bits

/// What two values prove beyond likelihood.
enum class Verdict : uint8_t {
  kNone,
  kSame,       // one valid 统一社会信用代码: training takes the pair for one unit; scoring still adds weights
  kDifferent,  // two valid ones, or a branch and its head: never one unit
};

struct Outcome {
  uint8_t level = 0;
  Verdict verdict = Verdict::kNone;
  uint32_t term = kNoTerm;   // what was agreed on
  uint32_t other = kNoTerm;  // where the two terms are alike, not equal: the right one; the commoner counts
};

struct Level {
  std::string_view name;
  double term_weight = 0;  // share of the term frequency adjustment that applies: 1 equal, 0.5 alike
};

/// A term of a value. Families of terms do not mix: the frequency of a brand is compared with that of brands.
struct Term {
  uint32_t id = kNoTerm;
  uint8_t family = 0;
};
constexpr size_t kTermFamiliesMax = 4;

struct ValuePair {
  uint32_t left = 0;
  uint32_t right = 0;
};

struct CompareScratch {
  std::vector<ValuePair> pairs;
  text::CharPattern pattern;
  uint32_t pattern_of = 0;  // value the pattern was built for; 0 = none
};

class Comparison {
 public:
  virtual ~Comparison() = default;

  /// Number of the value; 0 when nothing is left of it after standardising.
  virtual uint32_t add(std::string_view utf8) = 0;
  /// The same of many, with the numbers they would get one after another: `values[i]` is that of texts[i]. Families
  /// whose tables outgrow the processor's cache work on some at once, so that memory is waited for less.
  virtual void add_many(std::span<const std::string_view> texts, std::span<uint32_t> values) {
    for (size_t i = 0; i < texts.size(); ++i) values[i] = add(texts[i]);
  }
  /// Fixes what depends on the values as a whole (rarity of words). Call once, after the values of an epoch; values
  /// added later are compared by the fixed figures.
  virtual void freeze() {}
  [[nodiscard]] virtual uint32_t size() const = 0;
  /// The standardised value, for people.
  [[nodiscard]] virtual std::string text(uint32_t value) const = 0;

  /// From "different" up.
  [[nodiscard]] virtual std::span<const Level> levels() const = 0;
  /// False when the levels are kinds of pairs of which none is more alike than another.
  [[nodiscard]] virtual bool is_ordered() const { return true; }
  /// What a derived comparison reads of a value (legal_form of company_name); "" = nothing.
  [[nodiscard]] virtual std::string_view aspect(uint32_t) const { return {}; }
  /// True when its verdicts come from an identifier: training hides its level where it uses them.
  [[nodiscard]] virtual bool gives_identity() const { return false; }
  /// Symmetric, but for the order of term and other. Precondition: no value is 0; out is as long as pairs. Many pairs
  /// in one call are several times as fast as one at a time: what the next pairs need is fetched meanwhile.
  virtual void compare(std::span<const ValuePair> pairs, std::span<Outcome> out, CompareScratch& scratch) const = 0;
  /// The same of one left value with each of some right ones.
  void compare(uint32_t left, std::span<const uint32_t> rights, std::span<Outcome> out, CompareScratch& scratch) const;

  /// Appends the terms of a value, each once.
  virtual void terms(uint32_t value, std::vector<Term>& out) const = 0;
  [[nodiscard]] virtual uint32_t term_count() const = 0;  // ids below this

  /// Appends hashes under which alike values can be found; the same whatever the order of add() calls.
  virtual void keys(uint32_t value, std::vector<uint64_t>& out) const = 0;
};

std::unique_ptr<Comparison> make_comparison(Kind kind, const LanguageTables& tables);

/// One family per file; comparisons/all.cpp lists them.
std::unique_ptr<Comparison> make_person_name(const LanguageTables& tables);
std::unique_ptr<Comparison> make_company_name(const LanguageTables& tables);
std::unique_ptr<Comparison> make_address(const LanguageTables& tables);
std::unique_ptr<Comparison> make_identifier(const LanguageTables& tables);
std::unique_ptr<Comparison> make_date(const LanguageTables& tables);
std::unique_ptr<Comparison> make_phone(const LanguageTables& tables);
std::unique_ptr<Comparison> make_number(const LanguageTables& tables);
std::unique_ptr<Comparison> make_text(const LanguageTables& tables);
std::unique_ptr<Comparison> make_legal_form(const LanguageTables& tables);

}  // namespace minglu::match
