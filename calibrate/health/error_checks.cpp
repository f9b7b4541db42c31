#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calibrate/health/checkup.h"
#include "calibrate/ingest/text.h"

namespace sextant::health {
namespace {

/// What to do about an error that holds some words, in the order in which they are looked for.
struct Remedy {
  const char* words;
  const char* remedy;
};
constexpr std::array kRemedies{
    Remedy{"xid",
           "take the node out, look at `dmesg` and `nvidia-smi -q`, reset or replace the GPU"},
    Remedy{"ecc", "take the node out, look at `nvidia-smi -q -d ECC`, reset or replace the GPU"},
    Remedy{"security group", "let the security group pass all traffic from itself to itself"},
    Remedy{"register",
           "raise `ulimit -l`; with NCCL 2.19 or newer take EFA installer 1.29 or newer"},
    Remedy{"libfabric", "install the current EFA software"},
    Remedy{"got completion", "look at the cards of the peer that is named: cable, port counters"},
    Remedy{"async event", "look at the card that is named: cable, port counters"},
    Remedy{"gdr", "load efa_nv_peermem or nvidia_peermem on every node"},
    Remedy{"mismatch", "install the same version on every node"},
    Remedy{"timeout", "find the rank that stopped first: its node or its program is at fault"},
    Remedy{"connect", "check that every node reaches every other: interface, firewall, host names"},
    Remedy{"no such file", "check that the library or device is visible inside the container"},
};

std::string remedy_of(const std::string& error) {
  const std::string text = ingest::lower(error);
  for (const Remedy& remedy : kRemedies) {
    if (text.find(remedy.words) != std::string::npos) return remedy.remedy;
  }
  return std::string("fix it before you measure: ") + kMoreLines +
         " and look at the rank that reports it first";
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 60;
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

constexpr const char* kWrongRemedy =
    "do not train on these nodes: run again on halves of them until the node is found, check its "
    "accelerators and links";

void check_wrong_results(Checkup& checkup) {
  const auto wrong = [](const RefusedRow& row) {
    return row.reason.find("wrong") != std::string::npos;
  };
  const auto& refused = checkup.log.refused;
  const auto first = std::find_if(refused.begin(), refused.end(), wrong);
  if (first == refused.end()) return;
  const auto count = std::count_if(first, refused.end(), wrong);
  checkup.find(
      {.illness = Illness::kWrongResults,
       .about = "rows",
       .concern = Concern::kCritical,
       .title = "collectives returned wrong results",
       .seen = fmt::format("{} row{}, the first: {}", count, count == 1 ? "" : "s", first->reason),
       .line = first->line,
       .normal = "no wrong element in any row",
       .source = "nccl-tests, -c 1",
       .remedy = kWrongRemedy});
}

void check_separate_runs(Checkup& checkup) {
  for (const std::string& warning : checkup.log.warnings) {
    if (warning.find("without MPI") == std::string::npos) continue;
    checkup.find({.illness = Illness::kSeparateRuns,
                  .concern = Concern::kCritical,
                  .title = "every process ran alone: nothing was sent",
                  .seen = warning,
                  .normal = "one rank list with all ranks, and busbw above 0",
                  .source = "https://github.com/NVIDIA/nccl-tests/issues/294",
                  .remedy = "build nccl-tests with `make MPI=1 MPI_HOME=…` and run again"});
    return;
  }
}

void check_failure(Checkup& checkup) {
  const CheckedLog& log = checkup.log;
  if (log.failure.empty() || !log.nccl().errors.empty()) return;
  checkup.find({.illness = Illness::kErrors,
                .about = "failure",
                .concern = Concern::kCritical,
                .title = "the run failed",
                .seen = log.failure,
                .normal = "a table, to its end",
                .source = "the log",
                .remedy = remedy_of(log.failure)});
}

}  // namespace

void check_errors(Checkup& checkup) {
  check_failure(checkup);
  check_wrong_results(checkup);
  check_separate_runs(checkup);
  const ingest::NcclLog& nccl = checkup.log.nccl();
  for (const ingest::LoggedError& error : nccl.errors) {
    const bool wrong = error.text.find("Out of bounds") != std::string::npos;
    const std::string times = error.count > 1 ? fmt::format(" ({} times)", error.count) : "";
    checkup.find({.illness = wrong ? Illness::kWrongResults : Illness::kErrors,
                  .about = error.text,
                  .concern = Concern::kCritical,
                  .title = wrong ? std::string("collectives returned wrong results")
                                 : "error in the log: " + shortened(error.text),
                  .seen = error.text + times,
                  .line = error.line,
                  .normal = wrong ? "0 OK" : "no warning of NCCL, no error of the accelerators",
                  .source = wrong ? "nccl-tests, -c 1" : "NVIDIA NCCL user guide, NCCL_DEBUG",
                  .remedy = wrong ? kWrongRemedy : remedy_of(error.text)});
  }
}

}  // namespace sextant::health
