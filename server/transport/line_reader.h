#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tier0::transport {

/// Cuts bytes into lines. A line beyond the limit is reported once and skipped up to its newline,
/// so that it costs no memory and the next line is understood again. Not thread-safe.
class LineReader {
 public:
  struct Handlers {
    std::function<void(std::string_view line)> line;  // without its newline
    std::function<void()> too_long;
  };

  LineReader(std::size_t limit, Handlers handlers)
      : limit_(limit), handlers_(std::move(handlers)) {}

  void feed(std::string_view bytes);
  /// What came after the last newline is a line too.
  void finish();

 private:
  void append(std::string_view part);
  void end_line(std::string_view last_part);

  const std::size_t limit_;
  const Handlers handlers_;
  std::string partial_;
  bool is_skipping_ = false;
};

}  // namespace tier0::transport
