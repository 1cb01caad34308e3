/* SPDX-License-Identifier: ISC */
#include "keys/logkey.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/test.h"
#include "tlog/note.h"

static void
signs_what_note_verifies(void **state)
{
	char path[] = "/tmp/logkey_test.XXXXXX";
	struct crypto *crypto = crypto_native_new();
	struct buf vkey = BUF_MAX(1000), note = BUF_MAX(LIMIT_NOTE);
	struct logkey *k, *loaded;
	struct err e = { 0 };
	struct note n;
	struct vkey v;
	int dir;

	(void)state;
	assert_non_null(mkdtemp(path));
	dir = open(path, O_RDONLY | O_DIRECTORY);
	assert_null(logkey_new(STR("two words"), &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	k = logkey_new(STR("log.example/mail"), NULL);
	assert_non_null(k);
	assert_int_equal(logkey_save(k, dir, "key", NULL), 0);
	assert_int_equal(logkey_save(k, dir, "key", &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	loaded = logkey_load(dir, "key", NULL);
	assert_non_null(loaded);
	logkey_vkey(k, &vkey);
	assert_int_equal(vkey_parse(buf_str(&vkey), &v, NULL), 0);
	logkey_sign(loaded, STR("log.example/mail\n5\nroot\n"), &note);
	assert_int_equal(note_parse(buf_str(&note), &n, NULL), 0);
	assert_int_equal(note_signed_by(&n, &v, crypto, NULL, NULL), 1);
	note.p[0] ^= 1;
	assert_int_equal(note_parse(buf_str(&note), &n, NULL), 0);
	assert_int_equal(note_signed_by(&n, &v, crypto, NULL, NULL), -1);
	logkey_free(k);
	logkey_free(loaded);
	unlinkat(dir, "key", 0);
	rmdir(path);
	close(dir);
	buf_free(&vkey);
	buf_free(&note);
	crypto_native_free(crypto);
}

static void
zero_seed(void **state)
{
	static const char text[] =
	    "mailseal-log-key/1\nname a\nseed "
	    "0000000000000000000000000000000000000000000000000000000000000000\n";
	char path[] = "/tmp/logkey_test.XXXXXX";
	int fd = mkstemp(path);
	struct err e = { 0 };

	(void)state;
	assert_true(write(fd, text, sizeof text - 1) == sizeof text - 1);
	assert_null(logkey_load(AT_FDCWD, path, &e));
	assert_int_equal(e.kind, ERR_DAMAGED);
	unlink(path);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_what_note_verifies),
		cmocka_unit_test(zero_seed),
	};

	return cmocka_run_group_tests_name("keys/logkey", tests, NULL, NULL);
}
