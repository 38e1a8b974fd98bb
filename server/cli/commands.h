#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tier0::cli {

/// What every command takes.
struct Options {
  std::string config;  // empty: searched for
  std::string state;   // empty: the default place
  bool sandbox = false;
  bool json = false;
  bool no_color = false;
  std::string log_level = "warn";
};

/// What the sandbox takes, alone or behind --sandbox.
struct SandboxOptions {
  std::optional<unsigned> seed = {};
  std::string fixture = {};
  double time_scale = 60;
  std::string control = {};
};

struct Serve {
  bool stdio = false;
  bool http = false;
  std::string http_address = {};  // empty: http.listen of the configuration
  bool socket = false;
  std::string agent = {};
  std::vector<std::string> toolsets = {};
  bool read_only = false;
  SandboxOptions sandbox = {};
};

struct Connect {
  std::string socket = {};
  std::string url = {};
  std::string token = "env:TIER0_TOKEN";
  std::string agent = {};
};

struct Call {
  std::string tool = {};
  std::string args = {};
  std::vector<std::string> assignments = {};  // key=value or key:=JSON
  std::string agent = {};
  std::string url = {};
  std::string token = "env:TIER0_TOKEN";
  SandboxOptions sandbox = {};
};

struct Tools {
  std::string agent = {};
  std::vector<std::string> toolsets = {};
  bool markdown = false;
};

struct PolicyExplain {
  std::string agent = {};
  std::string tool = {};
  std::vector<std::string> assignments = {};
};

struct AuditList {
  std::string agent = {};
  std::string tool = {};
  std::string since = {};
  int limit = 50;
};

struct AuditVerify {};

struct OperationsList {
  std::string agent = {};
  std::string status = {};
  int limit = 50;
};

struct OperationsShow {
  std::string id = {};
};

struct OperationsWatch {
  std::string id = {};
};

struct ApprovalsList {};

struct ApprovalsShow {
  std::string plan = {};
};

struct ApprovalsApprove {
  std::string plan = {};
};

struct ApprovalsDeny {
  std::string plan = {};
};

struct OperationsResume {
  std::string id = {};
};

struct OperationsAbandon {
  std::string id = {};
};

struct TokenNew {
  std::string agent = {};
};

struct HostsPin {
  std::string host = {};
  bool yes = false;
};

struct Sandbox {
  std::string listen = "127.0.0.1:0";
  SandboxOptions sandbox = {};
};

struct Doctor {};

struct ClientConfig {
  std::string client = {};
  bool http = false;
  std::string agent = "executor-codex";
};

struct Version {};

using Command =
    std::variant<Serve, Connect, Call, Tools, PolicyExplain, ApprovalsList, ApprovalsShow,
                 ApprovalsApprove, ApprovalsDeny, AuditList, AuditVerify, OperationsList,
                 OperationsShow, OperationsWatch, OperationsResume, OperationsAbandon, TokenNew,
                 HostsPin, Sandbox, Doctor, ClientConfig, Version>;

/// The contract's exit codes.
enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2, kDenied = 3, kWaiting = 4, kUnknown = 5 };

int run(const Serve&, const Options&);
int run(const Connect&, const Options&);
int run(const Call&, const Options&);
int run(const Tools&, const Options&);
int run(const PolicyExplain&, const Options&);
int run(const ApprovalsList&, const Options&);
int run(const ApprovalsShow&, const Options&);
int run(const ApprovalsApprove&, const Options&);
int run(const ApprovalsDeny&, const Options&);
int run(const AuditList&, const Options&);
int run(const AuditVerify&, const Options&);
int run(const OperationsList&, const Options&);
int run(const OperationsShow&, const Options&);
int run(const OperationsWatch&, const Options&);
int run(const OperationsResume&, const Options&);
int run(const OperationsAbandon&, const Options&);
int run(const TokenNew&, const Options&);
int run(const HostsPin&, const Options&);
int run(const Sandbox&, const Options&);
int run(const Doctor&, const Options&);
int run(const ClientConfig&, const Options&);
int run(const Version&, const Options&);

/// What the words after the program's name ask for.
struct Invocation {
  Options options;
  Command command;
};

/// The invocation, or the exit code where help was printed (0) or the words are wrong (2, said on
/// stderr).
std::variant<Invocation, int> parse_command_line(int argc, const char* const* argv);

}  // namespace tier0::cli
