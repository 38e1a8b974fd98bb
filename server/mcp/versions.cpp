#include "server/mcp/versions.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tier0::mcp {
namespace {

// The one table of what differs on the wire, newest first.
constexpr std::array<RevisionFacts, 5> kRevisions = {{
    {.revision = Revision::V2026_07_28,
     .name = "2026-07-28",
     .modern = true,
     .batches = false,
     .audio = true,
     .resource_links = true,
     .structured_content = true,
     .elicitation = true,
     .url_elicitation = true,
     .rich_forms = true,
     .progress_message = true,
     .completion_capability = true,
     .null_error_id = false,
     .polling = false,
     .resource_not_found = -32602},
    {.revision = Revision::V2025_11_25,
     .name = "2025-11-25",
     .modern = false,
     .batches = false,
     .audio = true,
     .resource_links = true,
     .structured_content = true,
     .elicitation = true,
     .url_elicitation = true,
     .rich_forms = true,
     .progress_message = true,
     .completion_capability = true,
     .null_error_id = false,
     .polling = true,
     .resource_not_found = -32002},
    {.revision = Revision::V2025_06_18,
     .name = "2025-06-18",
     .modern = false,
     .batches = false,
     .audio = true,
     .resource_links = true,
     .structured_content = true,
     .elicitation = true,
     .url_elicitation = false,
     .rich_forms = false,
     .progress_message = true,
     .completion_capability = true,
     .null_error_id = true,
     .polling = false,
     .resource_not_found = -32002},
    {.revision = Revision::V2025_03_26,
     .name = "2025-03-26",
     .modern = false,
     .batches = true,
     .audio = true,
     .resource_links = false,
     .structured_content = false,
     .elicitation = false,
     .url_elicitation = false,
     .rich_forms = false,
     .progress_message = true,
     .completion_capability = true,
     .null_error_id = true,
     .polling = false,
     .resource_not_found = -32002},
    {.revision = Revision::V2024_11_05,
     .name = "2024-11-05",
     .modern = false,
     .batches = false,
     .audio = false,
     .resource_links = false,
     .structured_content = false,
     .elicitation = false,
     .url_elicitation = false,
     .rich_forms = false,
     .progress_message = false,
     .completion_capability = false,
     .null_error_id = true,
     .polling = false,
     .resource_not_found = -32002},
}};

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::ranges::count_if(text, [](unsigned char c) { return std::isdigit(c) != 0; }) == 8;
}

}  // namespace

const RevisionFacts& facts(Revision revision) {
  return kRevisions[kRevisions.size() - 1 - static_cast<std::size_t>(revision)];
}

std::span<const RevisionFacts> all_revisions() {
  return kRevisions;
}

std::optional<Revision> parse_revision(std::string_view name) {
  for (const RevisionFacts& entry : kRevisions)
    if (entry.name == name) return entry.revision;
  return std::nullopt;
}

bool looks_modern(std::string_view name) {
  // Dates of this form sort as text.
  return is_date(name) && name >= facts(Revision::V2026_07_28).name;
}

}  // namespace tier0::mcp
