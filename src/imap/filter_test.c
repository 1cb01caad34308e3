/* SPDX-License-Identifier: ISC */
#include "imap/filter.h"

#include "base/limits.h"
#include "base/test.h"

#define HELLO "* OK [CAPABILITY IMAP4rev1 IDLE] at your service\r\n"
#define BYTES(literal)                       \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

/* want: ERR_NONE when all may pass. */
static const struct {
	const char *what;
	struct str bytes;
	enum err_kind want;
} rows[] = {
	{ "greeting", BYTES(HELLO), ERR_NONE },
	{ "no greeting", BYTES("220 smtp\r\n"), ERR_RETRY },
	{ "greeting BYE", BYTES("* BYE go away\r\n"), ERR_RETRY },
	{ "BYE later", BYTES(HELLO "* bye shutting down\r\n"), ERR_RETRY },
	{ "PERMANENTFLAGS that does not end", BYTES("* OK [PERMANENTFLAGS (\r\n"), ERR_SYNTAX },
	{ "code that does not end", BYTES("* OK [UIDNEXT 5\r\n"), ERR_SYNTAX },
	{ "code of PREAUTH", BYTES("* PREAUTH [PERMANENTFLAGS ()\r\n"), ERR_SYNTAX },
	{ "code of a tagged answer", BYTES(HELLO "ms1 OK [PERMANENTFLAGS ()\r\n"), ERR_SYNTAX },
	{ "code of a continuation", BYTES(HELLO "+ [PERMANENTFLAGS ()\r\n"), ERR_SYNTAX },
	{ "bracket in text", BYTES(HELLO "* OK took long [5 s\r\n"), ERR_NONE },
	{ "smile", BYTES(HELLO "* OK well :)\r\n"), ERR_NONE },
	{ "literal", BYTES(HELLO "* 1 FETCH (UID 5 BODY[] {4}\r\n(\0\n\r)\r\nms1 OK done\r\n"),
	    ERR_NONE },
	{ "empty literal", BYTES(HELLO "* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\nms1 OK done\r\n"),
	    ERR_NONE },
	{ "literal larger than announced", BYTES(HELLO "* 1 FETCH (UID 5 BODY[] {101}\r\n"),
	    ERR_LIMIT },
	{ "literals together",
	    BYTES(HELLO "* 1 FETCH (BODY[] {60}\r\n"
	                "123456789012345678901234567890"
	                "123456789012345678901234567890)\r\n"
	                "* 2 FETCH (BODY[] {60}\r\n"),
	    ERR_LIMIT },
	{ "literal past 64 bits", BYTES(HELLO "* 1 FETCH (BODY[] {18446744073709551617}\r\n"),
	    ERR_LIMIT },
	{ "literal whose digits are many",
	    BYTES(HELLO "* 1 FETCH (BODY[] {0000000000000000000000000000000000000004}\r\n"),
	    ERR_LIMIT },
	{ "literal in a status", BYTES(HELLO "* OK BODY[] {4}\r\n((((\r\n"), ERR_SYNTAX },
	{ "literal in quotes", BYTES(HELLO "* 1 FETCH (X \"BODY[] {4}\r\n"), ERR_SYNTAX },
	{ "literal of the last message",
	    BYTES(HELLO "* 4294967295 FETCH (BODY[] {1}\r\na UID 5)\r\n"), ERR_NONE },
	{ "literal elsewhere", BYTES(HELLO "* LIST (\\Noselect) \"/\" {5}\r\n"), ERR_SYNTAX },
	{ "braces in text", BYTES(HELLO "* OK see {5}x\r\n"), ERR_NONE },
	{ "NUL", BYTES(HELLO "* OK a\0b\r\n"), ERR_SYNTAX },
	{ "bare LF", BYTES(HELLO "* OK a\n"), ERR_SYNTAX },
	{ "bare CR", BYTES(HELLO "* OK a\rb\r\n"), ERR_SYNTAX },
	{ "the last UID", BYTES(HELLO "* 1 FETCH (UID 4294967295 FLAGS ())\r\n"), ERR_NONE },
	{ "UID past 32 bits", BYTES(HELLO "* 1 FETCH (UID 4294967297 FLAGS ())\r\n"), ERR_SYNTAX },
	{ "UID past 64 bits", BYTES(HELLO "* 1 FETCH (FLAGS () uid  18446744073709551617)\r\n"),
	    ERR_SYNTAX },
	{ "UID past 32 bits after a body",
	    BYTES(HELLO "* 1 FETCH (BODY[] {1}\r\nx UID 4294967296)\r\n"), ERR_SYNTAX },
	{ "found past 32 bits", BYTES(HELLO "* SEARCH 5 4294967296\r\n"), ERR_SYNTAX },
	{ "other numbers are larger",
	    BYTES(HELLO "* 1 FETCH (X-GM-MSGID 1278455344230334865 MODSEQ (624140003))\r\n"),
	    ERR_NONE },
	{ "UID in quotes", BYTES(HELLO "* 1 FETCH (X \"UID 4294967297\")\r\n"), ERR_NONE },
	{ "deep", BYTES(HELLO "* 1 FETCH ((((((((((((((((((((((((((((((((((\r\n"), ERR_LIMIT },
	{ "deep in quotes", BYTES(HELLO "* 1 X \"((((((((((((((((((((((((((((((((((\"\r\n"),
	    ERR_NONE },
};

/* In pieces of that size; refused is refused, wherever the pieces end. */
static enum err_kind
result(struct str bytes, size_t piece)
{
	struct filter f = { 0 };
	struct err e = { 0 };

	filter_command(&f, 100, 100);
	while (bytes.n > 0) {
		if (filter_bytes(&f, str_head(bytes, piece), &e) == -1)
			return e.kind;
		bytes = str_from(bytes, piece);
	}
	return ERR_NONE;
}

static void
in_pieces(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 1000 };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		for (size_t k = 0; k < TEST_ROWS(pieces); k++) {
			enum err_kind got = result(rows[i].bytes, pieces[k]);

			if (got != rows[i].want)
				fail_msg("%s, %zu: %d", rows[i].what, pieces[k], (int)got);
		}
}

static void
floods(void **state)
{
	static char line[LIMIT_IMAP_LINE + 1];
	struct filter f = { 0 };
	struct err e = { 0 };
	int passed = 0;

	(void)state;
	memset(line, 'x', sizeof line);
	filter_command(&f, 100, 0);
	assert_int_equal(filter_bytes(&f, STR(HELLO), &e), 0);
	assert_int_equal(filter_bytes(&f, str_bytes(line, sizeof line), &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	f = (struct filter){ 0 };
	filter_command(&f, 100, 0);
	assert_int_equal(filter_bytes(&f, STR(HELLO), &e), 0);
	while (passed < 1000 && filter_bytes(&f, STR("* 5 EXISTS\r\n"), &e) == 0)
		passed++;
	assert_int_equal(passed, 99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_pieces),
		cmocka_unit_test(floods),
	};

	return cmocka_run_group_tests_name("imap/filter", tests, NULL, NULL);
}
