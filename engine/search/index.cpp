#include "search/index.hpp"

#include "search/internal/view.hpp"

namespace minglu::search {

Result<SearchIndex> SearchIndex::open(std::span<const std::byte> bytes) {
  MINGLU_TRY(IndexView view, IndexView::open(bytes));
  return SearchIndex(std::make_shared<const IndexView>(view));
}

Status SearchIndex::verify() const { return view_->verify(); }

uint64_t SearchIndex::document_count() const noexcept { return view_->documents(); }

bool SearchIndex::contains(uint64_t unit) const noexcept { return view_->document_of(unit) != kNoDocument; }

}  // namespace minglu::search
