#pragma once

#include <curl/curl.h>

namespace sextant::comm {

/// Whether what failed may succeed if it is tried again: connections that break or stall.
bool may_pass(CURLcode code);

/// What to do about it; `connected`: the endpoint was reached.
const char* connection_remedy(CURLcode code, bool connected);

}  // namespace sextant::comm
