#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/training/step_inputs.h"
#include "src/catalog/catalogue.h"
#include "src/io/parse.h"

namespace sextant::validate {

/// A layout that somebody could not run; the source does not tell crash from out of memory.
struct FailedLayout {
  std::string id;   ///< "80B, 4 nodes: T2 P1 D16, 16 x 1, ZeRO-0"
  std::string set;  ///< size of the model
  StepInputs inputs;
  bool also_succeeded = false;  ///< another run of it succeeded
};

/// Whether a file's tree holds such layouts: an object with `rows`, or an array, of objects that
/// have a `size` and no measured step.
bool holds_failed_layouts(const io::Node& root);

/// Reads `{"rows": [{size, nodes, micro, grad_accum, dp, pp, tp, zero}]}` as
/// models/published_runs/README.md describes it.
/// @throws io::InputError naming every row that is none
std::vector<FailedLayout> read_failed_layouts(const std::filesystem::path& path,
                                              catalog::Catalogue& catalogue);

/// The same from a tree that is already parsed; used by the fuzzer. Errors go to `diagnostics`.
std::vector<FailedLayout> read_failed_layouts(const io::Node& root, catalog::Catalogue& catalogue,
                                              io::Diagnostics& diagnostics);

enum class LayoutVerdict {
  kImpossible,  ///< degrees or stages that its framework refuses
  kTooLarge,    ///< needs more memory than the accelerator has, by more than kMemoryError
  kDoubtful,    ///< needs as much as it has, within kMemoryError
  kFits
};

}  // namespace sextant::validate

namespace sextant {

template <>
struct EnumNames<validate::LayoutVerdict> {
  static constexpr std::array table{std::pair{validate::LayoutVerdict::kImpossible, "impossible"},
                                    std::pair{validate::LayoutVerdict::kTooLarge, "too_large"},
                                    std::pair{validate::LayoutVerdict::kDoubtful, "doubtful"},
                                    std::pair{validate::LayoutVerdict::kFits, "fits"}};
};

}  // namespace sextant

namespace sextant::validate {

/// What the forecast says of a layout that failed.
struct FailedLayoutRow {
  std::string id;
  std::string set;
  bool also_succeeded = false;
  LayoutVerdict verdict = LayoutVerdict::kFits;
  std::string reason;   ///< why it cannot run; empty: it can
  Bytes memory{};       ///< peak of the fullest stage; 0 where it is impossible
  double filled = 0.0;  ///< share of the accelerator's memory
};

struct FailedLayoutSummary {
  std::string set;
  int n = 0;  ///< without those that also succeeded
  int impossible = 0, too_large = 0, doubtful = 0, fits = 0;
  int fits_easily = 0;  ///< of those that fit, in less than kEasily of the memory

  double share_infeasible() const { return n == 0 ? 0.0 : double(impossible + too_large) / n; }
};

struct FailedLayoutValidation {
  std::vector<FailedLayoutRow> rows;
  std::vector<FailedLayoutSummary> sets;  ///< by name, then "all"
};

/// What fits in less of the memory did not fail for want of it, or the forecast is far off.
inline constexpr double kEasily = 0.70;

FailedLayoutValidation validate_failed_layouts(const std::vector<FailedLayout>& layouts);

}  // namespace sextant::validate
