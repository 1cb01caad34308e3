/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

#include "base/test.h"

/* RFC 4648 section 10, then what must be refused. */
static const struct {
	const char *text, *bytes;
	enum base64_how how;
	int rc;
} rows[] = {
	{ "", "", BASE64_STRICT, 0 },
	{ "Zg==", "f", BASE64_STRICT, 0 },
	{ "Zm8=", "fo", BASE64_STRICT, 0 },
	{ "Zm9v", "foo", BASE64_STRICT, 0 },
	{ "Zm9vYmFy", "foobar", BASE64_STRICT, 0 },
	{ "Zm9v\r\n YmFy", "foobar", BASE64_LOOSE, 0 },
	{ "Z g = =", "f", BASE64_LOOSE, 0 },
	{ "Zh==", "f", BASE64_LOOSE, 0 },
	{ "Zh==", "", BASE64_STRICT, -1 },
	{ "Zm9v YmFy", "", BASE64_STRICT, -1 },
	{ "Zg=", "", BASE64_LOOSE, -1 },
	{ "Zg", "", BASE64_LOOSE, -1 },
	{ "Z", "", BASE64_LOOSE, -1 },
	{ "Zg===", "", BASE64_LOOSE, -1 },
	{ "Zg==Zg==", "", BASE64_LOOSE, -1 },
	{ "=", "", BASE64_LOOSE, -1 },
	{ "Zm9v!", "", BASE64_LOOSE, -1 },
};

static void
decoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf b = BUF_MAX(100);
		struct err e = { 0 };
		int rc = base64_decode(str_of(rows[i].text), rows[i].how, &b, &e);

		if (rc != rows[i].rc)
			fail_msg("%s: %d %s", rows[i].text, rc, e.text);
		if (rc == 0)
			test_str(rows[i].text, buf_str(&b), rows[i].bytes);
		buf_free(&b);
	}
}

static void
there_and_back(void **state)
{
	char bytes[70];

	(void)state;
	for (size_t n = 0; n < sizeof bytes; n++) {
		struct buf text = BUF_MAX(200), back = BUF_MAX(200);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(i * 37 + n);
		base64_add(&text, str_bytes(bytes, n));
		assert_int_equal(base64_decode(buf_str(&text), BASE64_STRICT, &back, NULL), 0);
		assert_true(str_eq(buf_str(&back), str_bytes(bytes, n)));
		buf_free(&text);
		buf_free(&back);
	}
}

/* The same vectors, and the two digits that differ. */
static void
for_addresses(void **state)
{
	static const struct {
		const char *bytes, *text;
	} vectors[] = {
		{ "", "" },
		{ "f", "Zg" },
		{ "fo", "Zm8" },
		{ "foo", "Zm9v" },
		{ "\xfb\xff\xbe", "-_--" },
	};
	struct buf b = BUF_MAX(100);

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(vectors); i++) {
		buf_clear(&b);
		buf_add(&b, STR("=+/")); /* what stands before stays */
		base64url_add(&b, str_of(vectors[i].bytes));
		test_str(vectors[i].bytes, str_from(buf_str(&b), 3), vectors[i].text);
		test_str("before", str_head(buf_str(&b), 3), "=+/");
	}
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(for_addresses),
	};

	return cmocka_run_group_tests_name("base/base64", tests, NULL, NULL);
}
