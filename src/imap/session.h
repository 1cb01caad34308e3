/* SPDX-License-Identifier: ISC */
#ifndef IMAP_SESSION_H
#define IMAP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/tls.h"

/*
 * session: one folder read over one connection (RFC 3501), changing nothing in it: EXAMINE and
 * BODY.PEEK[] only.
 *
 * An answer, or the next 240 KB of it, must come within 30 s.  Errors of all functions: ERR_RETRY,
 * the connection or the server failed; ERR_REFUSED, it does not want us; ERR_SYNTAX and ERR_LIMIT, its answer is not
 * IMAP or too large; ERR_CONFIG; ERR_LATER, it wants to be left alone (throttle.h).  After any error the session can only be freed.
 */
struct imap;

/* What the server says of the folder. */
struct imap_folder {
	uint32_t uidvalidity;
	uint32_t uidnext;       /* the lowest UID the next message may get */
	uint32_t exists;        /* messages in it */
	uint64_t highestmodseq; /* RFC 7162; 0: the server has none */
};

struct imap_message {
	uint32_t uid;
	uint64_t rfc822_size; /* as the server says; the bytes may be more or fewer */
	int64_t internaldate; /* Unix seconds */
	uint64_t gm_msgid;    /* X-GM-MSGID; 0: the server has none */
	int fd;               /* the bytes: a memfd sealed against writing; -1: not fetched */
	uint64_t size;        /* of fd */
};

enum {
	IMAP_WINDOW =
	    64, /* messages listed and fetched at once: fewer is up to five times slower */
	IMAP_SLOWEST_BYTES_S = 8 << 10, /* what is slower has failed */
};

/* Greets and asks for the capabilities; takes the connection over, also on error (NULL). */
struct imap *imap_open(struct tls *t, struct err *e);
void imap_free(struct imap *s);

/*
 * Password: AUTHENTICATE PLAIN (RFC 4616) or LOGIN.  Access token: XOAUTH2 or OAUTHBEARER (RFC
 * 7628).  Whichever the server offers.  ERR_REFUSED: neither, or wrong name or secret; the text has
 * what the server gave as a reason.  ERR_CONFIG: the secret is none of that kind.
 */
enum imap_secret {
	IMAP_PASSWORD,
	IMAP_TOKEN,
};
int imap_login(
    struct imap *s, const char *user, enum imap_secret kind, struct str secret, struct err *e);
/*
 * Open the folder, or read its numbers again.  Its name is UTF-8; one that begins with "\\" is a
 * special use (RFC 6154), looked for the first time.  ERR_CONFIG: there is no such folder.
 */
int imap_examine(struct imap *s, const char *folder, struct imap_folder *f, struct err *e);

/* What the server says of itself (RFC 2971), in words for a log; none when it does not. */
int imap_identify(struct imap *s, struct buf *words, struct err *e);

/* What may be stored where the folder is (RFC 9208), in units of 1,024 bytes; limit 0: it does not
 * say. */
struct imap_quota {
	uint64_t used_kb, limit_kb;
};
int imap_quota(struct imap *s, struct imap_quota *q, struct err *e);

/* Whether it has Gmail's extensions: X-GM-MSGID. */
bool imap_is_gmail(const struct imap *s);

/*
 * List what is there with UIDs from first to last, ascending, the lowest IMAP_WINDOW at most:
 * how many, 0 when there is none, or -1.  Their fd is -1, their size 0.
 */
int imap_list(struct imap *s, uint32_t first, uint32_t last,
    struct imap_message m[static IMAP_WINDOW], struct err *e);

enum {
	IMAP_SPAN = 16384, /* messages named at once: 180 KB, less than LIMIT_IMAP_LINE */
};
/*
 * The UIDs of the messages numbered first to last, IMAP_SPAN at most, ascending: how many, or -1.
 * By ESEARCH (RFC 4731) where the server has it.
 */
int imap_uids(
    struct imap *s, uint32_t first, uint32_t last, uint32_t uid[static IMAP_SPAN], struct err *e);

/* Who gets a fetched message: 0 or -1; it takes m->fd by setting it to -1, else it is closed. */
struct imap_sink {
	int (*take)(void *who, struct imap_message *m, struct err *e);
	void *who;
};
/*
 * Fetch the n messages listed in m, and give them to the sink in that order, each as soon as it
 * and those before it are there.  More than max bytes together: ERR_LIMIT.  One that the server
 * leaves out, gives twice or without bytes: ERR_RETRY, and no later one has reached the sink.
 */
int imap_fetch(struct imap *s, struct imap_message *m, size_t n, uint64_t max,
    const struct imap_sink *sink, struct err *e);

/*
 * Waiting for news, with a server that has IDLE (RFC 2177).
 *
 *	imap_idle_begin(s, &e);
 *	... poll imap_fd, unless imap_pending; then imap_idle_read(s, &news, &e); until news
 *	imap_idle_end(s, &e);
 *
 * imap_examine then tells what there is.
 */
int imap_idle_begin(struct imap *s, struct err *e);
int imap_idle_read(struct imap *s, bool *news, struct err *e);
int imap_idle_end(struct imap *s, struct err *e);
bool imap_has_idle(const struct imap *s);
bool imap_pending(const struct imap *s); /* read bytes wait that poll(2) does not see */
int imap_fd(const struct imap *s);

const struct tls *imap_tls(const struct imap *s); /* version, certificate */

#endif
