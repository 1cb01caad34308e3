/* SPDX-License-Identifier: ISC */
#include "store/store.h"

#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "seal/record.h"
#include "store/evidence.h"
#include "store/ledger.h"
#include "tlog/check.h"

/* A state directory of its own for each test. */
static char state[128], published[160];

static const struct store_identity identity = { STR("evidence.example/log"), STR("vkey"),
	STR("recovery") };

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
touch(const char *below)
{
	char path[200];
	int fd;

	snprintf(path, sizeof path, "%s/%s", state, below);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_not_equal(fd, -1);
	close(fd);
}

static int
setup(void **unused)
{
	struct err e = { 0 };

	(void)unused;
	snprintf(state, sizeof state, "/tmp/mailseal-store-XXXXXX");
	if (sodium_init() == -1 || mkdtemp(state) == NULL)
		return -1;
	snprintf(published, sizeof published, "%s/published", state);
	if (store_create(state, published, &identity, &e) == -1) {
		fprintf(stderr, "%s\n", e.text);
		return -1;
	}
	touch("custodian/office.pub");
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	return nftw(state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct store *
open_store(enum store_mode mode)
{
	struct err e = { 0 };
	struct store *s = store_open(state, published, mode, &e);

	if (s == NULL)
		fprintf(stderr, "%s\n", e.text);
	assert_non_null(s);
	return s;
}

/* A record is bytes to the store; these say which they are. */
static void
add(struct store *s, const char *object)
{
	struct store_new n = { .kind = "message", .time_ms = 1000, .of = -1 };
	char bytes[32];
	struct err e = { 0 };

	snprintf(bytes, sizeof bytes, "record %llu\n", (unsigned long long)store_size(s));
	n.bytes = str_of(bytes);
	assert_int_equal(pack_begin(store_pack(s), &e), 0);
	assert_int_equal(pack_add(store_pack(s), str_of(object), &e), 0);
	n.object = pack_end(store_pack(s));
	assert_int_equal(store_add(s, &n, &e), 0);
}

static void
add_batch(struct store *s, uint64_t n)
{
	struct err e = { 0 };

	assert_int_equal(store_begin(s, &e), 0);
	for (uint64_t i = 0; i < n; i++)
		add(s, "object");
	assert_int_equal(store_commit(s, &e), 0);
}

/* The root from the records alone, as a verifier computes it. */
static struct hash
root_of(struct store *s, uint64_t size)
{
	struct tlog_tree t = { 0 };
	struct store_query q = { 0 };
	struct store_record r;
	struct err e = { 0 };

	while (t.size < size && store_next(s, &q, &r, &e) == 1) {
		struct hash entry = record_entry(r.salt, record_hash(r.bytes));

		tlog_append(&t, hash_leaf(hash_str(&entry)));
	}
	assert_int_equal(t.size, size);
	return tlog_root(&t);
}

static void
test_create(void **unused)
{
	struct err e = { 0 };
	struct stat st;
	struct store *s;

	(void)unused;
	assert_int_equal(store_create(state, published, &identity, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	s = open_store(STORE_WRITE);
	test_str("origin", store_identity(s)->origin, "evidence.example/log");
	test_str("recovery", store_identity(s)->recovery, "recovery");
	assert_int_equal(store_custodians(s), 1);
	assert_string_equal(store_custodian(s, 0), "office");
	assert_null(store_open(state, published, STORE_WRITE, &e));
	assert_int_equal(e.kind, ERR_RETRY);
	store_close(s);
	assert_int_equal(stat(published, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_null(store_open("/nonexistent", published, STORE_READ, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

/* What was committed is there, what was not is gone, and the pack goes on where it ended. */
static void
test_batches(void **unused)
{
	struct buf got = BUF_MAX(100);
	struct store_record r;
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE), *reader;

	(void)unused;
	add_batch(s, 2);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, "never committed");
	store_close(s);
	s = open_store(STORE_WRITE);
	assert_int_equal(store_size(s), 2);
	add_batch(s, 1);
	reader = open_store(STORE_READ);
	assert_int_equal(store_get(reader, 2, &r, &e), 1);
	test_str("bytes", r.bytes, "record 2\n");
	assert_int_equal(r.object.offset, 12);
	assert_int_equal(store_object(reader, r.object, 0, 6, &got, &e), 0);
	test_str("object", buf_str(&got), "object");
	assert_int_equal(store_get(reader, 3, &r, &e), 0);
	assert_int_equal(store_by_hash(reader, store_last(s), &r, &e), 1);
	assert_int_equal(r.seq, 2);
	store_close(reader);
	store_close(s);
	buf_free(&got);
}

static void
check_published(struct store *s, uint64_t size)
{
	struct hash root = root_of(s, size), proof[TLOG_PROOF_MAX];
	struct store_query q = { 0 };
	struct store_record r;
	struct err e = { 0 };

	while (q.from < size && store_next(s, &q, &r, &e) == 1) {
		struct hash entry = record_entry(r.salt, r.sha256);
		int n = store_inclusion(s, r.seq, size, proof, &e);

		assert_int_not_equal(n, -1);
		assert_int_equal(tlog_check_inclusion(hash_leaf(hash_str(&entry)), r.seq, size,
		                     root, proof, (size_t)n, &e),
		    0);
	}
}

static void
publish(struct store *s)
{
	struct err e = { 0 };
	char note[64];

	snprintf(note, sizeof note, "origin\n%llu\n", (unsigned long long)store_size(s));
	assert_int_equal(store_publish_tiles(s, &e), 0);
	assert_int_equal(
	    store_publish_checkpoint(s, store_size(s), store_root(s), str_of(note), &e), 0);
}

/* Sizes around the widths of tiles: every record proven, every older size consistent. */
static void
test_tiles(void **unused)
{
	static const uint64_t more[] = { 1, 254, 1, 1, 300, 211 };
	struct tlog_head heads[6];
	struct hash proof[TLOG_PROOF_MAX];
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(more); i++) {
		add_batch(s, more[i]);
		publish(s);
		heads[i] = (struct tlog_head){ store_size(s), store_root(s) };
		check_published(s, store_size(s));
		for (size_t k = 0; k < i; k++) {
			int n = store_consistency(s, heads[k].size, heads[i].size, proof, &e);

			assert_int_not_equal(n, -1);
			assert_int_equal(
			    tlog_check_consistency(heads[k], heads[i], proof, (size_t)n, &e), 0);
		}
		store_close(s);
		s = open_store(STORE_WRITE);
		assert_true(hash_eq(store_root(s), heads[i].root));
	}
	store_close(s);
}

/* Published again from nothing, the tree is the same; a changed tile is not written over. */
static void
test_republish(void **unused)
{
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);
	char path[200];

	(void)unused;
	add_batch(s, 3);
	publish(s);
	store_close(s);
	snprintf(path, sizeof path, "%s/checkpoint", published);
	unlink(path);
	snprintf(path, sizeof path, "%s/tile/0/000.p/3", published);
	unlink(path);
	s = open_store(STORE_WRITE);
	publish(s);
	check_published(s, 3);
	store_close(s);
	snprintf(path, sizeof path, "%s/checkpoint", published);
	unlink(path);
	snprintf(path, sizeof path, "%s/tile/0/000.p/3", published);
	assert_int_equal(truncate(path, 64), 0);
	s = open_store(STORE_WRITE);
	assert_int_equal(store_publish_tiles(s, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	store_close(s);
}

/* One root a size, and sizes only grow. */
static void
test_checkpoints(void **unused)
{
	struct hash other = { { 1 } };
	struct store_checkpoint c;
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);

	(void)unused;
	assert_int_equal(store_checkpoint(s, &c, &e), 0);
	add_batch(s, 2);
	publish(s);
	publish(s);
	assert_int_equal(store_checkpoint(s, &c, &e), 1);
	test_str("note", c.note, "origin\n2\n");
	assert_int_equal(store_publish_checkpoint(s, 2, other, STR("note"), &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(store_publish_checkpoint(s, 1, other, STR("note"), &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	store_close(s);
}

/* A database older than what was published was restored: not to be gone on with. */
static void
test_rollback(void **unused)
{
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);
	char path[200];
	int fd;

	(void)unused;
	add_batch(s, 2);
	publish(s);
	store_close(s);
	snprintf(path, sizeof path, "%s/checkpoint", published);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "origin\n3\n", 9), 9);
	close(fd);
	assert_null(store_open(state, published, STORE_WRITE, &e));
	assert_int_equal(e.kind, ERR_DAMAGED);
}

static struct ledger_message
message(uint64_t seq, uint64_t uid)
{
	return (struct ledger_message){
		.seq = seq, .mailbox = STR("filing"), .uidvalidity = 7, .uid = uid
	};
}

/* A UID is filed once; its job waits until it is due; a mailbox's records are a chain. */
static void
test_ledger(void **unused)
{
	struct ledger_message m = message(0, 40), twice = message(1, 40), found;
	struct ledger_job j = { 0 };
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);
	struct db *d = store_db(s);
	uint64_t seq, uid;
	int64_t due;

	(void)unused;
	assert_int_equal(ledger_open(d, STR("filing"), 7, &e), 0);
	assert_int_equal(ledger_last_seq(d, STR("filing"), &seq, &e), 0);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, "a");
	assert_int_equal(ledger_add(d, &m, 500, &e), 0);
	add(s, "b");
	assert_int_equal(ledger_add(d, &twice, 500, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(ledger_last_uid(d, STR("filing"), 7, &uid, &e), 0);
	assert_int_equal(uid, 40);
	assert_int_equal(ledger_last_uid(d, STR("filing"), 8, &uid, &e), 0);
	assert_int_equal(uid, 0);
	assert_int_equal(ledger_last_seq(d, STR("filing"), &seq, &e), 1);
	assert_int_equal(ledger_find(d, STR("filing"), 7, 40, &found, &e), 1);
	test_str("mailbox", found.mailbox, "filing");
	assert_int_equal(ledger_job_next(d, STR("filing"), 7, 499, &j, &e), 0);
	assert_int_equal(ledger_job_next(d, STR("filing"), 7, 500, &j, &e), 1);
	assert_int_equal(ledger_job_next(d, STR("filing"), 7, 500, &j, &e), 0);
	j.next_ms = 900;
	assert_int_equal(ledger_job_set(d, &j, "retry", &e), 0);
	assert_int_equal(ledger_job_due(d, 500, &due, &e), 0);
	assert_int_equal(due, 900);
	assert_int_equal(ledger_job_close(d, 0, "done", &e), 0);
	assert_int_equal(ledger_job(d, 0, &j, &e), 0);
	store_close(s);
}

static void
test_evidence(void **unused)
{
	struct hash h = sha256(STR("packet")), value = sha256(STR("key"));
	struct buf got = BUF_MAX(100);
	struct err e = { 0 };
	struct store *s = open_store(STORE_WRITE);
	struct db *d = store_db(s);
	uint64_t seq;

	(void)unused;
	add_batch(s, 1);
	assert_int_equal(evidence_add(d, h, STR("packet"), &e), 0);
	assert_int_equal(evidence_add(d, h, STR("packet"), &e), 0);
	assert_int_equal(evidence_get(d, h, &got, &e), 1);
	test_str("packet", buf_str(&got), "packet");
	assert_int_equal(evidence_get(d, value, &got, &e), 0);
	assert_int_equal(evidence_key(d, STR("s._domainkey.example"), value, &seq, &e), 0);
	assert_int_equal(evidence_add_key(d, STR("s._domainkey.example"), value, 0, &e), 0);
	assert_int_equal(evidence_key(d, STR("s._domainkey.example"), value, &seq, &e), 1);
	buf_free(&got);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_create, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tiles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_republish, setup, teardown),
		cmocka_unit_test_setup_teardown(test_checkpoints, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rollback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ledger, setup, teardown),
		cmocka_unit_test_setup_teardown(test_evidence, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
