#include "calibrate/ingest/log_source.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "src/io/diagnostics.h"

namespace sextant::ingest {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

[[noreturn]] void fail(const std::string& path, std::string message) {
  io::Diagnostics diagnostics;
  diagnostics.error_in_file(path, std::move(message));
  diagnostics.throw_if_errors();
  std::abort();  // not reached: there is an error
}

}  // namespace

void FileSource::Close::operator()(std::FILE* file) const {
  if (file != stdin) std::fclose(file);
}

FileSource::FileSource(const std::string& path) : path_(path), buffer_(kPiece) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) fail(path, "found a folder, expected a log");
  file_.reset(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file_) fail(path, fmt::format("cannot be read: {}", std::strerror(errno)));
}

std::string_view FileSource::next() {
  const std::size_t size = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  if (size == 0 && std::ferror(file_.get()) != 0) {
    fail(path_, fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  return {buffer_.data(), size};
}

}  // namespace sextant::ingest
