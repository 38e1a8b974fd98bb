#include "server/sandbox/host_reply.h"

#include <algorithm>

#include "server/base/text.h"
#include "server/sandbox/host_shell.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kFloodPiece = 64 * 1024;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 40;
constexpr std::int64_t kMostMilliseconds = 86'400'000;

std::int64_t number(const Json& from, std::string_view name, std::int64_t normal,
                    std::int64_t most) {
  const Json* found = find_member(from, name);
  if (found == nullptr || !found->is_number()) return normal;
  return static_cast<std::int64_t>(
      std::clamp(found->get<double>(), 0.0, static_cast<double>(most)));
}

/// The entry of the script that speaks of this command; null where none does.
const Json* scripted(const Json& script, const std::vector<std::string>& argv) {
  const Json* programs = find_member(script, "programs");
  if (programs == nullptr || !programs->is_array()) return nullptr;
  for (const Json& entry : *programs) {
    const Json* words = find_member(entry, "argv");
    if (words == nullptr || !words->is_array() || words->size() > argv.size()) continue;
    if (std::equal(words->begin(), words->end(), argv.begin(),
                   [](const Json& word, const std::string& given) { return word == given; }))
      return &entry;
  }
  return nullptr;
}

Reply plain(ProgramOutput output) {
  return {.pieces = {{.bytes = std::move(output.out)},
                     {.bytes = std::move(output.err), .to_err = true}},
          .exit_code = output.exit_code};
}

Reply slow(const ProgramOutput& output, std::chrono::milliseconds pause) {
  Reply reply{.exit_code = output.exit_code};
  std::string_view rest = output.out;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    reply.pieces.push_back({.bytes = std::string(rest.substr(0, size)), .before = pause});
    rest.remove_prefix(size);
  }
  reply.pieces.push_back({.bytes = output.err, .to_err = true});
  return reply;
}

Reply flood(std::int64_t bytes) {
  const auto size = static_cast<std::uint64_t>(bytes);
  return {.pieces = {{.bytes = std::string(kFloodPiece, 'x'), .times = size / kFloodPiece},
                     {.bytes = std::string(size % kFloodPiece, 'x')}}};
}

/// As sudo does without a terminal: -n fails at once, otherwise it asks and waits for ever.
Reply prompt(const HostCall& call, const std::vector<std::string>& argv) {
  if (std::ranges::find(argv, "-n") != argv.end())
    return plain(failure("sudo: a password is required\n"));
  return {.pieces = {{.bytes = "[sudo] password for " + call.user + ": ", .to_err = true}},
          .end = Reply::End::Hang};
}

Reply dropped(const HostCall& call, const Json& entry, const std::vector<std::string>& argv) {
  const std::string out = run_program(call, argv).out;
  const auto after = static_cast<std::size_t>(
      number(entry, "after", static_cast<std::int64_t>(out.size() / 2), kMostBytes));
  return {.pieces = {{.bytes = out.substr(0, after)}}, .end = Reply::End::Drop};
}

Reply act(const HostCall& call, const Json& entry, const std::vector<std::string>& argv) {
  const std::string what = string_member(entry, "do");
  if (what == "answer")
    return plain({.out = string_member(entry, "out"),
                  .err = string_member(entry, "err"),
                  .exit_code = static_cast<int>(number(entry, "exit_code", 0, 255))});
  if (what == "slow")
    return slow(run_program(call, argv),
                std::chrono::milliseconds(number(entry, "ms", 200, kMostMilliseconds)));
  if (what == "silent") {
    Reply reply = plain(run_program(call, argv));
    reply.pieces.front().before =
        std::chrono::seconds(number(entry, "seconds", 60, kMostMilliseconds / 1000));
    return reply;
  }
  if (what == "flood") return flood(number(entry, "bytes", 100 * 1024 * 1024, kMostBytes));
  if (what == "prompt") return prompt(call, argv);
  if (what == "drop") return dropped(call, entry, argv);
  if (what == "hang") return {.end = Reply::End::Hang};
  return plain(failure("the script of this host asks for \"" + clean_text(what, 40) +
                           "\", which is none of answer, slow, silent, flood, prompt, drop, hang\n",
                       125));
}

}  // namespace

Reply reply_to(const HostCall& call, std::string_view line) {
  const auto argv = shell_words(line);
  if (!argv) return plain(failure("sh: " + argv.error().message + "\n", 2));
  if (const Json* entry = scripted(call.state.script, *argv)) return act(call, *entry, *argv);
  return plain(run_program(call, *argv));
}

}  // namespace tier0::sandbox
