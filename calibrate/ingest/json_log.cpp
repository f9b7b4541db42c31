#include "calibrate/ingest/json_log.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "calibrate/ingest/json_results.h"
#include "src/io/printable.h"

namespace sextant::ingest {
namespace {

/// The bytes of a source, one after the other, with the line they are on.
class Bytes {
 public:
  Bytes(std::string_view piece, LogSource& source) : piece_(piece), source_(source) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (piece_.starts_with(kByteOrderMark)) piece_.remove_prefix(kByteOrderMark.size());
  }

  bool at_end() {
    if (piece_.empty()) piece_ = source_.next();
    return piece_.empty();
  }
  char front() const { return piece_.front(); }
  void pop() {
    if (piece_.front() == '\n') ++line_;
    piece_.remove_prefix(1);
  }
  std::uint64_t line() const { return line_; }

 private:
  std::string_view piece_;
  LogSource& source_;
  std::uint64_t line_ = 1;
};

/// Bytes as the parser wants them.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  explicit ByteIterator(Bytes* bytes) : bytes_(bytes) {}

  char operator*() const { return bytes_->front(); }
  ByteIterator& operator++() {
    bytes_->pop();
    return *this;
  }
  friend bool operator==(const ByteIterator& a, const ByteIterator& b) {
    return a.is_end() == b.is_end();
  }
  friend bool operator!=(const ByteIterator& a, const ByteIterator& b) { return !(a == b); }

 private:
  bool is_end() const { return bytes_ == nullptr || bytes_->at_end(); }

  Bytes* bytes_;
};

/// Turns the parser's events into leaves with a path: "results/[]/out_of_place/time".
class Leaves : public nlohmann::json_sax<nlohmann::json> {
 public:
  Leaves(JsonResults& results, const Bytes& bytes) : results_(results), bytes_(bytes) {}

  bool null() override { return leaf(""); }
  bool boolean(bool value) override { return leaf(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return leaf(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return leaf(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return leaf(text); }
  bool string(string_t& value) override { return leaf(value); }
  bool binary(binary_t&) override { return true; }
  bool key(string_t& value) override {
    key_ = value.substr(0, kLongestKey);
    return true;
  }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override {
    results_.end(path_, bytes_.line());
    return close();
  }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  static constexpr std::size_t kLongestKey = 256;
  static constexpr std::size_t kDeepest = 100;

  struct Level {
    std::size_t path_size = 0;
    bool is_array = false;
  };

  std::string name() const { return !levels_.empty() && levels_.back().is_array ? "[]" : key_; }

  bool leaf(std::string_view value) {
    const std::size_t size = path_.size();
    path_ += name();
    results_.leaf(path_, value);
    path_.resize(size);
    return true;
  }

  bool open(bool is_array) {
    if (levels_.size() >= kDeepest) return false;
    const Level level{path_.size(), is_array};
    if (!levels_.empty()) path_ += name() + "/";
    levels_.push_back(level);
    return true;
  }

  bool close() {
    path_.resize(levels_.back().path_size);
    levels_.pop_back();
    return true;
  }

  JsonResults& results_;
  const Bytes& bytes_;
  std::string path_, key_;
  std::vector<Level> levels_;
};

}  // namespace

bool is_json_log(std::string_view beginning) {
  const std::size_t first = beginning.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == std::string_view::npos || beginning[first] != '{') return false;
  for (const std::string_view key : {"\"out_of_place\"", "\"nccl_version\"", "\"count(elems)\""}) {
    if (beginning.find(key) != std::string_view::npos) return true;
  }
  return false;
}

void read_json_log(std::string_view beginning, LogSource& rest, LogSink& sink,
                   std::set<std::string>& tools) {
  Bytes bytes(beginning, rest);
  JsonResults results(sink);
  Leaves leaves(results, bytes);
  const bool whole = nlohmann::json::sax_parse(ByteIterator(&bytes), ByteIterator(nullptr), &leaves,
                                               nlohmann::json::input_format_t::json, false);
  if (!whole) {
    sink.warn(fmt::format("line {}: this is no JSON from here on: the run may have been cut off",
                          bytes.line()));
  }
  results.finish();
  tools.emplace(results.tool());
}

}  // namespace sextant::ingest
