#include "search/internal/candidates.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "search/internal/text_forms.hpp"

namespace minglu::search {
namespace {

/// Lists of one intersection; the text is looked at afterwards, so the rarest few suffice.
constexpr size_t kListsMax = 4;
/// A list this short is not worth intersecting.
constexpr uint32_t kShortList = 64;
constexpr size_t kBitmapFrom = 65'536;

/// Damaged entries may name a field that does not exist; it is hidden by nothing and has no name.
MatchField field_of(const IdentifierEntry& entry) noexcept {
  return static_cast<MatchField>(entry.document_and_field >> kDocumentBits);
}

std::span<const IdentifierEntry> identifier_entries(const IndexView& view, const std::string& form) {
  const auto [low, high] = identifier_range(form);
  const auto entries = view.identifiers();
  const auto packed = [](const IdentifierEntry& entry) { return PackedIdentifier{entry.head, entry.tail}; };
  const auto begin =
      std::lower_bound(entries.begin(), entries.end(), low,
                       [&](const IdentifierEntry& e, const PackedIdentifier& p) { return packed(e) < p; });
  const auto end = std::upper_bound(begin, entries.end(), high,
                                    [&](const PackedIdentifier& p, const IdentifierEntry& e) { return p < packed(e); });
  return {begin, end};
}

}  // namespace

GramStream::GramStream(const IndexView& view, const std::vector<uint32_t>& grams, Texts texts) {
  std::vector<const GramEntry*> entries;
  for (const uint32_t key : grams) {
    const GramEntry* entry = texts == Texts::kNames ? view.name_gram(key) : view.address_gram(key);
    if (entry == nullptr) return;
    entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const GramEntry* a, const GramEntry* b) {
    return a->count != b->count ? a->count < b->count : a->key < b->key;
  });
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  for (const GramEntry* entry : entries) {
    if (lists_.size() == kListsMax || (!lists_.empty() && lists_.front().count() <= kShortList)) break;
    lists_.push_back(texts == Texts::kNames ? view.name_list(*entry) : view.address_list(*entry));
  }
  if (lists_.empty()) return;
  document_ = lists_.front().document();
  settle();
}

void GramStream::settle() noexcept {
  for (size_t i = 1; i < lists_.size() && document_ != kNoDocument;) {
    lists_[i].seek(document_);
    const uint32_t found = lists_[i].document();
    if (found == document_) {
      ++i;
      continue;
    }
    lists_.front().seek(found);
    document_ = found == kNoDocument ? kNoDocument : lists_.front().document();
    i = 1;
  }
}

void GramStream::seek(uint32_t target) noexcept {
  if (document_ >= target) return;
  lists_.front().seek(target);
  document_ = lists_.front().document();
  settle();
}

void GramStream::next() noexcept {
  if (document_ == kNoDocument) return;
  lists_.front().next();
  document_ = lists_.front().document();
  settle();
}

void TermStream::settle() noexcept {
  document = std::min(names.document(), addresses.document());
  if (at < others->size()) document = std::min(document, (*others)[at]);
}

void TermStream::seek(uint32_t target) noexcept {
  if (document >= target) return;
  if (target == names.document() + 1) {
    names.next();
  } else {
    names.seek(target);
  }
  addresses.seek(target);
  const std::vector<uint32_t>& list = *others;
  if (at < list.size() && list[at] < target) {
    const auto from = list.begin() + static_cast<ptrdiff_t>(at);
    at = static_cast<size_t>(std::lower_bound(from, list.end(), target) - list.begin());
  }
  settle();
}

CandidateStream::CandidateStream(const IndexView& view, const Question& question, const Scope& scope, bool addresses) {
  for (size_t i = 0; i < question.terms.size(); ++i) {
    const Term& term = question.terms[i];
    const auto same = [&](const Term& earlier) { return earlier.key == term.key; };
    // A term said twice asks nothing more, and its documents may be millions.
    if (std::any_of(question.terms.begin(), question.terms.begin() + static_cast<ptrdiff_t>(i), same)) continue;
    TermStream stream;
    std::vector<uint32_t> grams;
    append_grams(term.key, grams);
    stream.names = GramStream(view, grams, GramStream::Texts::kNames);
    if (addresses && term.key.size() >= 2) stream.addresses = GramStream(view, grams, GramStream::Texts::kAddresses);
    std::vector<uint32_t> others;
    if (!scope.hides(MatchField::kLegalRep)) { others = view.documents_hashed(hash_of(term.key, HashKind::kLegalRep)); }
    if (!term.letters.empty()) {
      const std::vector<uint32_t> spelt = documents_spelt(view, term.letters);
      others.insert(others.end(), spelt.begin(), spelt.end());
      sort_documents(others, view.documents());
    }
    stream.others = std::make_shared<const std::vector<uint32_t>>(std::move(others));
    stream.settle();
    names_are_exact_ = names_are_exact_ && term.key.size() <= 2;
    terms_.push_back(std::move(stream));
  }
  std::stable_sort(terms_.begin(), terms_.end(),
                   [](const TermStream& a, const TermStream& b) { return a.bound() < b.bound(); });
  if (!terms_.empty()) seek(0);
}

CandidateStream CandidateStream::names_only() const {
  static const auto kNothing = std::make_shared<const std::vector<uint32_t>>();
  CandidateStream stream;
  stream.names_are_exact_ = names_are_exact_;
  for (const TermStream& term : terms_) {
    stream.terms_.push_back({.names = term.names, .others = kNothing});
    stream.terms_.back().settle();
  }
  std::stable_sort(stream.terms_.begin(), stream.terms_.end(),
                   [](const TermStream& a, const TermStream& b) { return a.bound() < b.bound(); });
  stream.document_ = 0;
  stream.seek(0);
  return stream;
}

void CandidateStream::seek(uint32_t target) noexcept {
  for (size_t i = 0; i < terms_.size();) {
    terms_[i].seek(target);
    const uint32_t found = terms_[i].document;
    if (found == kNoDocument) {
      document_ = kNoDocument;
      return;
    }
    if (found > target && i > 0) {
      target = found;
      i = 0;
      continue;
    }
    target = found;
    ++i;
  }
  document_ = target;
}

bool CandidateStream::from_names() const noexcept {
  return std::all_of(terms_.begin(), terms_.end(), [](const TermStream& term) { return term.from_names(); });
}

bool CandidateStream::only_names() const noexcept {
  return std::all_of(terms_.begin(), terms_.end(), [](const TermStream& term) { return term.only_names(); });
}

uint64_t CandidateStream::bound() const noexcept { return terms_.empty() ? 0 : terms_.front().bound(); }

bool CandidateStream::has_others() const noexcept {
  return std::any_of(terms_.begin(), terms_.end(),
                     [](const TermStream& term) { return !term.others->empty() || term.addresses.list_count() > 0; });
}

bool CandidateStream::is_one_list() const noexcept {
  return terms_.size() == 1 && names_are_exact_ && terms_[0].names.list_count() == 1 && terms_[0].others->empty() &&
         terms_[0].addresses.list_count() == 0;
}

void sort_documents(std::vector<uint32_t>& documents, uint32_t document_count) {
  if (documents.size() < kBitmapFrom) {
    std::sort(documents.begin(), documents.end());
    documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
    return;
  }
  std::vector<uint64_t> bits(document_count / 64 + 1);
  for (const uint32_t document : documents) bits[document / 64] |= uint64_t{1} << document % 64;
  documents.clear();
  for (size_t word = 0; word < bits.size(); ++word) {
    for (uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
      documents.push_back(static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(rest)));
    }
  }
}

std::vector<uint32_t> documents_spelt(const IndexView& view, const std::string& letters) {
  const auto [low, high] = letters_range(letters);
  const auto keys = view.reading_keys();
  const auto begin = std::lower_bound(keys.begin(), keys.end(), low);
  const auto end = std::lower_bound(begin, keys.end(), high);
  std::vector<uint32_t> documents;
  documents.reserve(static_cast<size_t>(end - begin));
  for (auto at = begin; at < end; ++at) {
    const uint32_t document = view.reading_documents()[static_cast<size_t>(at - keys.begin())];
    if (document < view.documents()) documents.push_back(document);
  }
  sort_documents(documents, view.documents());
  return documents;
}

std::vector<uint32_t> documents_identified(const IndexView& view, const Question& question, const Scope& scope) {
  std::vector<uint32_t> documents;
  if (!question.identifier.empty()) {
    for (const IdentifierEntry& entry : identifier_entries(view, question.identifier)) {
      const uint32_t document = entry.document_and_field & kDocumentMask;
      if (document < view.documents() && !scope.hides(field_of(entry))) documents.push_back(document);
    }
  }
  if (question.unit) {
    if (const uint32_t document = view.document_of(*question.unit); document != kNoDocument) {
      documents.push_back(document);
    }
  }
  sort_documents(documents, view.documents());
  return documents;
}

std::vector<MatchField> identified_by(const IndexView& view, const Question& question, const Scope& scope,
                                      const std::vector<uint32_t>& documents) {
  std::map<uint32_t, MatchField> fields;
  for (const uint32_t document : documents) fields.emplace(document, MatchField::kNone);
  if (!question.identifier.empty() && !fields.empty()) {
    for (const IdentifierEntry& entry : identifier_entries(view, question.identifier)) {
      const auto at = fields.find(entry.document_and_field & kDocumentMask);
      const MatchField found = field_of(entry);
      if (at == fields.end() || scope.hides(found)) continue;
      if (at->second == MatchField::kNone || found < at->second) at->second = found;
    }
  }
  std::vector<MatchField> found;
  for (const uint32_t document : documents) {
    const bool by_unit = question.unit && document < view.documents() && view.unit(document) == *question.unit;
    found.push_back(by_unit ? MatchField::kUnitId : fields.at(document));
  }
  return found;
}

}  // namespace minglu::search
