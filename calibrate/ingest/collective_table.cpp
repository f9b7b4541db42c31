#include "calibrate/ingest/collective_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::ingest {
namespace {

using Row = CollectiveRow;

/// Why the figures of a correctness check rule a row out; empty if they do not.
std::string check_fault(std::string_view wrong, std::string_view type, bool relative) {
  if (wrong.empty() || wrong == "N/A" || wrong == "0") return "";
  const auto value = parse_printed(wrong);
  if (!value) return fmt::format("the column of errors holds '{}'", wrong);
  if (relative) {
    // The tolerances of the tool's own check are below these.
    const bool coarse = type == "half" || type == "bfloat16" || type.find('8') != std::string::npos;
    const double most = coarse ? 0.1 : 1e-3;
    if (value->value <= most) return "";
    return fmt::format("the result was wrong: error {}", wrong);
  }
  // A log without its header may be of either kind: errors far below 1 are relative.
  if (value->value < 1e-3) return "";
  return fmt::format("the result was wrong in {} elements", wrong);
}

/// "bf16" for "bfloat16": one name for a type, whatever the tool calls it.
std::string_view precision_name(std::string_view type) {
  if (type == "bfloat16") return "bf16";
  if (type == "f8e4m3" || type == "fp8_e4m3") return "fp8_e4m3";
  if (type == "f8e5m2" || type == "fp8_e5m2") return "fp8_e5m2";
  return type;
}

/// NCCL ignores NCCL_ALGO where an operation has no such algorithm: all but all-reduce may be left
/// with the ring alone.
bool can_be_forced(Operation operation, std::string_view algorithm) {
  using enum Operation;
  if (operation == kAllReduce) return true;
  const bool has_ring = operation == kAllGather || operation == kReduceScatter ||
                        operation == kBroadcast || operation == kReduce;
  return has_ring && algorithm == "ring";
}

void assign(std::optional<std::string>& field, std::string_view text) {
  if (text.empty()) {
    field.reset();
  } else if (!field || *field != text) {
    field = std::string(text);
  }
}

}  // namespace

CollectiveTable::HeldRow::HeldRow(const Row& held)
    : row(held), type(held.type), algorithm(held.algorithm), protocol(held.protocol) {
  if (held.out_of_place) wrong_out_of_place = held.out_of_place->wrong;
  if (held.in_place) wrong_in_place = held.in_place->wrong;
}

Row CollectiveTable::HeldRow::view() const {
  Row view = row;
  view.type = type;
  view.algorithm = algorithm;
  view.protocol = protocol;
  if (view.out_of_place) view.out_of_place->wrong = wrong_out_of_place;
  if (view.in_place) view.in_place->wrong = wrong_in_place;
  return view;
}

bool CollectiveTable::goes_on(const Row& row) const {
  return row.reduction == first_.reduction && row.root == first_.root && row.nodes == first_.nodes;
}

void CollectiveTable::add(const Row& row, const RunFacts& facts, LogSink& sink) {
  if (has_rows_ && !goes_on(row)) close(facts, sink);
  if (!has_rows_) {
    has_rows_ = true;
    first_ = CollectiveRow();
    first_.reduction = row.reduction;
    first_.root = row.root;
    first_.nodes = row.nodes;
  } else if (row.bytes < last_bytes_) {
    begin_pass(facts, sink);
  }
  last_bytes_ = row.bytes;
  if (settled_) {
    take_settled(row, facts, sink);
  } else {
    held_.emplace_back(row);
    if (held_.size() >= kHeld) try_to_settle(facts, sink, true);
  }
}

/// The sizes begin anew: the same run again, or another one whose header is missing.
void CollectiveTable::begin_pass(const RunFacts& facts, LogSink& sink) {
  if (settled_) {
    hand_on_held(facts, sink);
  } else if (held_.size() >= next_try_) {
    try_to_settle(facts, sink, false);
    next_try_ = 2 * held_.size();
  }
  pass_is_confirmed_ = false;
}

void CollectiveTable::take_settled(const Row& row, const RunFacts& facts, LogSink& sink) {
  if (pass_is_confirmed_ || !settled_->refusal.empty()) return hand_on(row, facts, sink);
  const Evidence evidence = evidence_of(row, *settled_);
  if (evidence == Evidence::kConfirms) {
    hand_on_held(facts, sink);
    pass_is_confirmed_ = true;
    return hand_on(row, facts, sink);
  }
  if (evidence == Evidence::kContradicts) settled_.reset();
  held_.emplace_back(row);
  if (held_.size() >= kHeld) settled_ ? hand_on_held(facts, sink) : close(facts, sink);
}

/// Decides what the held rows are, and hands them on; unless it must be, only if all is clear.
bool CollectiveTable::try_to_settle(const RunFacts& facts, LogSink& sink, bool at_any_price) {
  std::vector<Row> rows;
  rows.reserve(held_.size());
  for (const HeldRow& held : held_) rows.push_back(held.view());
  TableDecision decision = decide_table(rows, facts, sink.hints());
  if (!at_any_price && (!decision.refusal.empty() || decision.ranks == 0)) return false;
  for (const std::string& warning : decision.warnings) sink.warn(warning);
  settled_ = std::move(decision);
  hand_on_held(facts, sink);
  return true;
}

void CollectiveTable::close(const RunFacts& facts, LogSink& sink) {
  if (!held_.empty() && settled_) hand_on_held(facts, sink);
  if (!held_.empty()) try_to_settle(facts, sink, true);
  settled_.reset();
  has_rows_ = pass_is_confirmed_ = false;
  next_try_ = 0;
  last_bytes_ = 0;
}

void CollectiveTable::hand_on_held(const RunFacts& facts, LogSink& sink) {
  for (const HeldRow& held : held_) hand_on(held.view(), facts, sink);
  held_.clear();
}

void CollectiveTable::hand_on(const Row& row, const RunFacts& facts, LogSink& sink) {
  if (!settled_->refusal.empty()) {
    if (settled_->one_rank) ++one_rank_rows_;
    return sink.refuse(row.line, settled_->refusal);
  }
  if (row.bytes <= 0) {
    return sink.refuse(row.line, "0 bytes: the size is less than one element per rank");
  }
  const auto& shown = row.out_of_place ? row.out_of_place : row.in_place;
  sink.begin_row(shown->busbw.value);
  if (row.out_of_place) hand_on(row, *row.out_of_place, false, facts, sink);
  if (row.in_place) hand_on(row, *row.in_place, true, facts, sink);
  sink.end_row();
}

std::string CollectiveTable::fault(const Row& row, const RowFigures& figures,
                                   const RunFacts& facts) const {
  std::string wrong = check_fault(figures.wrong, row.type, facts.error_is_relative);
  if (!wrong.empty()) return wrong;
  if (figures.time_us.value <= 0) return "the time is 0";
  if (!is_consistent(row.bytes, figures)) {
    return fmt::format("algbw is {:.4g} GB/s, but size/time is {:.4g} GB/s", figures.algbw.value,
                       row.bytes / figures.time_us.value * 1e-3);
  }
  const Interval factor = factor_of(row.bytes, figures);
  const Operation operation = *settled_->operation;
  const bool possible = settled_->ranks > 0
                            ? factor.low <= bus_factor(operation, settled_->ranks) &&
                                  bus_factor(operation, settled_->ranks) <= factor.high
                            : ranks_of_factor(operation, factor).has_value();
  if (possible) return "";
  const std::string of_ranks =
      settled_->ranks > 0 ? fmt::format(" of {} ranks", settled_->ranks) : "";
  return fmt::format("busbw/algbw is {:.4g}, which is not that of {}{}",
                     figures.busbw.value / figures.algbw.value, enum_name(operation), of_ranks);
}

void CollectiveTable::hand_on(const Row& row, const RowFigures& figures, bool in_place,
                              const RunFacts& facts, LogSink& sink) {
  if (const std::string why = fault(row, figures, facts); !why.empty()) {
    return sink.refuse(row.line, in_place ? "in place: " + why : why);
  }
  Sample& sample = sample_;
  sample.operation = *settled_->operation;
  sample.bytes = row.bytes;
  sample.ranks = settled_->ranks;
  sample.nodes = settled_->nodes;
  sample.ranks_per_node = settled_->ranks_per_node;
  sample.time_s = figures.time_us.value / 1e6;
  sample.repetitions = facts.repetitions;
  const auto seconds = [](const std::optional<double>& us) {
    return us ? std::optional(*us / 1e6) : std::nullopt;
  };
  sample.p50_s = seconds(figures.p50_us);
  sample.p99_s = seconds(figures.p99_us);
  assign(sample.precision, precision_name(row.type));
  const bool forced = can_be_forced(sample.operation, facts.algorithm);
  assign(sample.algorithm, row.algorithm.empty() && forced ? facts.algorithm : row.algorithm);
  const bool has_protocol = can_be_forced(sample.operation, "ring");
  assign(sample.protocol, row.protocol.empty() && has_protocol ? facts.protocol : row.protocol);
  sample.flags.clear();
  if (in_place) sample.flags.emplace_back("in_place");
  if (figures.wrong == "N/A") sample.flags.emplace_back("unchecked");
  const bool is_retyped = facts.two_directions && figures.wrong.empty() && !row.in_place;
  if (is_retyped) sample.flags.emplace_back("retyped");
  for (const std::string& flag : facts.flags) sample.flags.push_back(flag);
  sink.sample(sample);
}

}  // namespace sextant::ingest
