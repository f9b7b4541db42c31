// Repairs and spares of a simulated fleet against queueing theory. Restarts take no time, so the
// job runs, and its nodes fail at a constant rate, unless it waits for a node. Seeds are fixed: a
// deviation is a change of the model.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "sextant/campaign/campaign.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {
namespace {

constexpr Seconds kRepairTime = 10.0 * kHour;
constexpr double kNodes = 50;

/// A job whose failures keep `load` repairs going on average, if none waits.
CampaignInputs fleet(double load, int spares) {
  CampaignInputs inputs;
  inputs.nodes = static_cast<int>(kNodes);
  inputs.duration = 10'000.0 * kRepairTime / load;  // 10,000 failures
  inputs.phases = {steady_phase(Seconds(600), 1'000'000'000, {})};
  inputs.interval = 10'000.0 * kHour;
  inputs.failures.node_life.value = kNodes / load * kRepairTime;
  inputs.recovery.crash_detection.value = Seconds(0);
  inputs.recovery.swap.value = Seconds(0);
  inputs.recovery.restart.value = Seconds(0);
  inputs.recovery.repair.law = RepairLaw::kExponential;
  inputs.recovery.repair.mean.value = kRepairTime;
  inputs.fleet.spares = spares;
  return inputs;
}

/// Share of the wall time, or mean number of nodes, over replicas.
struct Mean {
  double value = 0;
  double error = 0;  ///< standard error
};

template <class Quantity>
Mean simulated(const CampaignInputs& inputs, const Quantity& quantity) {
  constexpr std::uint32_t kReplicas = 16;
  double sum = 0, squares = 0;
  for (std::uint32_t replica = 0; replica < kReplicas; ++replica) {
    UsageTotals usage;
    run_campaign(inputs, {.seed = 3, .replica = replica}, usage);
    const double x = quantity(usage);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kReplicas;
  return {mean, std::sqrt((squares / kReplicas - mean * mean) / (kReplicas - 1))};
}

Mean in_repair(const CampaignInputs& inputs) {
  return simulated(inputs, [](const UsageTotals& usage) {
    return usage.node_time(NodeState::kRepair) / usage.job_time();
  });
}

Mean waiting(const CampaignInputs& inputs) {
  return simulated(inputs, [](const UsageTotals& usage) {
    return usage.job_time(NodeState::kWaiting) / usage.job_time();
  });
}

/// Erlang B: share of time in which all of c servers are busy, where arrivals that find none are
/// lost. Holds for any distribution of the service.
double erlang_b(int servers, double load) {
  double blocked = 1;
  for (int c = 1; c <= servers; ++c) blocked = load * blocked / (c + load * blocked);
  return blocked;
}

/// Erlang C: share of arrivals that wait for one of c exponential servers.
double erlang_c(int servers, double load) {
  const double blocked = erlang_b(servers, load);
  const double used = load / servers;
  return blocked / (1 - used * (1 - blocked));
}

// M/M/c: load, and those that wait in line, C · used / (1 - used).
TEST(RepairQueue, HasErlangsLength) {
  struct Case {
    int crews;
    double load;
  };
  for (const Case& c : {Case{1, 0.5}, Case{1, 0.8}, Case{3, 2}, Case{5, 4.25}}) {
    CampaignInputs inputs = fleet(c.load, 400);
    inputs.recovery.repair.crews = c.crews;
    const double used = c.load / c.crews;
    const Mean mean = in_repair(inputs);
    EXPECT_NEAR(mean.value, c.load + erlang_c(c.crews, c.load) * used / (1 - used), 4 * mean.error)
        << c.crews << " crews, load " << c.load;
    EXPECT_LT(mean.error, 0.05 * mean.value);
  }
}

// M/G/infinity: the mean number of repairs is the load, whatever their distribution.
TEST(RepairQueue, WithoutALimitDoesNotDependOnTheLaw) {
  for (const RepairLaw law :
       {RepairLaw::kExponential, RepairLaw::kConstant, RepairLaw::kLognormal}) {
    CampaignInputs inputs = fleet(3, 400);
    inputs.recovery.repair.law = law;
    inputs.recovery.repair.median.value = 0.5 * kRepairTime;
    const Mean mean = in_repair(inputs);
    EXPECT_NEAR(mean.value, 3, 4 * mean.error) << enum_name(law);
    EXPECT_LT(mean.error, 0.02);
  }
}

// The job stops when one node more than the spares is under repair, and then nothing fails: a loss
// system of spares + 1 servers, insensitive to the law of the repair. With many nodes it is what
// the binomial law of nodes that are broken, Binomial(N, q), says of so many of them at once.
TEST(Spares, RunOutAsErlangBSays) {
  for (const RepairLaw law : {RepairLaw::kExponential, RepairLaw::kConstant}) {
    for (const int spares : {0, 2, 5}) {
      CampaignInputs inputs = fleet(3, spares);
      inputs.recovery.repair.law = law;
      const Mean mean = waiting(inputs);
      EXPECT_NEAR(mean.value, erlang_b(spares + 1, 3), 4 * mean.error)
          << spares << " spares, " << enum_name(law);
      EXPECT_LT(mean.error, 0.01);
    }
  }
}

/// P(K = broken) of Binomial(nodes, share).
double binomial(int nodes, int broken, double share) {
  return std::exp(std::lgamma(nodes + 1) - std::lgamma(broken + 1) -
                  std::lgamma(nodes - broken + 1)) *
         std::pow(share, broken) * std::pow(1 - share, nodes - broken);
}

// Nodes that are broken independently of each other, each for the share q of the time, are
// Binomial(N, q) many. A job that waits does not fail, which cuts the law off behind the spares: it
// waits for the share P(K = s + 1) / P(K <= s + 1). Spares do not fail either, which makes no
// difference among 10,000 nodes.
TEST(Spares, AreBinomialInALargeFleet) {
  CampaignInputs inputs = fleet(2, 3);
  inputs.nodes = 10'000;
  inputs.failures.node_life.value *= inputs.nodes / kNodes;
  inputs.duration = 2'000.0 * kRepairTime;
  const double broken = kRepairTime / (kRepairTime + inputs.failures.node_life.value);
  double at_most = 0;
  for (int k = 0; k <= 4; ++k) at_most += binomial(10'000, k, broken);
  const Mean mean = waiting(inputs);
  EXPECT_NEAR(mean.value, binomial(10'000, 4, broken) / at_most, 4 * mean.error);
  EXPECT_LT(mean.error, 0.005);
}

}  // namespace
}  // namespace sextant
