/* SPDX-License-Identifier: ISC */
/* keeper_control: what `mailseal status` and `mailseal custodian` ask, of the same user or root. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/keeper_trouble.h"

/* By what the kernel says of the other end; anybody else is let go without a word. */
static bool
may_ask(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == -1)
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}

void
keeper_accept(struct keeper *k)
{
	int fd = accept4(k->control, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1)
		return;
	for (size_t i = 0; may_ask(fd) && i < KEEPER_CLIENTS; i++)
		if (k->client[i].fd == -1) {
			channel_open(&k->client[i], fd);
			return;
		}
	close(fd);
}

static int
add_mailboxes(struct keeper *k, struct json *j, struct err *e)
{
	json_open(j, "mailboxes", '[');
	for (size_t i = 0; i < k->n_boxes; i++) {
		const struct box *box = &k->box[i];
		struct str name = str_of(box->conf->name);
		uint64_t uid = 0;

		if (box->open &&
		    ledger_last_uid(store_db(k->store), name, box->uidvalidity, &uid, e) == -1)
			return -1;
		json_open(j, NULL, '{');
		json_str(j, "name", name);
		json_bool(j, "connected", box->open);
		json_bool(j, "retired", box->retired);
		if (box->open) {
			json_int(j, "uidvalidity", (int64_t)box->uidvalidity);
			json_int(j, "last_uid", (int64_t)uid);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
	return 0;
}

/* As many as fit; a terminal shows no more either. */
static void
add_troubles(const struct keeper *k, struct json *j)
{
	const struct trouble *t;

	json_open(j, "troubles", '[');
	for (size_t i = 0; j->out->n < LIMIT_PACKET / 4 && (t = trouble_each(k, &i)) != NULL;) {
		json_open(j, NULL, '{');
		json_str(j, "code", str_of(t->code->code));
		json_bool(j, "attention", t->code->severity == TROUBLE_ATTENTION);
		json_str(j, "subject", str_of(t->subject));
		json_str(j, "text", str_of(t->text));
		json_str(j, "mend", str_of(t->mend));
		json_int(j, "since_ms", t->since_ms);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static int
write_status(struct keeper *k, struct buf *out, struct err *e)
{
	struct ledger_counts n;
	struct json j = json_to(out);

	if (ledger_counts(store_db(k->store), &n, e) == -1)
		return -1;
	json_open(&j, NULL, '{');
	if (add_mailboxes(k, &j, e) == -1)
		return -1;
	json_int(&j, "records", (int64_t)store_size(k->store));
	json_int(&j, "messages", (int64_t)n.messages);
	json_int(&j, "examinations", (int64_t)n.examinations);
	json_int(&j, "pending", (int64_t)n.pending);
	json_int(&j, "last_sealed_ms", (int64_t)n.last_sealed_ms);
	json_int(&j, "checkpoint", (int64_t)store_published(k->store));
	add_troubles(k, &j);
	json_close(&j, '}');
	return buf_check(out, "status", e);
}

static int
tell_status(struct keeper *k, struct channel *client, struct err *e)
{
	struct buf out = BUF_MAX(LIMIT_PACKET / 2);
	int rc = write_status(k, &out, e);

	if (rc == 0)
		channel_send(client->fd, buf_str(&out), -1, -1, NULL, "status");
	buf_free(&out);
	return rc;
}

/* The mailbox's last record; the client hears of it when it is durable. */
static int
retire(struct keeper *k, struct channel *client, struct str name, struct err *e)
{
	struct box *box = keeper_box(k, name);

	if (box == NULL || box->retired) {
		channel_send(client->fd,
		    box == NULL ? STR("no such mailbox in the configuration")
		                : STR("it is retired already"),
		    -1, -1, NULL, "failed");
		return 0;
	}
	name = str_of(box->conf->name);
	if (batch_begin(k, e) == -1 || keeper_retire(k, box, e) == -1 || batch_end(k, e) == -1)
		return -1;
	channel_send(client->fd, STR(""), -1, -1, NULL, "retired mailbox=%.*s", STR_FMT(name));
	return 0;
}

/* One request; anything else ends the connection. */
int
keeper_hear_client(struct keeper *k, struct channel *client, struct err *e)
{
	struct msg m;
	int rc = channel_recv(client, &m, NULL);

	if (rc == 1)
		msg_close_fds(&m);
	if (rc == 1 && msg_is(&m, "status"))
		return tell_status(k, client, e);
	if (rc == 1 && str_starts(m.verb, STR("custodian-")))
		return keeper_hear_custodian(k, client, &m, e);
	if (rc == 1 && msg_is(&m, "retire"))
		return retire(k, client, msg_arg(&m, "mailbox"), e);
	channel_close(client);
	return 0;
}
