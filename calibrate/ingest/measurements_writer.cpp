#include "calibrate/ingest/measurements_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

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
  return node.is_null() || (text && text->empty()) || (object && object->empty());
}

/// Texts of logs may hold any byte; nearly all hold none that JSON writes otherwise.
std::string quoted(const std::string& text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return '"' + text + '"';
  return io::to_compact_text(io::Node::Value(io::printable(text)));
}

/// The same value with texts that can be shown.
io::Node::Value printable_value(const io::Node& node) {
  if (const auto* text = node.get<std::string>()) return io::printable(*text);
  const auto* object = node.get<io::Node::Object>();
  if (!object) return node.value;
  io::Node result{io::Node::Object(), {}};
  for (const io::Node::Member& member : *object) {
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
  append("{\n  \"schema\": \"");
  append(kMeasurementsSchema);
  append("\",\n  \"samples\": [");
}

void MeasurementsWriter::number(const char* key, double value) {
  append(", \"");
  append(key);
  append("\": ");
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  append({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void MeasurementsWriter::number(const char* key, const std::optional<double>& value) {
  if (value) number(key, *value);
}

void MeasurementsWriter::count(const char* key, int value) {
  if (value == 0) return;
  append(", \"");
  append(key);
  append("\": ");
  const fmt::format_int digits(value);
  append({digits.data(), digits.size()});
}

void MeasurementsWriter::text(const char* key, const std::optional<std::string>& value) {
  if (!value) return;
  append(", \"");
  append(key);
  append("\": ");
  append(quoted(*value));
}

void MeasurementsWriter::sample(const Sample& sample, int file) {
  append(any_ ? ",\n    {\"operation\": \"" : "\n    {\"operation\": \"");
  any_ = true;
  append(enum_name(sample.operation));
  append("\"");
  number("bytes", sample.bytes);
  count("ranks", sample.ranks);
  count("nodes", sample.nodes);
  count("ranks_per_node", sample.ranks_per_node);
  number("time_s", sample.time_s);
  number("repetitions", sample.repetitions);
  number("p50_s", sample.p50_s);
  number("p99_s", sample.p99_s);
  text("algorithm", sample.algorithm);
  text("protocol", sample.protocol);
  text("precision", sample.precision);
  number("m", sample.m);
  number("n", sample.n);
  number("k", sample.k);
  number("clients", sample.clients);
  if (several_files_) number("file", file);
  for (std::size_t i = 0; i < sample.flags.size(); ++i) {
    append(i == 0 ? ", \"flags\": [" : ", ");
    append(quoted(sample.flags[i]));
  }
  append(sample.flags.empty() ? "}" : "]}");
  if (buffer_.size() >= kPiece) flush();
}

void MeasurementsWriter::finish(const Environment& common, std::span<const MeasuredFile> files) {
  append(any_ ? "\n  ],\n" : "],\n");
  append("  \"environment\": " + environment_text(common, 2));
  if (several_files_) {
    append(",\n  \"files\": [");
    for (std::size_t i = 0; i < files.size(); ++i) {
      append(i == 0 ? "\n" : ",\n");
      append("    {\"file\": " + quoted(files[i].file) + ", \"environment\": ");
      append(environment_text(files[i].environment, 4) + "}");
    }
    append(files.empty() ? "]" : "\n  ]");
  }
  append("\n}\n");
  flush();
}

void MeasurementsWriter::flush() {
  write_({buffer_.data(), buffer_.size()});
  buffer_.clear();
}

std::string environment_text(const Environment& environment, int indent) {
  const io::Node all{io::write_value(environment), {}};
  io::Node known{io::Node::Object(), {}};
  for (const io::Node::Member& member : *all.get<io::Node::Object>()) {
    if (!is_empty(member.value)) known.add(member.key, printable_value(member.value));
  }
  std::string text = io::to_text(known.value);
  text.pop_back();  // the newline at the end
  return indented(text, indent);
}

}  // namespace sextant::ingest
