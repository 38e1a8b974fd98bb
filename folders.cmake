# The folders and which way their dependencies point; tests/lint/layers.txt holds the includes to it.
# A folder whose sources do not exist yet is an empty interface.
t0_folder(server/base LIBRARIES PkgConfig::SPDLOG)
t0_folder(server/crypto DEPENDS server/base LIBRARIES PkgConfig::CRYPTO)
t0_folder(server/jsonrpc DEPENDS server/base)
t0_folder(server/backend DEPENDS server/base)
# libcurl is loaded on the first request, not linked: it costs a start some thirty shared libraries.
t0_folder(server/net DEPENDS server/base LIBRARIES ${CMAKE_DL_LIBS})
target_include_directories(server_net SYSTEM PRIVATE ${CURL_INCLUDE_DIRS})
t0_folder(server/store DEPENDS server/base LIBRARIES PkgConfig::SQLITE)
t0_folder(server/schema DEPENDS server/base LIBRARIES valijson)
t0_folder(server/secrets DEPENDS server/base server/crypto server/backend server/net)
t0_folder(server/hosting DEPENDS server/base server/backend server/net server/secrets)
# libssh too, for the same reason: by its first call.
add_library(libssh_on_use STATIC server/ssh/libssh_on_use.cpp)
t0_own_code(libssh_on_use)
target_include_directories(libssh_on_use SYSTEM PUBLIC ${SSH_INCLUDE_DIRS})
target_link_libraries(libssh_on_use PUBLIC ${CMAKE_DL_LIBS})
t0_folder(server/ssh DEPENDS server/base server/crypto server/backend server/secrets LIBRARIES libssh_on_use)
t0_folder(server/tool DEPENDS server/base server/backend server/schema)
t0_folder(server/policy DEPENDS server/base server/crypto server/schema server/tool)
t0_folder(server/audit DEPENDS server/base server/crypto server/store)
t0_folder(server/state DEPENDS server/base)
t0_folder(server/operation DEPENDS server/base server/crypto server/store server/backend server/tool server/audit)
t0_folder(server/approval DEPENDS server/base server/crypto server/store server/policy server/tool server/audit)
t0_folder(server/broker DEPENDS server/base server/crypto server/backend server/schema server/store server/tool server/policy server/audit server/operation
          server/approval)
t0_folder(server/mcp DEPENDS server/base server/crypto server/jsonrpc)
t0_folder(server/transport DEPENDS server/base server/jsonrpc server/mcp LIBRARIES httplib)
t0_folder(server/service DEPENDS server/base server/jsonrpc server/mcp server/tool server/policy server/broker)
t0_embed(config_schemas schemas/config/*.json)
t0_embed(sandbox_agents examples/sandbox/agents/*.yaml)
t0_folder(server/config DEPENDS server/base server/backend server/crypto server/schema server/tool server/policy
          LIBRARIES PkgConfig::YAML embed_config_schemas embed_sandbox_agents)
t0_folder(server/sandbox DEPENDS server/base server/schema server/crypto LIBRARIES httplib libssh_on_use)
t0_folder(tools DEPENDS server/base server/crypto server/backend server/tool SOURCES ${TOOL_TABLE})
t0_folder(server/cli DEPENDS server/base server/crypto server/jsonrpc server/backend server/net server/store server/state server/schema
          server/secrets server/hosting server/ssh server/tool server/policy server/audit server/operation server/approval tools server/broker server/mcp
          server/transport server/service server/config server/sandbox)
