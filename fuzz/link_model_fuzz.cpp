// Any bytes as a linkage model: reading never fails badly, and what was read is written and read back unchanged.
// fuzz-folders: base codes text units match
// fuzz-libs: xxhash crypto icuuc icudata
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "match/link_model.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model = match::parse_link_model({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) {
    MINGLU_ASSERT(!model.error().message.empty());
    return 0;
  }
  MINGLU_ASSERT(!model->comparisons.empty() && model->comparisons.size() <= match::kComparisonsMax);
  const std::string json = match::link_model_json(*model);
  const auto again = match::parse_link_model(json);
  MINGLU_ASSERT(again.ok());
  MINGLU_ASSERT(match::link_model_json(*again) == json);
  MINGLU_ASSERT(again->learned.has_value() == model->learned.has_value());
  return 0;
}
