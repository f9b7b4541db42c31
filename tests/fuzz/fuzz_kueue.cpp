// Objects of Kueue: they become a policy that Kueue would take, or are reported.
#include <cstdint>
#include <string>

#include "sextant/kernel/assert.h"
#include "src/import/kueue.h"
#include "src/io/parse_yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  io::Diagnostics diagnostics;
  io::Document document("kueue.yaml", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse_yaml(document, diagnostics)) return 0;
  const auto read = sextant::importer::read_kueue(document.root, diagnostics);
  SEXTANT_ASSERT(read.has_value() != diagnostics.has_errors(), "refused without a reason");
  SEXTANT_ASSERT(read || !diagnostics.render_errors().empty(), "refused without a reason");
  if (!read) return 0;
  SEXTANT_ASSERT(read->flavor_nodes.size() == read->policy.flavors.size(), "flavors");
  for (const sextant::AdmissionQueue& queue : read->policy.queues) {
    for (const sextant::ResourceGroup& group : queue.groups) {
      for (const sextant::FlavorQuotas& quotas : group.flavors) {
        SEXTANT_ASSERT(static_cast<std::size_t>(quotas.flavor) < read->policy.flavors.size(),
                       "flavor");
        SEXTANT_ASSERT(quotas.resources.size() == group.flavors.front().resources.size(),
                       "resources");
      }
    }
  }
  return 0;
}
