#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sextant::ingest {

/// A log, piece by piece.
class LogSource {
 public:
  virtual ~LogSource() = default;
  /// The next piece, valid until the next call; empty at the end.
  /// @throws io::InputError if the log cannot be read
  virtual std::string_view next() = 0;
};

/// A file; "-" is the standard input.
class FileSource : public LogSource {
 public:
  /// @throws io::InputError if the file cannot be opened
  explicit FileSource(const std::string& path);
  std::string_view next() override;

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> buffer_;
};

/// A text in memory.
class TextSource : public LogSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  std::string_view next() override { return std::exchange(text_, {}); }

 private:
  std::string_view text_;
};

}  // namespace sextant::ingest
