#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/device.h"
#include "calibrate/comm/session.h"
#include "sextant/training/layout.h"

namespace sextant::comm {

/// What is measured of communication. Sizes go up by factors of `step`.
struct CommunicationOptions {
  std::vector<ingest::Operation> operations;  ///< empty: all that the back end has
  std::size_t smallest = 8, largest = std::size_t{1} << 30;
  double step = 2.0;
  std::vector<int> nodes;          ///< numbers of nodes to measure on; empty: 1, 2, 4 … and all
  std::optional<Layout> layout;    ///< its groups are measured, too: alone, and several at once
  std::vector<double> skews;       ///< of further all-to-alls
  bool check = true;               ///< results are verified, apart from timing
  std::vector<std::string> flags;  ///< of all samples: "rail:…"
};

/// Collectives, pairs, bisection and ring neighbours over all ranks, and over a layout's groups.
void measure_communication(Session& session, Backend& backend, const CommunicationOptions& options);

/// GEMMs over shapes and precisions, memory bandwidth, attention, launch latency.
struct ComputeOptions {
  std::vector<double> sides;     ///< of GEMMs; empty: what suits the device
  std::size_t memory_bytes = 0;  ///< moved by a pass; 0: what suits the device
};
void measure_compute(Session& session, Device& device, const ComputeOptions& options);

/// A folder on a file system: sequential and many files, written and read back.
struct PathOptions {
  std::string path;
  std::size_t file_bytes = std::size_t{256} << 20;
  int small_files = 256;     ///< of 1 MiB
  std::vector<int> clients;  ///< ranks at once; empty: 1 and all
};
void measure_path(Session& session, const PathOptions& options);

/// A bucket, of AWS or of anything that speaks S3. Credentials come from the environment as the
/// AWS tools read them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
struct S3Options {
  std::string endpoint;  ///< "https://s3.us-east-1.amazonaws.com", "http://localhost:9000"
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix = "sextant-comm";
  std::size_t object_bytes = std::size_t{64} << 20;
  std::size_t part_bytes = std::size_t{8} << 20;  ///< of multipart uploads
  std::vector<int> connections;                   ///< per rank; empty: 1, 2, 4 … 32
  int small_objects = 500;                        ///< of 1 KiB, for the request rate
  int max_retries = 8;            ///< of a request that S3 refuses for its rate, or that fails
  double connect_timeout_s = 10;  ///< until a connection stands
  double stall_timeout_s = 20;    ///< without a byte: the try has failed; whole seconds
};
void measure_s3(Session& session, const S3Options& options);

}  // namespace sextant::comm
