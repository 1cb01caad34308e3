/* SPDX-License-Identifier: ISC */
#include "cli/loopback.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/cli.h"
#include "net/oauth.h"
#include "proc/loop.h"

enum {
	WAIT_MS = 600000,
	REQUEST_MS = 2000, /* for a request's header; browsers open connections they do not use */
	REQUEST_MAX = 16384,
	CHUNK = 4096,
};

int
loopback_open(uint16_t *port, struct err *e)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return err_sys(e, "socket");
	if (bind(fd, (struct sockaddr *)&a, sizeof a) == -1 || listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) == -1) {
		err_sys(e, "listen on 127.0.0.1");
		close(fd);
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

/* 1: text had the code; 0: it fits not, and is passed over; -1: no consent. */
static int
judge(struct str text, const char *state, struct buf *code, struct err *e)
{
	struct err why = { 0 };

	if (oauth_redirect(text, state, code, &why) == 0)
		return 1;
	buf_clear(code);
	if (why.kind == ERR_CONFIG) {
		*e = why;
		return -1;
	}
	return 0;
}

/* ---- the browser ---- */

/* The header of a request (RFC 9112), or what came of it in time. */
static void
read_request(int fd, struct buf *request)
{
	int64_t deadline = clock_ms() + REQUEST_MS;
	char chunk[CHUNK];
	ssize_t n = 1;

	while (n > 0 && !request->over && str_find(buf_str(request), STR("\r\n\r\n")) == -1) {
		struct loop l;

		loop_clear(&l);
		loop_add(&l, fd, POLLIN, 0, NULL);
		if (loop_wait(&l, deadline, NULL) == -1 || clock_ms() >= deadline)
			break;
		n = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT);
		if (n > 0)
			buf_add(request, str_bytes(chunk, (size_t)n));
	}
	sodium_memzero(chunk, sizeof chunk);
}

static void
reply(int fd, const char *status, const char *text)
{
	struct buf out = BUF_MAX(1024);

	buf_printf(&out,
	    "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
	    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
	    "%s",
	    status, strlen(text), text);
	if (send(fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT) == -1) {
		/* The browser is gone: what it brought counts all the same. */
	}
	buf_free(&out);
}

static int
hear_browser(int listener, const char *state, struct buf *code, struct err *e)
{
	struct buf request = BUF_MAX(REQUEST_MAX);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), rc = 0;
	struct str rest, method, target;

	if (fd == -1)
		return 0; /* it went away again */
	read_request(fd, &request);
	rest = buf_str(&request);
	str_cut(&rest, ' ', &method);
	str_cut(&rest, ' ', &target);
	if (str_eq(method, STR("GET")) && str_chr(target, '?') != -1)
		rc = judge(target, state, code, e);
	if (rc == 1)
		reply(fd, "200 OK", "mailseal has what it needs.  This page can be closed.\n");
	else if (rc == -1)
		reply(fd, "200 OK", "No consent was given; mailseal has no token.\n");
	else
		reply(fd, "404 Not Found", "mailseal waits for another address.\n");
	close(fd);
	sodium_memzero(request.p, request.cap);
	buf_free(&request);
	return rc;
}

/* ---- the person ---- */

struct paste {
	struct buf line;
	bool ended;
};

static int
hear_person(struct paste *p, const char *state, struct buf *code, struct err *e)
{
	char chunk[CHUNK];
	ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
	struct str rest, line;
	int rc = 0;

	p->ended = n <= 0;
	if (n > 0)
		buf_add(&p->line, str_bytes(chunk, (size_t)n));
	sodium_memzero(chunk, sizeof chunk);
	rest = buf_str(&p->line);
	if (!p->ended && !p->line.over && str_chr(rest, '\n') == -1)
		return 0;
	while (rc == 0 && str_line(&rest, &line))
		if (str_trim(line).n > 0) {
			rc = judge(line, state, code, e);
			if (rc == 0)
				fputs("mailseal: this is not the address (or its code) that the "
				      "browser came to after your consent; still waiting\n",
				    stderr);
		}
	buf_clear(&p->line);
	return rc;
}

/* ---- both ---- */

enum who {
	BROWSER,
	PERSON,
};

static int
wait_once(
    int fd, struct paste *p, int64_t deadline, const char *state, struct buf *code, struct err *e)
{
	struct loop l;
	struct ready r;
	int rc = 0;

	loop_clear(&l);
	loop_add(&l, fd, POLLIN, BROWSER, NULL);
	loop_add(&l, p->ended ? -1 : STDIN_FILENO, POLLIN, PERSON, NULL);
	if (loop_wait(&l, deadline, e) == -1)
		return -1;
	if (clock_ms() >= deadline)
		return err_set(e, ERR_RETRY, "no answer from the browser in ten minutes");
	while (rc == 0 && loop_next(&l, &r))
		rc = r.what == BROWSER ? hear_browser(fd, state, code, e)
		                       : hear_person(p, state, code, e);
	return rc;
}

int
loopback_wait(int fd, const char *state, struct buf *code, struct err *e)
{
	int64_t deadline = clock_ms() + WAIT_MS;
	struct paste p = { .line = BUF_MAX(REQUEST_MAX) };
	int rc = 0;

	while (rc == 0)
		rc = wait_once(fd, &p, deadline, state, code, e);
	if (p.line.p != NULL)
		sodium_memzero(p.line.p, p.line.cap);
	buf_free(&p.line);
	return rc == 1 ? 0 : -1;
}
