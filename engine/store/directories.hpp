// Directories whose names survive a power cut. A file that is synced under a directory entry that is not synced can
// vanish as a whole; so every store makes its folders through here.
// Cost: one sync per component. Thread-safety: any number of callers, also for the same folder.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace minglu::store {

/// Creates `directory` with its missing parents, and syncs the parent of each component that it made and of `directory`
/// itself (an earlier run may have made it and died before the sync). Idempotent. Errors: kInternal with the system's
/// words; kFailedPrecondition when a component exists and is not a directory.
Status create_directories_durably(const std::filesystem::path& directory);

}  // namespace minglu::store
