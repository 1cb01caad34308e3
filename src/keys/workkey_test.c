/* SPDX-License-Identifier: ISC */
#include "keys/workkey.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

#define DAY  86400
#define NOON (INT64_C(20000) * DAY + DAY / 2) /* 2024-10-04 */

static int state;
static char path[64];

static int
setup(void **unused)
{
	(void)unused;
	snprintf(path, sizeof path, "/tmp/workkey_test.XXXXXX");
	if (mkdtemp(path) == NULL)
		return -1;
	state = open(path, O_RDONLY | O_DIRECTORY);
	return state == -1 ? -1 : 0;
}

static int
teardown(void **unused)
{
	char command[128];

	(void)unused;
	close(state);
	snprintf(command, sizeof command, "rm -r %s", path);
	return system(command);
}

static const uint8_t *
key_of(uint64_t seq)
{
	static uint8_t key[32];

	memset(key, (int)seq, sizeof key);
	return key;
}

static struct workkeys *
open_at(int64_t now)
{
	struct err e = { 0 };
	struct workkeys *w = workkeys_open(state, now, &e);

	if (w == NULL)
		fprintf(stderr, "%s\n", e.text);
	assert_non_null(w);
	return w;
}

static bool
opens(struct workkeys *w, uint64_t seq)
{
	uint8_t key[32];

	return workkeys_get(w, seq, key, NULL) == 1 && memcmp(key, key_of(seq), 32) == 0;
}

/* The bytes of a day's file; 0 when there is none. */
static size_t
look(const char *name, uint8_t *bytes, size_t max)
{
	char file[128];
	ssize_t n;
	int fd;

	snprintf(file, sizeof file, "workkeys/%s", name);
	fd = openat(state, file, O_RDONLY);
	if (fd == -1)
		return 0;
	n = read(fd, bytes, max);
	close(fd);
	return n == -1 ? 0 : (size_t)n;
}

/* What is wrapped is there again after a restart; what is erased is not, and its place is used. */
static void
there_and_back(void **unused)
{
	static const uint8_t zeros[80];
	struct workkeys *w = open_at(NOON);
	uint8_t bytes[80 * 8];
	struct stat st;

	(void)unused;
	for (uint64_t seq = 1; seq <= 3; seq++)
		assert_int_equal(workkeys_put(w, NOON, seq, key_of(seq), NULL), 0);
	assert_true(workkeys_has(w, 2) && !workkeys_has(w, 4));
	assert_int_equal(workkeys_erase(w, 2, NULL), 0);
	assert_int_equal(workkeys_erase(w, 2, NULL), 0);
	assert_false(workkeys_has(w, 2) || opens(w, 2));
	assert_int_equal(look("2024-10-04", bytes, sizeof bytes), 80 * 4);
	assert_memory_equal(bytes + 80 * 2, zeros, 80);
	assert_int_equal(fstatat(state, "workkeys/2024-10-04", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	workkeys_close(w);
	w = open_at(NOON);
	assert_true(opens(w, 1) && opens(w, 3) && !workkeys_has(w, 2));
	assert_int_equal(workkeys_put(w, NOON, 4, key_of(4), NULL), 0);
	assert_int_equal(look("2024-10-04", bytes, sizeof bytes), 80 * 4);
	assert_true(opens(w, 4));
	workkeys_close(w);
}

/* A work key dies with its eighth day, whether the daemon runs then or is started later, and when
 * its day lies ahead. */
static void
destroyed(void **unused)
{
	static const struct {
		const char *what;
		int64_t later;
		bool there;
	} rows[] = {
		{ "the same day", 0, true },
		{ "the next day", DAY, true },
		{ "the last second of the eighth day", 7 * DAY + DAY / 2 - 1, true },
		{ "the ninth day", 7 * DAY + DAY / 2, false },
		{ "long after", 900 * DAY, false },
		{ "the clock was a day ahead", -DAY, true },
		{ "the clock was two days ahead", -2 * DAY, false },
	};
	uint8_t bytes[80 * 4];

	(void)unused;
	for (size_t i = 0; i < 2 * TEST_ROWS(rows); i++) {
		int64_t later = NOON + rows[i / 2].later;
		struct workkeys *w = open_at(NOON);
		struct stat st;

		assert_int_equal(workkeys_put(w, NOON, 1, key_of(1), NULL), 0);
		if (i % 2 == 0) {
			workkeys_close(w);
			w = open_at(later);
		} else {
			assert_int_equal(workkeys_tick(w, later, NULL), 0);
		}
		if (opens(w, 1) != rows[i / 2].there)
			fail_msg("%s", rows[i / 2].what);
		assert_int_equal(
		    fstatat(state, "workkeys/2024-10-04", &st, 0) == 0, rows[i / 2].there);
		workkeys_erase(w, 1, NULL);
		workkeys_tick(w, NOON + 900 * DAY, NULL);
		workkeys_close(w);
	}
	assert_int_equal(look("2024-10-04", bytes, sizeof bytes), 0);
}

/* The disk's blocks, too: what was a key is zeros before the name goes. */
static void
overwritten(void **unused)
{
	struct workkeys *w = open_at(NOON);
	uint8_t bytes[80 * 3], after[80 * 3];
	int fd;

	(void)unused;
	workkeys_put(w, NOON, 1, key_of(1), NULL);
	workkeys_put(w, NOON, 2, key_of(2), NULL);
	fd = openat(state, "workkeys/2024-10-04", O_RDONLY);
	assert_int_equal(read(fd, bytes, sizeof bytes), sizeof bytes);
	assert_int_equal(workkeys_tick(w, NOON + 9 * DAY, NULL), 0);
	assert_int_equal(pread(fd, after, sizeof after, 0), sizeof after);
	assert_true(sodium_is_zero(after, sizeof after));
	assert_false(sodium_is_zero(bytes, sizeof bytes));
	close(fd);
	workkeys_close(w);
}

/* A day's file that was cut or altered opens nothing, and does not stop the daemon. */
static void
damaged(void **unused)
{
	static const struct {
		const char *what;
		off_t cut, alter; /* -1: not */
		bool opens;
	} rows[] = {
		{ "empty", 0, -1, false },
		{ "within the heading", 79, -1, false },
		{ "within a slot", 150, -1, false },
		{ "another heading", -1, 3, false },
		{ "another key", -1, 60, false },
		{ "another record", -1, 87, false },
		{ "another nonce", -1, 90, false },
		{ "another box", -1, 159, false },
		{ "none of it", -1, -1, true },
	};

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct workkeys *w = open_at(NOON);
		uint8_t byte;
		int fd;

		workkeys_put(w, NOON, 1, key_of(1), NULL);
		workkeys_close(w);
		fd = openat(state, "workkeys/2024-10-04", O_RDWR);
		if (rows[i].cut != -1)
			assert_int_equal(ftruncate(fd, rows[i].cut), 0);
		if (rows[i].alter != -1) {
			assert_int_equal(pread(fd, &byte, 1, rows[i].alter), 1);
			byte ^= 1;
			assert_int_equal(pwrite(fd, &byte, 1, rows[i].alter), 1);
		}
		close(fd);
		w = open_at(NOON);
		if (opens(w, 1) != rows[i].opens)
			fail_msg("%s", rows[i].what);
		assert_int_equal(workkeys_put(w, NOON, 2, key_of(2), NULL), 0);
		assert_true(opens(w, 2));
		workkeys_tick(w, NOON + 9 * DAY, NULL);
		workkeys_close(w);
	}
}

static void
listed(void **unused)
{
	struct workkeys *w = open_at(NOON);
	uint64_t seq, sum = 0;
	size_t at = 0;

	(void)unused;
	for (uint64_t i = 1; i <= 5; i++)
		workkeys_put(w, NOON + (int64_t)(i / 3) * DAY, i, key_of(i), NULL);
	workkeys_erase(w, 1, NULL);
	workkeys_erase(w, 4, NULL);
	while (workkeys_next(w, &at, &seq))
		sum = 10 * sum + seq;
	assert_int_equal(sum, 235);
	workkeys_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(there_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(destroyed, setup, teardown),
		cmocka_unit_test_setup_teardown(overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(listed, setup, teardown),
	};

	return cmocka_run_group_tests_name("keys/workkey", tests, NULL, NULL);
}
