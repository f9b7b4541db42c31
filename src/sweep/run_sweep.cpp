#include "src/sweep/run_sweep.h"

#include <algorithm>

#include "src/run/deal.h"
#include "src/sweep/evaluate.h"

namespace sextant::sweep {
namespace {

/// Points that are dealt at once: as many as fit in memory without a thought.
constexpr std::int64_t kBlock = 1 << 20;

std::vector<Cell> cells_of(const Points& points, std::int64_t point) {
  const PointValues values = points.values(point);
  std::vector<Cell> cells(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) cells[i] = cell_of(*values[i], points.inputs()[i].pointer().type());
  }
  return cells;
}

}  // namespace

std::int64_t run_sweep(const OpenStudy& study, Store* store, const SweepOptions& options) {
  const Points& points = study.points;
  const PointEvaluator evaluator(study, options.models);
  std::int64_t done = 0;
  run::ParallelOptions parallel = options.parallel;
  parallel.progress = {};
  const run::DealtWork work{
      .work = [&](std::int64_t point) { return packed(evaluator.evaluate(point)); },
      .take =
          [&](std::int64_t point, const std::string& result) {
            store->add(unpacked(result), cells_of(points, point));
            ++done;
            if (options.parallel.progress) options.parallel.progress(done);
          },
      .stopped = options.stopped};
  bool going = true;
  for (std::int64_t begin = 0; begin < points.count() && going; begin += kBlock) {
    const std::int64_t end = std::min(points.count(), begin + kBlock);
    std::vector<std::int64_t> todo;
    if (store) {
      todo = store->missing(begin, end, [&](std::int64_t i) { return options.shard.has(i); });
    }
    going = run::deal(todo, parallel, work);
  }
  if (store) store->commit();
  return done;
}

}  // namespace sextant::sweep
