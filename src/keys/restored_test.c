/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "keys/restored.h"

static void
marked(void **state)
{
	char folder[] = "/tmp/mailseal-restored-XXXXXX";
	struct err e = { 0 };
	int dir;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(restored_is(dir, &e), 0);
	assert_int_equal(restored_clear(dir, &e), 0);
	assert_int_equal(restored_set(dir, &e), 0);
	assert_int_equal(restored_is(dir, &e), 1);
	assert_int_equal(restored_set(dir, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(restored_clear(dir, &e), 0);
	assert_int_equal(restored_is(dir, &e), 0);
	close(dir);
	/* What cannot be read is no licence to sign. */
	assert_int_equal(restored_is(dir, &e), -1);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(marked) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
