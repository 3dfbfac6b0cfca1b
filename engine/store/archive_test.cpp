#include "store/archive.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/rng.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest() {
    std::string name = (fs::temp_directory_path() / "minglu_archive_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    root_ = folder_ / "home" / "archive";
  }
  ~ArchiveTest() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  Archive open() {
    auto archive = Archive::open(root_);
    EXPECT_TRUE(archive.ok()) << archive.error().message;
    return std::move(archive).value();
  }
  size_t parts() const {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) count += entry.path().extension() == ".part";
    return count;
  }
  static void overwrite(const fs::path& path, std::string_view bytes) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  fs::path folder_;
  fs::path root_;
};

TEST_F(ArchiveTest, KeepsAFileUnderItsDigest) {
  Archive archive = open();
  const std::string text = "统一社会信用代码,名称\n91440300,深圳市甲乙有限公司\n";
  const auto kept = archive.put(write("市场监管 2026-01.csv", text));
  ASSERT_TRUE(kept.ok()) << kept.error().message;
  EXPECT_EQ(kept->sha256, base::sha256_hex(text));
  EXPECT_EQ(kept->bytes, text.size());
  EXPECT_FALSE(kept->was_present);
  EXPECT_EQ(kept->path, root_ / "raw" / kept->sha256.substr(0, 2) / kept->sha256);
  EXPECT_EQ(*base::read_file(kept->path), text);
  EXPECT_EQ(*archive.read(ArchiveKind::kRaw, kept->sha256), text);
  EXPECT_EQ(*archive.find(ArchiveKind::kRaw, kept->sha256), kept->path);
  EXPECT_EQ(parts(), 0U);
  struct stat info {};
  ASSERT_EQ(::stat(kept->path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0222U, 0U);
}

TEST_F(ArchiveTest, KeepsEqualContentOnce) {
  Archive archive = open();
  const auto first = archive.put(write("a.csv", "x"));
  const auto second = archive.put(write("b.csv", "x"));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(first->was_present);
  EXPECT_TRUE(second->was_present);
  EXPECT_EQ(first->path, second->path);
  EXPECT_EQ(archive.verify()->files, 1U);
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, KeepsAnEmptyFileAndALargeOne) {
  Archive archive = open();
  const auto empty = archive.put(write("empty", ""));
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->bytes, 0U);
  const std::string large(3'500'001, 'z');
  uint64_t last_progress = 0;
  const auto big = archive.put(write("large", large), [&](uint64_t done) { last_progress = done; });
  ASSERT_TRUE(big.ok());
  EXPECT_EQ(big->sha256, base::sha256_hex(large));
  EXPECT_EQ(last_progress, large.size());
  EXPECT_TRUE(archive.verify()->whole());
}

TEST_F(ArchiveTest, KeepsBytesByKind) {
  Archive archive = open();
  for (const ArchiveKind kind : kArchiveKinds) {
    const auto kept = archive.put_bytes(kind, "outcome");
    ASSERT_TRUE(kept.ok());
    EXPECT_TRUE(fs::exists(root_ / archive_kind_name(kind) / kept->sha256.substr(0, 2) / kept->sha256));
  }
  EXPECT_EQ(archive.verify()->files, 3U);
}

TEST_F(ArchiveTest, RefusesWhatIsNotAFile) {
  Archive archive = open();
  EXPECT_EQ(archive.put(folder_ / "absent").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(archive.put(folder_).error().code, ErrorCode::kInvalidArgument);
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(archive.put(pipe).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, RefusesAFileThatGrowsWhileCopied) {
  Archive archive = open();
  const fs::path source = write("growing.csv", std::string(2'000'000, 'a'));
  bool grown = false;
  const auto kept = archive.put(source, [&](uint64_t) {
    if (!std::exchange(grown, true)) std::ofstream(source, std::ios::app) << "more";
  });
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code, ErrorCode::kConflict);
  EXPECT_NE(kept.error().message.find("growing.csv"), std::string::npos);
  EXPECT_EQ(archive.verify()->files, 0U);
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, RefusesAFileChangedInPlaceWhileCopied) {
  Archive archive = open();
  const fs::path source = write("edited.csv", std::string(2'000'000, 'a'));
  bool edited = false;
  const auto kept = archive.put(source, [&](uint64_t) {
    if (std::exchange(edited, true)) return;
    std::fstream(source, std::ios::in | std::ios::out | std::ios::binary).seekp(5).write("b", 1);
  });
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code, ErrorCode::kConflict);
}

TEST_F(ArchiveTest, RemovesPartsOfACrashAtOpen) {
  { open(); }
  std::ofstream(root_ / "incoming" / "77-0.part") << "half";
  EXPECT_EQ(parts(), 1U);
  open();
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, ReplacesADamagedCopyWhenTheContentComesAgain) {
  Archive archive = open();
  const fs::path source = write("a.csv", "good");
  const auto first = archive.put(source);
  overwrite(first->path, "goad");
  EXPECT_EQ(archive.read(ArchiveKind::kRaw, first->sha256).error().code, ErrorCode::kDataLoss);
  const auto again = archive.put(source);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->was_present);
  EXPECT_EQ(*archive.read(ArchiveKind::kRaw, first->sha256), "good");
}

TEST_F(ArchiveTest, VerifyNamesDamagedMissingAndForeignFiles) {
  Archive archive = open();
  const auto good = archive.put(write("good", "good"));
  const auto bad = archive.put(write("bad", "bad"));
  overwrite(bad->path, "bed");
  std::ofstream(root_ / "raw" / "notes.txt") << "mine";
  const std::string absent = base::sha256_hex("never archived");
  const std::vector<ArchiveReference> references = {
      {ArchiveKind::kRaw, good->sha256}, {ArchiveKind::kOutcomes, absent}, {ArchiveKind::kRaw, "nonsense"}};
  const auto report = archive.verify(references);
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->whole());
  EXPECT_EQ(report->files, 2U);
  std::map<ArchiveDamage::Problem, int> counts;
  for (const ArchiveDamage& damage : report->damages) {
    ++counts[damage.problem];
    if (damage.problem == ArchiveDamage::Problem::kDamaged) {
      EXPECT_EQ(damage.expected_sha256, bad->sha256);
      EXPECT_EQ(damage.found_sha256, base::sha256_hex("bed"));
    }
  }
  EXPECT_EQ(counts[ArchiveDamage::Problem::kDamaged], 1);
  EXPECT_EQ(counts[ArchiveDamage::Problem::kForeign], 1);
  EXPECT_EQ(counts[ArchiveDamage::Problem::kMissing], 2);
}

TEST_F(ArchiveTest, EveryFlippedByteIsFound) {
  Archive archive = open();
  const std::string text = "名录";
  const auto kept = archive.put_bytes(ArchiveKind::kArtefacts, text);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    overwrite(kept->path, flipped);
    EXPECT_EQ(archive.verify()->damages.size(), 1U) << "byte " << i;
  }
}

std::string long_text(size_t lines) {
  std::string text = "统一社会信用代码,名称\n";
  for (size_t i = 0; i < lines; ++i) text += "91440300MA5" + std::to_string(i * 7919) + ",深圳市甲乙有限公司\n";
  return text;
}

TEST_F(ArchiveTest, PackedContentIsReadAsBefore) {
  Archive archive = open();
  const std::string text = long_text(50'000);
  const auto kept = archive.put(write("long.csv", text));
  ASSERT_TRUE(kept.ok());
  ASSERT_TRUE(archive.pack(ArchiveKind::kRaw, kept->sha256).ok());
  ASSERT_TRUE(archive.pack(ArchiveKind::kRaw, kept->sha256).ok());  // again: nothing to do
  EXPECT_FALSE(fs::exists(kept->path));
  const fs::path packed = *archive.find(ArchiveKind::kRaw, kept->sha256);
  EXPECT_EQ(packed.filename(), kept->sha256 + ".zst");
  EXPECT_LT(fs::file_size(packed), text.size() / 3);
  EXPECT_EQ(*archive.read(ArchiveKind::kRaw, kept->sha256), text);
  {
    const auto content = archive.open_content(ArchiveKind::kRaw, kept->sha256);
    ASSERT_TRUE(content.ok());
    EXPECT_EQ(*base::read_file(content->path()), text);
  }
  EXPECT_EQ(parts(), 0U);
  const std::vector<ArchiveReference> references{{ArchiveKind::kRaw, kept->sha256}};
  const auto report = archive.verify(references);
  EXPECT_TRUE(report->whole());
  EXPECT_EQ(report->bytes, text.size());
  struct stat info {};
  ASSERT_EQ(::stat(packed.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0222U, 0U);
}

TEST_F(ArchiveTest, ContentThatIsPackedIsKeptOnce) {
  Archive archive = open();
  const std::string text = long_text(10'000);
  const auto first = archive.put_bytes(ArchiveKind::kOutcomes, text);
  ASSERT_TRUE(archive.pack(ArchiveKind::kOutcomes, first->sha256).ok());
  const auto again = archive.put_bytes(ArchiveKind::kOutcomes, text);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->was_present);
  EXPECT_EQ(again->path.extension(), ".zst");
  overwrite(again->path, "damaged");
  const auto healed = archive.put_bytes(ArchiveKind::kOutcomes, text);
  ASSERT_TRUE(healed.ok());
  EXPECT_FALSE(healed->was_present);
  EXPECT_EQ(*archive.read(ArchiveKind::kOutcomes, first->sha256), text);
  EXPECT_TRUE(archive.verify()->whole());
}

TEST_F(ArchiveTest, SmallAndDenseContentStaysAsItIs) {
  Archive archive = open();
  std::string noise(200'000, ' ');
  base::Rng rng(5);
  for (char& byte : noise) byte = static_cast<char>(rng.next());
  for (const std::string& bytes : {long_text(100), noise}) {
    const auto kept = archive.put_bytes(ArchiveKind::kRaw, bytes);
    ASSERT_TRUE(archive.pack(ArchiveKind::kRaw, kept->sha256).ok());
    EXPECT_EQ(*archive.find(ArchiveKind::kRaw, kept->sha256), kept->path);
    EXPECT_TRUE(fs::exists(kept->path));
  }
  EXPECT_EQ(archive.pack(ArchiveKind::kRaw, std::string(64, 'a')).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, DamagedPackedContentIsFound) {
  Archive archive = open();
  const auto kept = archive.put_bytes(ArchiveKind::kRaw, long_text(10'000));
  ASSERT_TRUE(archive.pack(ArchiveKind::kRaw, kept->sha256).ok());
  const fs::path packed = *archive.find(ArchiveKind::kRaw, kept->sha256);
  const std::string whole = *base::read_file(packed);
  for (size_t i = 0; i < whole.size(); i += whole.size() / 50) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    overwrite(packed, flipped);
    EXPECT_EQ(archive.verify()->damages.size(), 1U) << "byte " << i;
    EXPECT_EQ(archive.read(ArchiveKind::kRaw, kept->sha256).error().code, ErrorCode::kDataLoss) << "byte " << i;
  }
  overwrite(packed, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(archive.open_content(ArchiveKind::kRaw, kept->sha256).error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(parts(), 0U);
}

TEST_F(ArchiveTest, FileBesideItsPackedFormIsHarmless) {  // a crash while packing
  Archive archive = open();
  const std::string text = long_text(10'000);
  const auto kept = archive.put_bytes(ArchiveKind::kRaw, text);
  ASSERT_TRUE(archive.pack(ArchiveKind::kRaw, kept->sha256).ok());
  std::ofstream(kept->path, std::ios::binary) << text;
  EXPECT_TRUE(archive.verify()->whole());
  EXPECT_EQ(*archive.read(ArchiveKind::kRaw, kept->sha256), text);
}

TEST_F(ArchiveTest, FindRefusesMalformedDigests) {
  Archive archive = open();
  for (const std::string bad : {"", "abc", "../../etc/passwd"}) {
    EXPECT_EQ(archive.find(ArchiveKind::kRaw, bad).error().code, ErrorCode::kInvalidArgument) << bad;
  }
  EXPECT_EQ(archive.find(ArchiveKind::kRaw, std::string(64, 'A')).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(archive.find(ArchiveKind::kRaw, std::string(64, 'a')).error().code, ErrorCode::kNotFound);
}

TEST_F(ArchiveTest, RefusesARootThatIsAFile) {
  write("file", "x");
  EXPECT_EQ(Archive::open(folder_ / "file").error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(ArchiveTest, TakesFilesFromManyThreads) {
  Archive archive = open();
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        // Half of the contents are the same in every thread.
        const std::string bytes = std::to_string(i % 2 == 0 ? i : t * 1000 + i);
        const auto kept = archive.put_bytes(ArchiveKind::kOutcomes, bytes);
        if (!kept.ok() || kept->sha256 != base::sha256_hex(bytes)) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
  const auto report = archive.verify();
  EXPECT_TRUE(report->whole());
  EXPECT_EQ(report->files, 10U + 8U * 10U);
  EXPECT_EQ(parts(), 0U);
}

}  // namespace
}  // namespace minglu::store
