#pragma once

#include <string>
#include <vector>

#include "sextant/network/collective_coefficients.h"

namespace sextant {

/// The regions of one release of a network plugin's tuner, by the instances that they are for.
struct TunerTable {
  struct Platform {
    std::vector<std::string> instances;
    std::vector<TunerRegion> regions;
  };

  std::string name;
  std::string title;
  std::string plugin;   ///< "aws-ofi-nccl"
  std::string version;  ///< of the plugin
  std::string source;
  std::string date;
  std::vector<Platform> platforms;

  /// Empty where the tuner leaves the choice to NCCL.
  std::vector<TunerRegion> regions_for(const std::string& instance) const;
};

template <class Archive>
void visit(Archive& a, TunerTable::Platform& s) {
  a.object("tuner_platform", "Regions for some instances.");
  a.field("instances", s.instances, {.doc = "Names in the catalogue", .required = true});
  a.field("regions", s.regions, {.doc = "The first that holds decides", .required = true});
}

template <class Archive>
void visit(Archive& a, TunerTable& s) {
  a.object("tuner_table", "Which algorithm a network plugin's tuner takes for an all-reduce.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people", .required = true});
  a.field("plugin", s.plugin, {.doc = "Network plugin", .required = true});
  a.field("version", s.version, {.doc = "Versions of the plugin", .required = true});
  a.field("source", s.source, {.doc = "Where it was read", .required = true});
  a.field("date", s.date, {.doc = "ISO 8601", .required = true});
  a.field("platforms", s.platforms, {.doc = "Instances and their regions", .required = true});
}

}  // namespace sextant
