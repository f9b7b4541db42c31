#include "src/cli/complete_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "sextant/ledger/platform.h"
#include "sextant/training/parameters.h"
#include "src/catalog/families.h"
#include "src/cli/nearest_model.h"
#include "src/cli/usage_error.h"
#include "src/io/json_text.h"
#include "src/io/quantity_text.h"
#include "src/io/writer.h"
#include "src/plan/choose_layout.h"
#include "src/scenario/read_scenario.h"

namespace sextant::cli {
namespace {

using importer::ImportedRun;
using io::Node;

/// Letters, digits, dots and dashes of a file's name.
std::string plain_name(const std::string& text) {
  std::string name;
  for (const char c : std::filesystem::path(text).stem().string()) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
    name += plain ? c : '-';
  }
  return name.empty() ? "imported" : name;
}

/// The options as one line of text, in which each has its place.
class WishList {
 public:
  WishList() : document_(std::make_unique<io::Document>("command line", "", false)) {}

  io::Place beginning() const { return {document_.get(), 0, 1}; }

  io::Place add(const char* option, const std::string& value) {
    std::string& text = document_->text;
    if (!text.empty()) text += ' ';
    text += fmt::format("--{} ", option);
    const auto begin = static_cast<std::uint32_t>(text.size());
    text += value;
    return {document_.get(), begin, static_cast<std::uint32_t>(text.size())};
  }
  std::unique_ptr<io::Document> take() { return std::move(document_); }

 private:
  std::unique_ptr<io::Document> document_;
};

constexpr std::int64_t kLargestBatch = 1'000'000'000;

/// A whole number where the text is one: it is then written without quotes.
Node::Value count_or_text(const std::string& text) {
  const auto value = io::parse_count(text).value;
  constexpr double kExact = 9e15;
  if (value && *value == std::floor(*value) && std::abs(*value) < kExact) {
    return static_cast<std::int64_t>(*value);
  }
  return text;
}

class Completion {
 public:
  Completion(ImportedRun run, const RunWishes& wishes, const std::string& source,
             catalog::Catalogue& catalogue)
      : run_(std::move(run)), wishes_(wishes), source_(source), catalogue_(catalogue) {}

  CompletedRun complete() {
    if (!run_.scenario.place.document) run_.scenario.place = list_.beginning();
    take_wishes();
    look_up_model();
    name_it();
    load_instance();
    derive_from_ranks();
    assume_batch();
    note_missing();
    assume_hardware();
    assume_quota();
    assume_storage();
    assume_data();
    if (run_.missing.empty() && !run_.find("training/layout")) choose_layout();
    order_members();
    if (run_.missing.empty()) read(scenario::LayoutUse::kAsGiven);
    return {std::move(run_), list_.take()};
  }

 private:
  // -- wishes ------------------------------------------------------------------------------------

  /// What is assumed has no place of its own: it counts as said at the beginning.
  void place(Node& node) const {
    if (!node.place.document) node.place = run_.scenario.place;
    if (auto* members = std::get_if<Node::Object>(&node.value)) {
      for (Node::Member& member : *members) place(member.value);
    } else if (auto* elements = std::get_if<Node::Array>(&node.value)) {
      for (Node& element : *elements) place(element);
    }
  }

  void wish(const char* pointer, const char* option, const std::string& text, Node::Value value) {
    if (text.empty()) return;
    const io::Place place = list_.add(option, text);
    const Node* there = run_.find(pointer);
    std::string from = fmt::format("--{}", option);
    if (there && io::to_compact_text(there->value) != io::to_compact_text(value)) {
      from += fmt::format(", in the place of {}", io::to_compact_text(there->value));
    }
    run_.take(pointer, Node(std::move(value), place), std::move(from), place);
  }

  void take_wishes() {
    wish("name", "name", wishes_.name, wishes_.name);
    if (!wishes_.model.empty()) take_model();
    wish("model/vocabulary", "vocabulary", wishes_.vocabulary, count_or_text(wishes_.vocabulary));
    wish("cluster/instance", "instance", wishes_.instance, wishes_.instance);
    wish("cluster/nodes", "nodes", wishes_.nodes, count_or_text(wishes_.nodes));
    wish("cluster/region", "region", wishes_.region, wishes_.region);
    if (!wishes_.tokens.empty()) {
      run_.remove("training/steps");
      run_.remove("training/duration");
      wish("training/tokens", "tokens", wishes_.tokens, wishes_.tokens);
    }
    wish("training/sequence_length", "sequence-length", wishes_.sequence_length,
         count_or_text(wishes_.sequence_length));
    wish("training/global_batch", "global-batch", wishes_.global_batch,
         count_or_text(wishes_.global_batch));
    wish("calibration", "calibration", wishes_.calibration, wishes_.calibration);
    wish("prices", "prices", wishes_.prices, wishes_.prices);
    wish("failures", "failures", wishes_.failures, wishes_.failures);
  }

  /// A config.json becomes part of the scenario, which then can be moved.
  void take_model() {
    if (!wishes_.model.ends_with(".json")) {
      return wish("model", "model", wishes_.model, wishes_.model);
    }
    std::string warnings;
    const auto model = catalogue_.load<Transformer>(wishes_.model, &warnings);
    wish("model", "model", wishes_.model, io::write_value(model));
  }

  /// The file's name of a model, where it is one of the catalogue's.
  void look_up_model() {
    if (!run_.named_model || run_.find("model/layers")) return;
    const importer::Remark& named = *run_.named_model;
    if (const Node* model = run_.find("model"); model && model->get<std::string>()) {
      run_.not_used.push_back({named.pointer, named.place, "the model is given besides"});
      return;
    }
    const auto found = nearest_model(named.text, catalogue_);
    if (!found) return;
    if (found->exact) {
      run_.take("model", Node(found->name, named.place),
                fmt::format("{}, {}", named.pointer, named.text), named.place);
    } else {
      run_.assume("model", found->name,
                  fmt::format("of the same family and size as {}", named.text));
    }
  }

  void name_it() {
    if (const Node* model = run_.find("model"); model && model->get<Node::Object>()) {
      if (!model->find("name")) {
        run_.assume("model/name", plain_name(source_) + "-model", "its shape is that of the file");
        run_.set("model/title", {plain_name(source_), run_.scenario.place});
      }
    }
    if (!run_.find("name")) run_.assume("name", plain_name(source_), "of the file");
    if (!run_.find("question")) {
      run_.set("question",
               {std::string("What does this run take, cost and use?"), run_.scenario.place});
    }
    run_.set("schema", {std::string(scenario::kScenarioSchema), run_.scenario.place});
  }

  // -- what follows from the instance ------------------------------------------------------------

  void load_instance() {
    const Node* node = run_.find("cluster/instance");
    const auto* name = node ? node->get<std::string>() : nullptr;
    if (!name) return;
    io::Diagnostics diagnostics;
    io::ReadContext context{diagnostics, &catalogue_};
    Instance instance;
    catalogue_.read(*name, node->place, instance, context);
    diagnostics.throw_if_errors();
    instance_ = std::move(instance);
    if (!instance_->accelerator) return;
    accelerator_ = catalogue_.load<Accelerator>(*instance_->accelerator);
    check_ranks_per_node();
  }

  int ranks_per_node() const { return instance_->accelerators * accelerator_->device_count(); }

  void check_ranks_per_node() const {
    if (!run_.ranks_per_node) return;
    const std::int64_t given = *run_.ranks_per_node->get<std::int64_t>();
    if (given == ranks_per_node()) return;
    io::Diagnostics diagnostics;
    diagnostics
        .error(run_.ranks_per_node->place,
               fmt::format("the launch starts {} processes on each node, {} has {}", given,
                           instance_->name, ranks_per_node()))
        .help = "name another instance, or start one process for each accelerator";
    diagnostics.throw_if_errors();
  }

  std::optional<std::int64_t> degree(const char* key) const {
    return run_.number(fmt::format("training/layout/{}", key));
  }

  /// Ranks of the job; absent where instance or nodes are not known.
  std::optional<std::int64_t> ranks() const {
    const auto nodes = run_.number("cluster/nodes");
    if (!nodes || *nodes < 1 || *nodes > 1'000'000 || !accelerator_) return std::nullopt;
    return *nodes * ranks_per_node();
  }

  void derive_from_ranks() {
    const auto all = ranks();
    if (!all) return;
    const std::int64_t model_ranks = degree("tensor").value_or(1) * degree("pipeline").value_or(1);
    const std::int64_t replicas =
        std::max<std::int64_t>(1, *all / std::max<std::int64_t>(1, model_ranks));
    const std::int64_t data = replicas / std::max<std::int64_t>(1, degree("context").value_or(1));
    if (run_.one_microbatch && !run_.find("training/global_batch") && data >= 1) {
      const std::int64_t each = run_.microbatches;
      const std::int64_t batch = degree("micro_batch").value_or(1) * data;
      if (batch <= kLargestBatch / each) {
        run_.assume("training/global_batch", batch * each,
                    each == 1 ? "one microbatch on each data-parallel rank"
                              : fmt::format("{} microbatches on each data-parallel rank", each));
      }
    }
    if (!run_.optimizer_instances) return;
    const std::int64_t groups = *run_.optimizer_instances->get<std::int64_t>();
    if (groups <= 1) return;
    if (replicas % groups != 0) {
      io::Diagnostics diagnostics;
      diagnostics.error(run_.optimizer_instances->place,
                        fmt::format("{} groups of the distributed optimizer do not divide {} "
                                    "data-parallel ranks",
                                    groups, replicas));
      diagnostics.throw_if_errors();
    }
    run_.take("training/layout/shard_group", {replicas / groups, run_.optimizer_instances->place},
              fmt::format("{} data-parallel ranks in {} groups", replicas, groups),
              run_.optimizer_instances->place);
  }

  // -- what is assumed ---------------------------------------------------------------------------

  /// The model as it will be read; absent where it is not complete or wrong.
  std::optional<Transformer> model() {
    const Node* node = run_.find("model");
    if (!node) return std::nullopt;
    io::Diagnostics diagnostics;
    io::ReadContext context{diagnostics, &catalogue_};
    io::CatalogueItem<Transformer> item;
    io::read_value(*node, item, {}, context);
    if (diagnostics.has_errors()) return std::nullopt;
    return item.value;
  }

  void assume_batch() {
    const auto shape = model();
    if (!shape) return;
    if (!run_.find("training/sequence_length")) {
      constexpr std::int64_t kUsual = 8192;
      const bool bounded = shape->learned_positions > 0 && shape->learned_positions < kUsual;
      run_.assume("training/sequence_length", bounded ? shape->learned_positions : kUsual,
                  bounded ? "as many as the model has positions" : "usual in pre-training");
    }
    const auto all = ranks();
    const auto length = run_.number("training/sequence_length");
    if (run_.find("training/global_batch") || run_.find("training/layout") || !all || !length) {
      return;
    }
    // A power of two, times what is odd in the number of ranks, so that data-parallel ranks divide
    // it.
    const double target =
        (total_parameters(*shape) < 2e10 ? 4e6 : 16e6) / static_cast<double>(*length);
    std::int64_t odd = *all;
    while (odd % 2 == 0) odd /= 2;
    std::int64_t batch = odd;
    while (static_cast<double>(batch) * 1.5 < target || batch < *all / 8) batch *= 2;
    run_.assume("training/global_batch", batch,
                fmt::format("about {} million tokens a step, as models of this size have",
                            total_parameters(*shape) < 2e10 ? 4 : 16));
  }

  void note_missing() {
    const auto require = [&](const char* pointer, const char* remedy) {
      if (!run_.find(pointer)) run_.missing.push_back({fmt::format("/{}", pointer), remedy});
    };
    if (const Node* model = run_.find("model"); !model) {
      run_.missing.push_back(
          {"/model", fmt::format("--model llama3-8b, or a config.json of Hugging Face{}",
                                 run_.named_model ? fmt::format(": {} is not in the catalogue",
                                                                run_.named_model->text)
                                                  : "")});
    } else if (model->get<Node::Object>()) {
      require("model/vocabulary", "--vocabulary 128256");
    }
    require("cluster/instance", "--instance p5.48xlarge");
    require("cluster/nodes", "--nodes 16");
    if (!run_.find("training/steps") && !run_.find("training/duration")) {
      require("training/tokens", "--tokens 1T");
    }
    require("training/sequence_length", "--sequence-length 8192");
    require("training/global_batch", "--global-batch 1024");
  }

  void assume_hardware() {
    if (!instance_) return;
    if (!run_.find("calibration")) assume_calibration();
    if (!run_.find("failures")) assume_failures();
    if (!run_.find("cluster/region")) {
      run_.assume("cluster/region", std::string("us-east-1"), "where the shipped scenarios are");
    }
    if (!run_.find("prices")) assume_prices();
    if (!run_.find("training/software/framework") && accelerator_ &&
        accelerator_->generation.starts_with("trn")) {
      run_.assume("training/software/framework", std::string("neuronx"), "Trainium's own");
    }
    const auto nodes = run_.number("cluster/nodes").value_or(1);
    constexpr std::int64_t kOneSpare = 32;
    if (!run_.find("fleet/spares") && !run_.find("fleet") && nodes >= kOneSpare) {
      run_.assume("fleet/spares", (nodes + 127) / 128, "one for each 128 nodes");
    }
  }

  /// More than the usual quota is in this account's, or the job would not start.
  void assume_quota() {
    const Node* service = run_.find("platform/service");
    const auto* name = service ? service->get<std::string>() : nullptr;
    const auto nodes = run_.number("cluster/nodes");
    const std::int64_t usual = TrainingJobRules{}.instances.value;
    if (!name || *name != "sagemaker_training" || !nodes || *nodes <= usual) return;
    run_.assume("platform/training_job/instances", *nodes,
                fmt::format("the job asks for them: a quota above the usual {}", usual));
  }

  void assume_calibration() {
    for (const std::string& name : catalogue_.names("calibrations")) {
      const auto calibration = catalogue_.load<Calibration>(name);
      if (!calibration.collectives.contains(instance_->name)) continue;
      return run_.assume("calibration", name, fmt::format("measured on {}", instance_->name));
    }
    run_.assume("calibration", std::string("reference"),
                fmt::format("no measured collectives of {}", instance_->name));
  }

  void assume_failures() {
    struct Profile {
      const char* generation;
      const char* name;
      const char* reason;
    };
    static constexpr Profile kProfiles[] = {
        {"h100", "llama3-h100", "the largest published fleet of H100"},
        {"a100", "rsc1-a100", "the largest published fleet of A100"},
        {"gb200", "gb200-nvl72", "published for this rack"},
        {"b200", "llama3-h100", "no large fleet of B200 is published: as H100"},
        {"trn1", "trainium1", "published for this chip"},
        {"trn2", "trainium1", "none is published: as the generation before"}};
    const std::string generation = accelerator_ ? accelerator_->generation : "";
    for (const Profile& profile : kProfiles) {
      if (generation == profile.generation) {
        return run_.assume("failures", std::string(profile.name), profile.reason);
      }
    }
    run_.assume("failures", std::string("rsc1-a100"), "none is published for it: as A100");
  }

  void assume_prices() {
    const auto* region = run_.find("cluster/region")->get<std::string>();
    if (!region) return;
    const std::string newest = newest_prices(catalogue_, instance_->name, *region);
    if (newest.empty()) return;
    run_.assume("prices", newest, "the newest list that has the instance there");
  }

  /// The store, beside those that are there.
  Node::Array with_store(Node store) const {
    const Node* stores = run_.find("stores");
    Node::Array all =
        stores && stores->get<Node::Array>() ? *stores->get<Node::Array>() : Node::Array();
    const std::string text = io::to_compact_text(store.value);
    const bool there = std::any_of(all.begin(), all.end(), [&](const Node& each) {
      return io::to_compact_text(each.value) == text;
    });
    if (!there) all.push_back(std::move(store));
    return all;
  }

  /// How the file says that data come; how many bytes they are, it does not.
  void assume_data() {
    if (!run_.data_mode || run_.find("data")) return;
    const importer::Remark& mode = *run_.data_mode;
    const auto tokens = total_tokens();
    const auto shape = model();
    if (!tokens || !shape || !run_.find("prices")) {
      run_.not_used.push_back(
          {mode.pointer, mode.place, "the size of the data is not known: \"data\" says more"});
      return;
    }
    constexpr std::int64_t kShort = 65'500;  // a token of a smaller vocabulary is two bytes
    const int bytes = shape->vocabulary < kShort ? 2 : 4;
    const std::string store = "s3-standard";
    run_.set("stores", {with_store(Node(store, mode.place)), mode.place});
    run_.take("data/mode", Node(mode.text, mode.place), mode.pointer, mode.place);
    run_.assume("data/store", store, "where channels of a training job are");
    run_.assume("data/size", fmt::format("{:.4g} GB", *tokens * bytes / 1e9),
                fmt::format("{} bytes for each token of the run, which is read once", bytes));
  }

  /// Tokens of the whole run; absent where it is as long as a time.
  std::optional<double> total_tokens() const {
    if (const Node* node = run_.find("training/tokens")) {
      if (const auto* number = node->get<double>()) return *number;
      if (const auto* whole = node->get<std::int64_t>()) return static_cast<double>(*whole);
      const auto* text = node->get<std::string>();
      const auto count = text ? io::parse_count(*text).value : std::nullopt;
      return count && *count > 0 ? count : std::nullopt;
    }
    const auto steps = run_.number("training/steps");
    const auto batch = run_.number("training/global_batch");
    const auto length = run_.number("training/sequence_length");
    if (!steps || !batch || !length) return std::nullopt;
    return static_cast<double>(*steps) * static_cast<double>(*batch) * static_cast<double>(*length);
  }

  void assume_storage() {
    if (!wishes_.checkpoint_store.empty() && run_.find("checkpoint/target")) {
      run_.remove("checkpoint");
      run_.remove("stores");
    }
    if (run_.find("checkpoint/target") || run_.find("checkpoint/storage")) return;
    const bool s3 = wishes_.checkpoint_store == "s3" || wishes_.checkpoint_store == "s3-standard";
    const std::string store = s3                                 ? "s3-standard"
                              : wishes_.checkpoint_store.empty() ? "fsx-lustre-1000"
                                                                 : wishes_.checkpoint_store;
    if (store.starts_with("fsx-lustre")) {
      // FSx grows in steps of 2.4 TiB; at 1 GB/s per TiB this is 0.2 GB/s for each node.
      const std::int64_t nodes = run_.number("cluster/nodes").value_or(1);
      const double capacity = 2.4 * std::max(2.0, std::ceil(static_cast<double>(nodes) / 12));
      Node entry{Node::Object(), run_.scenario.place};
      entry.add("base", store);
      entry.add("file_system", Node::Object()).add("capacity", fmt::format("{:.4g} TiB", capacity));
      run_.assume("stores", Node::Array{std::move(entry)}, "0.2 TiB for each node");
    } else {
      run_.set("stores", {Node::Array{Node(store, run_.scenario.place)}, run_.scenario.place});
    }
    if (!run_.find("checkpoint/interval")) {
      run_.assume("checkpoint/interval", std::string("optimal"), "chosen on the simulation");
    }
    if (!run_.find("checkpoint/mode")) {
      run_.assume("checkpoint/mode", std::string("asynchronous"), "usual at this size");
    }
    Node target(Node::Array{Node(store, run_.scenario.place)}, run_.scenario.place);
    if (wishes_.checkpoint_store.empty()) {
      return run_.assume("checkpoint/target", std::move(target.value),
                         "FSx for Lustre: it is not said where checkpoints go");
    }
    const io::Place place = list_.add("checkpoint-store", wishes_.checkpoint_store);
    run_.take("checkpoint/target", std::move(target), "--checkpoint-store", place);
  }

  // -- layout and check --------------------------------------------------------------------------

  void choose_layout() {
    search::SearchOptions options;
    options.keep = 10;
    const scenario::Scenario scenario = read(scenario::LayoutUse::kToBeChosen);
    const plan::ChosenLayouts chosen = plan::choose_layouts(scenario, options);
    Node layout{io::write_value(chosen.scenario.training.layout), run_.scenario.place};
    const Node plain{io::write_value(Layout{}), {}};
    std::erase_if(std::get<Node::Object>(layout.value), [&](const Node::Member& member) {
      const Node* usual = plain.find(member.key);
      const bool always = member.key == "tensor" || member.key == "pipeline" ||
                          member.key == "micro_batch" || member.key == "zero";
      return !always &&
             (member.key == "data" || (usual && io::to_compact_text(usual->value) ==
                                                    io::to_compact_text(member.value.value)));
    });
    run_.assume("training/layout", std::move(layout.value),
                fmt::format("the fastest of {} layouts that fit in memory",
                            chosen.phases.front().search.fit));
  }

  /// As people write them.
  void order_members() {
    order("", {"schema", "name", "question", "model", "cluster", "training", "stores", "data",
               "checkpoint", "failures", "recovery", "fleet", "platform", "purchase", "prices",
               "calibration"});
    order("model", {"name", "title"});
    order("cluster", {"instance", "nodes", "region"});
    order("platform", {"service"});
    order("training", {"tokens", "steps", "duration", "sequence_length", "global_batch",
                       "batch_ramp", "precision", "layout", "software"});
    order("training/software", {"framework"});
  }

  void order(std::string_view pointer, const std::vector<std::string_view>& keys) {
    const Node* there = run_.find(pointer);
    if (!there || !there->get<Node::Object>()) return;
    Node sorted = *there;
    auto& members = std::get<Node::Object>(sorted.value);
    const auto rank = [&](const Node::Member& member) {
      return std::find(keys.begin(), keys.end(), member.key) - keys.begin();
    };
    std::stable_sort(members.begin(), members.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    if (pointer.empty()) {
      run_.scenario = std::move(sorted);
    } else {
      run_.set(pointer, std::move(sorted));
    }
  }

  scenario::Scenario read(scenario::LayoutUse layouts) {
    place(run_.scenario);
    std::string warnings;
    scenario::Scenario scenario =
        scenario::read_scenario_tree(run_.scenario, catalogue_, &warnings, layouts);
    if (layouts == scenario::LayoutUse::kAsGiven) fmt::print(stderr, "{}", warnings);
    return scenario;
  }

  ImportedRun run_;
  const RunWishes& wishes_;
  const std::string& source_;
  catalog::Catalogue& catalogue_;
  WishList list_;
  std::optional<Instance> instance_;
  std::optional<Accelerator> accelerator_;
};

}  // namespace

RunWishes run_wishes(const Arguments& arguments) {
  const auto text = [&](const char* option) { return arguments.text(option).value_or(""); };
  RunWishes wishes;
  wishes.name = text("name");
  wishes.model = text("model");
  wishes.nodes = text("nodes");
  wishes.tokens = text("tokens");
  wishes.sequence_length = text("sequence-length");
  wishes.global_batch = text("global-batch");
  wishes.vocabulary = text("vocabulary");
  wishes.calibration = text("calibration");
  wishes.region = text("region");
  wishes.prices = text("prices");
  wishes.failures = text("failures");
  wishes.checkpoint_store = text("checkpoint-store");
  return wishes;
}

std::string newest_prices(catalog::Catalogue& catalogue, const std::string& instance,
                          const std::string& region) {
  std::vector<std::string> lists = catalogue.names("prices");
  for (auto name = lists.rbegin(); name != lists.rend(); ++name) {
    if (catalogue.load<PriceList>(*name).find(instance, region)) return *name;
  }
  return "";
}

CompletedRun complete_run(ImportedRun run, const RunWishes& wishes, const std::string& source,
                          catalog::Catalogue& catalogue) {
  return Completion(std::move(run), wishes, source, catalogue).complete();
}

}  // namespace sextant::cli
