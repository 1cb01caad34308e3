/* SPDX-License-Identifier: ISC */
/*
 * The keeper and the signer as processes of their own, in their sandboxes; this test plays all
 * the others: parent, fetcher, checker, asker, and the command line afterwards.
 */
#include "daemon/keeper.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/test.h"
#include "config.h"
#include "daemon/roles.h"
#include "keys/logkey.h"
#include "keys/object.h"
#include "keys/signed.h"
#include "proc/loop.h"
#include "seal/examination.h"
#include "store/evidence.h"

enum {
	PATIENCE_MS = 20000, /* for an answer that must come */
};

static const char origin[] = "evidence.example/log";

/* A house: a state directory with its keys, and who lives there at the moment. */
static struct house {
	char home[64], state[80], published[96], secret[80];
	struct custodian custodian;
	pid_t keeper, signer;
	struct channel parent_of_keeper, parent_of_signer;
	struct channel fetcher, checker, asker; /* our ends: we are these */
} house;

/* ---- making and leaving it ---- */

static void
must(int rc, const struct err *e)
{
	if (rc == -1)
		fprintf(stderr, "%s\n", e->text);
	assert_int_not_equal(rc, -1);
}

static int
open_below(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", house.state, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	return fd;
}

static void
make_keys(struct logkey *log)
{
	int custodian = open_below("custodian"), signer = open_below("signer");
	struct err e = { 0 };

	must(custodian_by_file(&house.custodian, STR("office"), house.secret, &e), &e);
	must(custodian_save(custodian, &house.custodian, &e), &e);
	must(logkey_save(log, signer, "log.key", &e), &e);
	must(signed_make(signer, &e), &e);
	close(custodian);
	close(signer);
}

static int
build(void **unused)
{
	struct buf vkey = BUF_MAX(1024);
	struct store_identity id = { .origin = STR("evidence.example/log") };
	struct err e = { 0 };
	struct logkey *log;

	(void)unused;
	signal(SIGPIPE, SIG_IGN);
	snprintf(house.home, sizeof house.home, "/tmp/mailseal-keeper-XXXXXX");
	if (sodium_init() == -1 || mkdtemp(house.home) == NULL)
		return -1;
	snprintf(house.state, sizeof house.state, "%s/state", house.home);
	snprintf(house.published, sizeof house.published, "%s/published", house.state);
	snprintf(house.secret, sizeof house.secret, "%s/office.key", house.home);
	log = logkey_new(str_of(origin), &e);
	logkey_vkey(log, &vkey);
	id.vkey = id.recovery = buf_str(&vkey);
	must(store_create(house.state, house.published, &id, &e), &e);
	make_keys(log);
	logkey_free(log);
	buf_free(&vkey);
	house.fetcher.fd = house.checker.fd = house.asker.fd = -1;
	house.parent_of_keeper.fd = house.parent_of_signer.fd = -1;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* ---- who lives there ---- */

static int
configuration(void)
{
	int fd = memfd_create("configuration", MFD_CLOEXEC);
	char text[512];
	int n = snprintf(text, sizeof text,
	    "[daemon]\nstate = %s\n[mailbox filing]\nhost = imap.example\nuser = filing\n"
	    "password_file = /nowhere\n",
	    house.state);

	assert_int_equal(pwrite(fd, text, (size_t)n, 0), n);
	return fd;
}

static void
live(int fd, const char *role, unsigned rights, int (*role_main)(struct child *c))
{
	struct sandbox row = { role, rights, 0, 0 };
	struct err e = { 0 };
	struct child c;
	char log[80];

	snprintf(log, sizeof log, "%s/log", house.home);
	dup2(open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
	if (child_start(&c, fd, role, "-", &row, &e) == -1)
		_exit(99);
	_exit(role_main(&c));
}

static pid_t
start(struct channel *parent, const char *role, unsigned rights, int directory,
    int (*role_main)(struct child *c))
{
	int fd[2], config = configuration();
	struct err e = { 0 };
	pid_t pid;

	must(channel_pair(fd, &e), &e);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		live(fd[1], role, rights, role_main);
	}
	close(fd[1]);
	channel_open(parent, fd[0]);
	must(channel_send(fd[0], STR(""), config, directory, &e, "start role=%s name=-", role), &e);
	close(config);
	return pid;
}

/* The next message of a peer, which must come. */
static void
next(struct channel *c, struct msg *m)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	struct err e = { 0 };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(channel_recv(c, m, &e), 1);
}

static void
want(struct channel *c, const char *verb, struct msg *m)
{
	next(c, m);
	test_str("message", m->verb, verb);
}

static uint64_t
number(const struct msg *m, const char *key)
{
	struct err e = { 0 };
	uint64_t n = 0;

	must(msg_u64(m, key, UINT64_MAX, &n, &e), &e);
	return n;
}

/* Two ends, one for the keeper; ours is returned. */
static void
introduce(struct channel *ours, const char *role, const char *name)
{
	struct err e = { 0 };
	int fd[2];

	must(channel_pair(fd, &e), &e);
	channel_close(ours);
	channel_open(ours, fd[0]);
	must(channel_send(house.parent_of_keeper.fd, STR(""), fd[1], -1, &e, "peer role=%s name=%s",
	         role, name),
	    &e);
	close(fd[1]);
}

static void
start_keeper(void)
{
	struct msg m;

	house.keeper = start(&house.parent_of_keeper, "keeper", SANDBOX_FILES_PATH | SANDBOX_ACCEPT,
	    -1, keeper_main);
	want(&house.parent_of_keeper, "ready", &m);
}

static void
start_signer(void)
{
	int directory = open_below("signer"), fd[2];
	struct err e = { 0 };
	struct msg m;

	house.signer =
	    start(&house.parent_of_signer, "signer", SANDBOX_FILES_AT, directory, signer_main);
	close(directory);
	want(&house.parent_of_signer, "ready", &m);
	must(channel_pair(fd, &e), &e);
	must(channel_send(
	         house.parent_of_keeper.fd, STR(""), fd[0], -1, &e, "peer role=signer name=-"),
	    &e);
	must(channel_send(
	         house.parent_of_signer.fd, STR(""), fd[1], -1, &e, "peer role=keeper name=-"),
	    &e);
	close(fd[0]);
	close(fd[1]);
}

static int
wait_for(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int
kill_one(pid_t *pid, struct channel *parent)
{
	int status;

	kill(*pid, SIGKILL);
	status = wait_for(*pid);
	channel_close(parent);
	*pid = 0;
	return status;
}

static int
stop_one(pid_t *pid, struct channel *parent)
{
	int status;

	channel_send(parent->fd, STR(""), -1, -1, NULL, "stop");
	status = wait_for(*pid);
	channel_close(parent);
	*pid = 0;
	return status;
}

static int
leave(void **unused)
{
	(void)unused;
	if (house.keeper != 0)
		kill_one(&house.keeper, &house.parent_of_keeper);
	if (house.signer != 0)
		kill_one(&house.signer, &house.parent_of_signer);
	channel_close(&house.fetcher);
	channel_close(&house.checker);
	channel_close(&house.asker);
	return nftw(house.home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- the fetcher ---- */

static const char *
mail(uint64_t uid)
{
	static char text[128];

	snprintf(text, sizeof text, "Subject: %llu\r\nTo: x@example\r\n\r\nbody of %llu\r\n",
	    (unsigned long long)uid, (unsigned long long)uid);
	return text;
}

static int
sealed_memfd(struct str bytes)
{
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(pwrite(fd, bytes.p, bytes.n, 0), bytes.n);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK), 0);
	return fd;
}

/* Opens the mailbox; returns the UID after which to go on. */
static uint64_t
open_mailbox(unsigned uidvalidity)
{
	static const struct hash certificate;
	char hex[65];
	struct msg m;

	introduce(&house.fetcher, "fetcher", "filing");
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL,
	    "open mailbox=filing uidvalidity=%u uidnext=1000 exists=999 tls=TLSv1.3 certificate=%s",
	    uidvalidity, hex_encode(hex, certificate.b, 32));
	want(&house.fetcher, "resume", &m);
	assert_int_equal(number(&m, "credit"), 64 << 20);
	return number(&m, "after");
}

static void
bring(const char *verb, uint64_t uid, struct str bytes)
{
	int fd = sealed_memfd(bytes);

	channel_send(house.fetcher.fd, STR(""), fd, -1, NULL, "%s uid=%llu%s", verb,
	    (unsigned long long)uid,
	    strcmp(verb, "message") == 0 ? " internaldate=1700000000 rfc822-size=50" : "");
	close(fd);
}

static void
bring_sealed(uint64_t uid)
{
	struct msg m;

	bring("message", uid, str_of(mail(uid)));
	want(&house.fetcher, "sealed", &m);
	assert_int_equal(number(&m, "uid"), uid);
	assert_int_equal(number(&m, "credit"), strlen(mail(uid)));
}

/* ---- the checker ---- */

/* Says what there is to say of a message that nobody understands. */
static void
report(uint64_t job, uint64_t size, const char *complete)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);

	examination_unexaminable(&lines, size);
	if (strcmp(complete, "no") == 0) {
		/* The last line is "complete yes". */
		lines.n -= strlen("yes\n");
		buf_add(&lines, STR("no\n"));
	}
	channel_send(house.checker.fd, buf_str(&lines), -1, -1, NULL, "lines job=%llu",
	    (unsigned long long)job);
	channel_send(house.checker.fd, STR(""), -1, -1, NULL, "done job=%llu complete=%s",
	    (unsigned long long)job, complete);
	buf_free(&lines);
}

/* Takes a job: its number, and how long the message is. */
static uint64_t
take_job(uint64_t *size)
{
	struct stat st;
	struct msg m;

	want(&house.checker, "job", &m);
	assert_int_equal(number(&m, "received"), 1700000000);
	assert_int_equal(fstat(m.fd[0], &st), 0);
	*size = (uint64_t)st.st_size;
	msg_close_fds(&m);
	return number(&m, "job");
}

/* ---- looking at what is there ---- */

static struct store *
look(void)
{
	struct err e = { 0 };
	struct store *s = store_open(house.state, house.published, STORE_READ, &e);

	if (s == NULL)
		fprintf(stderr, "%s\n", e.text);
	assert_non_null(s);
	return s;
}

static uint64_t
count(const char *kind)
{
	struct store_query q = { .kind = kind };
	struct store_record r;
	struct store *s = look();
	struct err e = { 0 };
	uint64_t n = 0;

	while (store_next(s, &q, &r, &e) == 1)
		n++;
	store_close(s);
	return n;
}

/* Until it is true, or time is up. */
static void
wait_count(const char *kind, uint64_t n)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	while (count(kind) < n && clock_ms() < until)
		poll(NULL, 0, 5);
	assert_int_equal(count(kind), n);
}

static void
wait_checkpoint(uint64_t size)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	struct store_checkpoint c = { 0 };
	struct err e = { 0 };
	struct store *s = look();

	while ((store_checkpoint(s, &c, &e) != 1 || c.size < size) && clock_ms() < until)
		poll(NULL, 0, 5);
	assert_int_equal(c.size, size);
	store_close(s);
}

static int
to_buf(void *buf, struct str bytes, struct err *e)
{
	buf_add(buf, bytes);
	return buf_check(buf, "message", e);
}

/* A record's mail, by the custodian's secret. */
static void
decrypt(struct store *s, const struct store_record *r, struct buf *values, struct buf *message)
{
	struct object_sink sink = { to_buf, message };
	struct buf ciphertext = BUF_MAX(1 << 20);
	struct custodian_secret secret;
	uint8_t sealed[SLOT_SIZE];
	struct object_reader *reader;
	struct err e = { 0 };
	struct slot slot;

	assert_int_equal(store_slot(s, "office", r->seq, sealed, &e), 1);
	must(custodian_secret_file(&house.custodian, house.secret, &secret, &e), &e);
	must(slot_open(&house.custodian, &secret, sealed, &slot, &e), &e);
	must(store_object(s, r->object, 0, (size_t)r->object.length, &ciphertext, &e), &e);
	reader = object_reader_new(slot.key, values, 1 << 20, &sink);
	must(object_reader_put(reader, buf_str(&ciphertext), &e), &e);
	must(object_reader_end(reader, &e), &e);
	object_reader_free(reader);
	buf_free(&ciphertext);
}

/* Every UID from 1 to n once, with its own bytes, each record after the one before. */
static void
check_filed(uint64_t n)
{
	struct store_query q = { .kind = "message" };
	struct buf values = BUF_MAX(4096), message = BUF_MAX(4096);
	struct store *s = look();
	struct ledger_message m;
	struct store_record r;
	struct err e = { 0 };
	uint64_t uid = 0;

	while (store_next(s, &q, &r, &e) == 1) {
		assert_int_equal(ledger_get(store_db(s), r.seq, &m, &e), 1);
		assert_int_equal(m.uid, ++uid);
		buf_clear(&values);
		buf_clear(&message);
		decrypt(s, &r, &values, &message);
		test_str("mail", buf_str(&message), mail(uid));
		assert_true(str_starts(buf_str(&values), STR("account ")));
	}
	assert_int_equal(uid, n);
	buf_free(&values);
	buf_free(&message);
	store_close(s);
}

/* ---- scenes ---- */

/* Sealed, signed, published; and what is filed is what came. */
static void
test_seal(void **unused)
{
	(void)unused;
	start_keeper();
	start_signer();
	assert_int_equal(open_mailbox(7), 0);
	for (uint64_t uid = 1; uid <= 3; uid++)
		bring_sealed(uid);
	bring_sealed(2);
	wait_checkpoint(3);
	check_filed(3);
	assert_int_equal(open_mailbox(8), 0);
	assert_int_equal(open_mailbox(7), 3);
	assert_int_equal(stop_one(&house.keeper, &house.parent_of_keeper), 0);
}

/* Questions go out once, answers come back in order, and the examination is a record. */
static void
test_examine(void **unused)
{
	struct err e = { 0 };
	struct buf packet = BUF_MAX(100);
	struct msg m;
	uint64_t job, size;
	struct store *s;

	(void)unused;
	start_keeper();
	open_mailbox(7);
	bring_sealed(1);
	introduce(&house.asker, "asker", "-");
	introduce(&house.checker, "checker", "0");
	job = take_job(&size);
	assert_int_equal(size, strlen(mail(1)));
	channel_send(house.checker.fd, STR("16 a.example\n16 b.example\n16 a.example\n"), -1, -1,
	    NULL, "needs job=%llu", (unsigned long long)job);
	want(&house.asker, "ask", &m);
	test_str("name", m.payload, "a.example");
	channel_send(house.asker.fd, STR("packet"), -1, -1, NULL,
	    "answer id=%llu outcome=answered security=secure",
	    (unsigned long long)number(&m, "id"));
	want(&house.asker, "ask", &m);
	test_str("name", m.payload, "b.example");
	channel_send(house.asker.fd, STR(""), -1, -1, NULL,
	    "answer id=%llu outcome=failed security=insecure",
	    (unsigned long long)number(&m, "id"));
	want(&house.checker, "answer", &m);
	test_str("payload", m.payload, "a.examplepacket");
	assert_int_equal(number(&m, "name"), 9);
	want(&house.checker, "answer", &m);
	test_str("outcome", msg_arg(&m, "outcome"), "failed");
	want(&house.checker, "answered", &m);
	report(job, size, "yes");
	wait_count("examination", 1);
	s = look();
	assert_int_equal(evidence_get(store_db(s), sha256(STR("packet")), &packet, &e), 1);
	buf_free(&packet);
	store_close(s);
	assert_int_equal(stop_one(&house.keeper, &house.parent_of_keeper), 0);
}

/* An incomplete examination is done again; a restarted keeper asks for the bytes again, and takes
 * no other ones. */
static void
test_again(void **unused)
{
	uint64_t job, size;
	struct msg m;

	(void)unused;
	start_keeper();
	open_mailbox(7);
	bring_sealed(1);
	bring_sealed(2);
	bring_sealed(3);
	introduce(&house.asker, "asker", "-");
	introduce(&house.checker, "checker", "0");
	job = take_job(&size);
	report(job, size, "no");
	wait_count("examination", 1);
	kill_one(&house.keeper, &house.parent_of_keeper);

	start_keeper();
	introduce(&house.asker, "asker", "-");
	introduce(&house.checker, "checker", "0");
	assert_int_equal(open_mailbox(7), 3);
	want(&house.fetcher, "again", &m);
	assert_int_equal(number(&m, "uid"), 2);
	bring("message-again", 2, str_of(mail(2)));
	job = take_job(&size);
	report(job, size, "yes");
	want(&house.fetcher, "again", &m);
	assert_int_equal(number(&m, "uid"), 3);
	bring("message-again", 3, STR("other bytes"));
	want(&house.fetcher, "again", &m);
	assert_int_equal(number(&m, "uid"), 1);
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "gone uid=1");
	wait_count("examination", 2);
	bring_sealed(4);
	assert_int_equal(stop_one(&house.keeper, &house.parent_of_keeper), 0);
}

/* A message that kills its checker three times is unexaminable, and is not given to a fourth. */
static void
test_deadly(void **unused)
{
	struct store_query q = { .kind = "examination" };
	struct store_record r;
	struct err e = { 0 };
	struct store *s;
	uint64_t size;

	(void)unused;
	start_keeper();
	open_mailbox(7);
	bring_sealed(1);
	introduce(&house.asker, "asker", "-");
	for (int i = 0; i < 3; i++) {
		introduce(&house.checker, "checker", "0");
		take_job(&size);
	}
	introduce(&house.checker, "checker", "0");
	wait_count("examination", 1);
	s = look();
	assert_int_equal(store_next(s, &q, &r, &e), 1);
	assert_int_not_equal(str_find(r.bytes, STR("unexaminable")), -1);
	store_close(s);
	bring_sealed(2);
	take_job(&size);
	assert_int_equal(size, strlen(mail(2)));
}

/* What is not in protocol.h ends the connection and nothing else. */
static void
test_nonsense(void **unused)
{
	static const struct {
		const char *what, *head;
		bool with_fd;
	} rows[] = {
		{ "unknown verb", "erase uid=1", false },
		{ "no descriptor", "message uid=9 internaldate=1 rfc822-size=1", false },
		{ "not sealed", "message uid=9 internaldate=1 rfc822-size=1", true },
		{ "UID too large", "message uid=4294967296 internaldate=1 rfc822-size=1", false },
		{ "gone of nothing", "gone uid=1", false },
		{ "again of nothing", "message-again uid=1", true },
	};
	int fd = memfd_create("not sealed", MFD_CLOEXEC);
	struct err e = { 0 };
	struct msg m;

	(void)unused;
	start_keeper();
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		open_mailbox(7);
		channel_send(house.fetcher.fd, STR(""), rows[i].with_fd ? fd : -1, -1, NULL, "%s",
		    rows[i].head);
		if (channel_recv(&house.fetcher, &m, &e) != 0)
			fail_msg("%s: the keeper goes on listening", rows[i].what);
	}
	close(fd);
	open_mailbox(7);
	bring_sealed(1);
	check_filed(1);
}

/* An older state under a signer that signed more: never signed, a person is called. */
static void
test_rollback(void **unused)
{
	int directory = open_below("signer");
	struct tlog_head more = { 5, { { 1 } } };
	struct err e = { 0 };

	(void)unused;
	must(signed_save(directory, more, &e), &e);
	close(directory);
	start_keeper();
	start_signer();
	assert_int_equal(wait_for(house.keeper), 78);
	channel_close(&house.parent_of_keeper);
	house.keeper = 0;
}

static void
test_status(void **unused)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct channel c;
	struct msg m;

	(void)unused;
	start_keeper();
	open_mailbox(7);
	bring_sealed(1);
	snprintf(to.sun_path, sizeof to.sun_path, "%s/control", house.state);
	channel_open(&c, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	assert_int_equal(connect(c.fd, (struct sockaddr *)&to, sizeof to), 0);
	channel_send(c.fd, STR(""), -1, -1, NULL, "status");
	want(&c, "status", &m);
	assert_int_not_equal(str_find(m.payload, STR("\"last_uid\":1")), -1);
	assert_int_not_equal(str_find(m.payload, STR("\"pending\":1")), -1);
	channel_close(&c);
}

/* Kilobytes; 0 when the kernel does not say. */
static unsigned long
peak_memory(pid_t pid)
{
	unsigned long kb = 0;
	char line[256];
	FILE *f;

	snprintf(line, sizeof line, "/proc/%d/status", (int)pid);
	f = fopen(line, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "VmHWM: %lu kB", &kb) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kb;
}

/* Memory does not grow with the message. */
static void
test_large(void **unused)
{
	struct buf large = BUF_MAX(25 << 20);
	struct msg m;

	(void)unused;
	start_keeper();
	open_mailbox(7);
	buf_add(&large, STR("Subject: large\r\n\r\n"));
	randombytes_buf(buf_room(&large, large.max - large.n), large.max - large.n);
	bring("message", 1, buf_str(&large));
	want(&house.fetcher, "sealed", &m);
	assert_int_equal(number(&m, "credit"), 25 << 20);
	printf("# keeper: %lu kB\n", peak_memory(house.keeper));
#ifndef MAILSEAL_SANITIZE
	assert_true(peak_memory(house.keeper) <= 32 << 10);
#endif
	buf_free(&large);
}

/* Kills at random moments, a hundred messages: nothing acknowledged is lost, nothing is twice. */
static void
test_kills(void **unused)
{
	uint64_t acknowledged = 0, after = 0;
	unsigned lives = 0;
	struct msg m;

	(void)unused;
	while (acknowledged < 100) {
		start_keeper();
		if (house.signer != 0)
			kill_one(&house.signer, &house.parent_of_signer);
		start_signer();
		after = open_mailbox(7);
		assert_true(after >= acknowledged);
		for (uint64_t uid = after + 1; uid <= 100; uid++)
			bring("message", uid, str_of(mail(uid)));
		if (++lives < 25) {
			poll(NULL, 0, (int)randombytes_uniform(12));
			kill_one(&house.keeper, &house.parent_of_keeper);
		}
		while (acknowledged < 100 && channel_recv(&house.fetcher, &m, NULL) == 1)
			acknowledged = number(&m, "uid");
	}
	if (house.keeper == 0)
		start_keeper();
	kill_one(&house.signer, &house.parent_of_signer);
	start_signer();
	wait_checkpoint(100);
	check_filed(100);
	printf("# lives: %u\n", lives);
	assert_int_equal(stop_one(&house.keeper, &house.parent_of_keeper), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_seal, build, leave),
		cmocka_unit_test_setup_teardown(test_examine, build, leave),
		cmocka_unit_test_setup_teardown(test_again, build, leave),
		cmocka_unit_test_setup_teardown(test_deadly, build, leave),
		cmocka_unit_test_setup_teardown(test_nonsense, build, leave),
		cmocka_unit_test_setup_teardown(test_rollback, build, leave),
		cmocka_unit_test_setup_teardown(test_status, build, leave),
		cmocka_unit_test_setup_teardown(test_large, build, leave),
		cmocka_unit_test_setup_teardown(test_kills, build, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
