#include "sextant/cluster/accelerator.h"

#include <algorithm>

#include <fmt/format.h>

namespace sextant {
namespace {

template <class T>
void divide(Coefficient<T>& figure, int parts) {
  const auto divided = [parts](T value) { return value / parts; };
  figure.value = divided(figure.value);
  if (figure.range) figure.range = {divided((*figure.range)[0]), divided((*figure.range)[1])};
}

template <class T>
void divide(std::optional<Coefficient<T>>& figure, int parts) {
  if (figure) divide(*figure, parts);
}

}  // namespace

Accelerator device_share(const Accelerator& accelerator) {
  const int devices = accelerator.device_count();
  if (devices == 1) return accelerator;
  Accelerator share = accelerator;
  share.title = fmt::format("1/{} {}", devices, accelerator.title);
  share.devices.reset();
  divide(share.memory, devices);
  divide(share.memory_bandwidth, devices);
  divide(share.peak_16bit, devices);
  divide(share.peak_fp8, devices);
  divide(share.peak_fp32, devices);
  divide(share.peak_tf32, devices);
  divide(share.multiprocessors, devices);
  share.multiprocessors.value = std::max(1, share.multiprocessors.value);
  divide(share.link_bandwidth, devices);
  divide(share.tdp, devices);
  divide(share.idle_power, devices);
  return share;
}

}  // namespace sextant
