#pragma once

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::io {

/// Reports every key that an object gives a second time, with the place of the first.
void report_duplicate_keys(const Node::Object& members, Diagnostics& diagnostics);

}  // namespace sextant::io
