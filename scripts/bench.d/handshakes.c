// TLS 1.3 handshakes and nothing else: connects, shakes hands, waits for the tickets, says goodbye, again. A handshake
// counts once its first ticket is there, for only then has the server finished it.
//
// Prints "handshakes N seconds S": of those that were as asked; anything else ends the program with status 1.
//
// Usage: handshakes PORT CONNECTIONS SECONDS full|resumed
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <time.h>

#include "sockets.h"

enum { batch = 256 };

struct client {
  int fd;
  SSL* ssl;
  SSL_SESSION* session;  // the next connection's, when it is to be resumed
  int offered;           // that this connection goes on from one
  int tickets;           // on this connection
};

static int port, resumed;
static SSL_CTX* context;
static unsigned long done;

static void fail_handshake(const char* what) {
  fprintf(stderr, "handshakes: %s\n", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// OpenSSL's callback; 1: the session is ours now.
static int keep_session(SSL* ssl, SSL_SESSION* session) {
  struct client* c = SSL_get_app_data(ssl);
  ++c->tickets;
  if (!resumed) return 0;
  if (c->session != NULL) SSL_SESSION_free(c->session);
  c->session = session;
  return 1;
}

static void begin(int epoll, struct client* c) {
  struct sockaddr_in address = loopback(port);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("socket");
  set_no_delay(c->fd);
  if (connect(c->fd, (struct sockaddr*)&address, sizeof address) != 0 && errno != EINPROGRESS) fail("connect");
  c->tickets = 0;
  c->ssl = SSL_new(context);
  if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1) fail_handshake("SSL_new");
  SSL_set_app_data(c->ssl, c);
  SSL_set_connect_state(c->ssl);
  c->offered = c->session != NULL;
  if (c->offered) SSL_set_session(c->ssl, c->session);
  watch(epoll, EPOLL_CTL_ADD, c->fd, EPOLLIN | EPOLLOUT | EPOLLET, c);
}

// Whatever the socket allows. 1: the handshake is over on both sides.
static int go_on(struct client* c) {
  char byte;
  int result = SSL_is_init_finished(c->ssl) ? SSL_read(c->ssl, &byte, 1) : SSL_do_handshake(c->ssl);
  if (result == 1 && SSL_is_init_finished(c->ssl)) result = SSL_read(c->ssl, &byte, 1);
  if (result > 0) fail_handshake("bytes that nobody asked for");
  int why = SSL_get_error(c->ssl, result);
  if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) fail_handshake("a handshake failed");
  return c->tickets > 0;
}

static void end(struct client* c) {
  if (SSL_session_reused(c->ssl) != c->offered) fail_handshake("not resumed");
  if (c->offered == resumed) ++done;
  SSL_shutdown(c->ssl);
  SSL_free(c->ssl);
  close(c->fd);
}

static void prepare_context(void) {
  context = SSL_CTX_new(TLS_client_method());
  if (context == NULL) fail_handshake("SSL_CTX_new");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set1_groups_list(context, "X25519");
  SSL_CTX_set_read_ahead(context, 1);  // all tickets in one read
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
}

int main(int argc, char** argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: handshakes PORT CONNECTIONS SECONDS full|resumed\n");
    return 2;
  }
  port = atoi(argv[1]);
  int connections = atoi(argv[2]);
  double seconds = atof(argv[3]);
  resumed = strcmp(argv[4], "resumed") == 0;
  prepare_process();
  prepare_context();
  int epoll = epoll_create1(0);
  struct client* clients = calloc((size_t)connections, sizeof *clients);
  if (clients == NULL) fail("calloc");
  double began = seconds_now(), now = began;
  for (int i = 0; i < connections; ++i) begin(epoll, &clients[i]);
  struct epoll_event events[batch];
  while ((now = seconds_now()) - began < seconds) {
    int ready = epoll_wait(epoll, events, batch, 1000);
    if (ready == 0) fail_handshake("nothing came for a second");
    for (int i = 0; i < ready; ++i) {
      struct client* c = events[i].data.ptr;
      if (!go_on(c)) continue;
      end(c);
      begin(epoll, c);
    }
  }
  printf("handshakes %lu seconds %.3f\n", done, now - began);
}
