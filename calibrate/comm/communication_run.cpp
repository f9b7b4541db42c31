#include "calibrate/comm/communication_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/host_memory.h"
#include "calibrate/comm/result_check.h"
#include "sextant/kernel/enum_names.h"

namespace sextant::comm {
namespace {

/// Short operations run several times in a row, as they do in nccl-tests: ranks leave a barrier
/// some microseconds apart.
constexpr std::size_t kShort = std::size_t{64} << 10;
constexpr int kInARow = 8;

Operated operated_of(const PlannedPoint& point) {
  return {point.sample.operation, point.pattern, static_cast<std::size_t>(point.sample.bytes),
          point.skew};
}

/// Results are checked once for every factor of 16: libraries change their ways with the size.
int size_class(double bytes) { return static_cast<int>(std::log2(std::max(bytes, 1.0)) / 4); }

/// Thousands of connections take minutes.
double set_up_timeout_s(const Session& session) {
  constexpr double kAtLeast_s = 300;
  return std::max(kAtLeast_s, session.point_timeout_s());
}

bool is_beside(const PlannedPoint& point) { return point.beside.has_value(); }

}  // namespace

CommunicationRun::CommunicationRun(Session& session, Backend& backend,
                                   const CommunicationPlan& plan, bool check)
    : session_(session), backend_(backend), plan_(plan), check_(check) {
  session_.within("allocating buffers", set_up_timeout_s(session_), [&] { allocate_all(); });
}

void CommunicationRun::allocate_all() {
  double most = sizeof(float);
  for (const PlannedPoint& point : plan_.points) most = std::max(most, point.sample.bytes);
  const auto bytes = static_cast<std::size_t>(most);
  const bool two_at_once = std::any_of(plan_.points.begin(), plan_.points.end(), is_beside);
  if (session_.environment().conditions["memory"] == "host") {
    // Checked by all before any takes it: a host that runs out of memory kills processes.
    require_memory(session_.world(), bytes * (two_at_once ? 4 : 2));
    session_.world().barrier();
  }
  memory_ = allocate(bytes);
  if (!two_at_once) return;
  memory_beside_ = allocate(bytes);
  companion_ = std::make_unique<Companion>();
}

CommunicationRun::Memory CommunicationRun::allocate(std::size_t bytes) {
  return {backend_.allocate(bytes), backend_.allocate(bytes)};
}

/// Sets the groups up when they are first needed.
void CommunicationRun::join(std::size_t groups) {
  if (communicators_.contains(groups)) return;
  std::unique_ptr<Communicator>& communicator = communicators_[groups];
  const PlannedGroups& planned = plan_.groups[groups];
  if (session_.over()) return;
  session_.within("setting up " + planned.name, set_up_timeout_s(session_), [&] {
    for (const std::vector<int>& ranks : planned.ranks) {
      if (std::binary_search(ranks.begin(), ranks.end(), session_.world().rank())) {
        communicator = backend_.group(ranks);
      }
    }
    session_.world().barrier();
  });
}

void CommunicationRun::measure(const PlannedPoint& point) {
  join(point.groups);
  if (!point.beside) return measure_alone(point);
  join(point.beside->groups);
  measure_beside(point, *point.beside);
}

void CommunicationRun::check_result(const PlannedPoint& point) {
  const bool is_new = checked_
                          .emplace(point.sample.operation, point.pattern, point.groups,
                                   point.skew != 0.0, size_class(point.sample.bytes))
                          .second;
  if (!check_ || !is_new || session_.over()) return;
  const std::string name = point.name + ": result";
  session_.within(name, session_.point_timeout_s(), [&] {
    Communicator* own = communicator(point.groups);
    const auto wrong =
        own ? find_wrong_result(*own, operated_of(point), memory_.buffers()) : std::nullopt;
    if (wrong) {
      throw CommError(fmt::format(
          "{}: wrong result with back end {}: {}. Data was damaged, or the library is broken: "
          "compare with another --backend, and look for its known errors; --no-check goes on",
          point.name, backend_.name(), *wrong));
    }
    session_.world().barrier();
  });
}

void CommunicationRun::measure_alone(const PlannedPoint& point) {
  check_result(point);
  Communicator* own = communicator(point.groups);
  const Operated operated = operated_of(point);
  const bool one_is_enough = operated.bytes > kShort || point.pattern == Pattern::kStream;
  const int in_a_row = one_is_enough ? 1 : kInARow;
  session_.measure(
      point.name, point.sample, own != nullptr,
      [&] {
        for (int i = 0; i < in_a_row; ++i) operate(*own, operated, memory_.buffers());
      },
      in_a_row * operations_in(point.pattern));
}

void CommunicationRun::measure_beside(const PlannedPoint& point,
                                      const PlannedPoint::Beside& beside) {
  Communicator* own = communicator(point.groups);
  Communicator* other = communicator(beside.groups);
  const Operated operated = operated_of(point);
  const Operated others{beside.operation, beside.pattern, operated.bytes};
  session_.measure(point.name + ", concurrent", point.sample, own || other, [&] {
    if (other) companion_->start([&] { operate(*other, others, memory_beside_.buffers()); });
    if (own) operate(*own, operated, memory_.buffers());
    if (other) companion_->wait();
  });
}

}  // namespace sextant::comm
