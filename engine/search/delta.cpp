#include "search/delta.hpp"

#include <cstring>

#include "search/builder.hpp"
#include "search/internal/view.hpp"

namespace minglu::search {

void DeltaIndex::put(UnitDocument document) {
  const uint64_t unit = document.unit;
  changes_[unit] = std::move(document);
}

void DeltaIndex::remove(uint64_t unit) { changes_[unit] = std::nullopt; }

Result<std::shared_ptr<const FrozenDelta>> DeltaIndex::freeze(const SearchLanguage& language,
                                                              const SearchIndex& base) const {
  std::shared_ptr<FrozenDelta> frozen(new FrozenDelta());
  IndexBuilder builder(language, 1);
  frozen->hidden_.resize(base.document_count() / 64 + 1);
  for (const auto& [unit, document] : changes_) {
    if (document) MINGLU_CHECK(builder.add(*document));
    const uint32_t hidden = base.view().document_of(unit);
    if (hidden == kNoDocument) continue;
    frozen->hidden_[hidden / 64] |= uint64_t{1} << hidden % 64;
    ++frozen->hidden_count_;
  }
  MINGLU_TRY(const std::string bytes, builder.finish_bytes());
  frozen->words_.resize((bytes.size() + 7) / 8);
  std::memcpy(frozen->words_.data(), bytes.data(), bytes.size());
  MINGLU_TRY(frozen->index_,
             SearchIndex::open({reinterpret_cast<const std::byte*>(frozen->words_.data()), bytes.size()}));
  return std::shared_ptr<const FrozenDelta>(std::move(frozen));
}

}  // namespace minglu::search
