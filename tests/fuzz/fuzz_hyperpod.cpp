// Quotas of HyperPod: they become a policy, or are reported.
#include <cstdint>
#include <string>
#include <vector>

#include "sextant/kernel/assert.h"
#include "src/import/hyperpod.h"
#include "src/io/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = sextant::io;
  using sextant::importer::InstanceShape;
  io::Diagnostics diagnostics;
  io::Document document("hyperpod.json", std::string(reinterpret_cast<const char*>(data), size),
                        false);
  if (!io::parse(document, diagnostics) || diagnostics.has_errors()) return 0;
  constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;
  const std::vector<InstanceShape> cluster{{"ml.p5.48xlarge",
                                            8,
                                            192,
                                            2048 * kGibibyte,
                                            8,
                                            "nvidia.com/gpu",
                                            {{"vpc.amazonaws.com/efa", 32}},
                                            {{2, "nvidia.com/mig-1g.10gb", 56}}},
                                           {"ml.m5.2xlarge", 4, 8, 32 * kGibibyte, 0, "", {}, {}}};
  const auto read = sextant::importer::read_hyperpod(document.root, cluster, diagnostics);
  SEXTANT_ASSERT(read.has_value() != diagnostics.has_errors(), "refused without a reason");
  SEXTANT_ASSERT(read || !diagnostics.render_errors().empty(), "refused without a reason");
  if (!read) return 0;
  SEXTANT_ASSERT(read->teams.size() == read->policy.queues.size(), "teams");
  for (const sextant::AdmissionQueue& queue : read->policy.queues) {
    for (const sextant::FlavorQuotas& quotas : queue.groups.front().flavors) {
      for (const sextant::ResourceQuota& quota : quotas.resources) {
        SEXTANT_ASSERT(quota.nominal >= 0 && quota.borrowing_limit.value_or(0) >= 0, "negative");
      }
    }
  }
  return 0;
}
