// The contract, the server and the policy name the same operations, with the same method, path and query parameters.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "access/policy.hpp"
#include "codes/catalog_file.hpp"
#include "server/api/operations.hpp"

namespace minglu::server {
namespace {

namespace fs = std::filesystem;

// "id METHOD /path?parameters", the parameters sorted.
std::string signature(std::string_view id, std::string_view method, std::string_view path,
                      const std::set<std::string>& parameters) {
  std::string out = std::string(id) + " " + std::string(method) + " " + std::string(path) + "?";
  for (const std::string& name : parameters) out += name + ",";
  return out;
}

std::set<std::string> names_of(std::string_view list) {
  std::set<std::string> names;
  std::stringstream text{std::string(list)};
  for (std::string name; std::getline(text, name, ',');) names.insert(name);
  return names;
}

// Reads the contract line by line: a path stands two spaces deep, a method four, everything of an operation deeper.
std::set<std::string> operations_of_contract() {
  std::ifstream file(fs::path(MINGLU_SOURCE_DIR) / "api" / "openapi.yaml");
  std::set<std::string> found;
  std::string path;
  std::string method;
  std::string id;
  std::set<std::string> parameters;
  const auto end = [&] {
    if (!id.empty()) found.insert(signature(id, method, path, parameters));
    id.clear();
    parameters.clear();
  };
  for (std::string line; std::getline(file, line) && line != "components:";) {
    const size_t depth = line.find_first_not_of(' ');
    if (depth == std::string::npos) continue;
    const std::string word = line.substr(depth);
    if (depth <= 4) end();
    if (depth == 2 && word.front() == '/') path = word.substr(0, word.size() - 1);
    if (depth == 4) {
      method = word.substr(0, word.size() - 1);
      for (char& letter : method) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    if (word.starts_with("operationId: ")) id = word.substr(word.find(' ') + 1);
    if (word.starts_with("- {name: ") && word.find(", in: query") != std::string::npos)
      parameters.insert(word.substr(9, word.find(',') - 9));
  }
  end();
  return found;
}

TEST(ApiContract, TheSameOperationsStandInContractServerAndPolicy) {
  std::set<std::string> served;
  std::set<std::string> ids;
  for (const ApiOperation& operation : all_operations()) {
    served.insert(signature(operation.id, operation.method, operation.path, names_of(operation.parameters)));
    ids.emplace(operation.id);
  }
  EXPECT_EQ(served, operations_of_contract());
  std::set<std::string> ruled;
  const access::Policy policy = access::Policy::load(codes::catalog_directory()).value();
  for (const access::Operation& operation : policy.operations()) ruled.insert(operation.id);
  EXPECT_EQ(ids, ruled);
}

}  // namespace
}  // namespace minglu::server
