// Ascending streams of documents that may answer: intersections of gram lists, unions with explicit documents, and
// intersections of those over terms. A stream holds every answering document and perhaps others, which Matcher rejects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "search/internal/postings.hpp"
#include "search/internal/question.hpp"
#include "search/internal/view.hpp"

namespace minglu::search {

/// Intersection of gram lists, the shortest leading.
class GramStream {
 public:
  enum class Texts : uint8_t { kNames, kAddresses };
  GramStream() = default;
  /// `grams` in any order; of many, only the rarest are read.
  GramStream(const IndexView& view, const std::vector<uint32_t>& grams, Texts texts);
  [[nodiscard]] uint32_t document() const noexcept { return document_; }
  void seek(uint32_t target) noexcept;
  void next() noexcept;
  /// At most this many documents.
  [[nodiscard]] uint64_t bound() const noexcept { return lists_.empty() ? 0 : lists_.front().count(); }
  [[nodiscard]] size_t list_count() const noexcept { return lists_.size(); }

 private:
  void settle() noexcept;
  std::vector<ListCursor> lists_;
  uint32_t document_ = kNoDocument;
};

/// Documents that may answer one term.
struct TermStream {
  GramStream names;
  GramStream addresses;
  std::shared_ptr<const std::vector<uint32_t>> others;  // ascending: legal representatives, readings
  size_t at = 0;
  uint32_t document = kNoDocument;

  void settle() noexcept;
  void seek(uint32_t target) noexcept;
  [[nodiscard]] bool from_names() const noexcept { return names.document() == document; }
  /// Only the texts of names can make the document answer.
  [[nodiscard]] bool only_names() const noexcept {
    return addresses.document() != document && (at >= others->size() || (*others)[at] != document);
  }
  [[nodiscard]] uint64_t bound() const noexcept { return names.bound() + addresses.bound() + others->size(); }
};

/// Documents that may answer every term. Copies start where the original stands and share the explicit documents.
class CandidateStream {
 public:
  /// Stands at the first candidate.
  CandidateStream(const IndexView& view, const Question& question, const Scope& scope, bool addresses);
  /// The same, but only what the lists of names give.
  [[nodiscard]] CandidateStream names_only() const;
  [[nodiscard]] uint32_t document() const noexcept { return document_; }
  void seek(uint32_t target) noexcept;
  /// Precondition: not at the end.
  void next() noexcept { seek(document_ + 1); }
  /// Every term was found by the lists of names.
  [[nodiscard]] bool from_names() const noexcept;
  [[nodiscard]] bool only_names() const noexcept;
  [[nodiscard]] uint64_t bound() const noexcept;
  /// Documents from the lists of names are answers, without a look at the text.
  [[nodiscard]] bool names_are_exact() const noexcept { return names_are_exact_; }
  /// Some document may answer by something else than its names.
  [[nodiscard]] bool has_others() const noexcept;
  /// Nothing but one list of names: its length is the number of answers.
  [[nodiscard]] bool is_one_list() const noexcept;

 private:
  CandidateStream() = default;
  std::vector<TermStream> terms_;
  uint32_t document_ = kNoDocument;
  bool names_are_exact_ = true;
};

/// Documents whose reading may begin with the letters, ascending.
std::vector<uint32_t> documents_spelt(const IndexView& view, const std::string& letters);
/// Documents with that identifier, whole or as its beginning, or that unit id; ascending.
std::vector<uint32_t> documents_identified(const IndexView& view, const Question& question, const Scope& scope);
/// Field of the identifier by which each document was found. Cost: one pass over the identifiers of the prefix.
std::vector<MatchField> identified_by(const IndexView& view, const Question& question, const Scope& scope,
                                      const std::vector<uint32_t>& documents);
/// Sorts and removes repeats; of many documents by a bitmap.
void sort_documents(std::vector<uint32_t>& documents, uint32_t document_count);

}  // namespace minglu::search
