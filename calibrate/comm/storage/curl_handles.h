#pragma once

#include <curl/curl.h>

#include <memory>

namespace sextant::comm {

struct CurlCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct CurlMultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

// libcurl declares CURL and CURLM as void.
using CurlEasy = std::unique_ptr<CURL, CurlCloser>;
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCloser>;
using CurlList = std::unique_ptr<curl_slist, CurlCloser>;

}  // namespace sextant::comm
