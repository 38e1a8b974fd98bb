#include <limits>
#include <utility>

#include "server/mcp/cursor.h"
#include "server/mcp/dispatch.h"

namespace tier0::mcp {
namespace {

struct Listed {
  std::string_view member;  // of the result
  std::shared_ptr<const Listing> listing;
};

Listed find_listing(Service& service, Method method, const Caller& caller) {
  switch (method) {
    case Method::ListTools: {
      const auto tools = service.tools()->list(caller);
      // Kept alive by the whole list.
      return {.member = "tools",
              .listing = std::shared_ptr<const Listing>(tools, &tools->listing())};
    }
    case Method::ListPrompts:
      return {.member = "prompts", .listing = service.prompts()->list(caller)};
    case Method::ListResources:
      return {.member = "resources", .listing = service.resources()->list(caller)};
    default:
      return {.member = "resourceTemplates", .listing = service.resources()->templates(caller)};
  }
}

}  // namespace

void answer_list(Shared& shared, const Inbound& request) {
  const auto [member, listing] =
      find_listing(shared.service, request.method->method, request.caller);

  std::size_t first = 0;
  if (const Json* cursor = find_member(request.params, "cursor")) {
    const auto offset = cursor->is_string() ? open_cursor(shared.sealer, member, *listing,
                                                          cursor->get_ref<const std::string&>())
                                            : std::nullopt;
    if (!offset)
      return refuse(request, invalid_params("the cursor is not valid; list from the beginning"));
    first = *offset;
  }
  const std::size_t page = shared.options.page_size > 0 ? shared.options.page_size
                                                        : std::numeric_limits<std::size_t>::max();
  std::optional<std::string> next;
  if (first < listing->size() && listing->size() - first > page)
    next = seal_cursor(shared.sealer, member, *listing, first + page);
  answer(request, shared.writer.page(member, listing->slice(first, page), next, listing->scope(),
                                     request.revision));
}

}  // namespace tier0::mcp
