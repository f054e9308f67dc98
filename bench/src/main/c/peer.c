/*
 * The kernel's side of the benchmarks: a client that is the same for every server, and a server on the
 * kernel's TCP to compare with. One file, no library but libc:
 *
 *   peer server ADDRESS                         echo on port 7, discard on 9, a stream on 19; until killed
 *   peer echo ADDRESS CONNECTIONS SECONDS       64-octet requests, one outstanding on each connection
 *   peer cps ADDRESS CONNECTIONS SECONDS        connect, one request of 64 octets, close; so many at a time
 *   peer send ADDRESS SECONDS                   sends the stream to port 9
 *   peer receive ADDRESS SECONDS [SKIP]         takes the stream from port 19, and checks every octet; what comes in
 *                                               the first SKIP seconds does not count
 *
 *   peer flood ADDRESS COUNT RATE               COUNT SYNs to port 7, RATE a second, each from another address that
 *                                               nobody has; needs a raw socket
 *   peer honest ADDRESS CLIENTS SECONDS         CLIENTS processes, begun evenly over SECONDS, of which each connects to
 *                                               port 7, sends 64 KiB, checks what comes back, and closes
 *
 * -c NAME in front of the mode chooses the congestion control of every connection by its name.
 *
 * A client prints one line of "name=value" and exits with 0, or says on standard error what was wrong.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/ip.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ECHO_PORT = 7, DISCARD_PORT = 9, STREAM_PORT = 19 };
enum { PERIOD = 1 << 16, MESSAGE = 64, EVENTS = 256, MAX_CONNECTIONS = 4096, MAX_DESCRIPTORS = 1 << 20 };

static unsigned char stream[2 * PERIOD];
static const char *congestion; /* NULL leaves it to the kernel's default */

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "peer: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The same stream as io.ringway.bench.bulk.Pattern: 64 KiB, twice, so that a piece is never in two parts. */
static void make_stream(void) {
    uint32_t state = 1;
    for (int i = 0; i < PERIOD; i++) {
        state = state * 1103515245u + 12345u;
        stream[i] = stream[i + PERIOD] = (unsigned char)(state >> 16);
    }
}

static struct sockaddr_in endpoint(const char *address, int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
        fail("\"%s\" is no IPv4 address", address);
    }
    return at;
}

static void choose_congestion(int fd) {
    if (congestion != NULL
        && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion, (socklen_t)strlen(congestion)) < 0) {
        fail("this kernel has no congestion control \"%s\": %s", congestion, strerror(errno));
    }
}

/* Whether it can be read or written before the end. */
static int wait_until(int fd, short events, int64_t end_ns) {
    int64_t left_ns = end_ns - now_ns();
    struct pollfd wanted = {.fd = fd, .events = events};
    return left_ns > 0 && poll(&wanted, 1, (int)(left_ns / 1000000) + 1) > 0;
}

static int connect_to(const char *address, int port) {
    struct sockaddr_in at = endpoint(address, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    choose_congestion(fd);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
        fail("cannot connect to %s port %d: %s", address, port, strerror(errno));
    }
    return fd;
}

static int listen_at(const char *address, int port) {
    struct sockaddr_in at = endpoint(address, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    choose_congestion(fd);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 1024) < 0) {
        fail("cannot listen at %s port %d: %s", address, port, strerror(errno));
    }
    return fd;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* --- server --- */

struct slot {
    int kind; /* the port that it came to; negative for a listener */
    int64_t position;
};

static struct slot slots[MAX_DESCRIPTORS];
static int poller;

static void watch(int fd, int kind, uint32_t events) {
    if (fd >= MAX_DESCRIPTORS) {
        fail("too many connections");
    }
    slots[fd] = (struct slot){.kind = kind};
    struct epoll_event event = {.events = events, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void take(int listener, int port) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(fd, port, port == STREAM_PORT ? EPOLLOUT : EPOLLIN);
    }
}

/* Each returns whether the connection goes on. */
static int serve_echo(int fd) {
    unsigned char buffer[16384];
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count <= 0) {
        return count < 0 && errno == EAGAIN;
    }
    /* A client of ours has one small request outstanding, so there always is room for its reply. */
    return write(fd, buffer, (size_t)count) == count;
}

static int serve_discard(int fd) {
    static unsigned char buffer[PERIOD];
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count <= 0) {
        return count < 0 && errno == EAGAIN;
    }
    if (memcmp(buffer, stream + (slots[fd].position & (PERIOD - 1)), (size_t)count) != 0) {
        fail("the stream that arrived is not what was sent");
    }
    slots[fd].position += count;
    return 1;
}

static int serve_stream(int fd) {
    ssize_t count = write(fd, stream + (slots[fd].position & (PERIOD - 1)), PERIOD);
    if (count < 0) {
        return errno == EAGAIN;
    }
    slots[fd].position += count;
    return 1;
}

/* As many as this user may have: a server of 200,000 connections has as many descriptors. */
static void raise_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max = MAX_DESCRIPTORS;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static _Noreturn void serve(const char *address) {
    raise_limit();
    poller = epoll_create1(EPOLL_CLOEXEC);
    watch(listen_at(address, ECHO_PORT), -ECHO_PORT, EPOLLIN);
    watch(listen_at(address, DISCARD_PORT), -DISCARD_PORT, EPOLLIN);
    watch(listen_at(address, STREAM_PORT), -STREAM_PORT, EPOLLIN);
    puts("ready");
    fflush(stdout);
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            int kind = slots[fd].kind;
            if (kind < 0) {
                take(fd, -kind);
            } else if (!(kind == ECHO_PORT       ? serve_echo(fd)
                         : kind == DISCARD_PORT ? serve_discard(fd)
                                                : serve_stream(fd))) {
                close(fd);
            }
        }
    }
}

/* --- clients --- */

struct request {
    int64_t sent_ns;
    uint64_t number;
    int received;
    unsigned char reply[MESSAGE];
};

static void fill(unsigned char *message, int fd, uint64_t number) {
    uint64_t words[MESSAGE / 8];
    for (int i = 0; i < MESSAGE / 8; i++) {
        words[i] = (number * 0x9e3779b97f4a7c15u) ^ ((uint64_t)fd << 32) ^ (uint64_t)i;
    }
    memcpy(message, words, MESSAGE);
}

static void ask(int fd, struct request *request) {
    unsigned char message[MESSAGE];
    fill(message, fd, ++request->number);
    request->received = 0;
    request->sent_ns = now_ns();
    if (write(fd, message, MESSAGE) != MESSAGE) {
        fail("cannot send a request: %s", strerror(errno));
    }
}

/* Latencies, in buckets of a 32nd of a power of two. */
enum { BUCKETS = 64 * 32 };
static uint64_t histogram[BUCKETS];

static void record(int64_t ns) {
    uint64_t value = ns < 64 ? 64 : (uint64_t)ns;
    int shift = 63 - __builtin_clzll(value) - 5;
    histogram[(shift + 1) * 32 + (int)((value >> shift) & 31)]++;
}

static double quantile(double part, uint64_t total) {
    uint64_t left = (uint64_t)(part * (double)total);
    for (int i = 0; i < BUCKETS; i++) {
        if (left < histogram[i]) {
            int shift = i / 32 - 1;
            return (double)((32 + (uint64_t)(i % 32)) << shift);
        }
        left -= histogram[i];
    }
    return 0;
}

static int run_echo(const char *address, int connections, double seconds) {
    static struct request requests[MAX_DESCRIPTORS];
    if (connections < 1 || connections > MAX_CONNECTIONS) {
        fail("1 to %d connections; asked for %d", MAX_CONNECTIONS, connections);
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    int fds[MAX_CONNECTIONS];
    for (int i = 0; i < connections; i++) {
        fds[i] = connect_to(address, ECHO_PORT);
        watch(fds[i], ECHO_PORT, EPOLLIN);
    }
    int64_t start = now_ns();
    int64_t end = start + (int64_t)(seconds * 1e9);
    for (int i = 0; i < connections; i++) {
        ask(fds[i], &requests[fds[i]]);
    }
    uint64_t done = 0;
    int64_t now = start;
    struct epoll_event events[EVENTS];
    while (now < end) {
        int count = epoll_wait(poller, events, EVENTS, 5000);
        if (count <= 0) {
            fail("no reply for 5 seconds");
        }
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            struct request *request = &requests[fd];
            ssize_t got = read(fd, request->reply + request->received,
                               (size_t)(MESSAGE - request->received));
            if (got <= 0) {
                fail("the server ended a connection");
            }
            request->received += (int)got;
            if (request->received < MESSAGE) {
                continue;
            }
            unsigned char expected[MESSAGE];
            fill(expected, fd, request->number);
            if (memcmp(expected, request->reply, MESSAGE) != 0) {
                fail("a reply with other content than its request");
            }
            now = now_ns();
            record(now - request->sent_ns);
            done++;
            ask(fd, request);
        }
    }
    printf("requests=%llu seconds=%.6f p50=%.0f p99=%.0f cpu=%.6f\n", (unsigned long long)done,
           (double)(now - start) / 1e9, quantile(0.5, done), quantile(0.99, done), cpu_seconds());
    return 0;
}

/* --- connect, ask, close --- */

static struct request visits[MAX_CONNECTIONS];
static int visit_descriptors[MAX_CONNECTIONS];

static void begin_visit(int slot, const struct sockaddr_in *at) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    visits[slot].sent_ns = now_ns();
    visits[slot].received = -1;
    visit_descriptors[slot] = fd;
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) < 0 && errno != EINPROGRESS) {
        fail("cannot connect: %s", strerror(errno));
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)slot};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

/* Returns whether the visit is over. */
static int go_on_with_visit(int slot) {
    struct request *visit = &visits[slot];
    int fd = visit_descriptors[slot];
    unsigned char message[MESSAGE];
    if (visit->received < 0) {
        fill(message, slot, ++visit->number);
        if (write(fd, message, MESSAGE) != MESSAGE) {
            fail("cannot send a request: %s", strerror(errno));
        }
        visit->received = 0;
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)slot};
        epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
        return 0;
    }
    ssize_t got = read(fd, visit->reply + visit->received, (size_t)(MESSAGE - visit->received));
    if (got <= 0) {
        fail("the server ended a connection");
    }
    visit->received += (int)got;
    if (visit->received < MESSAGE) {
        return 0;
    }
    fill(message, slot, visit->number);
    if (memcmp(message, visit->reply, MESSAGE) != 0) {
        fail("a reply with other content than its request");
    }
    close(fd);
    return 1;
}

static int run_cps(const char *address, int connections, double seconds) {
    struct sockaddr_in at = endpoint(address, ECHO_PORT);
    if (connections < 1 || connections > MAX_CONNECTIONS) {
        fail("1 to %d connections; asked for %d", MAX_CONNECTIONS, connections);
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    int64_t start = now_ns();
    int64_t end = start + (int64_t)(seconds * 1e9);
    for (int i = 0; i < connections; i++) {
        begin_visit(i, &at);
    }
    uint64_t done = 0;
    int64_t now = start;
    struct epoll_event events[EVENTS];
    while (now < end) {
        int count = epoll_wait(poller, events, EVENTS, 5000);
        if (count <= 0) {
            fail("nothing happened for 5 seconds");
        }
        for (int i = 0; i < count; i++) {
            int slot = (int)events[i].data.u32;
            if (go_on_with_visit(slot)) {
                now = now_ns();
                record(now - visits[slot].sent_ns);
                done++;
                begin_visit(slot, &at);
            }
        }
    }
    printf("requests=%llu seconds=%.6f p50=%.0f p99=%.0f cpu=%.6f\n", (unsigned long long)done,
           (double)(now - start) / 1e9, quantile(0.5, done), quantile(0.99, done), cpu_seconds());
    return 0;
}

static int run_send(const char *address, double seconds) {
    int fd = connect_to(address, DISCARD_PORT);
    int64_t start = now_ns();
    int64_t end = start + (int64_t)(seconds * 1e9);
    int64_t sent = 0;
    /* On a bad path nothing may move for seconds: the end comes all the same. */
    while (wait_until(fd, POLLOUT, end)) {
        ssize_t count = send(fd, stream + (sent & (PERIOD - 1)), PERIOD, MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) {
            continue;
        }
        if (count < 0) {
            fail("cannot send: %s", strerror(errno));
        }
        sent += count;
    }
    int64_t now = now_ns();
    /* Only what the server has acknowledged counts. */
    struct tcp_info info;
    socklen_t length = sizeof info;
    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
    int64_t acknowledged = (int64_t)info.tcpi_bytes_acked;
    printf("octets=%lld seconds=%.6f retransmitted=%u cpu=%.6f\n", (long long)acknowledged,
           (double)(now - start) / 1e9, info.tcpi_total_retrans, cpu_seconds());
    return 0;
}

static int run_receive(const char *address, double seconds, double skip) {
    static unsigned char buffer[PERIOD];
    int fd = connect_to(address, STREAM_PORT);
    int64_t start = now_ns();
    int64_t end = start + (int64_t)(seconds * 1e9);
    int64_t counted_from = start + (int64_t)(skip * 1e9);
    int64_t skipped = 0;
    int64_t received = 0;
    int64_t now = start;
    while (wait_until(fd, POLLIN, end)) {
        ssize_t count = read(fd, buffer, sizeof buffer);
        if (count <= 0) {
            fail("the stream ended after %lld octets: %s", (long long)received,
                 count == 0 ? "end of stream" : strerror(errno));
        }
        if (memcmp(buffer, stream + (received & (PERIOD - 1)), (size_t)count) != 0) {
            fail("the stream is not what the server should send, within %lld octets",
                 (long long)(received + count));
        }
        if (now_ns() < counted_from) {
            skipped = received + count;
        }
        received += count;
    }
    now = now_ns();
    printf("octets=%lld seconds=%.6f retransmitted=0 cpu=%.6f\n", (long long)(received - skipped),
           (double)(now - start) / 1e9 - skip, cpu_seconds());
    return 0;
}

/* --- a flood, and those who suffer from it --- */

static void sleep_until(int64_t when_ns) {
    struct timespec when = {.tv_sec = when_ns / 1000000000, .tv_nsec = when_ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR) {
    }
}

static uint16_t checksum(const void *octets, size_t length, uint32_t sum) {
    const uint16_t *words = octets;
    for (size_t i = 0; i < length / 2; i++) {
        sum += words[i];
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

struct syn {
    struct iphdr ip;
    struct tcphdr tcp;
    unsigned char options[20];
} __attribute__((packed));

static int run_flood(const char *address, long total, double rate) {
    struct sockaddr_in at = endpoint(address, 0);
    int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    if (fd < 0) {
        fail("no raw socket to flood with: %s", strerror(errno));
    }
    int buffer = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    struct syn syn = {
        .ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP, .daddr = at.sin_addr.s_addr,
               .tot_len = htons(sizeof syn)},
        .tcp = {.dest = htons(ECHO_PORT), .doff = 10, .syn = 1, .window = htons(64240)},
        /* MSS, SACK permitted, time stamps, window scale: what a Linux sends. */
        .options = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7},
    };
    uint64_t state = 88172645463325252u;
    int64_t start = now_ns();
    long refused = 0;
    for (long i = 0; i < total; i++) {
        if (i % 64 == 0) {
            sleep_until(start + (int64_t)((double)i / rate * 1e9));
        }
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        /* 198.19.0.0/16: nobody there answers a SYN-ACK by a reset. */
        syn.ip.saddr = htonl(0xc6130000u | (uint32_t)(state & 0xffff));
        syn.tcp.source = htons((uint16_t)(1024 + (state >> 16) % 60000));
        syn.tcp.seq = (uint32_t)(state >> 32);
        syn.tcp.check = 0;
        uint32_t pseudo = (syn.ip.saddr & 0xffff) + (syn.ip.saddr >> 16) + (syn.ip.daddr & 0xffff)
                + (syn.ip.daddr >> 16) + htons(IPPROTO_TCP) + htons(sizeof syn - sizeof syn.ip);
        syn.tcp.check = checksum(&syn.tcp, sizeof syn - sizeof syn.ip, pseudo);
        if (sendto(fd, &syn, sizeof syn, 0, (struct sockaddr *)&at, sizeof at) < 0) {
            refused++;
        }
    }
    double seconds = (double)(now_ns() - start) / 1e9;
    printf("syns=%ld refused=%ld seconds=%.6f\n", total - refused, refused, seconds);
    return 0;
}

/* Returns 0 when everything came back as it was. */
static int be_honest(const char *address) {
    unsigned char buffer[16384];
    int fd = connect_to(address, ECHO_PORT);
    for (int sent = 0; sent < PERIOD; sent += (int)sizeof buffer) {
        if (send(fd, stream + sent, sizeof buffer, MSG_NOSIGNAL) != (ssize_t)sizeof buffer) {
            fail("cannot write after %d octets: %s", sent, strerror(errno));
        }
        for (size_t got = 0; got < sizeof buffer;) {
            ssize_t count = read(fd, buffer + got, sizeof buffer - got);
            if (count <= 0) {
                fail("cannot read after %d octets: %s", sent + (int)got,
                     count == 0 ? "end of stream" : strerror(errno));
            }
            got += (size_t)count;
        }
        if (memcmp(buffer, stream + sent, sizeof buffer) != 0) {
            return 1;
        }
    }
    return close(fd);
}

static int run_honest(const char *address, int clients, double seconds) {
    if (clients < 1 || clients > MAX_CONNECTIONS) {
        fail("1 to %d clients; asked for %d", MAX_CONNECTIONS, clients);
    }
    int64_t *took = mmap(NULL, sizeof *took * (size_t)clients, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t start = now_ns();
    for (int i = 0; i < clients; i++) {
        sleep_until(start + (int64_t)(i * seconds / clients * 1e9));
        pid_t child = fork();
        if (child == 0) {
            int64_t begin = now_ns();
            int result = be_honest(address);
            took[i] = now_ns() - begin;
            _exit(result);
        }
    }
    int served = 0;
    int status;
    while (wait(&status) > 0) {
        served += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    int64_t longest = 0;
    for (int i = 0; i < clients; i++) {
        record(took[i]);
        longest = took[i] > longest ? took[i] : longest;
    }
    printf("served=%d p50=%.0f p99=%.0f most=%.0f seconds=%.6f\n", served,
           quantile(0.5, (uint64_t)clients), quantile(0.99, (uint64_t)clients), (double)longest,
           (double)(now_ns() - start) / 1e9);
    return 0;
}

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    make_stream();
    if (count > 3 && strcmp(words[1], "-c") == 0) {
        congestion = words[2];
        words += 2;
        count -= 2;
    }
    if (count == 3 && strcmp(words[1], "server") == 0) {
        serve(words[2]);
    }
    if (count == 5 && strcmp(words[1], "echo") == 0) {
        return run_echo(words[2], atoi(words[3]), atof(words[4]));
    }
    if (count == 5 && strcmp(words[1], "cps") == 0) {
        return run_cps(words[2], atoi(words[3]), atof(words[4]));
    }
    if (count == 4 && strcmp(words[1], "send") == 0) {
        return run_send(words[2], atof(words[3]));
    }
    if ((count == 4 || count == 5) && strcmp(words[1], "receive") == 0) {
        return run_receive(words[2], atof(words[3]), count == 5 ? atof(words[4]) : 0);
    }
    if (count == 5 && strcmp(words[1], "flood") == 0) {
        return run_flood(words[2], atol(words[3]), atof(words[4]));
    }
    if (count == 5 && strcmp(words[1], "honest") == 0) {
        return run_honest(words[2], atoi(words[3]), atof(words[4]));
    }
    fail("usage: peer server|echo|cps|send|receive|flood|honest ADDRESS ...");
}
