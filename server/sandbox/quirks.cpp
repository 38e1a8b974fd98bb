#include "server/sandbox/quirks.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tier0::sandbox {
namespace {

// Normal is what operators of live accounts report, except where that would make every rehearsal
// slow, flaky or unpaid; those are 0 and say so.
constexpr std::array kSpecs = {
    QuirkSpec{"attached-keys-404", 1, true, "the list of a VM's keys is 404 [VPS:2002]"},
    QuirkSpec{"attach-noop-on-running", 1, true,
              "attaching a key to a running VM answers a hollow action and does nothing"},
    QuirkSpec{"snapshot-none-is-id-0", 1, true,
              "no snapshot is id 0 with the time of now; off: 404"},
    QuirkSpec{"restore-deletes-snapshot", 1, true, "restoring a backup removes the snapshot"},
    QuirkSpec{"hostname-bare-label-422-after-charge", 1, true,
              "buying with a bare label as hostname is refused after the charge"},
    QuirkSpec{"hostname-set-reboots", 1, true, "setting the hostname restarts the VM"},
    QuirkSpec{"root-password-symbol", 1, true, "a root password needs one of the known symbols"},
    QuirkSpec{"monarx-absent-422", 1, true,
              "scan metrics without Monarx are 422 [VPS:2042]; off: zeros"},
    QuirkSpec{"docker-unsupported-2044", 1, true,
              "an image without Docker Manager refuses with [VPS:2044]; off: every image has it"},
    QuirkSpec{"post-install-403-before-first-vps", 1, true,
              "post-install scripts are 403 [VPS:2000] on an account without a VM"},
    QuirkSpec{"new-firewall-endpoints", 1, true, "replace-all and sync-all exist; off: 404"},
    QuirkSpec{"activation-needs-running", 1, true, "a firewall activates on a running VM only"},
    QuirkSpec{"activation-syncs", 0, true, "activation sets is_synced; off: only a sync does"},
    QuirkSpec{"metrics-null-series", 1, true, "the disk_space series is null"},
    QuirkSpec{"gateway-530-for-wrong-host", 1, true, "a request for api.hostinger.com is 530"},
    QuirkSpec{"edge-blocks-library-agents", 1, true,
              "an empty or default User-Agent is 403 with a text body"},
    QuirkSpec{"202-purchase", 0, true,
              "a purchase answers 202 and clears later; normal would stall"},
    QuirkSpec{"vps-9999", 0, false, "probability that a VPS call answers 500 [VPS:9999]"},
    QuirkSpec{"slow-minutes", 0, false, "minutes that each answer takes, real time"},
    QuirkSpec{"latency-ms", 0, false, "base latency of an answer, real milliseconds"},
    QuirkSpec{"latency-jitter-ms", 0, false, "at most so much more, seeded"},
    QuirkSpec{"locked-409", 0, true, "a call refused by the lock is 409 instead of 422"},
    QuirkSpec{"locked-queues", 0, true, "a call on a locked VM is accepted as delayed instead"},
    QuirkSpec{"page-size", 25, false, "entries a page"},
    QuirkSpec{"rate-limit-per-minute", 120, false, "requests a token and minute, 0: no limit"},
    QuirkSpec{"availability-per-minute", 90, false,
              "domain availability checks a token and minute"},
    QuirkSpec{"rate-limit-headers", 1, true, "X-RateLimit-* and Retry-After are sent"},
    QuirkSpec{"retry-after-date", 0, true, "Retry-After is an HTTP date"},
    QuirkSpec{"rate-limit-blocks", 0, true, "ten 429 in a row block the client for five minutes"},
};

const QuirkSpec* find_spec(std::string_view name) {
  const auto found =
      std::ranges::find_if(kSpecs, [name](const QuirkSpec& spec) { return spec.name == name; });
  return found == kSpecs.end() ? nullptr : &*found;
}

Json shown(const QuirkSpec& spec, double value) {
  if (spec.is_switch) return value != 0;
  if (value == static_cast<double>(static_cast<std::int64_t>(value)))
    return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

std::span<const QuirkSpec> quirk_specs() {
  return kSpecs;
}

double Quirks::number(std::string_view name) const {
  const QuirkSpec* spec = find_spec(name);
  if (spec == nullptr) throw std::logic_error("no quirk is called " + std::string(name));
  const auto set = values_.find(name);
  return set == values_.end() ? spec->normal : set->second;
}

Result<Unit> Quirks::set(std::string_view name, const Json& value) {
  const QuirkSpec* spec = find_spec(name);
  if (spec == nullptr)
    return Error{.code = Code::Validation,
                 .message = "no quirk is called " + std::string(name),
                 .hint = "GET /__sim/quirks lists them."};
  const bool fits = spec->is_switch ? value.is_boolean() : value.is_number() && value >= 0;
  if (!fits)
    return Error{.code = Code::Validation,
                 .message = std::string(name) +
                            (spec->is_switch ? " is true or false" : " is a number, 0 or more")};
  values_.insert_or_assign(std::string(name),
                           spec->is_switch ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>());
  return Unit{};
}

Json Quirks::all() const {
  Json list = Json::object();
  for (const QuirkSpec& spec : kSpecs)
    list[std::string(spec.name)] = shown(spec, number(spec.name));
  return list;
}

Json Quirks::changed() const {
  Json list = Json::object();
  for (const QuirkSpec& spec : kSpecs)
    if (number(spec.name) != spec.normal)
      list[std::string(spec.name)] = shown(spec, number(spec.name));
  return list;
}

}  // namespace tier0::sandbox
