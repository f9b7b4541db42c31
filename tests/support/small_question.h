#pragma once

#include <fmt/format.h>

#include <string>

#include "src/optimize/optimize.h"
#include "src/scenario/read_scenario.h"

namespace sextant::fixtures {

/// A small model on boxes that fail every twelve hours: a run of half a day.
inline scenario::Scenario busy_scenario(catalog::Catalogue& catalogue, int nodes = 2,
                                        int batch = 64) {
  return scenario::read_scenario_text("busy",
                                      fmt::format(R"({{
    "schema": "sextant.scenario/1", "name": "busy", "model": "tiny",
    "cluster": {{"instance": "box", "nodes": {}, "region": "home"}},
    "training": {{"tokens": "10G", "sequence_length": 2048, "global_batch": {},
                 "layout": {{"tensor": 2, "micro_batch": 2}}}},
    "checkpoint": {{"interval": "30 min", "write_time": "1 min"}},
    "failures": {{"base": "calm", "node_life": "12 h"}},
    "recovery": {{"restart": "3 min"}},
    "fleet": {{"spares": 1}}, "prices": "market", "purchase": "on_demand",
    "calibration": "plain", "simulation": {{"replicas": 60, "seed": 7}}}})",
                                                  nodes, batch),
                                      catalogue);
}

inline catalog::Catalogue test_catalogue() {
  return catalog::Catalogue(SEXTANT_SOURCE_DIR "/tests/data/models");
}

}  // namespace sextant::fixtures
