#pragma once

#include <cstdint>
#include <string>

#include "sextant/kernel/enum_names.h"

namespace sextant {

/// What an operation of a step does.
enum class OperationKind : std::uint8_t {
  kForward,
  kBackward,
  kWeightGradients,
  kGatherParameters,
  kReduceGradients,
  kSendActivations,
  kSendGradients,
  kReduceTiedEmbeddings,
  kGradientNorm,
  kOptimizer,
  kJoin  ///< takes no time: where streams meet
};

/// In words, as they begin an operation's name.
template <>
struct EnumNames<OperationKind> {
  static constexpr std::array table{
      std::pair{OperationKind::kForward, "forward"},
      std::pair{OperationKind::kBackward, "backward"},
      std::pair{OperationKind::kWeightGradients, "weight gradients"},
      std::pair{OperationKind::kGatherParameters, "gather parameters"},
      std::pair{OperationKind::kReduceGradients, "reduce gradients"},
      std::pair{OperationKind::kSendActivations, "send activations"},
      std::pair{OperationKind::kSendGradients, "send gradients"},
      std::pair{OperationKind::kReduceTiedEmbeddings, "reduce tied embeddings"},
      std::pair{OperationKind::kGradientNorm, "gradient norm"},
      std::pair{OperationKind::kOptimizer, "optimizer"},
      std::pair{OperationKind::kJoin, "join"}};
};

/// Which operation of a step it is: what it does, and to what. Counted from 0.
struct OperationLabel {
  static constexpr std::int32_t kNone = -1;       ///< not of one microbatch, chunk or layer
  static constexpr std::int32_t kEmbedding = -2;  ///< in the place of a layer
  static constexpr std::int32_t kHead = -3;

  OperationKind kind = OperationKind::kJoin;
  std::int32_t microbatch = kNone;
  std::int32_t chunk = kNone;  ///< of the rank's model chunks
  std::int32_t layer = kNone;  ///< of the whole model
  std::int32_t to = kNone;     ///< last layer of several, in the order in which they run
};

/// "forward, microbatch 3, chunk 0", "reduce gradients, layers 15 to 12", "optimizer". A layer says
/// which chunk it is in, so the chunk is named only without one.
std::string operation_name(const OperationLabel& label);

}  // namespace sextant
