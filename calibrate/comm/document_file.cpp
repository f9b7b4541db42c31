#include "calibrate/comm/document_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "calibrate/comm/comm_error.h"
#include "calibrate/ingest/measurements_writer.h"
#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"

namespace sextant::comm {
namespace {

bool write_beside_and_move(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary);
  file << text;
  file.close();
  return file.good() && std::rename(beside.c_str(), path.c_str()) == 0;
}

/// One line; what says nothing is left out.
std::string row(const ingest::Sample& sample) {
  io::Node node{io::write_value(sample), {}};
  std::erase_if(std::get<io::Node::Object>(node.value), [](const io::Node::Member& member) {
    const auto* flags = member.value.get<io::Node::Array>();
    return flags && flags->empty();
  });
  return io::to_compact_text(node.value);
}

}  // namespace

DocumentFile::DocumentFile(std::string path) : path_(std::move(path)) {
  if (path_.empty() || write_beside_and_move(path_, text({}))) return;
  io::Diagnostics diagnostics;
  diagnostics.error_in_file(path_, "cannot be written").help =
      "name a file in a folder that exists and may be written to";
  diagnostics.throw_if_errors();
}

void DocumentFile::update(const ingest::Measurements& document) {
  if (path_.empty()) return;
  if (!write_beside_and_move(path_, text(document))) {
    throw CommError(fmt::format("{} cannot be written: {}; {}", path_, std::strerror(errno),
                                "make room there, or give another --output"));
  }
  kept_ = document.samples.size();
}

void DocumentFile::finish(const ingest::Measurements& document) {
  update(document);
  if (path_.empty()) fmt::print("{}", text(document));
}

std::string DocumentFile::kept() const {
  if (path_.empty()) return "Nothing is kept: --output FILE keeps every point as it comes.";
  return fmt::format("{} point{} {} in {}.", kept_.load(), kept_ == 1 ? "" : "s",
                     kept_ == 1 ? "is" : "are", path_);
}

std::string DocumentFile::text(const ingest::Measurements& document) {
  for (; samples_ < document.samples.size(); ++samples_) {
    rows_ += (samples_ == 0 ? "\n    " : ",\n    ") + row(document.samples[samples_]);
  }
  return fmt::format(
      "{{\n  \"schema\": \"{}\",\n  \"date\": \"{}\",\n  \"samples\": [{}],\n"
      "  \"environment\": {}\n}}\n",
      document.schema, document.date, rows_, ingest::environment_text(document.environment, 2));
}

}  // namespace sextant::comm
