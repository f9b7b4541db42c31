#include "src/serve/guard.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace sextant::serve {
namespace {

/// What this machine calls itself in a browser's address line.
constexpr std::array kNames{"127.0.0.1", "localhost", "[::1]"};

bool is_own_host(std::string_view host, int port) {
  for (const char* name : kNames) {
    if (host == fmt::format("{}:{}", name, port)) return true;
    if (port == 80 && host == name) return true;
  }
  return false;
}

bool is_own_origin(std::string_view origin, int port) {
  constexpr std::string_view kScheme = "http://";
  return origin.starts_with(kScheme) && is_own_host(origin.substr(kScheme.size()), port);
}

/// "http://localhost:8347/plan" is of "http://localhost:8347".
std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

bool comes_from_elsewhere(const Request& request, int port) {
  if (request.has_header("Origin")) {
    if (!is_own_origin(request.header("Origin").value_or(""), port)) return true;
  }
  if (request.has_header("Sec-Fetch-Site")) {
    const std::string site = request.header("Sec-Fetch-Site").value_or("");
    return site != "same-origin" && site != "none";
  }
  if (!request.has_header("Referer")) return false;
  return !is_own_origin(origin_of(request.header("Referer").value_or("")), port);
}

}  // namespace

std::optional<Refusal> refusal(const Request& request, int port) {
  const auto host = request.header("Host");
  if (!host) return Refusal{400, "a request names the host once"};
  if (!is_own_host(*host, port)) {
    return Refusal{403, fmt::format("this server is http://127.0.0.1:{}/ and no other", port)};
  }
  if (comes_from_elsewhere(request, port)) {
    return Refusal{403, "asked for by another site; type the address instead"};
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return Refusal{405, "nothing is changed here: GET and HEAD only"};
  }
  if (request.target.size() > kLongestTarget) return Refusal{414, "the address is too long"};
  return std::nullopt;
}

}  // namespace sextant::serve
