#include "src/serve/http_server.h"

#include <httplib.h>

#include <chrono>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "src/serve/socket_stream.h"

namespace sextant::serve {
namespace {

Request request_of(const httplib::Request& from) {
  Request request{.method = from.method, .target = from.target};
  for (const auto& [name, value] : from.headers) request.headers.emplace_back(name, value);
  return request;
}

void carry(const Answer& answer, httplib::Response& to) {
  to.status = answer.status;
  to.headers.clear();
  for (const auto& [name, value] : answer.headers) to.headers.emplace(name, value);
  to.body = answer.body;
}

Answer answer_to(const HttpServer::Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return plain_answer(500, std::string("internal error: ") + error.what());
  }
}

/// What httplib refuses by itself has the same headers as all else.
void explain(httplib::Response& response) {
  if (!response.body.empty()) return;
  carry(plain_answer(response.status, "the request cannot be read"), response);
}

}  // namespace

class HttpServer::Impl : public httplib::Server {
 public:
  explicit Impl(HttpServer::Handler handler) : handler_(std::move(handler)) {
    new_task_queue = [] { return new httplib::ThreadPool(kConnections); };
    set_payload_max_length(0);
    set_socket_options([](socket_t socket) {  // not SO_REUSEPORT: the port would be shared
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      carry(answer_to(handler_, request_of(request)), response);
      return HandlerResponse::Handled;
    });
    set_error_handler(
        [](const httplib::Request&, httplib::Response& response) { explain(response); });
  }

 private:
  /// No body is read: what follows the head of a request goes with the connection.
  bool process_and_close_socket(socket_t socket) override {
    SocketStream stream(socket, kMostBytes, std::chrono::seconds(kMostSeconds));
    bool closed = false;
    const auto simplify = [](httplib::Request& request) {
      request.headers.erase("Accept-Encoding");  // compressing takes longer than a local transfer
      request.headers.erase("Expect");
      request.ranges.clear();
    };
    const bool answered = process_request(stream, true, closed, simplify);
    stream.close();
    return answered;
  }

  HttpServer::Handler handler_;
};

HttpServer::HttpServer(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}
HttpServer::~HttpServer() = default;

int HttpServer::bind(int port) {
  constexpr const char* kHere = "127.0.0.1";
  if (port == 0) return std::max(0, impl_->bind_to_any_port(kHere));
  return impl_->bind_to_port(kHere, port) ? port : 0;
}

void HttpServer::run() { impl_->listen_after_bind(); }

void HttpServer::stop() {
  // httplib forgets a stop that comes before it has begun.
  while (!impl_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  impl_->stop();
}

}  // namespace sextant::serve
