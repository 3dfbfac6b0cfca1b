#include "fuse/survivorship.hpp"

#include <set>

#include "codes/catalog_file.hpp"

namespace minglu::fuse {
namespace {

constexpr int32_t kUnlistedRank = 1000;

std::vector<std::string> split_order(const std::string& order) {
  std::vector<std::string> words;
  size_t from = 0;
  while (from < order.size()) {
    const size_t to = std::min(order.find('>', from), order.size());
    words.push_back(order.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

// Words that name no source of this catalog are allowed only as departments that could exist; a misspelt department
// would silently change who wins, so every word must be a known department or look like a source id.
bool known_word(const std::string& word, const std::vector<SourceTrust>& sources) {
  static const std::set<std::string> kDepartments{"市监", "税务", "人社", "民政", "住建", "编制",  "供电",
                                                  "科创", "财政", "发改", "工信", "统计", "互联网"};
  if (kDepartments.contains(word)) return true;
  for (const SourceTrust& source : sources) {
    if (source.id == word) return true;
  }
  return false;
}

}  // namespace

Result<Survivorship> Survivorship::load(const std::filesystem::path& catalog_directory, const codes::Fields& fields,
                                        const std::vector<SourceTrust>& sources) {
  const std::filesystem::path path = catalog_directory / "rules" / "fuse" / "survivorship.csv";
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(path, {"field", "order", "mark"}));
  Survivorship result;
  result.source_count_ = sources.size();
  result.ranks_.resize(fields.size() * sources.size());
  for (size_t f = 0; f < fields.size(); ++f) {
    for (size_t s = 0; s < sources.size(); ++s)
      result.ranks_[f * sources.size() + s] = kUnlistedRank - sources[s].trust;
  }
  std::set<std::string> seen;
  for (const std::vector<std::string>& row : file.rows) {
    if (!seen.insert(row[0]).second)
      return base::invalid_argument("survivorship.csv: field \"" + row[0] + "\" stands twice");
    if (row[0] == "*") continue;
    const auto field = fields.find(row[0]);
    if (!field) return base::invalid_argument("survivorship.csv: unknown field \"" + row[0] + "\"");
    const std::vector<std::string> words = split_order(row[1]);
    for (size_t place = words.size(); place-- > 0;) {
      if (!known_word(words[place], sources)) {
        return base::invalid_argument("survivorship.csv: \"" + words[place] +
                                      "\" is neither a source nor a department");
      }
      for (size_t s = 0; s < sources.size(); ++s) {
        if (sources[s].id != words[place] && sources[s].department != words[place]) continue;
        result.ranks_[field->value * sources.size() + s] = static_cast<int32_t>(place);
      }
    }
  }
  return result;
}

}  // namespace minglu::fuse
