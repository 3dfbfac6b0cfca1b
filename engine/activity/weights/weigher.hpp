// The family of weight methods: each gives the members of one group their shares, which sum to 1. One file per method;
// all.cpp is the plain list.
//
// Subjective methods (given, equal, budget, ahp) look at the model only. Objective ones (entropy, critic,
// coefficient_of_variation, pca) look at the rows where every member has a value. Columns are the treated values of
// indicators before they are normalised, and the scores of groups. Sums run in order of rows: deterministic.
// Errors: kInvalidArgument naming group and member. Thread-safety: pure. Cost: O(rows x members), pca and critic
// O(rows x members^2).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "activity/method.hpp"
#include "activity/statistics.hpp"

namespace minglu::activity {

struct WeighInput {
  std::string group;  // for messages
  std::vector<std::string> members;
  std::vector<double> given;  // the weights of the model, null where it has none
  std::vector<int> directions;
  std::vector<std::span<const double>> columns;  // one per member, all of the same length
};

struct Weighing {
  std::vector<double> weights;    // sum 1, in order of members
  Json details = Json::object();  // what the method found out: consistency ratio, eigenvalues, entropies
};

struct Weigher {
  MethodDoc doc;
  bool needs_columns;
  Result<Weighing> (*weigh)(const WeighInput& input, const Parameters& parameters, Notes& notes);
};

std::span<const Weigher> weighers();
/// kInvalidArgument with the list of names for an unknown one.
Result<const Weigher*> find_weigher(std::string_view name, const std::string& where);

extern const Weigher kGiven;
extern const Weigher kEqual;
extern const Weigher kBudget;
extern const Weigher kAhp;
extern const Weigher kEntropy;
extern const Weigher kCritic;
extern const Weigher kCoefficientOfVariation;
extern const Weigher kPca;

}  // namespace minglu::activity
