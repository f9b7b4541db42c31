#include "calibrate/comm/storage/s3_answer.h"

#include <array>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

namespace sextant::comm {
namespace {

using boost::property_tree::ptree;

/// Answers of this kind have a few hundred bytes; a page of somebody else may nest without end.
constexpr std::size_t kMostBytes = 16 << 10;

/// The tree below the root element of this name; none if the text is anything else.
std::optional<ptree> tree(std::string_view xml, const char* root) {
  if (xml.size() > kMostBytes) return std::nullopt;
  std::istringstream text{std::string(xml)};
  ptree document;
  try {
    boost::property_tree::read_xml(text, document,
                                   boost::property_tree::xml_parser::trim_whitespace);
  } catch (const boost::property_tree::xml_parser_error&) {
    return std::nullopt;
  }
  const auto found = document.get_child_optional(root);
  if (!found) return std::nullopt;
  return *found;
}

struct Remedy {
  std::string_view code;
  const char* text;
};

constexpr std::array kRemedies{
    Remedy{"AccessDenied",
           "the credentials may not do this: they need s3:PutObject, s3:GetObject, "
           "s3:DeleteObject and s3:AbortMultipartUpload on the bucket's objects"},
    Remedy{"NoSuchBucket", "name a bucket that exists at this endpoint and in this region"},
    Remedy{"SignatureDoesNotMatch",
           "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID, or something between here and "
           "the endpoint changes requests"},
    Remedy{"InvalidAccessKeyId",
           "the endpoint does not know AWS_ACCESS_KEY_ID; temporary credentials need "
           "AWS_SESSION_TOKEN as well"},
    Remedy{"ExpiredToken", "the temporary credentials have expired: fetch new ones"},
    Remedy{"InvalidToken", "AWS_SESSION_TOKEN does not belong to the key: fetch all three anew"},
    Remedy{"RequestTimeTooSkewed", "this node's clock is wrong: start chrony or ntpd"},
    Remedy{"AuthorizationHeaderMalformed",
           "the bucket is in another region: name that one by --region"},
    Remedy{"PermanentRedirect",
           "the bucket is in another region: name it by --region, and its endpoint by --s3"},
    Remedy{"TemporaryRedirect",
           "the bucket is in another region: name it by --region, and its endpoint by --s3"},
    Remedy{"EntityTooSmall",
           "parts of an upload have at least 5 MiB: make --part-size and --object-size larger"},
    Remedy{"EntityTooLarge",
           "an object or a part has at most 5 GiB: make --object-size or --part-size smaller"},
    Remedy{
        "SlowDown",
        "the bucket refuses so many requests: use fewer --connections or ranks, or wait until S3 "
        "has split the prefix"},
};

}  // namespace

std::optional<S3Error> s3_error(std::string_view xml) {
  const auto error = tree(xml, "Error");
  if (!error) return std::nullopt;
  return S3Error{error->get("Code", ""), error->get("Message", "")};
}

std::optional<std::string> upload_id(std::string_view xml) {
  const auto result = tree(xml, "InitiateMultipartUploadResult");
  if (!result) return std::nullopt;
  const auto id = result->get_optional<std::string>("UploadId");
  if (!id || id->empty()) return std::nullopt;
  return *id;
}

S3Verdict judge(long status, std::string_view body) {
  // The end of a multipart upload may say 200 and then, in its body, that it failed.
  const auto error = status >= 300 || body.find("<Error") != std::string_view::npos ? s3_error(body)
                                                                                    : std::nullopt;
  if (status < 300 && !error) return S3Verdict::kDone;
  const std::string code = error ? error->code : "";
  if (status == 503 || status == 429 || code == "SlowDown") return S3Verdict::kSlowDown;
  const bool passing = status >= 500 || status < 300 || code == "RequestTimeout";
  return passing ? S3Verdict::kRetry : S3Verdict::kFailed;
}

std::string s3_remedy(long status, std::string_view code) {
  for (const Remedy& remedy : kRemedies) {
    if (remedy.code == code) return remedy.text;
  }
  if (status == 301 || status == 307) return s3_remedy(0, "PermanentRedirect");
  if (status == 403) return s3_remedy(0, "AccessDenied");
  if (status == 404) return "is this the endpoint of an S3 service, and the bucket's name right?";
  if (status == 503) return s3_remedy(0, "SlowDown");
  if (status >= 500) return "the service itself fails: see its status page or its log";
  return "see the S3 API reference on this error";
}

}  // namespace sextant::comm
