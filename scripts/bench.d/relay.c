// The floor that a proxy on epoll cannot go below: bytes of one connection to another and back, no HTTP at all.
// One upstream connection for each client connection, opened at accept. Per request and answer: epoll_wait, recv,
// send, epoll_wait, recv, send.
//
// Usage: relay PORT UPSTREAM_PORT [WORKERS]
#include <pthread.h>

#include "sockets.h"

enum { buffer_size = 256 * 1024, batch = 256 };

struct pair;

struct side {
  struct pair* pair;
  struct side* other;
  int fd;
  unsigned events;      // what epoll is asked for
  size_t pending;       // bytes read from the other side that this one has not taken yet
  size_t pending_from;  // where they begin in `buffer`
  char* buffer;         // allocated only when a send came up short
};

struct pair {
  struct side client, upstream;
  int closed;
  struct pair* next_dead;
};

static int port, upstream_port;
static _Thread_local char shared_buffer[buffer_size];
static _Thread_local struct pair*
    dead;  // freed after the batch: a later event of the same batch may still point at them

static void close_pair(struct pair* pair) {
  if (pair->closed) return;
  pair->closed = 1;
  close(pair->client.fd);
  close(pair->upstream.fd);
  pair->next_dead = dead;
  dead = pair;
}

static void free_dead(void) {
  while (dead != NULL) {
    struct pair* pair = dead;
    dead = pair->next_dead;
    free(pair->client.buffer);
    free(pair->upstream.buffer);
    free(pair);
  }
}

static void set_events(int epoll, struct side* side, unsigned events) {
  if (side->events == events) return;
  side->events = events;
  watch(epoll, EPOLL_CTL_MOD, side->fd, events, side);
}

// Keeps what `to` did not take and stops reading from `from` until it has.
static void hold_back(int epoll, struct side* from, struct side* to, const char* bytes, size_t length) {
  if (to->buffer == NULL) to->buffer = malloc(buffer_size);
  if (to->buffer == NULL) fail("malloc");
  memcpy(to->buffer, bytes, length);
  to->pending = length;
  to->pending_from = 0;
  set_events(epoll, to, to->events | EPOLLOUT);
  set_events(epoll, from, from->events & ~(unsigned)EPOLLIN);
}

static void on_readable(int epoll, struct side* from) {
  struct side* to = from->other;
  if (to->pending > 0) {  // not asked for, so an error or a hang-up
    close_pair(from->pair);
    return;
  }
  ssize_t got = recv(from->fd, shared_buffer, buffer_size, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close_pair(from->pair);
    return;
  }
  ssize_t sent = send(to->fd, shared_buffer, (size_t)got, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) sent = 0;
  if (sent < 0) {
    close_pair(from->pair);
  } else if (sent < got) {
    hold_back(epoll, from, to, shared_buffer + sent, (size_t)(got - sent));
  }
}

static void on_writable(int epoll, struct side* to) {
  ssize_t sent = send(to->fd, to->buffer + to->pending_from, to->pending, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent < 0) {
    close_pair(to->pair);
    return;
  }
  to->pending -= (size_t)sent;
  to->pending_from += (size_t)sent;
  if (to->pending > 0) return;
  set_events(epoll, to, to->events & ~(unsigned)EPOLLOUT);
  set_events(epoll, to->other, to->other->events | EPOLLIN);
}

static void open_pair(int epoll, int client) {
  struct sockaddr_in address = loopback(upstream_port);
  struct pair* pair = calloc(1, sizeof *pair);
  if (pair == NULL) fail("calloc");
  int upstream = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (upstream < 0) fail("socket");
  // On loopback a connect is complete, or refused, at once or soon after; a send before that answers EAGAIN.
  if (connect(upstream, (struct sockaddr*)&address, sizeof address) != 0 && errno != EINPROGRESS) fail("connect");
  set_no_delay(client);
  set_no_delay(upstream);
  pair->client = (struct side){.pair = pair, .other = &pair->upstream, .fd = client, .events = EPOLLIN};
  pair->upstream = (struct side){.pair = pair, .other = &pair->client, .fd = upstream, .events = EPOLLIN};
  watch(epoll, EPOLL_CTL_ADD, client, EPOLLIN, &pair->client);
  watch(epoll, EPOLL_CTL_ADD, upstream, EPOLLIN, &pair->upstream);
}

static void accept_all(int epoll, int listener) {
  int client;
  while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) open_pair(epoll, client);
}

static void* work(void* unused) {
  int listener = listen_on(port);
  int epoll = epoll_create1(0);
  watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  struct epoll_event events[batch];
  for (;;) {
    int ready = epoll_wait(epoll, events, batch, -1);
    for (int i = 0; i < ready; ++i) {
      struct side* side = events[i].data.ptr;
      if (side == NULL) {
        accept_all(epoll, listener);
        continue;
      }
      if (side->pair->closed) continue;
      if (events[i].events & EPOLLOUT) on_writable(epoll, side);
      if (!side->pair->closed && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(epoll, side);
    }
    free_dead();
  }
  return unused;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: relay PORT UPSTREAM_PORT [WORKERS]\n");
    return 2;
  }
  port = atoi(argv[1]);
  upstream_port = atoi(argv[2]);
  prepare_process();
  for (int workers = argc > 3 ? atoi(argv[3]) : 1; workers > 1; --workers) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) fail("pthread_create");
  }
  work(NULL);
}
