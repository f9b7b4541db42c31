#include "sextant/training/operation_label.h"

#include <fmt/format.h>

namespace sextant {

std::string operation_name(const OperationLabel& label) {
  std::string name(enum_name(label.kind));
  if (label.microbatch != OperationLabel::kNone) {
    name += fmt::format(", microbatch {}", label.microbatch);
  }
  if (label.layer >= 0) return name + fmt::format(", layer {}", label.layer);
  if (label.layer == OperationLabel::kEmbedding) return name + ", embedding";
  if (label.layer == OperationLabel::kHead) return name + ", head";
  if (label.chunk != OperationLabel::kNone) name += fmt::format(", chunk {}", label.chunk);
  return name;
}

}  // namespace sextant
