#pragma once

#include <string_view>

namespace sextant::health {

/// Whether `version` is known and older than `oldest`: numbers between dots are compared one by
/// one, what follows them ("2.18.5+cuda12.2", "1.5.0aws") is not. "GitHub-dev" is not known.
bool is_older(std::string_view version, std::string_view oldest);

/// Whether `version` is known and not older.
bool is_at_least(std::string_view version, std::string_view oldest);

}  // namespace sextant::health
