/* SPDX-License-Identifier: ISC */
#include "imap/session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "imap/date.h"
#include "imap/inside.h"
#include "imap/throttle.h"

enum {
	SEARCH_SPAN = 16384, /* UIDs asked for at once; its answer fits LIMIT_IMAP_LINE */
	FOLDER_MAX = 1000,   /* bytes of a folder's name */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
renew_pace(struct imap *s)
{
	s->patience_ms = INSIDE_PACE_MS;
	s->paced = 0;
}

/* ---- the stream below libetpan: TLS, and the filter on what comes ---- */

/* The line that was refused may tell why the server ends the session. */
static int
fail_below(struct imap *s)
{
	throttle_check(filter_head(&s->filter), &s->why);
	return -1;
}

static ssize_t
low_read(mailstream_low *low, void *p, size_t n)
{
	struct imap *s = low->data;
	int64_t began = now_ms();
	ptrdiff_t got;

	s->tls.deadline_ms = began + s->patience_ms;
	got = tls_read(&s->tls, p, n);
	s->patience_ms -= now_ms() - began; /* what we do between two reads is not the server's */
	s->paced += got > 0 ? (uint64_t)got : 0;
	if (s->paced >= INSIDE_PACE_BYTES)
		renew_pace(s);
	if (got == -1)
		s->why = s->tls.why;
	else if (filter_bytes(&s->filter, str_bytes(p, (size_t)got), &s->why) == -1)
		got = fail_below(s);
	return got;
}

static ssize_t
low_write(mailstream_low *low, const void *p, size_t n)
{
	struct imap *s = low->data;
	ptrdiff_t put;

	s->tls.deadline_ms = now_ms() + INSIDE_PACE_MS;
	put = tls_write(&s->tls, p, n);

	if (put == -1)
		s->why = s->tls.why;
	return put;
}

static int
low_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int
low_fd(mailstream_low *low)
{
	struct imap *s = low->data;

	return s->tls.fd;
}

static void
low_free(mailstream_low *low)
{
	free(low);
}

static mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_fd,
	.mailstream_free = low_free,
};

/* ---- what all commands need ---- */

void
inside_expect(struct imap *s, uint64_t literals)
{
	renew_pace(s);
	s->why = (struct err){ 0 };
	filter_command(&s->filter, INSIDE_LINES, literals);
}

int
inside_fail(struct imap *s, int code, const char *what, struct err *e)
{
	if (s->why.kind != ERR_NONE) {
		*e = s->why;
		return err_at(e, "%s", what);
	}
	switch (code) {
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_PROTOCOL:
		return err_set(e, ERR_SYNTAX, "%s: RFC 3501 9: the answer is not IMAP", what);
	case MAILIMAP_ERROR_STREAM:
		return err_set(e, ERR_RETRY, "%s: the connection was lost", what);
	default:
		if (throttle_check(filter_head(&s->filter), e) == -1)
			return err_at(e, "%s", what);
		return err_set(e, ERR_RETRY, "%s: the server says no", what);
	}
}

int
inside_send(struct imap *s, struct str command, struct err *e)
{
	mailstream *stream = s->etpan->imap_stream;
	char tag[32];
	int n = snprintf(tag, sizeof tag, "ms%u ", ++s->tag);

	if (mailstream_write(stream, tag, (size_t)n) != n ||
	    mailstream_write(stream, command.p, command.n) != (ssize_t)command.n ||
	    mailstream_write(stream, "\r\n", 2) != 2 || mailstream_flush(stream) != 0)
		return inside_fail(s, MAILIMAP_ERROR_STREAM, "send", e);
	return 0;
}

int
inside_line(struct imap *s, struct str *line, struct err *e)
{
	char *text =
	    mailstream_read_line_remove_eol(s->etpan->imap_stream, s->etpan->imap_stream_buffer);

	if (text == NULL)
		return inside_fail(s, MAILIMAP_ERROR_STREAM, "read", e);
	*line = str_bytes(text, s->etpan->imap_stream_buffer->len);
	return 0;
}

int
inside_reply(struct imap *s, struct str *line, struct err *e)
{
	struct str status;
	char tag[32];

	snprintf(tag, sizeof tag, "ms%u ", s->tag);
	if (inside_line(s, line, e) == -1)
		return -1;
	if (!str_starts(*line, str_of(tag)))
		return INSIDE_UNTAGGED;
	status = str_from(*line, strlen(tag));
	if (str_casestarts(status, STR("OK")))
		return INSIDE_OK;
	return throttle_check(status, e) == -1 ? -1 : INSIDE_NO;
}

int
inside_answer(struct imap *s, struct err *e)
{
	struct str line;
	int rc;

	do
		rc = inside_reply(s, &line, e);
	while (rc == INSIDE_UNTAGGED);
	return rc;
}

/* ---- opening and closing ---- */

static bool
has_word(const struct mailimap_capability_data *data, int type, const char *word)
{
	for (clistiter *i = clist_begin(data->cap_list); i != NULL; i = clist_next(i)) {
		const struct mailimap_capability *c = clist_content(i);
		const char *name = type == MAILIMAP_CAPABILITY_AUTH_TYPE ? c->cap_data.cap_auth_type
		                                                         : c->cap_data.cap_name;

		if (c->cap_type == type && str_caseeq(str_of(name), str_of(word)))
			return true;
	}
	return false;
}

int
inside_capabilities(struct imap *s, struct err *e)
{
	struct mailimap_capability_data *data = NULL;
	int code;

	inside_expect(s, 0);
	code = mailimap_capability(s->etpan, &data);
	if (code != MAILIMAP_NO_ERROR || data == NULL)
		return inside_fail(s, code, "CAPABILITY", e);
	s->has_esearch = has_word(data, MAILIMAP_CAPABILITY_NAME, "ESEARCH");
	s->has_idle = has_word(data, MAILIMAP_CAPABILITY_NAME, "IDLE");
	s->has_special_use = has_word(data, MAILIMAP_CAPABILITY_NAME, "SPECIAL-USE") &&
	                     has_word(data, MAILIMAP_CAPABILITY_NAME, "LIST-EXTENDED");
	s->has_id = has_word(data, MAILIMAP_CAPABILITY_NAME, "ID");
	s->has_quota = has_word(data, MAILIMAP_CAPABILITY_NAME, "QUOTA");
	s->has_gmail = has_word(data, MAILIMAP_CAPABILITY_NAME, "X-GM-EXT-1");
	s->has_xlist = has_word(data, MAILIMAP_CAPABILITY_NAME, "XLIST");
	s->has_sasl_ir = has_word(data, MAILIMAP_CAPABILITY_NAME, "SASL-IR");
	s->has_plain = has_word(data, MAILIMAP_CAPABILITY_AUTH_TYPE, "PLAIN");
	s->has_xoauth2 = has_word(data, MAILIMAP_CAPABILITY_AUTH_TYPE, "XOAUTH2");
	s->has_oauthbearer = has_word(data, MAILIMAP_CAPABILITY_AUTH_TYPE, "OAUTHBEARER");
	mailimap_capability_data_free(data);
	return 0;
}

static int
greet(struct imap *s, struct err *e)
{
	mailstream_low *low = mailstream_low_new(s, &driver);
	mailstream *stream;
	int code;

	if (low == NULL)
		abort();
	stream = mailstream_new(low, 65536);
	s->etpan = mailimap_new(0, NULL);
	if (stream == NULL || s->etpan == NULL)
		abort();
	inside_expect(s, 0);
	code = mailimap_connect(s->etpan, stream);
	if (code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED && code != MAILIMAP_NO_ERROR_AUTHENTICATED)
		return inside_fail(s, code, "greeting", e);
	if (code == MAILIMAP_NO_ERROR_AUTHENTICATED)
		return err_set(e, ERR_REFUSED,
		    "greeting: PREAUTH: logged in as somebody before any password was sent");
	return inside_capabilities(s, e);
}

struct imap *
imap_open(struct tls *t, struct err *e)
{
	struct imap *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->folder = (struct buf)BUF_MAX(FOLDER_MAX);
	s->tls = *t;
	*t = (struct tls){ .fd = -1 };
	if (greet(s, e) == 0)
		return s;
	imap_free(s);
	return NULL;
}

void
imap_free(struct imap *s)
{
	if (s == NULL)
		return;
	if (s->etpan != NULL)
		mailimap_free(s->etpan);
	tls_close(&s->tls);
	buf_free(&s->folder);
	free(s);
}

/* ---- what there is ---- */

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The UIDs there are from first to last, sorted: how many, or -1. */
static int
search(
    struct imap *s, uint32_t first, uint32_t last, uint32_t uid[static SEARCH_SPAN], struct err *e)
{
	struct mailimap_set *set = mailimap_set_new_interval(first, last);
	struct mailimap_search_key *key = mailimap_search_key_new_uid(set);
	clist *found = NULL;
	int code, n = 0;

	inside_expect(s, 0);
	code = mailimap_uid_search(s->etpan, NULL, key, &found);
	mailimap_search_key_free(key);
	if (code != MAILIMAP_NO_ERROR)
		return inside_fail(s, code, "UID SEARCH", e);
	if (!s->filter.searched) /* no answer is not the answer that there is nothing */
		return err_set(e, ERR_SYNTAX, "UID SEARCH: RFC 3501 6.4.4: OK without SEARCH");
	for (clistiter *i = clist_begin(found); i != NULL && n < SEARCH_SPAN; i = clist_next(i)) {
		uint32_t u = *(uint32_t *)clist_content(i);

		if (u >= first && u <= last)
			uid[n++] = u;
	}
	mailimap_search_result_free(found);
	qsort(uid, (size_t)n, sizeof uid[0], by_number);
	return n;
}

static void
note_gm_msgid(const struct mailimap_extension_data *x, struct imap_message *m)
{
	if (x->ext_extension == &mailimap_extension_xgmmsgid && x->ext_data != NULL)
		m->gm_msgid = *(const uint64_t *)x->ext_data;
}

/* Puts what one FETCH answer says into the message it is about. */
static int
take_item(const struct mailimap_msg_att *att, struct imap_message *m, size_t n, struct err *e)
{
	struct imap_message got = { .fd = -1, .internaldate = INT64_MIN };
	bool has_size = false;

	for (clistiter *i = clist_begin(att->att_list); i != NULL; i = clist_next(i)) {
		const struct mailimap_msg_att_item *item = clist_content(i);
		const struct mailimap_msg_att_static *st = item->att_data.att_static;

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_EXTENSION)
			note_gm_msgid(item->att_data.att_extension_data, &got);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (st->att_type == MAILIMAP_MSG_ATT_UID) {
			got.uid = st->att_data.att_uid;
		} else if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
			got.rfc822_size = st->att_data.att_rfc822_size;
			has_size = true;
		} else if (st->att_type == MAILIMAP_MSG_ATT_INTERNALDATE &&
		           st->att_data.att_internal_date != NULL) {
			const struct mailimap_date_time *d = st->att_data.att_internal_date;
			struct imap_date date = { d->dt_year, d->dt_month, d->dt_day, d->dt_hour,
				d->dt_min, d->dt_sec, d->dt_zone };

			if (imap_date_unix(&date, &got.internaldate, e) == -1)
				return -1;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (m[i].uid == got.uid && has_size && got.internaldate != INT64_MIN) {
			m[i] = got;
			m[i].size = 1; /* seen; the real one comes with the bytes */
			break;
		}
	return 0; /* an unsolicited FETCH of another message says nothing to us */
}

static struct mailimap_fetch_type *
wanted_items(const struct imap *s)
{
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_internaldate());
	if (s->has_gmail)
		mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_xgmmsgid());
	return type;
}

static int
fetch_items(struct imap *s, struct imap_message *m, size_t n, struct err *e)
{
	struct mailimap_set *set = mailimap_set_new_interval(m[0].uid, m[n - 1].uid);
	struct mailimap_fetch_type *type = wanted_items(s);
	clist *found = NULL;
	int code, rc = 0;

	inside_expect(s, 0);
	code = mailimap_uid_fetch(s->etpan, set, type, &found);
	mailimap_set_free(set);
	mailimap_fetch_type_free(type);
	if (code != MAILIMAP_NO_ERROR)
		return inside_fail(s, code, "UID FETCH", e);
	for (clistiter *i = clist_begin(found); i != NULL && rc == 0; i = clist_next(i))
		rc = take_item(clist_content(i), m, n, e);
	mailimap_fetch_list_free(found);
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (m[i].size == 0)
			rc = err_set(e, ERR_RETRY, "UID FETCH: uid %u was left out", m[i].uid);
		m[i].size = 0;
	}
	return rc;
}

int
imap_list(struct imap *s, uint32_t first, uint32_t last, struct imap_message m[static IMAP_WINDOW],
    struct err *e)
{
	static uint32_t uid[SEARCH_SPAN];
	uint64_t at = first, span = IMAP_WINDOW;

	while (at <= last) {
		uint64_t end = at + span - 1 < last ? at + span - 1 : last;
		int found = search(s, (uint32_t)at, (uint32_t)end, uid, e), n = 0;

		if (found == -1)
			return -1;
		for (int i = 0; i < found && n < IMAP_WINDOW; i++)
			if (n == 0 || uid[i] != m[n - 1].uid)
				m[n++] = (struct imap_message){ .uid = uid[i], .fd = -1 };
		if (n > 0)
			return fetch_items(s, m, (size_t)n, e) == -1 ? -1 : n;
		at = end + 1;
		span = span * 4 < SEARCH_SPAN ? span * 4 : SEARCH_SPAN;
	}
	return 0;
}

int
imap_fd(const struct imap *s)
{
	return s->tls.fd;
}

bool
imap_pending(const struct imap *s)
{
	return s->etpan->imap_stream->read_buffer_len > 0 || tls_pending(&s->tls);
}

bool
imap_is_gmail(const struct imap *s)
{
	return s->has_gmail;
}

bool
imap_has_idle(const struct imap *s)
{
	return s->has_idle;
}

const struct tls *
imap_tls(const struct imap *s)
{
	return &s->tls;
}
