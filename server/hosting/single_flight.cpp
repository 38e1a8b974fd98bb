#include "server/hosting/single_flight.h"

namespace tier0::hosting {
namespace {

bool is_leaders_own(const ReplyOutcome& outcome) {
  return !outcome &&
         (outcome.error().code == Code::Cancelled || outcome.error().code == Code::Timeout ||
          outcome.error().code == Code::RateLimited);
}

}  // namespace

ReplyOutcome SingleFlight::run(const std::string& key, const Cancel& cancel,
                               const std::function<ReplyOutcome()>& ask) {
  for (;;) {
    std::shared_ptr<Flight> flight;
    bool leads = false;
    {
      const MutexLock lock(mutex_);
      std::shared_ptr<Flight>& slot = flights_[key];
      leads = slot == nullptr;
      if (leads) slot = std::make_shared<Flight>();
      flight = slot;
    }
    if (leads) return lead(key, flight, ask);
    if (auto outcome = follow(*flight, cancel)) return *std::move(outcome);
  }
}

ReplyOutcome SingleFlight::lead(const std::string& key, const std::shared_ptr<Flight>& flight,
                                const std::function<ReplyOutcome()>& ask) {
  // A destructor, because those who follow must not wait for ever where `ask` throws.
  struct Landing {
    SingleFlight& flights;
    const std::string& key;
    Flight& flight;
    ReplyOutcome outcome =
        Error{.code = Code::Internal, .message = "the request could not be made"};

    ~Landing() { flights.land(key, flight, outcome); }
  };
  Landing landing{.flights = *this, .key = key, .flight = *flight};
  landing.outcome = ask();
  return landing.outcome;
}

void SingleFlight::land(const std::string& key, Flight& flight, const ReplyOutcome& outcome) {
  {
    const MutexLock lock(mutex_);
    flights_.erase(key);
    flight.outcome = outcome;
  }
  flight.landed.notify_all();
}

std::optional<ReplyOutcome> SingleFlight::follow(Flight& flight, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  flight.landed.wait_until(mutex_, cancel.stop, cancel.deadline,
                           [&] { return flight.outcome.has_value(); });
  if (flight.outcome && !is_leaders_own(*flight.outcome)) return *flight.outcome;
  if (const auto wanted = cancel.check(clock_); !wanted) return wanted.error();
  if (!flight.outcome)
    return Error{.code = Code::Timeout, .message = "the deadline of the call passed"};
  return std::nullopt;
}

}  // namespace tier0::hosting
