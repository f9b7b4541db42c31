#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sextant/training/step_inputs.h"
#include "src/search/layout_space.h"

namespace sextant::search {

/// What the closed tier knows.
inline constexpr int kMostPipelineRanks = 128;
inline constexpr int kMostVirtualStages = 256;  ///< of all pipeline ranks together

/// Whether all virtual stages have as many layers, the ends as one layer each or not.
bool are_even(const Transformer& model, const Layout& layout);

/// Goes through the layouts of a space that can run, in its order, each step once: a value that
/// makes no difference is tried once only. These are the virtual stages of one pipeline rank, the
/// ZeRO stage of one data rank, the shard group without ZeRO or as large as all ranks, and how
/// many layers are recomputed where none is.
class LayoutWalk {
 public:
  /// `batches`: that the layout must be able to run, besides that of the inputs. All outlive it.
  LayoutWalk(const StepInputs& start, const LayoutSpace& space,
             const std::vector<std::int64_t>& batches);

  /// The space is cut by its first three degrees. In order of branches the order is that of the
  /// space.
  std::int64_t branches() const;
  /// Combinations in each.
  std::int64_t branch_size() const;
  /// Calls `visit` with the inputs for each layout of a branch.
  void visit_branch(std::int64_t branch, const std::function<void(const StepInputs&)>& visit) const;

 private:
  const StepInputs& start_;
  const LayoutSpace& space_;
  std::vector<std::int64_t> batches_;
};

}  // namespace sextant::search
