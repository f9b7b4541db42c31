#include "src/report/data_report.h"

#include <fmt/format.h>

#include <cmath>

#include "src/io/quantity_text.h"
#include "src/report/human.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;

/// "copied from s3-standard to local disks", "read from fsx, which fetches them from s3-standard".
std::string way(const DataPlan& plan) {
  switch (plan.mode) {
    case DataMode::kFile:
      return fmt::format("copied from {} to local disks", plan.store);
    case DataMode::kFastFile:
      return fmt::format("read through a mount of {}, file by file", plan.store);
    case DataMode::kFileSystem:
      return fmt::format("read from {}{}", plan.store,
                         plan.bucket ? ", which fetches them from " + *plan.bucket : "");
    case DataMode::kShards:
      return fmt::format("read from shards in {}, {} samples in a request", plan.store,
                         grouped(plan.samples_per_get));
  }
  return plan.store;
}

const char* limit_text(DataLimit limit) {
  switch (limit) {
    case DataLimit::kReaders:
      return "the readers wait for first bytes and for their connections";
    case DataLimit::kProcessors:
      return "all threads work on samples";
    case DataLimit::kNetwork:
      return "the readers' IP bandwidth";
    case DataLimit::kDisks:
      return "the local disks";
    case DataLimit::kStore:
      return "the bandwidth of the file system";
    case DataLimit::kRequests:
      return "the requests per second of the store's partitions";
    case DataLimit::kFeeders:
      return "what the feeders can send";
    case DataLimit::kNodes:
      return "what the nodes can receive";
  }
  return "";
}

std::string readers_remedy(const DataPlan& plan) {
  if (plan.mode == DataMode::kShards) return "more samples in a request, or more workers";
  if (plan.mode == DataMode::kFile) return "more workers, less work on a sample, or feeders";
  if (plan.mode == DataMode::kFastFile && plan.order == ReadOrder::kSequential) {
    return plan.file_size < plan.requests.part
               ? "the small files packed into shards of 100 MB or more, or more workers"
               : "fewer open files, more workers, or own readers of shards";
  }
  return "samples read in sequence, shards with many samples in a request, or more workers";
}

std::string remedy(DataLimit limit, const DataPlan& plan) {
  switch (limit) {
    case DataLimit::kReaders:
      return readers_remedy(plan);
    case DataLimit::kProcessors:
      return "work done before the run, or feeders";
    case DataLimit::kNetwork:
      return "smaller samples, or a type with more IP bandwidth";
    case DataLimit::kDisks:
      return "smaller samples, or faster disks";
    case DataLimit::kStore:
      return "a larger file system, or a faster tier";
    case DataLimit::kRequests:
      return "more prefixes, or more samples in a request";
    case DataLimit::kFeeders:
      return "more feeders, or smaller tensors";
    case DataLimit::kNodes:
      return "smaller tensors, or work on the nodes themselves";
  }
  return "";
}

std::string amount(const plan::PlannedData& data) {
  const std::string gets =
      data.gets > 0 ? fmt::format(", {} GETs", human_count(std::round(data.gets))) : "";
  return fmt::format("{} samples of {}, {} passes over {}{}", human_count(std::round(data.samples)),
                     human(*data.plan.sample), significant(data.passes),
                     io::format_quantity(data.plan.size), gets);
}

std::string before_first_step(const plan::PlannedData& data) {
  if (data.copy.time <= Seconds(0)) return "";
  const char* what = data.plan.mode == DataMode::kFile ? "copying" : "listing files";
  std::string text = fmt::format("; {} before the first step {}", what, human(data.copy.time));
  if (data.new_node.time > Seconds(0)) {
    text += fmt::format(", for a node that joins {}", human(data.new_node.time));
  }
  if (data.copy.refused >= 1) {
    text +=
        fmt::format(" ({} requests refused with 503)", human_count(std::round(data.copy.refused)));
  }
  return text;
}

std::string waiting(Seconds stall, Seconds step) {
  if (stall <= Seconds(0)) return "";
  return fmt::format(" and waits {} ({} of its time)", human(stall),
                     percent(stall / (step + stall)));
}

std::string step_text(const plan::PlannedData& data) {
  const plan::StepData& step = data.main;
  const bool cold = step.first.time > step.later.time;
  std::string text = fmt::format("a step of {} loads its samples in {}{}", human(step.step),
                                 human(step.later.time), waiting(step.later_stall(), step.step));
  if (cold) {
    text += fmt::format(", the first time in {}{}", human(step.first.time),
                        waiting(step.first_stall(), step.step));
  }
  if (step.first_stall() <= Seconds(0)) return text + ": nobody waits";
  return text + fmt::format(": {}. What helps: {}", limit_text(step.first.limit),
                            remedy(step.first.limit, data.plan));
}

std::string partitions_text(const plan::PlannedData& data) {
  if (data.needed_partitions <= data.first_partitions) return "";
  const auto final = static_cast<double>(stream_partitions(data.plan.requests));
  return fmt::format(
      ". The steps ask for the requests of {} partitions; the store has {} at first and splits "
      "them under load, up to one of each prefix: {}",
      grouped(std::llround(data.needed_partitions)), grouped(std::llround(data.first_partitions)),
      grouped(std::llround(final)));
}

Json loading_json(const SampleLoading& loading, Seconds stall) {
  return {{"time_s", loading.time.si()},
          {"stall_s", stall.si()},
          {"limit", enum_name(loading.limit)},
          {"gets", loading.gets},
          {"bytes", loading.size.si()}};
}

}  // namespace

std::string data_text(const plan::PlannedData& data) {
  return wrapped(fmt::format("data {}: {}{}; {}{}", way(data.plan), amount(data),
                             before_first_step(data), step_text(data), partitions_text(data)));
}

Json data_json(const plan::PlannedData& data) {
  const DataPlan& plan = data.plan;
  const plan::StepData& step = data.main;
  return {{"mode", enum_name(plan.mode)},
          {"store", plan.store},
          {"bucket", plan.bucket ? Json(*plan.bucket) : Json()},
          {"samples", data.samples},
          {"sample_bytes", plan.sample->si()},
          {"passes", data.passes},
          {"gets", data.gets},
          {"bytes", data.moved.si()},
          {"before_first_step",
           {{"time_s", data.copy.time.si()},
            {"new_node_s", data.new_node.time.si()},
            {"bytes", data.copy.size.si()},
            {"gets", data.copy.gets},
            {"refused", data.copy.refused},
            {"failure", data.copy.failure},
            {"overloaded_s", data.copy.overloaded.si()}}},
          {"step",
           {{"time_s", step.step.si()},
            {"first_pass", loading_json(step.first, step.first_stall())},
            {"later_passes", loading_json(step.later, step.later_stall())}}},
          {"partitions",
           {{"first", data.first_partitions},
            {"needed", data.needed_partitions},
            {"most", stream_partitions(plan.requests)}}}};
}

}  // namespace sextant::report
