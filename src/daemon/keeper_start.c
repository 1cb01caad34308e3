/* SPDX-License-Identifier: ISC */
/* keeper_start: all that is opened before the sandbox closes. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "crypto/verify.h"
#include "daemon/keeper_trouble.h"
#include "daemon/retire.h"
#include "proc/loop.h"
#include "proc/program.h"

static int
load_custodians(struct keeper *k, int state, struct err *e)
{
	int dir = openat(state, "custodian", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (dir == -1)
		return err_sys(e, "open custodian");
	for (size_t i = 0; rc == 0 && i < store_custodians(k->store); i++)
		rc = custodian_load(dir, store_custodian(k->store, i), &k->custodian[i], e);
	close(dir);
	return rc;
}

static int
open_keys(struct keeper *k, struct err *e)
{
	const char *path = k->child->conf->state;
	int state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (state == -1)
		return err_sys(e, "open %s", path);
	rc = load_custodians(k, state, e);
	if (rc == 0)
		rc = reread_start(k, state, e);
	close(state);
	return rc;
}

static int
open_store(struct keeper *k, struct err *e)
{
	const struct conf *conf = k->child->conf;

	k->store = store_open(conf->state, conf->published, STORE_WRITE, e);
	if (k->store == NULL || open_keys(k, e) == -1)
		return -1;
	k->durable = store_size(k->store);
	if (trouble_load(k, e) == -1)
		return -1;
	if (trouble_is(k, "publish-failed", STR("")))
		k->signing.next_ms = clock_ms() + (int64_t)k->child->conf->alarm_after_s * 200;
	return vkey_parse(store_identity(k->store)->vkey, &k->vkey, e);
}

/* Ours alone; may_ask checks it once more. */
static int
open_control(struct keeper *k, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = k->child->conf->control;

	if (strlen(path) >= sizeof to.sun_path)
		return err_set(e, ERR_CONFIG, "control = %s: longer than %zu bytes", path,
		    sizeof to.sun_path - 1);
	memcpy(to.sun_path, path, strlen(path));
	k->control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (k->control == -1)
		return err_sys(e, "control socket");
	unlink(path);
	if (bind(k->control, (const struct sockaddr *)&to, sizeof to) == -1 ||
	    chmod(path, 0600) == -1 || listen(k->control, KEEPER_CLIENTS) == -1)
		return err_sys(e, "control = %s", path);
	return 0;
}

/* All else in *k is zero: megabytes that need not be touched. */
static void
clear(struct keeper *k, struct child *c)
{
	k->child = c;
	k->asker.fd = k->signing.channel.fd = k->control = -1;
	k->wake_ms = -1;
	for (size_t i = 0; i < LIMIT_HELD_MESSAGES; i++)
		k->held[i].fd = -1;
	for (size_t i = 0; i < KEEPER_CLIENTS; i++)
		k->client[i].fd = -1;
	for (size_t i = 0; i < c->conf->n_mailboxes; i++)
		k->box[i] = (struct box){
			.conf = &c->conf->mailbox[i], .channel.fd = -1, .unwatched_ms = clock_ms()
		};
	k->n_boxes = c->conf->n_mailboxes;
}

int
keeper_start(struct keeper *k, struct child *c, struct err *e)
{
	clear(k, c);
	k->crypto = crypto_native_new();
	keeper_reserve_release(k);
	if (program_hash(&k->binary, e) == -1 || open_store(k, e) == -1 || open_control(k, e) == -1)
		return -1;
	return child_ready(c, e);
}

int
retire_alone(struct conf *conf, const char *mailbox, struct err *e)
{
	static struct keeper k;
	struct child c = { .conf = conf };
	struct box *box;
	int rc = -1;

	clear(&k, &c);
	box = keeper_box(&k, str_of(mailbox));
	if (box == NULL)
		return err_set(e, ERR_CONFIG, "no [mailbox %s] in the configuration", mailbox);
	if (program_hash(&k.binary, e) == 0 && open_store(&k, e) == 0 && batch_begin(&k, e) == 0 &&
	    keeper_retire(&k, box, e) == 0)
		rc = batch_end(&k, e);
	store_close(k.store);
	return rc;
}

void
keeper_end(struct keeper *k)
{
	workkeys_close(k->workkeys);
	store_close(k->store);
	crypto_native_free(k->crypto);
}
