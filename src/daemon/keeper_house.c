/* SPDX-License-Identifier: ISC */
#include "daemon/keeper_house.h"

#include <dirent.h>
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
#include "daemon/roles.h"
#include "keys/logkey.h"
#include "keys/object.h"
#include "keys/signed.h"
#include "proc/loop.h"

enum {
	PATIENCE_MS = 20000, /* for an answer that must come */
};

static const char origin[] = "evidence.example/log";

struct house house;

/* ---- making and leaving it ---- */

void
house_must(int rc, const struct err *e)
{
	if (rc == -1)
		fprintf(stderr, "%s\n", e->text);
	assert_int_not_equal(rc, -1);
}

int
house_open(const char *name)
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
	int custodian = house_open("custodian"), signer = house_open("signer");
	struct err e = { 0 };

	house_must(custodian_by_file(&house.custodian, STR("office"), house.secret, &e), &e);
	house_must(custodian_save(custodian, &house.custodian, &e), &e);
	house_must(logkey_save(log, signer, "log.key", &e), &e);
	house_must(signed_make(signer, &e), &e);
	close(custodian);
	close(signer);
}

int
house_build(void **unused)
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
	house_must(store_create(house.state, house.published, &id, &e), &e);
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
	struct sandbox row = { role, rights, 0, 0, 0 };
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

	house_must(channel_pair(fd, &e), &e);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		live(fd[1], role, rights, role_main);
	}
	close(fd[1]);
	channel_open(parent, fd[0]);
	house_must(
	    channel_send(fd[0], STR(""), config, directory, &e, "start role=%s name=-", role), &e);
	close(config);
	return pid;
}

/* The next message of a peer, which must come. */
void
peer_next(struct channel *c, struct msg *m)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	struct err e = { 0 };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(channel_recv(c, m, &e), 1);
}

void
peer_want(struct channel *c, const char *verb, struct msg *m)
{
	peer_next(c, m);
	test_str("message", m->verb, verb);
}

uint64_t
peer_number(const struct msg *m, const char *key)
{
	struct err e = { 0 };
	uint64_t n = 0;

	house_must(msg_u64(m, key, UINT64_MAX, &n, &e), &e);
	return n;
}

/* Two ends, one for the keeper; ours is returned. */
void
house_introduce(struct channel *ours, const char *role, const char *name)
{
	struct err e = { 0 };
	int fd[2];

	house_must(channel_pair(fd, &e), &e);
	channel_close(ours);
	channel_open(ours, fd[0]);
	/* It may be dead by now: then that is what the test wants to see. */
	channel_send(house.parent_of_keeper.fd, STR(""), fd[1], -1, NULL, "peer role=%s name=%s",
	    role, name);
	close(fd[1]);
}

void
house_start_keeper(void)
{
	struct msg m;

	house.keeper = start(&house.parent_of_keeper, "keeper",
	    SANDBOX_FILES_PATH | SANDBOX_ACCEPT | SANDBOX_MEMFD, -1, keeper_main);
	peer_want(&house.parent_of_keeper, "ready", &m);
}

void
house_start_signer(void)
{
	struct channel to_keeper = { .fd = -1 };
	int directory = house_open("signer");
	struct err e = { 0 };
	struct msg m;

	house.signer =
	    start(&house.parent_of_signer, "signer", SANDBOX_FILES_AT, directory, signer_main);
	close(directory);
	peer_want(&house.parent_of_signer, "ready", &m);
	house_introduce(&to_keeper, "signer", "-");
	house_must(channel_send(house.parent_of_signer.fd, STR(""), to_keeper.fd, -1, &e,
	               "peer role=keeper name=-"),
	    &e);
	channel_close(&to_keeper);
}

int
house_wait(pid_t pid)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	int status = -1;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_ms() > until)
			fail_msg("process %d does not end", (int)pid);
		poll(NULL, 0, 1);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int
house_kill(pid_t *pid, struct channel *parent)
{
	int status;

	kill(*pid, SIGKILL);
	status = house_wait(*pid);
	channel_close(parent);
	*pid = 0;
	return status;
}

void
house_lose_workkeys(void)
{
	int dir = house_open("workkeys");
	DIR *d = fdopendir(dir);
	struct dirent *entry;

	while ((entry = readdir(d)) != NULL)
		unlinkat(dir, entry->d_name, 0);
	closedir(d);
}

int
house_stop(pid_t *pid, struct channel *parent)
{
	int status;

	channel_send(parent->fd, STR(""), -1, -1, NULL, "stop");
	status = house_wait(*pid);
	channel_close(parent);
	*pid = 0;
	return status;
}

int
house_leave(void **unused)
{
	(void)unused;
	if (house.keeper != 0)
		house_kill(&house.keeper, &house.parent_of_keeper);
	if (house.signer != 0)
		house_kill(&house.signer, &house.parent_of_signer);
	channel_close(&house.fetcher);
	channel_close(&house.checker);
	channel_close(&house.asker);
	return nftw(house.home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- the fetcher ---- */

const char *
mail_text(uint64_t uid)
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
uint64_t
mail_open(unsigned uidvalidity)
{
	static const struct hash certificate;
	char hex[65];
	struct msg m;

	house_introduce(&house.fetcher, "fetcher", "filing");
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL,
	    "open mailbox=filing uidvalidity=%u uidnext=1000 exists=999 tls=TLSv1.3 certificate=%s",
	    uidvalidity, hex_encode(hex, certificate.b, 32));
	peer_want(&house.fetcher, "resume", &m);
	assert_int_equal(peer_number(&m, "credit"), 64 << 20);
	return peer_number(&m, "after");
}

void
mail_bring(const char *verb, uint64_t uid, struct str bytes)
{
	int fd = sealed_memfd(bytes);

	channel_send(house.fetcher.fd, STR(""), fd, -1, NULL, "%s uid=%llu%s", verb,
	    (unsigned long long)uid,
	    strcmp(verb, "message") == 0 ? " internaldate=1700000000 rfc822-size=50" : "");
	close(fd);
}

void
mail_seal(uint64_t uid)
{
	struct msg m;

	mail_bring("message", uid, str_of(mail_text(uid)));
	peer_want(&house.fetcher, "sealed", &m);
	assert_int_equal(peer_number(&m, "uid"), uid);
	assert_int_equal(peer_number(&m, "credit"), strlen(mail_text(uid)));
}

/* ---- looking at what is there ---- */

struct store *
filed_look(void)
{
	struct err e = { 0 };
	struct store *s = store_open(house.state, house.published, STORE_READ, &e);

	if (s == NULL)
		fprintf(stderr, "%s\n", e.text);
	assert_non_null(s);
	return s;
}

uint64_t
filed_count(const char *kind)
{
	struct store_query q = { .kind = kind };
	struct store_record r;
	struct store *s = filed_look();
	struct err e = { 0 };
	uint64_t n = 0;

	while (store_next(s, &q, &r, &e) == 1)
		n++;
	store_close(s);
	return n;
}

/* Until it is true, or time is up. */
void
filed_wait(const char *kind, uint64_t n)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	while (filed_count(kind) < n && clock_ms() < until)
		poll(NULL, 0, 5);
	assert_int_equal(filed_count(kind), n);
}

void
filed_wait_checkpoint(uint64_t size)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	struct store_checkpoint c = { 0 };
	struct err e = { 0 };
	struct store *s = filed_look();

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
	house_must(custodian_secret_file(&house.custodian, house.secret, &secret, &e), &e);
	house_must(slot_open(&house.custodian, &secret, sealed, &slot, &e), &e);
	house_must(store_object(s, r->object, 0, (size_t)r->object.length, &ciphertext, &e), &e);
	reader = object_reader_new(slot.key, values, 1 << 20, &sink);
	house_must(object_reader_put(reader, buf_str(&ciphertext), &e), &e);
	house_must(object_reader_end(reader, &e), &e);
	object_reader_free(reader);
	buf_free(&ciphertext);
}

/* Every UID from 1 to n once, with its own bytes, each record after the one before. */
void
filed_check(uint64_t n)
{
	struct store_query q = { .kind = "message" };
	struct buf values = BUF_MAX(4096), message = BUF_MAX(4096);
	struct store *s = filed_look();
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
		test_str("mail", buf_str(&message), mail_text(uid));
		assert_true(str_starts(buf_str(&values), STR("account ")));
	}
	assert_int_equal(uid, n);
	buf_free(&values);
	buf_free(&message);
	store_close(s);
}
