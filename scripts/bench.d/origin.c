// The origin behind every proxy of the bench: answers any method with a body of the size that the path names, after it
// has read the request's body. As little work as possible, so that the proxy's core fills up before the other one.
// `GET /bytes/N`: N bytes, at most 1 MiB. Bodies come with Content-Length; a chunked one is answered with 411.
//
// Usage: origin PORT
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "sockets.h"

enum { largest_body = 1 << 20, copied_body = 32 * 1024, head_room = 8 * 1024, batch = 256 };

struct connection {
  int fd;
  size_t filled;         // bytes of a head that is not complete yet
  size_t body_left;      // of the request, still to be read and dropped
  size_t response_body;  // bytes of the answer to the request whose body is being read
  char out[512];         // head of the answer, and nothing else
  size_t out_from, out_left;
  off_t body_from;
  size_t body_to_send;
  unsigned events;
  char in[head_room];
};

static char drop[64 * 1024];
static char* body_bytes;
static int body_file;

static void close_connection(struct connection* c) {
  close(c->fd);
  free(c);
}

static void want(int epoll, struct connection* c, unsigned events) {
  if (c->events == events) return;
  c->events = events;
  watch(epoll, EPOLL_CTL_MOD, c->fd, events, c);
}

// 1: all sent, 0: the socket is full, -1: the connection is gone.
static int flush(struct connection* c) {
  while (c->out_left > 0) {
    ssize_t sent = send(c->fd, c->out + c->out_from, c->out_left, MSG_NOSIGNAL | (c->body_to_send ? MSG_MORE : 0));
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    c->out_from += (size_t)sent;
    c->out_left -= (size_t)sent;
  }
  while (c->body_to_send > 0) {
    ssize_t sent = sendfile(c->fd, body_file, &c->body_from, c->body_to_send);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    c->body_to_send -= (size_t)sent;
  }
  return 1;
}

// Small bodies are copied with the head in one system call; large ones go out by sendfile, as a web server's would.
static int answer(int epoll, struct connection* c) {
  int head = snprintf(c->out, sizeof c->out,
                      "HTTP/1.1 200 OK\r\nServer: origin\r\nDate: Tue, 24 Nov 2026 07:00:00 GMT\r\n"
                      "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\nConnection: keep-alive\r\n\r\n",
                      c->response_body);
  c->out_from = 0;
  c->out_left = (size_t)head;
  c->body_from = 0;
  c->body_to_send = c->response_body;
  if (c->response_body <= copied_body) {
    struct iovec parts[2] = {{c->out, c->out_left}, {body_bytes, c->response_body}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return -1;
    size_t done = sent < 0 ? 0 : (size_t)sent;
    size_t of_head = done < c->out_left ? done : c->out_left;
    c->out_from += of_head;
    c->out_left -= of_head;
    c->body_from += (off_t)(done - of_head);
    c->body_to_send -= done - of_head;
  }
  int state = flush(c);
  want(epoll, c, state == 0 ? EPOLLOUT : EPOLLIN);
  return state;
}

static int refuse(struct connection* c) {
  static const char text[] = "HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  send(c->fd, text, sizeof text - 1, MSG_NOSIGNAL);
  return -1;
}

// Reads heads out of the buffer and answers them; -1: close the connection.
static int take_heads(int epoll, struct connection* c) {
  for (;;) {
    c->in[c->filled] = '\0';
    char* end = strstr(c->in, "\r\n\r\n");
    if (end == NULL) return c->filled < head_room - 1 ? 0 : refuse(c);
    size_t head = (size_t)(end - c->in) + 4;
    end[2] = '\0';
    if (strcasestr(c->in, "\r\ntransfer-encoding:") != NULL) return refuse(c);
    char* length = strcasestr(c->in, "\r\ncontent-length:");
    size_t body = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
    char* size = strstr(c->in, "/bytes/");
    c->response_body = size != NULL ? strtoul(size + 7, NULL, 10) : 0;
    if (c->response_body > largest_body) return refuse(c);
    size_t here = c->filled - head < body ? c->filled - head : body;
    c->body_left = body - here;
    c->filled -= head + here;
    memmove(c->in, c->in + head + here, c->filled);
    if (c->body_left > 0) return 0;
    int state = answer(epoll, c);
    if (state <= 0 || c->filled == 0) return state;
  }
}

static int on_readable(int epoll, struct connection* c) {
  int in_body = c->body_left > 0;
  size_t room = in_body ? (c->body_left < sizeof drop ? c->body_left : sizeof drop) : head_room - 1 - c->filled;
  ssize_t got = recv(c->fd, in_body ? drop : c->in + c->filled, room, 0);
  if (got < 0 && errno == EAGAIN) return 0;
  if (got <= 0) return -1;
  if (!in_body) {
    c->filled += (size_t)got;
    return take_heads(epoll, c);
  }
  c->body_left -= (size_t)got;
  return c->body_left > 0 ? 0 : answer(epoll, c);
}

static int on_writable(int epoll, struct connection* c) {
  int state = flush(c);
  if (state <= 0) return state;
  want(epoll, c, EPOLLIN);
  return c->filled > 0 ? take_heads(epoll, c) : 0;
}

static void accept_all(int epoll, int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    struct connection* c = calloc(1, sizeof *c);
    if (c == NULL) fail("calloc");
    c->fd = fd;
    c->events = EPOLLIN;
    set_no_delay(fd);
    watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, c);
  }
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: origin PORT\n");
    return 2;
  }
  prepare_process();
  body_file = memfd_create("body", 0);
  if (ftruncate(body_file, largest_body) != 0) fail("ftruncate");
  body_bytes = mmap(NULL, largest_body, PROT_READ | PROT_WRITE, MAP_SHARED, body_file, 0);
  if (body_bytes == MAP_FAILED) fail("mmap");
  memset(body_bytes, 'x', largest_body);
  int listener = listen_on(atoi(argv[1]));
  int epoll = epoll_create1(0);
  watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  struct epoll_event events[batch];
  for (;;) {
    int ready = epoll_wait(epoll, events, batch, -1);
    for (int i = 0; i < ready; ++i) {
      struct connection* c = events[i].data.ptr;
      if (c == NULL) {
        accept_all(epoll, listener);
        continue;
      }
      int state = events[i].events & EPOLLOUT ? on_writable(epoll, c) : on_readable(epoll, c);
      if (state < 0) close_connection(c);
    }
  }
}
