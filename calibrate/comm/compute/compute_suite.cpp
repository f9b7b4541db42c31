#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "calibrate/comm/compute/compute_shapes.h"
#include "calibrate/comm/compute/rank_spread.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {
namespace {

using Clock = std::chrono::steady_clock;
using Work = std::function<void()>;

constexpr double kMiB = 1 << 20;
constexpr std::size_t kProbedBytes = std::size_t{64} << 20;
constexpr std::size_t kMostBytes = std::size_t{4} << 30;
constexpr double kLargestSide = 16384.0;
/// So long a repetition is at least, of several calls if need be: against it, waiting for the
/// device and reading the clock are short.
constexpr double kRepetition_s = 1e-3;
constexpr int kMostCalls = 1000;

/// What one format is measured in.
struct Sweep {
  GemmFormat format = GemmFormat::k16bit;
  std::vector<Gemm> gemms;
  std::vector<Gemm> attentions;
};

class ComputeSuite {
 public:
  ComputeSuite(Session& session, Device& device, const ComputeOptions& options)
      : session_(session), device_(device), options_(options) {}

  void run() {
    device_.describe(session_.environment());
    std::vector<Sweep> sweeps;
    std::vector<std::size_t> streams;
    session_.within("choosing shapes", session_.point_timeout_s(), [&] {
      sweeps = plan_sweeps();
      streams = stream_sizes(largest_stream());
    });
    std::size_t points = streams.size() + 1;
    for (const Sweep& sweep : sweeps) points += sweep.gemms.size() + sweep.attentions.size();
    session_.expect(static_cast<int>(points));

    launches();
    for (const std::size_t bytes : streams) stream(bytes);
    for (const Sweep& sweep : sweeps) {
      for (const Gemm& gemm : sweep.gemms) product(gemm, sweep.format);
      for (const Gemm& scores : sweep.attentions) attention(scores, sweep.format);
    }
    for (const RankSpread* spread : {&gemm_spread_, &stream_spread_}) {
      for (const std::string& sentence : spread->sentences(session_.world())) {
        session_.note(sentence);
      }
    }
  }

 private:
  std::vector<Sweep> plan_sweeps() {
    std::vector<Sweep> sweeps;
    for (const GemmFormat format :
         {GemmFormat::k16bit, GemmFormat::kFp8, GemmFormat::kTf32, GemmFormat::kFp32}) {
      if (!device_.supports(format)) continue;
      const std::vector<double> sides =
          options_.sides.empty() ? square_sides(largest_side(format)) : options_.sides;
      Sweep sweep{.format = format, .gemms = gemm_shapes(sides), .attentions = {}};
      // Attention stays in 16 bits where linear maps are in fp8.
      if (format != GemmFormat::kFp8) {
        sweep.attentions = attention_shapes(*std::max_element(sides.begin(), sides.end()));
      }
      sweeps.push_back(std::move(sweep));
    }
    return sweeps;
  }

  /// Of which a tenth of the time for a point suffices for one, on the root.
  double largest_side(GemmFormat format) {
    const double budget_s = session_.method().point_s / 10.0;
    double side = 256.0, seconds = 0.0;
    for (;; side *= 2.0) {
      const Gemm square{.m = side, .n = side, .k = side};
      seconds = once([&] { device_.gemm(square, format); });
      if (8.0 * seconds > budget_s || side >= kLargestSide) break;
    }
    return std::min(side * std::cbrt(budget_s / seconds), kLargestSide);
  }

  std::size_t largest_stream() {
    if (options_.memory_bytes > 0) return options_.memory_bytes;
    const double budget_s = session_.method().point_s / 10.0;
    const double seconds = once([&] { device_.stream(kProbedBytes); });
    std::size_t bytes = kProbedBytes;
    for (double next_s = 2.0 * seconds; next_s < budget_s && bytes < kMostBytes; next_s *= 2.0) {
      bytes *= 2;
    }
    return bytes;
  }

  double timed(const Work& work) {
    const Clock::time_point begun = Clock::now();
    work();
    device_.wait();
    return std::chrono::duration<double>(Clock::now() - begun).count();
  }

  /// The root's time of what has run once before [s].
  double once(const Work& work) {
    timed(work);
    return std::max(session_.world().of_root(timed(work)), 1e-9);
  }

  ingest::Sample sample(ingest::Operation operation, double bytes) const {
    const World& world = session_.world();
    ingest::Sample result;
    result.operation = operation;
    result.bytes = bytes;
    result.ranks = world.size();
    result.nodes = world.nodes();
    result.ranks_per_node = world.ranks_per_node();
    return result;
  }

  ingest::Sample shaped(ingest::Operation operation, const Gemm& shape, GemmFormat format) const {
    const bool product = operation == ingest::Operation::kGemm;
    ingest::Sample result = sample(operation, product ? gemm_bytes(shape, format) : 0.0);
    result.precision = device_.precision_name(format);
    result.m = shape.m;
    result.n = shape.n;
    result.k = shape.k;
    if (shape.batch > 1.0) result.batch = shape.batch;
    return result;
  }

  /// All ranks do it at the same time, since those of a node share its memory and its power.
  void point(const std::string& name, const ingest::Sample& sample, const Work& work,
             RankSpread* spread) {
    int calls = 1;
    session_.within(name, session_.point_timeout_s(), [&] {
      calls = static_cast<int>(
          std::clamp(std::ceil(kRepetition_s / once(work)), 1.0, static_cast<double>(kMostCalls)));
    });
    Timing own;
    const Timing timing = session_.measure(
        name, sample, true,
        [&] {
          own.times_s.push_back(timed([&] {
            for (int call = 0; call < calls; ++call) work();
          }));
        },
        calls);
    if (spread && !timing.times_s.empty()) spread->add(own.quantile_s(0.5));
  }

  void launches() {
    point(
        "kernel_launch", sample(ingest::Operation::kKernelLaunch, 0.0), [&] { device_.launch(); },
        nullptr);
  }

  void stream(std::size_t bytes) {
    const auto count = static_cast<double>(bytes);
    point(
        fmt::format("memory_stream, {:g} MiB", count / kMiB),
        sample(ingest::Operation::kMemoryStream, count), [&] { device_.stream(bytes); },
        &stream_spread_);
  }

  void product(const Gemm& gemm, GemmFormat format) {
    point(
        fmt::format("gemm, {} × {:g} × {:g} × {:g} × {:g}", device_.precision_name(format),
                    gemm.batch, gemm.m, gemm.n, gemm.k),
        shaped(ingest::Operation::kGemm, gemm, format), [&] { device_.gemm(gemm, format); },
        &gemm_spread_);
  }

  void attention(const Gemm& scores, GemmFormat format) {
    point(
        fmt::format("attention, {}, {:g} heads, {:g} × {:g} × {:g}", device_.precision_name(format),
                    scores.batch, scores.m, scores.n, scores.k),
        shaped(ingest::Operation::kAttention, scores, format),
        [&] { device_.attention(scores.batch, scores.m, scores.n, scores.k, format); }, nullptr);
  }

  Session& session_;
  Device& device_;
  const ComputeOptions& options_;
  RankSpread gemm_spread_{"GEMMs"}, stream_spread_{"memory"};
};

}  // namespace

void measure_compute(Session& session, Device& device, const ComputeOptions& options) {
  ComputeSuite(session, device, options).run();
}

}  // namespace sextant::comm
