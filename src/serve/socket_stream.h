#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace sextant::serve {

/// A connection from which only so much is read, and only for so long in all: httplib's own limits
/// count a line and a pause, not a head that never ends.
class SocketStream : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  SocketStream(socket_t socket, std::size_t most_bytes, std::chrono::seconds longest)
      : socket_(socket),
        bytes_left_(most_bytes),
        longest_(longest),
        until_(Clock::now() + longest) {}

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  /// Ends the connection. What still comes in is read and forgotten for a moment: else the answer
  /// could be lost with it.
  void close();

 private:
  bool wait_for(short events) const;

  const socket_t socket_;
  std::size_t bytes_left_;
  const std::chrono::seconds longest_;
  Clock::time_point until_;
};

}  // namespace sextant::serve
