#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/hosting/gateway.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {

/// One page of a list. Some lists come bare, without pages: those are their own last page.
struct Page {
  std::shared_ptr<const Reply> reply;  // keeps `items` alive
  const Json* items = nullptr;
  bool is_last = true;
  int last_page = 1;  // by what this page says
};

/// The provider's page size is not fixed (15, 25 and 50 were seen), so that only what the answer
/// says about itself counts. Kind upstream where it answers another page than asked for.
Result<Page> read_page(Gateway& gateway, const std::string& path, int page, const Cancel& cancel);

constexpr int kPageLimit = 200;
Error too_many_pages();

/// Every item of a list, read page by page.
template <class T>
Result<std::vector<T>> read_pages(Gateway& gateway, const std::string& path,
                                  Result<T> (*parse)(const Json&), const Cancel& cancel) {
  std::vector<T> items;
  for (int number = 1; number <= kPageLimit; ++number) {
    T0_TRY(const Page page, read_page(gateway, path, number, cancel));
    T0_TRY(std::vector<T> more, parse_list(*page.items, parse));
    items.insert(items.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
    if (page.is_last) return items;
  }
  return too_many_pages();
}

}  // namespace tier0::hosting
