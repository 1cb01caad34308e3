/* SPDX-License-Identifier: ISC */
#include "cli/dns_worker.h"

#include <fcntl.h>
#include <openssl/crypto.h>

#include "exam/bounds.h"
#include "proc/pool.h"

struct job {
	const struct dns_source *source;
	const struct dns_task *task;
};

/* As struct pool_work wants it. */
static int
run(void *ctx, int asker, int fd, struct str name, uint64_t size, struct buf *out, struct err *e)
{
	const struct job *j = ctx;
	int rc;

	(void)name;
	bounds_begin(size);
	rc = j->task->run(j->task->ctx, asker, fd, out, e);
	bounds_end();
	return rc;
}

/* What asks for the worker. */
static int
meet_asker(void *ctx, struct err *e)
{
	const struct job *j = ctx;

	return ask_meet(j->source->ask, e);
}

static int
hear(const struct pool_result *r, struct buf *told, struct err *e)
{
	if (r->outcome == POOL_FAILED) {
		*e = r->err;
		return -1;
	}
	if (r->outcome == POOL_DIED || r->out.n == 0)
		return err_set(
		    e, ERR_SYSTEM, "the process that reads what strangers wrote died of it");
	buf_add(told, r->out);
	return buf_check(told, "what was found", e);
}

int
dns_worker(
    const struct dns_source *source, const struct dns_task *task, struct buf *told, struct err *e)
{
	struct job j = { source, task };
	struct sandbox sandbox = bounds_sandbox;
	const struct pool_work work = { &sandbox, run, source->ask == NULL ? NULL : meet_asker,
		&j };
	int fd = task->fd == -1 ? -1 : fcntl(task->fd, F_DUPFD_CLOEXEC, 3);
	struct pool *p = pool_new(&work, 1);
	struct pool_result r;
	int rc;

	if (source->zone != NULL)
		sandbox.memory_max += LIMIT_ZONE_MEMORY;
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* a worker could not open it */
	pool_give(p, fd, "", task->size);
	rc = pool_take(p, &r, e) == 1 ? hear(&r, told, e) : -1;
	pool_free(p);
	return rc;
}
