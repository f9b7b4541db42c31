#include <fmt/format.h>

#include "src/import/megatron_words.h"
#include "src/import/trace_text.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

void take_count(Settings& settings, ImportedRun& run, const char* pointer, Names names) {
  if (const auto node = settings.count(names, 1, 1'000'000'000)) {
    run.take(pointer, node->value, *settings.find(names));
  }
}

void take_ramp(Settings& settings, ImportedRun& run) {
  const Setting* ramp = settings.find({"rampup_batch_size"});
  if (!ramp) return;
  const auto* values = ramp->value.get<Node::Array>();
  bool whole = values && values->size() == 3 && ramp->unknown.empty();
  for (std::size_t i = 0; whole && i < 3; ++i) {
    const auto* value = (*values)[i].get<std::int64_t>();
    whole = value && *value >= 1;
  }
  if (!whole) {
    return settings.unsupported(*ramp, "three whole numbers: first batch, increment, sequences");
  }
  run.take("training/batch_ramp/start", (*values)[0].value, *ramp);
  run.take("training/batch_ramp/increment", (*values)[1].value, *ramp);
  run.take("training/batch_ramp/sequences", (*values)[2].value, *ramp);
}

/// Lightning's days:hours:minutes:seconds, in seconds.
std::optional<std::int64_t> lightning_seconds(const std::string& text) {
  static constexpr std::int64_t kUnits[] = {86'400, 3'600, 60, 1};
  std::int64_t seconds = 0;
  std::size_t begin = 0;
  for (const std::int64_t unit : kUnits) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    const auto number = parse_number(std::string_view(text).substr(begin, end - begin));
    if (!number || *number < 0 || *number > 1e6 || (end == text.size()) != (unit == 1)) {
      return std::nullopt;
    }
    seconds += static_cast<std::int64_t>(*number) * unit;
    begin = end + 1;
  }
  return seconds;
}

/// How long the run is: samples, steps, or a time where there is neither.
void take_length(Settings& settings, ImportedRun& run) {
  const Names samples{"train_samples"}, steps{"train_iters", "max_steps"};
  const Setting* by_samples = settings.find(samples);
  const Setting* by_steps = settings.find(steps);
  if (by_samples && by_steps) {
    return settings.contradiction(
        *by_steps, *by_samples,
        fmt::format("{} and {} exclude one another", by_steps->shown, by_samples->shown),
        "keep one of the two");
  }
  if (const auto count = settings.number(samples)) {
    const auto length = run.number("training/sequence_length");
    if (!length) return;
    const double tokens = static_cast<double>(*count) * static_cast<double>(*length);
    return run.take("training/tokens", {tokens, value_place(*by_samples)},
                    fmt::format("{} of {} tokens", by_samples->shown, *length), by_samples->place);
  }
  // Lightning's "until somebody stops it".
  if (by_steps && by_steps->value.get<std::int64_t>() && *by_steps->value.get<std::int64_t>() < 0) {
    by_steps = nullptr;
  } else if (const auto count = settings.count(steps)) {
    return run.take("training/steps", count->value, *by_steps);
  }
  const auto seconds = [&]() -> std::optional<std::int64_t> {
    if (const auto minutes = settings.number({"exit_duration_in_mins"}, 1, 10'000'000)) {
      return *minutes * 60;
    }
    const auto text = settings.text({"max_time"});
    const auto time = text ? lightning_seconds(*text) : std::nullopt;
    if (text && !time) {
      settings.unsupported(*settings.find({"max_time"}), "days:hours:minutes:seconds");
    }
    return time;
  }();
  if (!seconds || *seconds < 1) return;
  const Setting& from = *settings.find({"exit_duration_in_mins", "max_time"});
  run.take("training/duration", fmt::format("{} s", *seconds), from);
}

void take_evaluation(Settings& settings, ImportedRun& run) {
  const Names every{"eval_interval", "val_check_interval"};
  const Names batches{"eval_iters", "limit_val_batches"};
  const Setting* interval = settings.find(every);
  const Setting* length = settings.find(batches);
  const auto whole = [](const Setting* setting) {
    const auto* value = setting ? setting->value.get<std::int64_t>() : nullptr;
    return value && *value >= 1;
  };
  if (!whole(interval) || !whole(length)) return;  // shares of an epoch, or none
  run.take("training/evaluation/every", interval->value.value, *interval);
  run.take("training/evaluation/batches", length->value.value, *length);
}

void check_positions(Settings& settings, ImportedRun& run, Names length) {
  const Setting* positions = settings.find({"max_position_embeddings"});
  const Setting* sequence = settings.find(length);
  const auto* most = positions ? positions->value.get<std::int64_t>() : nullptr;
  const auto tokens = run.number("training/sequence_length");
  if (!most || !tokens || *tokens <= *most) return;
  settings.contradiction(
      *positions, *sequence,
      fmt::format("{} positions are fewer than the {} tokens of a sequence", *most, *tokens),
      "make them at least as many");
}

}  // namespace

void take_batch(Settings& settings, Dialect dialect, ImportedRun& run) {
  const Names length{"seq_length", "encoder_seq_length", "max_context_width"};
  take_count(settings, run, "training/sequence_length", length);
  check_positions(settings, run, length);
  take_count(settings, run, "training/global_batch", {"global_batch_size"});
  if (dialect == Dialect::kFsdp && !settings.has({"global_batch_size"})) run.one_microbatch = true;
  if (dialect == Dialect::kMegatron && !settings.has({"global_batch_size"})) {
    run.one_microbatch = settings.has({"micro_batch_size"});
  }
  take_ramp(settings, run);
  take_length(settings, run);
  take_evaluation(settings, run);
}

}  // namespace sextant::importer
