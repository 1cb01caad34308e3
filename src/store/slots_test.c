/* SPDX-License-Identifier: ISC */
#include "store/slots.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/test.h"

/* Slots are found again, those never written and those beyond the end are none. */
static void
test_slots(void **state)
{
	char folder[] = "/tmp/mailseal-slots-XXXXXX";
	uint8_t slot[SLOT_SIZE], got[SLOT_SIZE];
	struct err e = { 0 };
	struct slots *s;
	int dir;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	memset(slot, 'k', sizeof slot);
	for (int again = 0; again < 2; again++) {
		s = slots_open(dir, "office", &e);
		assert_non_null(s);
		assert_int_equal(slots_put(s, 3, slot, &e), 0);
		assert_int_equal(slots_sync(s, &e), 0);
		slots_close(s);
		assert_int_equal(slots_get(dir, "office", 3, got, &e), 1);
		assert_memory_equal(slot, got, SLOT_SIZE);
		assert_int_equal(slots_get(dir, "office", 2, got, &e), 0);
		assert_int_equal(slots_get(dir, "office", 4, got, &e), 0);
	}
	assert_int_equal(slots_get(dir, "nobody", 3, got, &e), 0);
	unlinkat(dir, "office", 0);
	close(dir);
	rmdir(folder);
}

/* A file that was being made when the power failed is made anew: empty, short, or only a length. */
static void
test_half_made(void **state)
{
	char folder[] = "/tmp/mailseal-slots-XXXXXX";
	uint8_t slot[SLOT_SIZE] = { 1 };
	struct err e = { 0 };
	struct slots *s;
	int dir, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	for (int length = 0; length <= SLOT_SIZE; length += SLOT_SIZE / 2) {
		fd = openat(dir, "office", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert_int_equal(ftruncate(fd, length), 0);
		close(fd);
		s = slots_open(dir, "office", &e);
		assert_non_null(s);
		assert_int_equal(slots_put(s, 0, slot, &e), 0);
		slots_close(s);
		assert_int_equal(slots_get(dir, "office", 0, slot, &e), 1);
	}
	unlinkat(dir, "office", 0);
	close(dir);
	rmdir(folder);
}

/* Another file in its place is refused, not written over. */
static void
test_foreign(void **state)
{
	char folder[] = "/tmp/mailseal-slots-XXXXXX";
	struct err e = { 0 };
	uint8_t other[2 * SLOT_SIZE] = { 1 };
	int dir, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	fd = openat(dir, "office", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, other, sizeof other), sizeof other);
	close(fd);
	assert_null(slots_open(dir, "office", &e));
	assert_int_equal(e.kind, ERR_DAMAGED);
	unlinkat(dir, "office", 0);
	close(dir);
	rmdir(folder);
}

/* All of it is zeros before the name goes; what is not there is erased already. */
static void
test_erase(void **state)
{
	static const uint8_t zeros[SLOT_SIZE * 3];
	char folder[] = "/tmp/mailseal-slots-XXXXXX";
	uint8_t slot[SLOT_SIZE], back[SLOT_SIZE * 3];
	struct slots *s;
	int dir, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	s = slots_open(dir, "office", NULL);
	memset(slot, 'k', sizeof slot);
	assert_int_equal(slots_put(s, 1, slot, NULL), 0);
	slots_close(s);
	fd = openat(dir, "office", O_RDONLY);
	assert_int_equal(slots_erase(dir, "office", NULL), 0);
	assert_int_equal(read(fd, back, sizeof back), sizeof back);
	assert_memory_equal(back, zeros, sizeof back);
	close(fd);
	assert_int_equal(slots_get(dir, "office", 1, slot, NULL), 0);
	assert_int_equal(slots_erase(dir, "office", NULL), 0);
	close(dir);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_half_made),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_erase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
