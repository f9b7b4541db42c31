#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "src/run/packing.h"
#include "src/run/parallel_for.h"

namespace sextant::run {

/// What spread() needs of its results, whatever they are.
struct SpreadSteps {
  std::function<void(std::int64_t)> work;
  std::function<void(Packer&, std::int64_t)> pack;
  std::function<void(Unpacker&, std::int64_t)> unpack;
};
/// How many were done: all, or the first few where `options.stopped` said so.
std::int64_t spread_steps(std::int64_t count, const ParallelOptions& options,
                          const SpreadSteps& steps);

/// The results of work(i) for i = 0 .. count - 1, in this order, on every rank. Each is worked out
/// once, on a thread of the rank whose turn it is; without `options.ranks` there is only this one.
/// Where work throws, every rank throws: its own exception as parallel_for does, or a
/// std::runtime_error with the text of another rank's. Where it is stopped, the first few results.
/// @throws RanksParted if another rank has stopped, or asks for another count
template <class T>
std::vector<T> spread(std::int64_t count, const ParallelOptions& options,
                      const std::function<T(std::int64_t)>& work) {
  std::vector<T> results(static_cast<std::size_t>(count));
  const auto at = [&](std::int64_t i) -> T& { return results[static_cast<std::size_t>(i)]; };
  const std::int64_t done =
      spread_steps(count, options,
                   {.work = [&](std::int64_t i) { at(i) = work(i); },
                    .pack = [&](Packer& packer, std::int64_t i) { packer(at(i)); },
                    .unpack = [&](Unpacker& unpacker, std::int64_t i) { unpacker(at(i)); }});
  results.resize(static_cast<std::size_t>(done));
  return results;
}

}  // namespace sextant::run
