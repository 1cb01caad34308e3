/* SPDX-License-Identifier: ISC */
#include "keys/object.h"

#include <sodium.h>

#include "base/test.h"

static const uint8_t key[32] = "thirty-two bytes of a test key!";

static int
keep(void *who, struct str bytes, struct err *e)
{
	buf_add(who, bytes);
	return buf_check(who, "test", e);
}

static void
write_object(struct str values, struct str message, size_t piece, struct buf *out)
{
	struct object_sink sink = { keep, out };
	struct object_writer *w = object_writer_new(key, &sink);
	struct hash hash;
	uint64_t length;

	assert_int_equal(object_writer_values(w, values, NULL), 0);
	for (; message.n > 0; message = str_from(message, piece))
		assert_int_equal(object_writer_put(w, str_head(message, piece), NULL), 0);
	assert_int_equal(object_writer_end(w, &length, &hash, NULL), 0);
	object_writer_free(w);
	assert_int_equal(length, out->n);
	assert_true(hash_eq(hash, sha256(buf_str(out))));
}

static int
read_object(struct str object, const uint8_t k[32], size_t piece, uint64_t max, struct buf *values,
    struct buf *message, struct err *e)
{
	struct object_sink sink = { keep, message };
	struct object_reader *r = object_reader_new(k, values, max, &sink);
	int rc = 0;

	for (; rc == 0 && object.n > 0; object = str_from(object, piece))
		rc = object_reader_put(r, str_head(object, piece), e);
	if (rc == 0)
		rc = object_reader_end(r, e);
	object_reader_free(r);
	return rc;
}

static void
fill(struct buf *message, size_t n, bool random)
{
	char *room = buf_room(message, n);

	if (n > 0 && random)
		randombytes_buf(room, n);
	for (size_t i = 0; !random && i < n; i++)
		room[i] = (char)('a' + i / 1000 % 26);
}

static void
there_and_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 65535, 65536, 65537, 262144, 1000003 };
	static const size_t pieces[] = { 1000, 65536, 65553, 2000000 };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(sizes); i++)
		for (size_t k = 0; k < TEST_ROWS(pieces); k++) {
			struct buf message = BUF_MAX(1 << 21), object = BUF_MAX(1 << 21);
			struct buf values = BUF_MAX(1000), back = BUF_MAX(1 << 21);
			struct err e = { 0 };

			fill(&message, sizes[i], k % 2 == 0);
			write_object(
			    STR("a YQ==\nb Yg==\n"), buf_str(&message), pieces[k], &object);
			if (read_object(
			        buf_str(&object), key, pieces[k], sizes[i], &values, &back, &e))
				fail_msg("%zu bytes: %s", sizes[i], e.text);
			test_str("values", buf_str(&values), "a YQ==\nb Yg==\n");
			assert_true(str_eq(buf_str(&message), buf_str(&back)));
			buf_free(&message);
			buf_free(&object);
			buf_free(&values);
			buf_free(&back);
		}
}

static void
refused(void **state)
{
	static const uint8_t other[32] = "another key of thirty-two bytes";
	struct buf message = BUF_MAX(1 << 20), object = BUF_MAX(1 << 20);
	struct buf values = BUF_MAX(1000), back = BUF_MAX(1 << 20);
	struct str whole;
	struct err e = { 0 };

	(void)state;
	fill(&message, 200000, true);
	write_object(STR(""), buf_str(&message), 5000, &object);
	whole = buf_str(&object);
	assert_int_equal(read_object(whole, other, 9999, 200000, &values, &back, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(read_object(whole, key, 9999, 199999, &values, &back, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	for (size_t n = 0; n < whole.n; n += 4099) {
		assert_int_equal(
		    read_object(str_head(whole, n), key, 9999, 200000, &values, &back, NULL), -1);
		buf_clear(&back);
	}
	/* Cut at the border of two pieces: what is there is authentic, but not all of it. */
	assert_int_equal(
	    read_object(str_head(whole, 24 + 65553), key, 9999, 200000, &values, &back, NULL), -1);
	buf_clear(&back);
	for (size_t i = 0; i < whole.n; i += 7919) {
		object.p[i] ^= 1;
		assert_int_equal(read_object(whole, key, 9999, 200000, &values, &back, NULL), -1);
		buf_clear(&back);
		object.p[i] ^= 1;
	}
	buf_free(&message);
	buf_free(&object);
	buf_free(&values);
	buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("keys/object", tests, NULL, NULL);
}
