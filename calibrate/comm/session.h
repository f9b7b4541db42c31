#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/comm/method.h"
#include "calibrate/comm/world.h"
#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

class DocumentFile;
class ProgressLine;
class Watchdog;

struct SessionOptions {
  std::string output;           ///< the measurements document; empty: standard output, at the end
  double total_s = 1800.0;      ///< points that would begin later are left out, and that is said
  double point_timeout_s = 60;  ///< a point that takes longer ends the program
  MethodOptions method;
};

/// A run of microbenchmarks: what was measured so far, on disk after every point (written beside
/// and moved over, so that it is a whole document at any time), progress on stderr, a watchdog.
/// All ranks have one and call it together; only the root writes.
class Session {
 public:
  Session(const World& world, SessionOptions options);
  ~Session();

  const World& world() const { return world_; }
  const MethodOptions& method() const { return options_.method; }
  double point_timeout_s() const { return options_.point_timeout_s; }
  /// Of the document; versions, variables and nodes are entered before the first point.
  ingest::Environment& environment() { return document_.environment; }

  /// How many points there will be, for the progress line; more may be announced later.
  void expect(int points);
  /// Times one point and notes it: `sample` says what it is, `name` how people call it
  /// ("all_reduce, 4 nodes, 1 MiB"). Skipped when the total time is over. Every rank calls it, and
  /// gets the timing; empty if skipped. Flags it `bimodal` if it is. A body that does what the
  /// sample says several times over takes that many times as long as what is noted.
  Timing measure(const std::string& name, ingest::Sample sample, bool takes_part,
                 const std::function<void()>& body, int times_over = 1);
  /// The same for a point that times its repetitions itself, and says more of its sample once they
  /// have ended. It may take `extra_s` longer than others.
  Timing measure(const std::string& name, ingest::Sample sample, double extra_s,
                 const std::function<Timing(ingest::Sample&)>& run);
  /// Notes a sample that was timed in another way.
  void add(ingest::Sample sample);
  /// A sentence for the end, each once: "ofi: built without libfabric".
  void note(const std::string& sentence);
  /// Watches over what is not a point: the program ends with a message if `body` takes longer.
  void within(const std::string& name, double timeout_s, const std::function<void()>& body);
  /// Whether the total time is over, on all ranks alike.
  bool over();

  const ingest::Measurements& document() const { return document_; }
  /// Writes what is still to be written and prints the notes.
  void finish();

 private:
  const World& world_;
  SessionOptions options_;
  ingest::Measurements document_;
  std::vector<std::string> notes_;
  std::unique_ptr<DocumentFile> file_;  ///< the root's
  std::unique_ptr<Watchdog> watchdog_;
  std::unique_ptr<ProgressLine> progress_;
  std::chrono::steady_clock::time_point begun_;
  int left_out_ = 0;
};

}  // namespace sextant::comm
