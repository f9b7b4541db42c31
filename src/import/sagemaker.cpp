#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "src/import/ec2_type.h"
#include "src/import/launches.h"
#include "src/import/sagemaker_words.h"
#include "src/io/parse.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

/// Objects of CreateTrainingJob whose fields have names of their own.
const std::vector<std::string>& prefixes() {
  static const std::vector<std::string> kPrefixes = {"",
                                                     "ResourceConfig.",
                                                     "StoppingCondition.",
                                                     "CheckpointConfig.",
                                                     "AlgorithmSpecification.",
                                                     "RetryStrategy.",
                                                     "ProfilerConfig."};
  return kPrefixes;
}

/// What has readers of its own.
bool is_apart(const std::string& path) {
  static constexpr std::array kApart{"hyperparameters", "HyperParameters",
                                     "distribution.smdistributed.modelparallel.parameters"};
  return std::find(kApart.begin(), kApart.end(), path) != kApart.end();
}

class JobReader {
 public:
  JobReader(const Node& root, const io::Place& whole, io::Diagnostics& diagnostics)
      : root_(root),
        diagnostics_(diagnostics),
        job_(whole, prefixes(), diagnostics),
        hyperparameters_(whole, {""}, diagnostics) {
    run_.format = "sagemaker";
    run_.scenario.place = whole;
  }

  ImportedRun read() {
    check_form();
    add(root_, "");
    for (const char* apart : {"hyperparameters", "HyperParameters"}) {
      if (const Node* object = root_.find(apart); object && !object->is_null()) {
        add_hyperparameters(*object, hyperparameters_);
      }
    }
    take_machines();
    take_stopping();
    take_purchase();
    take_checkpoint();
    take_data();
    take_region();
    take_hyperparameters(hyperparameters_, run_);
    for (const char* name : {"sagemaker_program", "sagemaker_submit_directory",
                             "sagemaker_torch_distributed_enabled", "sagemaker_mpi_enabled"}) {
      hyperparameters_.find({name});
    }
    run_.list_not_used(job_);
    run_.list_not_used(hyperparameters_);
    say_why_not_used();
    return std::move(run_);
  }

 private:
  /// The API's fields have capitals. One file has one of the two forms.
  void check_form() {
    const Node::Member* api = nullptr;
    const Node::Member* sdk = nullptr;
    for (const Node::Member& member : *root_.get<Node::Object>()) {
      const bool capital =
          !member.key.empty() && std::isupper(static_cast<unsigned char>(member.key.front())) != 0;
      const Node::Member*& first = capital ? api : sdk;
      if (!first) first = &member;
    }
    is_api_ = api != nullptr;
    if (!api || !sdk) return;
    io::Diagnostic& entry = diagnostics_.error(
        sdk->key_place, fmt::format("found {}, an argument of an estimator, beside fields of "
                                    "CreateTrainingJob",
                                    sdk->key));
    entry.help = "write the job in one of the two forms";
    entry.notes.push_back({api->key_place, fmt::format("{} is here", api->key)});
  }

  /// Scalars and lists by their dotted paths.
  void add(const Node& object, const std::string& path) {
    for (const Node::Member& member : *object.get<Node::Object>()) {
      const std::string name = path.empty() ? member.key : path + "." + member.key;
      if (name == "distribution.smdistributed.modelparallel.parameters") {
        add_hyperparameters(member.value, hyperparameters_);
      } else if (member.key == "instance_groups" || member.key == "InstanceGroups") {
        add_group(member, path);
      } else if (!is_apart(name) && member.value.get<Node::Object>()) {
        add(member.value, name);
      } else if (!is_apart(name)) {
        job_.add({name, name, member.value, member.key_place});
      }
    }
  }

  /// A list of one group is as no list.
  void add_group(const Node::Member& member, const std::string& path) {
    const auto* groups = member.value.get<Node::Array>();
    if (groups && groups->size() == 1 && groups->front().get<Node::Object>()) {
      return add(groups->front(), path);
    }
    if (groups && groups->empty()) return;
    diagnostics_
        .error(groups ? groups->back().place : member.value.place,
               fmt::format("{}: expected one group of instances", member.key))
        .help = "the nodes of a training run are of one type: keep the group with accelerators";
  }

  const Setting* take(const char* pointer, Names names, Node::Value value) {
    const Setting* setting = job_.find(names);
    run_.take(pointer, std::move(value), *setting);
    return setting;
  }

  // -- machines ----------------------------------------------------------------------------------

  void take_machines() {
    const Names name{"base_job_name", "TrainingJobName"};
    if (const auto text = job_.text(name); text && !text->empty()) take("name", name, *text);
    const Names type{"instance_type", "InstanceType"};
    const Setting* setting = job_.find(type);
    const auto instance = job_.text(type);
    if (instance && instance->starts_with("ml.")) {
      take("cluster/instance", type, ec2_type(*instance));
      run_.take("platform/service", std::string("sagemaker_training"), *setting);
    } else {
      if (instance) {
        job_.unsupported(*setting, "a type of SageMaker's, as in ml.p5.48xlarge",
                         "a run on a machine of your own: --instance p5.48xlarge with "
                         "sextant import huggingface");
      }
      run_.assume("platform/service", std::string("sagemaker_training"),
                  "the file describes a training job");
    }
    take_count();
    run_.assume("fleet/spares", std::int64_t{0},
                "a training job has none: the platform replaces what fails");
    const Names processes{"distribution.mpi.processes_per_host"};
    run_.ranks_per_node = job_.count(processes, 1, 100'000);
    if (!run_.ranks_per_node) {
      run_.ranks_per_node =
          hyperparameters_.count({"sagemaker_mpi_num_of_processes_per_host"}, 1, 100'000);
    }
    for (const char* way :
         {"distribution.torch_distributed.enabled", "distribution.mpi.enabled",
          "distribution.pytorchddp.enabled", "distribution.smdistributed.modelparallel.enabled"}) {
      job_.flag({way});
    }
    take_profiler();
  }

  void take_count() {
    const Names count{"instance_count", "InstanceCount"};
    const auto nodes = job_.count(count, 1, 1'000'000);
    if (!nodes) return;
    take("cluster/nodes", count, nodes->value);
  }

  /// The SDK starts it unless told otherwise, the API only where rules ask for it.
  void take_profiler() {
    const Names off{"disable_profiler", "DisableProfiler"};
    if (const Setting* setting = job_.find(off)) {
      return run_.take("platform/profiler", !job_.flag(off), *setting);
    }
    if (!is_api_ || job_.has({"ProfilerRuleConfigurations"})) return;
    run_.assume("platform/profiler", false, "no ProfilerRuleConfigurations");
  }

  // -- limits and purchase -----------------------------------------------------------------------

  static constexpr std::int64_t kLongest = 28LL * 86'400;

  void take_stopping() {
    const Names most{"max_run", "MaxRuntimeInSeconds"};
    if (const auto seconds = job_.number(most, 60, kLongest)) {
      take("platform/training_job/longest_run", most, fmt::format("{} s", *seconds));
    } else if (!job_.has(most)) {
      run_.assume("platform/training_job/longest_run", std::string("24 h"),
                  is_api_ ? "MaxRuntimeInSeconds' default" : "max_run's default");
    }
    const Names keep{"keep_alive_period_in_seconds", "KeepAlivePeriodInSeconds"};
    const auto kept = job_.number(keep, 0, 3'600);
    if (kept && *kept > 0) {
      take("platform/training_job/warm_pool/keep", keep, fmt::format("{} s", *kept));
    }
  }

  void take_purchase() {
    const Names spot{"use_spot_instances", "EnableManagedSpotTraining"};
    const Names plan{"training_plan", "TrainingPlanArn"};
    const Names wait{"max_wait", "MaxWaitTimeInSeconds"};
    const bool is_spot = job_.flag(spot);
    const Setting* planned = job_.find(plan);
    if (is_spot && planned) {
      job_.contradiction(*planned, *job_.find(spot),
                         "spot instances and a training plan exclude one another",
                         "keep one of the two");
    }
    if (is_spot) {
      take("purchase", spot, std::string("spot"));
      check_warm_spot(*job_.find(spot));
    } else if (planned && job_.text(plan)) {
      take("purchase", plan, std::string("training_plan"));
    }
    check_wait(wait, is_spot);
  }

  void check_warm_spot(const Setting& spot) {
    if (!run_.find("platform/training_job/warm_pool")) return;
    job_.contradiction(*job_.find({"keep_alive_period_in_seconds", "KeepAlivePeriodInSeconds"}),
                       spot, "spot instances cannot be kept in a warm pool",
                       "leave the warm pool out, or buy on demand");
  }

  void check_wait(Names wait, bool is_spot) {
    const Names most{"max_run", "MaxRuntimeInSeconds"};
    const Setting* setting = job_.find(wait);
    const auto seconds = job_.number(wait, 1);
    if (!setting || !seconds) return;
    if (!is_spot) {
      return job_.unsupported(*setting, "no wait, which only spot instances have",
                              is_api_ ? "add \"EnableManagedSpotTraining\": true, or leave it out"
                                      : "add \"use_spot_instances\": true, or leave it out");
    }
    const auto run = job_.number(most, 60, kLongest);
    if (run && *seconds < *run) {
      job_.contradiction(*setting, *job_.find(most),
                         fmt::format("{} {} s are fewer than the {} s of the run, which they "
                                     "contain",
                                     setting->shown, *seconds, *run),
                         "make it at least as long");
    }
    run_.not_used.push_back({setting->shown, value_place(*setting),
                             "how long spot instances are waited for is simulated, and no limit "
                             "ends it"});
  }

  // -- storage -----------------------------------------------------------------------------------

  bool is_object(const Setting& setting, const std::string& uri) {
    if (uri.starts_with("s3://") && uri.size() > 5) return true;
    job_.unsupported(setting, "a place in S3, as in s3://bucket/checkpoints");
    return false;
  }

  /// A copier beside the script brings the folder to S3, and all of it back to every machine.
  void take_checkpoint() {
    const Names names{"checkpoint_s3_uri", "S3Uri"};
    const Setting* setting = job_.find(names);
    const auto uri = job_.text(names);
    if (!setting || !uri || !is_object(*setting, *uri)) return;
    const std::string bucket = uri->substr(5, uri->find('/', 5) - 5);
    const std::string store = bucket.ends_with("--x-s3") ? "s3-express-one-zone" : "s3-standard";
    const Node::Array list{Node(store, value_place(*setting))};
    run_.set("stores", {list, value_place(*setting)});
    run_.take("checkpoint/target", list, *setting);
    run_.assume("checkpoint/requests", sync_of_copier(), "SageMaker copies the folder to S3");
    run_.assume("checkpoint/restore", std::string("everything"),
                "SageMaker copies all of it back to each machine");
    run_.assume("checkpoint/interval", std::string("optimal"), "chosen on the simulation");
    run_.assume("checkpoint/mode", std::string("asynchronous"), "the copier uploads meanwhile");
    job_.find({"checkpoint_local_path", "LocalPath"});
  }

  static Node::Object sync_of_copier() {
    Node requests{Node::Object(), {}};
    requests.add("sync", std::string("copier"));
    return std::get<Node::Object>(requests.value);
  }

  /// How the training data come to the machines: of the channel called so, else of the job.
  void take_data() {
    const Setting* channels = job_.find({"InputDataConfig"});
    const Setting* whole = job_.find({"input_mode", "TrainingInputMode"});
    std::optional<Remark> mode;
    if (whole) {
      const auto text = job_.text({"input_mode", "TrainingInputMode"});
      if (text) mode = Remark{whole->shown, *text, value_place(*whole)};
    }
    if (channels) {
      if (!channels->value.get<Node::Array>()) {
        return job_.unsupported(*channels, "a list of channels");
      }
      take_channel(*channels, mode);
    }
    if (mode) name_mode(*mode);
  }

  void take_channel(const Setting& channels, std::optional<Remark>& mode) {
    const auto& list = *channels.value.get<Node::Array>();
    const Node* chosen = nullptr;
    for (const Node& channel : list) {
      const Node* name = channel.find("ChannelName");
      const auto* text = name ? name->get<std::string>() : nullptr;
      if (!chosen || (text && text->starts_with("train"))) chosen = &channel;
    }
    if (!chosen) return;
    const Node* source = chosen->find("DataSource");
    const Node* files = source ? source->find("FileSystemDataSource") : nullptr;
    if (files && !files->is_null()) {
      run_.not_used.push_back({"InputDataConfig: FileSystemDataSource", files->place,
                               "its size and throughput are not said: the data are taken to come "
                               "in time; \"data\" with mode \"file_system\" says more"});
      mode.reset();
      return;
    }
    const Node* own = chosen->find("InputMode");
    if (own && !own->is_null()) {
      const auto* text = own->get<std::string>();
      mode = Remark{"InputDataConfig: InputMode", text ? *text : io::found_text(*own), own->place};
    }
  }

  void name_mode(const Remark& mode) {
    if (mode.text == "File" || mode.text == "FastFile") {
      run_.data_mode = Remark{mode.pointer, mode.text == "File" ? "file" : "fast_file", mode.place};
    } else if (mode.text == "Pipe") {
      run_.not_used.push_back(
          {mode.pointer, mode.place, "Pipe has no word here: the data are taken to come in time"});
    } else {
      diagnostics_
          .error(mode.place, fmt::format("{}: found {}, expected File, FastFile or Pipe",
                                         mode.pointer, mode.text))
          .help = "FastFile reads from S3 while the job runs";
    }
  }

  // -- the rest ----------------------------------------------------------------------------------

  /// Of the training plan, or of the registry that the image is in: the fourth part of both.
  void take_region() {
    if (!take_region_of(job_.find({"training_plan", "TrainingPlanArn"}), "arn:aws:", ':')) {
      take_region_of(job_.find({"image_uri", "TrainingImage"}), ".dkr.ecr.", '.');
    }
  }

  bool take_region_of(const Setting* setting, const char* mark, char separator) {
    const auto* text = setting ? setting->value.get<std::string>() : nullptr;
    if (!text || text->find(mark) == std::string::npos) return false;
    std::size_t begin = 0;
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = text->find(separator, begin);
      if (at == std::string::npos) return false;
      begin = at + 1;
    }
    const std::string region = text->substr(begin, text->find(separator, begin) - begin);
    if (region.empty()) return false;
    run_.take("cluster/region", region, *setting);
    return true;
  }

  void say_why_not_used() {
    struct Reason {
      const char* name;
      const char* reason;
    };
    static constexpr Reason kReasons[] = {
        {"num_train_epochs", "counts passes over the data: --tokens says how long the run is"},
        {"epochs", "counts passes over the data: --tokens says how long the run is"},
        {"max_retry_attempts", "what fails is tried again as often as it takes"},
        {"RetryStrategy.MaximumRetryAttempts", "what fails is tried again as often as it takes"},
        {"save_steps", "counts steps: set checkpoint.interval once their time is known"},
        {"checkpoint_freq", "counts steps: set checkpoint.interval once their time is known"},
        {"training_recipe", "import the recipe itself: sextant import nemo RECIPE.yaml"},
        {"distribution.smdistributed.dataparallel.enabled",
         "the collectives are those of the calibration"}};
    for (NotUsed& each : run_.not_used) {
      for (const Reason& known : kReasons) {
        if (each.name == known.name && each.reason.empty()) each.reason = known.reason;
      }
    }
  }

  const Node& root_;
  io::Diagnostics& diagnostics_;
  Settings job_, hyperparameters_;
  ImportedRun run_;
  bool is_api_ = false;
};

bool describes_job(const Node& root) {
  for (const char* key :
       {"instance_type", "instance_count", "hyperparameters", "distribution", "instance_groups",
        "ResourceConfig", "HyperParameters", "StoppingCondition"}) {
    if (root.find(key)) return true;
  }
  return false;
}

}  // namespace

std::optional<ImportedRun> read_sagemaker(io::Document& document, io::Diagnostics& diagnostics) {
  if (!io::parse(document, diagnostics)) return std::nullopt;
  const io::Place whole{&document, 0, 1};
  if (!document.root.get<Node::Object>() || !describes_job(document.root)) {
    diagnostics
        .error(whole,
               "found no training job, expected instance_type and hyperparameters, or "
               "ResourceConfig and HyperParameters")
        .help =
        "write the estimator's arguments, or the body of CreateTrainingJob, as one object "
        "in JSON";
    return std::nullopt;
  }
  ImportedRun run = JobReader(document.root, whole, diagnostics).read();
  if (diagnostics.has_errors()) return std::nullopt;
  return run;
}

}  // namespace sextant::importer
