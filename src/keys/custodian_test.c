/* SPDX-License-Identifier: ISC */
#include "keys/custodian.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "keys/keyfile.h"

static int dir;
static char path[] = "/tmp/custodian_test.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(path) == NULL)
		return -1;
	dir = open(path, O_RDONLY | O_DIRECTORY);
	return dir == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlinkat(dir, "office.pub", 0);
	unlinkat(dir, "sheet.pub", 0);
	unlinkat(dir, "weak.pub", 0);
	unlinkat(dir, "secret", 0);
	return rmdir(path);
}

static const struct slot plain = { "a content key of 32 bytes ......",
	"a seed of 32 bytes ............." };

static void
by_file(void **state)
{
	uint8_t sealed[CUSTODIAN_SLOT];
	struct custodian c, other;
	struct custodian_secret secret;
	struct err e = { 0 };
	char file[100];
	struct slot back;
	struct stat st;

	(void)state;
	snprintf(file, sizeof file, "%s/secret", path);
	assert_int_equal(custodian_by_file(&other, STR("office"), file, NULL), 0);
	assert_int_equal(fstatat(dir, "secret", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(custodian_by_file(&c, STR("office"), file, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	unlinkat(dir, "secret", 0);
	assert_int_equal(custodian_by_file(&c, STR("office"), file, NULL), 0);
	assert_int_equal(custodian_save(dir, &c, NULL), 0);
	assert_int_equal(custodian_load(dir, "office", &c, NULL), 0);
	assert_int_equal(custodian_secret_file(&other, file, &secret, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_int_equal(custodian_secret_file(&c, file, &secret, NULL), 0);
	slot_seal(&c, &plain, sealed);
	assert_int_equal(slot_open(&c, &secret, sealed, &back, NULL), 0);
	assert_memory_equal(&back, &plain, sizeof plain);
	sealed[50] ^= 1;
	assert_int_equal(slot_open(&c, &secret, sealed, &back, NULL), -1);
}

static void
by_passphrase(void **state)
{
	uint8_t sealed[CUSTODIAN_SLOT];
	struct custodian_secret secret;
	struct custodian c, loaded;
	struct err e = { 0 };
	struct slot back;

	(void)state;
	assert_int_equal(custodian_by_passphrase(&c, STR("sheet"), STR("short"), &e), -1);
	assert_int_equal(
	    custodian_by_passphrase(&c, STR("a/b"), STR("correct horse battery"), &e), -1);
	assert_int_equal(
	    custodian_by_passphrase(&c, STR("sheet"), STR("correct horse battery"), NULL), 0);
	assert_int_equal(custodian_save(dir, &c, NULL), 0);
	assert_int_equal(custodian_load(dir, "sheet", &loaded, NULL), 0);
	slot_seal(&loaded, &plain, sealed);
	assert_int_equal(
	    custodian_secret_passphrase(&loaded, STR("incorrect horse"), &secret, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_int_equal(
	    custodian_secret_passphrase(&loaded, STR("correct horse battery"), &secret, NULL), 0);
	assert_int_equal(slot_open(&loaded, &secret, sealed, &back, NULL), 0);
	assert_memory_equal(&back, &plain, sizeof plain);
}

/* Keys to which everybody or nobody could read: zero, and a point of order 8 (RFC 7748). */
static void
unsound(void **state)
{
	static const char *const pub[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	};
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct custodian c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(pub); i++) {
		buf_clear(&text);
		buf_printf(
		    &text, "mailseal-custodian/1\nname weak\nmethod file\npublic %s\n", pub[i]);
		unlinkat(dir, "weak.pub", 0);
		assert_int_equal(keyfile_save(dir, "weak.pub", 0600, buf_str(&text), NULL), 0);
		assert_int_equal(custodian_load(dir, "weak", &c, &e), -1);
		assert_int_equal(e.kind, ERR_DAMAGED);
	}
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_file),
		cmocka_unit_test(by_passphrase),
		cmocka_unit_test(unsound),
	};

	return cmocka_run_group_tests_name("keys/custodian", tests, setup, teardown);
}
