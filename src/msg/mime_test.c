/* SPDX-License-Identifier: ISC */
#include "msg/mime.h"

#include "base/test.h"

/* The body with [leaves] in brackets and |gaps| between bars. */
static void
show(struct buf *out, struct str body, const struct mime_part *part, uint64_t *at)
{
	buf_byte(out, part->leaf ? '[' : '|');
	buf_add(out, str_head(str_from(body, (size_t)*at), (size_t)part->n));
	buf_byte(out, part->leaf ? ']' : '|');
	*at += part->n;
}

static void
parts(struct buf *out, const char *type, struct str body, size_t step)
{
	struct mime_part part;
	struct mime m;
	uint64_t at = 0;

	mime_start(&m, str_of(type));
	for (struct str rest = body; rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (mime_next(&m, &chunk, &part))
			show(out, body, &part, &at);
	}
	while (mime_last(&m, &part))
		show(out, body, &part, &at);
	assert_int_equal(at, body.n);
	mime_free(&m);
}

#define MIXED   "multipart/mixed; boundary=b"
#define IN_PART "--b\r\nContent-Type: multipart/alternative; boundary=\"c d\"\r\n\r\n"

static void
bodies(void **state)
{
	static const struct {
		const char *what, *type, *body, *want;
	} rows[] = {
		{ "nothing", "", "", "" },
		{ "no type", "", "a\r\n--b\r\n", "[a\r\n--b\r\n]" },
		{ "text", "text/plain; boundary=b", "a\r\n--b\r\n", "[a\r\n--b\r\n]" },
		{ "two parts", MIXED, "--b\r\n\r\n1\r\n--b\r\nA: b\r\n\r\n2\r\n--b--\r\n",
		    "|--b\r\n\r\n|[1]|\r\n--b\r\nA: b\r\n\r\n|[2]|\r\n--b--\r\n|" },
		{ "preamble and epilogue", MIXED, "p\r\n--b\r\n\r\n1\r\n--b--\r\ne\r\n--b\r\n",
		    "|p\r\n--b\r\n\r\n|[1]|\r\n--b--\r\ne\r\n--b\r\n|" },
		{ "a delimiter after the last", MIXED, "--b\r\n\r\n1\r\n--b--\r\n--b\r\n\r\n2\r\n",
		    "|--b\r\n\r\n|[1]|\r\n--b--\r\n--b\r\n\r\n2\r\n|" },
		{ "empty part", MIXED, "--b\r\n\r\n--b--", "|--b\r\n\r\n|[]|--b--|" },
		{ "part of one CR LF", MIXED, "--b\r\n\r\n\r\n--b--",
		    "|--b\r\n\r\n|[]|\r\n--b--|" },
		{ "part without an end of its header", MIXED, "--b\r\nA: b\r\n--b\r\n\r\n1",
		    "|--b\r\nA: b\r\n--b\r\n\r\n|[1]" },
		{ "no closing", MIXED, "--b\r\n\r\n1\r\n2\r\n", "|--b\r\n\r\n|[1\r\n2\r\n]" },
		{ "no closing, no CR LF", MIXED, "--b\r\n\r\n1", "|--b\r\n\r\n|[1]" },
		{ "blanks after the delimiter", MIXED, "--b \t\r\n\r\n1\r\n--b-- ",
		    "|--b \t\r\n\r\n|[1]|\r\n--b-- |" },
		{ "longer is another", MIXED, "--b\r\n\r\n--bb\r\n--b-\r\n--b---\r\n--b--",
		    "|--b\r\n\r\n|[--bb\r\n--b-\r\n--b---]|\r\n--b--|" },
		{ "only after CR LF", MIXED, "--b\r\n\r\n1\n--b\n--b\r--b\r\n",
		    "|--b\r\n\r\n|[1\n--b\n--b\r--b\r\n]" },
		{ "nested", MIXED,
		    IN_PART "--c d\r\n\r\n1\r\n--c d--\r\n\r\n--b\r\n\r\n2\r\n--b--\r\n",
		    "|" IN_PART
		    "--c d\r\n\r\n|[1]|\r\n--c d--\r\n\r\n--b\r\n\r\n|[2]|\r\n--b--\r\n|" },
		{ "outer ends inner", MIXED, IN_PART "--c d\r\n\r\n1\r\n--b\r\n\r\n2\r\n--c d\r\n",
		    "|" IN_PART "--c d\r\n\r\n|[1]|\r\n--b\r\n\r\n|[2\r\n--c d\r\n]" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str body = str_of(rows[i].body);

		for (size_t step = 1; step <= body.n + 1; step++) {
			struct buf got = BUF_MAX(1000);

			parts(&got, rows[i].type, body, step);
			test_str(rows[i].what, buf_str(&got), rows[i].want);
			buf_free(&got);
		}
	}
}

static void
boundaries(void **state)
{
	static const struct {
		const char *type, *want;
	} rows[] = {
		{ " multipart/mixed; boundary=b", "b" },
		{ "Multipart/Mixed;\r\n\tBOUNDARY = \"a b\"", "a b" },
		{ "multipart/mixed; boundary=\"a\\\"b\"; x=y", "a\"b" },
		{ "multipart/mixed; x=\"; boundary=no\"; boundary=yes", "yes" },
		{ "multipart/mixed; boundary=b (comment)", "b" },
		{ "multipart/mixed; boundary=\"b  \"", "b" },
		{ "multipart/mixed; boundary=", "" },
		{ "multipart/mixed; boundary*1=\"b c\"; boundary*0=a", "ab c" },
		{ "multipart/mixed; boundaryx=b", "" },
		{ "multipart/mixed", "" },
		{ "text/plain; boundary=b", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		char name[LIMIT_BOUNDARY];
		size_t n = mime_boundary(str_of(rows[i].type), name);

		test_str(rows[i].type, (struct str){ name, n }, rows[i].want);
	}
}

/* Past LIMIT_MIME_DEPTH a multipart is a leaf. */
static void
deep(void **state)
{
	struct buf body = BUF_MAX(100000);
	struct mime_part part;
	struct mime m;
	size_t leaves = 0;

	(void)state;
	for (unsigned i = 0; i < 2 * LIMIT_MIME_DEPTH; i++)
		buf_printf(&body, "--b%u\r\nContent-Type: multipart/mixed; boundary=b%u\r\n\r\n", i,
		    i + 1);
	mime_start(&m, STR("multipart/mixed; boundary=b0"));
	for (struct str chunk = buf_str(&body); mime_next(&m, &chunk, &part);)
		leaves += part.leaf;
	while (mime_last(&m, &part))
		leaves += part.leaf;
	assert_int_equal(m.depth, LIMIT_MIME_DEPTH);
	assert_true(m.odd[MIME_LIMIT]);
	assert_int_equal(leaves, 1);
	mime_free(&m);
	buf_free(&body);
}

/* Of a line only the beginning is looked at: what does not fit is no delimiter and no type. */
static void
long_lines(void **state)
{
	struct buf body = BUF_MAX(100000);
	struct mime_part part;
	struct mime m;

	(void)state;
	buf_add(&body, STR("--b\r\nX: "));
	for (unsigned i = 0; i < LIMIT_PART_LINE; i++)
		buf_byte(&body, 'x');
	buf_add(&body, STR("\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--b"));
	for (unsigned i = 0; i < LIMIT_PART_LINE; i++)
		buf_byte(&body, ' ');
	buf_add(&body, STR("\r\n"));
	mime_start(&m, STR(MIXED));
	for (struct str chunk = buf_str(&body); mime_next(&m, &chunk, &part);)
		assert_false(part.leaf);
	assert_true(mime_last(&m, &part));
	assert_true(part.leaf);
	assert_int_equal(part.n, 3 + LIMIT_PART_LINE + 2);
	mime_free(&m);
	buf_free(&body);
}

/* What is past a ceiling is told. */
static void
limits(void **state)
{
	static const struct {
		const char *what, *before, *fill;
		size_t n;
		const char *after;
		bool want;
	} rows[] = {
		{ "a line as long as is kept", "--b\r\n", "x", LIMIT_PART_LINE - 2, "\r\n\r\n1",
		    false },
		{ "a longer line", "--b\r\n", "x", LIMIT_PART_LINE - 1, "\r\n\r\n1", true },
		{ "a header as long as is kept", "--b\r\n", "a: b\r\n", (LIMIT_PART_HEADER - 2) / 6,
		    "\r\n1", false },
		{ "a longer header", "--b\r\n", "a: b\r\n", LIMIT_PART_HEADER / 6 + 1, "\r\n1",
		    true },
		{ "a long line of a leaf", "--b\r\n\r\n", "x", 2 * LIMIT_PART_LINE, "\r\n", false },
		{ "a delimiter and blanks", "--b\r\n\r\n--b", " ", LIMIT_PART_LINE, "\r\n", true },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf body = BUF_MAX(200000);
		struct mime_part part;
		struct str chunk;
		struct mime m;

		buf_add(&body, str_of(rows[i].before));
		for (size_t k = 0; k < rows[i].n; k++)
			buf_add(&body, str_of(rows[i].fill));
		buf_add(&body, str_of(rows[i].after));
		chunk = buf_str(&body);
		mime_start(&m, STR(MIXED));
		while (mime_next(&m, &chunk, &part) || mime_last(&m, &part))
			;
		if (m.odd[MIME_LIMIT] != rows[i].want)
			fail_msg("%s", rows[i].what);
		mime_free(&m);
		buf_free(&body);
	}
}

enum {
	LEAVES = 3,
};

/* n times `fill` between what is before and after it, in chunks; the leaves' lengths. */
static bool
filled(const char *before, const char *fill, size_t n, const char *after, size_t step,
    uint64_t leaf[LEAVES])
{
	struct buf body = BUF_MAX(LIMIT_MIME_WORK * 5);
	struct mime_part part;
	struct mime m;
	size_t leaves = 0;
	bool over;

	memset(leaf, 0, LEAVES * sizeof *leaf);
	buf_add(&body, str_of(before));
	for (size_t i = 0; i < n; i++)
		buf_add(&body, str_of(fill));
	buf_add(&body, str_of(after));
	mime_start(&m, STR(MIXED));
	for (struct str rest = buf_str(&body); rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (mime_next(&m, &chunk, &part))
			if (part.leaf)
				leaf[leaves++ % LEAVES] += part.n;
	}
	while (mime_last(&m, &part))
		if (part.leaf)
			leaf[leaves++ % LEAVES] += part.n;
	over = m.odd[MIME_LIMIT];
	assert_true(!over || !m.odd[MIME_UNCLOSED]);
	mime_free(&m);
	buf_free(&body);
	return over;
}

#define PICTURE                                                                                    \
	"--b\r\nContent-Type: image/png; name=\"picture.png\"\r\nContent-Description: "            \
	"picture.png\r\nContent-Disposition: inline; filename=\"picture.png\"; size=123456;\r\n"   \
	"\tcreation-date=\"Tue, 01 Jul 2025 10:00:00 GMT\"; modification-date=\"Tue, 01 Jul 2025 " \
	"10:00:00 GMT\"\r\nContent-ID: <picture.png@01DB0000.12345678>\r\n"                        \
	"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"

/* What is looked at has a ceiling, past which all is one leaf: the same however it is cut. */
static void
work(void **state)
{
	static const struct {
		const char *what, *before, *fill;
		size_t n;
		const char *after;
		bool want;
	} rows[] = {
		{ "a thousand pictures", "", PICTURE, 2000, "--b--\r\n", false },
		{ "too many", "", PICTURE, 4000, "--b--\r\n", true },
		{ "many parts", "", "--b\r\n\r\n", 200000, "", true },
		{ "headers", "", "--b\r\na: b\r\nc: d\r\n", 100000, "\r\n1", true },
		{ "rules", "--b\r\n\r\n", "--------\r\n", 300000, "--b--\r\n", false },
		{ "more rules", "--b\r\n\r\n", "-\r\n", 600000, "--b\r\n\r\n2\r\n", true },
		{ "long lines", "--b\r\n\r\n", "a long line of words\r\n", 200000, "--b--\r\n",
		    false },
		{ "a preamble", "", "C\r\n", 600000, "--b\r\n\r\n2\r\n", true },
		{ "no lines", "--b\r\n", "\n", 2000000, "\r\n\r\n2", true },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		uint64_t whole[LEAVES], cut[LEAVES];

		for (size_t step = 1; step <= 65536; step *= 256) {
			bool over = filled(rows[i].before, rows[i].fill, rows[i].n, rows[i].after,
			    step, step == 1 ? whole : cut);

			if (over != rows[i].want ||
			    (step > 1 && memcmp(whole, cut, sizeof whole) != 0))
				fail_msg("%s, in chunks of %zu", rows[i].what, step);
		}
	}
}

static const struct {
	const char *what, *type, *body, *want;
} odd_bodies[] = {
	{ "no multipart", "text/plain; boundary=a; boundary=b", "--a\r\n", "" },
	{ "usual", MIXED, "hello\r\n--b\r\nA: b\r\n\r\n1\r\n--b--\r\nbye\r\n", "" },
	{ "a comment before the type", "(x) multipart / mixed; boundary=b; boundary=c", "--b--",
	    "twice " },
	{ "no subtype", "multipart; boundary=b; boundary=c", "--b--", "" },
	{ "two boundaries", MIXED "; Boundary = c", "--b\r\n\r\n1\r\n--b--", "twice " },
	{ "one in pieces beside it", MIXED "; boundary*0=c", "--b\r\n\r\n1\r\n--b--",
	    "twice pieces " },
	{ "one in pieces", "multipart/mixed; boundary*0=b; boundary*1=c", "--bc\r\n\r\n1\r\n--bc--",
	    "pieces " },
	{ "another name", MIXED "; boundaryx=c", "--b\r\n\r\n1\r\n--b--", "" },
	{ "the same again", MIXED, "--b\r\nContent-Type: " MIXED "\r\n\r\n--b\r\n\r\n1\r\n--b--",
	    "nested unclosed " },
	{ "one that begins so", MIXED,
	    "--b\r\nContent-Type: multipart/mixed; boundary=b-\r\n\r\n--b--", "nested unclosed " },
	{ "no boundary", "multipart/mixed", "--b\r\n\r\n1", "missing " },
	{ "a part before the first", MIXED, "--a\r\ncontent-type: x\r\n--b\r\n\r\n1\r\n--b--",
	    "hidden " },
	{ "a part after the last", MIXED,
	    "--b\r\n\r\n1\r\n--b--\r\n--a\r\nContent-Type: x\r\n\r\n2", "hidden " },
	{ "two types", MIXED, "--b\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n\r\n1\r\n--b--",
	    "field " },
	{ "two encodings", MIXED,
	    "--b\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding:"
	    " base64\r\n\r\n1\r\n--b--",
	    "field " },
	{ "parts that are encoded", MIXED,
	    "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nContent-Transfer-Encoding: Base64"
	    "\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n--b--",
	    "encoded " },
	{ "parts that are not", MIXED,
	    "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nContent-Transfer-Encoding: 8bit"
	    "\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n--b--",
	    "" },
	{ "not closed", MIXED, "--b\r\n\r\n1\r\n", "unclosed " },
	{ "not closed, and the one around it is", MIXED,
	    "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n1\r\n--b--",
	    "unclosed " },
	{ "a part after the last, a blank before the colon", MIXED,
	    "--b\r\n\r\n1\r\n--b--\r\nContent-Type : x\r\n\r\n2", "hidden " },
	{ "words after the last", MIXED, "--b\r\n\r\n1\r\n--b--\r\nContent-Type is: x", "" },
	{ "no delimiter at all", MIXED, "1\r\n", "unclosed " },
};

static void
oddities(void **state)
{
	static const char *const names[MIME_ODDITIES] = {
		[MIME_BOUNDARY_TWICE] = "twice",
		[MIME_BOUNDARY_NESTED] = "nested",
		[MIME_BOUNDARY_MISSING] = "missing",
		[MIME_BOUNDARY_IN_PIECES] = "pieces",
		[MIME_ENCODED] = "encoded",
		[MIME_PART_HIDDEN] = "hidden",
		[MIME_FIELD_TWICE] = "field",
		[MIME_UNCLOSED] = "unclosed",
		[MIME_LIMIT] = "limit",
	};
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(odd_bodies); i++) {
		struct str chunk = str_of(odd_bodies[i].body);
		struct buf got = BUF_MAX(1000);
		struct mime_part part;
		struct mime m;

		mime_start(&m, str_of(odd_bodies[i].type));
		while (mime_next(&m, &chunk, &part))
			;
		while (mime_last(&m, &part))
			;
		for (int odd = 0; odd < MIME_ODDITIES; odd++)
			if (m.odd[odd])
				buf_printf(&got, "%s ", names[odd]);
		test_str(odd_bodies[i].what, buf_str(&got), odd_bodies[i].want);
		mime_free(&m);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(boundaries),
		cmocka_unit_test(oddities),
		cmocka_unit_test(deep),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(limits),
		cmocka_unit_test(work),
	};

	return cmocka_run_group_tests_name("msg/mime", tests, NULL, NULL);
}
