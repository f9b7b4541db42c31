#include "calibrate/comm/storage/data_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <vector>

#include "calibrate/comm/storage/file_error.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kAlignment = 65536;  // the largest page of any system

/// Whether all was moved. `count` is what read or write returned.
std::size_t moved(ssize_t count, const std::string& what) {
  if (count > 0) return static_cast<std::size_t>(count);
  if (count < 0 && errno == EINTR) return 0;
  if (count == 0) throw CommError("cannot " + what + ": the file ends too soon");
  throw file_error(what, errno);
}

}  // namespace

AlignedBlock::AlignedBlock(std::size_t bytes)
    : data_(static_cast<std::byte*>(std::aligned_alloc(kAlignment, bytes))), size_(bytes) {
  if (!data_) throw std::bad_alloc();
}

void AlignedBlock::Free::operator()(std::byte* data) const { std::free(data); }

DataFile::DataFile(std::string name, Access access) : name_(std::move(name)) {
  const int direct = access == Access::kDirect ? O_DIRECT : 0;
  descriptor_ = open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | direct, 0600);
  if (descriptor_ < 0) throw file_error(fmt::format("open '{}'", name_), errno);
}

DataFile::~DataFile() { close(descriptor_); }

void DataFile::forget_name() { unlink(name_.c_str()); }

void DataFile::empty() {
  if (ftruncate(descriptor_, 0) != 0) throw file_error(fmt::format("empty '{}'", name_), errno);
}

void DataFile::write(std::uint64_t object, std::size_t bytes, std::span<std::byte> block) {
  const std::string what = fmt::format("write '{}'", name_);
  for (std::size_t offset = 0; offset < bytes;) {
    const std::span<std::byte> piece = block.first(std::min(block.size(), bytes - offset));
    Pattern::renumber(object, offset, piece);
    for (std::size_t done = 0; done < piece.size();) {
      done += moved(pwrite(descriptor_, piece.data() + done, piece.size() - done,
                           static_cast<off_t>(offset + done)),
                    what);
    }
    offset += piece.size();
  }
  if (fsync(descriptor_) != 0) throw file_error(what, errno);
}

void DataFile::read_at(std::size_t offset, std::span<std::byte> to) const {
  const std::string what = fmt::format("read '{}'", name_);
  for (std::size_t done = 0; done < to.size();) {
    done += moved(
        pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done)),
        what);
  }
}

void DataFile::read(std::size_t bytes, std::span<std::byte> block) const {
  for (std::size_t offset = 0; offset < bytes; offset += block.size()) {
    read_at(offset, block.first(std::min(block.size(), bytes - offset)));
  }
}

void DataFile::verify(const Pattern& pattern, std::uint64_t object, std::size_t bytes,
                      std::span<std::byte> block) const {
  for (std::size_t offset = 0; offset < bytes; offset += block.size()) {
    const std::span<std::byte> piece = block.first(std::min(block.size(), bytes - offset));
    read_at(offset, piece);
    const auto place = pattern.first_difference(object, offset, piece);
    if (!place) continue;
    throw CommError(
        fmt::format("'{}' does not hold what was written: byte {} differs. The file "
                    "system loses or changes data; do not trust its figures",
                    name_, *place));
  }
}

void DataFile::drop_cache() const { posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED); }

double DataFile::cached_share(std::size_t bytes) const {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* view = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor_, 0);
  if (view == MAP_FAILED) return 0.0;
  std::vector<unsigned char> resident((bytes + page - 1) / page);
  const bool known = mincore(view, bytes, resident.data()) == 0;
  munmap(view, bytes);
  if (!known) return 0.0;
  const auto count =
      std::count_if(resident.begin(), resident.end(), [](unsigned char c) { return c & 1; });
  return static_cast<double>(count) / static_cast<double>(resident.size());
}

bool allows_direct_access(const std::string& name) {
  try {
    DataFile file(name, DataFile::Access::kDirect);
    file.forget_name();
    const AlignedBlock block(Pattern::kPeriod);
    file.write(0, Pattern::kPeriod, block.bytes());
    file.read(Pattern::kPeriod, block.bytes());
    return true;
  } catch (const CommError&) {
    unlink(name.c_str());
    return false;
  }
}

}  // namespace sextant::comm
