/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "store/manifest.h"

#define H    "1111111111111111111111111111111111111111111111111111111111111111"
#define HEAD "mailseal-backup/1\nlog a.example/log\ntime 5\nrecords 2\nlast " H "\n"

static const struct {
	const char *text, *want; /* the names, each with "|"; or "!" */
} rows[] = {
	{ HEAD "end\n", "" },
	{ HEAD "file db.sqlite 4096 " H "\nfile packs/000001.pack 7 " H "\nend\n",
	    "db.sqlite|packs/000001.pack|" },
	{ HEAD "file slots/office 112 " H "\nfile custodian/office.pub 1 " H "\nend\n",
	    "slots/office|custodian/office.pub|" },
	{ HEAD "file signer/state 1 " H "\nend\n", "signer/state|" },
	{ HEAD, "!" },
	{ HEAD "file db.sqlite 4096 " H "\n", "!" },
	{ HEAD "file db.sqlite x " H "\nend\n", "!" },
	{ HEAD "file ../db.sqlite 1 " H "\nend\n", "!" },
	{ HEAD "file /etc/passwd 1 " H "\nend\n", "!" },
	{ HEAD "file packs/../x 1 " H "\nend\n", "!" },
	{ HEAD "file packs/.x 1 " H "\nend\n", "!" },
	{ HEAD "file packs/ 1 " H "\nend\n", "!" },
	{ HEAD "file signer/log.key 1 " H "\nend\n", "!" },
	{ HEAD "end\nfile db.sqlite 1 " H "\n", "!" },
	{ "mailseal-backup/2\n", "!" },
	{ "", "!" },
};

static void
parsed(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct manifest_file f;
		struct manifest m;

		if (manifest_parse(str_of(rows[i].text), &m, NULL) == -1)
			buf_byte(&got, '!');
		else
			while (manifest_next(&m.files, &f)) {
				buf_add(&got, f.name);
				buf_byte(&got, '|');
			}
		test_str(rows[i].text, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

static void
written(void **state)
{
	struct manifest m = { .origin = STR("a.example/log"), .time_ms = 5, .records = 2 }, again;
	struct manifest_file f = { .name = STR("slots/office"), .bytes = 9 }, found;
	struct buf out = BUF_MAX(1000);

	(void)state;
	memset(m.last.b, 0x11, 32);
	memset(f.sha256.b, 0x11, 32);
	manifest_begin(&out, &m);
	manifest_add(&out, &f);
	manifest_end(&out);
	test_str("written", buf_str(&out), HEAD "file slots/office 9 " H "\nend\n");
	assert_int_equal(manifest_parse(buf_str(&out), &again, NULL), 0);
	assert_int_equal(again.records, 2);
	assert_true(manifest_find(&again, STR("slots/office"), &found));
	assert_true(found.bytes == 9 && hash_eq(found.sha256, f.sha256));
	assert_false(manifest_find(&again, STR("slots/other"), &found));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(parsed), cmocka_unit_test(written) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
