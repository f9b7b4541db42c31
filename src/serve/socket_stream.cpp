#include "src/serve/socket_stream.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sextant::serve {

bool SocketStream::wait_for(short events) const {
  using std::chrono::milliseconds;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(until_ - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{.fd = socket_, .events = events, .revents = 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

bool SocketStream::is_readable() const { return bytes_left_ > 0 && wait_for(POLLIN); }

bool SocketStream::is_writable() const { return wait_for(POLLOUT); }

ssize_t SocketStream::read(char* data, std::size_t size) {
  if (!is_readable()) return -1;
  const ssize_t count = recv(socket_, data, std::min(size, bytes_left_), 0);
  if (count > 0) bytes_left_ -= static_cast<std::size_t>(count);
  return count;
}

/// An answer that has begun gets its own time: a forecast may have taken long.
ssize_t SocketStream::write(const char* data, std::size_t size) {
  until_ = Clock::now() + longest_;
  if (!is_writable()) return -1;
  return send(socket_, data, size, MSG_NOSIGNAL);
}

/// Connections come from this machine only.
void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

void SocketStream::close() {
  shutdown(socket_, SHUT_WR);
  until_ = Clock::now() + std::chrono::milliseconds(200);
  std::array<char, 4096> rest{};
  std::size_t forgotten = 0;
  while (forgotten < std::size_t{1} << 20 && wait_for(POLLIN)) {
    const ssize_t count = recv(socket_, rest.data(), rest.size(), 0);
    if (count <= 0) break;
    forgotten += static_cast<std::size_t>(count);
  }
  ::close(socket_);
}

}  // namespace sextant::serve
