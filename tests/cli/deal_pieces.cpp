// Deals pieces of work to the ranks that mpirun has started, for test_deal.py:
//
//     deal_pieces COUNT [WHAT [NUMBER]]
//
// prints what the first rank took, or how it ended. WHAT:
//     all           every piece is done, twice over: two deals follow each other
//     large         each result has NUMBER bytes
//     sleep, spin   each piece takes NUMBER microseconds, asleep or working; prints the seconds
//     work_throws   the pieces of rank NUMBER throw
//     work_kills    rank NUMBER is killed at its first piece
//     take_throws   the first rank's take throws at its NUMBER-th piece
//     stop          stops when NUMBER pieces are taken
//     leave         rank NUMBER leaves before it deals, with exit code 3
//     gather        rank NUMBER gathers something else

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <map>
#include <numeric>
#include <string>
#include <thread>

#include "src/run/deal.h"
#include "src/run/ranks.h"

namespace sextant::run {
namespace {

struct Errand {
  std::int64_t count = 0;
  std::string what = "all";
  std::int64_t number = 0;
};

using Micros = std::chrono::duration<double, std::micro>;

/// Keeps a processor busy for so long, whoever else wants it.
void spin(double micros) {
  const auto cpu_time = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
  };
  const double begin = cpu_time();
  while (cpu_time() - begin < micros) continue;
}

class Program {
 public:
  Program(const Errand& errand, const Ranks& ranks) : errand_(errand), ranks_(ranks) {}

  int run() {
    const bool chosen = ranks_.rank() == errand_.number;
    if (errand_.what == "leave" && chosen) return 3;
    if (errand_.what == "gather" && chosen) {
      ranks_.gather("something else entirely");
      return 0;
    }
    deal_once();
    if (errand_.what == "all") deal_once();
    return 0;
  }

 private:
  void deal_once() {
    std::vector<std::int64_t> todo(
        static_cast<std::size_t>(ranks_.rank() == 0 ? errand_.count : 0));
    std::iota(todo.begin(), todo.end(), 0);
    taken_.clear();
    by_rank_.clear();
    const auto begin = std::chrono::steady_clock::now();
    const bool all = deal(todo, {.threads = threads(), .progress = {}, .ranks = &ranks_},
                          {.work = [this](std::int64_t i) { return work(i); },
                           .take = [this](std::int64_t i, std::string r) { take(i, std::move(r)); },
                           .stopped = [this] { return stopped(); }});
    const Micros took = std::chrono::steady_clock::now() - begin;
    fmt::print("{} of {} taken, sum {}, {}\n", taken_.size(), errand_.count, sum(),
               all ? "all" : "some left");
    if (errand_.what == "sleep" || errand_.what == "spin") print_figures(took.count() * 1e-6);
  }

  /// Of each rank, from the environment: as many as the test likes.
  static int threads() {
    const char* text = std::getenv("DEAL_THREADS");
    return text == nullptr ? 1 : std::atoi(text);
  }

  void print_figures(double seconds) const {
    fmt::print("{:.3f} s, {:.3f} s of processor on the first rank\n", seconds,
               static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    for (const auto& [rank, pieces] : by_rank_) fmt::print("rank {}: {}\n", rank, pieces);
  }

  std::string work(std::int64_t i) const {
    if (errand_.what == "work_throws" && ranks_.rank() == errand_.number) {
      throw std::runtime_error(fmt::format("no luck on rank {}", ranks_.rank()));
    }
    if (errand_.what == "work_kills" && ranks_.rank() == errand_.number) std::raise(SIGKILL);
    const auto micros = static_cast<double>(errand_.number);
    if (errand_.what == "sleep") std::this_thread::sleep_for(Micros(micros));
    if (errand_.what == "spin") spin(micros);
    std::string result = fmt::format("{} {}", i, ranks_.rank());
    if (errand_.what == "large") result.resize(static_cast<std::size_t>(errand_.number), '.');
    return result;
  }

  void take(std::int64_t i, std::string result) {
    if (errand_.what == "take_throws" && std::ssize(taken_) + 1 == errand_.number) {
      throw std::runtime_error("no room for results");
    }
    const bool new_one = taken_.emplace(i, std::atoll(result.c_str())).second;
    if (!new_one) fmt::print("piece {} came twice\n", i);
    if (errand_.what == "large" && std::ssize(result) != errand_.number) fmt::print("cut off\n");
    ++by_rank_[std::atoi(result.c_str() + result.find(' '))];
  }

  bool stopped() const { return errand_.what == "stop" && std::ssize(taken_) >= errand_.number; }

  std::int64_t sum() const {
    return std::accumulate(taken_.begin(), taken_.end(), std::int64_t{0},
                           [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
  }

  const Errand& errand_;
  const Ranks& ranks_;
  std::map<std::int64_t, std::int64_t> taken_;
  std::map<int, std::int64_t> by_rank_;  ///< pieces that each has done
};

int run_guarded(const Errand& errand, const Ranks& ranks) {
  try {
    const int code = Program(errand, ranks).run();
    std::fflush(stdout);
    return code;
  } catch (const RanksParted& parted) {
    fmt::print(stderr, "rank {} parted: {}\n", ranks.rank(), parted.what());
    return 70;
  } catch (const std::exception& error) {
    fmt::print(stderr, "rank {}: {}\n", ranks.rank(), error.what());
    return 3;
  }
}

}  // namespace
}  // namespace sextant::run

int main(int argc, char** argv) {
  sextant::run::Errand errand;
  if (argc > 1) errand.count = std::atoll(argv[1]);
  if (argc > 2) errand.what = argv[2];
  if (argc > 3) errand.number = std::atoll(argv[3]);
  const sextant::run::Ranks ranks;
  return ranks.leave(sextant::run::run_guarded(errand, ranks));
}
