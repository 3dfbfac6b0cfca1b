// Builds the bytes of a search index.
//
//   IndexBuilder builder(language, 2);
//   for (...) MINGLU_CHECK(builder.add(document));          // ascending by unit
//   MINGLU_CHECK(builder.finish([&](std::string_view bytes) { return file.append(bytes); }));
//
// The bytes depend on the documents alone, not on the number of threads. Errors: kInvalidArgument when units do not
// ascend or there are more than kDocumentsMax, and whatever the sink returns. Thread-safety: one thread calls; the
// builder uses `threads` of its own. Cost of 4.6 million units: see README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "search/document.hpp"

namespace minglu::search {

/// A document number has 28 bits.
inline constexpr uint64_t kDocumentsMax = (1ULL << 28U) - 1;

class IndexBuilder {
 public:
  /// Takes the bytes of the index piece by piece, in order.
  using Sink = std::function<Status(std::string_view)>;

  IndexBuilder(SearchLanguage language, size_t threads);
  ~IndexBuilder();
  IndexBuilder(IndexBuilder&&) noexcept;
  IndexBuilder& operator=(IndexBuilder&&) noexcept;

  /// `document.unit` must be above that of the call before.
  Status add(UnitDocument document);
  /// Writes everything to `sink`. Call once; the builder is empty afterwards.
  Status finish(const Sink& sink);
  /// The same into one string, for small indexes.
  Result<std::string> finish_bytes();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minglu::search
