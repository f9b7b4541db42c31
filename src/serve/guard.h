#pragma once

#include <optional>
#include <string>

#include "src/serve/request.h"

namespace sextant::serve {

/// Why a request is not answered.
struct Refusal {
  int status = 400;
  std::string reason;  ///< one sentence
};

/// Lets pass what the user's own browser asks for a page of this server. Another site that the
/// browser shows must learn nothing and start nothing: neither by its scripts (Origin,
/// Sec-Fetch-Site, Referer) nor by a name of its own that it has lead to 127.0.0.1 (Host).
/// Only GET and HEAD are answered. @source fetch.spec.whatwg.org;
/// w3c.github.io/webappsec-fetch-metadata
std::optional<Refusal> refusal(const Request& request, int port);

}  // namespace sextant::serve
