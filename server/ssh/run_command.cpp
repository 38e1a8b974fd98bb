#include "server/ssh/run_command.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "server/base/text.h"
#include "server/ssh/channel.h"

namespace tier0::ssh {
namespace {

constexpr auto kOpening = std::chrono::seconds(10);
/// A program that has ended may leave children that hold its output open; this long we listen on.
constexpr auto kAfterExit = std::chrono::seconds(2);

std::string shown(std::chrono::milliseconds span) {
  const auto count = span.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

/// Keeps the first bytes of both streams and counts the rest.
class Collector {
 public:
  explicit Collector(std::size_t limit) : limit_(limit), last_(now()) {}

  void take(Stream stream, std::string_view bytes) {
    last_ = now();
    const bool out = stream == Stream::Out;
    std::string& kept = out ? output_.out : output_.err;
    const std::size_t room = std::min(bytes.size(), limit_ - kept.size());
    kept.append(bytes.substr(0, room));
    (out ? output_.out_dropped : output_.err_dropped) += bytes.size() - room;
  }
  void note_progress() { last_ = now(); }

  TimePoint last() const { return last_; }
  CommandOutput finish() { return std::move(output_); }

 private:
  const std::size_t limit_;
  CommandOutput output_;
  TimePoint last_;
};

/// One run, from the moment that the host was asked to start the program.
class Run {
 public:
  Run(Session& session, const Command& command, const CommandLimits& limits)
      : session_(session), command_(command), limits_(limits), collector_(command.output_limit) {}

  Result<CommandOutput> operator()(const std::string& line, const Cancel& cancel) {
    T0_CHECK(open(cancel));
    began_ = now();
    if (auto started = channel_->execute(line, cancel); !started) return explain(started.error());
    while (!finished()) {
      feed();
      const auto turn = session_.wait(next_moment(), cancel);
      // The exit counts even where the connection ends with it, as after a reboot.
      if (!turn) return exited() ? result() : explain(turn.error());
      if (!exited() && now() >= collector_.last() + limits_.idle) return silent();
    }
    return result();
  }

 private:
  Result<Unit> open(const Cancel& cancel) {
    const Cancel opening = cancel.sooner(now() + kOpening);
    const auto receive = [this](Stream stream, std::string_view bytes) {
      collector_.take(stream, bytes);
    };
    auto channel = Channel::open(session_, receive, opening);
    if (!channel && channel.error().code == Code::Timeout && now() < cancel.deadline)
      return Error{.code = Code::SshUnreachable,
                   .message = session_.where() + " does not answer",
                   .hint = "check that the machine runs and answers, then try again"};
    if (!channel) return std::move(channel).error();
    channel_ = *std::move(channel);
    return Unit{};
  }

  bool exited() const { return channel_->exit_code() || !channel_->exit_signal().empty(); }

  bool finished() {
    if (channel_->ended()) return true;
    if (!exited()) return false;
    if (!exited_at_) exited_at_ = now();
    return now() >= *exited_at_ + kAfterExit;
  }

  TimePoint next_moment() const {
    return exited_at_ ? *exited_at_ + kAfterExit : collector_.last() + limits_.idle;
  }

  void feed() {
    if (input_ended_) return;
    const std::string_view input = command_.input;
    while (fed_ < input.size()) {
      const std::size_t taken = channel_->write(input.substr(fed_));
      if (taken == 0) return;
      fed_ += taken;
      collector_.note_progress();
    }
    channel_->end_input();
    input_ended_ = true;
  }

  Result<CommandOutput> result() {
    if (!exited())
      return explain({.code = Code::SshUnreachable,
                      .message = session_.where() + " closed the session without an exit code"});
    CommandOutput output = collector_.finish();
    output.exit_code = channel_->exit_code().value_or(0);
    output.signal = channel_->exit_signal();
    output.took = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began_);
    output.total_limit = limits_.total;
    output.idle_limit = limits_.idle;
    return output;
  }

  Error silent() const {
    return started({.code = Code::TimeoutUnknown,
                    .message = "there was no output for " + shown(limits_.idle)});
  }

  /// What an error of the connection means for the program.
  Error explain(Error error) const {
    if (error.code == Code::Forbidden) return error;
    if (error.code == Code::Timeout)
      error = {.code = Code::TimeoutUnknown,
               .message = "the time limit of " + shown(limits_.total) + " passed"};
    return started(std::move(error));
  }

  Error started(Error error) const {
    error.message += "; " + clean_text(command_.argv.front(), 100) + " was started on " +
                     session_.where() + " and may still be running there";
    error.hint = "find out what it did before running it again";
    error.maybe_done = true;
    return error;
  }

  Session& session_;
  const Command& command_;
  const CommandLimits& limits_;
  Collector collector_;
  std::unique_ptr<Channel> channel_;
  TimePoint began_;
  std::optional<TimePoint> exited_at_;
  std::size_t fed_ = 0;
  bool input_ended_ = false;
};

}  // namespace

Result<CommandOutput> run_command(Session& session, const Command& command, const std::string& line,
                                  const CommandLimits& limits, const Cancel& cancel) {
  return Run(session, command, limits)(line, cancel);
}

}  // namespace tier0::ssh
