/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/limits.h"
#include "seal/opening.h"

#define HEADER  "From: a@b.example\r\n\r\n"
#define MESSAGE HEADER "body\r\n"

static const struct seed seed = { { 7 } };

/* A message's record as the keeper makes it, with a fault. */
static const struct {
	const char *what, *size, *message, *extra, *want;
	uint64_t header;
	uint8_t seed;
} rows[] = {
	{ "as it was sealed", "27", MESSAGE, "", "", 21, 7 },
	{ "header alone", "21", HEADER, "", "", 21, 7 },
	{ "another byte", "27", HEADER "bodY\r\n", "", "the message is another", 21, 7 },
	{ "a byte less", "27", HEADER "body\r", "", "the segments do not tile the message", 21, 7 },
	{ "a byte more", "27", MESSAGE "x", "", "bytes after the segments", 21, 7 },
	{ "split elsewhere", "27", MESSAGE, "", "the message is another", 20, 7 },
	{ "size", "26", MESSAGE, "", "size is not the message's", 21, 7 },
	{ "seed", "27", MESSAGE, "", "account is not what was committed to", 21, 8 },
	{ "one value more", "27", MESSAGE, "x YQ==\n", "a value without a commitment", 21, 7 },
	{ "no value", "27", MESSAGE, "-", "a commitment without a value", 21, 7 },
};

static void
hash_all(struct record_message *m, uint64_t header, struct str message)
{
	struct seghash *s = seghash_new(&seed);

	assert_int_equal(seghash_begin(s, header, STR("header"), NULL), 0);
	seghash_add(s, str_head(message, (size_t)header));
	assert_int_equal(seghash_begin(s, message.n - header, STR("body"), NULL), 0);
	seghash_add(s, str_from(message, (size_t)header));
	assert_int_equal(seghash_end(s, &m->segments, NULL), 0);
	seghash_free(s);
	m->ers = ers_m(sha256(message), commit_salt(&seed, STR("ers")));
}

/* The record of a message of 27 bytes (or of its header), and its values. */
static void
seal(size_t row, struct buf *bytes, struct buf *values)
{
	struct record_head head = { .kind = RECORD_MESSAGE,
		.origin = STR("log.example.com/mail"),
		.version = STR("0.1.0"),
		.has_object = true };
	struct str sealed = strcmp(rows[row].message, HEADER) == 0 ? STR(HEADER) : STR(MESSAGE);
	struct record_message m = { .tls = STR("TLSv1.3") };

	m.account = values_commit(values, &seed, STR("account"), STR("a@b.example"));
	m.folder = values_commit(values, &seed, STR("folder"), STR("INBOX"));
	m.size = values_commit(values, &seed, STR("size"), str_of(rows[row].size));
	m.rfc822_size = values_commit(values, &seed, STR("rfc822-size"), STR("27"));
	hash_all(&m, 21, sealed);
	values_add_segment(values, 0, 0, rows[row].header, STR("header"));
	values_add_segment(values, 1, rows[row].header, sealed.n - rows[row].header, STR("body"));
	if (strcmp(rows[row].extra, "-") == 0)
		buf_clear(values);
	else
		buf_add(values, str_of(rows[row].extra));
	assert_int_equal(record_message_write(bytes, &head, &m, NULL), 0);
}

static int
open_it(size_t row, const struct record *r, struct str values, struct err *e)
{
	struct seed with = { { rows[row].seed } };
	struct opening *o = opening_new(r, &with, values, e);
	struct str message = str_of(rows[row].message);
	int rc = o == NULL ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < message.n; i++)
		rc = opening_put(o, str_head(str_from(message, i), 1), e);
	if (rc == 0)
		rc = opening_end(o, e);
	opening_free(o);
	return rc;
}

static void
opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf bytes = BUF_MAX(LIMIT_RECORD), values = BUF_MAX(LIMIT_VALUES);
		struct err e = { 0 };
		struct record r;
		int rc;

		seal(i, &bytes, &values);
		assert_int_equal(record_parse(buf_str(&bytes), &r, &e), 0);
		rc = open_it(i, &r, buf_str(&values), &e);
		test_str(rows[i].what, str_of(e.text), rows[i].want);
		assert_int_equal(rc, rows[i].want[0] == '\0' ? 0 : -1);
		buf_free(&bytes);
		buf_free(&values);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(opened) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
