#include "tests/fakes/fake_ssh.h"

#include <algorithm>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

Error failed(const HostName& host, Code code) {
  return {.code = code, .message = host.value + " was told to fail", .hint = "this is a test"};
}

bool begins_with(const std::vector<std::string>& argv, const std::vector<std::string>& start) {
  return argv.size() >= start.size() && std::equal(start.begin(), start.end(), argv.begin());
}

/// With slashes and our home as a host resolves them.
std::string whole_path(const std::string& path) {
  const std::string home = "/home/smarteros";
  if (path == ".") return home;
  std::string whole = path.starts_with('/') ? path : home + "/" + path;
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

/// The base64 part of a key line, which is what makes it the same key.
std::string key_of_line(const std::string& line) {
  const std::size_t start = line.find("AAAA");
  if (start == std::string::npos) return {};
  return line.substr(start, line.find_first_of(" \t", start) - start);
}

}  // namespace

std::string FakeSsh::Wrote::path() const {
  return whole_path(file.directory) + "/" + file.name;
}

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

void FakeSsh::put_file(const std::string& name, const std::string& path, std::string bytes,
                       std::uint32_t mode) {
  const MutexLock lock(mutex_);
  host(name).files[whole_path(path)] = {.bytes = std::move(bytes), .mode = mode};
}

void FakeSsh::add_folder(const std::string& name, const std::string& path) {
  const MutexLock lock(mutex_);
  host(name).folders.insert(whole_path(path));
}

void FakeSsh::put_link(const std::string& name, const std::string& path) {
  const MutexLock lock(mutex_);
  host(name).files[whole_path(path)] = {.bytes = {}, .is_link = true};
}

void FakeSsh::check_logins(PublicKeyOf public_key_of) {
  const MutexLock lock(mutex_);
  public_key_of_ = std::move(public_key_of);
}

void FakeSsh::drop_connections(const std::string& name) {
  const MutexLock lock(mutex_);
  host(name).connected = false;
}

void FakeSsh::fail_next(Code code, AfterStart after) {
  const MutexLock lock(mutex_);
  next_failure_ = {code, after};
}

void FakeSsh::fail_next_write(Code code, AfterStart after) {
  const MutexLock lock(mutex_);
  next_write_failure_ = {code, after};
}

void FakeSsh::fail_host(const std::string& name, Code code) {
  const MutexLock lock(mutex_);
  host(name).failure = code;
}

void FakeSsh::lose_answer_of(const std::string& name, std::vector<std::string> argv) {
  const MutexLock lock(mutex_);
  host(name).lost.push_back(std::move(argv));
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

std::vector<FakeSsh::Wrote> FakeSsh::files_written() const {
  const MutexLock lock(mutex_);
  return files_written_;
}

const FakeSsh::File* FakeSsh::find_file(const std::string& name, const std::string& path) const {
  const auto at = hosts_.find(HostName{name});
  if (at == hosts_.end()) return nullptr;
  const auto found = at->second.files.find(whole_path(path));
  return found == at->second.files.end() ? nullptr : &found->second;
}

std::optional<std::string> FakeSsh::file(const std::string& name, const std::string& path) const {
  const MutexLock lock(mutex_);
  const File* found = find_file(name, path);
  if (found == nullptr) return std::nullopt;
  return found->bytes;
}

std::optional<std::uint32_t> FakeSsh::file_mode(const std::string& name,
                                                const std::string& path) const {
  const MutexLock lock(mutex_);
  const File* found = find_file(name, path);
  if (found == nullptr) return std::nullopt;
  return found->mode;
}

Result<Unit> FakeSsh::log_in(const HostName& name, const Host& at, KeyUse key) const {
  if (!public_key_of_) return Unit{};
  T0_TRY(const std::string line, public_key_of_(key));
  const std::string wanted = key_of_line(line);
  const auto found = at.files.find(kAuthorizedKeys);
  if (found != at.files.end() && !wanted.empty())
    for (const std::string& each : split(found->second.bytes, '\n'))
      if (!each.starts_with('#') && key_of_line(each) == wanted) return Unit{};
  return Error{.code = Code::SshAuth,
               .message = name.value + " does not let our user in with this key",
               .hint = "put its public key in authorized_keys there"};
}

Result<FakeSsh::Host*> FakeSsh::enter(const HostName& name, KeyUse key, Command::Connection wanted,
                                      const Cancel& cancel) {
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
  Host& at = found->second;
  if (at.failure) {
    at.connected = false;
    return failed(name, *at.failure);
  }
  const bool of_its_own = wanted == Command::Connection::New || key != KeyUse::Current;
  if (of_its_own || !at.connected) T0_CHECK(log_in(name, at, key));
  if (!of_its_own) at.connected = true;
  return &at;
}

/// What cat would print: the one program that the fake has of its own.
const FakeSsh::File* FakeSsh::printed_by(const std::vector<std::string>& argv, const Host& at) {
  if (argv.size() < 2 || argv.front() != "cat") return nullptr;
  const auto file = at.files.find(whole_path(argv.back()));
  return file == at.files.end() ? nullptr : &file->second;
}

Result<CommandOutput> FakeSsh::run(const HostName& name, const Command& command,
                                   const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_TRY(const Host* found, enter(name, command.key, command.connection, cancel));
  ran_.push_back({name, command});
  if (next_failure_) {
    Error error = failed(name, next_failure_->code);
    error.maybe_done = true;
    next_failure_.reset();
    return error;
  }
  auto& lost = hosts_[name].lost;
  const auto one = std::ranges::find_if(
      lost, [&command](const auto& argv) { return begins_with(command.argv, argv); });
  if (one != lost.end()) {
    lost.erase(one);
    Error error = failed(name, Code::TimeoutUnknown);
    error.maybe_done = true;
    return error;
  }
  if (const File* file = printed_by(command.argv, *found)) {
    CommandOutput printed;
    printed.out = file->bytes.substr(0, command.output_limit);
    printed.out_dropped = file->bytes.size() - printed.out.size();
    return printed;
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
  T0_TRY(const Host* at, enter(name, KeyUse::Current, Command::Connection::Any, cancel));
  files_read_.emplace_back(name, path);
  if (next_failure_) {
    const Code code = next_failure_->code;
    next_failure_.reset();
    return failed(name, code);
  }
  const auto found = at->files.find(whole_path(path));
  if (found == at->files.end()) return failed(name, Code::NotFound);
  if (found->second.is_link) return failed(name, Code::Forbidden);
  const std::string& bytes = found->second.bytes;
  return FileContent{.bytes = bytes.substr(0, limit), .size = bytes.size()};
}

Result<Unit> FakeSsh::write_file(const HostName& name, const FileWrite& file,
                                 const Cancel& cancel) {
  T0_CHECK(check_file_write(file));
  const MutexLock lock(mutex_);
  T0_TRY(Host * at, enter(name, file.key, Command::Connection::Any, cancel));
  auto& failure = next_failure_ ? next_failure_ : next_write_failure_;
  if (failure && failure->after == AfterStart::No) {
    const Code code = failure->code;
    failure.reset();
    return failed(name, code);
  }
  const std::string folder = whole_path(file.directory);
  const auto next = at->files.lower_bound(folder + "/");
  const bool holds_files = next != at->files.end() && next->first.starts_with(folder + "/");
  if (!holds_files && !at->folders.contains(folder)) return failed(name, Code::NotFound);
  const std::string path = folder + "/" + file.name;
  const auto present = at->files.find(path);
  if (at->folders.contains(path)) return failed(name, Code::Forbidden);
  if (present != at->files.end() && present->second.is_link) return failed(name, Code::Forbidden);
  const std::string sha256 =
      present == at->files.end() ? "" : crypto::sha256_hex(present->second.bytes);
  if (file.expected_sha256 && *file.expected_sha256 != sha256) return failed(name, Code::Conflict);

  at->files[path] = {.bytes = file.bytes, .mode = file.mode};
  files_written_.push_back({name, file});
  if (!failure) return Unit{};
  Error error = failed(name, failure->code);
  error.maybe_done = true;
  failure.reset();
  return error;
}

}  // namespace tier0
