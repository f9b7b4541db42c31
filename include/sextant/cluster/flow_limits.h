#pragma once

#include "sextant/kernel/quantity.h"

namespace sextant {

/// What one flow (TCP or UDP, between two addresses and ports) carries on EC2: to S3 or to a file
/// server, and between instances of one cluster placement group. Source: AWS, EC2 user guide,
/// instance network bandwidth, single-flow traffic, 2026-08. ENA Express and EFA carry more.
inline constexpr BytesPerSecond kFlowBandwidth{5e9 / 8};
inline constexpr BytesPerSecond kPlacementGroupFlowBandwidth{10e9 / 8};

}  // namespace sextant
