/* SPDX-License-Identifier: ISC */
#include "store/pack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "store/file.h"

static char folder[] = "/tmp/mailseal-pack-XXXXXX";

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
open_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY);

	assert_int_not_equal(fd, -1);
	return fd;
}

static struct pack_place
put(struct pack *p, struct str bytes)
{
	struct err e = { 0 };

	assert_int_equal(pack_begin(p, &e), 0);
	assert_int_equal(pack_add(p, str_head(bytes, 2), &e), 0);
	assert_int_equal(pack_add(p, str_from(bytes, 2), &e), 0);
	return pack_end(p);
}

static void
want(int dir, struct pack_place place, const char *bytes)
{
	struct buf got = BUF_MAX(100);
	struct err e = { 0 };

	assert_int_equal(pack_read(dir, place, 0, (size_t)place.length, &got, &e), 0);
	test_str("object", buf_str(&got), bytes);
	buf_free(&got);
}

/* Committed objects stay, the tail goes, and what comes next stands in its place. */
static void
test_tail(void **state)
{
	struct pack_place end = { 1, 0, 0 }, one, two;
	struct err e = { 0 };
	int dir = open_folder();
	struct pack *p = pack_open(dir, end, &e);
	struct stat st;

	(void)state;
	assert_non_null(p);
	one = put(p, STR("first"));
	assert_int_equal(pack_sync(p, &e), 0);
	put(p, STR("never committed"));
	pack_close(p);
	end.offset = one.offset + one.length;
	p = pack_open(dir, end, &e);
	assert_non_null(p);
	assert_int_equal(fstatat(dir, "000001.pack", &st, 0), 0);
	assert_int_equal(st.st_size, end.offset);
	two = put(p, STR("second"));
	assert_int_equal(two.offset, 5);
	want(dir, one, "first");
	want(dir, two, "second");
	pack_close(p);
	close(dir);
}

/* A full pack is followed by the next; packs that were not committed are removed. */
static void
test_roll(void **state)
{
	struct pack_place end = { 1, PACK_MAX, 0 }, next;
	struct err e = { 0 };
	int dir = open_folder(), fd = openat(dir, "000001.pack", O_WRONLY);
	struct pack *p;

	(void)state;
	assert_int_equal(ftruncate(fd, PACK_MAX), 0);
	close(fd);
	p = pack_open(dir, end, &e);
	assert_non_null(p);
	next = put(p, STR("in the second"));
	assert_int_equal(next.pack, 2);
	assert_int_equal(next.offset, 0);
	want(dir, next, "in the second");
	pack_close(p);
	p = pack_open(dir, end, &e);
	assert_non_null(p);
	assert_int_equal(faccessat(dir, "000002.pack", F_OK, 0), -1);
	pack_close(p);
	close(dir);
}

static void
test_missing(void **state)
{
	struct pack_place end = { 1, (uint64_t)PACK_MAX + 1, 0 }, place = { 1, 0, 5 };
	struct buf got = BUF_MAX(100);
	struct err e = { 0 };
	int dir = open_folder();

	(void)state;
	assert_null(pack_open(dir, end, &e));
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(pack_read(dir, place, 3, 3, &got, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(pack_read(dir, place, UINT64_MAX, 2, &got, &e), -1);
	unlinkat(dir, "000001.pack", 0);
	close(dir);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_roll),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
