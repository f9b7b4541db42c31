#include "calibrate/comm/suites.h"
#include "calibrate/program/command.h"
#include "calibrate/program/session_options.h"
#include "calibrate/program/usage_error.h"

namespace po = boost::program_options;

namespace sextant::program {
namespace {

constexpr int kMostFiles = 1'000'000;
constexpr int kMostClients = 1'000'000;
constexpr int kMostRetries = 100;

void declare(po::options_description& options, po::positional_options_description&) {
  options.add_options()("path", po::value<std::string>(), "a folder on the file system");
  options.add_options()("file-size", po::value<std::string>(),
                        "of the large file of every process (default: 256 MiB)");
  options.add_options()("small-files", po::value<std::string>(),
                        "of 1 MiB, for each process (default: 256)");
  options.add_options()("clients", po::value<std::string>(),
                        "processes at once, \"1,8\" (default: 1 and all)");
  options.add_options()("s3", po::value<std::string>(),
                        "URL of an S3 endpoint; keys come from AWS_ACCESS_KEY_ID, "
                        "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN");
  options.add_options()("bucket", po::value<std::string>(), "of S3");
  options.add_options()("prefix", po::value<std::string>(),
                        "of the objects' names (default: sextant-comm)");
  options.add_options()("region", po::value<std::string>(), "of S3 (default: us-east-1)");
  options.add_options()("object-size", po::value<std::string>(), "default: 64 MiB");
  options.add_options()("part-size", po::value<std::string>(),
                        "of multipart uploads (default: 8 MiB)");
  options.add_options()("connections", po::value<std::string>(),
                        "of a process, \"1,8\" (default: 1, 2, 4 … 32)");
  options.add_options()("small-objects", po::value<std::string>(),
                        "of 1 KiB, for the rate of requests (default: 500)");
  options.add_options()("retries", po::value<std::string>(),
                        "of a request that S3 refuses for its rate (default: 8)");
  options.add_options()("stall-timeout", po::value<std::string>(),
                        "a request that gets no byte for so long has failed (default: 20 s)");
  declare_session(options);
}

comm::PathOptions path_options(const Arguments& arguments) {
  comm::PathOptions options;
  options.path = arguments.text_or("path", "");
  options.file_bytes = arguments.bytes("file-size").value_or(options.file_bytes);
  options.small_files = arguments.count("small-files", 0, kMostFiles).value_or(options.small_files);
  options.clients = arguments.counts("clients", 1, kMostClients);
  return options;
}

comm::S3Options s3_options(const Arguments& arguments) {
  comm::S3Options options;
  options.endpoint = arguments.text_or("s3", "");
  options.bucket = arguments.text_or("bucket", "");
  options.prefix = arguments.text_or("prefix", options.prefix);
  options.region = arguments.text_or("region", options.region);
  options.object_bytes = arguments.bytes("object-size").value_or(options.object_bytes);
  options.part_bytes = arguments.bytes("part-size").value_or(options.part_bytes);
  options.connections = arguments.counts("connections", 1, kMostClients);
  options.small_objects =
      arguments.count("small-objects", 0, kMostFiles).value_or(options.small_objects);
  options.max_retries = arguments.count("retries", 0, kMostRetries).value_or(options.max_retries);
  options.stall_timeout_s = arguments.seconds("stall-timeout").value_or(options.stall_timeout_s);
  return options;
}

void check(const Arguments& arguments) {
  path_options(arguments);
  s3_options(arguments);
  session_options(arguments);
  if (!arguments.has("path") && !arguments.has("s3")) {
    throw UsageError("storage: which? Give --path FOLDER, or --s3 URL and --bucket NAME");
  }
  if (arguments.has("s3") != arguments.has("bucket")) {
    throw UsageError("--s3 URL and --bucket NAME belong together");
  }
}

int run(const Arguments& arguments, const comm::World& world) {
  comm::Session session(world, session_options(arguments));
  describe_cluster(arguments, session);
  if (arguments.has("path")) comm::measure_path(session, path_options(arguments));
  if (arguments.has("s3")) comm::measure_s3(session, s3_options(arguments));
  session.finish();
  return kOk;
}

}  // namespace

const Command kStorageCommand{
    "storage",
    "what a file system or a bucket takes to write and read",
    "--path FOLDER | --s3 URL --bucket NAME [options]",
    "srun -N 4 --ntasks-per-node 8 sextant-comm storage --path /fsx/scratch -o fsx.json\n"
    "          mpirun -n 2 sextant-comm storage --s3 https://s3.us-east-1.amazonaws.com --bucket "
    "mine",
    declare,
    check,
    run};

}  // namespace sextant::program
