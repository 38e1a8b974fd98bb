#include "server/transport/http_head.h"

#include <algorithm>

namespace tier0::transport {
namespace {

constexpr std::size_t kMaxFields = 64;
constexpr std::size_t kMaxTarget = 2048;
/// The library's own limit for a field line is just above this.
constexpr std::size_t kMaxLine = 8000;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

std::string_view strip(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

/// The next line without its CRLF, cut off the front of `rest`; nothing where CRLF is missing.
std::optional<std::string_view> next_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return {};
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<HeadFault> read_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return HeadFault{400, "bad request line"};
  head.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method) || head.method.size() > 32) return HeadFault{400, "bad method"};
  if (target.size() > kMaxTarget) return HeadFault{414, "target too long"};
  const bool printable = std::all_of(target.begin(), target.end(),
                                     [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
  if (target.empty() || target.front() != '/' || !printable) return HeadFault{400, "bad target"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other = version.size() == 8 && version.substr(0, 5) == "HTTP/";
    return HeadFault{other ? 505 : 400, "HTTP/1.1 is spoken here"};
  }
  head.http_1_0 = version == "HTTP/1.0";
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  return {};
}

std::optional<HeadFault> read_field(std::string_view line, RequestHead& head) {
  if (line.size() > kMaxLine || head.fields.size() == kMaxFields)
    return HeadFault{431, "header too large"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return HeadFault{400, "bad header field"};
  const std::string_view value = strip(line.substr(colon + 1));
  if (has_control(value)) return HeadFault{400, "bad header field"};
  head.fields.push_back({line.substr(0, colon), value});
  return {};
}

std::optional<HeadFault> read_length(RequestHead& head) {
  const auto length = head.find("Content-Length");
  if (!length) return {};
  const bool digits =
      std::all_of(length->begin(), length->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (head.count("Content-Length") != 1 || length->empty() || !digits)
    return HeadFault{400, "bad Content-Length"};
  if (length->size() > 15) return HeadFault{413, "body too large"};
  std::size_t value = 0;
  for (const char c : *length) value = value * 10 + static_cast<std::size_t>(c - '0');
  head.content_length = value;
  return {};
}

/// RFC 9112 section 6: how long the body is must have one reading only.
std::optional<HeadFault> read_framing(RequestHead& head) {
  if (auto fault = read_length(head)) return fault;
  const auto coding = head.find("Transfer-Encoding");
  if (!coding) return {};
  if (head.content_length || head.http_1_0) return HeadFault{400, "two body lengths"};
  if (head.count("Transfer-Encoding") != 1) return HeadFault{400, "bad Transfer-Encoding"};
  if (!same_name(*coding, "chunked")) return HeadFault{501, "only chunked is understood"};
  head.chunked = true;
  return {};
}

bool lists_close(const RequestHead& head) {
  for (const mcp::HeaderView& field : head.fields) {
    if (!same_name(field.name, "Connection")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (same_name(strip(rest.substr(0, comma)), "close")) return true;
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  return false;
}

std::optional<HeadFault> check_fields(RequestHead& head) {
  const std::size_t hosts = head.count("Host");
  if (hosts > 1 || (hosts == 0 && !head.http_1_0)) return HeadFault{400, "Host must be said once"};
  if (head.count("Origin") > 1 || head.count("Authorization") > 1 || head.count("Content-Type") > 1)
    return HeadFault{400, "repeated header field"};
  if (const auto expect = head.find("Expect"); expect && !same_name(*expect, "100-continue"))
    return HeadFault{417, "only 100-continue is understood"};
  return read_framing(head);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [name](const mcp::HeaderView& f) { return same_name(f.name, name); }));
}

std::optional<std::string_view> RequestHead::find(std::string_view name) const {
  for (const mcp::HeaderView& field : fields)
    if (same_name(field.name, name)) return field.value;
  return {};
}

std::optional<std::size_t> head_length(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  return end + 4;
}

std::variant<RequestHead, HeadFault> parse_head(std::string_view bytes) {
  RequestHead head;
  head.fields.reserve(16);
  std::string_view rest = bytes;
  const auto request_line = next_line(rest);
  if (!request_line || has_control(*request_line)) return HeadFault{400, "bad request line"};
  if (auto fault = read_request_line(*request_line, head)) return *fault;
  for (auto line = next_line(rest); line && !line->empty(); line = next_line(rest))
    if (auto fault = read_field(*line, head)) return *fault;
  if (auto fault = check_fields(head)) return *fault;
  head.wants_close = lists_close(head) || head.http_1_0;
  return head;
}

}  // namespace tier0::transport
