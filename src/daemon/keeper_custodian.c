/* SPDX-License-Identifier: ISC */
/*
 * keeper_custodian: custodians come and go while mail is filed, on the word of `mailseal
 * custodian`.  Each change is a `log` record: who could read what, from which leaf on.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/keeper.h"
#include "keys/keyfile.h"
#include "proc/event.h"
#include "proc/program.h"

static int
open_folder(struct keeper *k, struct err *e)
{
	char path[4200];
	int dir;

	snprintf(path, sizeof path, "%s/custodian", k->child->conf->state);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir == -1 ? err_sys(e, "%s", path) : dir;
}

static ssize_t
find(struct keeper *k, struct str name)
{
	for (size_t i = 0; i < store_custodians(k->store); i++)
		if (str_eq(str_of(store_custodian(k->store, i)), name))
			return (ssize_t)i;
	return -1;
}

/* Seals who can read from now on.  In a batch. */
static int
seal_configuration(struct keeper *k, struct err *e)
{
	struct hash custodian[KEEPER_CUSTODIANS];
	const struct store_identity *id = store_identity(k->store);
	struct record_log l = { .event = RECORD_CUSTODIANS,
		.vkey = id->vkey,
		.recovery = id->recovery,
		.custodian = custodian,
		.n_custodians = store_custodians(k->store) };
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_head h = sealing_head(k, NULL, RECORD_LOG, program_now_ms());
	struct store_new n = { .kind = "log", .time_ms = (int64_t)h.time_ms, .of = -1 };
	int rc;

	for (size_t i = 0; i < l.n_custodians; i++)
		custodian[i] = custodian_fingerprint(&k->custodian[i]);
	rc = record_log_write(&bytes, &h, &l, e);
	n.bytes = buf_str(&bytes);
	if (rc == 0)
		rc = store_add(k->store, &n, e);
	buf_free(&bytes);
	return rc;
}

static int
settle(struct keeper *k, const char *what, const char *name, struct err *e)
{
	if (batch_begin(k, e) == -1 || seal_configuration(k, e) == -1 || batch_end(k, e) == -1)
		return -1;
	event(
	    "custodian", "what=%s name=%s custodians=%zu", what, name, store_custodians(k->store));
	return 1;
}

/* ---- the requests: 1, 0 when it is refused and *e says why, -1 ---- */

static int
add(struct keeper *k, struct msg *m, struct err *e)
{
	struct custodian c;
	int dir, rc;

	if (custodian_read(m->payload, &c, e) == -1)
		return 0;
	if (find(k, str_of(c.name)) != -1)
		return keeper_refuse(e, "there is a custodian of that name");
	if (store_custodians(k->store) == KEEPER_CUSTODIANS)
		return keeper_refuse(e, "there are as many custodians as can be");
	if (batch_end(k, e) == -1)
		return -1;
	dir = open_folder(k, e);
	rc = dir == -1 ? -1 : custodian_save(dir, &c, e);
	if (dir != -1)
		close(dir);
	if (rc == -1) /* a file of that name that is none of ours: a person's to look at */
		return e->kind == ERR_CONFIG ? 0 : -1;
	if (store_custodian_add(k->store, c.name, e) == -1)
		return -1;
	k->custodian[store_custodians(k->store) - 1] = c;
	return settle(k, "added", c.name, e);
}

/* His slots first: were we to die now, he is still to be removed, and is again. */
static int
take_away(struct keeper *k, size_t i, struct err *e)
{
	char file[CUSTODIAN_NAME_MAX + 8];
	size_t n = store_custodians(k->store);
	int dir, rc;

	snprintf(file, sizeof file, "%s.pub", k->custodian[i].name);
	if (store_custodian_remove(k->store, i, e) == -1)
		return -1;
	memmove(&k->custodian[i], &k->custodian[i + 1], (n - i - 1) * sizeof k->custodian[0]);
	dir = open_folder(k, e);
	if (dir == -1)
		return -1;
	rc = unlinkat(dir, file, 0) == -1 || fsync(dir) == -1 ? err_sys(e, "%s", file) : 0;
	close(dir);
	return rc;
}

static int
take_leave(struct keeper *k, struct msg *m, struct err *e)
{
	ssize_t i = find(k, msg_arg(m, "name"));
	char name[CUSTODIAN_NAME_MAX + 1];

	if (i == -1)
		return keeper_refuse(e, "there is no custodian of that name");
	if (store_custodians(k->store) == 1)
		return keeper_refuse(e, "he is the last: nobody could read what is filed");
	if (store_custodians(k->store) == 2 && !str_eq(msg_arg(m, "alone"), STR("yes")))
		return keeper_refuse(e, "one custodian would be left: say --one-custodian");
	memcpy(name, k->custodian[i].name, sizeof name);
	if (batch_end(k, e) == -1 || take_away(k, (size_t)i, e) == -1)
		return -1;
	return settle(k, "removed", name, e);
}

static int
fill(struct keeper *k, struct msg *m, uint64_t *filled, struct err *e)
{
	ssize_t i = find(k, msg_arg(m, "name"));
	uint64_t from;

	if (i == -1)
		return keeper_refuse(e, "there is no custodian of that name");
	if (msg_u64(m, "from", LIMIT_TREE, &from, e) == -1 || m->payload.n % SLOT_SIZE != 0)
		return keeper_refuse(e, "slots of another size");
	if (batch_end(k, e) == -1)
		return -1;
	return store_fill_slots(k->store, (size_t)i, from, m->payload, filled, e) == -1 ? -1 : 1;
}

int
keeper_hear_custodian(struct keeper *k, struct channel *client, struct msg *m, struct err *e)
{
	uint64_t filled = 0;
	int rc;

	if (msg_is(m, "custodian-add"))
		rc = add(k, m, e);
	else if (msg_is(m, "custodian-remove"))
		rc = take_leave(k, m, e);
	else
		rc = fill(k, m, &filled, e);
	if (rc == 1)
		channel_send(client->fd, STR(""), -1, -1, NULL, "done filled=%llu",
		    (unsigned long long)filled);
	else if (rc == 0)
		channel_send(client->fd, str_of(e->text), -1, -1, NULL, "failed");
	return rc == -1 ? -1 : 0;
}
