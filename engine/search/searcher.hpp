// Answers queries from an index and the changes since.
//
//   Searcher searcher(language, index, frozen_delta);
//   MINGLU_TRY(const Hits hits, searcher.search(query, Scope::everything()));
//   "深圳市甲乙科技有限公司" asked as "jykj" -> kind pinyin; as "甲以科技" -> kind near; as "甲乙 科技" -> kind
//   brand_start
//
// Method: README.md. Errors: kInvalidArgument for a text above kQueryCharsMax characters or kTermsMax terms, an offset
// above kOffsetMax or a limit above kLimitMax. Thread-safety: search() is const and keeps no state; any number of
// threads. Cost at 4.6 million units: README.md. What the index borrows must outlive the searcher.
#pragma once

#include <memory>
#include <utility>

#include "base/result.hpp"
#include "search/delta.hpp"
#include "search/index.hpp"
#include "search/query.hpp"

namespace minglu::search {

class Searcher {
 public:
  Searcher(SearchLanguage language, SearchIndex base, std::shared_ptr<const FrozenDelta> delta = nullptr);
  /// Same query and index, same answer.
  [[nodiscard]] Result<Hits> search(const Query& query, const Scope& scope) const;

 private:
  SearchLanguage language_;
  SearchIndex base_;
  std::shared_ptr<const FrozenDelta> delta_;
};

}  // namespace minglu::search
