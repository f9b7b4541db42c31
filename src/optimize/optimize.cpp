#include "src/optimize/optimize.h"

#include "src/optimize/search.h"

namespace sextant::optimize {

Answer optimize(const Question& question, catalog::Catalogue& catalogue,
                const OptimizeOptions& options) {
  for (const std::string& instance : question.space.instances) {
    if (instance != question.scenario.cluster.instance->name) catalogue.load<Instance>(instance);
  }
  for (const std::string& region : question.space.regions) catalogue.load<Region>(region);
  Search search(question, catalogue, options);
  search.try_as_given();
  search.try_clusters();
  search.refine_nodes();
  search.try_other_layouts();
  search.add_replicas();
  return search.answer();
}

}  // namespace sextant::optimize
