#include "server/net/http_client.h"

#include <algorithm>
#include <utility>

#include "server/net/channel.h"

namespace tier0 {
namespace {

bool is_method(std::string_view text) {
  constexpr std::size_t kLongest = 10;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// RFC 9110 section 5.6.2, less what no header of ours needs.
bool is_header_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// No control characters, so that a value cannot start a header of its own; not empty, because
/// libcurl reads an empty value as "leave this header out".
bool is_header_value(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool is_url(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

Result<Unit> check(const HttpRequest& request) {
  const auto malformed = [](std::string_view what) {
    return Error{.code = Code::Internal, .message = "a malformed " + std::string(what)};
  };
  if (!is_method(request.method)) return malformed("method");
  if (!is_url(request.url)) return malformed("URL");
  for (const HttpHeader& header : request.headers)
    if (!is_header_name(header.name) || !is_header_value(header.value)) return malformed("header");
  for (const SecretHeader& header : request.secret_headers)
    if (!is_header_name(header.name) || !is_header_value(header.value.reveal()))
      return Error{.code = Code::SecretUnavailable,
                   .message = "the credential for " + header.name + " is empty or malformed",
                   .hint = "Store it as one line without spaces around it."};
  return Unit{};
}

}  // namespace

HttpClient::HttpClient(HttpOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

HttpClient::~HttpClient() = default;

Result<std::unique_ptr<Channel>> HttpClient::take() {
  {
    const MutexLock lock(mutex_);
    if (!idle_.empty()) {
      // The one used last has the best chance of a connection that is still open.
      std::unique_ptr<Channel> channel = std::move(idle_.back());
      idle_.pop_back();
      return channel;
    }
  }
  return Channel::open();
}

void HttpClient::give_back(std::unique_ptr<Channel> channel) {
  const MutexLock lock(mutex_);
  if (idle_.size() < options_.idle_limit) idle_.push_back(std::move(channel));
}

HttpReply HttpClient::send(const HttpRequest& request, const Cancel& cancel) {
  if (const auto valid = check(request); !valid) return {.response = valid.error()};
  if (const auto wanted = cancel.check(clock_); !wanted) return {.response = wanted.error()};
  auto channel = take();
  if (!channel) return {.response = std::move(channel).error()};
  HttpReply reply = (*channel)->run(request, options_, clock_, cancel);
  give_back(*std::move(channel));
  return reply;
}

}  // namespace tier0
