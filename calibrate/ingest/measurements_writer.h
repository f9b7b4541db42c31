#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/measurement.h"

namespace sextant::ingest {

/// Writes a measurements document as its samples come: they are never held. The document is whole
/// after finish().
class MeasurementsWriter {
 public:
  /// `write` receives the text in pieces. With several files, every sample carries its file's
  /// index.
  MeasurementsWriter(std::function<void(std::string_view)> write, bool several_files);

  void sample(const Sample& sample, int file);
  void finish(const Environment& common, std::span<const MeasuredFile> files);

 private:
  void number(std::string_view key, double value);
  void number(std::string_view key, const std::optional<double>& value);
  void count(std::string_view key, int value);
  void text(std::string_view key, const std::optional<std::string>& value);
  void flush();

  std::function<void(std::string_view)> write_;
  bool several_files_;
  bool any_ = false;
  std::string buffer_;
};

/// The environment as JSON, without what is not known, each line behind `indent` blanks.
std::string environment_text(const Environment& environment, int indent);

/// What all that say anything agree on. A field or variable on which two differ is left out, and
/// `warnings` names both values.
Environment common_environment(std::span<const MeasuredFile> files,
                               std::vector<std::string>& warnings);

}  // namespace sextant::ingest
