/* SPDX-License-Identifier: ISC */
#include "cli/check_one.h"

#include <errno.h>
#include <unistd.h>

#include "auth/report.h"
#include "base/limits.h"
#include "cli/check_text.h"
#include "exam/bounds.h"

enum {
	CHUNK = 65536,
};

/* What is known of the lines of a file. */
struct lines {
	bool lf, cr; /* one was met */
};

/* A file as programs on Unix keep one, as it was sent (RFC 5322 section 2.1: lines end with CR LF). */
static void
add_with_cr(struct examine *x, struct str chunk)
{
	struct str line;

	while (str_chr(chunk, '\n') != -1) {
		str_cut(&chunk, '\n', &line);
		examine_add(x, line);
		examine_add(x, STR("\r\n"));
	}
	examine_add(x, chunk);
}

static int
read_message(struct examine *x, bool lf, int fd, struct lines *lines, struct err *e)
{
	char bytes[CHUNK];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof bytes)) > 0 || (n == -1 && errno == EINTR)) {
		struct str chunk = str_bytes(bytes, n > 0 ? (size_t)n : 0);

		lines->lf = lines->lf || str_chr(chunk, '\n') != -1;
		lines->cr = lines->cr || str_chr(chunk, '\r') != -1;
		if (lf && !lines->cr)
			add_with_cr(x, chunk);
		else
			examine_add(x, chunk);
	}
	if (n == -1)
		return err_sys(e, "read");
	if (lf && lines->cr)
		return err_set(
		    e, ERR_SYNTAX, "--lf is for files without any CR, and this has some");
	examine_end(x);
	return 0;
}

static void
print(struct buf *out, const struct check *c, struct str name, const struct lines *lines,
    const struct examination *r)
{
	struct json j = json_to(out);

	if (c->json)
		report_json(&j, name, r);
	else
		check_text(out, name, r);
	if (c->json)
		buf_byte(out, '\n');
	else if (lines->lf && !lines->cr && !c->lf)
		buf_add(out,
		    STR("  hint: every line ends with LF, as programs on Unix keep a mail, and "
		        "not\n"
		        "          with CR LF, as it is sent: --lf examines it as it was sent\n"));
}

static int
check_with(const struct check *c, const struct evidence_source *source, int fd, struct str name,
    struct buf *out, struct err *e)
{
	struct examine *x = examine_new(c->crypto);
	const struct examination *r;
	struct lines lines = { false, false };
	int rc;

	examine_keycache(x, c->keycache);
	if (c->session != NULL)
		examine_session(x, c->session);
	rc = read_message(x, c->lf, fd, &lines, e);
	if (rc == 0)
		rc = evaluate(x, c->at, source, &r, e);
	if (rc == 0)
		print(out, c, name, &lines, r);
	examine_free(x);
	return rc;
}

static int
check_with_zone(const struct check *c, int fd, struct str name, struct buf *out, struct err *e)
{
	struct zone_answers answers = { .zone = c->dns.zone, .suffix = c->dns.suffix };
	struct evidence_source source = { zone_answers_fill, &answers };
	int rc;

	answers.arena = arena_new(LIMIT_EXAMINATION);
	rc = check_with(c, &source, fd, name, out, e);
	arena_free(answers.arena);
	return rc;
}

static int
check_with_dns(
    const struct check *c, int asker, int fd, struct str name, struct buf *out, struct err *e)
{
	static struct ask_client client = { .channel.fd = -1 };
	struct evidence_source source = { ask_fill, &client };

	if (client.channel.fd == -1)
		channel_open(&client.channel, asker);
	ask_begin(&client);
	return check_with(c, &source, fd, name, out, e);
}

int
check_one(
    void *check, int asker, int fd, struct str name, uint64_t size, struct buf *out, struct err *e)
{
	const struct check *c = check;
	int rc;

	bounds_begin(size);
	rc = c->dns.zone != NULL ? check_with_zone(c, fd, name, out, e)
	                         : check_with_dns(c, asker, fd, name, out, e);
	bounds_end();
	return rc == -1 ? err_at(e, "%.*s", STR_FMT(name)) : 0;
}
