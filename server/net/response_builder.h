#pragma once

#include <cstddef>
#include <string_view>

#include "server/net/http.h"

namespace tier0 {

/// Collects an answer as its bytes arrive, within bounds. A refused piece ends the transfer.
class ResponseBuilder {
 public:
  explicit ResponseBuilder(std::size_t body_limit) : body_limit_(body_limit) {}

  /// One line of the head with its line end, the status line included. An interim answer (1xx) is
  /// forgotten when the next status line comes.
  bool add_header_line(std::string_view line);
  bool add_body(std::string_view bytes);

  bool is_too_large() const { return too_large_; }
  /// Whether the empty line after the head came: libcurl takes a connection that ends before it
  /// for an answer without a body.
  bool is_head_complete() const { return head_complete_; }
  HttpResponse head(int status) const;
  HttpResponse take(int status);

 private:
  const std::size_t body_limit_;
  std::size_t head_bytes_ = 0;
  bool too_large_ = false;
  bool head_complete_ = false;
  HttpResponse response_;
};

}  // namespace tier0
