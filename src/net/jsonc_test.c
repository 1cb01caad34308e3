/* SPDX-License-Identifier: ISC */
#include "net/jsonc.h"

#include "base/test.h"

/* want: the text named "a"; "-": there is none; NULL: refused. */
static const struct {
	const char *what, *json, *want;
} rows[] = {
	{ "text", "{\"a\":\"b\"}", "b" },
	{ "blanks around", " \r\n\t{ \"a\" : \"b\" } \n", "b" },
	{ "escapes", "{\"a\":\"\\u00e9\\n\\/\"}", "\xc3\xa9\n/" },
	{ "another type", "{\"a\":1}", "-" },
	{ "null", "{\"a\":null}", "-" },
	{ "another name", "{\"b\":\"a\"}", "-" },
	{ "nested", "{\"b\":{\"a\":\"x\"}}", "-" },
	{ "an array", "[\"a\"]", NULL },
	{ "a text", "\"a\"", NULL },
	{ "nothing", "", NULL },
	{ "unfinished", "{\"a\":\"b\"", NULL },
	{ "more behind", "{\"a\":\"b\"}x", NULL },
	{ "two", "{\"a\":\"b\"}{}", NULL },
	{ "comma", "{\"a\":\"b\",}", NULL },
	{ "single quotes", "{'a':'b'}", NULL },
	{ "comment", "/**/{\"a\":\"b\"}", NULL },
	{ "no UTF-8", "{\"a\":\"\xff\"}", NULL },
	{ "deep", "{\"x\":[[[[[[[[[[[[0]]]]]]]]]]]],\"a\":\"b\"}", NULL },
	{ "HTML", "<html>", NULL },
};

static void
reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct err e = { 0 };
		struct json_object *o = jsonc_read(str_of(rows[i].json), &e);
		struct str value = STR("-");

		if ((o == NULL) != (rows[i].want == NULL))
			fail_msg("%s: %s", rows[i].what, e.text);
		if (o == NULL)
			continue;
		jsonc_text(o, "a", &value);
		test_str(rows[i].what, value, rows[i].want);
		json_object_put(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
	};

	return cmocka_run_group_tests_name("jsonc", tests, NULL, NULL);
}
