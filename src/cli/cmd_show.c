/* SPDX-License-Identifier: ISC */
/* show: one message, for its custodian to read: its text, safe for a terminal, or its bytes. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/number.h"
#include "cli/peek.h"
#include "cli/secret.h"
#include "msg/encoded.h"
#include "msg/header.h"
#include "msg/parts.h"

enum {
	TEXT_MAX = 16 << 20, /* bytes of a text that are shown */
};

enum how {
	SHOW_TEXT,
	SHOW_HEADER,
	SHOW_RAW,
};

struct show {
	struct secret_options secret;
	const char *number;
	enum how how;
};

/* ---- for people ---- */

/* A line a line: whatever the bytes are, the terminal sees characters. */
static void
print_lines(struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		if (str_ends(line, STR("\r")))
			line.n--;
		cli_print(stdout, line);
		putchar('\n');
	}
}

static void
print_fields(struct str header)
{
	static const char *const shown[] = { "Date", "From", "Reply-To", "To", "Cc", "Bcc",
		"Subject", "Message-ID" };
	struct buf text = BUF_MAX(LIMIT_HEADER);

	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		struct str rest = header;
		struct header h;
		int rc;

		while ((rc = header_next(&rest, &h, NULL)) != 0) {
			if (rc != 1 || !str_caseeq(h.name, str_of(shown[i])))
				continue;
			buf_clear(&text);
			encoded_field(&text, h.body);
			printf("%s: ", shown[i]);
			cli_print(stdout, buf_str(&text));
			putchar('\n');
		}
	}
	buf_free(&text);
}

/* "[2: application/pdf, 12345 bytes as transported, "offer.pdf"]" */
static void
print_attachment(unsigned n, const struct part *part)
{
	struct buf name = BUF_MAX(4 * LIMIT_BOUNDARY);

	parts_name(part, &name);
	printf("[%u: ", n);
	cli_print(stdout, str_head(parts_media_type(part), 100));
	printf(", %zu bytes as transported", part->content.n);
	if (name.n > 0) {
		fputs(", \"", stdout);
		cli_print(stdout, buf_str(&name));
		putchar('"');
	}
	puts("]");
	buf_free(&name);
}

static void
print_text(const struct part *part)
{
	struct buf text = BUF_MAX(TEXT_MAX);

	parts_text(part, &text);
	print_lines(buf_str(&text));
	if (part->content.n > TEXT_MAX)
		puts("[too long to be shown whole: see --raw]");
	buf_free(&text);
}

static void
print_message(struct str message)
{
	struct parts parts;
	struct part part;
	unsigned n = 0;

	parts_start(&parts, message);
	print_fields(parts.header);
	while (parts_next(&parts, &part)) {
		bool text = str_caseeq(parts_media_type(&part), STR("text/plain"));

		putchar('\n');
		n++;
		if (text && !parts_is_attachment(&part))
			print_text(&part);
		else
			print_attachment(n, &part);
	}
	parts_end(&parts);
}

/* ---- reading ---- */

static int
keep(void *who, struct str bytes, struct err *e)
{
	buf_add(who, bytes);
	return buf_check(who, "message", e);
}

static int
put_out(void *who, struct str bytes, struct err *e)
{
	if (fwrite(bytes.p, 1, bytes.n, who) == bytes.n)
		return 0;
	return err_sys(e, "standard output");
}

static int
show_whole(const struct show *x, const struct unseal *u, struct pack_place place, uint64_t seq,
    struct err *e)
{
	struct buf values = BUF_MAX(LIMIT_VALUES), message = BUF_MAX(LIMIT_MESSAGE);
	struct object_sink sink = { keep, &message };
	struct slot slot;
	int rc;

	if (x->how == SHOW_RAW)
		sink = (struct object_sink){ put_out, stdout };
	rc = unseal_slot(u, seq, &slot, e);
	if (rc == 0)
		rc = unseal_object(u, place, &slot, LIMIT_MESSAGE, &values, &sink, NULL, e);
	slot_wipe(&slot);
	if (rc == 0 && x->how == SHOW_TEXT)
		print_message(buf_str(&message));
	buf_free(&values);
	buf_free(&message);
	return rc;
}

static int
show_header(const struct unseal *u, const struct store_record *r, struct err *e)
{
	struct buf header = BUF_MAX(LIMIT_HEADER);
	int rc = peek_header(u, r, &header, e);

	if (rc == 0)
		print_lines(buf_str(&header));
	buf_free(&header);
	return rc;
}

static int
show_one(const struct show *x, const struct unseal *u, struct err *e)
{
	struct store_record r;

	if (number_find(u->store, str_of(x->number), &r, e) == -1)
		return -1;
	if (x->how == SHOW_HEADER)
		return show_header(u, &r, e);
	return show_whole(x, u, r.object, r.seq, e);
}

static int
show(const struct conf *conf, const struct show *x, struct err *e)
{
	struct custodian custodian;
	struct custodian_secret secret;
	struct unseal u = { NULL, &custodian, &secret };
	int rc = -1;

	if (secret_open(conf->state, &x->secret, &custodian, &secret, e) == -1)
		return -1;
	u.store = store_open(conf->state, conf->published, STORE_READ, e);
	if (u.store != NULL)
		rc = show_one(x, &u, e);
	custodian_forget(&secret);
	store_close(u.store);
	return rc;
}

static int
read_options(struct show *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "raw", no_argument, NULL, 'r' },
		{ "header", no_argument, NULL, 'h' },
		{ "custodian", required_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'r':
			x->how = SHOW_RAW;
			break;
		case 'h':
			x->how = SHOW_HEADER;
			break;
		case 'n':
			x->secret.custodian = optarg;
			break;
		case 'k':
			x->secret.key_file = optarg;
			break;
		case 'p':
			x->secret.passphrase_file = optarg;
			break;
		default:
			return -1;
		}
	}
	if (argc - optind != 1)
		return -1;
	x->number = argv[optind];
	return 0;
}

int
cmd_show(struct cli *c, int argc, char **argv)
{
	const struct conf *conf;
	struct show x = { 0 };
	struct err e = { 0 };

	if (read_options(&x, argc, argv) == -1)
		return cli_usage("show", false);
	if (x.how == SHOW_RAW && isatty(STDOUT_FILENO) == 1) {
		err_set(&e, ERR_CONFIG, "--raw is for a file or a pipe, not for a terminal");
		return cli_fail(&e);
	}
	conf = cli_conf(c, &e);
	if (conf == NULL || show(conf, &x, &e) == -1)
		return cli_fail(&e);
	return EX_OK;
}
