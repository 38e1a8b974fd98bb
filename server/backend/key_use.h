#pragma once

namespace tier0 {

/// Which of our own SSH keys a connection logs in with. Staged: the one that a rotation made and
/// has not committed, to prove that it works before the current one is given up.
enum class KeyUse { Current, Staged };

}  // namespace tier0
