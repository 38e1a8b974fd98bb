#include "server/transport/line_reader.h"

namespace tier0::transport {

void LineReader::feed(std::string_view bytes) {
  for (;;) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) return append(bytes);
    end_line(bytes.substr(0, newline));
    bytes.remove_prefix(newline + 1);
  }
}

void LineReader::finish() {
  if (!partial_.empty()) end_line({});
}

void LineReader::append(std::string_view part) {
  if (is_skipping_) return;
  if (partial_.size() + part.size() > limit_) {
    is_skipping_ = true;
    partial_ = {};
    handlers_.too_long();
    return;
  }
  partial_ += part;
}

void LineReader::end_line(std::string_view last_part) {
  if (partial_.empty() && !is_skipping_ && last_part.size() <= limit_) {
    handlers_.line(last_part);
    return;
  }
  append(last_part);
  if (!is_skipping_) handlers_.line(partial_);
  is_skipping_ = false;
  partial_.clear();
}

}  // namespace tier0::transport
