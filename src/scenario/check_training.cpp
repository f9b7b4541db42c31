#include "src/scenario/check_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "sextant/training/parameters.h"
#include "src/io/quantity_text.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

/// Simulated time is counted in 64-bit nanoseconds.
constexpr Seconds kLongestRun{292.0 * 365.25 * 86400};

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics,
         LayoutUse layouts)
      : MemberChecks(scenario, places, diagnostics), layouts_(layouts) {}

  void run() {
    list_of_phases();
    for (const PhasePlan* phase : s_.training.in_order()) {
      phase_ = phase;
      amount();
      length_of_the_run();
      ramp();
      stages();
      if (layouts_ == LayoutUse::kAsGiven) {
        layers_of_stages();
        ranks();
      }
      precision();
      framework();
      tuning();
      evaluation();
    }
  }

 private:
  /// What several phases take from the training is wrong once.
  template <class T>
  io::Diagnostic& error(const T& member, const std::string& message) {
    const io::Place place = places_.of(member);
    const bool is_new = seen_.insert({place.document, place.begin, message}).second;
    return is_new ? MemberChecks::error(member, message) : (repeated_ = {});
  }

  void list_of_phases();
  template <class T>
  void belongs_to_a_phase(const T& member, const char* what);
  void names();
  void amount();
  void length_of_the_run();
  void ramp();
  void stages();
  void layers_of_stages();
  void ranks();
  void batches(std::int64_t data_ranks);
  template <class T>
  void batch(const T& member, std::int64_t sequences, const std::string& which,
             std::int64_t data_ranks);
  void precision();
  void framework();
  void tuning();
  void evaluation();

  LayoutUse layouts_;
  const PhasePlan* phase_ = nullptr;
  std::set<std::tuple<const void*, std::uint32_t, std::string>> seen_;
  io::Diagnostic repeated_;
};

void Checks::list_of_phases() {
  const TrainingPlan& training = s_.training;
  if (training.phases.empty()) return;
  belongs_to_a_phase(training.tokens, "tokens");
  belongs_to_a_phase(training.steps, "steps");
  belongs_to_a_phase(training.duration, "a duration");
  belongs_to_a_phase(training.batch_ramp, "a batch ramp");
  if (!training.batch_stages.empty()) {
    note(error(training.batch_stages,
               "found batch stages besides phases, expected none: a phase has its own"),
         training.phases, "the phases");
  }
  names();
}

template <class T>
void Checks::belongs_to_a_phase(const T& member, const char* what) {
  if (!member) return;
  note(error(member,
             fmt::format("found {} besides phases, expected none: a phase has its own", what)),
       s_.training.phases, "the phases");
}

void Checks::names() {
  const std::vector<PhasePlan>& phases = s_.training.phases;
  for (auto phase = phases.begin(); phase != phases.end(); ++phase) {
    if (phase->name.empty()) error(phase->name, "found an empty name, expected one for the report");
    const auto same = std::find_if(phases.begin(), phase,
                                   [&](const PhasePlan& p) { return p.name == phase->name; });
    if (same == phase) continue;
    note(error(phase->name,
               fmt::format("found \"{}\" again, expected a name of its own", phase->name)),
         same->name, "the other phase");
  }
}

void Checks::amount() {
  const PhasePlan& p = *phase_;
  const int given = int{p.tokens.has_value()} + p.steps.has_value() + p.duration.has_value();
  if (given == 0) {
    error(p, "found neither \"tokens\" nor \"steps\" nor \"duration\", expected one of them").help =
        "\"tokens\": \"15.6T\" trains on so many tokens, \"duration\": \"54 d\" for so long";
  } else if (p.tokens && p.duration) {
    note(error(p.duration, "found a duration besides the tokens, expected one of the two"),
         p.tokens, "the tokens");
  } else if (p.tokens && p.steps) {
    note(error(p.steps, "found steps besides the tokens, expected one of the two"), p.tokens,
         "the tokens");
  } else if (p.steps && p.duration) {
    note(error(p.duration, "found a duration besides the steps, expected one of the two"), p.steps,
         "the steps");
  }
}

void Checks::length_of_the_run() {
  const PhasePlan& p = *phase_;
  if (p.duration && *p.duration > kLongestRun) {
    error(p.duration,
          fmt::format("found {}, expected at most 292 years", io::format_quantity(*p.duration)));
  }
  const Flops token = model_flops_per_token(*s_.model, p.sequence_length, p.tuning);
  const Accelerator& accelerator = **s_.cluster.accelerator;
  const double accelerators = static_cast<double>(s_.cluster.accelerators());
  const auto years = [&](double tokens) {
    return tokens * token / (accelerators * accelerator.peak_16bit.value) / Seconds(365.25 * 86400);
  };
  const auto too_long = [&](const auto& at, double amount, const char* what, double tokens) {
    if (years(tokens) <= 292) return;
    note(error(at, fmt::format("found {:g} {}, which take {:.0f} years at the accelerators' peak "
                               "rate, expected at most 292 years",
                               amount, what, years(tokens))),
         s_.cluster.nodes, fmt::format("{} nodes", s_.cluster.nodes));
  };
  if (p.tokens) too_long(p.tokens, *p.tokens, "tokens", *p.tokens);
  if (p.steps) {
    const double steps = static_cast<double>(*p.steps);
    const double step =
        static_cast<double>(p.global_batch) * static_cast<double>(p.sequence_length);
    too_long(p.steps, steps, "steps", steps * step);
  }
}

void Checks::ramp() {
  const PhasePlan& p = *phase_;
  if (!p.batch_ramp) return;
  const BatchRamp& ramp = *p.batch_ramp;
  if (!p.batch_stages.empty()) {
    note(error(p.batch_stages, "found batch stages besides a ramp, expected one of the two"),
         p.batch_ramp, "the ramp");
  }
  if (ramp.start > p.global_batch) {
    note(error(ramp.start,
               fmt::format("found {} sequences, expected at most the global batch", ramp.start)),
         p.global_batch, fmt::format("{} sequences", p.global_batch));
  } else if ((p.global_batch - ramp.start) % ramp.increment != 0) {
    io::Diagnostic& entry =
        error(ramp.increment,
              fmt::format("found {} sequences, expected a divisor of {} = {} - {}", ramp.increment,
                          p.global_batch - ramp.start, p.global_batch, ramp.start));
    note(entry, p.global_batch, "from the start to this batch, in equal steps");
  }
}

void Checks::stages() {
  const std::vector<BatchStage>& stages = phase_->batch_stages;
  if (stages.empty()) return;
  if (stages.front().from_tokens != 0) {
    error(stages.front().from_tokens,
          fmt::format("found {:g} tokens, expected the first stage to begin at 0",
                      stages.front().from_tokens));
  }
  for (std::size_t i = 1; i < stages.size(); ++i) {
    if (stages[i].from_tokens > stages[i - 1].from_tokens) continue;
    note(error(stages[i].from_tokens,
               fmt::format("found {:g} tokens, expected more than the stage before has",
                           stages[i].from_tokens)),
         stages[i - 1].from_tokens, fmt::format("{:g} tokens", stages[i - 1].from_tokens));
  }
  const BatchStage& last = stages.back();
  if (!phase_->tokens || last.from_tokens < *phase_->tokens) return;
  note(error(last.from_tokens,
             fmt::format("found {:g} tokens, expected fewer than the phase has", last.from_tokens)),
       phase_->tokens, fmt::format("{:g} tokens", *phase_->tokens));
}

void Checks::layers_of_stages() {
  const Layout& layout = phase_->layout;
  const std::vector<int>* listed = layout.listed_stages();
  if (!listed) return;
  const std::int64_t stages = std::int64_t{layout.pipeline} * layout.virtual_stages;
  if (static_cast<std::int64_t>(listed->size()) != stages) {
    error(layout.stages,
          fmt::format("found {} numbers of layers, expected {}: pipeline {} x "
                      "virtual stages {}",
                      listed->size(), stages, layout.pipeline, layout.virtual_stages));
    return;
  }
  const std::int64_t sum = std::accumulate(listed->begin(), listed->end(), std::int64_t{0});
  if (sum != s_.model->layers) {
    note(error(layout.stages, fmt::format("found {} layers in all, expected the model's {}", sum,
                                          s_.model->layers)),
         s_.model->layers, fmt::format("{} layers", s_.model->layers));
  }
  for (std::size_t i = 1; i + 1 < listed->size(); ++i) {
    if ((*listed)[i] > 0) continue;
    error(layout.stages,
          fmt::format("found no layers in stage {} of {}, expected at least one", i + 1, stages))
        .help =
        "only the first stage, with the embedding, and the last, with the head, may have "
        "none";
  }
}

void Checks::ranks() {
  const Layout& layout = phase_->layout;
  const std::int64_t devices = s_.cluster.ranks();
  // Four factors of 31 bits overflow an integer; a double is exact as far as they can agree.
  const double model_ranks = double{1} * layout.tensor * layout.pipeline * layout.context;
  const double ranks = model_ranks * layout.data.value_or(1);
  const auto available = static_cast<double>(devices);
  const bool whole = ranks <= available && devices % static_cast<std::int64_t>(ranks) == 0;
  if (layout.data ? ranks == available : whole) {
    batches(layout.data.value_or(static_cast<int>(available / model_ranks)));
    return;
  }
  const std::string product = fmt::format(
      "tensor {} x pipeline {} x context {}{} = {:.0f}", layout.tensor, layout.pipeline,
      layout.context, layout.data ? fmt::format(" x data {}", *layout.data) : "", ranks);
  const Accelerator& accelerator = **s_.cluster.accelerator;
  io::Diagnostic& entry =
      error(layout, fmt::format("found {} ranks, expected {} the {} {}", product,
                                layout.data ? "exactly" : "a divisor of", devices,
                                accelerator.devices ? "devices" : "accelerators"));
  note(entry, s_.cluster.nodes, fmt::format("{} nodes …", s_.cluster.nodes));
  note(entry, s_.cluster.instance->accelerators,
       fmt::format("… of {} accelerators", s_.cluster.instance->accelerators));
  if (accelerator.devices) {
    note(entry, accelerator.devices, fmt::format("… of {} devices", accelerator.device_count()));
  }
}

void Checks::batches(std::int64_t data_ranks) {
  const PhasePlan& p = *phase_;
  for (const BatchStage& stage : p.batch_stages) {
    batch(stage.global_batch, stage.global_batch, "", data_ranks);
  }
  if (!p.batch_stages.empty()) return;
  batch(p.global_batch, p.global_batch, "", data_ranks);
  if (!p.batch_ramp) return;
  batch(p.batch_ramp->start, p.batch_ramp->start, "", data_ranks);
  batch(p.batch_ramp->increment, p.batch_ramp->increment, " at a time", data_ranks);
}

template <class T>
void Checks::batch(const T& member, std::int64_t sequences, const std::string& which,
                   std::int64_t data_ranks) {
  const Layout& layout = phase_->layout;
  const std::int64_t unit = data_ranks * layout.micro_batch;
  if (sequences % unit == 0) return;
  io::Diagnostic& entry = error(
      member, fmt::format("found {} sequences{}, expected a multiple of {} = {} data-parallel "
                          "ranks x microbatches of {}",
                          sequences, which, unit, data_ranks, layout.micro_batch));
  note(entry, layout, "the layout");
  const std::int64_t below = sequences / unit * unit;
  entry.help =
      below > 0 ? fmt::format("{} and {} are", below, below + unit) : fmt::format("{} is", unit);
}

void Checks::precision() {
  if (phase_->precision != Precision::kFp8) return;
  const Accelerator& accelerator = **s_.cluster.accelerator;
  if (accelerator.peak_fp8) return;
  note(error(phase_->precision,
             fmt::format("found \"fp8\", which {} does not have", accelerator.title)),
       accelerator.name, "no peak_fp8 here");
}

void Checks::framework() {
  const auto& known = s_.calibration->software;
  const std::string& framework = phase_->software.framework;
  if (known.contains(framework)) return;
  std::vector<std::string> keys;
  for (const auto& [key, coefficients] : known) keys.push_back(key);
  io::Diagnostic& entry =
      error(framework,
            fmt::format("found \"{}\", for which the calibration has no coefficients", framework));
  entry.help = fmt::format("it has them for {}", fmt::join(keys, ", "));
  note(entry, known, "the coefficients");
}

void Checks::tuning() {
  const Tuning& tuning = phase_->tuning;
  if (tuning.lora() && tuning.targets.empty()) {
    error(tuning.targets, "found no targets, expected matrices that get an adapter").help =
        "\"targets\": [\"linear_qkv\", \"linear_proj\"]";
  }
  for (auto target = tuning.targets.begin(); target != tuning.targets.end(); ++target) {
    if (std::find(tuning.targets.begin(), target, *target) == target) continue;
    error(tuning.targets,
          fmt::format("found \"{}\" twice, expected each target once", enum_name(*target)));
  }
  if (tuning.lora() && tuning.rank > s_.model->hidden) {
    note(error(tuning.rank,
               fmt::format("found a rank of {}, expected at most the hidden size", tuning.rank)),
         s_.model->hidden, fmt::format("{} hidden", s_.model->hidden));
  }
}

void Checks::evaluation() {
  const PhasePlan& p = *phase_;
  if (!p.evaluation) return;
  const EvaluationPlan& evaluation = *p.evaluation;
  if (evaluation.sequences && evaluation.batches) {
    note(error(evaluation.batches, "found batches besides sequences, expected one of the two"),
         evaluation.sequences, "the sequences");
  } else if (!evaluation.sequences && !evaluation.batches) {
    error(p.evaluation, "found neither \"sequences\" nor \"batches\", expected one of the two");
  }
  // Of a list, a short phase may go without the evaluations that the training asks for.
  if (s_.training.phases.empty() && p.steps && evaluation.every > *p.steps) {
    note(error(evaluation.every, fmt::format("found an evaluation every {} steps, expected at "
                                             "most the phase's steps",
                                             evaluation.every)),
         p.steps, fmt::format("{} steps", *p.steps));
  }
}

}  // namespace

void check_training(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics, LayoutUse layouts) {
  Checks(scenario, places, diagnostics, layouts).run();
}

}  // namespace sextant::scenario
