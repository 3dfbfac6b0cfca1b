#include "flows/watched_move.hpp"

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "store/directories.hpp"
#include "store/ledger_hash.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;

constexpr int kNamesMax = 10'000;

// "a.csv", "a-2.csv", "a-3.csv", …
fs::path numbered(const fs::path& folder, const fs::path& name, int number) {
  if (number == 1) return folder / name;
  return folder / (name.stem().string() + "-" + std::to_string(number) + name.extension().string());
}

// False with EEXIST when the name is taken. File systems that cannot rename so (NFS) get a look first instead.
bool rename_to_free(const fs::path& file, const fs::path& target) {
  if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL) return false;
  if (::access(target.c_str(), F_OK) == 0) {
    errno = EEXIST;
    return false;
  }
  return ::rename(file.c_str(), target.c_str()) == 0;
}

// Takes the first name of `folder` that is free.
Result<fs::path> move_into(const fs::path& file, const fs::path& folder, int number_from) {
  for (int number = number_from; number < kNamesMax; ++number) {
    const fs::path target = numbered(folder, file.filename(), number);
    if (rename_to_free(file, target)) {
      MINGLU_CHECK(base::sync_directory(folder));
      MINGLU_CHECK(base::sync_directory(file.parent_path()));
      return target;
    }
    if (errno != EEXIST) break;
  }
  return base::internal_error("cannot move \"" + file.string() + "\" into \"" + folder.string() +
                              "\": " + std::strerror(errno));
}

// Senders may write where we move files to, so a link in the place of the folder is not followed.
Result<fs::path> folder_beside(const fs::path& file, const char* name) {
  fs::path folder = file.parent_path() / name;
  std::error_code error;
  if (fs::is_symlink(folder, error))
    return base::failed_precondition("\"" + folder.string() + "\" is a link; remove it");
  MINGLU_CHECK(store::create_directories_durably(folder));
  return folder;
}

std::string reason_text(const std::string& name, const Refusal& refusal) {
  const std::string at = store::format_utc_us(base::system_now_us());
  return "没有接收这个文件。\n文件：" + name + "\n来源：" + refusal.source_title + "（" + refusal.source +
         "）\n时间：" + at + "\n原因：" + refusal.message +
         "\n怎么办：按原因改正后，重新放入上一级文件夹。原文件就在本文件夹里，没有改动，名录也没有改动。\n\n" +
         "This file was not taken in.\nFile: " + name + "\nSource: " + refusal.source + "\nTime: " + at +
         "\nReason: " + refusal.message +
         "\nWhat to do: mend it and put it into the folder above again. The file is here as it came; the register is "
         "as it was.\n";
}

}  // namespace

bool is_unfinished_name(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 4> kEndings = {".part", ".tmp", ".filepart", "~"};
  if (name.empty() || name.front() == '.') return true;
  for (const std::string_view ending : kEndings) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

Status move_taken(const fs::path& file) {
  MINGLU_TRY(const fs::path folder, folder_beside(file, "taken"));
  MINGLU_CHECK(move_into(file, folder, 1));
  return ok_status();
}

Status move_refused(const fs::path& file, const Refusal& refusal) {
  MINGLU_TRY(const fs::path folder, folder_beside(file, "refused"));
  int number = 1;
  while (number < kNamesMax && fs::exists(numbered(folder, file.filename(), number))) ++number;
  fs::path reason = numbered(folder, file.filename(), number);
  reason += ".txt";
  MINGLU_CHECK(base::write_file_durably(reason, reason_text(file.filename().string(), refusal)));
  MINGLU_CHECK(move_into(file, folder, number));
  return ok_status();
}

}  // namespace minglu::flows
