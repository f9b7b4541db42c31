#pragma once

namespace sextant::plan {

/// What this program was built from; part of every result's provenance.
struct BuildInfo {
  const char* version;
  const char* commit;  ///< "unknown" outside a git repository
  bool modified;       ///< the sources differed from the commit
  const char* compiler;
  const char* build_type;
};

const BuildInfo& build_info();

}  // namespace sextant::plan
