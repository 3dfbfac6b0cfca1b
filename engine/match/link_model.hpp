// The model of a linkage as data: which columns are compared how, and, once learned, what every level of likeness
// proves.
//
//   {"name": "listed against registry", "id": {"left": "code", "right": "pool_id"},
//    "comparisons": [
//      {"name": "name", "kind": "company_name", "left": ["short_name"], "right": ["name"]},
//      {"name": "address", "kind": "address", "left": ["registered", "office"], "right": ["address"], "combine":
//      "any"}]}
//
// "columns" stands for equal "left" and "right". "combine": "join" (default: the parts of one value, in order) or "any"
// (several values, the best pair counts). "source" names the column that says where a record comes from; without it the
// files are the sources "left" and "right". "clean_sources" lists sources that name every unit once, so that two of
// their records are never one unit ("*": all). "learned" is written by training and makes a second run use the same
// weights; without it a run trains itself, without labels.
// Worked example: docs/method/linkage.md. Thread-safety: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "match/comparison.hpp"

namespace minglu::match {

enum class Combine : uint8_t { kJoin, kAny };

struct ComparisonSpec {
  std::string name;
  Kind kind = Kind::kText;
  std::vector<std::string> left;   // column names
  std::vector<std::string> right;  // as many as left, unless combine is kAny
  Combine combine = Combine::kJoin;
};

/// How often a term occurs, in classes: up to 2, 4, 8, 16, 64, 512, 4096 records, more.
constexpr size_t kRarityClasses = 8;
size_t rarity_class(uint32_t records_with_term) noexcept;
using RarityBits = std::array<double, kRarityClasses>;

/// What was learned of one comparison, lowest level first.
struct LearnedLevels {
  std::vector<double> m;  // probability of the level given that the records are one unit; sums to 1
  std::vector<double> u;  // given that they are not
  /// Bits to add, by level and rarity of the agreed term: records of one unit share rare terms for a reason, so the
  /// term's frequency alone overstates chance.
  std::vector<RarityBits> rarity;
};

/// Two comparisons that are not independent (place and postcode agree together): bits to add for each pair of levels.
struct Dependence {
  uint8_t first = 0;
  uint8_t second = 0;
  std::vector<std::vector<double>> bits;  // [level of first][level of second]
};

struct LearnedModel {
  double prior = 0;  // probability that two records drawn at random are one unit
  std::vector<LearnedLevels> comparisons;
  std::vector<Dependence> dependences;  // a forest over the comparisons
};

/// Log-odds in bits above which two records, or the average of two groups, are linked; pairs between review and link
/// wait for people.
struct Thresholds {
  double link_bits = 0;
  double review_bits = -6;
  double margin_bits = 3;  // lead over a rival that excludes the link, see grouping.hpp
};

struct LinkModel {
  std::string name;
  std::string id_left;  // empty: rows are numbered from 1
  std::string id_right;
  std::string source;  // column; empty: the file is the source
  std::vector<std::string> clean_sources;
  std::vector<ComparisonSpec> comparisons;
  Thresholds thresholds;
  std::optional<LearnedModel> learned;
};

constexpr size_t kComparisonsMax = 16;  // a pattern of agreement packs four bits of each into 64

/// Errors (kInvalidArgument, naming the place): not JSON, unknown key or kind, missing or empty list, probabilities out
/// of range, more than kComparisonsMax comparisons.
Result<LinkModel> parse_link_model(std::string_view json);
std::string link_model_json(const LinkModel& model);

}  // namespace minglu::match
