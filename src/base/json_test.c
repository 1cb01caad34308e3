/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include "base/test.h"

static void
an_object(void **state)
{
	struct buf b = BUF_MAX(1000);
	struct json j = json_to(&b);

	(void)state;
	json_open(&j, NULL, '{');
	json_str(&j, "a", STR("q\"\\\n\x1b[31m"));
	json_open(&j, "list", '[');
	json_int(&j, NULL, -5);
	json_null(&j, NULL);
	json_bool(&j, NULL, true);
	json_close(&j, ']');
	json_str(&j, "bad", STR("\xff\xc0\x80z"));
	json_str(&j, "bidi",
	    STR("a\xe2\x80\xae"
	        "b"));
	json_str(&j, "tag", STR("\xf3\xa0\x81\x81")); /* U+E0041 */
	json_close(&j, '}');
	test_str("object", buf_str(&b),
	    "{\"a\":\"q\\\"\\\\\\u000a\\u001b[31m\",\"list\":[-5,null,true],"
	    "\"bad\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\",\"bidi\":\"a\\u202eb\",\"tag\":"
	    "\"\\udb40\\udc41\"}");
	buf_free(&b);
}

static void
terminal_safe(void **state)
{
	struct buf b = BUF_MAX(1000);

	(void)state;
	utf8_add_safe(&b, STR("caf\xc3\xa9 \\ \x1b]0;x\x07 \xff \xe2\x80\xae"));
	test_str("escaped", buf_str(&b), "caf\xc3\xa9 \\\\ \\u{1b}]0;x\\u{7} \\xff \\u{202e}");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object),
		cmocka_unit_test(terminal_safe),
	};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
