// libssh brings eight shared libraries, and its start prepares all of OpenSSL: a third of the time
// that a start of ours takes, most of which never speak SSH. So its functions are defined here: the
// first call of any loads the library, and each then calls the one of the same name in it.
#include <dlfcn.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <type_traits>

namespace {

/// Null where this machine has no libssh; it is never unloaded.
void* library() {
  static void* const kLoaded = ::dlopen("libssh.so.4", RTLD_NOW | RTLD_LOCAL);
  return kLoaded;
}

void* find(const char* name) {
  return library() == nullptr ? nullptr : ::dlsym(library(), name);
}

/// What libssh itself answers where something fails.
template <class T>
T failed() {
  if constexpr (std::is_same_v<T, const char*>) return "libssh.so.4 is not on this machine";
  if constexpr (std::is_same_v<T, int>) return SSH_ERROR;
  return T();
}

}  // namespace

#define T0_FORWARD(type, name, parameters, arguments)                           \
  type name parameters {                                                        \
    static const auto call = reinterpret_cast<type(*) parameters>(find(#name)); \
    return call != nullptr ? call arguments : failed<type>();                   \
  }

T0_FORWARD(int, ssh_add_channel_callbacks, (ssh_channel channel, ssh_channel_callbacks cb),
           (channel, cb))
T0_FORWARD(int, ssh_bind_accept_fd, (ssh_bind ssh_bind_o, ssh_session session, socket_t fd),
           (ssh_bind_o, session, fd))
T0_FORWARD(void, ssh_bind_free, (ssh_bind ssh_bind_o), (ssh_bind_o))
T0_FORWARD(ssh_bind, ssh_bind_new, (), ())
T0_FORWARD(int, ssh_bind_options_set,
           (ssh_bind sshbind, enum ssh_bind_options_e type, const void* value),
           (sshbind, type, value))
T0_FORWARD(int, ssh_channel_close, (ssh_channel channel), (channel))
T0_FORWARD(void, ssh_channel_free, (ssh_channel channel), (channel))
T0_FORWARD(ssh_channel, ssh_channel_new, (ssh_session session), (session))
T0_FORWARD(int, ssh_channel_open_session, (ssh_channel channel), (channel))
T0_FORWARD(int, ssh_channel_request_exec, (ssh_channel channel, const char* cmd), (channel, cmd))
T0_FORWARD(int, ssh_channel_request_send_exit_status, (ssh_channel channel, int exit_status),
           (channel, exit_status))
T0_FORWARD(int, ssh_channel_request_subsystem, (ssh_channel channel, const char* subsystem),
           (channel, subsystem))
T0_FORWARD(int, ssh_channel_send_eof, (ssh_channel channel), (channel))
T0_FORWARD(int, ssh_channel_write, (ssh_channel channel, const void* data, uint32_t len),
           (channel, data, len))
T0_FORWARD(int, ssh_channel_write_stderr, (ssh_channel channel, const void* data, uint32_t len),
           (channel, data, len))
T0_FORWARD(void, ssh_clean_pubkey_hash, (unsigned char** hash), (hash))
T0_FORWARD(int, ssh_connect, (ssh_session session), (session))
T0_FORWARD(int, ssh_event_add_session, (ssh_event event, ssh_session session), (event, session))
T0_FORWARD(int, ssh_event_dopoll, (ssh_event event, int timeout), (event, timeout))
T0_FORWARD(void, ssh_event_free, (ssh_event event), (event))
T0_FORWARD(ssh_event, ssh_event_new, (), ())
T0_FORWARD(int, ssh_event_remove_session, (ssh_event event, ssh_session session), (event, session))
T0_FORWARD(void, ssh_free, (ssh_session session), (session))
T0_FORWARD(const char*, ssh_get_error, (void* error), (error))
T0_FORWARD(socket_t, ssh_get_fd, (ssh_session session), (session))
T0_FORWARD(char*, ssh_get_fingerprint_hash,
           (enum ssh_publickey_hash_type type, unsigned char* hash, size_t len), (type, hash, len))
T0_FORWARD(int, ssh_get_poll_flags, (ssh_session session), (session))
T0_FORWARD(int, ssh_get_publickey_hash,
           (const ssh_key key, enum ssh_publickey_hash_type type, unsigned char** hash,
            size_t* hlen),
           (key, type, hash, hlen))
T0_FORWARD(int, ssh_get_server_publickey, (ssh_session session, ssh_key* key), (session, key))
T0_FORWARD(int, ssh_get_status, (ssh_session session), (session))
T0_FORWARD(int, ssh_handle_key_exchange, (ssh_session session), (session))
T0_FORWARD(int, ssh_init, (), ())
T0_FORWARD(ssh_key, ssh_key_dup, (const ssh_key key), (key))
T0_FORWARD(void, ssh_key_free, (ssh_key key), (key))
T0_FORWARD(enum ssh_keytypes_e, ssh_key_type, (const ssh_key key), (key))
T0_FORWARD(const char*, ssh_key_type_to_char, (enum ssh_keytypes_e type), (type))
T0_FORWARD(ssh_session, ssh_new, (), ())
T0_FORWARD(int, ssh_options_set, (ssh_session session, enum ssh_options_e type, const void* value),
           (session, type, value))
T0_FORWARD(int, ssh_pki_export_privkey_base64,
           (const ssh_key privkey, const char* passphrase, ssh_auth_callback auth_fn,
            void* auth_data, char** b64_key),
           (privkey, passphrase, auth_fn, auth_data, b64_key))
T0_FORWARD(int, ssh_pki_export_pubkey_base64, (const ssh_key key, char** b64_key), (key, b64_key))
T0_FORWARD(int, ssh_pki_generate, (enum ssh_keytypes_e type, int parameter, ssh_key* pkey),
           (type, parameter, pkey))
T0_FORWARD(int, ssh_pki_import_privkey_base64,
           (const char* b64_key, const char* passphrase, ssh_auth_callback auth_fn, void* auth_data,
            ssh_key* pkey),
           (b64_key, passphrase, auth_fn, auth_data, pkey))
T0_FORWARD(int, ssh_remove_channel_callbacks, (ssh_channel channel, ssh_channel_callbacks cb),
           (channel, cb))
T0_FORWARD(int, ssh_send_keepalive, (ssh_session session), (session))
T0_FORWARD(void, ssh_set_auth_methods, (ssh_session session, int auth_methods),
           (session, auth_methods))
T0_FORWARD(void, ssh_set_blocking, (ssh_session session, int blocking), (session, blocking))
T0_FORWARD(int, ssh_set_channel_callbacks, (ssh_channel channel, ssh_channel_callbacks cb),
           (channel, cb))
T0_FORWARD(void, ssh_set_counters,
           (ssh_session session, ssh_counter scounter, ssh_counter rcounter),
           (session, scounter, rcounter))
T0_FORWARD(void, ssh_set_message_callback,
           (ssh_session session,
            int (*ssh_bind_message_callback)(ssh_session session, ssh_message msg, void* data),
            void* data),
           (session, ssh_bind_message_callback, data))
T0_FORWARD(int, ssh_set_server_callbacks, (ssh_session session, ssh_server_callbacks cb),
           (session, cb))
T0_FORWARD(void, ssh_string_free_char, (char* s), (s))
T0_FORWARD(int, ssh_userauth_publickey,
           (ssh_session session, const char* username, const ssh_key privkey),
           (session, username, privkey))
