// Version of the software, pinned in every commit.
#pragma once

namespace minglu::flows {
inline constexpr const char* kVersion = "0.1.0";
}  // namespace minglu::flows
