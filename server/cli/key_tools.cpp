#include "server/cli/key_tools.h"

#include "server/ssh/key_pair.h"

namespace tier0::cli {

KeyTools key_tools() {
  return {.make = [](const std::string& comment) -> Result<MadeKey> {
            T0_TRY(KeyPair pair, generate_key_pair(comment));
            return MadeKey{.private_key = std::move(pair.private_key),
                           .public_line = std::move(pair.public_key)};
          },
          .public_line = public_key_of};
}

}  // namespace tier0::cli
