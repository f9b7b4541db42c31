#include "src/validate/nanotron_stages.h"

namespace sextant::validate {
namespace {

/// Stage of every block: the layers, the last norm, the head, its cast and the loss.
std::vector<std::size_t> stage_of_blocks(const Transformer& model, int stages) {
  const double hidden = static_cast<double>(model.hidden);
  const double layer = hidden * (4.0 * hidden + 3.0 * static_cast<double>(model.feed_forward));
  const double head = hidden * static_cast<double>(model.vocabulary);
  std::vector<double> costs(static_cast<std::size_t>(model.layers), layer);
  costs.insert(costs.end(), {0.0, head, 0.0, 0.0});
  const double total = layer * static_cast<double>(model.layers) + head;

  std::vector<std::size_t> stage_of;
  std::size_t stage = 0;
  double cost = 0.0;
  for (double block : costs) {
    stage_of.push_back(stage);
    cost += block;
    const double share = total * static_cast<double>(stage + 1) / stages;
    if (cost > share && stage + 1 < static_cast<std::size_t>(stages)) ++stage;
  }
  return stage_of;
}

}  // namespace

std::vector<int> nanotron_stages(const Transformer& model, int stages) {
  const std::vector<std::size_t> stage_of = stage_of_blocks(model, stages);
  std::vector<int> layers(static_cast<std::size_t>(stages), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(model.layers); ++i) ++layers[stage_of[i]];
  for (std::size_t inner = layers.size() - 1; inner-- > 1;) {
    if (layers[inner] > 0) continue;
    std::size_t giver = inner - 1;
    while (giver > 0 && layers[giver] < 2) --giver;
    if (layers[giver] == 0) continue;
    --layers[giver];
    ++layers[inner];
  }
  return layers;
}

int nanotron_stages_used(const Transformer& model, int stages) {
  return static_cast<int>(stage_of_blocks(model, stages).back()) + 1;
}

}  // namespace sextant::validate
