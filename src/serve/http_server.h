#pragma once

#include <functional>
#include <memory>
#include <string>

#include "src/serve/answer.h"

namespace sextant::serve {

/// Carries requests and answers over TCP, on 127.0.0.1 and nowhere else, by cpp-httplib. One
/// request a connection; its head may take kMostBytes and kMostSeconds.
class HttpServer {
 public:
  using Handler = std::function<Answer(const Request&)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port that it listens on from now on: the given one, or for 0 one that is free. 0: it is
  /// taken, or must not be used.
  int bind(int port);
  /// Answers until stop() is called, from another thread.
  void run();
  /// Waits for a run() that is about to begin.
  void stop();

  static constexpr std::size_t kMostBytes = 32 * 1024;
  static constexpr int kMostSeconds = 5;
  static constexpr int kConnections = 16;  ///< at a time

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sextant::serve
