/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/copy.h"
#include "store/file.h"

static char folder[] = "/tmp/mailseal-copy-XXXXXX";
static int from, to;

static int
make(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	from = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(mkdirat(from, "to", 0700), 0);
	to = openat(from, "to", O_RDONLY | O_DIRECTORY);
	return file_create(from, "f", STR("0123456789"), 0600, NULL);
}

static int
clear(void **state)
{
	(void)state;
	unlinkat(to, "f", 0);
	unlinkat(from, "f", 0);
	unlinkat(from, "to", AT_REMOVEDIR);
	close(from);
	close(to);
	return rmdir(folder);
}

static void
expect(const char *want)
{
	struct buf got = BUF_MAX(100);

	assert_int_equal(file_read(to, "f", &got, NULL), 1);
	test_str("copy", buf_str(&got), want);
	buf_free(&got);
}

static void
copied(void **state)
{
	struct hash sum, again;
	uint64_t n;

	(void)state;
	assert_int_equal(copy_file(from, "f", to, "f", 4, &n, &sum, NULL), 0);
	expect("0123");
	assert_true(n == 4 && hash_eq(sum, sha256(STR("0123"))));
	/* A copy that is there is never written over. */
	assert_int_equal(copy_file(from, "f", to, "f", COPY_ALL, &n, &sum, NULL), -1);
	assert_int_equal(copy_append(from, "f", to, 4, 7, NULL), 0);
	expect("0123456");
	/* What a run that was interrupted left behind is cut. */
	assert_int_equal(copy_append(from, "f", to, 2, 5, NULL), 0);
	expect("01234");
	assert_int_equal(copy_append(from, "f", to, 5, 11, NULL), -1);
	assert_int_equal(copy_hash(to, "f", 5, &again, NULL), 0);
	assert_true(hash_eq(again, sha256(STR("01234"))));
	assert_int_equal(unlinkat(to, "f", 0), 0);
	assert_int_equal(copy_file(from, "f", to, "f", COPY_ALL, &n, &sum, NULL), 0);
	expect("0123456789");
	assert_int_equal(unlinkat(to, "f", 0), 0);
	assert_int_equal(copy_file(from, "f", to, "f", 11, &n, &sum, NULL), 0);
	assert_int_equal(n, 10);
	assert_int_equal(copy_file(from, "to", to, "x", COPY_ALL, &n, &sum, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(copied, make, clear) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
