#pragma once

namespace tier0 {

/// Which of our own SSH keys a connection logs in with. Staged: the one that a rotation made and
/// has not committed, to prove that it works before the current one is given up. Previous: the one
/// before the current, for a host that missed the last rotation.
enum class KeyUse { Current, Staged, Previous };

}  // namespace tier0
