#include "calibrate/comm/storage/data_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

class DataFileTest : public testing::Test {
 protected:
  DataFileTest() : name_(testing::TempDir() + "data_file_" + std::to_string(getpid())) {
    pattern_.fill(0, 0, block_.bytes());
  }
  ~DataFileTest() override { std::filesystem::remove(name_); }

  Pattern pattern_;
  AlignedBlock block_{2 * kMiB};
  std::string name_;
};

TEST_F(DataFileTest, GivesBackWhatItWrote) {
  DataFile file(name_, DataFile::Access::kCached);
  file.write(5, 3 * kMiB, block_.bytes());
  EXPECT_EQ(std::filesystem::file_size(name_), 3 * kMiB);
  file.read(3 * kMiB, block_.bytes());
  file.verify(pattern_, 5, 3 * kMiB, block_.bytes());
  EXPECT_THROW(file.verify(pattern_, 6, 3 * kMiB, block_.bytes()), CommError);
  EXPECT_THROW(file.read(4 * kMiB, block_.bytes()), CommError);
}

TEST_F(DataFileTest, SaysWhichByteDiffers) {
  DataFile file(name_, DataFile::Access::kCached);
  file.write(5, 3 * kMiB, block_.bytes());
  std::fstream(name_, std::ios::in | std::ios::out | std::ios::binary).seekp(2500000) << 'x' << 'y';
  try {
    file.verify(pattern_, 5, 3 * kMiB, block_.bytes());
    FAIL();
  } catch (const CommError& error) {
    EXPECT_THAT(error.what(), testing::ContainsRegex("byte 250000[01] differs"));
  }
}

TEST_F(DataFileTest, LeavesNothingBehindWithoutAName) {
  DataFile file(name_, DataFile::Access::kCached);
  file.forget_name();
  file.write(5, kMiB, block_.bytes());
  EXPECT_FALSE(std::filesystem::exists(name_));
  file.verify(pattern_, 5, kMiB, block_.bytes());
}

TEST_F(DataFileTest, TriesDirectAccessWithoutATrace) {
  allows_direct_access(name_);
  EXPECT_FALSE(std::filesystem::exists(name_));
  EXPECT_FALSE(allows_direct_access("/nowhere/at/all"));
}

TEST_F(DataFileTest, NamesWhatIsMissing) {
  try {
    DataFile file("/nowhere/x", DataFile::Access::kCached);
    FAIL();
  } catch (const CommError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("open '/nowhere/x': No such file or directory"));
  }
}

}  // namespace
}  // namespace sextant::comm
