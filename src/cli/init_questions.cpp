#include "src/cli/init_questions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "src/catalog/families.h"
#include "src/cli/usage_error.h"
#include "src/import/ec2_type.h"
#include "src/import/trace_text.h"
#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"

namespace sextant::cli {
namespace {

/// One question: where its answer goes, and what is wrong with an answer (nothing: "").
struct Question {
  std::string RunWishes::*answer;
  const char* text;
  const char* otherwise;
  std::function<std::string(const std::string&)> fault;
};

std::string fault_of_name(const std::string& name, const std::vector<std::string>& names,
                          const char* family) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return "";
  const auto nearest = io::nearest_name(name, names);
  return nearest
             ? fmt::format("there is no '{}'; did you mean '{}'?", name, *nearest)
             : fmt::format("there is no '{}' ('sextant catalog list {}' lists them)", name, family);
}

std::string fault_of_model(const std::string& name, catalog::Catalogue& catalogue) {
  if (!name.ends_with(".json")) {
    return fault_of_name(name, catalogue.names("transformers"), "transformers");
  }
  catalogue.load<Transformer>(name);  // says itself what is wrong with the file
  return "";
}

std::string fault_of_instance(const std::string& name, catalog::Catalogue& catalogue) {
  const std::string fault = fault_of_name(name, catalogue.names("instances"), "instances");
  if (!fault.empty()) return fault;
  if (catalogue.load<Instance>(name).accelerator) return "";
  return fmt::format("{} has no accelerators", name);
}

std::string fault_of_count(const std::string& text, double most, const char* example) {
  const auto value = io::parse_count(text).value;
  if (value && *value >= 1 && *value <= most && *value == std::floor(*value)) return "";
  return fmt::format("expected a whole number from 1 to {:g}, as in {}, found '{}'", most, example,
                     text);
}

std::string fault_of_store(const std::string& name, catalog::Catalogue& catalogue) {
  return name == "s3" ? "" : fault_of_name(name, catalogue.names("storage"), "storage");
}

std::vector<Question> questions(catalog::Catalogue& catalogue) {
  return {{&RunWishes::model, "What is trained? A model of the catalogue, or a config.json",
           "llama3-8b", [&](const std::string& text) { return fault_of_model(text, catalogue); }},
          {&RunWishes::tokens, "On how many tokens?", "1T",
           [](const std::string& text) { return fault_of_count(text, 1e18, "1T"); }},
          {&RunWishes::instance, "On which instance?", "p5.48xlarge",
           [&](const std::string& text) { return fault_of_instance(text, catalogue); }},
          {&RunWishes::nodes, "On how many of them?", "16",
           [](const std::string& text) { return fault_of_count(text, 1e6, "16"); }},
          {&RunWishes::checkpoint_store, "Where do checkpoints go? fsx-lustre-1000, s3 …",
           "fsx-lustre-1000",
           [&](const std::string& text) { return fault_of_store(text, catalogue); }}};
}

std::string without_prefix(const Question& question, const std::string& answer) {
  return question.answer == &RunWishes::instance ? importer::ec2_type(answer) : answer;
}

std::string ask(const Question& question, std::istream& answers, std::ostream& out, bool terminal) {
  for (;;) {
    if (terminal) out << fmt::format("{} [{}] ", question.text, question.otherwise) << std::flush;
    std::string line;
    const bool ended = !std::getline(answers, line);
    std::string answer = without_prefix(question, std::string(importer::trimmed(line)));
    if (answer.empty()) answer = question.otherwise;
    const std::string fault = question.fault(answer);
    if (fault.empty()) return answer;
    if (!terminal || ended) throw UsageError(fmt::format("init: {}", fault));
    out << fault << '\n';
  }
}

}  // namespace

RunWishes ask_run(RunWishes wishes, std::istream& answers, std::ostream& out, bool terminal,
                  catalog::Catalogue& catalogue) {
  for (const Question& question : questions(catalogue)) {
    std::string& answer = wishes.*question.answer;
    if (answer.empty()) {
      answer = ask(question, answers, out, terminal);
      continue;
    }
    answer = without_prefix(question, answer);
    if (const std::string fault = question.fault(answer); !fault.empty()) {
      throw UsageError(fmt::format("init: {}", fault));
    }
  }
  return wishes;
}

}  // namespace sextant::cli
