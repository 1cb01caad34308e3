/* SPDX-License-Identifier: ISC */
#include "msg/taglist.h"

#include "base/test.h"

static void
lists(void **state)
{
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "one", "a=b", "a=b|" },
		{ "final semicolon", "a=b; c=d;", "a=b|c=d|" },
		{ "final semicolon and fold", "a=b;\r\n ", "a=b|" },
		{ "folds everywhere", " \r\n\ta \r\n = \r\n b \r\n ;\r\n c=d", "a=b|c=d|" },
		{ "fold inside is kept", "a=b\r\n c", "a=b\r\n c|" },
		{ "first = only", "b=YQ==", "b=YQ==|" },
		{ "empty value", "a=;b=", "a=|b=|" },
		{ "names have cases", "a=1;A=2", "a=1|A=2|" },
		{ "8 bits (RFC 8616)", "a=\xc3\xa4", "a=\xc3\xa4|" },
		{ "duplicate", "a=b;c=d;a=b", "!" },
		{ "nothing", "", "!" },
		{ "only a semicolon", ";", "!" },
		{ "two semicolons", "a=b;;c=d", "!" },
		{ "two at the end", "a=b;;", "!" },
		{ "begins with one", ";a=b", "!" },
		{ "no equals", "a=b;c", "!" },
		{ "no name", "=b", "!" },
		{ "digit first", "1a=b", "!" },
		{ "underscore first", "_a=b", "!" },
		{ "underscore inside", "a_1=b", "a_1=b|" },
		{ "hyphen in a name", "a-b=c", "!" },
		{ "blank in a name", "a b=c", "!" },
		{ "control character", "a=b\x01", "!" },
		{ "DEL", "a=b\x7f", "!" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct taglist t;

		if (taglist_parse(str_of(rows[i].text), &t, NULL) == -1)
			buf_byte(&got, '!');
		for (size_t k = 0; k < t.n; k++)
			buf_printf(
			    &got, "%.*s=%.*s|", STR_FMT(t.tag[k].name), STR_FMT(t.tag[k].value));
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

static void
too_many(void **state)
{
	struct buf text = BUF_MAX(10000);
	struct taglist t;
	struct err e;

	(void)state;
	for (unsigned i = 0; i < LIMIT_TAGS; i++)
		buf_printf(&text, "a%u=b;", i);
	assert_int_equal(taglist_parse(buf_str(&text), &t, &e), 0);
	assert_int_equal(t.n, LIMIT_TAGS);
	buf_printf(&text, "z=");
	assert_int_equal(taglist_parse(buf_str(&text), &t, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(t.n, 0);
	buf_free(&text);
}

static void
empty_is_not_absent(void **state)
{
	struct taglist t;

	(void)state;
	assert_int_equal(taglist_parse(STR("p=; q=1"), &t, NULL), 0);
	assert_non_null(taglist_get(&t, "p").p);
	assert_int_equal(taglist_get(&t, "p").n, 0);
	assert_null(taglist_get(&t, "x").p);
	assert_null(taglist_get(&t, "P").p);
}

static void
items(void **state)
{
	(void)state;
	assert_true(taglist_has(STR("sha1 : \r\n sha256"), STR("sha256")));
	assert_false(taglist_has(STR("sha1:sha256"), STR("sha")));
	assert_false(taglist_has(STR("SHA256"), STR("sha256")));
	assert_false(taglist_has((struct str){ NULL, 0 }, STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(too_many),
		cmocka_unit_test(empty_is_not_absent),
		cmocka_unit_test(items),
	};

	return cmocka_run_group_tests_name("msg/taglist", tests, NULL, NULL);
}
