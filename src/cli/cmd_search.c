/* SPDX-License-Identifier: ISC */
/* search: which messages a custodian is looking for, by their header fields and day of arrival. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/peek.h"
#include "cli/secret.h"
#include "msg/charset.h"
#include "msg/encoded.h"
#include "msg/header.h"
#include "seal/record.h"
#include "seal/utc.h"

enum {
	WANTED_MAX = 16,
	STATUS_SOME_CLOSED = 2, /* some messages could not be looked into */
	DAY_S = 86400,
};

/* What an option looks for, and in which fields. */
struct wanted {
	const char *fields;
	struct buf text; /* folded */
};

struct search {
	struct secret_options secret;
	struct wanted wanted[WANTED_MAX];
	size_t n_wanted;
	int64_t since_s, until_s; /* Unix; of arrival */
	uint64_t limit;
	bool json;
	uint64_t found, closed;
};

/* ---- options ---- */

static int
add_wanted(struct search *x, const char *fields, const char *text)
{
	struct wanted *w = &x->wanted[x->n_wanted];

	if (x->n_wanted == WANTED_MAX)
		return -1;
	*w = (struct wanted){ fields, BUF_MAX(4 * LIMIT_PART_LINE) };
	charset_add_folded(&w->text, str_of(text));
	x->n_wanted++;
	return w->text.over ? -1 : 0;
}

/* "2026-01-31": its first second, UTC. */
static int
read_day(const char *text, int64_t *first_s)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	*first_s = end != NULL && *end == '\0' ? (int64_t)timegm(&tm) : -1;
	return *first_s == -1 ? -1 : 0;
}

static int
read_option(struct search *x, int o, const char *arg)
{
	int64_t day;

	switch (o) {
	case 'f':
		return add_wanted(x, "From", arg);
	case 't':
		return add_wanted(x, "To Cc Bcc", arg);
	case 's':
		return add_wanted(x, "Subject", arg);
	case 'm':
		return add_wanted(x, "Message-ID", arg);
	case 'a':
		return read_day(arg, &x->since_s);
	case 'b':
		if (read_day(arg, &day) == -1)
			return -1;
		x->until_s = day + DAY_S;
		return 0;
	case 'l':
		return str_u64(str_of(arg), INT64_MAX, &x->limit);
	case 'j':
		x->json = true;
		return 0;
	case 'n':
		x->secret.custodian = arg;
		return 0;
	case 'k':
		x->secret.key_file = arg;
		return 0;
	case 'p':
		x->secret.passphrase_file = arg;
		return 0;
	default:
		return -1;
	}
}

static int
read_options(struct search *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "subject", required_argument, NULL, 's' },
		{ "message-id", required_argument, NULL, 'm' },
		{ "since", required_argument, NULL, 'a' },
		{ "until", required_argument, NULL, 'b' },
		{ "limit", required_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ "custodian", required_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (read_option(x, o, optarg) == -1)
			return -1;
	return optind == argc ? 0 : -1;
}

/* ---- one message ---- */

static bool
is_one_of(struct str name, const char *fields)
{
	struct str rest = str_of(fields), field;

	while (str_cut(&rest, ' ', &field))
		if (str_caseeq(field, name))
			return true;
	return false;
}

static bool
field_has(struct str body, struct str wanted)
{
	struct buf text = BUF_MAX(LIMIT_HEADER), folded = BUF_MAX(LIMIT_HEADER);
	bool has;

	encoded_field(&text, body);
	charset_add_folded(&folded, buf_str(&text));
	has = str_find(buf_str(&folded), wanted) != -1;
	buf_free(&text);
	buf_free(&folded);
	return has;
}

static bool
header_has(struct str header, const struct wanted *w)
{
	struct header h;
	int rc;

	while ((rc = header_next(&header, &h, NULL)) != 0)
		if (rc == 1 && is_one_of(h.name, w->fields) && field_has(h.body, buf_str(&w->text)))
			return true;
	return false;
}

static bool
matches(const struct search *x, struct str header)
{
	for (size_t i = 0; i < x->n_wanted; i++)
		if (!header_has(header, &x->wanted[i]))
			return false;
	return true;
}

/* The first field of that name as people read it; out is cleared before. */
static struct str
field_text(struct str header, const char *name, struct buf *out)
{
	struct header h;
	int rc;

	buf_clear(out);
	while ((rc = header_next(&header, &h, NULL)) != 0)
		if (rc == 1 && str_caseeq(h.name, str_of(name))) {
			encoded_field(out, h.body);
			break;
		}
	return buf_str(out);
}

static void
print_json(const char *number, uint64_t arrived_s, struct str header)
{
	static const struct {
		const char *key, *field;
	} fields[] = { { "from", "From" }, { "to", "To" }, { "subject", "Subject" },
		{ "date", "Date" }, { "message_id", "Message-ID" } };
	struct buf out = BUF_MAX(64u << 20), text = BUF_MAX(LIMIT_HEADER);
	struct json j = json_to(&out);

	json_open(&j, NULL, '{');
	json_str(&j, "number", str_of(number));
	json_int(&j, "arrived", (int64_t)arrived_s);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		json_str(&j, fields[i].key, field_text(header, fields[i].field, &text));
	json_close(&j, '}');
	printf("%.*s\n", STR_FMT(buf_str(&out)));
	buf_free(&out);
	buf_free(&text);
}

static void
print_text(const char *number, uint64_t arrived_s, struct str header)
{
	struct buf text = BUF_MAX(LIMIT_HEADER);
	char arrived[UTC_TEXT_MAX];

	printf("%-12s  %s  ", number, utc_text(arrived, arrived_s));
	cli_print(stdout, field_text(header, "From", &text));
	fputs("  ", stdout);
	cli_print(stdout, field_text(header, "Subject", &text));
	putchar('\n');
	buf_free(&text);
}

/* ---- all of them, the newest first ---- */

static int
look_at(struct search *x, const struct unseal *u, const struct store_record *r, struct err *e)
{
	struct buf header = BUF_MAX(LIMIT_HEADER);
	char number[RECORD_NUMBER_MAX];
	struct record_message m;
	struct record parsed;
	int rc;

	if (record_parse(r->bytes, &parsed, e) == -1)
		return -1;
	record_message_read(&parsed, &m);
	if ((int64_t)m.internaldate < x->since_s || (int64_t)m.internaldate >= x->until_s)
		return 0;
	record_number(number, (uint64_t)r->time_ms, r->seq);
	rc = peek_header(u, r, &header, e);
	if (rc == 0 && matches(x, buf_str(&header))) {
		x->found++;
		(x->json ? print_json : print_text)(number, m.internaldate, buf_str(&header));
	}
	buf_free(&header);
	return rc;
}

static int
look_at_all(struct search *x, const struct unseal *u, struct err *e)
{
	struct store_record r;
	struct err why;

	for (uint64_t seq = store_size(u->store); seq > 0 && x->found < x->limit; seq--) {
		if (store_get(u->store, seq - 1, &r, e) != 1)
			return -1;
		if (!str_eq(r.kind, STR("message")) || look_at(x, u, &r, &why) == 0)
			continue;
		if (why.kind == ERR_SYSTEM)
			return err_set(e, why.kind, "record %" PRIu64 ": %s", seq - 1, why.text);
		x->closed++;
		fprintf(stderr, "record %" PRIu64 ": ", seq - 1);
		cli_print(stderr, str_of(why.text));
		fputc('\n', stderr);
	}
	return 0;
}

static int
search(const struct conf *conf, struct search *x, struct err *e)
{
	struct custodian custodian;
	struct custodian_secret secret;
	struct unseal u = { NULL, &custodian, &secret };
	int rc = -1;

	if (secret_open(conf->state, &x->secret, &custodian, &secret, e) == -1)
		return -1;
	u.store = store_open(conf->state, conf->published, STORE_READ, e);
	if (u.store != NULL)
		rc = look_at_all(x, &u, e);
	custodian_forget(&secret);
	store_close(u.store);
	return rc;
}

int
cmd_search(struct cli *c, int argc, char **argv)
{
	struct search x = { .until_s = INT64_MAX, .limit = UINT64_MAX };
	const struct conf *conf;
	struct err e = { 0 };
	int status;

	if (read_options(&x, argc, argv) == -1)
		return cli_usage("search", false);
	conf = cli_conf(c, &e);
	if (conf == NULL || search(conf, &x, &e) == -1)
		status = cli_fail(&e);
	else
		status = x.closed > 0 ? STATUS_SOME_CLOSED : EX_OK;
	for (size_t i = 0; i < x.n_wanted; i++)
		buf_free(&x.wanted[i].text);
	return status;
}
