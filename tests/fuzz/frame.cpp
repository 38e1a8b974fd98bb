// JSON-RPC frames: lines are cut alike however the bytes come, and a message reads the same from
// the frames made of it.
#include "server/jsonrpc/frame.h"

#include <cstdlib>
#include <vector>

#include "server/jsonrpc/message.h"
#include "server/transport/line_reader.h"

namespace tier0::jsonrpc {
namespace {

constexpr std::size_t kLine = 512;

void require(bool claim) {
  if (!claim) std::abort();
}

struct Lines {
  std::vector<std::string> lines;
  std::size_t too_long = 0;

  bool operator==(const Lines&) const = default;
};

Lines cut(std::string_view first, std::string_view second) {
  Lines found;
  transport::LineReader reader(
      kLine, {.line = [&found](std::string_view line) { found.lines.emplace_back(line); },
              .too_long = [&found] { ++found.too_long; }});
  reader.feed(first);
  reader.feed(second);
  reader.finish();
  return found;
}

Message read_again(const std::string& frame) {
  require(frame.find('\n') == std::string::npos);
  auto value = parse_json(frame);
  require(value.has_value());
  return read_message(*std::move(value));
}

void check(const Request& request) {
  require(is_id(request.id) && request.params.is_object());
  const auto again =
      read_again(request_frame(request.id, request.method, dump_json(request.params)));
  const auto* same = std::get_if<Request>(&again);
  require(same != nullptr && same->id == request.id &&
          same->id.is_string() == request.id.is_string());
  require(same->method == request.method && same->params == request.params);
  const auto answer = read_again(result_frame(request.id, dump_json(request.params)));
  require(std::get<Response>(answer).id == request.id);
  require(std::get<Response>(answer).result == request.params);
}

void check(const Notification& notification) {
  require(notification.params.is_object());
  const auto again =
      read_again(notification_frame(notification.method, dump_json(notification.params)));
  require(std::get<Notification>(again).method == notification.method);
  require(std::get<Notification>(again).params == notification.params);
}

void check(const Response& response) {
  require(is_id(response.id) || response.id.is_null());
  require(response.error.is_object() || response.error.is_null());
}

void check(const Malformed& malformed) {
  require(is_id(malformed.id) || malformed.id.is_null());
  const auto answer = read_again(
      error_frame(malformed.id, {.code = kInvalidRequest, .message = malformed.problem}));
  require(std::get<Response>(answer).id == malformed.id);
  require(std::get<Response>(answer).error.at("message") == malformed.problem);
}

void read(std::string_view line) {
  auto value = parse_json(line);
  if (!value) return require(!value.error().message.empty());
  if (value->is_array())
    for (Json& element : *value)
      std::visit([](const auto& message) { check(message); }, read_message(std::move(element)));
  else
    std::visit([](const auto& message) { check(message); }, read_message(*std::move(value)));
}

}  // namespace

void run(std::string_view bytes) {
  const Lines whole = cut(bytes, {});
  const std::size_t place = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]) % bytes.size();
  require(cut(bytes.substr(0, place), bytes.substr(place)) == whole);
  for (const std::string& line : whole.lines) {
    require(line.size() <= kLine && line.find('\n') == std::string::npos);
    read(line);
  }
}

}  // namespace tier0::jsonrpc

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tier0::jsonrpc::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
