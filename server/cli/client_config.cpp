#include <filesystem>
#include <iostream>
#include <string>

#include "server/base/json.h"
#include "server/cli/commands.h"

namespace tier0::cli {
namespace {

constexpr const char* kUrl = "http://127.0.0.1:8700/mcp";

/// How a client starts this very program. Codex and Gemini hand a child few variables, so
/// everything it needs stands in the arguments.
std::vector<std::string> launch(const ClientConfig& command, const Options& options) {
  std::vector<std::string> argv = {std::filesystem::read_symlink("/proc/self/exe").string(),
                                   "serve", "--stdio", "--agent", command.agent};
  if (options.sandbox) argv.emplace_back("--sandbox");
  if (!options.config.empty())
    argv.insert(argv.end(), {"--config", std::filesystem::absolute(options.config).string()});
  if (!options.state.empty())
    argv.insert(argv.end(), {"--state", std::filesystem::absolute(options.state).string()});
  return argv;
}

std::string shell_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) line += (line.empty() ? "" : " ") + word;
  return line;
}

Json stdio_entry(const std::vector<std::string>& argv) {
  return {{"command", argv.front()},
          {"args", std::vector<std::string>(argv.begin() + 1, argv.end())}};
}

std::string claude(const std::vector<std::string>& argv, bool http) {
  if (http)
    return std::string("claude mcp add --transport http tier0 ") + kUrl +
           " --header \"Authorization: Bearer $TIER0_TOKEN\"";
  return "claude mcp add tier0 -- " + shell_line(argv);
}

std::string codex(const std::vector<std::string>& argv, bool http) {
  std::string text = "# ~/.codex/config.toml\n[mcp_servers.tier0]\n";
  if (http) return text + "url = \"" + kUrl + "\"\nbearer_token_env_var = \"TIER0_TOKEN\"";
  const Json entry = stdio_entry(argv);
  return text + "command = " + entry["command"].dump() + "\nargs = " + entry["args"].dump();
}

std::string gemini(const std::vector<std::string>& argv, bool http) {
  const Json entry =
      http ? Json{{"httpUrl", kUrl}, {"headers", {{"Authorization", "Bearer $TIER0_TOKEN"}}}}
           : stdio_entry(argv);
  return "// ~/.gemini/settings.json\n" + Json{{"mcpServers", {{"tier0", entry}}}}.dump(2);
}

std::string inspector(const std::vector<std::string>& argv, bool http) {
  const std::string base = "npx @modelcontextprotocol/inspector --cli ";
  if (http)
    return base + kUrl +
           " --transport http --header \"Authorization: Bearer $TIER0_TOKEN\" --method tools/list";
  return base + shell_line(argv) + " --method tools/list";
}

std::string vscode(const std::vector<std::string>& argv, bool http) {
  Json entry = stdio_entry(argv);
  entry["type"] = "stdio";
  if (http)
    entry = {{"type", "http"},
             {"url", kUrl},
             {"headers", {{"Authorization", "Bearer ${env:TIER0_TOKEN}"}}}};
  return "// .vscode/mcp.json\n" + Json{{"servers", {{"tier0", entry}}}}.dump(2);
}

}  // namespace

int run(const ClientConfig& command, const Options& options) {
  const std::vector<std::string> argv = launch(command, options);
  std::string text;
  if (command.client == "claude") text = claude(argv, command.http);
  if (command.client == "codex") text = codex(argv, command.http);
  if (command.client == "gemini") text = gemini(argv, command.http);
  if (command.client == "inspector") text = inspector(argv, command.http);
  if (command.client == "vscode") text = vscode(argv, command.http);
  std::cout << (options.json ? Json{{"client", command.client}, {"text", text}}.dump() : text)
            << '\n';
  if (command.http && !options.json)
    std::cerr << "TIER0_TOKEN holds the agent's token: tier0 token new " << command.agent << '\n';
  return kDone;
}

}  // namespace tier0::cli
