#include "server/mcp/capabilities.h"

namespace tier0::mcp {
namespace {

bool declares(const Json& declared, std::string_view capability) {
  const Json* found = find_member(declared, capability);
  return found != nullptr && found->is_object();
}

}  // namespace

ClientCapabilities ClientCapabilities::read(const Json& declared, Revision revision) {
  ClientCapabilities client;
  if (!declared.is_object()) return client;
  client.declared = declared;
  client.sampling = declares(declared, "sampling");
  client.roots = declares(declared, "roots");

  if (!declares(declared, "elicitation") || !facts(revision).elicitation) return client;
  const Json& elicitation = declared["elicitation"];
  const bool names_url = elicitation.contains("url");
  // An empty object is the form; so was everything before pages existed.
  client.form = elicitation.contains("form") || !names_url || !facts(revision).url_elicitation;
  client.url = names_url && facts(revision).url_elicitation;
  return client;
}

}  // namespace tier0::mcp
