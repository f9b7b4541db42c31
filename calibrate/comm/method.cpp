#include "calibrate/comm/method.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/two_modes.h"

namespace sextant::comm {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// All ranks leave it together: the first barrier waits for as long as it takes, the second is as
/// sharp as MPI makes it.
void line_up(const World& world) {
  world.barrier();
  check_mpi(MPI_Barrier(world.control()), "MPI_Barrier");
}

class Repetitions {
 public:
  Repetitions(const World& world, bool takes_part, const std::function<void()>& body,
              const MethodOptions& options)
      : world_(world), takes_part_(takes_part), body_(body), options_(options) {}

  /// Fewer if they alone take longer than the time for a point.
  void warm_up() {
    const Clock::time_point begun = Clock::now();
    for (int i = 0; i < options_.warm_up; ++i) {
      once();
      if (world_.of_root(since(begun)) > options_.point_s) return;
    }
  }

  /// In batches, each as large as the time that is left seems to allow, but no larger than what has
  /// run: so that ranks rarely ask the root, and one odd repetition does not decide.
  std::vector<double> timed() {
    const Clock::time_point begun = Clock::now();
    std::vector<double> times;
    for (int batch = std::max(1, options_.min_repetitions); batch > 0;
         batch = next_batch(static_cast<int>(times.size()), since(begun))) {
      for (int i = 0; i < batch; ++i) times.push_back(once());
    }
    world_.largest(times);
    return times;
  }

 private:
  double once() {
    line_up(world_);
    if (!takes_part_) return 0.0;
    const Clock::time_point begun = Clock::now();
    body_();
    return since(begun);
  }

  int next_batch(int done, double elapsed_s) const {
    const double left = (options_.point_s - elapsed_s) * done / elapsed_s;
    const int allowed = std::min(done, options_.max_repetitions - done);
    return static_cast<int>(world_.of_root(std::clamp(std::floor(left), 0.0, allowed * 1.0)));
  }

  const World& world_;
  bool takes_part_;
  const std::function<void()>& body_;
  const MethodOptions& options_;
};

}  // namespace

double Timing::mean_s() const {
  if (times_s.empty()) return 0.0;
  return std::accumulate(times_s.begin(), times_s.end(), 0.0) / static_cast<double>(times_s.size());
}

double Timing::quantile_s(double q) const {
  std::vector<double> sorted = times_s;
  std::sort(sorted.begin(), sorted.end());
  return sorted_quantile(sorted, q);
}

bool Timing::bimodal() const { return has_two_modes(times_s); }

Timing time_together(const World& world, bool takes_part, const std::function<void()>& body,
                     const MethodOptions& options) {
  Repetitions repetitions(world, takes_part, body, options);
  repetitions.warm_up();
  return {repetitions.timed()};
}

}  // namespace sextant::comm
