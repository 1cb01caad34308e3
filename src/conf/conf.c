/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/account.h"
#include "conf/folders.h"
#include "conf/schedule.h"

enum {
	FILE_MAX = 1 << 20, /* bytes; a thousand mailboxes would not fill it */
	PATH_LONGEST = 4096,
	LONGEST_LINE = 190, /* bytes */
	NAME_LONGEST = 79,
	DAILY_NOT_GIVEN = 1000001,
	TWIN_SHARE = 8, /* what a further folder may fetch a day: this part of the first */
};

enum type {
	TEXT,
	PATH,
	NUMBER,
	LIST,
};

#define STATE_DEFAULT "/var/lib/mailseal"

/* Where each directive's value goes; same order as conf_directives. */
static const struct place {
	enum type type;
	size_t offset;
	uint64_t min, max;
} places[] = {
	{ PATH, offsetof(struct conf, state), 0, 0 },
	{ PATH, offsetof(struct conf, published), 0, 0 },
	{ PATH, offsetof(struct conf, control), 0, 0 },
	{ NUMBER, offsetof(struct conf, checkers), 0, 64 },
	{ NUMBER, offsetof(struct conf, heartbeat_s), 1, 86400 },
	{ TEXT, offsetof(struct conf, alarm_command), 0, 0 },
	{ NUMBER, offsetof(struct conf, alarm_after_s), 1, 86400 },
	{ NUMBER, offsetof(struct conf, alarm_gather_s), 0, 3600 },
	{ NUMBER, offsetof(struct conf, alarm_per_hour), 1, 60 },
	{ TEXT, offsetof(struct conf, summary), 0, 0 },
	{ TEXT, offsetof(struct conf, publish_command), 0, 0 },
	{ NUMBER, offsetof(struct conf, publish_every_s), 1, 86400 },
	{ NUMBER, offsetof(struct conf, copy_days), 0, 365 },
	{ LIST, offsetof(struct conf, resolver), 0, 0 },
	{ PATH, offsetof(struct conf, trust_anchor), 0, 0 },
	{ PATH, offsetof(struct conf, suffix_list), 0, 0 },
	{ NUMBER, offsetof(struct conf, dns_timeout_s), 1, 60 },
	{ TEXT, offsetof(struct conf_mailbox, host), 0, 0 },
	{ NUMBER, offsetof(struct conf_mailbox, port), 1, 65535 },
	{ TEXT, offsetof(struct conf_mailbox, user), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, folder), 0, 0 },
	{ NUMBER, offsetof(struct conf_mailbox, daily_mb), 0, 1000000 },
	{ PATH, offsetof(struct conf_mailbox, password_file), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, password_credential), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, password_command), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, token_command), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, oauth), 0, 0 },
	{ PATH, offsetof(struct conf_mailbox, ca_file), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, twin), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, oauth_client_id), 0, 0 },
	{ PATH, offsetof(struct conf_mailbox, oauth_client_secret_file), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, oauth_authorization_url), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, oauth_token_url), 0, 0 },
	{ TEXT, offsetof(struct conf_mailbox, oauth_scope), 0, 0 },
	{ PATH, offsetof(struct conf_mailbox, oauth_ca_file), 0, 0 },
	{ PATH, offsetof(struct conf_mailbox, service_account_file), 0, 0 },
};

const struct conf_directive conf_directives[] = {
	{ "daemon", "state", "path", "", STATE_DEFAULT,
	    "Directory of the store: records, packs, keys." },
	{ "daemon", "published", "path", "", "STATE/published",
	    "Directory that any web server may serve: checkpoint and tiles." },
	{ "daemon", "control", "path", "", "STATE/control",
	    "Socket on which mailseal asks the running daemon." },
	{ "daemon", "checkers", "number", "0 to 64", "0",
	    "Processes that examine messages; 0 is one per processor." },
	{ "daemon", "heartbeat_s", "number", "1 to 86400", "3600",
	    "Seconds between two counts of a mailbox, each of which is sealed." },
	{ "daemon", "alarm_command", "text", "", "none",
	    "Command (run by /bin/sh) that is given a text on its standard input when a trouble "
	    "begins or ends; its first line is a subject." },
	{ "daemon", "alarm_after_s", "number", "1 to 86400", "300",
	    "Seconds after which a mailbox that is not watched, or a message that is not examined, "
	    "is a trouble." },
	{ "daemon", "alarm_gather_s", "number", "0 to 3600", "60",
	    "Seconds within which several troubles are one text." },
	{ "daemon", "alarm_per_hour", "number", "1 to 60", "6",
	    "Texts an hour; what comes then is told in the next." },
	{ "daemon", "summary", "text", "WEEKDAY HOUR, or never", "monday 8",
	    "When alarm_command is given the summary of the week, local time." },
	{ "daemon", "publish_command", "text", "", "none",
	    "Command (run by /bin/sh) that copies the published directory, its $1, to where "
	    "others see it; run after each new checkpoint." },
	{ "daemon", "publish_every_s", "number", "1 to 86400", "3600",
	    "Seconds after which publish_command is run though nothing is new." },
	{ "daemon", "copy_days", "number", "0 to 365", "7",
	    "Days after which it is a trouble that no copy of the state was made; 0: never." },
	{ "dns", "resolver", "addresses", "ADDRESS or ADDRESS@PORT, at most 8", "the system's",
	    "Resolvers that are asked, separated by blanks." },
	{ "dns", "trust_anchor", "path", "", "/usr/share/dns/root.key",
	    "File with the DNSSEC trust anchor of the root, DS or DNSKEY." },
	{ "dns", "suffix_list", "path", "", "/usr/share/publicsuffix/public_suffix_list.dafsa",
	    "The Public Suffix List, for organisational domains." },
	{ "dns", "timeout_s", "number", "1 to 60", "10", "Seconds until a question has failed." },
	{ "mailbox", "host", "text", "", "",
	    "Name of the IMAP server; its certificate must show it." },
	{ "mailbox", "port", "number", "1 to 65535", "993", "Port of IMAP over TLS." },
	{ "mailbox", "user", "text", "", "", "Name to log in with." },
	{ "mailbox", "folder", "text", "names, separated by commas", "INBOX; Gmail: \\All, \\Junk",
	    "Folders that are filed; \\Junk is the one that the server marks so (RFC 6154)." },
	{ "mailbox", "daily_mb", "number", "0 to 1000000", "0; Gmail: 1900",
	    "MB of messages that are fetched in 24 hours; 0 is no limit." },
	{ "mailbox", "password_file", "path", "", "", "File whose first line is the password." },
	{ "mailbox", "password_credential", "text", "", "",
	    "Name of the systemd credential whose first line is the password." },
	{ "mailbox", "password_command", "text", "", "",
	    "Command (run by /bin/sh) whose first line of output is the password." },
	{ "mailbox", "token_command", "text", "", "",
	    "Command (run by /bin/sh) whose first line of output is an OAuth access token." },
	{ "mailbox", "oauth", "text", "google or other", "",
	    "Log in with an access token that mailseal gets itself, from there." },
	{ "mailbox", "ca_file", "path", "", "the system's",
	    "Certification authorities that may vouch for the server, PEM." },
	{ "mailbox", "twin", "text", "", "",
	    "The [mailbox NAME] to which the same mail is copied: the two are compared." },
	{ "mailbox", "oauth_client_id", "text", "", "",
	    "The OAuth client that was registered for mailseal; mailseal login uses it." },
	{ "mailbox", "oauth_client_secret_file", "path", "", "none",
	    "File whose first line is the client's secret, if it has one." },
	{ "mailbox", "oauth_authorization_url", "text", "https://", "Google's",
	    "Where mailseal login sends the browser." },
	{ "mailbox", "oauth_token_url", "text", "https://", "Google's", "Where tokens come from." },
	{ "mailbox", "oauth_scope", "text", "", "Google's", "What the token is to be good for." },
	{ "mailbox", "oauth_ca_file", "path", "", "the system's",
	    "Certification authorities that may vouch for oauth_token_url, PEM." },
	{ "mailbox", "service_account_file", "path", "", "",
	    "Key of a Google service account, JSON: it opens every mailbox of the domain." },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

struct reading {
	struct conf *conf;
	char complaint[256]; /* about the first bad line; empty: none */
	/* Which directives the file at hand has given, of which mailbox; the last row is [daemon]'s
	 * and [dns]'s. */
	bool given[CONF_MAILBOXES + 1][sizeof places / sizeof places[0]];
};

/* inih then returns the number of the first line that was complained of. */
static int
complain(struct reading *r, const char *what)
{
	if (r->complaint[0] == '\0')
		snprintf(r->complaint, sizeof r->complaint, "%s", what);
	return 0;
}

static char *
copy(const char *text)
{
	char *p = strdup(text);

	if (p == NULL)
		abort();
	return p;
}

static bool
name_is_good(struct str name)
{
	if (name.n == 0 || name.n > 64 || name.p[0] == '.' || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!char_is_alpha(name.p[i]) && !char_is_digit(name.p[i]) &&
		    strchr("-_.", name.p[i]) == NULL)
			return false;
	return true;
}

/* The mailbox of this section, made at its first directive. */
static struct conf_mailbox *
section_mailbox(struct reading *r, struct str name)
{
	struct conf *c = r->conf;
	struct conf_mailbox *m;

	for (size_t i = 0; i < c->n_mailboxes; i++)
		if (str_eq(str_of(c->mailbox[i].name), name))
			return &c->mailbox[i];
	if (!name_is_good(name)) {
		complain(r, "a mailbox's name is up to 64 letters, digits, \"-\", \"_\", \".\"");
		return NULL;
	}
	if (c->n_mailboxes == CONF_MAILBOXES) {
		complain(r, "more than 64 mailboxes");
		return NULL;
	}
	m = &c->mailbox[c->n_mailboxes++];
	m->name = strndup(name.p, name.n);
	if (m->name == NULL)
		abort();
	m->account = copy(m->name);
	m->port = 993;
	m->daily_mb = DAILY_NOT_GIVEN;
	return m;
}

static int
set_list(struct reading *r, const char *value)
{
	struct conf *c = r->conf;
	struct str rest = str_of(value), word;

	while (c->n_resolvers > 0)
		free(c->resolver[--c->n_resolvers]);
	while (str_cut(&rest, ' ', &word)) {
		if (word.n == 0)
			continue;
		if (c->n_resolvers == CONF_RESOLVERS)
			return complain(r, "more than 8 resolvers");
		c->resolver[c->n_resolvers] = strndup(word.p, word.n);
		if (c->resolver[c->n_resolvers++] == NULL)
			abort();
	}
	return 1;
}

static int
set_number(struct reading *r, const struct place *p, const struct conf_directive *d, void *field,
    const char *value)
{
	char text[128];
	uint64_t v;

	if (str_u64(str_of(value), p->max, &v) == -1 || v < p->min) {
		snprintf(text, sizeof text, "%s: a number, %s, is wanted", d->name, d->range);
		return complain(r, text);
	}
	*(uint64_t *)field = v;
	return 1;
}

static int
set_text(struct reading *r, const struct place *p, const struct conf_directive *d, char **field,
    const char *value)
{
	char text[128];

	if (value[0] == '\0')
		snprintf(text, sizeof text, "%s: a value is wanted", d->name);
	else if (p->type == PATH && (value[0] != '/' || strlen(value) >= PATH_LONGEST))
		snprintf(text, sizeof text, "%s: a path that begins with \"/\" is wanted", d->name);
	else {
		free(*field);
		*field = copy(value);
		return 1;
	}
	return complain(r, text);
}

static int
set(struct reading *r, size_t i, void *base, const char *value)
{
	const struct place *p = &places[i];
	void *field = (char *)base + p->offset;
	const struct conf_mailbox *m = base;
	size_t who = base == r->conf ? CONF_MAILBOXES : (size_t)(m - r->conf->mailbox);
	char text[128];

	if (r->given[who][i]) {
		snprintf(text, sizeof text, "%s stands twice", conf_directives[i].name);
		return complain(r, text);
	}
	r->given[who][i] = true;
	if (p->type == LIST)
		return set_list(r, value);
	if (p->type == NUMBER)
		return set_number(r, p, &conf_directives[i], field, value);
	return set_text(r, p, &conf_directives[i], field, value);
}

/* inih calls this for each "name = value"; 1 to go on, 0 to stop. */
static int
directive(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	struct str kind, rest = str_of(section);
	char text[256];
	void *base;

	str_cut(&rest, ' ', &kind);
	for (size_t i = 0; conf_directives[i].section != NULL; i++) {
		const struct conf_directive *d = &conf_directives[i];

		if (!str_eq(kind, str_of(d->section)) || strcmp(name, d->name) != 0)
			continue;
		if (strcmp(d->section, "mailbox") == 0)
			base = section_mailbox(r, str_trim(rest));
		else if (rest.p == NULL)
			base = r->conf;
		else
			return complain(r, "only [mailbox NAME] takes a name");
		return base == NULL ? 0 : set(r, i, base, value);
	}
	snprintf(text, sizeof text,
	    "no directive \"%.60s\" in [%.60s]; mailseal.conf(5) lists them", name, section);
	return complain(r, text);
}

/* state + "/" + name, unless the file named another place. */
static void
below_state(char **path, const char *state, const char *name)
{
	size_t n = strlen(state) + strlen(name) + 2;

	if (*path != NULL)
		return;
	*path = malloc(n);
	if (*path == NULL)
		abort();
	snprintf(*path, n, "%s/%s", state, name);
}

/* ---- two accounts for one rule ---- */

/* Each is the other's twin, whoever of them says so. */
static int
pair_twins(struct conf *c, const char *name, struct err *e)
{
	for (size_t i = 0; i < c->n_mailboxes; i++) {
		struct conf_mailbox *m = &c->mailbox[i], *other = NULL;

		if (m->twin == NULL)
			continue;
		for (size_t k = 0; k < c->n_mailboxes; k++)
			if (k != i && strcmp(c->mailbox[k].name, m->twin) == 0)
				other = &c->mailbox[k];
		if (other == NULL)
			return err_set(e, ERR_CONFIG,
			    "%s: [mailbox %s]: twin: no other [mailbox %s]", name, m->name,
			    m->twin);
		if (other->twin == NULL)
			other->twin = copy(m->name);
		if (strcmp(other->twin, m->name) != 0)
			return err_set(e, ERR_CONFIG, "%s: [mailbox %s]: twin: %s has another twin",
			    name, m->name, other->name);
	}
	return 0;
}

/* ---- one mailbox of the section becomes one for each of its folders ---- */

/* The same account once more, without name and folder; NULL when there are too many. */
static struct conf_mailbox *
add_twin(struct conf *c, const struct conf_mailbox *of)
{
	struct conf_mailbox *m;

	if (c->n_mailboxes == CONF_MAILBOXES)
		return NULL;
	m = &c->mailbox[c->n_mailboxes++];
	*m = *of;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char **field = (char **)((char *)m + places[i].offset);

		if (strcmp(conf_directives[i].section, "mailbox") == 0 &&
		    places[i].type != NUMBER && *field != NULL)
			*field = copy(*field);
	}
	free(m->folder);
	m->folder = NULL;
	m->account = copy(of->account);
	m->daily_mb = (of->daily_mb + TWIN_SHARE - 1) / TWIN_SHARE;
	m->name = NULL;
	return m;
}

static void
set_folder(struct conf_mailbox *m, struct str folder)
{
	m->folder = strndup(folder.p, folder.n);
	if (m->folder == NULL)
		abort();
}

/* NAME/LABEL, which nobody has yet. */
static int
name_twin(struct conf *c, struct conf_mailbox *m, struct str folder, struct err *e)
{
	struct buf name = BUF_MAX(NAME_LONGEST);
	int rc = -1;

	buf_printf(&name, "%s/", m->account);
	folders_label(&name, folder);
	if (name.over)
		err_set(e, ERR_CONFIG, "folder: %.*s: too long with the mailbox's name",
		    STR_FMT(folder));
	else if (conf_mailbox(c, buf_str(&name)) != NULL)
		err_set(e, ERR_CONFIG, "folder: two would be called %.*s: give one a section",
		    STR_FMT(buf_str(&name)));
	else
		rc = 0;
	buf_byte(&name, '\0');
	m->name = copy(rc == 0 ? name.p : "");
	buf_free(&name);
	return rc;
}

/* The first folder is the mailbox itself, so that a second one may come later. */
static int
expand_folders(struct conf *c, struct conf_mailbox *m, struct err *e)
{
	char *list = m->folder;
	struct str rest = str_of(list), folder;
	int rc;

	m->folder = NULL;
	while ((rc = folders_next(&rest, &folder, e)) == 1) {
		struct conf_mailbox *twin = m->folder == NULL ? m : add_twin(c, m);

		if (twin == NULL) {
			rc = err_set(e, ERR_CONFIG, "folder: more than 64 mailboxes in all");
			break;
		}
		set_folder(twin, folder);
		if (twin != m && name_twin(c, twin, folder, e) == -1) {
			rc = -1;
			break;
		}
	}
	free(list);
	return rc;
}

static int
finish(struct conf *c, const char *name, struct err *e)
{
	struct schedule schedule;
	size_t sections = c->n_mailboxes;

	if (c->state == NULL)
		c->state = copy(STATE_DEFAULT);
	below_state(&c->published, c->state, "published");
	below_state(&c->control, c->state, "control");
	if (c->summary == NULL)
		c->summary = copy("monday 8");
	if (schedule_parse(str_of(c->summary), &schedule, e) == -1)
		return err_at(e, "%s", name);
	if (c->trust_anchor == NULL)
		c->trust_anchor = copy("/usr/share/dns/root.key");
	if (c->suffix_list == NULL)
		c->suffix_list = copy("/usr/share/publicsuffix/public_suffix_list.dafsa");
	if (pair_twins(c, name, e) == -1)
		return -1;
	for (size_t i = 0; i < sections; i++) {
		struct conf_mailbox *m = &c->mailbox[i];

		if (account_check(m, name, e) == -1)
			return -1;
		if (m->folder == NULL)
			m->folder = copy(folders_default(str_of(m->host)));
		if (m->daily_mb == DAILY_NOT_GIVEN)
			m->daily_mb = folders_daily_mb(str_of(m->host));
		if (expand_folders(c, m, e) == -1)
			return err_at(e, "%s: [mailbox %s]", name, m->account);
	}
	return 0;
}

/* inih cuts longer lines into several; the number of the first such line, or 0. */
static int
long_line(struct str text)
{
	struct str line;

	for (int n = 1; str_line(&text, &line); n++)
		if (line.n > LONGEST_LINE)
			return n;
	return 0;
}

/* One file of the text; what stood in one before may stand again, and replaces it. */
static int
parse_part(struct reading *r, struct str part, const char *name, struct err *e)
{
	char *text = strndup(part.p, part.n);
	int line = long_line(part);

	if (text == NULL)
		abort();
	memset(r->given, 0, sizeof r->given);
	if (line != 0) {
		complain(r, "longer than 190 bytes");
	} else {
		line = ini_parse_string(text, directive, r);
		if (line != 0)
			complain(r, "neither [section] nor name = value");
	}
	free(text);
	return line == 0 ? 0 : err_set(e, ERR_CONFIG, "%s:%d: %s", name, line, r->complaint);
}

static int
parse_text(struct conf *c, struct str rest, const char *name, struct err *e)
{
	struct reading r = { .conf = c };
	char file[PATH_LONGEST];
	ptrdiff_t at;

	snprintf(file, sizeof file, "%s", name);
	while ((at = str_find(rest, STR("\n" CONF_NEXT))) != -1) {
		struct str path;

		if (parse_part(&r, str_head(rest, (size_t)at), file, e) == -1)
			return -1;
		rest = str_from(rest, (size_t)at + strlen("\n" CONF_NEXT));
		str_line(&rest, &path);
		snprintf(file, sizeof file, "%.*s", STR_FMT(path));
	}
	return parse_part(&r, rest, file, e);
}

struct conf *
conf_parse(struct str text, const char *name, struct err *e)
{
	struct conf *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	c->dns_timeout_s = 10;
	c->heartbeat_s = 3600;
	c->alarm_after_s = 300;
	c->alarm_gather_s = 60;
	c->alarm_per_hour = 6;
	c->publish_every_s = 3600;
	c->copy_days = 7;
	if (parse_text(c, text, name, e) == -1 || finish(c, name, e) == -1) {
		conf_free(c);
		return NULL;
	}
	return c;
}

struct conf *
conf_load(const char *path, struct err *e)
{
	struct buf text = BUF_MAX(FILE_MAX);
	struct conf *c = NULL;

	if (conf_read(path, &text, e) == 0)
		c = conf_parse(buf_str(&text), path, e);
	buf_free(&text);
	return c;
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (places[i].type == NUMBER || places[i].type == LIST)
			continue;
		if (strcmp(conf_directives[i].section, "mailbox") != 0)
			free(*(char **)((char *)c + places[i].offset));
		else
			for (size_t k = 0; k < c->n_mailboxes; k++)
				free(*(char **)((char *)&c->mailbox[k] + places[i].offset));
	}
	for (size_t i = 0; i < c->n_resolvers; i++)
		free(c->resolver[i]);
	for (size_t i = 0; i < c->n_mailboxes; i++) {
		free(c->mailbox[i].name);
		free(c->mailbox[i].account);
	}
	free(c);
}

const struct conf_mailbox *
conf_mailbox(const struct conf *c, struct str name)
{
	for (size_t i = 0; i < c->n_mailboxes; i++)
		if (c->mailbox[i].name != NULL && str_eq(str_of(c->mailbox[i].name), name))
			return &c->mailbox[i];
	return NULL;
}
