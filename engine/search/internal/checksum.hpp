// Checksum of a section: hash64 over blocks, each seeded with the hash of those before, so that a section may be
// written in pieces of any size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "search/internal/layout.hpp"

namespace minglu::search {

class SectionSum {
 public:
  void update(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t taken = std::min(bytes.size(), kChecksumBlock - block_.size());
      if (block_.empty() && taken == kChecksumBlock) {
        before_ = base::hash64(bytes.substr(0, taken), before_);
      } else {
        block_.append(bytes.substr(0, taken));
        if (block_.size() == kChecksumBlock) flush();
      }
      bytes.remove_prefix(taken);
    }
  }
  uint64_t value() {
    flush();
    return before_;
  }

 private:
  void flush() {
    if (!block_.empty()) before_ = base::hash64(block_, before_);
    block_.clear();
  }
  uint64_t before_ = 0;
  std::string block_;
};

inline uint64_t checksum_of(std::string_view bytes) {
  SectionSum sum;
  sum.update(bytes);
  return sum.value();
}

}  // namespace minglu::search
