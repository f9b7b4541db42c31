#pragma once

#include <string>
#include <utility>
#include <vector>

#include "src/serve/request.h"
#include "src/serve/service.h"

namespace sextant::serve {

/// What a browser is told.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// The answer to any request: a page, its script and style, a document, or a refusal. The same for
/// the same request and service; nothing but the service is asked, and no part of a request is
/// ever a path.
Answer answer(const Request& request, Service& service);

/// An answer of one sentence, with the headers that every answer has.
Answer plain_answer(int status, const std::string& sentence);

}  // namespace sextant::serve
