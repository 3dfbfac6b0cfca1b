#include "geo/point.hpp"

namespace minglu::geo {

// Whole numbers only, so that a point reads back as it was.
std::string degrees_text(int32_t micro, int decimals) {
  int64_t scale = 1;
  for (int i = decimals; i < 6; ++i) scale *= 10;
  const int64_t half = micro >= 0 ? scale / 2 : -scale / 2;
  const int64_t value = (micro + half) / scale * scale;
  const int64_t magnitude = value < 0 ? -value : value;
  std::string text = (value < 0 ? "-" : "") + std::to_string(magnitude / 1'000'000);
  std::string fraction = std::to_string(1'000'000 + magnitude % 1'000'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace minglu::geo
