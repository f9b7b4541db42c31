#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sextant/kernel/assert.h"

namespace sextant::run {

/// Writes values as bytes that an Unpacker of the same program reads back, in the same order: for
/// the way from one process to another, not for files. A type that is no plain value has, beside
/// its definition, one function for both directions:
///
///     template <class Archive>
///     void pack(Archive& archive, Replica& replica) { archive(replica.jobs, replica.times); }
class Packer {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      pack(*this, const_cast<T&>(value));  // only read
    }
  }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
  }

  std::string bytes_;
};

/// Reads what a Packer wrote.
class Unpacker {
 public:
  /// `bytes` outlive it.
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  template <class T>
  void get(T& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      SEXTANT_ASSERT(bytes_.size() >= sizeof value, "{} bytes left of {}", bytes_.size(),
                     sizeof value);
      std::memcpy(static_cast<void*>(&value), bytes_.data(), sizeof value);
      bytes_.remove_prefix(sizeof value);
    } else {
      pack(*this, value);
    }
  }
  void get(std::string& text) {
    std::size_t size = 0;
    get(size);
    SEXTANT_ASSERT(bytes_.size() >= size, "{} bytes left of {}", bytes_.size(), size);
    text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::size_t size = 0;
    get(size);
    values.resize(size);
    for (T& value : values) get(value);
  }

  std::string_view bytes_;
};

}  // namespace sextant::run
