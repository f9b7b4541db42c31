#include "sextant/training/operation_label.h"

#include <fmt/format.h>

namespace sextant {
namespace {

std::string piece_name(std::int32_t layer) {
  if (layer == OperationLabel::kEmbedding) return "embedding";
  return layer == OperationLabel::kHead ? "head" : fmt::format("layer {}", layer);
}

/// "layer 3", "layers 3 to 5", "head to layer 9".
std::string pieces_name(std::int32_t layer, std::int32_t to) {
  if (to == OperationLabel::kNone || to == layer) return piece_name(layer);
  if (layer >= 0 && to >= 0) return fmt::format("layers {} to {}", layer, to);
  return fmt::format("{} to {}", piece_name(layer), piece_name(to));
}

}  // namespace

std::string operation_name(const OperationLabel& label) {
  std::string name(enum_name(label.kind));
  if (label.microbatch != OperationLabel::kNone) {
    name += fmt::format(", microbatch {}", label.microbatch);
  }
  if (label.layer != OperationLabel::kNone) {
    return fmt::format("{}, {}", name, pieces_name(label.layer, label.to));
  }
  if (label.chunk != OperationLabel::kNone) name += fmt::format(", chunk {}", label.chunk);
  return name;
}

}  // namespace sextant
