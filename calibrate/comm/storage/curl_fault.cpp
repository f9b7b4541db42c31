#include "calibrate/comm/storage/curl_fault.h"

#include <algorithm>
#include <array>

namespace sextant::comm {
namespace {

constexpr std::array kPassing{CURLE_COULDNT_CONNECT,  CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR,
                              CURLE_RECV_ERROR,       CURLE_GOT_NOTHING,        CURLE_PARTIAL_FILE,
                              CURLE_SSL_CONNECT_ERROR};

struct Remedy {
  CURLcode code;
  const char* text;
};

constexpr const char* kCertificates =
    "where certificates other than the system's (ca-certificates) are to be trusted, AWS_CA_BUNDLE "
    "names their file";
constexpr const char* kUnreachable =
    "does the service run there, and does the network let this node reach it (security groups, "
    "routes, VPC endpoint, proxy variables)?";

constexpr std::array kRemedies{
    Remedy{CURLE_COULDNT_RESOLVE_HOST,
           "is the endpoint's name right, and does this node reach a DNS server?"},
    Remedy{CURLE_COULDNT_CONNECT, kUnreachable},
    Remedy{CURLE_PEER_FAILED_VERIFICATION, kCertificates},
    Remedy{CURLE_SSL_CACERT_BADFILE, kCertificates},
    Remedy{CURLE_SSL_CONNECT_ERROR,
           "does the endpoint speak TLS? If not, its address begins with http://"},
    Remedy{CURLE_OPERATION_TIMEDOUT,
           "the endpoint stopped answering: is it overloaded, or does the network lose packets?"},
};

}  // namespace

bool may_pass(CURLcode code) {
  return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

const char* connection_remedy(CURLcode code, bool connected) {
  if (code == CURLE_OPERATION_TIMEDOUT && !connected) code = CURLE_COULDNT_CONNECT;
  for (const Remedy& remedy : kRemedies) {
    if (remedy.code == code) return remedy.text;
  }
  return "is this the endpoint of an S3 service?";
}

}  // namespace sextant::comm
