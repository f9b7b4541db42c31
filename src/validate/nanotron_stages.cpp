#include "src/validate/nanotron_stages.h"

namespace sextant::validate {

std::vector<int> nanotron_stages(const Transformer& model, int stages) {
  const double hidden = static_cast<double>(model.hidden);
  const double layer = hidden * (4.0 * hidden + 3.0 * static_cast<double>(model.feed_forward));
  const double head = hidden * static_cast<double>(model.vocabulary);
  const double total = layer * static_cast<double>(model.layers) + head;
  std::vector<int> layers(static_cast<std::size_t>(stages), 0);
  std::size_t stage = 0;
  for (std::int64_t i = 1; i <= model.layers; ++i) {
    ++layers[stage];
    const double share = total * static_cast<double>(stage + 1) / stages;
    if (layer * static_cast<double>(i) > share && stage + 1 < layers.size()) ++stage;
  }
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

}  // namespace sextant::validate
