/* SPDX-License-Identifier: ISC */
/*
 * checker: reads hostile mail, and so may do nothing: it has no file, no network and no key.  One
 * job at a time: the message comes as a read-only memfd, answers of the DNS come through the
 * keeper, and lines go back.  Nothing outlives a job but the keys that were read and made ready.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "auth/examine.h"
#include "base/limits.h"
#include "daemon/protocol.h"
#include "daemon/roles.h"
#include "exam/answers.h"
#include "exam/bounds.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "seal/examination.h"

enum {
	CHUNK = 65536,             /* bytes read at once */
	LINES_A_PACKET = 64 << 10, /* bytes */
};

struct checker {
	struct child *child;
	struct channel keeper; /* fd -1: not there at the moment */
	struct crypto *crypto;
	struct keycache *keycache;
	bool stopping;

	struct answers answers; /* of the job */
};

/* ---- hearing ---- */

static int
hear_parent(struct checker *k, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&k->child->parent, &m, e);

	if (rc != 1)
		return rc == 0 ? err_set(e, ERR_SYSTEM, "the parent is gone") : -1;
	if (msg_is(&m, "stop"))
		k->stopping = true;
	if (msg_is(&m, "peer") && m.fd[0] != -1) {
		channel_close(&k->keeper);
		channel_open(&k->keeper, m.fd[0]);
		m.fd[0] = -1;
	}
	msg_close_fds(&m);
	return 0;
}

/* Waits for the keeper's next message: 1 with *m, 0 on "stop", -1 when the keeper is gone. */
static int
hear_keeper(struct checker *k, struct msg *m, struct err *e)
{
	enum { PARENT, KEEPER };
	struct loop l;
	struct ready r;

	while (!k->stopping) {
		loop_clear(&l);
		loop_add(&l, k->child->parent.fd, POLLIN, PARENT, NULL);
		loop_add(&l, k->keeper.fd, POLLIN, KEEPER, NULL);
		if (loop_wait(&l, -1, e) == -1)
			return -1;
		while (loop_next(&l, &r)) {
			int rc;

			if (r.what == PARENT) {
				if (hear_parent(k, e) == -1)
					return -1;
				break; /* the keeper may be another one now */
			}
			rc = channel_recv(&k->keeper, m, e);
			if (rc == 1)
				return 1;
			channel_close(&k->keeper);
			return rc == 0 ? err_set(e, ERR_RETRY, "the keeper is gone") : -1;
		}
	}
	return 0;
}

/* ---- a job ---- */

/* The evaluation loop's door to the DNS: needs out, answers in, until "answered". */
static int
fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct checker *k = ctx;
	struct msg m;
	int rc = answers_need(&k->answers, k->keeper.fd, needs, e);

	for (bool answered = false; rc == 0 && !answered;) {
		rc = hear_keeper(k, &m, e);
		if (rc == 0) {
			channel_send(k->keeper.fd, STR(""), -1, -1, NULL, "leave job=%llu",
			    (unsigned long long)k->answers.job);
			return err_set(e, ERR_RETRY, "stopping");
		}
		if (rc == -1)
			break;
		answered = msg_is(&m, "answered");
		rc = answered ? 0
		     : msg_is(&m, "answer")
		         ? answers_take(&k->answers, &m, e)
		         : err_set(e, ERR_SYNTAX, "the keeper says what is not in protocol.h");
		msg_close_fds(&m);
	}
	*ev = (struct evidence){ k->answers.answer, k->answers.n };
	return rc;
}

static int
read_message(struct examine *x, int fd, struct err *e)
{
	char chunk[CHUNK];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, chunk, sizeof chunk, at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "message");
		examine_add(x, str_bytes(chunk, (size_t)n));
		at += n;
	}
	examine_end(x);
	return 0;
}

static int
report(struct checker *k, const struct examination *result, struct err *e)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);
	struct str rest;
	int rc;

	examination_write(&lines, result);
	rc = buf_check(&lines, "examination", e);
	for (rest = buf_str(&lines); rc == 0 && rest.n > 0; rest = str_from(rest, LINES_A_PACKET))
		rc = channel_send(k->keeper.fd, str_head(rest, LINES_A_PACKET), -1, -1, e,
		    "lines job=%llu", (unsigned long long)k->answers.job);
	if (rc == 0)
		rc = channel_send(k->keeper.fd, STR(""), -1, -1, e, "done job=%llu complete=%s",
		    (unsigned long long)k->answers.job, result->complete ? "yes" : "no");
	buf_free(&lines);
	return rc;
}

static int
examine(struct checker *k, const struct msg *m, struct err *e)
{
	const struct evidence_source source = { fill, k };
	const struct examination *result;
	struct examine *x;
	uint64_t job, received;
	struct stat st;
	int rc;

	if (msg_u64(m, "job", UINT64_MAX, &job, e) == -1 ||
	    msg_u64(m, "received", INT64_MAX, &received, e) == -1)
		return -1;
	if (fstat(m->fd[0], &st) == -1)
		return err_sys(e, "message");
	bounds_begin((uint64_t)st.st_size);
	answers_begin(&k->answers, job);
	x = examine_new(k->crypto);
	examine_filed(x);
	examine_keycache(x, k->keycache);
	rc = read_message(x, m->fd[0], e);
	if (rc == 0)
		rc = evaluate(x, (int64_t)received, &source, &result, e);
	if (rc == 0)
		rc = report(k, result, e);
	examine_free(x);
	answers_end(&k->answers);
	bounds_end();
	return rc;
}

/* -1: the system failed, or the parent is gone. */
static int
serve(struct checker *k, struct err *e)
{
	while (!k->stopping) {
		struct msg m;
		int rc = hear_keeper(k, &m, e), fd;

		if (rc == 0)
			break;
		if (rc == 1) {
			fd = m.fd[0];
			rc = msg_is(&m, "job") && fd != -1
			         ? examine(k, &m, e)
			         : err_set(
			               e, ERR_SYNTAX, "the keeper says what is not in protocol.h");
			if (fd != -1)
				close(fd);
		}
		/* A keeper that is gone comes back; after anything else we begin anew ourselves. */
		if (rc == -1 && e->kind != ERR_RETRY)
			return -1;
	}
	return 0;
}

int
checker_main(struct child *c)
{
	static struct checker k;
	struct err e = { 0 };
	int rc;

	k = (struct checker){ .child = c, .keeper.fd = -1 };
	bounds_start();
	k.crypto = crypto_native_new();
	k.keycache = keycache_new();
	rc = child_ready(c, &e);
	if (rc == 0)
		rc = serve(&k, &e);
	if (rc == -1)
		event_err("checker", &e);
	keycache_free(k.keycache);
	crypto_native_free(k.crypto);
	return rc == 0 ? EX_OK : EX_OSERR;
}
