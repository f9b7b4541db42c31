#include "calibrate/ingest/measurements_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "sextant/kernel/enum_names.h"
#include "src/io/json_text.h"
#include "src/io/printable.h"
#include "src/io/writer.h"

namespace sextant::ingest {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

bool is_empty(const io::Node& node) {
  const auto* text = node.get<std::string>();
  const auto* object = node.get<io::Node::Object>();
  const auto* array = node.get<io::Node::Array>();
  return node.is_null() || (text && text->empty()) || (object && object->empty()) ||
         (array && array->empty());
}

/// Texts of logs may hold any byte; nearly all hold none that JSON writes otherwise.
void append_quoted(std::string& out, const std::string& text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += io::to_compact_text(io::Node::Value(io::printable(text)));
  }
}

std::string quoted(const std::string& text) {
  std::string result;
  append_quoted(result, text);
  return result;
}

/// The same value with texts that can be shown, without members that say nothing.
io::Node::Value printable_value(const io::Node& node) {
  if (const auto* text = node.get<std::string>()) return io::printable(*text);
  if (const auto* array = node.get<io::Node::Array>()) {
    io::Node::Array result;
    for (const io::Node& element : *array) result.push_back({printable_value(element), {}});
    return result;
  }
  const auto* object = node.get<io::Node::Object>();
  if (!object) return node.value;
  io::Node result{io::Node::Object(), {}};
  for (const io::Node::Member& member : *object) {
    if (is_empty(member.value)) continue;
    result.add(io::printable(member.key), printable_value(member.value));
  }
  return result.value;
}

std::string indented(const std::string& text, int indent) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result.append(static_cast<std::size_t>(indent), ' ');
  }
  return result;
}

}  // namespace

MeasurementsWriter::MeasurementsWriter(std::function<void(std::string_view)> write,
                                       bool several_files)
    : write_(std::move(write)), several_files_(several_files) {
  buffer_ += "{\n  \"schema\": \"";
  buffer_ += kMeasurementsSchema;
  buffer_ += "\",\n  \"samples\": [";
}

void MeasurementsWriter::number(std::string_view key, double value) {
  constexpr double kExact = 1e15;
  buffer_ += key;
  if (value >= 0 && value < kExact && value == std::trunc(value)) {
    const fmt::format_int digits(static_cast<std::uint64_t>(value));
    buffer_.append(digits.data(), digits.size());
    return;
  }
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  buffer_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void MeasurementsWriter::number(std::string_view key, const std::optional<double>& value) {
  if (value) number(key, *value);
}

void MeasurementsWriter::count(std::string_view key, int value) {
  if (value != 0) number(key, value);
}

void MeasurementsWriter::text(std::string_view key, const std::optional<std::string>& value) {
  if (!value) return;
  buffer_ += key;
  append_quoted(buffer_, *value);
}

void MeasurementsWriter::sample(const Sample& sample, int file) {
  buffer_ += any_ ? ",\n    {\"operation\": \"" : "\n    {\"operation\": \"";
  any_ = true;
  buffer_ += enum_name(sample.operation);
  number("\", \"bytes\": ", sample.bytes);
  count(", \"ranks\": ", sample.ranks);
  count(", \"nodes\": ", sample.nodes);
  count(", \"ranks_per_node\": ", sample.ranks_per_node);
  number(", \"time_s\": ", sample.time_s);
  number(", \"repetitions\": ", sample.repetitions);
  number(", \"p50_s\": ", sample.p50_s);
  number(", \"p99_s\": ", sample.p99_s);
  text(", \"algorithm\": ", sample.algorithm);
  text(", \"protocol\": ", sample.protocol);
  text(", \"precision\": ", sample.precision);
  number(", \"m\": ", sample.m);
  number(", \"n\": ", sample.n);
  number(", \"k\": ", sample.k);
  number(", \"clients\": ", sample.clients);
  if (several_files_) number(", \"file\": ", file);
  for (std::size_t i = 0; i < sample.flags.size(); ++i) {
    buffer_ += i == 0 ? ", \"flags\": [" : ", ";
    append_quoted(buffer_, sample.flags[i]);
  }
  buffer_ += sample.flags.empty() ? "}" : "]}";
  if (buffer_.size() >= kPiece) flush();
}

void MeasurementsWriter::finish(const Environment& common, std::span<const MeasuredFile> files) {
  buffer_ += any_ ? "\n  ],\n" : "],\n";
  buffer_ += "  \"environment\": " + environment_text(common, 2);
  if (several_files_) {
    buffer_ += ",\n  \"files\": [";
    for (std::size_t i = 0; i < files.size(); ++i) {
      buffer_ += i == 0 ? "\n" : ",\n";
      buffer_ += "    {\"file\": " + quoted(files[i].file) + ", \"environment\": ";
      buffer_ += environment_text(files[i].environment, 4) + "}";
    }
    buffer_ += files.empty() ? "]" : "\n  ]";
  }
  buffer_ += "\n}\n";
  flush();
}

void MeasurementsWriter::flush() {
  write_(buffer_);
  buffer_.clear();
}

std::string environment_text(const Environment& environment, int indent) {
  std::string text = io::to_text(printable_value({io::write_value(environment), {}}));
  text.pop_back();  // the newline at the end
  return indented(text, indent);
}

}  // namespace sextant::ingest
