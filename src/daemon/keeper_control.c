/* SPDX-License-Identifier: ISC */
/* keeper_control: what `mailseal status` asks, of the same user or root. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/keeper_trouble.h"
#include "daemon/status.h"
#include "proc/program.h"

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

/* ---- how all is ---- */

/* Those that somebody is called for first. */
static size_t
gather_troubles(const struct keeper *k, struct trouble out[LIMIT_TROUBLES])
{
	static const enum trouble_severity order[] = { TROUBLE_ATTENTION, TROUBLE_NOTE };
	const struct trouble *t;
	size_t n = 0;

	for (size_t o = 0; o < 2; o++)
		for (size_t i = 0; (t = trouble_each(k, &i)) != NULL;)
			if (t->code->severity == order[o])
				out[n++] = *t;
	return n;
}

static int
gather_mailboxes(struct keeper *k, struct status_mailbox out[CONF_MAILBOXES], struct err *e)
{
	for (size_t i = 0; i < k->n_boxes; i++) {
		const struct box *box = &k->box[i];

		out[i] = (struct status_mailbox){ .name = box->conf->name,
			.watched = box->open,
			.retired = box->retired,
			.uidvalidity = box->uidvalidity,
			.quota_used_kb = box->quota_used_kb,
			.quota_limit_kb = box->quota_limit_kb };
		if (box->open && ledger_last_uid(store_db(k->store), str_of(box->conf->name),
		                     box->uidvalidity, &out[i].last_uid, e) == -1)
			return -1;
	}
	return 0;
}

/* Views into arrays of ours, until the next call. */
static int
gather(struct keeper *k, struct status *s, struct err *e)
{
	static struct status_mailbox mailbox[CONF_MAILBOXES];
	static struct trouble trouble[LIMIT_TROUBLES];
	const struct conf *conf = k->child->conf;

	*s = (struct status){ .running = true,
		.mailbox = mailbox,
		.n_mailboxes = k->n_boxes,
		.trouble = trouble,
		.n_troubles = gather_troubles(k, trouble) };
	if (gather_mailboxes(k, mailbox, e) == -1)
		return -1;
	return overview_read(
	    store_db(k->store), conf->state, conf->published, program_now_ms(), &s->overview, e);
}

int
keeper_tell_state(struct keeper *k, struct err *e)
{
	struct status_mailbox mailbox[CONF_MAILBOXES] = { 0 };
	struct status s = { .running = true, .mailbox = mailbox, .n_mailboxes = k->n_boxes };
	struct buf out = BUF_MAX(sizeof k->outlook.state - 1);
	int any = overview_last(store_db(k->store), &s.overview.last_seq, &s.overview.last_ms, e);

	if (any == -1)
		return -1;
	s.overview.any = any == 1;
	for (size_t i = 0; i < k->n_boxes; i++)
		mailbox[i].watched = k->box[i].open;
	status_brief(&out, &s);
	if (!str_eq(buf_str(&out), str_of(k->outlook.state))) {
		snprintf(k->outlook.state, sizeof k->outlook.state, "%.*s", STR_FMT(buf_str(&out)));
		channel_send(k->child->parent.fd, buf_str(&out), -1, -1, NULL, "state");
	}
	buf_free(&out);
	return 0;
}

static int
answer_status(struct keeper *k, struct channel *client, bool json, struct err *e)
{
	struct buf out = BUF_MAX(LIMIT_PACKET - 256);
	struct status s;

	if (gather(k, &s, e) == -1)
		return -1;
	if (json)
		status_json(&out, &s);
	else
		status_text(&out, &s);
	channel_send(client->fd, buf_str(&out), -1, -1, NULL, "status attention=%s",
	    status_attention(&s) ? "yes" : "no");
	buf_free(&out);
	return 0;
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
		return answer_status(k, client, str_eq(msg_arg(&m, "form"), STR("json")), e);
	if (rc == 1 && str_starts(m.verb, STR("custodian-")))
		return keeper_hear_custodian(k, client, &m, e);
	if (rc == 1 && msg_is(&m, "retire"))
		return retire(k, client, msg_arg(&m, "mailbox"), e);
	channel_close(client);
	return 0;
}
