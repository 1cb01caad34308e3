/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "imap/inside.h"

/* One UID FETCH under way. */
struct fetch {
	struct imap_message *m;
	size_t n, at;  /* m[at] is the next for the sink */
	int fd;        /* of the message whose bytes are coming; -1: none yet */
	uint64_t size; /* of it so far */
	const struct imap_sink *sink;
	struct err why; /* kind ERR_NONE: all is well */
};

/* Bytes of the message that is coming.  libetpan calls it once or many times a message. */
static bool
body(
    int type, struct mailimap_msg_att_body_section *section, const char *bytes, size_t n, void *who)
{
	struct fetch *f = who;

	(void)type;
	(void)section;
	if (f->why.kind != ERR_NONE)
		return true;
	if (f->fd == -1) {
		f->fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		if (f->fd == -1)
			goto fail;
	}
	while (n > 0) {
		ssize_t put = write(f->fd, bytes, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			goto fail;
		bytes += put;
		n -= (size_t)put;
		f->size += (size_t)put;
	}
	return true;
fail:
	err_sys(&f->why, "memfd");
	return true;
}

/* What one FETCH answer is about, and how often it says so. */
struct about {
	uint32_t uid;
	unsigned uids, bodies;
};

static struct about
about(const struct mailimap_msg_att *att)
{
	struct about a = { 0 };

	for (clistiter *i = clist_begin(att->att_list); i != NULL; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID) {
			a.uid = item->att_data.att_static->att_data.att_uid;
			a.uids++;
		}
		if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
			a.bodies++;
	}
	return a;
}

/* Seals what came, so that nobody can change it on its way (memfd_create(2)). */
static int
finish(struct fetch *f, struct imap_message *m, struct err *e)
{
	if (f->fd == -1) {
		if (m->rfc822_size > 0)
			return err_set(
			    e, ERR_RETRY, "UID FETCH: uid %u came without bytes", m->uid);
		f->fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	}
	if (f->fd == -1 || fcntl(f->fd, F_ADD_SEALS,
	                       F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == -1)
		return err_sys(e, "memfd");
	m->fd = f->fd;
	m->size = f->size;
	f->fd = -1;
	f->size = 0;
	return 0;
}

/* Those that are complete go to the sink, in order. */
static int
hand_over(struct fetch *f, struct err *e)
{
	while (f->at < f->n && f->m[f->at].fd != -1) {
		struct imap_message *m = &f->m[f->at++];
		int rc = f->sink->take(f->sink->who, m, e);

		if (m->fd != -1)
			close(m->fd);
		m->fd = -1;
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* One FETCH answer is complete. */
static void
answer(struct mailimap_msg_att *att, void *who)
{
	struct fetch *f = who;
	struct about a = about(att);

	if (f->why.kind != ERR_NONE)
		return;
	if (a.bodies == 0 && f->fd == -1)
		return;                   /* unsolicited: flags of some message */
	if (a.uids > 1 || a.bodies > 1) { /* their bytes were joined: whose are they? */
		err_set(&f->why, ERR_SYNTAX, "UID FETCH: UID or BODY[] twice in one answer");
		return;
	}
	for (size_t i = f->at; i < f->n; i++)
		if (f->m[i].uid == a.uid && f->m[i].fd == -1) {
			if (finish(f, &f->m[i], &f->why) == 0)
				hand_over(f, &f->why);
			return;
		}
	err_set(&f->why, ERR_RETRY,
	    "UID FETCH: bytes of uid %u, which was not asked for or came twice", a.uid);
}

static void
no_progress(size_t current, size_t maximum, void *who)
{
	(void)current;
	(void)maximum;
	(void)who;
}

/* Those listed and no others: what the list left out is not asked for, and so not refused. */
static struct mailimap_set *
set_of(const struct imap_message *m, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	size_t first = 0;

	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || m[i + 1].uid != m[i].uid + 1) {
			mailimap_set_add_interval(set, m[first].uid, m[i].uid);
			first = i + 1;
		}
	return set;
}

static int
run(struct imap *s, struct fetch *f)
{
	struct mailimap_set *set = set_of(f->m, f->n);
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *rest = NULL;
	int code;

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
	    type, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	/* libetpan ignores the handler of answers unless a progress callback is set, too. */
	mailimap_set_progress_callback(s->etpan, no_progress, no_progress, NULL);
	mailimap_set_msg_body_handler(s->etpan, body, f);
	mailimap_set_msg_att_handler(s->etpan, answer, f);
	code = mailimap_uid_fetch(s->etpan, set, type, &rest);
	mailimap_set_msg_att_handler(s->etpan, NULL, NULL);
	mailimap_set_msg_body_handler(s->etpan, NULL, NULL);
	mailimap_set_progress_callback(s->etpan, NULL, NULL, NULL);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	if (code == MAILIMAP_NO_ERROR && rest != NULL)
		mailimap_fetch_list_free(rest);
	return code;
}

int
imap_fetch(struct imap *s, struct imap_message *m, size_t n, uint64_t max,
    const struct imap_sink *sink, struct err *e)
{
	struct fetch f = { .m = m, .n = n, .fd = -1, .sink = sink };
	int code, rc = 0;

	inside_expect(s, max);
	code = run(s, &f);
	if (f.why.kind != ERR_NONE) {
		*e = f.why;
		rc = -1;
	} else if (code != MAILIMAP_NO_ERROR) {
		rc = inside_fail(s, code, "UID FETCH", e);
	} else if (f.at < n) {
		rc = err_set(e, ERR_RETRY, "UID FETCH: uid %u was left out", m[f.at].uid);
	}
	if (f.fd != -1)
		close(f.fd);
	for (size_t i = 0; i < n; i++)
		if (m[i].fd != -1) {
			close(m[i].fd);
			m[i].fd = -1;
		}
	return rc;
}
