#include "server/ssh/resolver.h"

#include <netdb.h>

#include <cstring>
#include <utility>

#include "server/base/text.h"

namespace tier0::ssh {
namespace {

constexpr std::size_t kMostAtOnce = 8;

std::vector<Endpoint> ask_system(const std::string& name, std::uint16_t port, int flags) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Endpoint endpoint{.size = each->ai_addrlen};
    std::memcpy(&endpoint.address, each->ai_addr, each->ai_addrlen);
    endpoints.push_back(endpoint);
  }
  return endpoints;
}

}  // namespace

Resolver::Resolver()
    : look_up_([](const std::string& name, std::uint16_t port) {
        return ask_system(name, port, AI_ADDRCONFIG);
      }) {}

Result<std::shared_ptr<Resolver::Answer>> Resolver::begin(const std::string& name,
                                                          std::uint16_t port) {
  std::list<Running> finished;  // destroyed, and so joined, after the lock is gone
  const MutexLock lock(mutex_);
  for (auto each = running_.begin(); each != running_.end();) {
    const auto next = std::next(each);
    const MutexLock answer_lock(each->answer->mutex);
    if (each->answer->known) finished.splice(finished.end(), running_, each);
    each = next;
  }
  if (running_.size() >= kMostAtOnce)
    return Error{.code = Code::Overloaded,
                 .message = "too many host names are being looked up at once",
                 .hint = "try again, or put addresses into ssh.hosts in place of names"};
  auto answer = std::make_shared<Answer>();
  running_.push_back({answer, std::jthread([this, answer, name, port] {
                        auto endpoints = look_up_(name, port);
                        {
                          const MutexLock done(answer->mutex);
                          answer->endpoints = std::move(endpoints);
                          answer->known = true;
                        }
                        answer->changed.notify_all();
                      })});
  return answer;
}

Result<std::vector<Endpoint>> Resolver::resolve(const std::string& address, std::uint16_t port,
                                                const Cancel& cancel) {
  auto endpoints = ask_system(address, port, AI_NUMERICHOST);
  if (!endpoints.empty()) return endpoints;

  T0_TRY(const std::shared_ptr<Answer> answer, begin(address, port));
  {
    const MutexLock lock(answer->mutex);
    const auto known = [&answer]() NO_THREAD_SAFETY_ANALYSIS { return answer->known; };
    if (!answer->changed.wait_until(answer->mutex, cancel.stop, cancel.deadline, known)) {
      T0_CHECK(cancel.check(SystemClock{}));
    }
    endpoints = answer->endpoints;
  }
  if (endpoints.empty())
    return Error{.code = Code::SshUnreachable,
                 .message = "the host name " + clean_text(address, 255) + " is not known",
                 .hint = "check the address in ssh.hosts and the name server"};
  return endpoints;
}

}  // namespace tier0::ssh
