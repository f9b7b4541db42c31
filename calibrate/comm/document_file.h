#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

/// The measurements document on disk: whole after every update, since it is written beside and
/// moved over.
class DocumentFile {
 public:
  /// Empty: nothing is written before print().
  /// @throws io::InputError if there cannot be such a file
  explicit DocumentFile(std::string path);

  /// Writes all samples; those of the last update are not looked at again.
  /// @throws CommError if the disk is full
  void update(const ingest::Measurements& document);
  /// To standard output, if there is no path.
  void finish(const ingest::Measurements& document);
  /// "12 points are in measurements.json." From any thread.
  std::string kept() const;

 private:
  std::string text(const ingest::Measurements& document);

  std::string path_;
  std::string rows_;  ///< samples as text
  std::size_t samples_ = 0;
  std::atomic<std::size_t> kept_ = 0;
};

}  // namespace sextant::comm
