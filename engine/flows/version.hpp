// Version of the software, pinned in every commit of the ledger beside the digest of the catalog.
// MAJOR.MINOR.PATCH; CHANGELOG.md says what each version changed.
// A rebuild under another version repeats recorded decisions and compares its results with the recorded hashes.
#pragma once

namespace minglu::flows {
inline constexpr const char* kVersion = "0.1.0";
}  // namespace minglu::flows
