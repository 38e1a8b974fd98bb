#include "server/net/channel.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "server/net/dynamic_library.h"
#include "server/net/response_builder.h"

namespace tier0 {
namespace {

using std::chrono::milliseconds;

/// libcurl brings some thirty shared libraries, which a start that sends no request need not load.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  CURLcode (*set)(CURL*, CURLoption, ...) = nullptr;
  CURLcode (*get)(CURL*, CURLINFO, ...) = nullptr;
  decltype(&curl_multi_init) multi_init = nullptr;
  decltype(&curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&curl_multi_add_handle) multi_add = nullptr;
  decltype(&curl_multi_remove_handle) multi_remove = nullptr;
  decltype(&curl_multi_perform) multi_perform = nullptr;
  decltype(&curl_multi_poll) multi_poll = nullptr;
  decltype(&curl_multi_wakeup) multi_wakeup = nullptr;
  decltype(&curl_multi_info_read) multi_info = nullptr;
  decltype(&curl_slist_append) list_append = nullptr;
  decltype(&curl_slist_free_all) list_free = nullptr;

  bool load(const DynamicLibrary& library) {
    return library.find(global_init, "curl_global_init") &&
           library.find(easy_init, "curl_easy_init") &&
           library.find(easy_cleanup, "curl_easy_cleanup") &&
           library.find(easy_reset, "curl_easy_reset") && library.find(set, "curl_easy_setopt") &&
           library.find(get, "curl_easy_getinfo") && library.find(multi_init, "curl_multi_init") &&
           library.find(multi_cleanup, "curl_multi_cleanup") &&
           library.find(multi_add, "curl_multi_add_handle") &&
           library.find(multi_remove, "curl_multi_remove_handle") &&
           library.find(multi_perform, "curl_multi_perform") &&
           library.find(multi_poll, "curl_multi_poll") &&
           library.find(multi_wakeup, "curl_multi_wakeup") &&
           library.find(multi_info, "curl_multi_info_read") &&
           library.find(list_append, "curl_slist_append") &&
           library.find(list_free, "curl_slist_free_all") &&
           global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }
};

/// Null where libcurl cannot be used here.
const Curl* curl() {
  static const std::optional<Curl> loaded = []() -> std::optional<Curl> {
    for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"}) {
      Curl calls;
      if (calls.load(DynamicLibrary(name))) return calls;
    }
    return std::nullopt;
  }();
  return loaded ? &*loaded : nullptr;
}

/// The header lines as libcurl wants them. Wiped, since some carry credentials.
class HeaderLines {
 public:
  HeaderLines() = default;
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  ~HeaderLines() {
    for (curl_slist* line = lines_; line != nullptr; line = line->next)
      explicit_bzero(line->data, std::strlen(line->data));
    curl()->list_free(lines_);
  }

  bool add(const std::string& line) {
    curl_slist* grown = curl()->list_append(lines_, line.c_str());
    if (grown != nullptr) lines_ = grown;
    return grown != nullptr;
  }
  curl_slist* get() const { return lines_; }

 private:
  curl_slist* lines_ = nullptr;
};

bool fill(HeaderLines& lines, const HttpRequest& request) {
  // No interim "Expect: 100-continue": it costs a round trip and a second on servers that ignore
  // it.
  bool ok = lines.add("Expect:");
  for (const HttpHeader& header : request.headers)
    ok = ok && lines.add(header.name + ": " + header.value);
  for (const SecretHeader& header : request.secret_headers) {
    std::string line = header.name + ": ";
    line.reserve(line.size() + header.prefix.size() + header.value.reveal().size());
    line += header.prefix;
    line += header.value.reveal();
    const Secret wiped(std::move(line));
    ok = ok && lines.add(wiped.reveal());
  }
  return ok;
}

/// What the callbacks of one transfer share.
struct Transfer {
  ResponseBuilder builder;
  const std::stop_token& stop;
  CURL* easy;
  BodySink* sink;
  bool has_begun = false;
  Sent sent = Sent::No;

  bool add(std::string_view bytes) {
    if (sink == nullptr) return builder.add_body(bytes);
    if (!std::exchange(has_begun, true)) {
      long status = 0;
      curl()->get(easy, CURLINFO_RESPONSE_CODE, &status);
      if (!sink->begin(builder.head(static_cast<int>(status)))) return false;
    }
    return sink->add(bytes);
  }
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  return static_cast<Transfer*>(user)->builder.add_header_line(line) ? line.size() : 0;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view bytes(data, size * count);
  return static_cast<Transfer*>(user)->add(bytes) ? bytes.size() : 0;
}

/// Called when the connection stands and nothing of the request was sent yet.
int before_request(void* user, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.stop.stop_requested()) return CURL_PREREQFUNC_ABORT;
  transfer.sent = Sent::Maybe;
  return CURL_PREREQFUNC_OK;
}

void set_body(CURL* easy, const HttpRequest& request) {
  const Curl& call = *curl();
  if (!request.body.empty() || request.method == "POST") {
    call.set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    call.set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method != "GET" || !request.body.empty())
    call.set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_options(CURL* easy, const HttpRequest& request, const HttpOptions& options,
                 const HeaderLines& lines, Transfer& transfer) {
  const Curl& call = *curl();
  call.set(easy, CURLOPT_URL, request.url.c_str());
  call.set(easy, CURLOPT_PATH_AS_IS, 1L);
  call.set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  call.set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  call.set(easy, CURLOPT_NOSIGNAL, 1L);
  // A stop must not wait for the resolver's thread.
  call.set(easy, CURLOPT_QUICK_EXIT, 1L);
  // The environment must not decide where credentials travel.
  call.set(easy, CURLOPT_PROXY, "");
  call.set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  call.set(easy, CURLOPT_HTTPHEADER, lines.get());
  call.set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  call.set(easy, CURLOPT_FRESH_CONNECT, request.delivery == Delivery::Once ? 1L : 0L);
  if (!options.ca_file.empty()) call.set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  call.set(easy, CURLOPT_HEADERFUNCTION, on_header);
  call.set(easy, CURLOPT_HEADERDATA, &transfer);
  call.set(easy, CURLOPT_WRITEFUNCTION, on_body);
  call.set(easy, CURLOPT_WRITEDATA, &transfer);
  call.set(easy, CURLOPT_PREREQFUNCTION, before_request);
  call.set(easy, CURLOPT_PREREQDATA, &transfer);
  set_body(easy, request);
}

/// Empty while the transfer runs.
std::optional<CURLcode> outcome(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = curl()->multi_info(multi, &left))
    if (message->msg == CURLMSG_DONE) return message->data.result;
  return std::nullopt;
}

Error explain(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {.code = Code::Upstream,
              .message = "the name of the service does not resolve",
              .hint = "Check the configured URL and this machine's resolver."};
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
      return {.code = Code::Upstream,
              .message = "the service does not take connections",
              .hint = "Check the configured URL and this machine's network."};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {.code = Code::Upstream,
              .message = "the certificate of the service is not trusted",
              .hint = "Check the configured URL, the clock and this machine's CA certificates."};
    case CURLE_SSL_CONNECT_ERROR:
      return {.code = Code::Upstream,
              .message = "no encrypted connection to the service could be made",
              .hint = "Check the configured URL."};
    default:
      return {.code = Code::Upstream,
              .message = "the connection ended before a complete answer came"};
  }
}

}  // namespace

struct Channel::Handles {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;

  ~Handles() {
    if (easy != nullptr) curl()->easy_cleanup(easy);
    if (multi != nullptr) curl()->multi_cleanup(multi);
  }

  /// Drives the transfer until it ends, or the stop or `until` comes.
  Result<CURLcode> drive(const Clock& clock, TimePoint until, const Cancel& cancel) const {
    const std::stop_callback wake(cancel.stop, [this] { curl()->multi_wakeup(multi); });
    for (;;) {
      int running = 0;
      curl()->multi_perform(multi, &running);
      if (const auto code = outcome(multi)) return *code;
      T0_CHECK(cancel.check(clock));
      const auto left = std::chrono::ceil<milliseconds>(until - clock.now());
      if (left <= milliseconds(0))
        return Error{.code = Code::Timeout, .message = "the service did not answer in time"};
      constexpr milliseconds kLongestPoll = std::chrono::minutes(10);
      curl()->multi_poll(multi, nullptr, 0, static_cast<int>(std::min(left, kLongestPoll).count()),
                         nullptr);
    }
  }
};

Channel::Channel(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
Channel::~Channel() = default;

Result<std::unique_ptr<Channel>> Channel::open() {
  if (curl() == nullptr)
    return Error{.code = Code::NotConfigured,
                 .message = "libcurl is not on this machine",
                 .hint = "Install the package libcurl4."};
  auto handles = std::make_unique<Handles>();
  handles->easy = curl()->easy_init();
  handles->multi = curl()->multi_init();
  if (handles->easy == nullptr || handles->multi == nullptr)
    return Error{.code = Code::Internal, .message = "no memory for a connection"};
  return std::unique_ptr<Channel>(new Channel(std::move(handles)));
}

HttpReply Channel::run(const HttpRequest& request, const HttpOptions& options, const Clock& clock,
                       const Cancel& cancel) {
  const Curl& call = *curl();
  HeaderLines lines;
  Transfer transfer{.builder = ResponseBuilder(request.response_limit),
                    .stop = cancel.stop,
                    .easy = handles_->easy,
                    .sink = request.sink};
  if (!fill(lines, request))
    return {.response = Error{.code = Code::Internal, .message = "no memory for a request"}};
  call.easy_reset(handles_->easy);
  set_options(handles_->easy, request, options, lines, transfer);

  call.multi_add(handles_->multi, handles_->easy);
  const TimePoint until = std::min(cancel.deadline, clock.now() + request.timeout);
  const Result<CURLcode> code = handles_->drive(clock, until, cancel);
  long status = 0;
  call.get(handles_->easy, CURLINFO_RESPONSE_CODE, &status);
  call.multi_remove(handles_->multi, handles_->easy);

  if (!code) return {.sent = transfer.sent, .response = code.error()};
  if (*code == CURLE_OK && transfer.builder.is_head_complete())
    return {.sent = transfer.sent, .response = transfer.builder.take(static_cast<int>(status))};
  if (transfer.builder.is_too_large())
    return {.sent = transfer.sent,
            .response = Error{.code = Code::Upstream, .message = "the answer is too large"}};
  if (const auto stopped = cancel.check(clock); !stopped)
    return {.sent = transfer.sent, .response = stopped.error()};
  return {.sent = transfer.sent, .response = explain(*code)};
}

}  // namespace tier0
