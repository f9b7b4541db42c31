#include "calibrate/replay/crew.h"

#include <fmt/format.h>
#include <mpi.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/patience.h"
#include "calibrate/comm/watchdog.h"
#include "calibrate/replay/whole_runs.h"

namespace sextant::replay {
namespace {

using Clock = std::chrono::steady_clock;
using OperationId = OperationGraph::OperationId;

constexpr int kUnavailable = 69;  ///< as sysexits.h numbers it

/// Which operations have ended; threads wait for them.
class Progress {
 public:
  explicit Progress(std::size_t operations) : ended_(operations, false) {}

  void begin() {
    const std::lock_guard lock(mutex_);
    begun_ = true;
    changed_.notify_all();
  }
  void wait_for_begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_; });
  }
  void wait_for(const std::vector<OperationId>& operations) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      for (OperationId id : operations) {
        if (!ended_[static_cast<std::size_t>(id)]) return false;
      }
      return true;
    });
  }
  void end(OperationId operation) {
    const std::lock_guard lock(mutex_);
    ended_[static_cast<std::size_t>(operation)] = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> ended_;
  bool begun_ = false;
};

/// Times what one thread does, part by part.
class Stopwatch {
 public:
  explicit Stopwatch(Clock::time_point begun) : begun_(begun) {}
  double now() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

 private:
  Clock::time_point begun_;
};

/// The host is busy for so long; a thread that sleeps wakes up late, so the rest is spun.
void busy(double seconds) {
  constexpr double kLate = 100e-6;
  const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                   std::chrono::duration<double>(seconds));
  if (seconds > kLate) std::this_thread::sleep_for(std::chrono::duration<double>(seconds - kLate));
  while (Clock::now() < end) {
  }
}

/// Runs the tasks of a lane.
class Worker {
 public:
  Worker(Lane lane, Links& links, comm::Device& device, const Stopwatch& watch)
      : lane_(lane), links_(links), device_(device), watch_(watch) {}

  OperationTime run(const Task& task) {
    OperationTime time;
    time.start_s = watch_.now();
    double before = time.start_s;
    for (std::size_t i = 0; i < task.runs.size(); ++i) {
      const Run& run = task.runs[i];
      perform_all(run);
      const bool last = i + 1 == task.runs.size();
      if (!last && queues_on(run, task.runs[i + 1])) continue;
      if (is_queued(run)) device_.wait();
      const double now = watch_.now();
      time.parts[run.item.part] += now - before;
      before = now;
    }
    time.end_s = watch_.now();
    return time;
  }

 private:
  static bool is_queued(const Run& run) {
    return run.item.kind == WorkItem::Kind::kGemm || run.item.kind == WorkItem::Kind::kStream ||
           run.item.kind == WorkItem::Kind::kFusedAttention;
  }
  /// Kernels of one part follow one another without the host.
  static bool queues_on(const Run& run, const Run& next) {
    return is_queued(run) && is_queued(next) && run.item.part == next.item.part;
  }

  void perform_all(const Run& run) {
    std::optional<comm::Computing> computing;
    if (is_queued(run)) computing.emplace();
    for (int i = 0; i < run.times; ++i) perform(run);
  }

  void perform(const Run& run) {
    const WorkItem& item = run.item;
    switch (item.kind) {
      case WorkItem::Kind::kGemm:
        device_.gemm(item.gemm, item.format);
        break;
      case WorkItem::Kind::kStream:
        device_.stream(run.bytes);
        for (double i = 1.0; i < item.kernels; ++i) device_.launch();
        break;
      case WorkItem::Kind::kFusedAttention:
        device_.attention(item.gemm.batch, item.gemm.m, item.gemm.n, item.gemm.k, item.format);
        break;
      case WorkItem::Kind::kAllReduce:
      case WorkItem::Kind::kReduceScatter:
      case WorkItem::Kind::kAllGather:
      case WorkItem::Kind::kAllToAll:
      case WorkItem::Kind::kMessage:
        links_.run(run, lane_);
        break;
      case WorkItem::Kind::kHost:
        if (item.seconds > kShortestHostTime_s) busy(item.seconds);
        break;
      case WorkItem::Kind::kAllowance:
        break;
    }
  }

  Lane lane_;
  Links& links_;
  comm::Device& device_;
  const Stopwatch& watch_;
};

[[noreturn]] void give_up(const comm::World& world, const char* what) {
  fmt::print(stderr, "\nsextant-comm: rank {} on {}: {}\n", world.rank(),
             world.host(world.node_of(world.rank())), what);
  comm::end_all_ranks(kUnavailable);
}

bool sends(Lane lane) { return lane == Lane::kSendForward || lane == Lane::kSendBackward; }
bool receives(Lane lane) { return lane == Lane::kReceiveForward || lane == Lane::kReceiveBackward; }

}  // namespace

RankStep Crew::step() {
  RankStep step;
  Progress progress(operations_);
  Stopwatch watch(Clock::now());

  const auto work = [&](Lane lane) {
    try {
      progress.wait_for_begin();
      Worker worker(lane, links_, device_, watch);
      std::vector<OperationTime>& times = step.lanes[static_cast<std::size_t>(lane)];
      for (const Task& task : program_.lane(lane)) {
        progress.wait_for(task.waits);
        OperationTime time = worker.run(task);
        if (receives(lane)) time.start_s = 0.0;
        if (sends(lane)) time.end_s = 0.0;
        times.push_back(time);
        progress.end(task.operation);
      }
    } catch (const std::exception& error) {
      give_up(world_, error.what());
    }
  };

  for (std::size_t i = 0; i < kLanes; ++i) step.lanes[i].reserve(program_.lanes[i].size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < kLanes; ++i) {
    if (!program_.lanes[i].empty()) threads.emplace_back(work, static_cast<Lane>(i));
  }
  world_.barrier();
  comm::check_mpi(MPI_Barrier(world_.control()), "MPI_Barrier");
  watch = Stopwatch(Clock::now());
  progress.begin();
  work(Lane::kCompute);
  threads.clear();  // joined
  step.end_s = step.lanes[static_cast<std::size_t>(Lane::kCompute)].back().end_s;
  return step;
}

}  // namespace sextant::replay
