#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/cli/commands.h"

namespace tier0::cli {

enum class Colour { Plain, Bold, Dim, Red, Green, Yellow };

/// What a command prints to: tables and colour on a terminal, JSON into a pipe or with --json.
class Terminal {
 public:
  explicit Terminal(const Options& options);

  /// Whether a person reads: standard output is a terminal and --json is not given.
  bool for_people() const { return for_people_; }
  std::string paint(Colour colour, std::string_view text) const;

  /// One JSON value and a newline.
  void print(const Json& value) const;
  /// Columns as wide as their widest cell; the first row is the heading.
  void table(const std::vector<std::vector<std::string>>& rows) const;
  void line(std::string_view text) const;

 private:
  bool for_people_;
  bool colour_;
};

/// "[#####...............]": how much of the whole is done.
std::string progress_bar(double done, double total);

/// "tier0: what was wrong. What to do." on stderr, and the exit code that its kind stands for.
int fail(const Error& error);
/// Wrong usage or configuration: the same text, exit code 2.
int fail_usage(const Error& error);

}  // namespace tier0::cli
