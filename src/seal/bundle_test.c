/* SPDX-License-Identifier: ISC */
#include "seal/bundle.h"

#include "seal/test_bundle.h"

#define H "0000000000000000000000000000000000000000000000000000000000000000"

/* Record `part` of a good bundle with one thing in it altered, as a whole line where it matters. */
static const struct {
	const char *what;
	size_t part;
	const char *old, *new, *want;
} rows[] = {
	{ "another number", 1, "seq 1\n", "seq 2\n", "record 1" },
	{ "another log", 2, TEST_ORIGIN, "log.example.com/other", "record 2: of another log" },
	{ "the first has one before", 0, "log-previous 0", "log-previous 1",
	    "record 0: log-previous: nothing is before the first" },
	{ "of another record", 3, "message-record ", "message-record " H "\nx-",
	    "record 3: an examination of another message" },
	{ "another key record", 2, "bits 256", "bits 257", "record 2: a key that no examination" },
	{ "of another leaf", 3, "of 1\n", "of 2\n", "record 3: an examination of another message" },
	{ "as of another time", 3, "as-of 1767225600", "as-of 1767225601",
	    "record 3: as-of: not the time of arrival" },
	{ "the message altered", 1, "uid 1\n", "uid 2\n",
	    "record 2: log-previous: not the record" },
	{ "another start", 0, "sync=no", "sync=yes", "record 1: log-previous: not the record" },
	{ "grammar", 3, "spf result", "spf code", "record 3: examination record, after the head" },
};

static void
sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);
		struct arena *a = arena_new(1 << 24);
		struct buf record = BUF_MAX(LIMIT_RECORD);
		struct err e = { 0 };
		struct bundle b;

		assert_int_equal(bundle_read(a, buf_str(&t->zip), &b, &e), 0);
		assert_int_equal(bundle_parse(&b, &e), 0);
		assert_int_equal(bundle_read(a, buf_str(&t->zip), &b, &e), 0);
		buf_add(&record, b.part[rows[i].part].bytes);
		test_replace(&record, rows[i].old, rows[i].new);
		b.part[rows[i].part].bytes = buf_str(&record);
		assert_int_equal(bundle_parse(&b, &e), -1);
		test_str(
		    rows[i].what, str_head(str_of(e.text), strlen(rows[i].want)), rows[i].want);
		buf_free(&record);
		arena_free(a);
		test_bundle_free(t);
	}
}

/* Files of a good bundle, written with one thing altered. */
static const struct {
	const char *what, *name, *new_name, *bytes, *want; /* NULL: as it was */
} files[] = {
	{ "as it was", "mimetype", NULL, NULL, "" },
	{ "another type", "mimetype", NULL, "application/zip", "mimetype: not what its name says" },
	{ "another name", "message.eml", "message.txt", NULL,
	    "here should be the file message.eml" },
	{ "leading zero", "mailseal/record-2.txt", "mailseal/record-02.txt", NULL,
	    "here should be the file mailseal/salts" },
	{ "not ascending", "mailseal/record-2.txt", "mailseal/record-0.txt", NULL,
	    "here should be the file mailseal/salts" },
	{ "proof of another", "mailseal/leaf-2.proof", "mailseal/leaf-1.proof", NULL,
	    "mailseal/leaf-1.proof: a file that has no place here" },
	{ "no such record", "mailseal/leaf-3.proof", "mailseal/leaf-4.proof", NULL,
	    "mailseal/leaf-4.proof: not what its name says" },
	{ "no file of ours", "mailseal/leaf-3.proof", "mailseal/zz", NULL,
	    "mailseal/zz: a file that has no place here" },
	{ "another packet", "mailseal/dns/", NULL, "x", ".pkt: not what its name says" },
	{ "a packet of another hash", "mailseal/leaf-3.proof", "mailseal/dns/" H ".pkt", NULL,
	    "mailseal/dns/" H ".pkt: not what its name says" },
	{ "salts of another", "mailseal/salts", NULL, "9 leaf " H "\n",
	    "salts: of a record that is not here" },
	{ "salts out of order", "mailseal/salts", NULL, "1 leaf " H "\n0 leaf " H "\n",
	    "salts: of a record that is not here" },
};

static void
write_altered(const struct zip *z, size_t row, struct buf *out)
{
	struct zip_writer w = zip_to((struct zip_sink){ test_append_bytes, out });

	for (size_t i = 0; i < z->n; i++) {
		struct zip_file f = z->file[i];

		if (str_starts(f.name, str_of(files[row].name))) {
			if (files[row].bytes != NULL)
				f.bytes = str_of(files[row].bytes);
			if (files[row].new_name != NULL)
				f.name = str_of(files[row].new_name);
		}
		assert_int_equal(zip_add(&w, &f, NULL), 0);
	}
	assert_int_equal(zip_end(&w, NULL), 0);
	zip_free(&w);
}

static void
container(void **state)
{
	struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);
	struct arena *a = arena_new(1 << 24);
	struct zip z;

	(void)state;
	assert_int_equal(zip_read(a, buf_str(&t->zip), &z, NULL), 0);
	for (size_t i = 0; i < TEST_ROWS(files); i++) {
		struct buf out = BUF_MAX(1 << 24);
		struct err e = { 0 };
		struct bundle b;

		write_altered(&z, i, &out);
		assert_int_equal(bundle_read(a, buf_str(&out), &b, &e), i == 0 ? 0 : -1);
		if (!str_ends(str_of(e.text), str_of(files[i].want)))
			test_str(files[i].what, str_of(e.text), files[i].want);
		buf_free(&out);
	}
	arena_free(a);
	test_bundle_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sense),
		cmocka_unit_test(container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
