#include <fmt/format.h>

#include <set>

#include "calibrate/health/checkup.h"
#include "calibrate/health/version.h"

namespace sextant::health {
namespace {

const char* name_of(StackPart part) {
  switch (part) {
    case StackPart::kNccl:
      return "NCCL";
    case StackPart::kPlugin:
      return "aws-ofi-nccl";
    case StackPart::kLibfabric:
      return "libfabric";
    case StackPart::kEfaInstaller:
      return "EFA installer";
  }
  return "";
}

const char* line_key_of(StackPart part) {
  switch (part) {
    case StackPart::kNccl:
      return "nccl";
    case StackPart::kPlugin:
      return "plugin";
    case StackPart::kLibfabric:
      return "libfabric";
    case StackPart::kEfaInstaller:
      return "efa";
  }
  return "";
}

const char* remedy_of(StackPart part) {
  if (part == StackPart::kNccl) return "update NCCL: in PyTorch's image, with PyTorch";
  return "install the current EFA software, in the image and on the host";
}

/// The part's version is too old by this norm.
bool breaks(const CheckedLog& log, const SoftwareNorm& norm) {
  if (norm.with && !is_at_least(log.version_of(norm.with->part), norm.with->version)) return false;
  return is_older(log.version_of(norm.part), norm.oldest);
}

void check_silent_plugin(Checkup& checkup) {
  if (!checkup.log.silent_plugin() || !checkup.on("efa")) return;
  checkup.find({.illness = Illness::kSoftware,
                .about = "plugin",
                .concern = Concern::kAdvice,
                .title = "aws-ofi-nccl does not state its version",
                .seen = "no line \"NET/OFI Initializing aws-ofi-nccl\"",
                .line = checkup.log.line_of("provider"),
                .normal = "1.5 and newer state it",
                .source = "aws-ofi-nccl, src/nccl_ofi_net.c of v1.4.0 and v1.5.0",
                .remedy = remedy_of(StackPart::kPlugin)});
}

}  // namespace

void check_software(Checkup& checkup) {
  if (!checkup.norms) return;
  std::set<StackPart> found;  // the first norm of a part that is broken is the strictest
  for (const SoftwareNorm& norm : checkup.norms->software) {
    if (!breaks(checkup.log, norm) || !found.insert(norm.part).second) continue;
    const std::string have = checkup.log.version_of(norm.part);
    const std::string beside = norm.with ? fmt::format(" with {} {}", name_of(norm.with->part),
                                                       checkup.log.version_of(norm.with->part))
                                         : "";
    checkup.find(
        {.illness = Illness::kSoftware,
         .about = std::string(enum_name(norm.part)),
         .concern = norm.concern,
         .title = fmt::format("{} {} is {}{}", name_of(norm.part), have,
                              norm.concern == Concern::kAdvice ? "old" : "too old", beside),
         .seen = fmt::format("{} {}", name_of(norm.part), have),
         .line = checkup.log.line_of(line_key_of(norm.part)),
         .normal = fmt::format("{} or newer: {}", norm.oldest, norm.reason),
         .source = norm.source,
         .remedy = remedy_of(norm.part)});
  }
  check_silent_plugin(checkup);
}

}  // namespace sextant::health
