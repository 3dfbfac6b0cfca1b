// The second half of a connection: from a response to bytes on the wire.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <charconv>

#include "server/http/compress.hpp"
#include "server/http/connection.hpp"
#include "server/http/response_head.hpp"

namespace minglu::server {
namespace {

constexpr size_t kFileBlockBytes = 256 * 1024;
constexpr size_t kStreamPieceBytes = 64 * 1024;
/// How long a closing connection takes in what the client still sends, so that its system does not drop our answer.
constexpr std::chrono::seconds kLingerTime{2};

std::string chunk_head(size_t bytes) {
  std::array<char, 18> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

void Connection::refuse(int status, std::string_view code, std::string_view title, std::string_view detail) {
  keep_alive_ = false;
  if (!in_flight_) {
    began_ = Clock::now();
    in_flight_ = true;
    core_.metrics.requests_in_flight.fetch_add(1);
  }
  if (request_.trace_id.empty()) request_.trace_id = random_hex();
  if (request_.remote.empty()) request_.remote = peer_;
  send_soon(problem_response(request_, status, code, title, detail));
}

void Connection::refuse_for_crowd() {
  core_.metrics.reject(Rejection::kQueueFull);
  send_soon(std::move(problem_response(request_, 503, "busy", "服务器忙，请稍后再试", "too many requests are waiting")
                          .with("Retry-After", "1")));
}

void Connection::refuse_too_large() {
  core_.metrics.reject(Rejection::kTooLarge);
  refuse(413, "too_large", "请求正文太大", "a body here has at most " + std::to_string(body_bytes_max_) + " bytes");
}

void Connection::send_soon(Response response) {
  prepare(std::move(response));
  send_head();
}

/// On a worker after a handler, on the loop for the answers of the server itself.
void Connection::prepare(Response response) {
  response_ = std::move(response);
  const bool sendable = has_sendable_head(response_);
  if (!sendable || (response_.file && !open_file())) {
    failure_ = sendable ? "cannot read " + response_.file->string() : "the response has a field that cannot be sent";
    response_ = problem_response(request_, 500, "internal", "服务器内部错误", "the answer cannot be sent; see the log");
  }
  HeadSpec spec;
  if (response_.file) {
    spec.body_bytes = file_left_;
  } else if (response_.stream) {
    chunked_ = spec.chunked = !is_http_1_0_;
  } else {
    compress_response(request_.header("accept-encoding"), response_);
    spec.body_bytes = response_.body.size();
  }
  close_after_ = !keep_alive_ || !body_read_ || core_.stopping || (response_.stream && !chunked_);
  spec.keep_alive = !close_after_;
  head_ = write_head(response_, spec);
}

bool Connection::open_file() {
  file_ = FileHandle(::open(response_.file->c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (file_.get() < 0 || ::fstat(file_.get(), &about) != 0 || !S_ISREG(about.st_mode)) return false;
  file_left_ = static_cast<uint64_t>(about.st_size);
  return true;
}

void Connection::send_head() {
  state_ = State::kSending;
  core_.metrics.count(route_, response_.status, std::chrono::duration<double>(Clock::now() - began_).count());
  const bool bare = request_.method == "HEAD" || response_.status == 204 || response_.status == 304;
  if (bare) {
    response_.body.clear();
    response_.stream = nullptr;
    file_left_ = 0;
  }
  last_piece_ = !response_.stream;
  body_sent_ += response_.body.size();
  send(head_, response_.body);
}

void Connection::send(std::string_view first, std::string_view second) {
  unsent_ = boost::beast::buffers_suffix<std::array<net::const_buffer, 2>>(
      std::array<net::const_buffer, 2>{net::buffer(first), net::buffer(second)});
  write_some();
}

void Connection::write_some() {
  deadline_ = Clock::now() + core_.spec.write_idle_time_max;
  socket_.async_write_some(unsent_, [self = shared_from_this()](error_code error, size_t bytes) {
    if (self->state_ == State::kClosed) return;
    if (error) return self->close();
    self->unsent_.consume(bytes);
    if (net::buffer_size(self->unsent_) > 0) return self->write_some();
    self->on_written();
  });
}

void Connection::on_written() {
  deadline_ = Clock::time_point::max();
  if (!last_piece_) return next_stream_piece();
  if (file_left_ > 0) return next_file_block();
  finish_response();
}

void Connection::next_file_block() {
  const bool taken = run_on(
      core_.files, false, [this] { read_file_block(); },
      [this] {
        if (piece_failed_) return close();
        file_left_ -= piece_.size();
        body_sent_ += piece_.size();
        send(piece_, {});
      });
  if (!taken) close();
}

void Connection::read_file_block() {
  piece_.resize(std::min<uint64_t>(kFileBlockBytes, file_left_));
  ssize_t got = 0;
  do { got = ::read(file_.get(), piece_.data(), piece_.size()); } while (got < 0 && errno == EINTR);
  piece_failed_ = got <= 0;  // the file became shorter than the length already sent
  piece_.resize(got > 0 ? static_cast<size_t>(got) : 0);
}

void Connection::next_stream_piece() {
  const bool taken = run_on(
      workers(), false, [this] { pull_stream(); },
      [this] {
        if (piece_failed_) return close();
        if (piece_.empty() && !last_piece_) return pause_stream();
        if (piece_.empty()) return finish_response();
        body_sent_ += piece_.size();
        send(piece_, {});
      });
  if (!taken) close();
}

/// Several small pieces go out as one chunk; a piece that says "nothing yet" sends what there is.
void Connection::pull_stream() {
  std::string bytes;
  try {
    while (bytes.size() < kStreamPieceBytes && !last_piece_) {
      const std::optional<std::string> more = response_.stream();
      last_piece_ = !more;
      if (more && more->empty()) break;
      if (more) bytes += *more;
    }
  } catch (const std::exception& error) {
    failure_ = error.what();
    piece_failed_ = true;
  } catch (...) {
    failure_ = "unknown exception";
    piece_failed_ = true;
  }
  piece_.clear();
  if (!chunked_) {
    piece_ = std::move(bytes);
    return;
  }
  if (!bytes.empty()) piece_.append(chunk_head(bytes.size())).append(bytes).append("\r\n");
  if (last_piece_) piece_ += "0\r\n\r\n";
}

void Connection::pause_stream() {
  if (core_.stopping || peer_has_closed()) return close();
  state_ = State::kPaused;
  pause_.expires_after(core_.spec.stream_poll_time);
  pause_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->state_ == State::kClosed) return;
    self->state_ = State::kSending;
    self->next_stream_piece();
  });
}

/// Nothing is written while a stream is silent, so a client that went away would never be noticed otherwise.
bool Connection::peer_has_closed() {
  char byte = 0;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Connection::account(bool complete) {
  if (!in_flight_) return;
  in_flight_ = false;
  core_.metrics.requests_in_flight.fetch_sub(1);
  if (!core_.spec.access_log) return;
  AccessRecord record;
  record.remote = request_.remote;
  record.method = request_.method;
  record.path = request_.path;
  record.route = route_ ? core_.router.routes()[*route_].path : "";
  record.status = response_.status;
  record.bytes_sent = body_sent_;
  record.time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_);
  record.complete = complete;
  record.trace_id = request_.trace_id;
  record.failure = failure_;
  core_.spec.access_log(record);
}

void Connection::reset_request() {
  parser_.reset();
  request_ = Request();
  response_ = Response();
  route_.reset();
  handler_ = nullptr;
  admitted_.reset();
  body_read_ = true;
  body_bytes_ = 0;
  body_sent_ = 0;
  chunked_ = false;
  piece_.clear();
  piece_failed_ = false;
  failure_.clear();
  file_.reset();
}

void Connection::finish_response() {
  account(true);
  if (close_after_ || core_.stopping) return linger();
  reset_request();
  state_ = State::kIdle;
  deadline_ = Clock::now() + core_.spec.idle_time_max;
  look_for_head();
}

void Connection::linger() {
  state_ = State::kLinger;
  deadline_ = Clock::now() + kLingerTime;
  error_code error;
  socket_.shutdown(net::ip::tcp::socket::shutdown_send, error);
  if (error) return close();
  drain();
}

void Connection::drain() {
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(kStreamPieceBytes), [self = shared_from_this()](error_code error, size_t) {
    if (self->state_ == State::kClosed) return;
    if (error) return self->close();
    self->drain();
  });
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  deadline_ = Clock::time_point::max();
  error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
  if (!busy_) account(false);  // else when the work is back: it still writes what the log reads
  loop_.remove(this);
}

}  // namespace minglu::server
