/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/limits.h"
#include "seal/record.h"

#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"
#define H0 "0000000000000000000000000000000000000000000000000000000000000000"

static struct hash
filled(uint8_t with)
{
	struct hash h;

	memset(h.b, with, sizeof h.b);
	return h;
}

static struct record_head
head_of(enum record_kind kind)
{
	return (struct record_head){
		.kind = kind,
		.origin = STR("log.example.com/mail"),
		.seq = 123,
		.log_previous = filled(0x11),
		.nonce = filled(0x22),
		.time_ms = 1767225599999, /* the last of 2025 */
		.sync = true,
		.error_ms = 7,
		.version = STR("0.1.0"),
		.binary = filled(0x11),
		.has_object = kind == RECORD_MESSAGE,
		.object = filled(kind == RECORD_MESSAGE ? 0x22 : 0),
		.key_check = filled(kind == RECORD_MESSAGE ? 0x11 : 0),
	};
}

#define HEAD(kind, object) HEAD_AT("123", kind, object)
#define HEAD_AT(seq, kind, object)                                                  \
	"mailseal-record/1\nkind " kind "\nlog log.example.com/mail\nseq " seq "\n" \
	"log-previous " H1 "\nnonce " H2 "\ntime 1767225599999 sync=yes "           \
	"error-ms=7\nsoftware 0.1.0 " H1 "\nobject " object "\n"
#define NO_OBJECT "sha256=- key-check=-"
#define OBJECT    "sha256=" H2 " key-check=" H1
#define SEGMENTS  "segments n=2 root=" H1 " root2=" H2 H2 "\n"
#define ARRIVAL                                                                         \
	"commit account " H1 "\ncommit folder " H2                                      \
	"\nuidvalidity 4\nuid 99\ninternaldate 1767225000\ntls TLSv1.3 certificate=" H1 \
	"\ncommit size " H2 "\ncommit rfc822-size " H1 "\n" SEGMENTS "ers m=" H2 "\n"
#define MESSAGE      "number 2025-000123\n" ARRIVAL
#define OTHER_NUMBER "number 2026-000123\n" ARRIVAL

static void
reads_back(struct str message)
{
	struct buf again = BUF_MAX(LIMIT_RECORD);
	struct record_message read;
	struct record r;
	struct err e;

	assert_int_equal(record_parse(message, &r, &e), 0);
	record_message_read(&r, &read);
	assert_int_equal(record_message_write(&again, &r.head, &read, &e), 0);
	assert_true(str_eq(message, buf_str(&again)));
	buf_free(&again);
}

static void
message(void **state)
{
	struct record_head head = head_of(RECORD_MESSAGE);
	struct record_message m = {
		.account = filled(0x11),
		.folder = filled(0x22),
		.uidvalidity = 4,
		.uid = 99,
		.internaldate = 1767225000,
		.tls = STR("TLSv1.3"),
		.certificate = filled(0x11),
		.size = filled(0x22),
		.rfc822_size = filled(0x11),
		.segments = { .n = 2, .root = filled(0x11) },
		.ers = filled(0x22),
	};
	struct buf out = BUF_MAX(LIMIT_RECORD);
	struct err e;

	(void)state;
	memset(m.segments.root2.b, 0x22, 64);
	assert_int_equal(record_message_write(&out, &head, &m, &e), 0);
	test_str("message", buf_str(&out), HEAD("message", OBJECT) MESSAGE "previous -\n");
	buf_clear(&out);
	m.has_previous = true;
	m.previous = 5;
	assert_int_equal(record_message_write(&out, &head, &m, &e), 0);
	test_str("message", buf_str(&out), HEAD("message", OBJECT) MESSAGE "previous 5\n");
	reads_back(buf_str(&out));
	buf_clear(&out);
	m.has_copy = true;
	m.copy = 17;
	assert_int_equal(record_message_write(&out, &head, &m, &e), 0);
	test_str("message", buf_str(&out), HEAD("message", OBJECT) MESSAGE "previous 5\ncopy 17\n");
	reads_back(buf_str(&out));
	m.has_gm_msgid = true;
	m.gm_msgid = filled(0x22);
	buf_clear(&out);
	assert_int_equal(record_message_write(&out, &head, &m, &e), 0);
	assert_true(str_find(buf_str(&out), STR("\ncommit x-gm-msgid " H2 "\nsegments ")) > 0);
	reads_back(buf_str(&out));
	m.tls = STR("SSLv3");
	buf_clear(&out);
	assert_int_equal(record_message_write(&out, &head, &m, &e), -1);
	buf_free(&out);
}

#define KEYS "vkey a+1+Ab=\nrecovery b+2+Cd=\n"

static void
log_events(void **state)
{
	struct record_head head = head_of(RECORD_LOG);
	const struct hash custodian[] = { filled(0x11), filled(0x22) };
	struct record_log l = { RECORD_START, STR("a+1+Ab="), STR("b+2+Cd="), custodian, 2 }, read;
	struct buf out = BUF_MAX(LIMIT_RECORD);
	struct record r;
	struct err e;

	(void)state;
	head.seq = 0;
	assert_int_equal(record_log_write(&out, &head, &l, &e), 0);
	test_str("log", buf_str(&out),
	    HEAD_AT("0", "log", NO_OBJECT) "event start\n" KEYS "custodian " H1 "\ncustodian " H2
	                                   "\n");
	assert_int_equal(record_parse(buf_str(&out), &r, &e), 0);
	record_log_read(&r, &read);
	test_str("vkey", read.vkey, "a+1+Ab=");
	test_str("recovery", read.recovery, "b+2+Cd=");
	assert_int_equal(read.event, RECORD_START);
	buf_clear(&out);
	l = (struct record_log){ RECORD_CUSTODIANS, STR("a+1+Ab="), STR("b+2+Cd="), custodian, 1 };
	head.seq = 123;
	assert_int_equal(record_log_write(&out, &head, &l, &e), 0);
	test_str("log", buf_str(&out),
	    HEAD("log", NO_OBJECT) "event custodians\n" KEYS "custodian " H1 "\n");
	record_parse(buf_str(&out), &r, &e);
	record_log_read(&r, &read);
	assert_int_equal(read.event, RECORD_CUSTODIANS);
	head.origin = STR("with space");
	buf_clear(&out);
	assert_int_equal(record_log_write(&out, &head, &l, &e), -1);
	buf_free(&out);
}

static void
key(void **state)
{
	struct record_head head = head_of(RECORD_KEY);
	struct record_key k = { filled(0x11), filled(0x22), STR("rsa"), 2048, filled(0x11) }, read;
	struct buf out = BUF_MAX(LIMIT_RECORD), again = BUF_MAX(LIMIT_RECORD);
	struct record r;
	struct err e;

	(void)state;
	assert_int_equal(record_key_write(&out, &head, &k, &e), 0);
	test_str("key", buf_str(&out),
	    HEAD("key", NO_OBJECT) "event first-seen\ncommit owner " H1 "\nvalue-hash " H2
	                           "\nalgorithm rsa\nbits 2048\nanswer " H1
	                           "\nchain -\nobservers 1\n");
	assert_int_equal(record_parse(buf_str(&out), &r, &e), 0);
	record_key_read(&r, &read);
	assert_int_equal(record_key_write(&again, &r.head, &read, &e), 0);
	assert_true(str_eq(buf_str(&out), buf_str(&again)));
	buf_free(&out);
	buf_free(&again);
}

static const struct {
	const char *what, *text, *want;
} refused[] = {
	{ "empty", "", "record, head: the line is missing: mailseal-record/1" },
	{ "other version", "mailseal-record/2\n", "record, head: the line is missing: kind" },
	{ "other kind", HEAD("padding", NO_OBJECT),
	    "record, head: line 2: here should be: kind {log,message,examination,key,mailbox}" },
	{ "half an object",
	    HEAD("log", "sha256=- key-check=" H1) "event start\nvkey a\nrecovery b\n",
	    "log record, after the head: object: both hashes or none" },
	{ "copy of itself", HEAD("message", OBJECT) MESSAGE "previous -\ncopy 123\n",
	    "message record, after the head: copy: of a record that is not before this one" },
	{ "begun in the middle", HEAD("log", NO_OBJECT) "event start\n" KEYS,
	    "log record, after the head: event: record 0, and no other, starts a log" },
	{ "not begun", HEAD_AT("0", "log", NO_OBJECT) "event custodians\n" KEYS,
	    "log record, after the head: event: record 0, and no other, starts a log" },
	{ "number of another year", HEAD("message", OBJECT) OTHER_NUMBER "previous -\n",
	    "message record, after the head: number: by time and seq it is 2025-000123" },
	{ "head only", HEAD("log", NO_OBJECT),
	    "log record, after the head: the line is missing: event" },
	{ "short", HEAD("message", OBJECT) "number 2026-000123\n",
	    "message record, after the head: the line is missing: commit" },
};

static void
refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(refused); i++) {
		struct record r;
		struct err e = { 0 };

		assert_int_equal(record_parse(str_of(refused[i].text), &r, &e), -1);
		if (strncmp(e.text, refused[i].want, strlen(refused[i].want)) != 0)
			test_str(refused[i].what, str_of(e.text), refused[i].want);
	}
}

static const struct {
	uint64_t time_ms, seq;
	const char *want;
} numbers[] = {
	{ 0, 0, "1970-000000" },
	{ 951782400000, 1, "2000-000001" },    /* 29 February 2000 */
	{ 1767225599999, 123, "2025-000123" }, /* date -u -d @1767225599 */
	{ 1767225600000, 1234567, "2026-1234567" },
	{ 4102444799999, 9, "2099-000009" },
	{ 4102444800000, 9, "2100-000009" },
	{ 4133980799000, 9, "2100-000009" },
	{ 4133980800000, 9, "2101-000009" },
};

static void
numbering(void **state)
{
	char out[RECORD_NUMBER_MAX];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(numbers); i++)
		test_str("number", str_of(record_number(out, numbers[i].time_ms, numbers[i].seq)),
		    numbers[i].want);
}

/* By Python's hashlib. */
static void
hashes(void **state)
{
	struct hash entry = record_entry(filled(0x11), filled(0x22));
	struct hash check = record_key_check(filled(0x11));

	(void)state;
	assert_true(hash_eq(entry,
	    grammar_hash(STR("426fcff188d1ee7f5ed0a8bc5837cbecb1dd149fccdda289dd17205992a27bfd"))));
	assert_true(hash_eq(check,
	    grammar_hash(STR("d68af8d0eef81697272b98666a92aa96a871e30bbda5b6a538d2eec281dac9de"))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message),
		cmocka_unit_test(log_events),
		cmocka_unit_test(key),
		cmocka_unit_test(refusals),
		cmocka_unit_test(numbering),
		cmocka_unit_test(hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
