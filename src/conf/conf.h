/* SPDX-License-Identifier: ISC */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/buf.h"

/*
 * conf: the configuration as a structure.  One table (conf.c: conf_directives) of section, name,
 * type, range, default and a sentence serves the parser, `--help` and the man page's test.
 * Strings are NUL-terminated, owned by the conf; NULL when not given and without default.
 */
enum {
	CONF_RESOLVERS = 8,
	CONF_MAILBOXES = 64,
};

/* One folder of one account.  A section with several folders makes as many: NAME, NAME/LABEL … */
struct conf_mailbox {
	char *name;    /* NAME or NAME/LABEL: letters, digits, "-", "_", "."; one "/" at most */
	char *account; /* [mailbox NAME] */
	char *host;
	uint64_t port;
	char *user;
	char *folder;        /* one, UTF-8; "\\Junk": by special use */
	uint64_t daily_mb;   /* 0: no limit */
	char *password_file; /* exactly one of these five */
	char *password_credential;
	char *password_command;
	char *token_command;
	char *oauth;   /* "google" or "other": `mailseal token` gets the token, by what follows */
	char *ca_file; /* NULL: the system's */
	char *twin;    /* the account to which the same mail is copied; NULL: none */

	char *oauth_client_id; /* or service_account_file */
	char *oauth_client_secret_file;
	char *oauth_authorization_url;
	char *oauth_token_url;
	char *oauth_scope;
	char *oauth_ca_file; /* NULL: the system's */
	char *service_account_file;
};

struct conf {
	char *state;       /* directory */
	char *published;   /* directory; default <state>/published */
	char *control;     /* socket; default <state>/control */
	uint64_t checkers; /* 0: one per core */
	uint64_t heartbeat_s;

	char *alarm_command;      /* NULL: nobody is called */
	uint64_t alarm_after_s;   /* what may pass by itself is no trouble until then */
	uint64_t alarm_gather_s;  /* several within it are one text */
	uint64_t alarm_per_hour;  /* texts; what is more waits for the next */
	char *summary;            /* schedule.h */
	char *publish_command;    /* NULL: none */
	uint64_t publish_every_s; /* at least */
	uint64_t copy_days;       /* that a copy elsewhere may be old; 0: any */

	char *resolver[CONF_RESOLVERS]; /* ADDRESS or ADDRESS@PORT; none: the system's */
	size_t n_resolvers;
	char *trust_anchor; /* file with the root's DS or DNSKEY */
	char *suffix_list;  /* file */
	uint64_t dns_timeout_s;

	struct conf_mailbox mailbox[CONF_MAILBOXES];
	size_t n_mailboxes;
};

struct conf_directive {
	const char *section, *name, *type, *range, *fallback, *doc;
};
extern const struct conf_directive conf_directives[]; /* ends with a NULL section */

/* In a text, a line that begins with it and goes on with a path: another file's text follows. */
#define CONF_NEXT "\f"

/*
 * Read the text of a configuration file; name is for messages.  NULL on ERR_CONFIG:
 * "name:line: what, and what would be right".
 */
struct conf *conf_parse(struct str text, const char *name, struct err *e);
struct conf *conf_load(const char *path, struct err *e); /* also ERR_SYSTEM */
/* The text of the file and of its drop-ins, FILE.d/NAME.conf in the order of their names, added to
 * text, whose ceiling bounds it: 0, or -1 on ERR_SYSTEM, ERR_LIMIT, ERR_CONFIG: others may write. */
int conf_read(const char *path, struct buf *text, struct err *e);
void conf_free(struct conf *c);
/* By name; NULL when there is none. */
const struct conf_mailbox *conf_mailbox(const struct conf *c, struct str name);

#endif
