#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sextant/kernel/quantity.h"

namespace sextant::importer {

/// A quantity of Kubernetes in units of 10^-`decimals`, rounded up, as Kueue does: "100m", "4",
/// "1.5", "64Gi", "1e3". Nothing if it is none, or beyond 63 bits, or has more than 18 digits.
std::optional<std::int64_t> parse_kubernetes_quantity(std::string_view text, int decimals);

/// A duration as Go writes it: "5m", "1h30m", "-1.5s", "0". Nothing if it is none or too long.
std::optional<Seconds> parse_go_duration(std::string_view text);

/// Whether objects can have that name (subdomain of RFC 1123): "team-a.research".
bool is_object_name(std::string_view text);

/// Whether labels and resources can have that name: "cpu", "nvidia.com/gpu".
bool is_label_key(std::string_view text);

}  // namespace sextant::importer
