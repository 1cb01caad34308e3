/* SPDX-License-Identifier: ISC */
#include "keys/keyfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static int dir;
static char home[] = "/tmp/keyfile_test.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL)
		return -1;
	dir = open(home, O_RDONLY | O_DIRECTORY);
	return dir == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlinkat(dir, "key", 0);
	unlinkat(dir, "large", 0);
	close(dir);
	return rmdir(home);
}

static void
saved_once(void **state)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct err e = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(keyfile_save(dir, "key", 0600, STR("format/1\na one\n"), NULL), 0);
	assert_int_equal(fstatat(dir, "key", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keyfile_save(dir, "key", 0600, STR("another\n"), &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(fstatat(dir, "key.new", &st, 0), -1);
	assert_int_equal(keyfile_replace(dir, "key", 0600, STR("format/1\na two\n"), NULL), 0);
	assert_int_equal(keyfile_read(dir, "key", &text, NULL), 0);
	test_str("replaced", buf_str(&text), "format/1\na two\n");
	keyfile_wipe(&text);
}

static void
too_large(void **state)
{
	static char large[KEYFILE_MAX + 1];
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(keyfile_save(dir, "large", 0600, str_bytes(large, sizeof large), NULL), 0);
	assert_int_equal(keyfile_read(dir, "large", &text, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	keyfile_wipe(&text);
	assert_int_equal(keyfile_read(dir, "nowhere", &text, &e), -1);
	assert_int_equal(e.kind, ERR_SYSTEM);
	keyfile_wipe(&text);
}

static void
values(void **state)
{
	static const char text[] = "format/1\nname one two\nhex 0aff\nempty \n";
	struct str value;
	uint8_t two[2];

	(void)state;
	assert_int_equal(keyfile_format(STR(text), "format/1", NULL), 0);
	assert_int_equal(keyfile_format(STR(text), "format/2", NULL), -1);
	assert_int_equal(keyfile_value(STR(text), "name", &value, NULL), 0);
	test_str("to the end of the line", value, "one two");
	assert_int_equal(keyfile_value(STR(text), "nam", &value, NULL), -1);
	assert_int_equal(keyfile_value(STR(text), "empty", &value, NULL), -1);
	assert_int_equal(keyfile_hex(STR(text), "hex", two, 2, NULL), 0);
	assert_int_equal(two[1], 0xff);
	assert_int_equal(keyfile_hex(STR(text), "hex", two, 1, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_once),
		cmocka_unit_test(too_large),
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests_name("keys/keyfile", tests, setup, teardown);
}
