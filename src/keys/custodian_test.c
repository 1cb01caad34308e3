/* SPDX-License-Identifier: ISC */
#include "keys/custodian.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_file),
		cmocka_unit_test(by_passphrase),
	};

	return cmocka_run_group_tests_name("keys/custodian", tests, setup, teardown);
}
