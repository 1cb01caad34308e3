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

static int
read_message(struct examine *x, int fd, struct err *e)
{
	char chunk[CHUNK];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n == -1 && errno == EINTR))
		if (n > 0)
			examine_add(x, str_bytes(chunk, (size_t)n));
	if (n == -1)
		return err_sys(e, "read");
	examine_end(x);
	return 0;
}

static void
print(struct buf *out, const struct check *c, struct str name, const struct examination *r)
{
	struct json j = json_to(out);

	if (c->json)
		report_json(&j, name, r);
	else
		check_text(out, name, r);
	if (c->json)
		buf_byte(out, '\n');
}

static int
check_with(const struct check *c, const struct evidence_source *source, int fd, struct str name,
    struct buf *out, struct err *e)
{
	struct examine *x = examine_new(c->crypto);
	const struct examination *r;
	int rc;

	examine_keycache(x, c->keycache);
	if (c->session != NULL)
		examine_session(x, c->session);
	rc = read_message(x, fd, e);
	if (rc == 0)
		rc = evaluate(x, c->at, source, &r, e);
	if (rc == 0)
		print(out, c, name, r);
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
