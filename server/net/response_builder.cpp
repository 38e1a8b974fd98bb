#include "server/net/response_builder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kHeadLimit = 64 * 1024;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

}  // namespace

const std::string* HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeader::name);
  return found == headers.end() ? nullptr : &found->value;
}

bool ResponseBuilder::add_header_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kHeadLimit) {
    too_large_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();
    head_complete_ = false;
    return true;
  }
  if (line == "\r\n" || line == "\n") head_complete_ = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.push_back(
      {.name = lower(line.substr(0, colon)), .value = std::string(trim(line.substr(colon + 1)))});
  return true;
}

bool ResponseBuilder::add_body(std::string_view bytes) {
  if (bytes.size() > body_limit_ - response_.body.size()) {
    too_large_ = true;
    return false;
  }
  response_.body += bytes;
  return true;
}

HttpResponse ResponseBuilder::head(int status) const {
  return {.status = status, .headers = response_.headers};
}

HttpResponse ResponseBuilder::take(int status) {
  response_.status = status;
  return std::exchange(response_, {});
}

}  // namespace tier0
