/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEST_DB_H
#define STORE_TEST_DB_H

/* test_db: a database of its own for each test of what lies in one, with the schema in it. */
#include <fcntl.h>
#include <unistd.h>

#include "base/test.h"
#include "store/db.h"

static char test_db_path[64];
static struct db *db;

static inline void
must(int rc, const struct err *e)
{
	if (rc == -1)
		fail_msg("%s", e->text);
}

static inline void
test_db_unlink(void)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[80];

	for (size_t i = 0; i < TEST_ROWS(ends); i++) {
		snprintf(path, sizeof path, "%s%s", test_db_path, ends[i]);
		unlink(path);
	}
}

/* For cmocka_unit_test_setup_teardown. */
static inline int
test_db_open(void **unused)
{
	struct err e = { 0 };

	(void)unused;
	snprintf(test_db_path, sizeof test_db_path, "/tmp/mailseal-db-%ld", (long)getpid());
	test_db_unlink(); /* of a test that died under this number */
	close(open(test_db_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	db = db_open(test_db_path, DB_CREATE, &e);
	must(db == NULL ? -1 : 0, &e);
	return 0;
}

static inline int
test_db_close(void **unused)
{
	(void)unused;
	db_close(db);
	test_db_unlink();
	return 0;
}

#endif
