// One client: reads a request, has it handled, writes the answer, and again. Internal to server/http.
//
//   kIdle -> kHead -> (kAdmit) -> kBody -> kWorking -> kSending (-> kPaused -> kSending)* -> kIdle | kLinger -> kClosed
//
// Everything runs on the thread of the loop, except the handler, admission and stream source (workers) and blocks of
// files, on a thread of their own. While one of those runs, busy_ is true and the loop does not touch request_,
// response_, upload_ or piece_; what it may do is close the socket. Reading stops while an answer is made: a client
// cannot fill memory by pipelining.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>

#include "server/http/core.hpp"
#include "server/http/file_handle.hpp"
#include "server/http/head.hpp"
#include "server/http/upload_file.hpp"

namespace minglu::server {

namespace http = boost::beast::http;
using boost::system::error_code;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Core& core, Loop& loop, net::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }
  /// Called by the sweep of the loop.
  void deadline_passed();
  /// The server stops: close when idle, else after the answer.
  void wind_down();
  void close();

 private:
  enum class State { kIdle, kHead, kAdmit, kBody, kWorking, kSending, kPaused, kLinger, kClosed };
  using Parser = http::request_parser<http::buffer_body>;

  // connection.cpp: from bytes to a request.
  void read_more();
  void on_bytes(error_code error, size_t bytes);
  void look_for_head();
  void take_head(size_t bytes);
  std::optional<Refusal> parse_head(std::string_view head);
  void fill_request();
  [[nodiscard]] std::string remote() const;
  void route_request(const std::vector<std::string>& segments);
  void answer_without_handler(const Router::Match& match);
  void admit();
  std::optional<Response> checked_admission(const Admission& admit);
  void begin_body();
  void send_continue();
  void parse_body();
  enum class BodyStep { kProgress, kStarving, kFailed };
  BodyStep parse_body_step();
  void flush_upload();
  WorkerPool& workers();
  void dispatch();
  void run_handler();
  /// `work` on a thread of the pool, then `then` on the loop, unless the connection has been closed meanwhile.
  bool run_on(WorkerPool& pool, bool limited, std::function<void()> work, std::function<void()> then);

  // connection_send.cpp: from a response to bytes.
  void refuse(int status, std::string_view code, std::string_view title, std::string_view detail);
  void refuse_for_crowd();
  void refuse_too_large();
  void send_soon(Response response);
  void prepare(Response response);
  bool open_file();
  void send_head();
  void send(std::string_view first, std::string_view second);
  void write_some();
  void on_written();
  void next_file_block();
  void read_file_block();
  void next_stream_piece();
  void pull_stream();
  void pause_stream();
  [[nodiscard]] bool peer_has_closed();
  void finish_response();
  /// Once for each request taken in: metrics and access log.
  void account(bool complete);
  void reset_request();
  void linger();
  void drain();

  Core& core_;
  Loop& loop_;
  net::ip::tcp::socket socket_;
  std::string peer_;
  State state_ = State::kIdle;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool timed_out_ = false;
  bool any_request_ = false;

  bool busy_ = false;  // work of this connection runs or waits in a pool

  // The request being read.
  boost::beast::flat_buffer buffer_;
  size_t scanned_ = 0;
  std::optional<Parser> parser_;
  Request request_;
  std::optional<size_t> route_;
  const Handler* handler_ = nullptr;
  std::optional<Response> admitted_;
  bool keep_alive_ = false;
  bool is_http_1_0_ = false;
  bool body_read_ = true;
  uint64_t body_bytes_ = 0;
  uint64_t body_bytes_max_ = 0;
  std::string upload_block_;
  std::unique_ptr<UploadFile> upload_;
  bool upload_failed_ = false;
  bool in_flight_ = false;
  Clock::time_point began_;

  // The answer being sent.
  Response response_;
  std::string failure_;  // what a handler threw
  std::string head_;
  std::string piece_;  // block of a file or piece of a stream, framed
  bool close_after_ = false;
  bool chunked_ = false;
  bool piece_failed_ = false;
  bool last_piece_ = false;
  FileHandle file_;
  uint64_t file_left_ = 0;
  uint64_t body_sent_ = 0;
  boost::beast::buffers_suffix<std::array<net::const_buffer, 2>> unsent_;
  net::steady_timer pause_;
};

}  // namespace minglu::server
