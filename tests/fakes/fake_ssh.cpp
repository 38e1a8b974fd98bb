#include "tests/fakes/fake_ssh.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {
namespace {

Error failed(const HostName& host, Code code) {
  return {.code = code, .message = host.value + " was told to fail", .hint = "this is a test"};
}

bool begins_with(const std::vector<std::string>& argv, const std::vector<std::string>& start) {
  return argv.size() >= start.size() && std::equal(start.begin(), start.end(), argv.begin());
}

}  // namespace

std::string FakeSsh::Ran::line() const {
  return join(command.argv, " ");
}

FakeSsh::Host& FakeSsh::host(const std::string& name) {
  return hosts_[HostName{name}];
}

void FakeSsh::add_host(const std::string& name) {
  const MutexLock lock(mutex_);
  host(name).failure.reset();
}

void FakeSsh::answer(const std::string& name, std::vector<std::string> argv, CommandOutput output) {
  const MutexLock lock(mutex_);
  host(name).answers[std::move(argv)] = std::move(output);
}

void FakeSsh::answer(const std::string& name, std::vector<std::string> argv, std::string out,
                     int exit_code) {
  CommandOutput output;
  output.out = std::move(out);
  output.exit_code = exit_code;
  answer(name, std::move(argv), std::move(output));
}

void FakeSsh::put_file(const std::string& name, const std::string& path, std::string bytes) {
  const MutexLock lock(mutex_);
  host(name).files[path] = std::move(bytes);
}

void FakeSsh::fail_next(Code code, AfterStart after) {
  const MutexLock lock(mutex_);
  next_failure_ = {code, after};
}

void FakeSsh::fail_host(const std::string& name, Code code) {
  const MutexLock lock(mutex_);
  host(name).failure = code;
}

std::vector<FakeSsh::Ran> FakeSsh::ran() const {
  const MutexLock lock(mutex_);
  return ran_;
}

std::vector<std::string> FakeSsh::ran_lines() const {
  std::vector<std::string> lines;
  for (const Ran& each : ran()) lines.push_back(each.line());
  return lines;
}

std::vector<std::pair<HostName, std::string>> FakeSsh::files_read() const {
  const MutexLock lock(mutex_);
  return files_read_;
}

Result<const FakeSsh::Host*> FakeSsh::enter(const HostName& name, const Cancel& cancel) {
  // The deadline counts on the caller's clock, which may be a virtual one.
  if (cancel.stop.stop_requested())
    return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  if (next_failure_ && next_failure_->after == AfterStart::No) {
    const Code code = next_failure_->code;
    next_failure_.reset();
    return failed(name, code);
  }
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) return failed(name, Code::NotConfigured);
  if (found->second.failure) return failed(name, *found->second.failure);
  return &found->second;
}

Result<CommandOutput> FakeSsh::run(const HostName& name, const Command& command,
                                   const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_TRY(const Host* found, enter(name, cancel));
  ran_.push_back({name, command});
  if (next_failure_) {
    Error error = failed(name, next_failure_->code);
    error.maybe_done = true;
    next_failure_.reset();
    return error;
  }
  const CommandOutput* best = nullptr;
  std::size_t words = 0;
  for (const auto& [argv, output] : found->answers) {
    if (!begins_with(command.argv, argv) || (best != nullptr && argv.size() <= words)) continue;
    best = &output;
    words = argv.size();
  }
  CommandOutput unknown;
  unknown.exit_code = 127;
  CommandOutput output = best != nullptr ? *best : unknown;
  output.total_limit = command.total;
  output.idle_limit = command.idle;
  return output;
}

Result<FileContent> FakeSsh::read_file(const HostName& name, const std::string& path,
                                       std::size_t limit, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_TRY(const Host* found, enter(name, cancel));
  files_read_.emplace_back(name, path);
  if (next_failure_) {
    const Code code = next_failure_->code;
    next_failure_.reset();
    return failed(name, code);
  }
  const auto file = found->files.find(path);
  if (file == found->files.end()) return failed(name, Code::NotFound);
  return FileContent{.bytes = file->second.substr(0, limit), .size = file->second.size()};
}

}  // namespace tier0
