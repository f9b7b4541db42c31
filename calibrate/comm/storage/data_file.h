#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "calibrate/comm/storage/pattern.h"

namespace sextant::comm {

/// Memory that a card may write to and read from: aligned to any file system's pages.
class AlignedBlock {
 public:
  explicit AlignedBlock(std::size_t bytes);
  std::span<std::byte> bytes() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* data) const;
  };
  std::unique_ptr<std::byte[], Free> data_;
  std::size_t size_;
};

/// An open file that holds an object of the pattern.
class DataFile {
 public:
  enum class Access {
    kDirect,  ///< past the page cache (O_DIRECT)
    kCached   ///< through it
  };

  /// Creates it, or opens it if it is there. @throws CommError
  DataFile(std::string name, Access access);
  ~DataFile();
  DataFile(const DataFile&) = delete;
  DataFile& operator=(const DataFile&) = delete;

  /// Takes its name away: it is gone when it is closed, however the process ends.
  void forget_name();
  void empty();  ///< to no bytes at all
  /// From the beginning on, in pieces as large as `block`, until it lies on the store (fsync).
  /// `block` holds some object's beginning. @throws CommError
  void write(std::uint64_t object, std::size_t bytes, std::span<std::byte> block);
  void read(std::size_t bytes, std::span<std::byte> block) const;
  /// @throws CommError if it is not `object`
  void verify(const Pattern& pattern, std::uint64_t object, std::size_t bytes,
              std::span<std::byte> block) const;
  /// Asks the system to forget what it keeps of the file in memory.
  void drop_cache() const;
  /// The share of the file that the system keeps in memory all the same, 0 to 1.
  double cached_share(std::size_t bytes) const;

 private:
  void read_at(std::size_t offset, std::span<std::byte> to) const;

  std::string name_;
  int descriptor_ = -1;
};

/// Whether files in the folder of `name`, which is created for the time of the question, can be
/// written and read past the page cache.
bool allows_direct_access(const std::string& name);

}  // namespace sextant::comm
