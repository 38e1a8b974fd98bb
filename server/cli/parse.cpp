#include <CLI/CLI.hpp>
#include <iostream>

#include "server/base/nearest.h"
#include "server/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/terminal.h"

namespace tier0::cli {
namespace {

/// The command that the words have led to.
const CLI::App* reached(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return at;
}

/// "policy explain"; empty for the program itself.
std::string path_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  if (parent == nullptr) return {};
  const std::string before = path_of(*parent);
  return before.empty() ? app.get_name() : before + " " + app.get_name();
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
    for (const CLI::Option* option : at->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// The first word that nothing knows, with what was probably meant; empty where all are known.
std::optional<Error> misspelled(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return std::nullopt;
  const CLI::App& at = *reached(app);
  const bool is_option = unknown.front().starts_with('-');
  const std::string word =
      is_option ? unknown.front().substr(0, unknown.front().find('=')) : unknown.front();
  const std::vector<std::string> known = is_option ? options_of(at) : commands_of(at);
  const std::string meant = nearest(known, word);
  const std::string path = path_of(at);
  const std::string what = is_option ? "option " : known.empty() ? "word " : "command ";
  const std::string help = path.empty() ? "tier0 --help" : "tier0 " + path + " --help";
  return Error{.code = Code::Validation,
               .message = (path.empty() ? "there is no " : path + " takes no ") + what + "'" +
                          clean_text(word, 60) + "'",
               .hint = meant.empty() ? "See " + help + "."
                                     : "Did you mean " + meant + "? Else see " + help + "."};
}

/// Collects what CLI11 fills in; the subcommand that was given decides which part counts.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_help_all_flag("--help-all", "Help of every command");
    add_common();
    add_serving();
    add_asking();
    add_administration();
    add_setting_up();
  }

  std::variant<Invocation, int> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (const auto wrong = misspelled(app_); wrong && error.get_exit_code() != 0)
        return fail_usage(*wrong);
      const int code = app_.exit(error, std::cout, std::cerr);
      return code == 0 ? kDone : kUsage;
    }
    return Invocation{options_, *command_};
  }

 private:
  void add_common() {
    app_.add_option("--config", options_.config,
                    "Configuration file (default: ./tier0.yaml, then the user's, then /etc/tier0)");
    app_.add_option("--state", options_.state, "State directory");
    app_.add_flag("--sandbox", options_.sandbox,
                  "Use the simulated provider and hosts: no account, no risk");
    app_.add_flag("--json", options_.json, "Print JSON");
    app_.add_flag("--no-color", options_.no_color, "No colour");
    app_.add_option("--log-level", options_.log_level, "debug, info, warn, error or off")
        ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
  }

  /// Adds a subcommand that yields `value` when it is the one given.
  template <class T>
  CLI::App* add(CLI::App& parent, const std::string& name, const std::string& help, T& value) {
    CLI::App* sub = parent.add_subcommand(name, help);
    sub->callback([this, &value] { command_ = value; });
    sub->fallthrough();
    return sub;
  }

  static void add_sandbox_options(CLI::App* sub, SandboxOptions& value) {
    sub->add_option("--seed", value.seed, "Start the simulated world anew from this seed");
    sub->add_option("--fixture", value.fixture, "Start the simulated world anew from this file");
    sub->add_option("--time-scale", value.time_scale, "Divides the provider's durations")
        ->check(CLI::Range(1.0, 1e6));
  }

  void add_serving() {
    CLI::App* serve =
        add(app_, "serve", "Serve agents over stdio, HTTP or the state's socket", serve_);
    serve->add_flag("--stdio", serve_.stdio, "One client on standard input and output (default)");
    serve
        ->add_option("--http", serve_.http_address,
                     "Streamable HTTP on HOST:PORT (default: http.listen)")
        ->expected(0, 1);
    serve->add_flag("--socket", serve_.socket, "Only the socket in the state directory");
    serve->add_option("--agent", serve_.agent, "Who the client on stdio is");
    serve->add_option("--toolsets", serve_.toolsets, "Toolsets, comma-separated; all is every one")
        ->delimiter(',');
    serve->add_flag("--read-only", serve_.read_only, "Only tools that change nothing");
    serve->add_option("--control", serve_.sandbox.control,
                      "Sandbox: HOST:PORT of its control plane");
    add_sandbox_options(serve, serve_.sandbox);
    serve->callback([this, serve] {
      serve_.http = serve->count("--http") > 0;
      command_ = serve_;
    });

    CLI::App* connect = add(app_, "connect", "Bridge stdio to a running server", connect_);
    connect->add_option("--socket", connect_.socket, "Its socket (default: the state directory's)");
    connect->add_option("--url", connect_.url, "Its URL");
    connect->add_option("--token", connect_.token, "Secret reference of the token");
    connect->add_option("--agent", connect_.agent, "Which agent to be at the socket");

    CLI::App* sandbox = add(app_, "sandbox", "Run the simulated provider alone", sandbox_);
    sandbox->add_option("--listen", sandbox_.listen, "HOST:PORT");
    sandbox->add_option("--control", sandbox_.sandbox.control, "HOST:PORT of the control plane");
    add_sandbox_options(sandbox, sandbox_.sandbox);
  }

  void add_asking() {
    CLI::App* call = add(app_, "call", "Make one call as an agent", call_);
    call->add_option("tool", call_.tool, "The tool")->required();
    call->add_option("arguments", call_.assignments, "key=value, or key:=JSON");
    call->add_option("--args", call_.args, "All arguments as one JSON object");
    call->add_option("--agent", call_.agent, "Who calls");
    call->add_option("--url", call_.url, "A running server's URL; its token decides the agent");
    call->add_option("--token", call_.token, "Secret reference of the token");
    add_sandbox_options(call, call_.sandbox);

    CLI::App* tools = add(app_, "tools", "List the tools", tools_);
    tools->add_option("--agent", tools_.agent, "Only what this agent may see");
    tools->add_option("--toolsets", tools_.toolsets, "Toolsets, comma-separated")->delimiter(',');
    tools->add_flag("--markdown", tools_.markdown, "The reference page");
  }

  void add_administration() {
    CLI::App* policy = app_.add_subcommand("policy", "Ask the policy");
    policy->require_subcommand(1);
    policy->fallthrough();
    CLI::App* explain =
        add(*policy, "explain", "Why an agent may or may not call a tool", explain_);
    explain->add_option("agent", explain_.agent)->required();
    explain->add_option("tool", explain_.tool)->required();
    explain->add_option("arguments", explain_.assignments, "key=value, or key:=JSON");

    add_approvals();

    CLI::App* audit = app_.add_subcommand("audit", "Read the audit");
    audit->require_subcommand(1);
    audit->fallthrough();
    CLI::App* list = add(*audit, "list", "The newest records", audit_list_);
    list->add_option("--agent", audit_list_.agent, "Only this agent's");
    list->add_option("--tool", audit_list_.tool, "Only this tool's");
    list->add_option("--since", audit_list_.since, "Only since this time (RFC 3339)");
    list->add_option("--limit", audit_list_.limit, "At most this many")
        ->check(CLI::Range(1, 10'000));
    add(*audit, "verify", "Check the chain of hashes", audit_verify_);

    add_operations();

    CLI::App* token = app_.add_subcommand("token", "Tokens of agents");
    token->require_subcommand(1);
    token->fallthrough();
    add(*token, "new", "Make one: printed once, with the sha256 to paste", token_new_)
        ->add_option("agent", token_new_.agent)
        ->required();

    CLI::App* hosts = app_.add_subcommand("hosts", "SSH hosts");
    hosts->require_subcommand(1);
    hosts->fallthrough();
    CLI::App* pin = add(*hosts, "pin", "Show a host's key, ask, and pin it", hosts_pin_);
    pin->add_option("host", hosts_pin_.host, "Its name in ssh.hosts")->required();
    pin->add_flag("--yes", hosts_pin_.yes, "Do not ask");
  }

  template <class T>
  void add_operation(CLI::App& operations, const std::string& name, const std::string& help,
                     T& value) {
    add(operations, name, help, value)->add_option("operation", value.id, "Its id")->required();
  }

  void add_operations() {
    CLI::App* operations = app_.add_subcommand("operations", "What runs or ran");
    operations->require_subcommand(1);
    operations->fallthrough();
    CLI::App* list = add(*operations, "list", "The newest operations", operations_list_);
    list->add_option("--agent", operations_list_.agent, "Only this agent's");
    list->add_option("--status", operations_list_.status, "Only those of this status")
        ->check(CLI::IsMember({"running", "done", "failed", "partial", "unknown", "abandoned"}));
    list->add_option("--limit", operations_list_.limit, "At most this many")
        ->check(CLI::Range(1, 10'000));
    add_operation(*operations, "show", "One operation and its journal", operations_show_);
    add_operation(*operations, "watch", "Follow one operation to its end", operations_watch_);
    add_operation(*operations, "resume", "Look again at what became of it, and go on",
                  operations_resume_);
    add_operation(*operations, "abandon", "Give it up: no further step, nothing is undone",
                  operations_abandon_);
  }

  void add_approvals() {
    CLI::App* approvals = app_.add_subcommand("approvals", "Plans that wait for a person");
    approvals->require_subcommand(1);
    approvals->fallthrough();
    add(*approvals, "list", "What waits, then what was decided", approvals_list_);
    const char* which = "The plan's id";
    add(*approvals, "show", "What is asked, and who said what", approvals_show_)
        ->add_option("plan", approvals_show_.plan, which)
        ->required();
    add(*approvals, "approve", "Say yes to exactly this plan", approvals_approve_)
        ->add_option("plan", approvals_approve_.plan, which)
        ->required();
    add(*approvals, "deny", "Say no", approvals_deny_)
        ->add_option("plan", approvals_deny_.plan, which)
        ->required();
  }

  void add_setting_up() {
    add(app_, "doctor", "Check configuration, policy, secrets, provider, hosts, store and clock",
        doctor_);
    CLI::App* client = add(app_, "client-config", "What to paste into a client", client_config_);
    client
        ->add_option("client", client_config_.client, "claude, codex, gemini, inspector or vscode")
        ->required()
        ->check(CLI::IsMember({"claude", "codex", "gemini", "inspector", "vscode"}));
    client->add_flag("--http", client_config_.http, "For a server that runs with --http");
    client->add_option("--agent", client_config_.agent, "Which agent the client is");
    add(app_, "version", "The version", version_);
  }

  CLI::App app_{"tier0: real infrastructure for AI agents, with its owner in charge", "tier0"};
  Options options_;
  std::optional<Command> command_;
  Serve serve_;
  Connect connect_;
  Call call_;
  Tools tools_;
  PolicyExplain explain_;
  ApprovalsList approvals_list_;
  ApprovalsShow approvals_show_;
  ApprovalsApprove approvals_approve_;
  ApprovalsDeny approvals_deny_;
  AuditList audit_list_;
  AuditVerify audit_verify_;
  OperationsList operations_list_;
  OperationsShow operations_show_;
  OperationsWatch operations_watch_;
  OperationsResume operations_resume_;
  OperationsAbandon operations_abandon_;
  TokenNew token_new_;
  HostsPin hosts_pin_;
  Sandbox sandbox_;
  Doctor doctor_;
  ClientConfig client_config_;
  Version version_;
};

}  // namespace

std::variant<Invocation, int> parse_command_line(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace tier0::cli
