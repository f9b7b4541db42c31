#pragma once

#include <istream>
#include <ostream>

#include "src/catalog/catalogue.h"
#include "src/cli/complete_run.h"

namespace sextant::cli {

/// Asks what the wishes do not say yet: model, tokens, instance, nodes, store of checkpoints. One
/// answer a line; an empty one, or the end of the answers, is the default.
///
/// On a terminal each question is written to `out`, and asked again after an answer that cannot be
/// used; else nothing is written, and such an answer is an error.
/// @throws UsageError with the nearest name
RunWishes ask_run(RunWishes wishes, std::istream& answers, std::ostream& out, bool terminal,
                  catalog::Catalogue& catalogue);

}  // namespace sextant::cli
