#include "server/sandbox/world.h"

#include <algorithm>

namespace tier0::sandbox {

Id new_id(World& world) {
  return ++world.last_id;
}

std::uint64_t next_random(std::uint64_t& state) {
  // SplitMix64: a few lines, good enough to spread a seed, and the same on every machine.
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

std::uint64_t random_bits(World& world) {
  return next_random(world.random);
}

double random_fraction(std::uint64_t& state) {
  return static_cast<double>(next_random(state) >> 11U) / 9007199254740992.0;
}

std::string random_hex(World& world, std::size_t digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  while (text.size() < digits)
    for (std::uint64_t bits = random_bits(world); bits != 0 && text.size() < digits; bits >>= 4U)
      text += kDigits[bits & 15U];
  return text;
}

std::string random_uuid(World& world) {
  std::string text = random_hex(world, 32);
  text[12] = '4';
  text[16] = 'a';
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

Account* find_account(World& world, std::string_view name) {
  const auto found =
      std::ranges::find_if(world.accounts, [name](const Account& a) { return a.name == name; });
  return found == world.accounts.end() ? nullptr : &*found;
}

Vm* find_vm(Account& account, Id id) {
  const auto found = std::ranges::find(account.vms, id, &Vm::id);
  return found == account.vms.end() ? nullptr : &*found;
}

Firewall* find_firewall(Account& account, Id id) {
  const auto found = std::ranges::find(account.firewalls, id, &Firewall::id);
  return found == account.firewalls.end() ? nullptr : &*found;
}

}  // namespace tier0::sandbox
