#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tier0::mcp {

/// Protocol revisions, oldest first.
enum class Revision { V2024_11_05, V2025_03_26, V2025_06_18, V2025_11_25, V2026_07_28 };

/// What differs between revisions; the only place where a revision is asked about.
struct RevisionFacts {
  Revision revision;
  std::string_view name;
  bool modern;                 // no handshake, no session; every request carries its own `_meta`
  bool batches;                // an array of messages is one message
  bool audio;                  // content blocks of type audio
  bool resource_links;         // content blocks of type resource_link
  bool structured_content;     // tool results carry `structuredContent`
  bool elicitation;            // the client can be asked through a form
  bool url_elicitation;        // and through a page
  bool rich_forms;             // forms with titled choices, and default values of any type
  bool progress_message;       // progress notifications carry a text
  bool completion_capability;  // completions are announced; before, they were just there
  bool null_error_id;          // an error about an unreadable request has `id: null`; later: no id
  bool polling;                // a stream starts with a priming event and may be left and resumed
  int resource_not_found;      // JSON-RPC error code
};

const RevisionFacts& facts(Revision revision);
/// Newest first, as clients are told.
std::span<const RevisionFacts> all_revisions();
std::optional<Revision> parse_revision(std::string_view name);
/// The newest revision that begins with `initialize`.
inline constexpr Revision kNewestLegacy = Revision::V2025_11_25;

/// Whether the text looks like a revision that has no handshake, known to us or not: a date from
/// 2026-07-28 on.
bool looks_modern(std::string_view name);

}  // namespace tier0::mcp
