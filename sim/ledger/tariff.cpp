#include "sextant/ledger/tariff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sextant {
namespace {

constexpr double kGigabyte = 1e9;
constexpr double kRequests = 1e3;

class Bill {
 public:
  Bill(const BilledRun& run, const Tariff& tariff)
      : run_(run),
        tariff_(tariff),
        wall_(run.usage.job_time()),
        rented_(wall_ - run.usage.job_time(NodeState::kReleased)) {}

  std::vector<LedgerItem> lines() {
    nodes_by_state();
    if (tariff_.kept_after > Seconds(0)) {
      hours("nodes, warm pool", nodes() * tariff_.kept_after, "node-hour", tariff_.node);
    }
    if (tariff_.booking) beside_booking(*tariff_.booking);
    if (tariff_.premium) premium(*tariff_.premium);
    if (tariff_.profiler)
      hours("profiler, ml.m5.2xlarge", wall_, "instance-hour", *tariff_.profiler);
    if (tariff_.control_plane) hours("control plane", wall_, "hour", *tariff_.control_plane);
    if (tariff_.checkpoints) checkpoints(*tariff_.checkpoints);
    for (const StoreTariff& tier : tariff_.tiers) {
      capacity("checkpoints", tier, tier.provisioned.si() * wall_.si());
    }
    if (tariff_.dataset) dataset(*tariff_.dataset);
    if (tariff_.dataset_source) dataset(*tariff_.dataset_source);
    return std::move(lines_);
  }

 private:
  void add(std::string item, double quantity, const char* unit, double unit_price) {
    lines_.push_back({std::move(item), quantity, unit, unit_price, quantity * unit_price});
  }
  void hours(std::string item, Seconds time, const char* unit, UsdPerSecond price) {
    add(std::move(item), time / kHour, unit, (price * kHour).si());
  }

  /// That were rented, job and spares.
  double nodes() const;
  void nodes_by_state();
  void beside_booking(const Booking& booking);
  void premium(double share);
  void capacity(const char* what, const StoreTariff& store, double bytes_seconds);
  void requests(const char* what, Usd price, double number);
  void data(const std::string& what, UsdPerByte price, Bytes size);
  void traffic(const char* what, const StoreTariff& store, Bytes size);
  BilledTraffic checkpoint_traffic(const StoreTariff& store) const;
  void checkpoints(const CheckpointTariff& tariff);
  void dataset(const DatasetTariff& tariff);

  const BilledRun& run_;
  const Tariff& tariff_;
  Seconds wall_;
  Seconds rented_;  ///< of that
  std::vector<LedgerItem> lines_;
};

/// "training_lost" is "nodes, training lost".
std::string state_item(std::string_view state) {
  std::string text = fmt::format("nodes, {}", state);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

double Bill::nodes() const {
  const Seconds time = run_.usage.node_time() - run_.usage.node_time(NodeState::kReleased);
  return rented_ > Seconds(0) ? time / rented_ : 0.0;
}

void Bill::nodes_by_state() {
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    if (state == NodeState::kReleased) continue;
    hours(state_item(name), run_.usage.node_time(state), "node-hour", tariff_.node);
  }
}

/// The time that is paid for: at least the booking, and whole extensions beyond it.
Seconds charged_time(const Booking& booking, Seconds wall) {
  if (wall <= booking.booked) return booking.booked;
  if (booking.beyond || booking.extension <= Seconds(0)) return wall;
  return booking.booked +
         std::ceil((wall - booking.booked) / booking.extension) * booking.extension;
}

void Bill::beside_booking(const Booking& booking) {
  if (booking.unused_charged) {
    hours("booked, not used", nodes() * (charged_time(booking, rented_) - rented_), "node-hour",
          tariff_.node);
  }
  if (booking.beyond) {
    hours("beyond the commitment, surcharge",
          nodes() * std::max(Seconds(0), rented_ - booking.booked), "node-hour",
          *booking.beyond - tariff_.node);
  }
}

void Bill::premium(double share) { add("SageMaker premium", total(lines_).si(), "USD", share); }

void Bill::capacity(const char* what, const StoreTariff& store, double bytes_seconds) {
  add(fmt::format("{} in {}", what, store.store), bytes_seconds / (kGigabyte * kPriceMonth.si()),
      "GB-month", (store.capacity * Bytes(kGigabyte) * kPriceMonth).si());
}

void Bill::requests(const char* what, Usd price, double number) {
  add(what, number / kRequests, "k-request", kRequests * price.si());
}

void Bill::data(const std::string& what, UsdPerByte price, Bytes size) {
  add(what, size.si() / kGigabyte, "GB", (price * Bytes(kGigabyte)).si());
}

void Bill::traffic(const char* what, const StoreTariff& store, Bytes size) {
  data(what, store.between_zones, size);
}

BilledTraffic Bill::checkpoint_traffic(const StoreTariff& store) const {
  if (run_.traffic) return *run_.traffic;
  const double parts = std::ceil(store.size / store.part);
  const auto written = static_cast<double>(run_.checkpoints);
  const auto read = static_cast<double>(run_.restores);
  return {.written = written * store.size,
          .read = read * store.size,
          .puts = written * parts,
          .gets = read * parts};
}

void Bill::checkpoints(const CheckpointTariff& tariff) {
  const StoreTariff& store = tariff.store;
  const double stored =
      store.provisioned > Bytes(0)
          ? (store.provisioned.si() * (wall_ + tariff.kept_after)).si()
          : store.size.si() *
                (kept_checkpoint_time(run_.checkpoints, tariff.kept, wall_) +
                 static_cast<double>(std::min<std::int64_t>(tariff.kept, run_.checkpoints)) *
                     tariff.kept_after)
                    .si();
  capacity("checkpoints", store, stored);
  const BilledTraffic moved = checkpoint_traffic(store);
  requests("PUT requests of checkpoints", store.put, moved.puts);
  requests("GET requests of checkpoints", store.get, moved.gets);
  if (store.upload > UsdPerByte(0)) data("checkpoints written", store.upload, moved.written);
  if (store.retrieval > UsdPerByte(0)) data("checkpoints read", store.retrieval, moved.read);
  traffic("checkpoints between zones", store, moved.written + moved.read);
}

void Bill::dataset(const DatasetTariff& tariff) {
  const StoreTariff& store = tariff.store;
  const Bytes paid = store.provisioned > Bytes(0) ? store.provisioned : store.size;
  capacity("training data", store, paid.si() * wall_.si());
  requests("GET requests of training data", store.get,
           tariff.gets.value_or(tariff.passes * std::ceil(store.size / store.part)));
  const Bytes read = tariff.passes * store.size;
  if (store.retrieval > UsdPerByte(0)) data("training data read", store.retrieval, read);
  traffic("training data between zones", store, read);
}

}  // namespace

std::vector<LedgerItem> bill(const BilledRun& run, const Tariff& tariff) {
  return Bill(run, tariff).lines();
}

Usd total(const std::vector<LedgerItem>& bill) {
  double usd = 0;
  for (const LedgerItem& line : bill) usd += line.usd;
  return Usd(usd);
}

Seconds kept_checkpoint_time(std::int64_t written, int kept, Seconds wall) {
  if (written <= 0) return Seconds(0);
  // Between two checkpoints min(kept, i) lie there, i = 0 … written - 1.
  const auto n = static_cast<double>(written);
  const double full = std::min(n - 1, static_cast<double>(kept));
  const double sum = full * (full + 1) / 2 + (n - 1 - full) * kept;
  return sum / n * wall;
}

}  // namespace sextant
