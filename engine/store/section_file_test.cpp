#include "store/section_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

class SectionFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = fs::temp_directory_path() / ("minglu_section_" + std::to_string(::getpid()) + name);
  }
  void TearDown() override { fs::remove(path_); }

  // A streamed section of `size` bytes in pieces of `piece`, an empty one, and one given at once.
  void write(size_t size, size_t piece) const {
    const std::string bytes = content(size);
    SectionFileWriter writer = SectionFileWriter::create(path_).value();
    ASSERT_TRUE(writer.begin_stream("streamed").ok());
    for (size_t at = 0; at < size; at += piece) ASSERT_TRUE(writer.stream(bytes.substr(at, piece)).ok());
    ASSERT_TRUE(writer.add("empty", "").ok());
    ASSERT_TRUE(writer.add("whole", bytes).ok());
    ASSERT_TRUE(writer.finish().ok());
  }
  static std::string content(size_t size) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
    return bytes;
  }
  fs::path path_;
};

TEST_F(SectionFiles, GivesBackWhatWasWrittenWhateverThePieces) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{65535}, size_t{65536}, size_t{65537}, size_t{200000}}) {
    std::string first;
    for (const size_t piece : {size_t{7}, size_t{65536}, size_t{200000}}) {
      write(size, piece);
      const auto file = SectionFile::open(path_);
      ASSERT_TRUE(file.ok());
      EXPECT_TRUE(file->verify().ok());
      EXPECT_EQ(file->section("streamed").value(), content(size));
      EXPECT_EQ(file->section("whole").value(), content(size));
      EXPECT_EQ(file->section("empty").value(), "");
      EXPECT_FALSE(file->section("absent").ok());
      const std::string bytes = base::read_file(path_).value();
      if (first.empty()) first = bytes;
      EXPECT_EQ(bytes, first) << size << " bytes in pieces of " << piece;
    }
  }
}

TEST_F(SectionFiles, NoticesAChangeOfAnyByteOfAnySection) {
  constexpr size_t kSize = 70000;
  write(kSize, 1000);
  const std::string bytes = base::read_file(path_).value();
  // Behind the magic: the streamed section, then the one given at once.
  for (const size_t at :
       {size_t{8}, size_t{8} + 65535, size_t{8} + kSize - 1, size_t{8} + kSize, size_t{8} + 2 * kSize - 1}) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_TRUE(base::write_file_durably(path_, changed).ok());
    const auto file = SectionFile::open(path_);
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->verify().error().code, ErrorCode::kDataLoss) << "byte " << at;
  }
}

TEST_F(SectionFiles, RefusesEveryShorterFile) {
  write(40, 40);
  const std::string bytes = base::read_file(path_).value();
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_TRUE(base::write_file_durably(path_, bytes.substr(0, size)).ok());
    EXPECT_EQ(SectionFile::open(path_).error().code, ErrorCode::kDataLoss) << size << " of " << bytes.size();
  }
}

}  // namespace
}  // namespace minglu::store
