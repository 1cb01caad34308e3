/* SPDX-License-Identifier: ISC */
#include "tlog/note.h"

#include <sodium.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/test.h"

static struct crypto *native;

/* The example of C2SP signed-note, whose key is published with it. */
static const char example[] =
    "This is an example message.\n"
    "\n"
    "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZ"
    "XsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char example_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

static void
c2sp_example(void **state)
{
	struct buf text = BUF_MAX(200);
	struct note n;
	struct vkey k;
	int64_t time_s = 5;

	(void)state;
	assert_int_equal(vkey_parse(STR(example_key), &k, NULL), 0);
	vkey_add(&text, &k);
	test_str("vkey", buf_str(&text), example_key);
	assert_int_equal(note_parse(STR(example), &n, NULL), 0);
	test_str("text", n.text, "This is an example message.\n");
	assert_int_equal(note_signed_by(&n, &k, native, &time_s, NULL), 1);
	assert_int_equal(time_s, 0);
	n.text = STR("This is another message.\n");
	assert_int_equal(note_signed_by(&n, &k, native, NULL, NULL), -1);
	k.id ^= 1;
	assert_int_equal(note_signed_by(&n, &k, native, NULL, NULL), 0);
	buf_free(&text);
}

#define DASH "\xe2\x80\x94 "
#define LINE DASH "n AAAAAAA=\n" /* an ID and one byte */

static const struct {
	const char *what, *bytes, *text; /* text NULL: refused */
} forms[] = {
	{ "plain", "a\n\n" LINE, "a\n" },
	{ "empty lines in the text", "a\n\n\nb\n\n" LINE, "a\n\n\nb\n" },
	{ "only an empty text", "\n\n" LINE, "\n" },
	{ "name of four bytes a character", "a\n\n" DASH "\xf0\x9f\x94\x92 AAAAAAA=\n", "a\n" },
	{ "nothing", "", NULL },
	{ "no signatures", "a\n\n", NULL },
	{ "no text", "\n" LINE, NULL },
	{ "no empty line", "a\n" LINE, NULL },
	{ "no final LF", "a\n\n" DASH "n AAAAAAA=", NULL },
	{ "another line among them", "a\n\n" LINE "b\n", NULL },
	{ "empty line at the end", "a\n\n" LINE "\n", NULL },
	{ "hyphen for the dash", "a\n\n- n AAAAAAA=\n", NULL },
	{ "no name", "a\n\n" DASH " AAAAAAA=\n", NULL },
	{ "no signature", "a\n\n" DASH "n\n", NULL },
	{ "empty signature", "a\n\n" DASH "n \n", NULL },
	{ "ID alone", "a\n\n" DASH "n AAAAAA==\n", NULL },
	{ "two spaces", "a\n\n" DASH "n  AAAAAAA=\n", NULL },
	{ "space after", "a\n\n" DASH "n AAAAAAA= \n", NULL },
	{ "not base64", "a\n\n" DASH "n AAAAA-A=\n", NULL },
	{ "spare bits", "a\n\n" DASH "n AAAAAAB=\n", NULL },
	{ "plus in name", "a\n\n" DASH "n+m AAAAAAA=\n", NULL },
	{ "no-break space in name", "a\n\n" DASH "n\xc2\xa0m AAAAAAA=\n", NULL },
	{ "TAB in text", "a\t\n\n" LINE, NULL },
	{ "CRLF", "a\r\n\r\n" LINE, NULL },
	{ "not UTF-8", "a\xff\n\n" LINE, NULL },
};

static void
form(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(forms); i++) {
		struct note n;
		int rc = note_parse(str_of(forms[i].bytes), &n, NULL);

		if (rc != (forms[i].text == NULL ? -1 : 0))
			fail_msg("%s: %d", forms[i].what, rc);
		if (rc == 0)
			test_str(forms[i].what, n.text, forms[i].text);
	}
}

static void
ceilings(void **state)
{
	struct buf b = BUF_MAX(2 * LIMIT_NOTE);
	struct note n;
	struct err e;

	(void)state;
	buf_add(&b, STR("a\n\n"));
	for (unsigned i = 0; i < LIMIT_NOTE_SIGNATURES; i++)
		buf_add(&b, STR(LINE));
	assert_int_equal(note_parse(buf_str(&b), &n, &e), 0);
	buf_add(&b, STR(LINE));
	assert_int_equal(note_parse(buf_str(&b), &n, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_clear(&b);
	buf_room(&b, LIMIT_NOTE + 1);
	assert_int_equal(note_parse(buf_str(&b), &n, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_free(&b);
}

static const char *const bad_keys[] = {
	"",
	"example.com/foo",
	"example.com/foo+530d903a",
	"example.com/foo+530d903a+",
	"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
	"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
};

static void
keys(void **state)
{
	struct vkey k;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(bad_keys); i++)
		if (vkey_parse(str_of(bad_keys[i]), &k, NULL) == 0)
			fail_msg("%s", bad_keys[i]);
}

/* The key of seed first, 0, 0 … */
static struct vkey
cosigner(struct str name, uint8_t first)
{
	uint8_t seed[32] = { first }, pub[32], secret[64];

	crypto_sign_seed_keypair(pub, secret, seed);
	return vkey_make(name, NOTE_COSIGNATURE, pub);
}

/* A cosignature that we write is one that we read, with its time. */
static void
written(void **state)
{
	struct vkey k = cosigner(STR("example.org/w"), 7);
	uint8_t seed[32] = { 7 }, pub[32], secret[64];
	struct buf note = BUF_MAX(1000), message = BUF_MAX(1000), sig = BUF_MAX(72);
	int64_t time_s = 0;
	struct note n;

	(void)state;
	crypto_sign_seed_keypair(pub, secret, seed);
	buf_u64be(&sig, 1700000000);
	note_add_signed(&message, k.type, 1700000000, STR("text\n"));
	test_str("message", buf_str(&message), "cosignature/v1\ntime 1700000000\ntext\n");
	crypto_sign_detached(
	    (uint8_t *)buf_room(&sig, 64), NULL, (const uint8_t *)message.p, message.n, secret);
	buf_add(&note, STR("text\n\n"));
	note_add_line(&note, &k, buf_str(&sig));
	assert_int_equal(note_parse(buf_str(&note), &n, NULL), 0);
	assert_int_equal(note_signed_by(&n, &k, native, &time_s, NULL), 1);
	assert_int_equal(time_s, 1700000000);
	n.text = STR("texT\n");
	assert_int_equal(note_signed_by(&n, &k, native, &time_s, NULL), -1);
	buf_free(&note);
	buf_free(&message);
	buf_free(&sig);
}

/* "bad", "unverified" or "ok N", N keys of the list having signed. */
static void
judge(struct str bytes, struct str vkeys, char got[20])
{
	struct note n;
	struct vkey k;
	struct str vkey;
	int good = 0, rc = note_parse(bytes, &n, NULL);

	while (rc != -1 && str_cut(&vkeys, ' ', &vkey) && !str_eq(vkey, STR("-"))) {
		assert_int_equal(vkey_parse(vkey, &k, NULL), 0);
		rc = note_signed_by(&n, &k, native, NULL, NULL);
		good += rc == 1;
	}
	if (rc == -1)
		strcpy(got, "bad");
	else if (good == 0)
		strcpy(got, "unverified");
	else
		snprintf(got, 20, "ok %d", good);
}

/* Notes of golang/mod, C2SP and sigsum-go. */
static void
notes_of_others(void **state)
{
	struct buf index = BUF_MAX(10000), note = BUF_MAX(20000);
	struct str rest, line, name, want, vkeys;
	char path[100], got[20];

	(void)state;
	test_corpus("tlog/note/INDEX.tsv", &index);
	for (rest = buf_str(&index); str_line(&rest, &line);) {
		if (str_starts(line, STR("#")))
			continue;
		assert_true(str_cut(&line, '\t', &name) && str_cut(&line, '\t', &want) &&
		            str_cut(&line, '\t', &vkeys));
		snprintf(path, sizeof path, "tlog/note/%.*s.note", STR_FMT(name));
		buf_clear(&note);
		test_corpus(path, &note);
		judge(buf_str(&note), vkeys, got);
		if (!str_eq(str_of(got), want))
			fail_msg("%s: %s", path, got);
	}
	buf_free(&index);
	buf_free(&note);
}

static void
keys_of_others(void **state)
{
	struct buf b = BUF_MAX(10000);
	struct str rest, line, want, type;
	struct vkey k;

	(void)state;
	test_corpus("tlog/note/VKEYS.tsv", &b);
	for (rest = buf_str(&b); str_line(&rest, &line);) {
		int rc;

		if (str_starts(line, STR("#")))
			continue;
		assert_true(str_cut(&line, '\t', &want) && str_cut(&line, '\t', &type));
		rc = vkey_parse(line, &k, NULL);
		if (rc != (str_eq(want, STR("ok")) ? 0 : -1))
			fail_msg("%.*s", STR_FMT(line));
	}
	buf_free(&b);
}

/* sigsum-go's cosignature lines: only the second is by that name and ID; the last is too long. */
static void
cosignatures_of_others(void **state)
{
	static const int want[] = { 0, 1, 0, -1 };
	struct buf body = BUF_MAX(1000), lines = BUF_MAX(1000), note = BUF_MAX(2000);
	struct vkey k = cosigner(STR("example.org/witness"), 0x11);
	struct str rest, line;
	int64_t time_s = 0;

	(void)state;
	test_corpus("tlog/cosig/body.txt", &body);
	test_corpus("tlog/cosig/lines.txt", &lines);
	rest = buf_str(&lines);
	for (size_t i = 0; i < TEST_ROWS(want); i++) {
		struct note n;

		assert_true(str_line(&rest, &line));
		buf_clear(&note);
		buf_add(&note, buf_str(&body));
		buf_byte(&note, '\n');
		buf_add(&note, line);
		buf_byte(&note, '\n');
		assert_int_equal(note_parse(buf_str(&note), &n, NULL), 0);
		assert_int_equal(note_signed_by(&n, &k, native, &time_s, NULL), want[i]);
		if (want[i] == 1)
			assert_int_equal(time_s, 1234);
	}
	buf_free(&body);
	buf_free(&lines);
	buf_free(&note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c2sp_example),
		cmocka_unit_test(form),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(keys),
		cmocka_unit_test(written),
		cmocka_unit_test(notes_of_others),
		cmocka_unit_test(keys_of_others),
		cmocka_unit_test(cosignatures_of_others),
	};
	int failed;

	native = crypto_native_new();
	failed = cmocka_run_group_tests_name("tlog/note", tests, NULL, NULL);
	crypto_native_free(native);
	return failed;
}
