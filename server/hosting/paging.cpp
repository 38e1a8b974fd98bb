#include "server/hosting/paging.h"

#include <limits>

#include "server/hosting/reader.h"

namespace tier0::hosting {

Error too_many_pages() {
  return {
      .code = Code::Upstream,
      .message = "the provider's list does not end after " + std::to_string(kPageLimit) + " pages"};
}

Result<Page> read_page(Gateway& gateway, const std::string& path, int page, const Cancel& cancel) {
  Request request{.path = path + "?page=" + std::to_string(page)};
  T0_TRY(std::shared_ptr<const Reply> reply, gateway.read(request, cancel));
  Page result{.reply = reply, .items = &reply->body};
  if (reply->body.is_array()) return result;
  const Json* items = find_member(reply->body, "data");
  if (items == nullptr || !items->is_array())
    return Error{.code = Code::Upstream,
                 .message = "the provider's answer makes no sense: a page without a list"};
  result.items = items;

  const Json* meta = find_member(reply->body, "meta");
  if (meta == nullptr || !meta->is_object() || items->empty()) return result;
  Reader in(*meta, "a page");
  const long long current = in.integer("current_page");
  const long long size = in.integer("per_page");
  const long long total = in.integer("total");
  T0_CHECK(in.done());
  if (current != page)
    return Error{.code = Code::Upstream,
                 .message = "the provider answered another page than asked for"};
  if (size <= 0 || size > std::numeric_limits<int>::max()) return result;
  result.is_last = total <= current * size;
  result.last_page = static_cast<int>(std::min<long long>((total + size - 1) / size, kPageLimit));
  return result;
}

}  // namespace tier0::hosting
