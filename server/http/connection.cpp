#include "server/http/connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "server/http/query.hpp"

namespace minglu::server {
namespace {

constexpr size_t kReadBytes = 16 * 1024;
constexpr size_t kBodyReadBytes = 64 * 1024;
constexpr size_t kUploadBlockBytes = 256 * 1024;
/// The head of a chunk or the trailers after the last one: more is no honest client.
constexpr size_t kChunkHeadBytesMax = 16 * 1024;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>.
std::string trace_id_of(std::string_view traceparent) {
  const bool well_formed = traceparent.size() == 55 && traceparent.starts_with("00-") && traceparent[35] == '-' &&
                           traceparent[52] == '-' && is_hex(traceparent.substr(3, 32)) &&
                           is_hex(traceparent.substr(36, 16));
  const std::string_view id = well_formed ? traceparent.substr(3, 32) : std::string_view();
  return id.find_first_not_of('0') == std::string_view::npos ? random_hex() : std::string(id);
}

}  // namespace

Connection::Connection(Core& core, Loop& loop, net::ip::tcp::socket socket)
    : core_(core), loop_(loop), socket_(std::move(socket)), pause_(loop.context) {
  error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = peer.address().to_string();
  core_.metrics.connections.fetch_add(1);
  core_.metrics.connections_total.fetch_add(1);
}

Connection::~Connection() {
  if (in_flight_) core_.metrics.requests_in_flight.fetch_sub(1);
  core_.metrics.connections.fetch_sub(1);
}

void Connection::start() {
  deadline_ = Clock::now() + core_.spec.header_time_max;
  read_more();
}

void Connection::deadline_passed() {
  deadline_ = Clock::time_point::max();
  if (state_ != State::kHead && state_ != State::kBody) return close();
  // The read that is under way ends with an error; its handler sees why and answers.
  core_.metrics.reject(Rejection::kTimeout);
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::wind_down() {
  if (state_ == State::kIdle || state_ == State::kPaused) close();
}

void Connection::read_more() {
  const size_t want = state_ == State::kBody ? kBodyReadBytes : kReadBytes;
  socket_.async_read_some(buffer_.prepare(want), [self = shared_from_this()](error_code error, size_t bytes) {
    self->on_bytes(error, bytes);
  });
}

void Connection::on_bytes(error_code error, size_t bytes) {
  if (state_ == State::kClosed) return;
  if (timed_out_) {
    timed_out_ = false;
    return refuse(408, "request_timeout", "请求没有及时发完", "the request was not sent in time");
  }
  if (error) return close();
  buffer_.commit(bytes);
  if (state_ != State::kBody) return look_for_head();
  deadline_ = Clock::now() + core_.spec.body_idle_time_max;
  parse_body();
}

void Connection::look_for_head() {
  std::string_view bytes(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  // An empty line between two requests is forgiven (RFC 9112 §2.2): old clients send it behind a body.
  if (state_ == State::kIdle && any_request_ && bytes.starts_with("\r\n")) {
    buffer_.consume(2);
    bytes.remove_prefix(2);
  }
  if (bytes.empty()) return read_more();
  if (state_ == State::kIdle) {
    state_ = State::kHead;
    deadline_ = Clock::now() + core_.spec.header_time_max;
  }
  const HeadScan scan = scan_head(bytes, scanned_);
  scanned_ = bytes.size();
  if (scan.state == HeadScan::State::kBad) {
    core_.metrics.reject(Rejection::kMalformed);
    return refuse(400, "bad_request", "请求格式不对", "the head of the request is malformed");
  }
  const bool too_large =
      (scan.state == HeadScan::State::kWhole ? scan.bytes : bytes.size()) > core_.spec.header_bytes_max;
  if (too_large) {
    core_.metrics.reject(Rejection::kTooLarge);
    return refuse(431, "header_too_large", "请求头太大", "the head of the request is too large");
  }
  if (scan.state == HeadScan::State::kMore) return read_more();
  take_head(scan.bytes);
}

void Connection::take_head(size_t bytes) {
  began_ = Clock::now();
  any_request_ = true;
  response_.status = 0;  // what the log says of a request that gets no answer
  deadline_ = Clock::time_point::max();
  in_flight_ = true;
  core_.metrics.requests_in_flight.fetch_add(1);
  const std::string_view head(static_cast<const char*>(buffer_.data().data()), bytes);
  auto refusal = check_head(head);
  if (!refusal) refusal = parse_head(head);
  buffer_.consume(bytes);
  scanned_ = 0;
  if (refusal) {
    core_.metrics.reject(Rejection::kMalformed);
    return refuse(refusal->status, "bad_request", "请求格式不对", refusal->reason);
  }
  fill_request();
  const std::string_view target = view(parser_->get().target());
  if (target == "*" && request_.method == "OPTIONS") {
    return answer_without_handler({.allow = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"});
  }
  Result<Target> parsed = parse_target(target);
  if (!parsed.ok()) {
    core_.metrics.reject(Rejection::kMalformed);
    return refuse(400, "bad_address", "地址格式不对", parsed.error().message);
  }
  request_.path = std::move(parsed->path);
  request_.query = std::move(parsed->query);
  route_request(parsed->segments);
}

std::optional<Refusal> Connection::parse_head(std::string_view head) {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(core_.spec.header_bytes_max));
  parser_->body_limit(boost::none);  // by hand below: the answer is 413, not the end of the connection
  error_code error;
  parser_->put(net::const_buffer(head.data(), head.size()), error);
  if (error) return Refusal{400, error.message()};
  if (!parser_->is_header_done()) return Refusal{400, "the head is not whole"};
  parser_->eager(true);
  return std::nullopt;
}

void Connection::fill_request() {
  const auto& message = parser_->get();
  body_read_ = parser_->is_done();
  is_http_1_0_ = message.version() == 10;
  keep_alive_ = message.keep_alive();
  request_.method = std::string(view(message.method_string()));
  for (const auto& field : message) {
    std::string name = lower(view(field.name_string()));
    const std::string_view value = view(field.value());
    const auto [place, fresh] = request_.headers.try_emplace(std::move(name), value);
    if (!fresh) place->second.append(place->first == "cookie" ? "; " : ", ").append(value);
  }
  request_.remote = remote();
  request_.trace_id = trace_id_of(request_.header("traceparent"));
}

/// Only a proxy on this machine may speak for others, and only its own, the last, address is believed.
std::string Connection::remote() const {
  if (!core_.spec.trust_forwarded_for || !(peer_ == "::1" || peer_.starts_with("127."))) return peer_;
  std::string_view last = request_.header("x-forwarded-for");
  last = last.substr(last.rfind(',') + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  error_code error;
  const auto address = net::ip::make_address(std::string(last), error);
  return error ? peer_ : address.to_string();
}

void Connection::route_request(const std::vector<std::string>& segments) {
  Router::Match match = core_.router.match(request_.method, segments);
  if (match.route) {
    const Route& route = core_.router.routes()[*match.route];
    route_ = match.route;
    handler_ = &route.handler;
    request_.parts = std::move(match.parts);
    body_bytes_max_ = route.large_body ? core_.spec.large_body_bytes_max : core_.spec.body_bytes_max;
    return route.admit ? admit() : begin_body();
  }
  const bool reads = request_.method == "GET" || request_.method == "HEAD";
  if (match.allow.empty() && reads && core_.router.fallback() && segments.front() != "api") {
    handler_ = &core_.router.fallback();
    body_bytes_max_ = 0;
    return begin_body();
  }
  answer_without_handler(match);
}

void Connection::answer_without_handler(const Router::Match& match) {
  Response response;
  if (match.allow.empty()) {
    response = problem_response(request_, 404, "not_found", "没有这个地址", "no such address: " + request_.path);
  } else if (request_.method == "OPTIONS") {
    response.status = 204;
  } else {
    response = problem_response(request_, 405, "method_not_allowed", "该地址不支持此操作",
                                "method " + request_.method + " is not allowed here; allowed: " + match.allow);
  }
  if (!match.allow.empty()) response.with("Allow", match.allow);
  send_soon(std::move(response));
}

void Connection::admit() {
  state_ = State::kAdmit;
  const Admission& admit = core_.router.routes()[*route_].admit;
  const bool taken = run_on(
      core_.workers, true, [this, &admit] { admitted_ = checked_admission(admit); },
      [this] {
        if (admitted_) return send_soon(std::move(*admitted_));
        begin_body();
      });
  if (!taken) refuse_for_crowd();
}

std::optional<Response> Connection::checked_admission(const Admission& admit) {
  try {
    return admit(request_);
  } catch (...) { return problem_response(request_, 500, "internal", "服务器内部错误", "admission failed"); }
}

bool Connection::run_on(WorkerPool& pool, bool limited, std::function<void()> work, std::function<void()> then) {
  busy_ = true;
  auto job = [self = shared_from_this(), work = std::move(work), then = std::move(then)]() mutable {
    work();
    net::post(self->loop_.context, [self, then = std::move(then)] {
      self->busy_ = false;
      if (self->state_ == State::kClosed) return self->account(false);
      then();
    });
  };
  if (limited ? pool.try_submit(std::move(job)) : pool.submit(std::move(job))) return true;
  busy_ = false;
  return false;
}

void Connection::begin_body() {
  state_ = State::kBody;
  if (body_read_) return dispatch();
  const auto length = parser_->content_length();
  if (length && *length > body_bytes_max_) return refuse_too_large();
  deadline_ = Clock::now() + core_.spec.body_idle_time_max;
  if (request_.headers.contains("expect") && !is_http_1_0_) return send_continue();
  parse_body();
}

void Connection::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  net::async_write(socket_, net::buffer(kContinue), [self = shared_from_this()](error_code error, size_t) {
    if (self->state_ == State::kClosed) return;
    if (error) return self->close();
    self->parse_body();
  });
}

void Connection::parse_body() {
  while (!parser_->is_done()) {
    const BodyStep step = parse_body_step();
    if (step == BodyStep::kFailed) return;
    if (body_bytes_ > body_bytes_max_) return refuse_too_large();
    if (upload_block_.size() >= kUploadBlockBytes) return flush_upload();
    if (step == BodyStep::kStarving) return read_more();
  }
  body_read_ = true;
  deadline_ = Clock::time_point::max();
  if (!upload_block_.empty() || upload_) return flush_upload();
  dispatch();
}

Connection::BodyStep Connection::parse_body_step() {
  std::array<char, kReadBytes> block;
  auto& body = parser_->get().body();
  body.data = block.data();
  body.size = block.size();
  error_code error;
  const size_t used = buffer_.size() == 0 ? 0 : parser_->put(buffer_.data(), error);
  buffer_.consume(used);
  const size_t got = block.size() - body.size;
  body.data = nullptr;
  body_bytes_ += got;
  const bool is_large = route_ && core_.router.routes()[*route_].large_body;
  if (body_bytes_ <= body_bytes_max_) (is_large ? upload_block_ : request_.body).append(block.data(), got);
  const bool starves = error == http::error::need_more || (!error && used == 0 && got == 0);
  if (starves && buffer_.size() <= kChunkHeadBytesMax) return BodyStep::kStarving;
  if (!starves && (!error || error == http::error::need_buffer)) return BodyStep::kProgress;
  core_.metrics.reject(Rejection::kMalformed);
  refuse(400, "bad_body", "请求正文格式不对", starves ? "the head of a chunk is too long" : error.message());
  return BodyStep::kFailed;
}

/// Writes what has come on the thread of the files, then goes on; with the last block the request is whole.
void Connection::flush_upload() {
  deadline_ = Clock::time_point::max();
  const auto write = [this] {
    upload_failed_ = false;
    if (!upload_) {
      auto file = UploadFile::create(core_.spec.upload_directory);
      if (file.ok()) upload_ = std::move(file).value();
    }
    upload_failed_ = !upload_ || !upload_->append(upload_block_).ok();
    upload_block_.clear();
    if (body_read_ && upload_) upload_->close();
  };
  const bool taken = run_on(core_.files, false, write, [this] {
    if (upload_failed_) return refuse(507, "no_space", "服务器无法保存上传的文件", "the upload cannot be written");
    if (!body_read_) {
      deadline_ = Clock::now() + core_.spec.body_idle_time_max;
      return parse_body();
    }
    request_.body_file = upload_->path();
    dispatch();
  });
  if (!taken) close();
}

WorkerPool& Connection::workers() {
  return route_ && core_.router.routes()[*route_].heavy ? core_.heavy : core_.workers;
}

void Connection::dispatch() {
  state_ = State::kWorking;
  deadline_ = Clock::time_point::max();
  if (!run_on(
          workers(), true, [this] { run_handler(); }, [this] { send_head(); }))
    refuse_for_crowd();
}

void Connection::run_handler() {
  Response response;
  try {
    response = (*handler_)(request_);
  } catch (const std::exception& error) {
    // What the exception says may be of the inside; it goes to the log by its trace id, not to the client.
    failure_ = error.what();
    response = problem_response(request_, 500, "internal", "服务器内部错误", "the request failed; see the log");
  } catch (...) {
    failure_ = "unknown exception";
    response = problem_response(request_, 500, "internal", "服务器内部错误", "the request failed; see the log");
  }
  upload_.reset();
  prepare(std::move(response));
}

}  // namespace minglu::server
